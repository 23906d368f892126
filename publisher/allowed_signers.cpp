#include "publisher/allowed_signers.h"

#include <set>

#include "libtufcore/ssh_format.h"

namespace tuf {
namespace {

constexpr std::size_t max_name_bytes = 64;
constexpr std::size_t shown_id_digits = 16;

std::string principal_of(std::string_view name, const KeyId& id) {
  std::string principal;
  for (const char c : name.substr(0, max_name_bytes)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("._+-").find(c) != std::string_view::npos;
    principal += plain ? c : '_';
  }
  return (principal.empty() ? "key" : principal) + "@" + id.substr(0, shown_id_digits);
}

void add(std::set<std::string>& lines, const RoleKeys& signers, const Json::Object& names) {
  for (const PublicKey& key : signers.keys) {
    const std::optional<std::string> text = ssh_public_text(key);
    // The id that is the key's hash, not the one a file calls it by.
    const KeyId id = key.computed_id();
    if (text)
      lines.insert(principal_of(name_of_key(names, key.id()), id) + " namespaces=\"git\" " + *text + "\n");
  }
}

void add(std::set<std::string>& lines, const RoleFile* file) {
  if (file != nullptr) add(lines, file->signers, file->names);
}

}  // namespace

std::string allowed_signers_text(const RepositoryState& state) {
  std::set<std::string> lines;
  add(lines, state.root().keys_of("root"), state.root().extra);
  for (const char* role : {"targets", "blocked", "claimed"})
    add(lines, state.find_admin_role(RoleName::of(role)));
  for (const ProjectName& project : state.projects()) {
    add(lines, state.find_owners(project));
    add(lines, state.find_releases(project));
    state.forget(project);
  }
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

}  // namespace tuf
