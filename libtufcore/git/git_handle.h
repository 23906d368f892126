#pragma once
// Owning libgit2's objects in one line each. git2.h is included only below libtufcore/git.
#include <git2.h>

#include <string_view>

#include "libtufcore/c_handle.h"
#include "libtufcore/error.h"

namespace tuf {

using GitRepositoryHandle = CHandle<git_repository, git_repository_free>;
using GitCommitHandle = CHandle<git_commit, git_commit_free>;
using GitTreeHandle = CHandle<git_tree, git_tree_free>;
using GitObjectHandle = CHandle<git_object, git_object_free>;
using GitOdbHandle = CHandle<git_odb, git_odb_free>;
using GitOdbObjectHandle = CHandle<git_odb_object, git_odb_object_free>;
using GitReferenceHandle = CHandle<git_reference, git_reference_free>;
using GitRevwalkHandle = CHandle<git_revwalk, git_revwalk_free>;
using GitSignatureHandle = CHandle<git_signature, git_signature_free>;
using GitConfigHandle = CHandle<git_config, git_config_free>;
using GitIndexHandle = CHandle<git_index, git_index_free>;

struct GitBuffer {  // bytes that libgit2 allocated
  git_buf buffer = GIT_BUF_INIT;
  GitBuffer() = default;
  ~GitBuffer() { git_buf_dispose(&buffer); }
  GitBuffer(const GitBuffer&) = delete;
  GitBuffer& operator=(const GitBuffer&) = delete;
  std::string_view view() const noexcept { return {buffer.ptr, buffer.size}; }
};

// Throws local_io "{doing}: {libgit2's message}" for a negative return code; says what to do for the owner
// check (G-09).
void check_git(int return_code, std::string_view doing);

}  // namespace tuf
