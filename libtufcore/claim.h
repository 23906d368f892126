#pragma once
// claim.json: the request for a name, signed by *every* key that it lists as owner. The one signed file of accepted commits
// that is no TUF metadata. Its signed part:
// {"_type":"claim","project":"abc","owners":{keyid: key...},"threshold":N,"x-pg-names":{...},"spec_version":"1.0.34"}.
// The owners' keys of a name that is not in `claimed` come from here and never change without a new file in git.

#include "libtufcore/metadata.h"

namespace tuf {

struct Claim {
  static constexpr const char* type = "claim";
  ProjectName project;
  RoleKeys owners;
  Json::Object extra;
};
Json to_json(const Claim& claim);
Claim parse_claim(const Json& signed_part, std::string_view what);
template <>
inline Claim parse_role<Claim>(const Json& signed_part, std::string_view what) {
  return parse_claim(signed_part, what);
}

}  // namespace tuf
