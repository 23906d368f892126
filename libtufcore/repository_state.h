#pragma once
// What one commit of the content repository says, read through a TreeReader and verified on the way: each role under its
// delegator, from the pinned root down. Lazy: reading one project costs that project, not the repository.

#include <map>
#include <memory>
#include <optional>

#include "libtufcore/claim.h"
#include "libtufcore/configuration.h"
#include "libtufcore/repository_layout.h"
#include "libtufcore/tree_reader.h"
#include "libtufcore/verify.h"

namespace tuf {

// The delegation by which the owners' role number `hop` hands over to the next one; null when it does not.
const Delegation* find_hop(const Targets& owners, const ProjectName& project, int hop);

struct ClaimFile {
  SignedFile<Claim> file;
  SignatureCheck check;                    // every key that it lists must sign it
};

// One role file of one commit, with what stands for and against it. `check` is what `pgsign status` shows.
struct RoleFile {
  std::string path;                        // in git
  RoleName role;
  SignedFile<Targets> file;
  RoleKeys signers;                        // from its delegator
  Json::Object names;                      // x-pg-names of its delegator
  SignatureCheck check;
  std::optional<Verified<Targets>> verified;   // when the check found enough
};

class RepositoryState {
 public:
  // Walks admin/root_history/1..N and checks that admin/root.json is the last of them. `pinned` is the SHA-256 of
  // 1.root.json; without it the chain is only consistent with itself (the signer's first look). A newest root that
  // lacks signatures is read (root_check says so) but nothing below it is ever Verified.
  // Throws refused; no_trusted_root when this is no content repository at all.
  // Signatures that were found valid are remembered in `known`; it may be null.
  static RepositoryState read(std::shared_ptr<const TreeReader> tree, const std::optional<Digest>& pinned,
                              std::shared_ptr<KnownSignatures> known = nullptr);

  // The state after `base` when just `changed` differs between the two trees: what neither changes is not read and checked
  // again. `base` was read as above, with the same pinned root, and may be gone before the result is.
  static RepositoryState read_after(const RepositoryState& base, std::shared_ptr<const TreeReader> tree,
                                    const std::vector<ChangedPath>& changed, const std::optional<Digest>& pinned);
  // Frees what was read of a project; the next question reads it again.
  void forget(const ProjectName& project) const;

  const TreeReader& tree() const { return *tree_; }
  const Root& root() const { return *root_; }
  // Of the newest root: under its own keys, under those of the root before it, and by each administrator who is new.
  const SignatureCheck& root_check() const { return root_check_; }
  const RoleKeys& root_signers() const { return root_signers_; }       // whoever may sign it, old and new
  const Json::Object& root_names() const { return root_names_; }

  // Files with their signature check, complete or not. Empty when the commit has no such file.
  const RoleFile* find_admin_role(const RoleName& role) const;         // targets, blocked, blocked.void, claimed, ...
  std::vector<RoleName> admin_roles() const;                           // layout::admin_roles and the shards of claimed
  const RoleFile* find_owners(const ProjectName& project) const;       // the current ones, after all hops
  const RoleFile* find_owners_file(const ProjectName& project, int hop) const;   // of the chain below
  // From the role that the administrators (or else the claim) delegate to, to the current owners: each role but the last
  // hands over to the next by a hop. Version 1 of a role counts only when every new owner signed it, too. Empty: no such
  // project. Throws refused when a file is missing, limit when there are too many hops.
  const std::vector<RoleFile>& owners_chain(const ProjectName& project) const;
  std::vector<RoleFile> owners_since_claim(const ProjectName& project) const;   // the same from the claim on
  const RoleFile* find_releases(const ProjectName& project) const;
  // The same, or an Error: not_found, refused (signature_shortage).
  Verified<Targets> admin_role(const RoleName& role) const;
  Verified<Targets> owners(const ProjectName& project) const;
  Verified<Targets> releases(const ProjectName& project) const;

  const ClaimFile* find_claim(const ProjectName& project) const;
  RoleName list_of(const ProjectName& project) const;                  // claimed, or the shard for this name (shards.h)
  const Delegation* find_claimed_delegation(const ProjectName& project) const;     // in that list, signed by enough or not
  bool is_claimed(const ProjectName& project) const;                   // has one
  // Whose signatures the project's owners file needs: its list's delegation, else the claim. Throws refused
  // (signature_shortage) unless the list is signed by enough, or the claim by all that it lists. Empty: no such project.
  struct Authority {
    RoleKeys keys;
    Json::Object names;
    bool claimed;
    int hop = 1;                           // of the owners' role that is delegated to
  };
  std::optional<Authority> authority_of(const ProjectName& project) const;

  const Configuration& configuration() const;                          // checked against role targets' hash
  std::vector<ProjectName> projects() const;                           // all: costs the repository
  std::vector<ProjectName> projects_like(const ProjectName& project) const;  // equal skeleton, other name; cheap

 private:
  RepositoryState() = default;
  std::optional<Authority> stated_authority_of(const ProjectName& project) const;   // signed by enough or not
  std::shared_ptr<const TreeReader> tree_;
  std::shared_ptr<const Root> root_;
  SignatureCheck root_check_;
  RoleKeys root_signers_;
  Json::Object root_names_;
  std::shared_ptr<KnownSignatures> known_;
  struct AdminCache;
  struct Cache;
  std::shared_ptr<AdminCache> admin_;   // shared by states with the same admin/
  std::shared_ptr<Cache> cache_;
};

}  // namespace tuf
