// The administrators' changes in words and as JSON.
#include "libtufcore/change_parts.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

std::string names_text(const std::vector<ProjectName>& projects) {
  return comma_list(projects, &ProjectName::text);
}

Json names_json(const std::vector<ProjectName>& projects) {
  Json::Array names;
  for (const ProjectName& project : projects) names.push_back(project.text());
  return names;
}

std::string name_text(const BlockedName& name) {
  if (name.version)
    return fmt::format("release {} of product {} of project {}", name.version->text(), name.product->text(),
                       name.project.text());
  if (name.product) return fmt::format("product {} of project {}", name.product->text(), name.project.text());
  return fmt::format("project {}", name.project.text());
}

// Who comes, who goes, how many must sign, and the whole list.
std::vector<std::string> people_words(const std::string& who, const std::vector<KeyHolder>& before,
                                      const std::vector<KeyHolder>& after, std::uint32_t threshold_before,
                                      std::uint32_t threshold_after) {
  std::vector<std::string> lines = people_changes(who, missing_in(after, before), missing_in(before, after),
                                                  {threshold_before, threshold_after});
  lines.push_back(fmt::format("from now on: {}", role_text(who, after, threshold_after)));
  return lines;
}

template <typename Rotation>
Json::Object rotation_json(const char* what, const Rotation& change) {
  return {{"change", what},
          {"before", holders_json(change.before, change.threshold_before)},
          {"after", holders_json(change.after, change.threshold_after)}};
}

}  // namespace

std::vector<std::string> words(const PromoteProjects& change) {
  return {fmt::format("promotes {}: from now on no online key can touch {}", names_text(change.projects),
                      change.projects.size() == 1 ? "this name" : "these names")};
}

// One line a shard: what people sign is this list, however long.
std::vector<std::string> words(const ShardNames& change) {
  std::vector<std::string> lines;
  for (const std::string& prefix : change.prefixes)
    lines.push_back(fmt::format("moves the promoted names that begin with '{}' to role {}; their owners stay", prefix,
                                layout::shard_role(prefix).text()));
  return lines;
}

std::vector<std::string> words(const ChangeConfiguration& change) {
  std::vector<std::string> lines;
  for (const ChangeConfiguration::One& one : change.settings)
    lines.push_back(fmt::format("sets {} to {} (was {})", one.key, one.to, one.from));
  return lines;
}

std::vector<std::string> words(const BlockName& change) {
  return {fmt::format("blocks {}, so that nobody gets it any more: {}", name_text(change.name),
                      escaped(change.reason.text()))};
}

std::vector<std::string> words(const UnblockName& change) {
  return {fmt::format("no longer blocks {}", name_text(change.name))};
}

std::vector<std::string> words(const ReserveNames& change) {
  const bool one = change.names.size() == 1;
  if (!change.reserved)
    return {fmt::format("no longer reserves {}: anybody may claim {}", names_text(change.names),
                        one ? "it" : "them")};
  return {fmt::format("reserves {}: nobody can create {}", names_text(change.names),
                      one ? "a project of this name" : "projects of these names")};
}

std::vector<std::string> words(const ChangeAdministrators& change) {
  return people_words("administrators", change.before, change.after, change.threshold_before,
                      change.threshold_after);
}

std::vector<std::string> words(const ChangeOnlineKeys& change) {
  return people_words("online keys of role " + change.role, change.before, change.after,
                      change.threshold_before, change.threshold_after);
}

std::vector<std::string> words(const AnnounceTransfer& change) {
  return {fmt::format("announces that project {} gets other owners, not before {}, unless its owners (role "
                      "{}, version {}) "
                      "sign a new version of their file until then: {}",
                      change.project.text(), change.not_before.text(), change.owners_role.text(),
                      change.owners_version, escaped(change.reason.text())),
          fmt::format("of project {} then: {}", change.project.text(),
                      role_text("owners", change.owners, change.threshold))};
}

std::vector<std::string> words(const CancelTransfer& change) {
  return {
      fmt::format("project {} keeps its owners; its announced transfer is cancelled", change.project.text())};
}

std::vector<std::string> words(const TransferProject& change) {
  return {fmt::format("transfers project {} to other owners, role {}, as announced; {}",
                      change.project.text(), layout::owners_role(change.project, change.hop).text(),
                      role_text("owners", change.owners, change.threshold))};
}

Json json_of(const PromoteProjects& change) {
  return Json::Object{{"change", "promote-projects"}, {"projects", names_json(change.projects)}};
}

Json json_of(const ShardNames& change) {
  Json::Array prefixes;
  for (const std::string& prefix : change.prefixes) prefixes.push_back(prefix);
  return Json::Object{{"change", "shard-names"}, {"prefixes", std::move(prefixes)}};
}

Json json_of(const ChangeConfiguration& change) {
  Json::Array settings;
  for (const ChangeConfiguration::One& one : change.settings)
    settings.push_back(Json::Object{{"key", one.key}, {"from", one.from}, {"to", one.to}});
  return Json::Object{{"change", "change-configuration"}, {"settings", std::move(settings)}};
}

Json json_of(const BlockName& change) {
  return Json::Object{{"change", "block"}, {"name", change.name.text()}, {"reason", change.reason.text()}};
}

Json json_of(const UnblockName& change) {
  return Json::Object{{"change", "unblock"}, {"name", change.name.text()}};
}

Json json_of(const ReserveNames& change) {
  return Json::Object{{"change", change.reserved ? "reserve-names" : "unreserve-names"},
                      {"names", names_json(change.names)}};
}

Json json_of(const ChangeAdministrators& change) { return rotation_json("change-administrators", change); }

Json json_of(const ChangeOnlineKeys& change) {
  Json::Object json = rotation_json("change-online-keys", change);
  json.emplace("role", change.role);
  return json;
}

Json json_of(const AnnounceTransfer& change) {
  return Json::Object{{"change", "announce-transfer"},
                      {"project", change.project.text()},
                      {"owners_role", change.owners_role.text()},
                      {"owners_version", change.owners_version},
                      {"owners", holders_json(change.owners, change.threshold)},
                      {"not_before", change.not_before.text()},
                      {"reason", change.reason.text()}};
}

Json json_of(const CancelTransfer& change) {
  return Json::Object{{"change", "cancel-transfer"}, {"project", change.project.text()}};
}

Json json_of(const TransferProject& change) {
  return Json::Object{{"change", "transfer-project"},
                      {"project", change.project.text()},
                      {"role", layout::owners_role(change.project, change.hop).text()},
                      {"owners", holders_json(change.owners, change.threshold)}};
}

}  // namespace tuf
