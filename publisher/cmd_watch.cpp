// pgpublish watch - looks at a published tree as a client does and fails before something runs out.
#include <algorithm>
#include <charconv>
#include <map>

#include "libtufcore/error.h"
#include "publisher/commands.h"
#include "publisher/published_site.h"
#include "publisher/source.h"

namespace tuf {
namespace {

constexpr std::int64_t day = 86400;
constexpr int part_of_life = 4;  // an online role is renewed before less than that is left

struct Watched {
  std::string role;
  std::uint64_t version;
  UtcTime expires;
  int online_days = 0;  // its whole life, of a role that the publisher signs; 0: people sign it
};

// "5d", "36h", "90m".
std::int64_t duration(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const std::int64_t seconds = unit == "d" ? day : unit == "h" ? 3600 : unit == "m" ? 60 : 0;
  if (error != std::errc() || seconds == 0 || number < 1 || number > 36500)
    throw usage("--min-valid takes a time like 5d, 36h or 90m, or timestamp=12h, not '{}'", escaped(text));
  return number * seconds;
}

class Wanted {
 public:
  explicit Wanted(const std::vector<std::string>& options) {
    for (const std::string& option : options) {
      const std::size_t equals = option.find('=');
      if (equals == std::string::npos) {
        all_ = duration(option);
      } else {
        by_role_[option.substr(0, equals)] = duration(std::string_view(option).substr(equals + 1));
      }
    }
  }
  std::int64_t of(const Watched& watched) const {
    if (const auto own = by_role_.find(watched.role); own != by_role_.end()) return own->second;
    return watched.online_days == 0 ? all_ : std::min(all_, watched.online_days * day / part_of_life);
  }
  void refuse_unknown(const std::vector<Watched>& roles) const {
    for (const auto& [role, time] : by_role_) {
      if (std::ranges::find(roles, role, &Watched::role) == roles.end())
        throw usage("--min-valid {}=...: this tree has no role {} that is watched", escaped(role),
                    escaped(role));
    }
  }

 private:
  std::int64_t all_ = 5 * day;
  std::map<std::string, std::int64_t> by_role_;
};

// Every role but the projects': their owners renew those, and they live for years.
std::vector<Watched> watched_roles(const PublishedSite& site) {
  const auto life = [&](const char* role) { return site.configuration.expiry_days_of(role); };
  std::vector<Watched> roles{
      {"root", site.root->version, site.root->expires},
      {"timestamp", site.timestamp->version, site.timestamp->expires, life("timestamp")},
      {"snapshot", site.snapshot->version, site.snapshot->expires, life("snapshot")},
      {"targets", site.targets->version, site.targets->expires}};
  for (const Delegation& delegation : site.targets->delegations) {
    const bool is_new = delegation.role == RoleName::of("new");
    const auto role = site.role(delegation.role, delegation.signers);
    roles.push_back({delegation.role.text(), role->version, role->expires, is_new ? life("new") : 0});
    for (const Delegation& below : role->delegations) {
      if (layout::parse_owners_role(below.role.text())) continue;
      const auto there = std::ranges::find(roles, below.role.text(), &Watched::role);
      if (there != roles.end()) continue;
      const auto shard = site.role(below.role, below.signers);
      roles.push_back({below.role.text(), shard->version, shard->expires, is_new ? life("new") : 0});
    }
  }
  return roles;
}

struct Shortage {
  Watched role;
  std::int64_t wanted;
};

std::vector<Shortage> shortages(const std::vector<Watched>& roles, const Wanted& wanted, UtcTime now,
                                Output& out) {
  std::vector<Shortage> short_ones;
  Json::Array json;
  for (const Watched& role : roles) {
    const std::int64_t left = role.expires.unix_seconds() - now.unix_seconds();
    const bool enough = left >= wanted.of(role);
    if (!enough) short_ones.push_back({role, wanted.of(role)});
    json.push_back(Json::Object{{"role", role.role},
                                {"version", role.version},
                                {"expires", role.expires.text()},
                                {"valid_seconds", left},
                                {"wanted_seconds", wanted.of(role)},
                                {"enough", enough}});
    out.result(fmt::format("{:<14} version {:<6} {} {} {}", role.role, role.version, role.expires.text(),
                           left < 0 ? "expired for" : "valid for", duration_text(left)));
  }
  out.json["roles"] = std::move(json);
  return short_ones;
}

[[noreturn]] void fail(const std::vector<Shortage>& all, const std::string& site, UtcTime now) {
  const Shortage& worst = *std::ranges::min_element(
      all, {}, [](const Shortage& one) { return one.role.expires.unix_seconds() - one.wanted; });
  const std::int64_t left = worst.role.expires.unix_seconds() - now.unix_seconds();
  const std::string state = left <= 0 ? fmt::format("expired {} ago", duration_text(left))
                                      : fmt::format("is valid for {} only", duration_text(left));
  const std::string others = all.size() == 1 ? "" : fmt::format(" (and {} more roles)", all.size() - 1);
  throw expired("role {} of {} {}; {} are asked for{}", escaped(worst.role.role), site, state,
                duration_text(worst.wanted), others)
      .with_hint(worst.role.online_days != 0 ? "does the job that publishes still run?"
                                             : "the administrators renew it: pgsign admin renew");
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const Wanted wanted(arguments.options("min-valid"));
  const SiteReader reader = site_reader(arguments.argument("SITE"));
  const auto site = read_published_site(reader, pinned_root(arguments));
  if (!site) throw no_publication(reader.name).with_hint("give the address that 'pgclient init' takes");
  const std::vector<Watched> roles = watched_roles(*site);
  wanted.refuse_unknown(roles);
  out.json = {{"site", reader.name}, {"commit", site->commit}};
  const std::vector<Shortage> short_ones = shortages(roles, wanted, now, out);
  if (!short_ones.empty()) fail(short_ones, reader.name, now);
}

}  // namespace

Command watch_command() {
  return {.name = "watch",
          .summary = "fail before something of a published tree runs out",
          .description =
              "Fetches the metadata of a live site (or reads a folder), verifies it from the pinned root on "
              "as a client does, and says how\n"
              "long root, timestamp, snapshot, targets, blocked, claimed and new are valid. Exit code 11 "
              "when one of them is valid for less\n"
              "than --min-valid; of a role that the publisher signs itself, for less than a quarter of its "
              "life, where that is shorter.\n"
              "Needs no key and leaves nothing behind: for cron, a timer or a scheduled job.",
          .example =
              "  pgpublish watch https://content.example.org --root-sha256 HEX --min-valid 5d\n"
              "  pgpublish watch site --root-sha256 HEX --min-valid 30d --min-valid timestamp=12h --json",
          .arguments = {{"SITE", "the address that clients use, or a folder", ArgumentSpec::Count::one}},
          .options = joined({root_options(),
                             {{"min-valid", "TIME",
                               "how long each role must be valid yet: 5d (default), 36h, or for one role timestamp=12h",
                               OptionSpec::Repeat::yes}}}),
          .run = run};
}

}  // namespace tuf
