// signer/cmd_admin_config.cpp - the configuration: a closed list of settings, signed by the administrators.
#include "signer/admin_change.h"
#include "signer/commands.h"

namespace tuf {
namespace {

void run_get(const Arguments& arguments, Output& out, UtcTime now) {
  const Workspace workspace = open_workspace(out, now);
  const Configuration& configuration = workspace.state.configuration();
  const std::optional<std::string> key = arguments.find_argument("KEY");
  if (key) {
    const std::string value = setting_of(configuration, *key);
    out.json["settings"] = Json::Object{{*key, value}};
    return out.result(value);
  }
  Json::Object all;
  for (const Setting& setting : settings()) {
    const std::string value = setting_of(configuration, setting.key);
    out.result(fmt::format("{:<24}{:<14}{}", setting.key, value, setting.meaning));
    all.emplace(setting.key, value);
  }
  out.json["name"] = configuration.name;
  out.json["settings"] = std::move(all);
}

void run_set(const Arguments& arguments, Output& out, UtcTime now) {
  AdminWork work = open_admin_work(out, now);
  const std::string key = arguments.argument("KEY"), value = arguments.argument("VALUE");
  Configuration after = work.base().configuration();
  const std::string before = setting_of(after, key);
  set_setting(after, key, value);
  if (before == value) throw conflict("{} is {} already", key, value);
  commit_admin_change(work, fmt::format("Set {} to {}", key, value),
                      {ChangeConfiguration{{{key, before, value}}}}, arguments, out, now);
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
          .description = "Every setting with its value and meaning, or the value of one.",
          .example = "  pgsign admin config get\n  pgsign admin config get max_file_bytes",
          .arguments = {{"KEY", "one setting", ArgumentSpec::Count::optional}},
          .options = {},
          .run = run_get};
}

Command admin_config_set_command() {
  return {.name = "admin config set",
          .summary = "change the repository's configuration",
          .description =
              "The settings: " + list_of_settings() + ". The administrators sign the change as any other.",
          .example = "  pgsign admin config set max_file_bytes 209715200",
          .arguments = {{"KEY", "the setting"}, {"VALUE", "its new value"}},
          .options = change_options(),
          .run = run_set};
}

}  // namespace tuf
