#pragma once
// The time that a server states in its Date header.

#include <optional>
#include <string_view>

#include "libtufcore/utc_time.h"

namespace tuf {

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7), the only form that servers may send today; empty
// otherwise. The name of the day is not compared with the date.
std::optional<UtcTime> parse_http_date(std::string_view text);

}  // namespace tuf
