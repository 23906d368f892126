#pragma once
// A content repository in git and its published tree in a folder, for tests of the publisher.

#include <catch2/catch.hpp>

#include "publisher/destination.h"
#include "publisher/online_roles.h"
#include "publisher/site_writer.h"
#include "tests/support/content_repository.h"
#include "tests/support/temp_git_repository.h"

namespace tuf::test {

inline OnlineKeys online_keys(const std::string& name = "ci") {
  std::vector<std::unique_ptr<SigningKey>> keys;
  keys.push_back(signing_key_of(SecretKey::from_seed(sha256_of(name).bytes())));
  return OnlineKeys(std::move(keys));
}

// Nobody has written any version yet.
inline std::uint64_t any_version(const RoleName&, std::uint64_t version) { return version; }

class Publication {
 public:
  Publication() : Publication(new_repository()) {}
  explicit Publication(ContentRepository start) : content(std::move(start)), pin_(content.pin()) {}
  ContentRepository content;
  TempGitRepository git;
  TempDir folder;

  CommitId commit() {
    std::map<std::string, std::optional<std::string>> files;
    for (const auto& [path, bytes] : committed_) files[path] = std::nullopt;
    for (const auto& [path, bytes] : content.files) files[path] = bytes;
    committed_ = content.files;
    return git.commit(files);
  }
  std::optional<PublishedSite> site() const { return read_published_site(folder_reader(folder / "site"), pin_); }
  Rendering rendering(UtcTime now, const std::string& key = "ci") { return rendering(now, online_keys(key)); }
  Rendering rendering(UtcTime now, const OnlineKeys& keys) {
    const auto previous = site();
    const auto last = previous ? std::optional(previous->commit) : std::nullopt;
    range_.emplace(judge_range(git.open(), last, git.open().resolve("main"), pin_));
    REQUIRE(range_->accepted);
    const PublishedSite* const site_before = previous ? &*previous : nullptr;
    const auto from = is_signed_anew(range_->accepted->state(), site_before) ? std::nullopt : last;
    const CommitId& to = range_->accepted->id();
    const GitRepository repository = git.open();
    FirstReleases first(repository, from, to);
    return render(*range_->accepted, repository.changes(from, to), first, site_before, keys, now, any_version);
  }
  WrittenSite publish(UtcTime now, const std::string& key = "ci") { return publish(now, online_keys(key)); }
  WrittenSite publish(UtcTime now, const OnlineKeys& keys) {
    const Rendering rendered = rendering(now, keys);
    return write_site(folder / "site", rendered, &range_->accepted->state().tree());
  }
  // The files of the whole tree as publish --whole makes them.
  Rendering whole(UtcTime now) {
    Rendering rendered = rendering(now);
    const GitRepository repository = git.open();
    FirstReleases first(repository, std::nullopt, range_->accepted->id());
    add_unchanged(rendered, *range_->accepted, repository.changes(std::nullopt, range_->accepted->id()), first, *site());
    return rendered;
  }
  const TreeReader& tree() const { return range_->accepted->state().tree(); }
  const AcceptedCommit& accepted() const { return *range_->accepted; }
  const Digest& pin() const { return pin_; }

 private:
  Digest pin_;
  std::map<std::string, Bytes> committed_;
  std::optional<JudgedRange> range_;
};

// In two publications: the repository alone, then project abc of olga and mia.
struct PublishedProject : Publication {
  PublishedProject() {
    commit();
    publish(made_at);
    content.create_project(project_of("abc"), {"olga", "mia"});
    commit();
    publish(made_at);
  }
};

}  // namespace tuf::test
