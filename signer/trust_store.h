#pragma once
// What this person trusts of one content repository, whatever the git host says: below
// $XDG_STATE_HOME/pg/signer (0700), in a folder named by the SHA-256 of 1.root.json:
//   repository            name, how it was pinned, where it was cloned from, the last verified commit of main, and of
//                         each remote's
//   roots/<N>.root.json   every root version that main had
//   admin.roles, projects/<project>.roles   highest version and digest of each role that main had: a file a
//   folder, so
//                         that a new commit costs what it changes
//   signed                signature_record.h
//   lock                  held while somebody writes
// Nothing of it can be had again, so damage is told and never repaired by guessing (trust_file.h).

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libtufcore/git/git_repository.h"
#include "libtufcore/names.h"
#include "signer/signature_record.h"

namespace tuf {

struct TrustedMain {
  CommitId commit;
  UtcTime since;  // when it was verified here
};

struct RoleHeight {
  std::uint64_t version;
  Digest sha256;  // of the signed bytes
};

class TrustStore {
 public:
  enum class Pinned { given, made, first_use };
  struct State {
    Digest root_sha256;
    std::string name;  // of the repository, as its root states it
    Pinned pinned;
    UtcTime since;
    std::vector<std::string> remotes;  // URLs
    // The newest one that a fetch showed, of whatever remote, each a continuation of the one before. Empty: no
    // main branch of others was verified yet.
    std::optional<TrustedMain> main;
    // Of each remote, by its URL, the newest one that it had, with what this person pushed there: it must never go
    // back behind it. A fork is its owner's: what was pushed to one says nothing about any other remote. A remote
    // that was never seen must continue `main`. So who controls one remote can hide nothing that it ever showed or
    // took. A fork that was looked at can put a commit of its own on top of `main`: other remotes then have to
    // have it only where they were never seen, and such a URL can show that fork's line (docs/threat-model.md,
    // known limits). No second content is signed for any version all the same (signature_record.h).
    std::map<std::string, TrustedMain> lines;
    std::optional<TrustedMain> last_of(const std::string& remote) const;  // its line, else main
  };

  // Each throws refused when others can write into the folder, no_trusted_root when the store is damaged.
  static std::optional<TrustStore> find(const Digest& root_sha256);
  static std::vector<TrustStore> all();
  // Makes the store, or raises what a first look pinned to what somebody compared.
  static TrustStore pin(const Digest& root_sha256, const std::string& name, Pinned how, UtcTime now);
  // What is trusted goes, what was signed stays unless `with_signatures`. Damaged or not. False when there is
  // nothing.
  static bool forget(const Digest& root_sha256, bool with_signatures);
  static bool holds(const Digest& root_sha256, bool with_signatures);  // what there is to forget

  const State& state() const noexcept { return state_; }
  const std::filesystem::path& folder() const noexcept { return folder_; }
  SignatureRecord signatures() const { return SignatureRecord(folder_); }

  void add_remote(const std::string& url);

  // The line of `remote` from `last` to `next`. False when another process moved it meanwhile.
  bool advance_line(const std::string& remote, const std::optional<CommitId>& last, const TrustedMain& next);

  using Roles = std::map<std::string, RoleHeight>;
  Roles roles(const std::optional<ProjectName>& project) const;  // without a project: of the administrators
  std::optional<Bytes> root(std::uint64_t version) const;

  struct News {
    std::map<std::optional<ProjectName>, Roles> roles;  // of the folders that changed
    std::map<std::uint64_t, Bytes> roots;               // new versions
  };
  // `main` from `last`, which the caller compared with, to `next`. False when another process moved it meanwhile;
  // then the caller compares again. Throws rollback when a role or a root is not what main had before.
  bool advance(const std::optional<CommitId>& last, const TrustedMain& next, const News& news);

 private:
  TrustStore(std::filesystem::path folder, State state)
      : folder_(std::move(folder)), state_(std::move(state)) {}
  static TrustStore read(const std::filesystem::path& folder, const Digest& root_sha256);
  std::filesystem::path roles_file(const std::optional<ProjectName>& project) const;
  void keep_roles(const std::optional<ProjectName>& project, const Roles& seen) const;
  void keep_roots(const std::map<std::uint64_t, Bytes>& roots) const;
  void write() const;
  FileLock lock() const { return FileLock(folder_ / "lock", FileLock::Wait::yes); }

  std::filesystem::path folder_;
  State state_;
};

const char* name_of(TrustStore::Pinned pinned) noexcept;  // "given", "made", "first-use"

}  // namespace tuf
