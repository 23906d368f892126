// machine_rates FOLDER: what this machine allows, for the publisher's benchmarks. Prints on one line: Ed25519 verifications
// a second of libsodium alone, on one thread and on two; milliseconds of one fsync of a new 4 KiB file in FOLDER (median).

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "libtufcore/key.h"
#include "tests/bench/bench_world.h"

namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double verifications_a_second(unsigned threads) {
  const tuf::SecretKey key = tuf::bench::key_of("rate");
  const std::string message(1000, 'x');
  const tuf::Bytes signature = key.sign(message);
  std::atomic<long> count = 0;
  const auto start = Clock::now();
  const auto work = [&] {
    while (seconds_since(start) < 1.0) {
      for (int i = 0; i < 100; ++i) count += tuf::signature_is_valid(key.public_key(), signature, message) ? 1 : 0;
    }
  };
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < threads; ++i) workers.emplace_back(work);
  for (std::thread& worker : workers) worker.join();
  return static_cast<double>(count) / seconds_since(start);
}

double fsync_ms(const std::string& folder) {
  std::vector<double> times;
  const std::string path = folder + "/fsync-probe";
  for (int i = 0; i < 15; ++i) {
    const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0644);
    const std::string bytes(4096, static_cast<char>('a' + i));
    if (file < 0 || write(file, bytes.data(), bytes.size()) != 4096) std::perror("machine_rates");
    const auto start = Clock::now();
    if (fsync(file) != 0) std::perror("machine_rates");
    times.push_back(1000 * seconds_since(start));
    close(file);
    unlink(path.c_str());
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  tuf::initialise_crypto();
  std::printf("%.0f %.0f %.3f\n", verifications_a_second(1), verifications_a_second(2), fsync_ms(argv[1]));
}
