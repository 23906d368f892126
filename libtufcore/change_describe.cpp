// Changes in words, for the person who is asked to sign or to publish them, and as JSON for programs.
#include "libtufcore/change_parts.h"
#include "libtufcore/error.h"

namespace tuf {

// Whole key ids: this is where a person compares them, and a key whose id begins as another's does is soon made.
std::string people_in_full(const std::vector<KeyHolder>& holders) {
  std::string text;
  for (const KeyHolder& holder : holders) {
    const std::string name = holder.name.empty() ? "" : escaped(holder.name, 64) + " ";
    text += fmt::format("{}{}key {}", text.empty() ? "" : ", ", name, holder.key.computed_id());
  }
  return text;
}

// "owners (1 of 2 must sign): alice key 0123..., bob key 4567..."
std::string role_text(std::string_view who, const std::vector<KeyHolder>& holders, std::uint32_t threshold) {
  return fmt::format("{} ({} of {} must sign): {}", who, threshold, holders.size(), people_in_full(holders));
}

Json keys_json(const std::vector<KeyHolder>& holders) {
  Json::Array keys;
  for (const KeyHolder& holder : holders)
    keys.push_back(Json::Object{{"name", holder.name}, {"keyid", holder.key.computed_id()}});
  return keys;
}

Json holders_json(const std::vector<KeyHolder>& holders, std::uint32_t threshold) {
  return Json::Object{{"keys", keys_json(holders)}, {"threshold", std::uint64_t{threshold}}};
}

std::vector<std::string> people_changes(std::string_view who, const std::vector<KeyHolder>& added,
                                        const std::vector<KeyHolder>& removed, ThresholdChange threshold) {
  std::vector<std::string> lines;
  if (!added.empty()) lines.push_back(fmt::format("adds to the {}: {}", who, people_in_full(added)));
  if (!removed.empty()) lines.push_back(fmt::format("removes from the {}: {}", who, people_in_full(removed)));
  if (threshold.from != threshold.to)
    lines.push_back(fmt::format("{} of the {} must sign from now on, not {}", threshold.to, who, threshold.from));
  return lines;
}

namespace {

std::vector<std::string> words(const CreateRepository& change) {
  std::string configuration;
  for (const Setting& setting : settings())
    configuration += fmt::format("{}{} {}", configuration.empty() ? "" : ", ", setting.key,
                                 setting_of(change.configuration, setting.key));
  return {fmt::format("creates repository {} at {}; {}", escaped(change.name), change.now.text(),
                      role_text("administrators", change.administrators, change.threshold)),
          role_text("online keys of role timestamp", change.timestamp_keys, change.timestamp_threshold),
          role_text("online keys of role snapshot", change.snapshot_keys, change.snapshot_threshold),
          role_text("online keys of role new", change.registrar_keys, change.registrar_threshold),
          "configuration: " + configuration};
}

std::vector<std::string> words(const CreateProject& change) {
  return {fmt::format("creates project {}; {}; {}", change.project.text(),
                      role_text("owners", change.owners, change.owner_threshold),
                      role_text("maintainers", change.maintainers, change.release_threshold)),
          fmt::format("role {} stays valid until {}", layout::owners_role(change.project).text(),
                      change.owners_expire.text()),
          fmt::format("role {} stays valid until {}", layout::releases_role(change.project).text(),
                      change.releases_expire.text())};
}

std::vector<std::string> words(const AddRelease& change) {
  std::string files;
  for (const AddRelease::File& file : change.files)
    files += fmt::format("{}{}{} ({} byte{}, sha256 {})", files.empty() ? "" : ", ", file.name.text(),
                         file.platform ? " for " + file.platform->text() : "", file.length, file.length == 1 ? "" : "s", file.sha256.hex());
  return {fmt::format("adds release {} of product {} of project {} with {} file{}: {}", change.version.text(),
                      change.product.text(), change.project.text(), change.files.size(),
                      change.files.size() == 1 ? "" : "s", files)};
}

template <typename OfRelease>
std::string release_words(const OfRelease& change) {
  return fmt::format("release {} of product {} of project {}", change.version.text(), change.product.text(),
                     change.project.text());
}

std::vector<std::string> words(const YankRelease& change) {
  return {fmt::format("yanks {}: {}", release_words(change), escaped(change.reason.text()))};
}

std::vector<std::string> words(const UnyankRelease& change) {
  return {fmt::format("takes back the yank of {}", release_words(change))};
}

std::vector<std::string> words(const RemoveRelease& change) {
  return {fmt::format("removes {} and its files for ever: {}", release_words(change), escaped(change.reason.text()))};
}

std::vector<std::string> words(const ExtendExpiry& change) {
  return {fmt::format("role {} stays valid until {}", escaped(change.role.text()), change.expires.text())};
}

std::string_view duty(Team team) {
  return team == Team::maintainers ? "maintainers" : "those who may attach references";
}

std::vector<std::string> words(const ChangeTeam& change) {
  return people_changes(fmt::format("{} of project {}", duty(change.team), change.project.text()), change.added,
                        change.removed, change.threshold.value_or(ThresholdChange()));
}

std::vector<std::string> words(const RotateOwners& change) {
  const std::string project = change.project.text();
  std::vector<std::string> lines = people_changes(
      "owners of project " + project, missing_in(change.after, change.before), missing_in(change.before, change.after),
      {change.threshold_before, change.threshold_after});
  lines.push_back(fmt::format("hands project {} over to role {}; {}", project,
                              layout::owners_role(change.project, change.hop).text(),
                              role_text("owners", change.after, change.threshold_after)));
  return lines;
}

std::vector<std::string> words(const Invite& change) {
  const std::string_view as = change.as_owner ? "owner" : "maintainer";
  if (!change.accepted)
    return {fmt::format("invites {} as {} of project {} (at {})", change.name.text(), as, change.project.text(),
                        change.made.text())};
  return {fmt::format("{} accepts to be {} of project {}: key {}", change.name.text(), as, change.project.text(),
                      change.accepted->key.computed_id())};
}

std::vector<std::string> words(const ChangeUnpublished& change) {
  const std::string paths = comma_list(change.paths, [](const std::string& path) { return escaped(path); });
  return {fmt::format("changes {} file{} that {} not published: {}", change.paths.size(),
                      change.paths.size() == 1 ? "" : "s", change.paths.size() == 1 ? "is" : "are", paths)};
}

Json json_of(const CreateRepository& change) {
  return Json::Object{{"change", "create-repository"},
                      {"name", change.name},
                      {"administrators", holders_json(change.administrators, change.threshold)},
                      {"timestamp", holders_json(change.timestamp_keys, change.timestamp_threshold)},
                      {"snapshot", holders_json(change.snapshot_keys, change.snapshot_threshold)},
                      {"new", holders_json(change.registrar_keys, change.registrar_threshold)},
                      {"configuration", to_json(change.configuration)},
                      {"made", change.now.text()}};
}

Json json_of(const CreateProject& change) {
  return Json::Object{{"change", "create-project"},
                      {"project", change.project.text()},
                      {"owners", holders_json(change.owners, change.owner_threshold)},
                      {"maintainers", holders_json(change.maintainers, change.release_threshold)},
                      {"owners_expire", change.owners_expire.text()},
                      {"releases_expire", change.releases_expire.text()}};
}

Json json_of(const AddRelease& change) {
  Json::Array files;
  for (const AddRelease::File& file : change.files) {
    Json::Object facts{{"name", file.name.text()}, {"length", file.length}, {"sha256", file.sha256.hex()}};
    if (file.platform) facts.emplace("platform", file.platform->text());
    files.push_back(std::move(facts));
  }
  return Json::Object{{"change", "add-release"},
                      {"project", change.project.text()},
                      {"product", change.product.text()},
                      {"version", change.version.text()},
                      {"files", std::move(files)}};
}

template <typename OfRelease>
Json::Object release_json(const char* what, const OfRelease& change) {
  return {{"change", what},
          {"project", change.project.text()},
          {"product", change.product.text()},
          {"version", change.version.text()}};
}

Json json_of(const YankRelease& change) {
  Json::Object json = release_json("yank-release", change);
  json.emplace("reason", change.reason.text());
  return json;
}

Json json_of(const UnyankRelease& change) { return release_json("unyank-release", change); }

Json json_of(const RemoveRelease& change) {
  Json::Object json = release_json("remove-release", change);
  json.emplace("reason", change.reason.text());
  return json;
}

Json json_of(const ExtendExpiry& change) {
  return Json::Object{
      {"change", "extend-expiry"}, {"role", change.role.text()}, {"expires", change.expires.text()}};
}

Json json_of(const ChangeTeam& change) {
  Json::Object json{{"change", "change-team"},
                    {"project", change.project.text()},
                    {"team", std::string(name_of(change.team))},
                    {"added", keys_json(change.added)},
                    {"removed", keys_json(change.removed)}};
  if (change.threshold)
    json["threshold"] =
        Json::Object{{"from", std::uint64_t{change.threshold->from}}, {"to", std::uint64_t{change.threshold->to}}};
  return json;
}

Json json_of(const RotateOwners& change) {
  return Json::Object{{"change", "rotate-owners"},
                      {"project", change.project.text()},
                      {"role", layout::owners_role(change.project, change.hop).text()},
                      {"before", holders_json(change.before, change.threshold_before)},
                      {"after", holders_json(change.after, change.threshold_after)}};
}

Json json_of(const Invite& change) {
  Json::Object json{{"change", "invite"},
                    {"project", change.project.text()},
                    {"as", change.as_owner ? "owner" : "maintainer"},
                    {"name", change.name.text()},
                    {"made", change.made.text()}};
  if (change.accepted) json["keyid"] = change.accepted->key.computed_id();
  return json;
}

Json json_of(const ChangeUnpublished& change) {
  Json::Array paths;
  for (const std::string& path : change.paths) paths.push_back(path);
  return Json::Object{{"change", "change-unpublished"}, {"paths", std::move(paths)}};
}

}  // namespace

std::vector<std::string> describe(const Change& change) {
  return std::visit([](const auto& one) { return words(one); }, change);
}

Json to_json(const Change& change) {
  return std::visit([](const auto& one) { return json_of(one); }, change);
}

}  // namespace tuf
