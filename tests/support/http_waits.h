#pragma once
// Retrying without waiting: what would have been waited and said is noted.

#include <chrono>
#include <string>
#include <vector>

#include "client/http_options.h"

namespace tuf::test {

inline HttpOptions one_try() {
  HttpOptions options;
  options.patience.retries = 0;
  return options;
}

struct HttpWaits {
  std::vector<std::chrono::milliseconds> waited;
  std::vector<std::string> notes;
  double share = 0.5;  // what the dice say

  HttpOptions options(int retries = 3) {
    HttpOptions options;
    options.patience.retries = retries;
    options.patience.sleep = [this](std::chrono::milliseconds time) { waited.push_back(time); };
    options.patience.random = [this] { return share; };
    options.patience.note = [this](const std::string& text) { notes.push_back(text); };
    return options;
  }
};

}  // namespace tuf::test
