#pragma once
// What `pgclient doctor` found: one line each, and what to do about it.

#include <string>
#include <utility>
#include <vector>

namespace tuf {

struct Finding {
  enum class Level { ok, warning, problem };  // problem: something does not work, or cannot be trusted
  Level level;
  std::string subject;  // "clock", "server https://..."
  std::string text;
  std::string next = {};  // the next step; empty only when all is well
};

class Findings {
 public:
  void ok(std::string subject, std::string text) {
    all_.push_back({Finding::Level::ok, std::move(subject), std::move(text)});
  }
  void warning(std::string subject, std::string text, std::string next) {
    all_.push_back({Finding::Level::warning, std::move(subject), std::move(text), std::move(next)});
  }
  void problem(std::string subject, std::string text, std::string next) {
    all_.push_back({Finding::Level::problem, std::move(subject), std::move(text), std::move(next)});
  }
  const std::vector<Finding>& all() const noexcept { return all_; }

 private:
  std::vector<Finding> all_;
};

}  // namespace tuf
