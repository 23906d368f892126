#include "libtufcore/root_history.h"

#include <algorithm>

#include "libtufcore/client_workflow.h"
#include "libtufcore/error.h"
#include "libtufcore/repository_state.h"

namespace tuf {
namespace {

constexpr std::size_t max_root_versions = 1024;

std::string what_of(std::string_view path, const TreeReader& tree) {
  return fmt::format("{} at {}", path, tree.name());
}

bool has_id(const std::vector<KeyId>& ids, const KeyId& id) {
  return std::ranges::find(ids, id) != ids.end();
}

// A root that replaces another one: enough of the administrators before it sign it, enough of its own, and
// each who is new (who shows by it that the key is really theirs). The result counts all of that as one list
// of signatures.
void check_under_both(const Root& before, const SignedFile<Root>& root, RootHistory& history) {
  SignatureCheck& check = history.check;
  const RoleKeys& old_keys = before.keys_of("root");
  const SignatureCheck old_check = check_signatures(old_keys, root.signed_bytes, root.signatures);
  std::vector<KeyId> must, missing;  // who is new; who else can help
  for (const KeyId& id : check.missing) {
    if (std::ranges::find(old_keys.keys, id, &PublicKey::id) == old_keys.keys.end()) must.push_back(id);
  }
  const auto new_needed = check.still_needed() - std::min<std::uint32_t>(check.still_needed(), must.size());
  const auto old_needed = old_check.still_needed();
  std::uint32_t common = 0;
  for (const KeyId& id : check.missing) {
    if (new_needed == 0 || has_id(must, id)) continue;
    missing.push_back(id);
    if (has_id(old_check.missing, id)) ++common;
  }
  for (const KeyId& id : old_check.missing) {
    if (old_needed > 0 && !has_id(missing, id)) missing.push_back(id);
  }
  const auto still_needed = static_cast<std::uint32_t>(must.size()) + new_needed + old_needed -
                            std::min({common, new_needed, old_needed});
  for (const KeyId& id : old_check.valid) {
    if (!has_id(check.valid, id)) check.valid.push_back(id);
  }
  check.threshold = static_cast<std::uint32_t>(check.valid.size()) + still_needed;
  check.missing = std::move(must);
  check.missing.insert(check.missing.end(), missing.begin(), missing.end());
  for (const PublicKey& key : old_keys.keys) {
    if (std::ranges::find(history.signers.keys, key.id(), &PublicKey::id) != history.signers.keys.end())
      continue;
    history.signers.keys.push_back(key);
    if (const std::string name = name_of_key(before.extra, key.id()); !name.empty())
      set_name_of_key(history.names, key.id(), name);
  }
}

}  // namespace

RootHistory read_root_history(const TreeReader& tree, const std::optional<Digest>& pinned) {
  const std::string first_path = layout::root_history(1);
  const auto first = tree.read(first_path, max_metadata_bytes);
  if (!first) {
    throw no_trusted_root("{} is not a content repository (it has no {})", tree.name(), first_path)
        .with_hint("pgsign init DIR --name NAME makes a new one");
  }
  const std::size_t count = tree.list("admin/root_history").size();
  if (count > max_root_versions)
    throw limit("admin/root_history at {} has {} files; at most {} are read", tree.name(), count,
                max_root_versions);
  Bytes newest = *first;
  std::optional<Root> before;  // the newest
  if (count > 1) {
    RootChain chain(*first, what_of(first_path, tree));
    for (std::uint64_t version = 2; version <= count; ++version) {
      auto next = tree.read(layout::root_history(version), max_metadata_bytes);
      if (!next)
        throw refused("{} is missing: there are {} root versions",
                      what_of(layout::root_history(version), tree), count);
      if (version < count) chain.append(*next, what_of(layout::root_history(version), tree));
      newest = *std::move(next);
    }
    before = chain.last();
  }
  if (tree.read(std::string(layout::root), max_metadata_bytes) != newest)
    throw refused("{} is not the same file as {}", what_of(layout::root, tree), layout::root_history(count));

  auto root = parse_signed_file<Root>(newest, what_of(layout::root_history(count), tree));
  if (root.untrusted.version != count)
    throw refused("{} has version {}; its name says {}", root.what, root.untrusted.version, count);
  RootHistory history{root.untrusted, {}, root.untrusted.keys_of("root"), root.untrusted.extra};
  history.check = check_signatures(history.signers, root.signed_bytes, root.signatures);
  if (before) check_under_both(*before, root, history);
  // Missing signatures change the first file once more: only the complete one has the pinned hash.
  if (pinned && (before || history.check.enough()) && sha256_of(*first) != *pinned) {
    throw refused("{} has the SHA-256 {}, but the pinned root has {}", what_of(first_path, tree),
                  sha256_of(*first).hex(), pinned->hex())
        .with_hint("this is another repository than the one you trust, or the pinned hash is mistyped");
  }
  return history;
}

}  // namespace tuf
