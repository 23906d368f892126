#pragma once
// The promise of the four kinds of metadata: any bytes are refused as an Error, or they are a value that can
// be written and read again, and what is covered by the signatures stays as it was.

#include <set>

#include "libtufcore/verify.h"
#include "tests/fuzz/fuzz.h"

namespace tuf::fuzz {

template <typename Role>
void check_role_keys(const RoleKeys& role, const SignedFile<Role>& file) {
  promise(role.threshold >= 1 && role.threshold <= max_keys_of_a_role, "a threshold is at least one (S-05)");
  std::set<Bytes> identities;
  std::set<KeyId> ids(role.absent_keys.begin(), role.absent_keys.end());
  for (const PublicKey& key : role.keys) {
    promise(identities.insert(key.identity()).second, "no public key is in a role twice (S-02)", key.id());
    promise(ids.insert(key.id()).second, "no key id is in a role twice (S-04)", key.id());
  }
  const SignatureCheck check = check_signatures(role, file.signed_bytes, file.signatures);
  promise(check.valid.size() + check.missing.size() == role.keys.size(), "every key counts once (S-01)");
  promise(check.valid.size() <= file.signatures.by_key.size(), "no signature counts twice (S-01)");
  promise(is_printable(signature_shortage("input", check, {})), "shortages can be printed (P-09)");
}

inline void check_meta(const MetaFile& meta) {
  promise(meta.version >= 1 && meta.version < std::uint64_t{1} << 53, "versions are 1 to 2^53-1 (J-03)");
}

inline void check_role(const Root& root, const SignedFile<Root>& file) {
  promise(root.roles.size() == 4, "a root has exactly the four top-level roles");
  for (const auto& [name, role] : root.roles) check_role_keys(role, file);
}

inline void check_role(const Timestamp& timestamp, const SignedFile<Timestamp>&) {
  check_meta(timestamp.snapshot);
}

inline void check_role(const Snapshot& snapshot, const SignedFile<Snapshot>&) {
  for (const auto& [role, meta] : snapshot.roles) check_meta(meta);
  promise(snapshot.roles.contains(RoleName::of(Targets::type)), "a snapshot lists targets");
}

inline void check_role(const Targets& targets, const SignedFile<Targets>& file) {
  std::set<RoleName> names;
  for (const Delegation& delegation : targets.delegations) {
    promise(names.insert(delegation.role).second, "a role is delegated to once", delegation.role.text());
    promise(!delegation.role.is_top_level(), "no delegation has the name of a top-level role (S-14)");
    promise(delegation.paths.has_value() != delegation.path_hash_prefixes.has_value(),
            "paths or prefixes, not both");
    check_role_keys(delegation.signers, file);
  }
  promise(!targets.succinct_roles || targets.delegations.empty(), "bins or roles, not both");
  if (targets.succinct_roles) check_role_keys(targets.succinct_roles->signers, file);
}

// TUF 4.1: members that we do not know stay. What is written of the known ones may be spelled in our way.
inline void check_unknown_members(const Json& received, const Json& written) {
  for (const auto& [key, value] : *received.as_object()) {
    const auto member = written.as_object()->find(key);
    promise(member != written.as_object()->end(), "no member is lost", key);
    const bool known =
        std::set<std::string>{"spec_version", "keys", "roles", "meta", "targets", "delegations"}.contains(
            key);
    promise(known || member->second == value, "members stay as they were", key);
  }
}

template <typename Role>
int check_metadata(std::string_view input) {
  const auto file = accepted([&] { return parse_signed_file<Role>(input, "input.json"); });
  if (!file) return 0;
  check_meta(MetaFile{.version = file->untrusted.version, .length = {}, .hashes = {}, .extra = {}});
  check_role(file->untrusted, *file);

  const Json written = to_json(file->untrusted);
  promise(to_json(parse_role<Role>(written, "written")) == written,
          "what is written reads back as the same value");
  check_unknown_members(file->signed_part, written);

  promise(file->signatures.by_key.size() <= max_signatures, "signatures are bounded (S-09)");
  const Bytes text = signed_file_text(file->signed_part, file->signatures);
  const auto again = parse_signed_file<Role>(text, "written");
  promise(again.signed_bytes == file->signed_bytes, "what the signatures cover survives writing", text);
  promise(again.signatures == file->signatures, "the signatures survive writing", text);
  promise(signed_file_text(again.signed_part, again.signatures) == text, "writing is a fixed point", text);
  return 0;
}

}  // namespace tuf::fuzz
