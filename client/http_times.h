#pragma once
// What the times in the headers of a reply mean. They are compared with the server's own Date, so no clock is
// asked.

#include <chrono>
#include <optional>
#include <string>

#include "client/http_headers.h"

namespace tuf {

// Retry-After, in seconds or as a date.
std::optional<std::chrono::seconds> asked_to_wait(const ReplyHeaders& headers);

// Web servers make tags of a file's size and the second of its last change: what was changed a moment ago may
// change once more and keep its tag. Empty then; the next question is not conditional.
std::string lasting_tag(const ReplyHeaders& headers);

}  // namespace tuf
