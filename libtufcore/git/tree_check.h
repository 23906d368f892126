#pragma once
// libgit2 hands out hostile trees without complaint; this refuses them (attacks G-01, G-02, G-03). One git
// tree object is fine when: every entry is a folder (40000) or a plain file (100644); names are not empty,
// ".", "..", hold no '/', '\', control character, invalid UTF-8 or invisible character, are no spelling of
// .git (any case, git~1, HFS+ ignorables) nor .gitmodules, do not end in a dot or space; names are strictly
// sorted as git sorts, and no two are equal after Unicode case folding and NFC (utf8proc).

#include <string>
#include <string_view>

struct git_repository;
struct git_oid;

namespace tuf {

// Reads the raw object and checks each entry. `where` names commit and folder for messages:
// "commit 1a2b3c4d: projects/ab/: entry 'x' is a symbolic link; only plain files and folders are allowed".
// Throws refused, limit (more than a million entries, or more than 64 MiB).
void check_tree(git_repository* repository, const git_oid& tree, const std::string& where);

}  // namespace tuf
