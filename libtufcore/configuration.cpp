#include "libtufcore/configuration.h"

#include <algorithm>
#include <array>
#include <functional>

#include "libtufcore/error.h"
#include "libtufcore/names.h"
#include "libtufcore/parse_number.h"

namespace tuf {
namespace {

struct Expiry {
  std::string_view kind;
  int days;
};
constexpr std::array<Expiry, 8> default_expiry = {{{"root", 365},
                                                   {"targets", 365},
                                                   {"blocked", 365},
                                                   {"claimed", 365},
                                                   {"project", 5 * 365},
                                                   {"new", 30},
                                                   {"snapshot", 14},
                                                   {"timestamp", 3}}};
constexpr int max_expiry_days = 100 * 365;
constexpr std::int64_t max_new_names = 1'000'000;
constexpr std::int64_t min_shard_bytes = 1'000, max_shard_bytes = 50'000'000;
constexpr int max_transfer_days = 365;
constexpr std::string_view required = "required", optional = "optional";

const Expiry* find_expiry(std::string_view kind) {
  const auto* it = std::ranges::find(default_expiry, kind, &Expiry::kind);
  return it == default_expiry.end() ? nullptr : it;
}

struct Access {
  Setting setting;
  std::function<std::string(const Configuration&)> get;
  std::function<bool(Configuration&, std::string_view)> set;  // false: no value for it
};

Access number(std::string key, std::string_view unit, std::int64_t min, std::int64_t max, std::string meaning,
              std::function<std::int64_t(const Configuration&)> get,
              std::function<void(Configuration&, std::int64_t)> set) {
  const auto from_text = [=](Configuration& configuration, std::string_view text) {
    const auto value = parse_number<std::int64_t>(text);
    const bool ok = value && *value >= min && *value <= max && std::to_string(*value) == text;
    if (ok) set(configuration, *value);
    return ok;
  };
  return {{std::move(key), fmt::format("{} to {} {}", min, max, unit), std::move(meaning)},
          [get = std::move(get)](const Configuration& configuration) {
            return std::to_string(get(configuration));
          },
          from_text};
}

Access expiry_days(const Expiry& expiry) {
  const auto set = [expiry](Configuration& configuration, std::int64_t days) {
    configuration.expiry_days.erase(std::string(expiry.kind));
    if (days != expiry.days) configuration.expiry_days.emplace(expiry.kind, static_cast<int>(days));
  };
  return number(
      fmt::format("expiry_days.{}", expiry.kind), "days", 1, max_expiry_days,
      fmt::format("days that {} stays valid",
                  expiry.kind == "project" ? "a project's role" : "role " + std::string(expiry.kind)),
      [expiry](const Configuration& configuration) { return configuration.expiry_days_of(expiry.kind); },
      set);
}

std::vector<Access> make_accesses() {
  std::vector<Access> all;
  all.push_back(
      {{"commit_signatures", "optional or required",
        "whether every commit must be signed by a key that may touch what it touches"},
       [](const Configuration& c) { return std::string(c.commit_signatures_required ? required : optional); },
       [](Configuration& c, std::string_view text) {
         if (text != required && text != optional) return false;
         c.commit_signatures_required = text == required;
         return true;
       }});
  for (const Expiry& expiry : default_expiry) all.push_back(expiry_days(expiry));
  all.push_back(number(
      "max_file_bytes", "bytes", 1, max_whole_number, "the largest file that a release may hold",
      [](const Configuration& c) { return static_cast<std::int64_t>(c.max_file_bytes); },
      [](Configuration& c, std::int64_t value) { c.max_file_bytes = static_cast<std::uint64_t>(value); }));
  all.push_back(number(
      "new_names_per_day", "names", 0, max_new_names, "new projects in 24 hours; 0: as many as come",
      [](const Configuration& c) { return static_cast<std::int64_t>(c.new_names_per_day); },
      [](Configuration& c, std::int64_t value) { c.new_names_per_day = static_cast<std::uint64_t>(value); }));
  all.push_back(number(
      "shard_bytes", "bytes", min_shard_bytes, max_shard_bytes,
      "bytes of a list of names from which on new is split, and claimed should be: pgsign admin shard",
      [](const Configuration& c) { return static_cast<std::int64_t>(c.shard_bytes); },
      [](Configuration& c, std::int64_t value) { c.shard_bytes = static_cast<std::uint64_t>(value); }));
  all.push_back(number(
      "transfer_days", "days", 1, max_transfer_days, "days from announcing the transfer of a project to doing it",
      [](const Configuration& c) { return c.transfer_days; },
      [](Configuration& c, std::int64_t value) { c.transfer_days = static_cast<int>(value); }));
  return all;
}

const std::vector<Access>& accesses() {
  static const std::vector<Access> all = make_accesses();
  return all;
}

const Access& access_to(std::string_view key) {
  const auto it = std::ranges::find(accesses(), key, [](const Access& access) { return access.setting.key; });
  if (it != accesses().end()) return *it;
  const std::string keys = comma_list(accesses(), [](const Access& access) { return access.setting.key; });
  throw usage("'{}' is no setting of a repository", escaped(key, 64)).with_hint("one of " + keys);
}

}  // namespace

bool is_repository_name(std::string_view text) {  // it becomes the name of a folder on every client (P-03)
  return text.size() <= 64 && FileName::parse(text).has_value();
}

int Configuration::expiry_days_of(std::string_view kind) const {
  if (const auto set = expiry_days.find(std::string(kind)); set != expiry_days.end()) return set->second;
  const Expiry* expiry = find_expiry(kind);
  if (!expiry) throw bug("there is no expiry for the kind '{}'", kind);
  return expiry->days;
}

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all = [] {
    std::vector<Setting> list;
    for (const Access& access : accesses()) list.push_back(access.setting);
    return list;
  }();
  return all;
}

