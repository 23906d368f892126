#pragma once
// The only place that reads the clock. A program reads it once, at its start (TUF 5.1), and hands the value
// down.
#include "libtufcore/utc_time.h"

namespace tuf {
UtcTime system_time_now();
}
