#pragma once
// An invitation asks a person for a key; its acceptance is that key, with a signature by it over the whole invitation, so
// that it counts for this repository, project, duty and invitation only. Both are files of a proposal and never published:
//   projects/ab/abc/invitations/bob.json            {"_type":"invitation","as":"maintainer","made":...,"name":"bob","project":
//                                                   "abc","repository":"playground","root":<SHA-256 of 1.root.json>}, by an owner
//   projects/ab/abc/invitations/bob.accepted.json   {"_type":"acceptance","invitation":{...},"key":{...}}, by that key

#include "libtufcore/repository_state.h"

namespace tuf {

struct Invitation {
  static constexpr const char* type = "invitation";
  ProjectName project;
  FileName name;                            // of the person: what x-pg-names will say
  bool as_owner = false;
  std::string repository;                   // the name that the root states
  std::string root;                         // the SHA-256 of its first version
  UtcTime made = UtcTime::from_unix(0);
};
Json to_json(const Invitation& invitation);
Invitation parse_invitation(const Json& signed_part, std::string_view what);

struct Acceptance {
  static constexpr const char* type = "acceptance";
  Json invitation;                          // its signed part
  PublicKey key;
};
Json to_json(const Acceptance& acceptance);
Acceptance parse_acceptance(const Json& signed_part, std::string_view what);

template <>
inline Invitation parse_role<Invitation>(const Json& signed_part, std::string_view what) {
  return parse_invitation(signed_part, what);
}
template <>
inline Acceptance parse_role<Acceptance>(const Json& signed_part, std::string_view what) {
  return parse_acceptance(signed_part, what);
}

// Who may sign the file of this kind: one of the owners, or the key that an acceptance holds.
struct InvitationSigners {
  RoleKeys keys;
  Json::Object names;
};
InvitationSigners signers_of_invitation(const RepositoryState& state, const layout::ProjectInvitation& file,
                                        const Json& signed_part);

std::string root_digest(const TreeReader& tree);   // what Invitation::root says: hex of 1.root.json's SHA-256
std::string_view duty_of(const Invitation& invitation);   // "owner" or "maintainer"

}  // namespace tuf
