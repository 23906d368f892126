#pragma once
// What to do after a transfer that did not succeed: nothing, the same again in another way, or the same again
// later.

#include <chrono>

#include "client/http_times.h"
#include "client/http_transfer.h"

namespace tuf {

// What went wrong may pass by itself (a lost connection, a time-out, a body that breaks off, a busy server),
// and the server does not ask for more time than there is.
bool is_worth_waiting_for(const HttpEnd& end, const HttpPatience& patience);
// Exponential back-off with full jitter: anywhere between nothing and 1, 2, 4 ... 30 seconds.
std::chrono::milliseconds back_off(int failures_before, const HttpPatience& patience);
// Says so first.
void wait(std::chrono::milliseconds time, const Error& reason, const HttpPatience& patience);
// The question that goes on where the transfer broke off (H-11).
HttpQuestion rest_of(HttpQuestion question, const HttpEnd& end);

}  // namespace tuf
