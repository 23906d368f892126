// pgsign admin config get, set - the configuration: a closed list of settings, signed by the administrators.
#include "signer/admin_change.h"
#include "signer/commands.h"

namespace tuf {
namespace {

// What was changed here, or on the branch that is checked out, and is not complete yet.
void tell_waiting(const Verdict& verdict, const std::optional<std::string>& key, Output& out) {
  Json::Object waiting;
  for (const Change& change : verdict.changes) {
    const auto* configuration = std::get_if<ChangeConfiguration>(&change);
    if (configuration == nullptr) continue;
    for (const ChangeConfiguration::One& one : configuration->settings) {
      if (key && one.key != *key) continue;
      out.note(fmt::format("waits for signatures: {} from {} to {}", one.key, one.from, one.to));
      waiting.emplace(one.key, one.to);
    }
  }
  out.json["waiting"] = std::move(waiting);
}

void run_get(const Arguments& arguments, Output& out, UtcTime now) {
  Workspace workspace = open_workspace(out, now);
  const Standing standing = standing_of(workspace);
  if (standing.refused_at) throw refusal_of(standing.verdict, "commit " + short_id(*standing.refused_at));
  const RepositoryState* base = standing.base_or_null();
  if (base == nullptr)
    throw pending("no configuration is in force: the repository itself still waits for signatures")
        .with_hint("pgsign status says whose");
  const Configuration& configuration = base->configuration();
  const std::optional<std::string> key = arguments.find_argument("KEY");
  if (key) {
    const std::string value = setting_of(configuration, *key);
    out.json["settings"] = Json::Object{{*key, value}};
    out.result(value);
    if (standing.verdict.kind == Verdict::Kind::pending) tell_waiting(standing.verdict, key, out);
    return;
  }
  Json::Object all;
  for (const Setting& setting : settings()) {
    const std::string value = setting_of(configuration, setting.key);
    out.result(fmt::format("{:<24}{:<14}{}", setting.key, value, setting.meaning));
    all.emplace(setting.key, value);
  }
  out.json["name"] = configuration.name;
  out.json["settings"] = std::move(all);
  if (standing.verdict.kind == Verdict::Kind::pending) tell_waiting(standing.verdict, key, out);
}

// KEY VALUE [KEY VALUE...]
std::vector<std::pair<std::string, std::string>> settings_typed(const Arguments& arguments) {
  std::vector<std::pair<std::string, std::string>> typed{{arguments.argument("KEY"), arguments.argument("VALUE")}};
  const std::vector<std::string>& more = arguments.arguments("MORE");
  if (more.size() % 2 != 0)
    throw usage("setting {} has no value", escaped(more.back())).with_hint("KEY VALUE KEY VALUE ...");
  for (std::size_t i = 0; i < more.size(); i += 2) typed.emplace_back(more[i], more[i + 1]);
  return typed;
}

void run_set(const Arguments& arguments, Output& out, UtcTime now) {
  AdminWork work = open_admin_work(out, now);
  Configuration after = work.base().configuration();
  std::map<std::string, ChangeConfiguration::One> changed;  // by key, as the change has them
  std::string title;
  for (const auto& [key, value] : settings_typed(arguments)) {
    const std::string before = setting_of(after, key);
    set_setting(after, key, value);
    if (before == value) throw conflict("{} is {} already", key, value);
    if (!changed.emplace(key, ChangeConfiguration::One{key, before, value}).second)
      throw usage("{} is given twice", key);
    title += fmt::format("{}{} to {}", title.empty() ? "Set " : ", ", key, value);
  }
  ChangeConfiguration change;
  for (auto& [key, one] : changed) change.settings.push_back(std::move(one));
  commit_admin_change(work, title, {change}, arguments, out, now);
}

std::string list_of_settings() {
  std::string text;
  for (const Setting& setting : settings())
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", setting.key, setting.values);
  return text;
}

}  // namespace

Command admin_config_get_command() {
  return {.name = "admin config get",
          .summary = "show the repository's configuration",
          .description = "Every setting with its value and meaning, or the value of one, as main has it; then what waits "
                         "for signatures.",
          .example = "  pgsign admin config get\n  pgsign admin config get max_file_bytes",
          .arguments = {{"KEY", "one setting", ArgumentSpec::Count::optional}},
          .options = {},
          .run = run_get};
}

Command admin_config_set_command() {
  return {.name = "admin config set",
          .summary = "change the repository's configuration",
          .description =
              "The settings: " + list_of_settings() + ". Several are one change. The administrators sign it as any other.",
          .example = "  pgsign admin config set max_file_bytes 209715200\n"
                     "  pgsign admin config set new_names_per_day 20 commit_signatures required",
          .arguments = {{"KEY", "the setting"},
                        {"VALUE", "its new value"},
                        {"MORE", "KEY VALUE of others", ArgumentSpec::Count::any}},
          .options = change_options(),
          .run = run_set};
}

}  // namespace tuf
