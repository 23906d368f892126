#include "client/http_retry.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "libtufcore/io/interrupt.h"

namespace tuf {
namespace {

constexpr double first_wait_ms = 1000;
constexpr double longest_back_off_ms = 30'000;

bool status_may_pass(long status) {
  switch (status) {
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return true;
    default:
      return false;
  }
}

// Nothing of ours stopped it, and it is not what the server always answers.
bool may_pass(const HttpEnd& end) {
  if (end.reply.outcome != FetchReply::Outcome::failed || end.broke_a_rule) return false;
  if (end.status != 0 && end.code == CURLE_OK) return status_may_pass(end.status);
  if (end.proxy_status >= 400) return status_may_pass(end.proxy_status);
  switch (end.code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return true;
    default:
      return false;
  }
}

double any_share() {
  std::random_device device;
  return std::uniform_real_distribution<double>()(device);
}

}  // namespace

bool is_worth_waiting_for(const HttpEnd& end, const HttpPatience& patience) {
  return may_pass(end) &&
         asked_to_wait(end.headers).value_or(std::chrono::seconds(0)) <= patience.longest_wait;
}

std::chrono::milliseconds back_off(int failures_before, const HttpPatience& patience) {
  const double random = patience.random ? patience.random() : any_share();
  const double longest = std::min(first_wait_ms * std::pow(2, failures_before), longest_back_off_ms);
  return std::chrono::milliseconds(static_cast<long>(longest * random));
}

void wait(std::chrono::milliseconds time, const Error& reason, const HttpPatience& patience) {
  if (patience.note) {
    patience.note(
        fmt::format("retrying in {:.1f} s: {}", static_cast<double>(time.count()) / 1000, reason.what()));
  }
  if (patience.sleep) {
    patience.sleep(time);
  } else {
    sleep_unless_interrupted(time);
  }
}

HttpQuestion rest_of(HttpQuestion question, const HttpEnd& end) {
  if (question.sink == nullptr || end.next_byte <= question.first_byte) return question;
  question.first_byte = end.next_byte;
  question.by_range = true;
  question.if_tag = end.headers.tag.starts_with('"') ? end.headers.tag : "";  // If-Range takes no weak tag
  return question;
}

}  // namespace tuf
