#include "signer/departures.h"

#include <algorithm>

#include "signer/proposal.h"
#include "signer/trust_store.h"
#include "signer/verified_main.h"

namespace tuf {
namespace {

constexpr std::size_t max_references = 10'000;

void add_contents(const GitRepository& git, const std::optional<CommitId>& base, const CommitId& commit,
                  std::vector<SignedContent>& contents) {
  const std::shared_ptr<const TreeReader> tree = git.tree(commit);
  for (const ChangedPath& change : git.changes(base, commit)) {
    const std::optional<SignedContent> content =
        layout::is_signed_file(change.path) ? signed_content_at(*tree, change.path) : std::nullopt;
    if (content && std::ranges::find(contents, *content) == contents.end()) contents.push_back(*content);
  }
}

std::vector<SignedContent> contents_after_main(const GitRepository& git, const CommitId& tip) {
  const std::optional<MainBranch> main = find_main(git, git.current_branch().value_or("main"));
  std::vector<SignedContent> contents;
  for (const CommitInfo& commit : git.range(main ? std::optional(main->tip) : std::nullopt, tip)) {
    const std::optional<CommitId> parent =
        commit.parents.empty() ? std::nullopt : std::optional(commit.parents.front());
    add_contents(git, parent, commit.id, contents);
  }
  return contents;
}

bool is_signed_by(const TreeReader& tree, const std::string& path, const KeyId& key) {
  const Json json = parse_json(tree.read(path, max_metadata_bytes).value_or(Bytes()), path);
  const std::vector<JsonReader> signatures = JsonReader(json, path)["signatures"].elements(max_signatures);
  return std::ranges::any_of(signatures, [&](const JsonReader& one) { return one["keyid"].text() == key; });
}

}  // namespace

std::optional<SignedContent> signed_content_at(const TreeReader& tree, const std::string& path) {
  const std::optional<Bytes> file = tree.read(path, max_metadata_bytes);
  if (!file) return std::nullopt;
  const Json json = parse_json(*file, path);
  return signed_content_of(path, JsonReader(json, path)["signed"].json());
}

Departure::Departure(const GitRepository& git, const std::optional<CommitId>& commit, std::string to)
    : to_(std::move(to)) {
  if (!commit) return;
  const auto root = git.tree(*commit)->digest(layout::root_history(1), max_metadata_bytes);
  const std::optional<TrustStore> store = root ? TrustStore::find(root->sha256) : std::nullopt;
  if (!store) return;
  record_ = store->signatures();
  const std::vector<RecordedSignature> mine = record_->entries();
  contents_ = contents_after_main(git, *commit);
  std::erase_if(contents_, [&](const SignedContent& content) {
    return std::ranges::find(mine, content, &RecordedSignature::content) == mine.end();
  });
}

void Departure::begins() const {
  if (carries_signatures()) record_->note_leaving(contents_, to_);
}

bool was_withdrawn(const GitRepository& git, const TrustStore* trust, const std::optional<CommitId>& base,
                   const CommitId& commit) {
  if (trust == nullptr) return false;
  std::vector<SignedContent> contents;
  add_contents(git, base, commit, contents);
  return std::ranges::any_of(trust->signatures().entries(), [&](const RecordedSignature& mine) {
    return mine.withdrawn && std::ranges::find(contents, mine.content) != contents.end();
  });
}

SignatureRecord::IsElsewhere on_a_remote_branch(const GitRepository& git) {
  return [&git](const RecordedSignature& mine) {
    const std::string& path = mine.content.path;
    for (const Reference& branch : git.references("refs/remotes/", max_references)) {
      const std::shared_ptr<const TreeReader> tree = git.tree(branch.commit);
      const std::optional<SignedContent> there = signed_content_at(*tree, path);
      if (!there || there->sha256 != mine.content.sha256) continue;
      if (is_signed_by(*tree, path, mine.key)) return true;
    }
    return false;
  };
}

}  // namespace tuf
