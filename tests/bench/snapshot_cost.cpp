// snapshot_cost FILE FOLDER: the milliseconds that a publication spends on snapshot, the one file whose size is the
// repository's: the last one (FILE) read, hashed, verified and checked as strict JSON, one entry changed, the next one signed,
// hashed and written to FOLDER durably. Made by the publisher's own functions, in the order in which it calls them; the median.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "libtufcore/io/file.h"
#include "libtufcore/large_metadata.h"
#include "libtufcore/verify.h"
#include "publisher/snapshot_text.h"
#include "tests/bench/bench_world.h"

namespace tuf {
namespace {

void next_snapshot(const fs::path& last, const fs::path& folder) {
  constexpr std::size_t most_bytes = 1u << 30;
  const SecretKey key = bench::key_of("online");
  const RoleName changed = RoleName::of("abc.rel");
  const Bytes file = read_file(last, most_bytes);
  sha256_of(file);
  const auto snapshot = Verified<Snapshot>::by(bench::only(key), parse_snapshot_file(file, "snapshot"));
  Snapshot next;
  next.version = snapshot->version + 1;
  next.expires = snapshot->expires;
  next.extra = snapshot->extra;
  MetaFile meta = *snapshot->find(changed);
  meta.version += 1;
  Bytes text = next_snapshot_text(next, &*snapshot, {{changed, meta}});
  text += key.sign(text);
  sha256_of(text);
  write_file_atomically(folder / "next.snapshot.json", text);
}

double median_ms(const fs::path& last, const fs::path& folder) {
  std::array<double, 5> times{};
  for (double& time : times) {
    const auto start = std::chrono::steady_clock::now();
    next_snapshot(last, folder);
    time = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

}  // namespace
}  // namespace tuf

int main(int argc, char** argv) {
  try {
    tuf::initialise_crypto();
    if (argc != 3) throw tuf::usage("snapshot_cost FILE FOLDER");
    fmt::print("{:.1f}\n", tuf::median_ms(argv[1], argv[2]));
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "snapshot_cost: {}\n", error.what());
    return 1;
  }
}
