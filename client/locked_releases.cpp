#include "client/locked_releases.h"

#include <algorithm>

#include "client/release_choice.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

Error other_root(const RepositoryIdentity& identity, const std::string& what) {
  return refused("{} was made for repository '{}' with the root of sha256 {}, and no repository here has it",
                 what, escaped(identity.name), identity.root_sha256.hex())
      .with_hint(
          "compare the digest with the place where you had it from; pgclient init URL --root-sha256 HEX "
          "trusts a repository");
}

// Several names for one root: the one that has the name of the lock, else the user must say.
RepositoryConfig repository_of(const RepositoryIdentity& identity, const std::string& what) {
  std::vector<RepositoryConfig> same_root;
  const std::vector<FileName> names = configured_repositories();
  for (const FileName& name : names) {
    auto config = find_repository(name);
    if (config && config->root_sha256 == identity.root_sha256) same_root.push_back(std::move(*config));
  }
  if (names.empty()) {
    throw no_trusted_root("no repository is set up on this machine")
        .with_hint(fmt::format("pgclient init URL --root-sha256 {}, if that is the digest that you know",
                               identity.root_sha256.hex()));
  }
  if (same_root.empty()) throw other_root(identity, what);
  if (same_root.size() == 1) return same_root.front();
  std::vector<std::string> candidates;
  for (const RepositoryConfig& config : same_root) {
    if (config.name.text() == identity.name) return config;
    candidates.push_back(config.name.text());
  }
  throw usage("several repositories have the root of {}: {}", what, listed(candidates))
      .with_hint("say which with --repository NAME");
}

LockedRepository only(const LockedRepository& locked, const std::vector<WantedProduct>& wanted) {
  if (wanted.empty()) return locked;
  LockedRepository part = locked;
  std::erase_if(part.releases,
                [&](const auto& entry) { return std::ranges::count(wanted, entry.first) == 0; });
  return part;
}

void require_all(const std::vector<LockedPart>& parts, const std::vector<WantedProduct>& wanted,
                 const std::string& what) {
  for (const WantedProduct& product : wanted) {
    std::size_t found = 0;
    for (const LockedPart& part : parts) found += part.locked.releases.count(product);
    if (found == 0) {
      throw not_found("{} has no {}", what, product.text())
          .with_hint(fmt::format("pgclient lock {} adds it", product.text()));
    }
    if (found > 1) {  // T-15
      throw usage("{} has {} of several repositories", what, product.text())
          .with_hint("say which with --repository NAME");
    }
  }
}

std::string digests_text(const Hashes& hashes) {
  std::string text;
  for (const auto& [algorithm, digest] : hashes)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name_of(algorithm), digest.hex());
  return text;
}

bool is_same(const LockedFile& locked, const TargetFile& stated) {
  if (locked.length != stated.length) return false;
  bool compared = false;
  for (const auto& [algorithm, digest] : locked.hashes) {
    const auto now = stated.hashes.find(algorithm);
    if (now == stated.hashes.end()) continue;
    if (now->second != digest) return false;
    compared = true;
  }
  return compared;
}

constexpr const char* gone_hint =
    "nothing was fetched; ask the project's maintainers; 'pgclient lock' with its name chooses another "
    "release";

const Release& find_release(const WantedProduct& product, const LockedRelease& locked,
                            const ProjectView& view, const std::string& what) {
  const std::string title = product.text() + " " + locked.version.text();
  const Block* block = find_block(view.blocks, {product.project, product.product, locked.version});
  if (block != nullptr || is_blocked(view)) {
    throw refused("{} has {}, but {} is blocked by the administrators of the repository{}", what, title,
                  block != nullptr ? block->name.text() : "project " + product.project.text(),
                  block != nullptr ? ": " + escaped(block->reason.text()) : "")
        .with_hint("nothing was fetched; do not use what you have of it, and ask the administrators");
  }
  for (const Release& release : view.releases) {
    if (release.product == product.product && release.version == locked.version) return release;
  }
  const auto removed = view.removed.find(removed_key(product.project, product.product, locked.version));
  if (removed != view.removed.end())
    throw refused("{} has {}, which was removed: {}", what, title, escaped(removed->second)).with_hint(gone_hint);
  throw refused("{} has {}, which is not in the repository any more", what, title).with_hint(gone_hint);
}

}  // namespace

std::vector<LockedPart> parts_of(const LockFile& lock, const std::vector<WantedProduct>& wanted,
                                 const std::optional<std::string>& repository, const std::string& what) {
  std::vector<LockedPart> parts;
  const auto chosen = repository ? std::optional(select_repository(repository)) : std::nullopt;
  for (const auto& [identity, locked] : lock.repositories) {
    if (chosen && chosen->root_sha256 != identity.root_sha256) continue;
    LockedRepository part = only(locked, wanted);
    if (part.releases.empty()) continue;
    parts.push_back({chosen ? *chosen : repository_of(identity, what), identity.name, std::move(part)});
  }
  if (chosen && parts.empty() && !lock.repositories.empty()) {
    const bool same_root = std::ranges::any_of(
        lock.repositories, [&](const auto& entry) { return entry.first.root_sha256 == chosen->root_sha256; });
    if (!same_root) {
      throw refused("{} was not made for repository {}, whose pinned root has sha256 {}", what,
                    chosen->name.text(), chosen->root_sha256.hex());
    }
  }
  require_all(parts, wanted, what);
  if (parts.empty()) throw not_found("{} is empty", what).with_hint("pgclient lock PROJECT adds a project");
  return parts;
}

void require_root_version(const LockedRepository& locked, const ProjectView& view,
                          const RepositoryConfig& repository, const std::string& what) {
  if (view.root_version >= locked.root_version) return;
  throw rollback(
      "{} was made under version {} of the root of repository {}, and the newest known here is version {}",
      what, locked.root_version, repository.name.text(), view.root_version)
      .with_hint("the server withholds the newer root, or, with --offline, this machine has not seen it");
}

void require_same_root(const LockedPart& part, const ProjectView& view, const std::string& what) {
  require_root_version(part.locked, view, part.repository, what);
  if (view.repository_name != part.name) {
    throw refused("{} was made for repository '{}', and its root now says '{}'", what, escaped(part.name),
                  escaped(view.repository_name))
        .with_hint("'pgclient lock' writes the new name, when it is right");
  }
}

Release release_as_locked(const WantedProduct& product, const LockedRelease& locked, const ProjectView& view,
                          const std::string& what, Output& out) {
  Release release = find_release(product, locked, view, what);
  std::map<std::string, LockedFile> missing = locked.files;
  std::erase_if(release.files, [&](const ReleaseFile& file) {
    const std::string& path = file.target.path.text();
    const auto entry = missing.extract(path);
    if (entry.empty()) {
      out.warning(fmt::format("{} has a file that {} has not: {}", release_title(release), what, path));
      return true;
    }
    const LockedFile& expected = entry.mapped();
    if (is_same(expected, file.target.file)) return false;
    throw refused("{} is not what {} says: expected {} bytes, {}; the repository says {} bytes, {}", path,
                  what, expected.length, digests_text(expected.hashes), file.target.file.length,
                  digests_text(file.target.file.hashes))
        .with_hint("nothing was fetched; a release never changes: tell the repository's administrators");
  });
  if (!missing.empty()) {
    throw refused("{} has {}, which is not in the repository any more", what, missing.begin()->first)
        .with_hint(gone_hint);
  }
  warn_if_yanked(release, out);
  return release;
}

}  // namespace tuf
