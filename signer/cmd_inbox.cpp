// pgsign inbox, review - what waits for a signature, and one of it in words.
#include <algorithm>

#include "signer/commands.h"
#include "signer/proposal_sources.h"
#include "signer/show_proposal.h"

namespace tuf {
namespace {

bool is_put_aside(const GitRepository& git, const Proposal& proposal) {
  return git.find_commit(std::string(rejected_here_prefix) + proposal.short_id()).has_value();
}

// Also what I proposed and somebody does not want.
bool is_mine_to_do(const GitRepository& git, const Proposal& proposal, const std::vector<StoredKey>& mine) {
  if (is_mine(proposal, mine) && is_rejected(proposal)) return true;
  if (proposal.stale || is_put_aside(git, proposal)) return false;
  if (!proposal.complete()) return waits_for_any(proposal, mine);
  const std::vector<PublicKey> keys = proposal.all_keys();
  return std::ranges::any_of(keys, [&](const PublicKey& key) {
    return std::ranges::find(mine, key.id(), &StoredKey::id) != mine.end();
  });
}

void tell(const Proposal& proposal, const ProposalBook& book, const GitRepository& git,
          const std::vector<StoredKey>& mine, Output& out) {
  out.result(headline(proposal));
  out.result("  " + state_in_words(proposal, mine));
  for (const std::string& line : rejections_in_words(proposal)) out.result("  " + line);
  for (const Proposal* rival : rivals_of(proposal, book))
    out.result(fmt::format("  collides with {}: both are the same version, so only one can be completed",
                           rival->short_id()));
  if (is_put_aside(git, proposal)) out.result("  you rejected it");
  if (is_mine(proposal, mine) && is_rejected(proposal))
    out.result(fmt::format("  to take it back: pgsign withdraw {}", proposal.short_id()));
}

void run_inbox(const Arguments& arguments, Output& out, UtcTime now) {
  GitRepository git = open_clone();
  const Found found = look(git, source_options_of(arguments), out, now);
  forget_finished(git, found.book);
  const std::vector<StoredKey> mine = my_keys();
  Json::Array listed, refused;
  for (const Proposal& proposal : found.book.proposals) {
    if (!arguments.flag("all") && !is_mine_to_do(git, proposal, mine)) continue;
    listed.push_back(to_json(proposal, mine));
    tell(proposal, found.book, git, mine, out);
  }
  for (const RefusedCandidate& candidate : found.book.refused) {
    refused.push_back(to_json(candidate));
    out.result(in_words(candidate));
  }
  const bool nothing = listed.empty();
  const std::size_t others = found.book.proposals.size();
  out.json["proposals"] = std::move(listed);
  out.json["refused"] = std::move(refused);
  if (!found.not_asked.empty()) {
    throw network("{} could not be asked, so {} was fetched before", comma_list(found.not_asked, std::identity()),
                  nothing ? "nothing is known beyond what" : "what is listed")
        .with_hint("--no-fetch asks nobody");
  }
  if (!nothing) return out.note("next: pgsign review ID, then pgsign sign ID");
  out.result(others == 0 ? "nothing waits for a signature"
                         : fmt::format("nothing waits for your signature ({} for others: --all)", others));
}

void run_review(const Arguments& arguments, Output& out, UtcTime now) {
  GitRepository git = open_clone();
  const auto [base, book, not_asked] = look(git, source_options_of(arguments), out, now);
  const Proposal& proposal = needed_proposal(book, arguments.argument("ID"));
  show_proposal(proposal, git, base, my_keys(), out);
  for (const RefusedCandidate& candidate : book.refused) {
    if (candidate.id == proposal.id) out.warning("not counted, " + in_words(candidate));
  }
  if (proposal.stale) return;
  check_expectations(arguments.options("expect"), files_of(proposal, git, base));
  if (!arguments.options("expect").empty()) out.result("every file is one that you expect");
}

}  // namespace

Command inbox_command() {
  return {.name = "inbox",
          .summary = "list what waits for your signature",
          .description =
              "Fetches the branches sign/* and the pull requests of all remotes, and applies each candidate "
              "to the "
              "main branch by the rule book. What is wrong is listed as refused, with the reason. Nothing "
              "that is "
              "checked out changes.",
          .example = "  pgsign inbox\n  pgsign inbox --from /media/stick/abc.bundle --all",
          .arguments = {},
          .options = joined({source_options(),
                             {{"all", "", "also what waits for others, is outdated, or was rejected by you"}}}),
          .run = run_inbox};
}

Command review_command() {
  return {.name = "review",
          .summary = "show a change that waits for signatures",
          .description =
              "In words: what changes, from what to what, the files with sizes and hashes computed here, who "
              "signed, "
              "who must sign, who rejected it. With --expect, compares the files with what you built.",
          .example = "  pgsign review 0123456789ab --expect dist/abc-1.0.0.tgz",
          .arguments = {{"ID", "the proposal's id, or its first 6 digits or more"}},
          .options = joined({source_options(), {expect_option()}}),
          .run = run_review};
}

}  // namespace tuf
