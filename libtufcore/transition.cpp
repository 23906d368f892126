#include "libtufcore/transition.h"

#include <algorithm>

#include "libtufcore/error.h"
#include "libtufcore/transition_rules.h"

namespace tuf {
namespace rules {
namespace {

template <typename... Kinds>
bool is_one_of(const layout::PathKind& kind) {
  return (std::holds_alternative<Kinds>(kind) || ...);
}

Error stray_file(std::string_view path) {
  for (const std::string_view online : {"timestamp", "snapshot", "new"}) {
    if (path.ends_with(fmt::format("/{}.json", online)))
      return refused("is role {}, which only the publisher makes; it has no place in the content repository",
                     online);
  }
  if (path.starts_with(layout::admin_dir)) return refused("is none of the files that admin/ may hold");
  return refused(
      "is none of the files that a project may have: claim.json, owners.json, releases.json, "
      "owners.<number>.json, invitations/<name>.json and files/<product>/<version>/<file> in projects/<first two letters>/<project>/");
}

ChangedPaths classify(Judgement& judgement, const std::vector<ChangedPath>& changed) {
  ChangedPaths paths;
  for (const ChangedPath& change : changed) {
    judgement.file = change.path;
    const layout::PathKind kind = layout::kind_of(change.path);
    if (is_one_of<layout::Unpublished>(kind)) {
      paths.unpublished.push_back(change.path);
      continue;
    }
    const bool may_go = is_one_of<layout::ProjectFile>(kind);  // with its release, as its project's rules say
    if (change.how == ChangedPath::How::removed && !may_go)
      throw refused("is removed; what was accepted once stays in the repository");
    if (is_one_of<layout::Stray>(kind)) throw stray_file(change.path);
    if (const auto project = layout::project_of(change.path))
      paths.projects[*project].push_back(change);
    else
      paths.admin.push_back(change);
  }
  return paths;
}

// G-15: whoever reviews a release need not look for workflow files in the same commit.
void require_one_purpose(Judgement& judgement, const std::vector<ChangedPath>& by_commit) {
  const auto is_unpublished = [](const ChangedPath& change) {
    return is_one_of<layout::Unpublished>(layout::kind_of(change.path));
  };
  const auto other = std::ranges::find_if(by_commit, is_unpublished);
  if (other == by_commit.end() || std::ranges::all_of(by_commit, is_unpublished)) return;
  judgement.file = other->path;
  throw refused("is not published, but is changed together with published files")
      .with_hint("make two commits of it");
}

// A commit may change every project there is; no two need to be in memory.
void forget(const Judgement& judgement, const ProjectName& project) {
  if (judgement.base) judgement.base->forget(project);
  judgement.next->forget(project);
}

void judge(Judgement& judgement, const ChangedPaths& paths) {
  if (!judgement.base) return judge_new_repository(judgement, paths);
  if (!paths.unpublished.empty()) judgement.verdict.changes.push_back(ChangeUnpublished{paths.unpublished});
  judge_admin(judgement, paths.admin);
  for (const auto& [project, files] : paths.projects) {
    judge_project(judgement, project, files);
    forget(judgement, project);
  }
}

// What a merge takes over as a whole: admin/, or one project's folder. Empty for unpublished files.
std::string folder_of(const ChangedPath& change) {
  if (const auto project = layout::project_of(change.path)) return layout::project_dir(*project);
  return is_one_of<layout::Unpublished>(layout::kind_of(change.path)) ? "" : std::string(layout::admin_dir);
}

// The first changed path of each folder, for messages.
std::map<std::string, std::string> folders_of(const std::vector<ChangedPath>& changed) {
  std::map<std::string, std::string> folders;
  for (const ChangedPath& change : changed) folders.emplace(folder_of(change), change.path);
  folders.erase("");
  return folders;
}

struct MergeDifferences {
  std::map<std::string, std::string> to_first, to_second;  // folder -> a path in it
  std::map<std::string, std::string> first_to_merge, second_to_merge;
};

void require_union(Judgement& judgement, const MergeDifferences& differ) {
  auto all = differ.first_to_merge;
  all.insert(differ.second_to_merge.begin(), differ.second_to_merge.end());
  for (const auto& [folder, path] : all) {
    const bool first = differ.to_first.contains(folder), second = differ.to_second.contains(folder);
    judgement.file = path;
    if (first && second) {
      throw refused("both sides of the merge changed {}/; a merge may take a folder over from one side only",
                    folder)
          .with_hint("merge without it, then make one of the changes again on top of the other");
    }
    if (!first && !second) throw refused("the merge changes {}/, which neither of its sides changed", folder);
    const auto& unlike = first ? differ.first_to_merge : differ.second_to_merge;
    if (const auto it = unlike.find(folder); it != unlike.end()) {
      judgement.file = it->second;
      throw refused("the merge does not take {}/ over as the side that changed it has it", folder);
    }
  }
}

void judge_merge(Judgement& judgement, const ChangedPaths& paths) {
  if (!paths.unpublished.empty()) judgement.verdict.changes.push_back(ChangeUnpublished{paths.unpublished});
  judge_merged_admin(judgement, paths.admin);
  for (const auto& [project, files] : paths.projects) {
    judge_merged_project(judgement, project, files);
    forget(judgement, project);
  }
}

bool is_about_the_proposal(Error::Kind kind) {
  return kind != Error::Kind::bug && kind != Error::Kind::local_io && kind != Error::Kind::network &&
         kind != Error::Kind::other;
}

// The one place where an Error becomes a Verdict.
template <typename Rules>
Verdict verdict_of(const RepositoryState* base, const Rules& apply) {
  if (base && !base->root_check().enough()) {
    throw refused("{}", signature_shortage(fmt::format("{} at {}", layout::root, base->tree().name()),
                                           base->root_check(), base->root_names()));
  }
  Judgement judgement{base, std::nullopt, {}, {}};
  try {
    apply(judgement);
  } catch (const Error& error) {
    if (!is_about_the_proposal(error.kind())) throw;
    return {.kind = Verdict::Kind::refused, .file = judgement.file, .reason = error.what(), .hint = error.hint()};
  }
  Verdict verdict = std::move(judgement.verdict);
  verdict.kind = verdict.missing.empty() && verdict.waits.empty() ? Verdict::Kind::accepted : Verdict::Kind::pending;
  if (verdict.kind == Verdict::Kind::accepted) verdict.state = std::move(judgement.next);
  return verdict;
}

}  // namespace

void require_generated(Judgement& judgement, const std::string& path, const Json& expected, const Json& signed_part,
                       ByteView signed_bytes, const SignatureSet& signatures) {
  judgement.file = path;
  if (canonical_json(expected) != signed_bytes) {
    throw refused("contains a change that is not one of the known ones: {}",
                  first_difference(expected, signed_part));
  }
  if (judgement.next->tree().read(path, max_metadata_bytes) != signed_file_text(signed_part, signatures))
    throw refused(
        "is not written as pgsign writes it: one line, members and signatures sorted, nothing else");
}

void require_later_version(const SignedFile<Targets>& next, const Targets& base) {
  if (next.untrusted.version > base.version) return;
  if (next.untrusted.version < base.version)
    throw refused("goes back from version {} to version {}", base.version, next.untrusted.version);
  const bool same = next.signed_bytes == canonical_json(to_json(base));
  throw refused("is changed, but is still version {}; {}", base.version,
                same ? "the signatures of an accepted version are final" : "a change needs the next version");
}

void require_next_version(const SignedFile<Targets>& next, const Targets& base) {
  require_later_version(next, base);
  if (next.untrusted.version != base.version + 1)
    throw refused("goes from version {} to version {}; the next version is {}", base.version,
                  next.untrusted.version, base.version + 1);
}

void add_changes(Judgement& judgement, const std::vector<Change>& changes) {
  judgement.verdict.changes.insert(judgement.verdict.changes.end(), changes.begin(), changes.end());
}

void judge_signatures(Judgement& judgement, const MissingSignatures& file, const SignatureSet& signatures) {
  judgement.file = file.path;
  const SignatureCheck& check = file.check;
  const auto is_in = [](const std::vector<KeyId>& ids, const KeyId& id) {
    return std::ranges::find(ids, id) != ids.end();
  };
  for (const auto& [id, signature] : signatures.by_key) {
    if (is_in(check.valid, id)) continue;
    const std::string label = key_label(name_of_key(file.names, id), id);
    if (is_in(check.missing, id))
      throw refused("carries a signature by {} that is not valid for its contents", label);
    const std::size_t allowed = check.valid.size() + check.missing.size();
    if (check.valid.empty()) {
      throw refused("is signed by {}, which is none of the {} key{} that may sign role {}", label, allowed,
                    allowed == 1 ? "" : "s", escaped(file.role.text()));
    }
    throw refused("carries a signature by {}, which may not sign role {}", label, escaped(file.role.text()));
  }
  if (!check.enough()) judgement.verdict.missing.push_back(file);
}

void judge_signatures(Judgement& judgement, const RoleFile& file) {
  judge_signatures(judgement, {file.path, file.role, file.check, file.names}, file.file.signatures);
}

}  // namespace rules

Verdict check_transition(const RepositoryState* base, const std::shared_ptr<const TreeReader>& next,
                         const std::optional<Digest>& pinned_root, const std::vector<ChangedPath>& changed) {
  return check_transition(base, next, pinned_root, changed, changed);
}

Verdict check_transition(const RepositoryState* base, const std::shared_ptr<const TreeReader>& next,
                         const std::optional<Digest>& pinned_root, const std::vector<ChangedPath>& changed,
                         const std::vector<ChangedPath>& by_commit) {
  return rules::verdict_of(base, [&](rules::Judgement& judgement) {
    const rules::ChangedPaths paths = rules::classify(judgement, changed);
    if (base) rules::require_one_purpose(judgement, by_commit);
    judgement.file = layout::root;
    judgement.next = base ? RepositoryState::read_after(*base, next, changed, pinned_root)
                          : RepositoryState::read(next, pinned_root);
    rules::judge(judgement, paths);
  });
}

Verdict check_merge(const RepositoryState& first_parent, const std::shared_ptr<const TreeReader>& merge,
                    const std::optional<Digest>& pinned_root, const std::vector<ChangedPath>& base_to_first,
                    const std::vector<ChangedPath>& base_to_second,
                    const std::vector<ChangedPath>& first_to_merge,
                    const std::vector<ChangedPath>& second_to_merge) {
  return rules::verdict_of(&first_parent, [&](rules::Judgement& judgement) {
    const rules::ChangedPaths paths = rules::classify(judgement, first_to_merge);
    rules::require_union(judgement, {rules::folders_of(base_to_first), rules::folders_of(base_to_second),
                                     rules::folders_of(first_to_merge), rules::folders_of(second_to_merge)});
    judgement.file = layout::root;
    judgement.next = RepositoryState::read_after(first_parent, merge, first_to_merge, pinned_root);
    rules::judge_merge(judgement, paths);
  });
}

void check_freshness(const RepositoryState& tip, UtcTime now) {
  const auto check = [&](std::string_view role, UtcTime expires) {
    if (now < expires) return;
    throw expired("role {} at {} expired {} ago, at {}", role, tip.tree().name(),
                  duration_text(now.unix_seconds() - expires.unix_seconds()), expires.text())
        .with_hint("the administrators must sign a new version of it");
  };
  check("root", tip.root().expires);
  for (const RoleName& role : tip.admin_roles()) check(role.text(), tip.admin_role(role)->expires);
}

}  // namespace tuf
