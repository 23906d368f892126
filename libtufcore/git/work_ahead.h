#pragma once
// Numbered pieces of work that threads do ahead of the one that takes their results, in order. At most `most_ahead` results wait to be
// taken, so memory does not grow with the number of pieces.

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace tuf {

template <typename Result>
class WorkAhead {
 public:
  using Worker = std::function<Result(std::size_t piece)>;  // must not throw

  // A thread for each worker; fewer, or none, where the system gives no more.
  WorkAhead(std::vector<Worker> workers, std::size_t pieces, std::size_t most_ahead)
      : workers_(std::move(workers)), pieces_(pieces), most_ahead_(most_ahead) {
    for (const Worker& worker : workers_) {
      try {
        threads_.emplace_back([this, &worker] { run(worker); });
      } catch (const std::system_error&) {
        break;
      }
    }
  }
  ~WorkAhead() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  WorkAhead(const WorkAhead&) = delete;
  WorkAhead& operator=(const WorkAhead&) = delete;

  // Each piece once, in order; waits until it is done. Nothing without threads.
  Result take(std::size_t piece) {
    if (threads_.empty()) return {};
    std::unique_lock lock(mutex_);
    taken_ = piece;
    changed_.notify_all();
    changed_.wait(lock, [&] { return done_.contains(piece); });
    return std::move(done_.extract(piece).mapped());
  }

 private:
  void run(const Worker& worker) {
    while (true) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stop_ || next_ == pieces_ || next_ < taken_ + most_ahead_; });
      if (stop_ || next_ == pieces_) return;
      const std::size_t piece = next_++;
      lock.unlock();
      Result result = worker(piece);
      lock.lock();
      done_.emplace(piece, std::move(result));
      changed_.notify_all();
    }
  }

  std::vector<Worker> workers_;
  std::size_t pieces_, most_ahead_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::size_t, Result> done_;
  std::size_t next_ = 0, taken_ = 0;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace tuf
