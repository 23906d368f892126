#include "signer/signed_once.h"

#include <algorithm>

#include "signer/departures.h"

namespace tuf {
namespace {

// What is signed counts without another key. The first version of a role counts only with all that comes with
// it.
bool is_complete(const SignedContent& content, const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::accepted) return true;
  const auto waits = [&](const MissingSignatures& one) { return one.path == content.path; };
  return content.version > 1 && std::ranges::none_of(verdict.missing, waits);
}

}  // namespace

std::vector<SignedContent> contents_of(const Parts& parts) {
  std::vector<SignedContent> contents;
  for (const auto& [path, part] : parts) {
    std::optional<SignedContent> content = signed_content_of(path, part.signed_part);
    const bool is_new =
        content && std::ranges::find(contents, *content) == contents.end();  // the root has two places
    if (is_new) contents.push_back(*std::move(content));
  }
  return contents;
}

void refuse_second_contents(const GitRepository& git, const TrustStore* trust, const Parts& parts,
                            const std::string& way) {
  if (trust != nullptr) trust->signatures().refuse_second(contents_of(parts), on_a_remote_branch(git), way);
}

void record_signatures(const GitRepository& git, const TrustStore* trust, const Parts& parts,
                       const Verdict& verdict, const KeyId& key, UtcTime now) {
  if (trust == nullptr) return;
  std::vector<RecordedSignature> signatures;
  for (SignedContent& content : contents_of(parts)) {
    const bool complete = is_complete(content, verdict);
    signatures.push_back({std::move(content), key, now, complete});
  }
  trust->signatures().note_signed(signatures, on_a_remote_branch(git));
}

void refuse_version_of_others(const Workspace& workspace, const Standing& standing, const Parts& parts) {
  if (!standing.main || standing.main == standing.base) return;
  const std::shared_ptr<const TreeReader> main = workspace.git.tree(*standing.main);
  for (const SignedContent& content : contents_of(parts)) {
    const std::optional<SignedContent> there = signed_content_at(*main, content.path);
    if (!there || there->version < content.version) continue;
    throw conflict("others were first: the main branch has version {} of role {} already, at commit {}",
                   there->version, escaped(there->role), short_id(*standing.main))
        .with_hint(workspace.git.is_ancestor(workspace.head, *standing.main)
                       ? "git pull, then make your change on top of that"
                       : fmt::format("pgsign push   (first brings your commit {} there)", short_id(workspace.head)));
  }
}

}  // namespace tuf
