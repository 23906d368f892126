#pragma once
// The members that this project adds to TUF's metadata (docs/formats.md); other clients ignore them. Those of
// one module alone are named there: release.h, blocked.h, change_admin.h.

namespace tuf {

inline constexpr const char* role_member = "x-pg-role";  // of every role that is delegated: its name
inline constexpr const char* repository_member = "x-pg-repository";  // of every role: the repository's name
inline constexpr const char* names_member =
    "x-pg-names";  // people's names by key id, of root and delegations
inline constexpr const char* commit_member = "x-pg-commit";  // of timestamp: what was published
inline constexpr const char* made_member = "x-pg-made";      // of snapshot: when

}  // namespace tuf
