#include "client/http_fetcher.h"

#include <algorithm>
#include <numeric>

#include "client/http_connections.h"
#include "client/http_retry.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

constexpr std::uint64_t slowest_bytes_per_second = 32u << 10;  // that a deadline still allows
constexpr std::uint64_t worth_new_patience = 1u << 20;  // so much more of a file, and failures count afresh

using Places = std::vector<std::size_t>;

// Questions until each has an answer or no prospect of one.
class Asking {
 public:
  Asking(HttpConnections& connections, const HttpPatience& patience, std::vector<HttpQuestion> questions)
      : connections_(connections),
        patience_(patience),
        questions_(std::move(questions)),
        ends_(questions_.size()) {}

  std::vector<HttpEnd> run() {
    Places places(questions_.size());
    std::iota(places.begin(), places.end(), 0);
    while (!places.empty()) {
      connections_.ask(questions_, places, ends_);
      places = to_ask_again(places);
    }
    return std::move(ends_);
  }

 private:
  // Something came, and not all of it until the deadline: once more would take as long.
  static bool dripped(const HttpQuestion& question, const HttpEnd& end) {
    return question.sink == nullptr && end.code == CURLE_OPERATION_TIMEDOUT && end.next_byte > 0;
  }
  Places to_ask_again(const Places& places) {
    Places again, later;
    const auto untrusted = [&](std::size_t place) {
      return ends_[place].code == CURLE_PEER_FAILED_VERIFICATION;
    };
    const bool other_authorities =
        std::any_of(places.begin(), places.end(), untrusted) && connections_.try_other_authorities();
    for (const std::size_t place : places) {
      HttpQuestion& question = questions_[place];
      const HttpEnd& end = ends_[place];
      // Metadata is asked for from its start again: there it is no progress.
      if (question.sink != nullptr && end.next_byte - question.first_byte >= worth_new_patience)
        failures_ = 0;
      if (end.range_unusable) {
        question.by_range = false;
        again.push_back(place);
      } else if (other_authorities && untrusted(place)) {
        again.push_back(place);
      } else if (failures_ < patience_.retries && !dripped(question, end) &&
                 is_worth_waiting_for(end, patience_)) {
        question = rest_of(std::move(question), end);
        later.push_back(place);
      }
    }
    if (later.empty()) return again;
    wait_for(later);
    ++failures_;
    again.insert(again.end(), later.begin(), later.end());
    return again;
  }

  // As long as the one that needs it longest.
  void wait_for(const Places& later) const {
    std::chrono::milliseconds longest = back_off(failures_, patience_);
    for (const std::size_t place : later) {
      longest = std::max<std::chrono::milliseconds>(
          longest, asked_to_wait(ends_[place].headers).value_or(std::chrono::seconds(0)));
    }
    wait(longest, *ends_[later.front()].reply.failure, patience_);
  }

  HttpConnections& connections_;
  const HttpPatience& patience_;
  std::vector<HttpQuestion> questions_;
  std::vector<HttpEnd> ends_;
  int failures_ = 0;
};

// For all of them: those at the end of the queue wait for the others.
std::chrono::milliseconds deadline_of(const std::vector<FetchRequest>& requests,
                                      const HttpPatience& patience) {
  std::uint64_t bytes = 0;
  for (const FetchRequest& request : requests) bytes += std::min<std::uint64_t>(request.max_bytes, 1u << 30);
  return std::max(patience.to_connect, patience.to_stall) +
         std::chrono::seconds(bytes / slowest_bytes_per_second);
}

}  // namespace

HttpFetcher::HttpFetcher(HttpOptions options) : options_(std::move(options)) {}

HttpFetcher::~HttpFetcher() = default;

std::vector<FetchReply> HttpFetcher::fetch_all(const std::vector<FetchRequest>& requests) {
  if (!connections_) connections_ = std::make_unique<HttpConnections>(options_);
  const std::chrono::milliseconds deadline = deadline_of(requests, options_.patience);
  std::vector<HttpQuestion> questions;
  for (const FetchRequest& request : requests) {
    questions.push_back({.url = request.url,
                         .max_bytes = request.max_bytes,
                         .unless_tag = is_entity_tag(request.unless_tag) ? request.unless_tag : "",
                         .past_caches = request.past_caches,
                         .deadline = deadline});
  }
  std::vector<FetchReply> replies;
  for (HttpEnd& end : Asking(*connections_, options_.patience, std::move(questions)).run())
    replies.push_back(std::move(end.reply));
  return replies;
}

bool HttpFetcher::fetch_into(const std::string& url, std::uint64_t first_byte, std::uint64_t max_bytes,
                             const ByteSink& sink) {
  if (!connections_) connections_ = std::make_unique<HttpConnections>(options_);
  HttpQuestion question{.url = url,
                        .max_bytes = max_bytes,
                        .first_byte = first_byte,
                        .by_range = first_byte > 0,
                        .sink = &sink};
  const HttpEnd end =
      std::move(Asking(*connections_, options_.patience, {std::move(question)}).run().front());
  if (end.reply.failure) throw *end.reply.failure;
  return end.reply.outcome == FetchReply::Outcome::received;
}

}  // namespace tuf
