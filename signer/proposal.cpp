#include "signer/proposal.h"

#include <algorithm>

#include "libtufcore/canonical_json.h"
#include "libtufcore/invitation.h"
#include "signer/main_contents.h"
#include "signer/proposal_candidate.h"

namespace tuf {
namespace {

using proposals::Examined;

constexpr std::size_t min_id_digits = 6;
constexpr std::size_t id_digits = 64;

// Empty: the path is no role's file.
const RoleFile* role_file(const RepositoryState& state, const layout::PathKind& kind) {
  if (const auto* admin = std::get_if<layout::AdminRole>(&kind)) return state.find_admin_role(admin->role);
  if (const auto* owners = std::get_if<layout::ProjectOwners>(&kind))
    return state.find_owners_file(owners->project, owners->hop);
  if (const auto* releases = std::get_if<layout::ProjectReleases>(&kind))
    return state.find_releases(releases->project);
  return nullptr;
}

}  // namespace

FileSigners signers_of_file(const RepositoryState& state, const std::string& path) {
  const layout::PathKind kind = layout::kind_of(path);
  if (const RoleFile* role = role_file(state, kind))
    return {{path, role->role, role->check, role->names}, role->signers.keys};
  if (const auto* claim = std::get_if<layout::ProjectClaim>(&kind)) {
    const auto& [file, check] = *state.find_claim(claim->project);
    return {{path, layout::owners_role(claim->project), check, file.untrusted.extra}, file.untrusted.owners.keys};
  }
  if (const auto* invitation = std::get_if<layout::ProjectInvitation>(&kind)) {
    const Envelope file = parse_envelope(*state.tree().read(path, max_metadata_bytes), path);
    InvitationSigners signers = signers_of_invitation(state, *invitation, file.signed_part);
    auto check = check_signatures(signers.keys, file.signed_bytes, file.signatures);
    return {{path, layout::owners_role(invitation->project), std::move(check), std::move(signers.names)},
            std::move(signers.keys.keys)};
  }
  return {{path, RoleName::of("root"), state.root_check(), state.root_names()}, state.root_signers().keys};
}

namespace {

std::vector<FileSigners> signers_of(const RepositoryState& state,
                                    const std::map<std::string, PartToSign>& parts) {
  std::vector<FileSigners> signers;
  for (const auto& [path, part] : parts) signers.push_back(signers_of_file(state, path));
  return signers;
}

template <typename T>
void add_new(std::vector<T>& all, const std::vector<T>& more) {
  for (const T& one : more) {
    if (std::ranges::find(all, one) == all.end()) all.push_back(one);
  }
}

// Both have the same id, so the same bytes are signed.
void unite(Proposal& all, const Proposal& one) {
  for (const auto& [path, part] : one.parts) {
    for (const auto& [key, signature] : part.signatures.by_key)
      all.parts.at(path).signatures.by_key.emplace(key, signature);
  }
  all.found.insert(all.found.end(), one.found.begin(), one.found.end());
  add_new(all.rejections, one.rejections);
  if (all.rejections.size() > max_rejections) all.rejections.resize(max_rejections);
  if (!all.author) all.author = one.author;
}

void add(ProposalBook& book, std::map<std::string, Proposal>& by_id, Examined examined,
         const Candidate& candidate) {
  Proposal& proposal = examined.proposal;
  if (examined.kind == Examined::Kind::landed) {
    book.landed.push_back(candidate);
  } else if (examined.kind == Examined::Kind::refused) {
    book.refused.push_back({candidate, proposal.id, examined.reason, examined.hint});
  } else if (examined.kind == Examined::Kind::good || examined.kind == Examined::Kind::stale) {
    const auto [known, added] = by_id.try_emplace(proposal.id, proposal);
    if (added) return;
    if (known->second.stale && !proposal.stale)  // somebody applied it again: that one counts
      std::swap(known->second, proposal);
    else if (known->second.stale == proposal.stale)
      unite(known->second, proposal);
  }
}

}  // namespace

std::string ProposalName::branch() const {
  return fmt::format("{}{}/{}", proposal_prefix, scope, short_id());
}

std::set<KeyId> Proposal::signed_by() const {
  std::set<KeyId> ids;
  for (const FileSigners& one : signers) ids.insert(one.file.check.valid.begin(), one.file.check.valid.end());
  return ids;
}

bool Proposal::waits_for(const KeyId& key) const {
  const auto is_accepted = [](const Change& change) {
    const auto* invite = std::get_if<Invite>(&change);
    return invite != nullptr && invite->accepted;
  };
  // An owner makes the change that follows an acceptance.
  if (verdict.missing.empty() && !verdict.waits.empty() &&
      std::ranges::any_of(verdict.changes, is_accepted)) {
    return std::ranges::any_of(signers, [&](const FileSigners& one) {
      return one.file.path.find(".accepted.") == std::string::npos &&
             std::ranges::find(one.keys, key, &PublicKey::id) != one.keys.end();
    });
  }
  return std::ranges::any_of(verdict.missing, [&](const MissingSignatures& one) {
    return std::ranges::find(one.check.missing, key) != one.check.missing.end();
  });
}

std::vector<PublicKey> Proposal::all_keys() const {
  std::vector<PublicKey> keys;
  for (const FileSigners& one : signers) add_new(keys, one.keys);
  return keys;
}

ProposalName proposal_name(const std::map<std::string, Bytes>& signed_bytes) {
  Bytes list;
  ProposalName name;
  for (const auto& [path, bytes] : signed_bytes) {
    const std::optional<ProjectName> project = layout::project_of(path);
    if (name.scope.empty() || !project) name.scope = project ? project->text() : "admin";
    if (std::holds_alternative<layout::RootHistory>(layout::kind_of(path)))
      continue;  // the same file once more
    list += fmt::format("{}  {}\n", sha256_of(bytes).hex(), path);
  }
  name.id = sha256_of(list).hex();
  return name;
}

std::optional<ProposalName> name_of_commit(const GitRepository& git, const std::optional<CommitId>& base,
                                           const CommitId& commit) {
  std::map<std::string, Bytes> signed_bytes;
  const std::shared_ptr<const TreeReader> tree = git.tree(commit);
  for (const ChangedPath& change : git.changes(base, commit)) {
    if (change.how == ChangedPath::How::removed || !layout::is_signed_file(change.path)) continue;
    signed_bytes[change.path] =
        parse_envelope(*tree->read(change.path, max_metadata_bytes), change.path).signed_bytes;
  }
  if (signed_bytes.empty()) return std::nullopt;
  return proposal_name(signed_bytes);
}

GitRepository::NewCommit commit_of(const Proposal& proposal, const ProposalBase& base) {
  GitRepository::NewCommit commit;
  commit.parent = base.commit;
  for (const ChangedPath& change : proposal.changed) {
    const auto part = proposal.parts.find(change.path);
    if (part != proposal.parts.end())
      commit.files[change.path] = signed_file_text(part->second.signed_part, part->second.signatures);
    else if (change.how == ChangedPath::How::removed)
      commit.files[change.path] = std::nullopt;
    else
      commit.taken_over[change.path] = proposal.found.front().commit;
  }
  return commit;
}

std::shared_ptr<const TreeReader> tree_of(const GitRepository& git, const Proposal& proposal,
                                          const ProposalBase& base) {
  return git.preview(commit_of(proposal, base));
}

void judge(Proposal& proposal, const GitRepository& git, const ProposalBase& base) {
  const std::shared_ptr<const TreeReader> tree = tree_of(git, proposal, base);
  proposal.verdict = check_transition(base.state_or_null(), tree, std::nullopt, proposal.changed);
  if (proposal.verdict.kind == Verdict::Kind::refused) return;
  proposal.signers = signers_of(RepositoryState::read(tree, std::nullopt), proposal.parts);
}

ProposalBook read_proposals(const GitRepository& git, const ProposalBase& base,
                            const std::vector<Candidate>& candidates) {
  ProposalBook book;
  std::map<std::string, Proposal> by_id;
  std::map<CommitId, Examined> known;  // many names, one commit
  const MainContents contents(git, base.commit);
  for (const Candidate& candidate : candidates) {
    auto examined = known.find(candidate.commit);
    if (examined == known.end())
      examined = known.emplace(candidate.commit, proposals::examine(git, base, contents, candidate)).first;
    Examined one = examined->second;
    one.proposal.found = {candidate};
    add(book, by_id, std::move(one), candidate);
  }
  for (auto& [id, proposal] : by_id) {
    if (!proposal.stale) judge(proposal, git, base);
    book.proposals.push_back(std::move(proposal));
  }
  std::ranges::stable_sort(book.proposals, {}, &Proposal::scope);
  return book;
}

bool may_be_proposal_id(std::string_view text) {
  return text.size() >= min_id_digits && text.size() <= id_digits && is_lower_hex(text);
}

const Proposal* find_proposal(const ProposalBook& book, const std::string& id) {
  if (!may_be_proposal_id(id)) return nullptr;
  const Proposal* found = nullptr;
  for (const Proposal& proposal : book.proposals) {
    if (!proposal.id.starts_with(id)) continue;
    if (found != nullptr) {
      throw usage("several proposals begin with {}: {}, {}", id, found->short_id(), proposal.short_id())
          .with_hint("give more digits ('pgsign inbox --all --json' has all 64)");
    }
    found = &proposal;
  }
  if (found != nullptr) return found;
  for (const RefusedCandidate& candidate : book.refused) {
    if (!candidate.id.starts_with(id)) continue;
    throw refused("proposal {} ({}) is refused: {}", candidate.id.substr(0, 12), candidate.at.shown,
                  candidate.reason)
        .with_hint(candidate.hint);
  }
  return nullptr;
}

const Proposal& needed_proposal(const ProposalBook& book, const std::string& id) {
  if (!may_be_proposal_id(id))
    throw usage("'{}' is no proposal's id", escaped(id))
        .with_hint("6 to 64 of 0-9a-f; 'pgsign inbox --all' lists them");
  if (const Proposal* found = find_proposal(book, id)) return *found;
  throw not_found("no proposal begins with {}", id)
      .with_hint("'pgsign inbox --all' lists what waits; --from URL|BUNDLE looks elsewhere, too");
}

}  // namespace tuf