std::string setting_of(const Configuration& configuration, std::string_view key) {
  return access_to(key).get(configuration);
}

void set_setting(Configuration& configuration, std::string_view key, std::string_view value) {
  const Access& access = access_to(key);
  if (!access.set(configuration, value))
    throw usage("'{}' is no value of {}: {}", escaped(value, 64), access.setting.key, access.setting.values);
}

Json to_json(const Configuration& configuration) {
  const Configuration standard;
  Json::Object days;
  for (const auto& [kind, count] : configuration.expiry_days) days.emplace(kind, count);
  Json::Object json{{"name", configuration.name},
                    {"max_file_bytes", configuration.max_file_bytes},
                    {"expiry_days", std::move(days)}};
  if (configuration.commit_signatures_required) json.emplace("commit_signatures", required);
  if (configuration.new_names_per_day != standard.new_names_per_day)
    json.emplace("new_names_per_day", configuration.new_names_per_day);
  if (configuration.shard_bytes != standard.shard_bytes) json.emplace("shard_bytes", configuration.shard_bytes);
  if (configuration.transfer_days != standard.transfer_days)
    json.emplace("transfer_days", configuration.transfer_days);
  return json;
}

Bytes configuration_file(const Configuration& configuration) {
  return json_text(to_json(configuration)) + "\n";
}

Configuration parse_configuration(ByteView file, std::string_view what) {
  const Json json = parse_json(file, what);
  const JsonReader reader(json, std::string(what));
  Configuration result;
  const JsonReader name = reader["name"];
  result.name = name.text(64);
  if (!is_repository_name(result.name))
    name.refuse("a name of letters, digits and . _ + ~ - that starts with a letter or digit");
  result.max_file_bytes =
      static_cast<std::uint64_t>(reader["max_file_bytes"].whole_number(1, max_whole_number));
  for (const auto& [kind, days] : reader["expiry_days"].members(default_expiry.size())) {
    if (!find_expiry(kind))
      days.refuse(
          "about one of the roles root, targets, blocked, claimed, project, new, snapshot, timestamp");
    result.expiry_days.emplace(kind, static_cast<int>(days.whole_number(1, max_expiry_days)));
  }
  if (const auto signatures = reader.find("commit_signatures")) {
    const std::string text = signatures->text(64);
    if (text != required && text != optional) signatures->refuse("\"required\" or \"optional\"");
    result.commit_signatures_required = text == required;
  }
  if (const auto names = reader.find("new_names_per_day"))
    result.new_names_per_day = static_cast<std::uint64_t>(names->whole_number(0, max_new_names));
  if (const auto bytes = reader.find("shard_bytes"))
    result.shard_bytes = static_cast<std::uint64_t>(bytes->whole_number(min_shard_bytes, max_shard_bytes));
  if (const auto days = reader.find("transfer_days"))
    result.transfer_days = static_cast<int>(days->whole_number(1, max_transfer_days));
  return result;
}

}  // namespace tuf
