#include "signer/sign_proposal.h"

#include <algorithm>

#include "libtufcore/canonical_json.h"
#include "signer/consent.h"
#include "signer/deliver.h"
#include "signer/invitations.h"
#include "signer/main_gate.h"
#include "signer/people.h"
#include "signer/show.h"
#include "signer/show_proposal.h"
#include "signer/signed_once.h"

namespace tuf {
namespace {

// The files that still need this key.
std::vector<std::string> paths_for(const Proposal& proposal, const KeyId& key) {
  std::vector<std::string> paths;
  for (const MissingSignatures& one : proposal.verdict.missing) {
    if (std::ranges::find(one.check.missing, key) != one.check.missing.end()) paths.push_back(one.path);
  }
  return paths;
}

// An accepted invitation has nothing to sign: it becomes the owners' change, a proposal of its own.
std::optional<Invite> accepted_invitation(const Proposal& proposal) {
  if (!proposal.verdict.missing.empty()) return std::nullopt;
  for (const Change& change : proposal.verdict.changes) {
    const auto* invite = std::get_if<Invite>(&change);
    if (invite != nullptr && invite->accepted) return *invite;
  }
  return std::nullopt;
}

Proposal proposal_of(const PlannedChange& planned, const GitRepository& git, const ProposalBase& base) {
  Proposal proposal;
  proposal.title = planned.title;
  proposal.parts = planned.parts;
  std::map<std::string, Bytes> signed_bytes;
  for (const auto& [path, part] : planned.parts) {
    const bool known = base.state->tree().read(path, max_metadata_bytes).has_value();
    proposal.changed.push_back({path, known ? ChangedPath::How::modified : ChangedPath::How::added});
    signed_bytes[path] = canonical_json(part.signed_part);
  }
  static_cast<ProposalName&>(proposal) = proposal_name(signed_bytes);
  judge(proposal, git, base);
  if (proposal.verdict.kind == Verdict::Kind::refused) throw refusal_of(proposal.verdict, "this change");
  return proposal;
}

void refuse_waiting(const Proposal& proposal) {
  if (!proposal.verdict.missing.empty() || proposal.verdict.waits.empty()) return;
  throw pending("nothing to sign: this waits until {}", proposal.verdict.waits.front())
      .with_hint(fmt::format("git switch {}, and what is said there", proposal.branch()));
}

void refuse_strangers(const Proposal& proposal, const StoredKey& key) {
  const std::vector<PublicKey> keys = proposal.all_keys();
  if (std::ranges::find(keys, key.id(), &PublicKey::id) != keys.end()) return;
  const MissingSignatures& first = proposal.verdict.missing.front();
  throw forbidden("the key {} may not sign this proposal: {}", key.label(),
                  signature_shortage(first.path, first.check, first.names))
      .with_hint("--key NAME takes another key of yours ('pgsign key list')");
}

void add_signatures(Proposal& proposal, const std::vector<std::string>& paths, SigningKey& key) {
  for (const std::string& path : paths) {
    PartToSign& part = proposal.parts.at(path);
    part.signatures.by_key[key.public_key().id()] = key.sign(canonical_json(part.signed_part));
  }
}

Parts chosen(const Parts& parts, const std::vector<std::string>& paths) {
  Parts those;
  for (const std::string& path : paths) those.emplace(path, parts.at(path));
  return those;
}

// One of mine that takes the same version must go first.
std::string way_past_rivals(const Proposal& proposal, const ProposalBook& book) {
  const std::vector<StoredKey> mine = my_keys();
  for (const Proposal* rival : rivals_of(proposal, book)) {
    if (is_mine(*rival, mine)) return "pgsign withdraw " + rival->short_id();
  }
  return {};
}

void put_result(const Proposal& proposal, Output& out) {
  put_verdict(out, proposal.verdict);
  out.json["id"] = proposal.id;
}

void hand_over(GitRepository& git, const ProposalBase& base, const Proposal& proposal, const Committer& by,
               const Arguments& arguments, Output& out, UtcTime now) {
  if (!arguments.flag("no-push") && (base.remote || arguments.option("to"))) {
    const Delivered delivered = deliver(git, base, proposal, arguments.option("to"), by, now, out);
    put_result(delivered.proposal, out);
    return tell(delivered, git, base.main_branch, out);
  }
  const CommitId commit = store(git, proposal, base, by, now);
  put_result(proposal, out);
  out.json["commit"] = commit;
  out.result(fmt::format("signed: {} (not pushed)", short_id(commit)));
  for (const std::string& line : shortages(proposal.verdict)) out.result("  " + line);
  out.note(
      fmt::format("next: pgsign export {0} FILE, or pgsign sign {0}, which pushes it", proposal.short_id()));
}

// Signed by enough, or by me: nothing to sign, but perhaps it lies only here.
void pass_on(GitRepository& git, const ProposalBase& base, const Proposal& proposal, const std::string& why,
             const Arguments& arguments, Output& out, UtcTime now) {
  put_result(proposal, out);
  out.result(why);
  if (arguments.flag("no-push") || (!base.remote && !arguments.option("to"))) return;
  const std::string remote = remote_of(base, arguments.option("to"));
  const bool goes_to_main = proposal.complete() && !arguments.option("to");
  if (!goes_to_main && is_on_branch(git, base, proposal, remote)) {
    for (const std::string& line : shortages(proposal.verdict)) out.result("  " + line);
    return out.result(fmt::format("branch {} of {} has it already", proposal.branch(), escaped(remote)));
  }
  if (!agreed(fmt::format("Push it to {}?", escaped(remote)), arguments, out)) return;
  const MainCommitter committer(base.state_or_null(), arguments);
  hand_over(git, base, proposal, committer.by(), arguments, out, now);
}

void tell_first_root(const GitRepository& git, const Proposal& proposal, const ProposalBase& base,
                     Output& out) {
  if (proposal.parts.contains(std::string(layout::root))) tell_root(*tree_of(git, proposal, base), out);
}

}  // namespace

std::vector<OptionSpec> sign_proposal_options() {
  return joined({{expect_option(),
                  {"no-push", "", "sign a proposal and keep it here (pgsign export makes a bundle of it)"},
                  {"to", "REMOTE|URL", "push a proposal there, always to its branch"}},
                 source_options()});
}

bool sign_proposal(GitRepository& git, const std::string& id, const Arguments& arguments, Output& out,
                   UtcTime now) {
  const auto [base, book, not_asked] = look(git, source_options_of(arguments), out, now);
  const Proposal* found = find_proposal(book, id);
  if (found == nullptr) return false;
  if (const std::optional<ProjectName> project = ProjectName::parse(id);
      project && base.state && base.state->find_owners(*project)) {
    out.note(fmt::format("{0} is also a project; this is the proposal {1}", id, found->short_id()));
  }
  Proposal proposal = *found;
  refuse_outdated(proposal);
  show_proposal(proposal, git, base, my_keys(), out);
  check_expectations(arguments.options("expect"), files_of(proposal, git, base));
  if (proposal.complete()) {
    pass_on(git, base, proposal, "it has all signatures that it needs", arguments, out, now);
    return true;
  }
  if (const auto invite = accepted_invitation(proposal)) {
    out.note(fmt::format("compare this key with what {} tells you by another way: {}", invite->name.text(),
                         invite->accepted->key.computed_id()));
    proposal = proposal_of(plan_accepted(*base.state, *invite, now), git, base);
    show_proposal(proposal, git, base, my_keys(), out);
  }
  refuse_waiting(proposal);
  if (base.state) {
    const Verdict verdict = within_expiry_policy(proposal.verdict, base.state->configuration(), now);
    if (verdict.kind == Verdict::Kind::refused) throw refusal_of(verdict, "this proposal");
  }
  const StoredKey key = key_of(arguments);
  refuse_strangers(proposal, key);
  const std::vector<std::string> paths = paths_for(proposal, key.id());
  if (paths.empty()) {
    pass_on(git, base, proposal, key.label() + " has signed already; others must still sign", arguments, out,
            now);
    return true;
  }
  refuse_second_contents(git, base.trust.get(), chosen(proposal.parts, paths),
                         way_past_rivals(proposal, book));
  if (!agreed(fmt::format("Sign this with {}?", key.label()), arguments, out)) {
    put_result(proposal, out);
    return true;
  }
  const std::unique_ptr<SigningKey> signing_key = open_signing_key(key, arguments);
  add_signatures(proposal, paths, *signing_key);
  judge(proposal, git, base);
  if (proposal.verdict.kind == Verdict::Kind::refused) throw refusal_of(proposal.verdict, "this proposal");
  record_signatures(git, base.trust.get(), chosen(proposal.parts, paths), proposal.verdict, key.id(), now);
  hand_over(git, base, proposal, {key.file_name, signing_key.get()}, arguments, out, now);
  tell_first_root(git, proposal, base, out);
  return true;
}

}  // namespace tuf
