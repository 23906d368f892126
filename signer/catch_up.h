#pragma once
// Where a command goes on although the branch stands elsewhere: others completed what it adds, or it waits
// for signatures on a branch of its own while another project goes on. The branch follows before something is
// written.

#include "signer/workspace.h"

namespace tuf {

// From `main` on, when everything that HEAD adds to it is there.
void catch_up(Workspace& workspace, const CommitId& main);
// From the last accepted commit on, when what waits is nothing of `project` and was pushed; it is noted below
// refs/pg/signed/. Without a project, for what waits for nothing: from main on, whatever waits. False: there is no
// such way.
bool put_aside(Workspace& workspace, const Standing& standing, const std::optional<ProjectName>& project);
// Moves the branch, and the files where they are checked out, to where the command went on. Throws conflict
// where work would be lost.
void settle(Workspace& workspace);
void move_branch(const GitRepository& git, const std::string& branch, const CommitId& from,
                 const CommitId& to);

}  // namespace tuf
