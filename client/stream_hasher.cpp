#include "client/stream_hasher.h"

#include <utility>

namespace tuf {
namespace {

constexpr std::uint64_t worth_a_thread = 8u << 20;
constexpr std::size_t most_waiting = 4;

}  // namespace

StreamHasher::StreamHasher(const Hashes& wanted, std::uint64_t expected_length)
    : is_long_(expected_length >= worth_a_thread) {
  for (const auto& [algorithm, digest] : wanted) hashers_.emplace_back(algorithm);
}

StreamHasher::~StreamHasher() { stop(); }

void StreamHasher::hash(ByteView block) {
  for (Hasher& hasher : hashers_) hasher.update(block);
}

void StreamHasher::update(Bytes& block) {
  if (!is_long_) {
    hash(block);
    block.clear();
    return;
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  Bytes empty;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_.size() < most_waiting; });
    waiting_.push_back(std::move(block));
    if (!free_.empty()) {
      empty = std::move(free_.back());
      free_.pop_back();
    }
  }
  changed_.notify_all();
  block = std::move(empty);
}

void StreamHasher::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    Bytes block = std::move(waiting_.front());
    waiting_.pop_front();
    changed_.notify_all();
    lock.unlock();
    hash(block);
    block.clear();
    lock.lock();
    free_.push_back(std::move(block));
  }
}

void StreamHasher::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::vector<Digest> StreamHasher::finish() {
  stop();
  std::vector<Digest> digests;
  for (Hasher& hasher : hashers_) digests.push_back(hasher.finish());
  return digests;
}

}  // namespace tuf
