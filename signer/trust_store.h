#pragma once
// What this person trusts of one content repository, whatever the git host says: below
// $XDG_STATE_HOME/pg/signer (0700), in a folder named by the SHA-256 of 1.root.json:
//   repository            name, how it was pinned, where it was cloned from, the last verified commit of each
//                         remote's main branch, and of the one that new remotes are compared with
//   roots/<N>.root.json   every root version that the reference had
//   admin.roles, projects/<project>.roles   highest version and digest of each role that the reference had:
//                         a file a folder, so that a new commit costs what it changes
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
    // Of each remote, by its URL, the newest commit that its main branch had, with what this person pushed
    // there: it must never go back behind it. Other remotes need not have it: a fork is its owner's.
    std::map<std::string, TrustedMain> lines;
    // The remote whose main branch was verified here first, and the newest commit that a fetch showed of it,
    // without what only this person pushed there. A remote that was never seen must contain it. No other remote
    // moves it, however far ahead: a fork that was looked at once can neither make the repository's next
    // address look forked, nor pass off its own line as the repository at a new one. Roles and roots are noted
    // of it alone. Empty: no main branch of others was verified yet.
    std::string reference;
    std::optional<TrustedMain> main;
    bool may_lead(const std::string& remote) const { return !main || reference == remote; }
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

  using Roles = std::map<std::string, RoleHeight>;
  Roles roles(const std::optional<ProjectName>& project) const;  // without a project: of the administrators
  std::optional<Bytes> root(std::uint64_t version) const;

  struct News {
    std::map<std::optional<ProjectName>, Roles> roles;  // of the folders that changed
    std::map<std::uint64_t, Bytes> roots;               // new versions
  };
  // The line of `remote` from `last`, which the caller compared with, to `next`; with `news`, what is new
  // since `main`, also `main`: only for a remote that may lead. False when another process moved one of them
  // meanwhile; then the caller compares again. Throws rollback when a role or a root is not what the
  // reference had before.
  bool advance(const std::string& remote, const std::optional<CommitId>& last, const TrustedMain& next,
               const std::optional<News>& news);

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
