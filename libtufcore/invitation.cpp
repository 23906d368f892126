#include "libtufcore/invitation.h"

#include "libtufcore/change.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

void require_type(const JsonReader& reader, const char* type) {
  if (reader["_type"].text() != type) reader["_type"].refuse(fmt::format("\"{}\"", type));
}

// Nothing is in such a file that its words do not say.
void require_same(const Json& signed_part, const Json& expected, std::string_view what) {
  if (signed_part == expected) return;
  throw refused("{} differs from every {}: {}", what, *expected.as_object()->at("_type").as_text(),
                first_difference(expected, signed_part));
}

}  // namespace

std::string_view duty_of(const Invitation& invitation) {
  return invitation.as_owner ? "owner" : "maintainer";
}

Json to_json(const Invitation& invitation) {
  return Json::Object{{"_type", Invitation::type},
                      {"as", std::string(duty_of(invitation))},
                      {"made", invitation.made.text()},
                      {"name", invitation.name.text()},
                      {"project", invitation.project.text()},
                      {"repository", invitation.repository},
                      {"root", invitation.root}};
}

Invitation parse_invitation(const Json& signed_part, std::string_view what) {
  const JsonReader reader(signed_part, std::string(what));
  require_type(reader, Invitation::type);
  const auto project = ProjectName::parse(reader["project"].text());
  if (!project) reader["project"].refuse("the name of a project");
  const auto name = FileName::parse(reader["name"].text());
  if (!name) reader["name"].refuse("a name");
  const std::string as = reader["as"].text();
  if (as != "owner" && as != "maintainer") reader["as"].refuse("\"owner\" or \"maintainer\"");
  const auto made = UtcTime::parse(reader["made"].text());
  if (!made) reader["made"].refuse("a time such as 2030-01-01T00:00:00Z");
  Invitation invitation{*project, *name, as == "owner", reader["repository"].text(), reader["root"].text(),
                        *made};
  require_same(signed_part, to_json(invitation), what);
  return invitation;
}

Json to_json(const Acceptance& acceptance) {
  return Json::Object{
      {"_type", Acceptance::type}, {"invitation", acceptance.invitation}, {"key", acceptance.key.json()}};
}

Acceptance parse_acceptance(const Json& signed_part, std::string_view what) {
  const JsonReader reader(signed_part, std::string(what));
  require_type(reader, Acceptance::type);
  const JsonReader key = reader["key"];
  // Its id is computed: nobody else says what it is.
  PublicKey parsed = PublicKey::parse(key, sha256_of(canonical_json(key.json())).hex());
  if (!parsed.supported()) key.refuse("a key of a kind that is verified here");
  Acceptance acceptance{reader["invitation"].json(), std::move(parsed)};
  require_same(signed_part, to_json(acceptance), what);
  return acceptance;
}

InvitationSigners signers_of_invitation(const RepositoryState& state, const layout::ProjectInvitation& file,
                                        const Json& signed_part) {
  InvitationSigners signers;
  if (file.accepted) {
    PublicKey key = parse_acceptance(signed_part, layout::acceptance(file.project, file.name)).key;
    set_name_of_key(signers.names, key.id(), file.name.text());
    signers.keys.keys.push_back(std::move(key));
  } else if (const RoleFile* owners = state.find_owners(file.project)) {
    signers = {owners->signers, owners->names};
  }
  signers.keys.threshold = 1;
  return signers;
}

std::string root_digest(const TreeReader& tree) {
  const auto first = tree.read(layout::root_history(1), max_metadata_bytes);
  if (!first) throw refused("{} is missing", layout::root_history(1));
  return sha256_of(*first).hex();
}

}  // namespace tuf
