#include "libtufcore/io/system_clock.h"

#include <chrono>

namespace tuf {

UtcTime system_time_now() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return UtcTime::from_unix(std::chrono::duration_cast<std::chrono::seconds>(since_epoch).count());
}

}  // namespace tuf
