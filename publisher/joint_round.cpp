#include "publisher/joint_round.h"

#include <algorithm>

#include "libtufcore/error.h"
#include "libtufcore/site_layout.h"

namespace tuf {
namespace {

constexpr std::int64_t clocks_differ_by_s = 300;
constexpr std::int64_t most_age_of_a_round_s = 86400;
constexpr std::uint64_t most_ahead = 1000;  // numbers that a publisher may leave out
constexpr std::uint64_t kept_rounds = 20;

std::uint64_t next_version(const PublishedSite* previous) {
  return previous == nullptr ? 1 : previous->timestamp->version + 1;
}

std::optional<Digest> digest_of(const PublishedSite* previous) {
  if (previous == nullptr) return std::nullopt;
  return sha256_of(needed_file(previous->reader, std::string(timestamp_path)));
}

void refuse_dishonest(const Round& round, const JointRound::Here& here) {
  const std::int64_t ahead = round.time.unix_seconds() - here.now.unix_seconds();
  if (ahead > clocks_differ_by_s)
    throw refused("round {} is of {}, {} from now", round.number, round.time.text(), duration_text(ahead))
        .with_hint("either a clock is wrong, or another publisher wants files that are valid for too long");
  if (!here.repository.find_commit(round.commit))
    throw not_found("round {} is about commit {}, which this repository does not have", round.number,
                    short_id(round.commit))
        .with_hint("fetch and try again; if main has no such commit, another publisher is not to be trusted");
  if (!here.repository.is_ancestor(round.commit, here.tip))
    throw refused("round {} is about commit {}, which is not in the history of {}", round.number,
                  short_id(round.commit), short_id(here.tip))
        .with_hint("fetch and try again; if main has no such commit, another publisher is not to be trusted");
}

}  // namespace

std::vector<OptionSpec> exchange_options() {
  return {
      {"exchange", "DIR", "sign together with other publishers, who leave their signatures in this folder"},
      {"memory", "FILE", "with --exchange: what this publisher has signed; only it may write there"}};
}

std::unique_ptr<JointRound> JointRound::open(const Arguments& arguments) {
  const auto folder = arguments.option("exchange");
  const auto memory = arguments.option("memory");
  if (folder.has_value() != memory.has_value()) throw usage("--exchange and --memory belong together");
  if (!folder) return nullptr;
  return std::unique_ptr<JointRound>(new JointRound(*folder, *memory));
}

// Why nothing may be signed for it here; a new round is the way on.
std::string JointRound::objection(const Round& round, const Here& here) const {
  if (memory_.signed_last && round.number <= memory_.signed_last->number)
    return fmt::format("something else was signed here for number {}", memory_.signed_last->number);
  if (memory_.seen && !here.repository.is_ancestor(*memory_.seen, round.commit))
    return fmt::format("it leaves out commit {}, which was here before the last publication",
                       short_id(*memory_.seen));
  return {};
}

std::optional<Round> JointRound::agree(const Here& here, Output& out) {
  const std::uint64_t next = next_version(here.previous);
  const std::optional<Digest> previous = digest_of(here.previous);
  const auto open = exchange_.newest(previous, next + most_ahead);
  Round mine{next, previous, here.accepted.id(), here.now};
  if (open && open->number >= next) {
    refuse_dishonest(*open, here);
    only_collect_ = exchange_.is_complete(*open, here.accepted.state().root().keys_of(Timestamp::type));
    const bool old = here.now.unix_seconds() - open->time.unix_seconds() > most_age_of_a_round_s;
    if (only_collect_ || (!old && memory_.signed_last == open)) return open;
    const std::string why = old ? "it is more than a day old" : objection(*open, here);
    if (why.empty()) return open;
    out.warning(fmt::format("round {} is not signed here: {}", open->number, why));
    mine.number = open->number + 1;
  } else if (!here.due) {
    return std::nullopt;
  }
  if (memory_.signed_last) mine.number = std::max(mine.number, memory_.signed_last->number + 1);
  return exchange_.propose(mine);
}

void JointRound::enter(const Round& round, OnlineKeys& keys) {
  if (!only_collect_) {
    memory_.signed_last = round;
    memory_.save();
  }
  exchange_.enter(round, !only_collect_);
  keys.sign_together(exchange_);
}

FreeVersion JointRound::versions(const PublishedSite* previous) const {
  const std::uint64_t left_out = exchange_.round().number - next_version(previous);
  return [left_out](const RoleName&, std::uint64_t version) { return version + left_out; };
}

void JointRound::done(const CommitId& tip) {
  memory_.seen = tip;
  memory_.save();
  if (exchange_.round().number > kept_rounds)
    exchange_.remove_rounds_before(exchange_.round().number - kept_rounds);
}

}  // namespace tuf
