#include "signer/proposal_candidate.h"

#include <algorithm>

#include "libtufcore/canonical_json.h"

namespace tuf::proposals {
namespace {

constexpr std::size_t max_changed_paths = 10'000;
constexpr std::size_t max_own_commits = 1'000;
constexpr std::size_t max_message_bytes = 64u << 10;
constexpr std::size_t max_title_bytes = 100;
constexpr std::string_view author_line = "Proposed-by: ";

// Anybody may open pull requests, and a few bytes of a packed file become gigabytes once it is parsed: before
// that, a file must not be larger than a change can make it. Yanking makes each of its entries two or three
// times as long, a new file of a release takes less than 1 KiB, a promoted name as well.
constexpr std::uint64_t growth_factor = 4;
constexpr std::uint64_t growth_by_file = 1u << 10;
constexpr std::uint64_t growth_of_project = 1u << 20;
constexpr std::uint64_t growth_of_admin = 4u << 20;

std::uint64_t most_bytes(const ProposalBase& base, const std::string& path, std::size_t changed_files) {
  const std::optional<Bytes> before =
      base.state ? base.state->tree().read(path, max_metadata_bytes) : std::nullopt;
  const std::uint64_t growth = layout::project_of(path) ? growth_of_project : growth_of_admin;
  return std::min<std::uint64_t>(max_metadata_bytes, growth_factor * (before ? before->size() : 0) + growth +
                                                         growth_by_file * changed_files);
}

std::optional<Envelope> envelope_at(const TreeReader& tree, const std::string& path,
                                    std::uint64_t max_bytes = max_metadata_bytes) {
  const std::optional<Bytes> file = tree.read(path, max_bytes);
  if (!file) return std::nullopt;
  return parse_envelope(*file, fmt::format("{} at {}", path, tree.name()));
}

std::map<std::string, Envelope> signed_files(const GitRepository& git, const ProposalBase& base,
                                             const CommitId& commit,
                                             const std::vector<ChangedPath>& changed) {
  std::map<std::string, Envelope> files;
  const std::shared_ptr<const TreeReader> tree = git.tree(commit);
  for (const ChangedPath& change : changed) {
    if (change.how == ChangedPath::How::removed || !layout::is_signed_file(change.path)) continue;
    const std::uint64_t max_bytes = most_bytes(base, change.path, changed.size());
    files.emplace(change.path, *envelope_at(*tree, change.path, max_bytes));
  }
  return files;
}

ProposalName name_of(const std::map<std::string, Envelope>& files) {
  std::map<std::string, Bytes> signed_bytes;
  for (const auto& [path, file] : files) signed_bytes[path] = file.signed_bytes;
  return proposal_name(signed_bytes);
}

bool is_on_main(const ProposalBase& base, const std::map<std::string, Envelope>& files) {
  if (!base.state) return false;
  return std::ranges::all_of(files, [&](const auto& entry) {
    const std::optional<Envelope> there = envelope_at(base.state->tree(), entry.first);
    return there && there->signed_bytes == entry.second.signed_bytes;
  });
}

std::string version_text(const std::optional<Envelope>& file) {
  const Json::Object* members = file ? file->signed_part.as_object() : nullptr;
  const auto version = members == nullptr ? Json::Object::const_iterator() : members->find("version");
  const bool known =
      members != nullptr && version != members->end() && version->second.as_number() != nullptr;
  return known ? fmt::format("version {}", *version->second.as_number()) : "nothing";
}

// Why the candidate cannot be applied to base: a file of it is not what it was where the candidate began.
std::string outdated_part(const GitRepository& git, const ProposalBase& base, const CommitId& fork,
                          const std::map<std::string, Envelope>& files) {
  if (fork == base.commit) return {};
  const std::shared_ptr<const TreeReader> before = git.tree(fork);
  for (const auto& [path, file] : files) {
    if (before->read(path, max_metadata_bytes) == base.state->tree().read(path, max_metadata_bytes)) continue;
    return fmt::format("{} was made on {}, and branch {} has {} of it by now", path,
                       version_text(envelope_at(*before, path)), escaped(base.main_branch),
                       version_text(envelope_at(base.state->tree(), path)));
  }
  return {};
}

// Only a key whose signature is there is believed to be the author's.
void read_messages(const GitRepository& git, const std::optional<CommitId>& fork, const CommitId& commit,
                   Proposal& proposal) {
  std::string named;
  for (const CommitInfo& one : git.range(fork, commit, max_own_commits)) {
    const std::string message = git.message(one.id, max_message_bytes);
    if (proposal.title.empty()) proposal.title = escaped(one.summary, max_title_bytes);
    for (Rejection& rejection : rejections_in(message)) proposal.rejections.push_back(std::move(rejection));
    const std::size_t at = message.find(author_line);
    if (named.empty() && at != std::string::npos) named = message.substr(at + author_line.size(), 64);
  }
  const std::set<KeyId> signers = proposal.signed_by();
  if (signers.contains(named)) proposal.author = named;
  if (!proposal.author && signers.size() == 1) proposal.author = *signers.begin();
}

void refuse(Examined& examined, const Error& error) {
  examined.kind = Examined::Kind::refused;
  examined.reason = error.what();
  examined.hint = error.hint();
  examined.proposal.parts.clear();  // there may be many, and each may be large
  examined.proposal.changed.clear();
}

// Whose it is although it can be applied no more: by the keys that may sign the file on main.
std::vector<FileSigners> signers_on_main(const ProposalBase& base,
                                         const std::map<std::string, Envelope>& files) {
  std::vector<FileSigners> all;
  for (const auto& [path, file] : files) {
    const layout::PathKind kind = layout::kind_of(path);
    if (std::holds_alternative<layout::ProjectInvitation>(kind)) continue;
    if (!base.state->tree().read(path, max_metadata_bytes)) continue;
    FileSigners one = signers_of_file(*base.state, path);
    one.file.check =
        check_signatures({one.keys, {}, one.file.check.threshold}, file.signed_bytes, file.signatures);
    all.push_back(std::move(one));
  }
  return all;
}

void examine_on(const GitRepository& git, const ProposalBase& base, const MainContents& main,
                const Candidate& candidate, Examined& examined) {
  using Kind = Examined::Kind;
  std::optional<CommitId> fork;
  if (base.commit) {
    fork = git.merge_base(*base.commit, candidate.commit);
    if (!fork) throw refused("it has no commit in common with branch {}", escaped(base.main_branch));
    examined.kind = Kind::landed;
    if (fork == candidate.commit) return;
  }
  Proposal& proposal = examined.proposal;
  proposal.changed = git.changes(fork, candidate.commit, max_changed_paths);
  const std::map<std::string, Envelope> files = signed_files(git, base, candidate.commit, proposal.changed);
  examined.kind = Kind::foreign;
  if (files.empty()) return;
  static_cast<ProposalName&>(proposal) = name_of(files);
  proposal.found = {candidate};
  examined.kind = Kind::landed;
  if (is_on_main(base, files)) return;
  examined.reason = fork ? outdated_part(git, base, *fork, files) : "";
  const auto was_there = [&](const auto& file) { return main.had(file.first, file.second.signed_bytes); };
  if (!examined.reason.empty() && std::ranges::all_of(files, was_there)) return;
  for (const auto& [path, file] : files) proposal.parts[path] = {file.signed_part, file.signatures};
  examined.kind = examined.reason.empty() ? Kind::good : Kind::stale;
  if (examined.kind == Kind::stale) {
    proposal.stale = true;
    proposal.verdict.reason = examined.reason;
    proposal.signers = signers_on_main(base, files);
  } else {
    judge(proposal, git, base);
    if (const Verdict& verdict = proposal.verdict; verdict.kind == Verdict::Kind::refused) {
      const std::string file = verdict.file.empty() ? "" : escaped(verdict.file) + ": ";
      throw refused("{}{}", file, verdict.reason).with_hint(verdict.hint);
    }
  }
  read_messages(git, fork, candidate.commit, proposal);
}

}  // namespace

Examined examine(const GitRepository& git, const ProposalBase& base, const MainContents& main,
                 const Candidate& candidate) {
  Examined examined;
  try {
    examine_on(git, base, main, candidate, examined);
  } catch (const Error& error) {  // one that is wrong must not hide the others
    if (error.kind() == Error::Kind::bug) throw;
    refuse(examined, error);
  }
  return examined;
}

}  // namespace tuf::proposals
