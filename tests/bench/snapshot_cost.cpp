// snapshot_cost FILE FOLDER: the milliseconds of CPU that a publication spends on snapshot, the one file whose size is the
// repository's: the last one (FILE) read, hashed, verified and checked as strict JSON, one entry changed, the next one signed (and
// the signature proved), hashed and written to FOLDER durably. By the publisher's own functions, in the order in which it calls
// them, once in a process, as it does.
#include <cstdio>
#include <ctime>

#include "libtufcore/io/file.h"
#include "libtufcore/large_metadata.h"
#include "libtufcore/signing_key.h"
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
  const Bytes text = next_snapshot_text(next, &*snapshot, {{changed, meta}});
  SignatureSet signatures;
  signatures.by_key[key.public_key().id()] = signing_key_of(bench::key_of("online"))->sign(text);
  const Bytes made = signed_file_text(ByteView(text), signatures);
  sha256_of(made);
  write_file_atomically(folder / "next.snapshot.json", made);
}

double cpu_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

}  // namespace
}  // namespace tuf

int main(int argc, char** argv) {
  try {
    tuf::initialise_crypto();
    if (argc != 3) throw tuf::usage("snapshot_cost FILE FOLDER");
    const double start = tuf::cpu_milliseconds();
    tuf::next_snapshot(argv[1], argv[2]);
    fmt::print("{:.1f}\n", tuf::cpu_milliseconds() - start);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "snapshot_cost: {}\n", error.what());
    return 1;
  }
}
