#pragma once
// The digests of a stream of blocks; those of a long one are made in a second thread while the first goes on
// receiving and writing. At most a few blocks wait, so memory stays flat.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "libtufcore/digest.h"
#include "libtufcore/metadata.h"

namespace tuf {

class StreamHasher {
 public:
  static constexpr std::size_t block_bytes = 128u << 10;  // as large as blocks should be

  StreamHasher(const Hashes& wanted, std::uint64_t expected_length);
  ~StreamHasher();
  StreamHasher(const StreamHasher&) = delete;
  StreamHasher& operator=(const StreamHasher&) = delete;
  void update(Bytes& block);     // takes the content; `block` is empty afterwards
  std::vector<Digest> finish();  // once; in the order of `wanted`

 private:
  void hash(ByteView block);
  void work();  // in the second thread
  void stop();

  std::vector<Hasher> hashers_;
  bool is_long_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Bytes> waiting_;
  std::vector<Bytes> free_;
  bool stopping_ = false;
  std::thread thread_;  // started with the first block of a long stream
};

}  // namespace tuf
