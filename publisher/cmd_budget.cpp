// pgpublish budget - what the metadata weighs, against the limits of other clients, and how it grows.
#include <algorithm>
#include <map>

#include "libtufcore/error.h"
#include "libtufcore/io/progress.h"
#include "libtufcore/shards.h"
#include "libtufcore/site_layout.h"
#include "publisher/commands.h"
#include "publisher/s3_site.h"
#include "publisher/snapshot_text.h"
#include "publisher/source.h"

namespace tuf {
namespace {

// Beyond, every client downloads more than a megabyte or two after each change.
constexpr std::uint64_t comfortable_projects = 20'000;
constexpr std::size_t prefixes_shown = 5;

// What other clients take of one file unless told otherwise. With a stated length most go by that alone.
struct ClientLimit {
  const char* client;
  std::uint64_t root, timestamp, snapshot, targets;
  bool stated_length_lifts;
};
constexpr ClientLimit clients[] = {{"python-tuf, go-tuf, rust-tuf", 512'000, 16'384, 2'000'000, 5'000'000, true},
                                   {"tough", 1u << 20, 1u << 20, 1u << 20, 10u << 20, true},
                                   {"aktualizr", 64u << 10, 64u << 10, 64u << 10, 8u << 20, false}};

struct Weight {
  std::string role;
  std::uint64_t bytes;
  bool stated;  // whether the role above it states the length
};

std::uint64_t limit_for(const ClientLimit& client, const Weight& weight) {
  if (client.stated_length_lifts && weight.stated) return 0;
  if (weight.role == Root::type) return client.root;
  if (weight.role == Timestamp::type) return client.timestamp;
  return weight.role == Snapshot::type ? client.snapshot : client.targets;
}

std::vector<std::string> roles_of(const Snapshot& snapshot) {
  std::vector<std::string> names;
  for (const auto& [role, meta] : snapshot.roles) names.push_back(role.text());
  for (const UnreadValue& member : snapshot.unread.members)
    names.emplace_back(member.name.substr(0, member.name.rfind(".json")));
  return names;
}

Weight weigh(const PublishedSite& site, const RoleName& role) {
  const auto meta = site.snapshot->find(role);
  if (!meta)
    throw refused("the snapshot in '{}' does not list role {}", site.reader.name, escaped(role.text()));
  if (meta->length) return {role.text(), *meta->length, true};
  return {role.text(), needed_file(site.reader, metadata_path(role, meta->version)).size(), false};
}

Weight weigh_file(const PublishedSite& site, std::string_view role, const std::string& name) {
  return {std::string(role), needed_file(site.reader, fmt::format("{}/{}", site_metadata_dir, name)).size(), false};
}

struct Growth {
  std::uint64_t days, bytes;
};

// Against the oldest snapshot that is still there; when it was made is what it says.
std::optional<Growth> growth(const PublishedSite& site, std::uint64_t bytes_now) {
  const auto now = time_made(*site.snapshot);
  std::optional<Growth> best;
  for (std::uint64_t back = 1; now && back < site.snapshot->version; back *= 2) {
    const std::string path = metadata_path(RoleName::of(Snapshot::type), site.snapshot->version - back);
    const auto file = site.reader.read(path);
    if (!file) break;
    const Snapshot old = parse_signed_file<Snapshot>(*file, path).untrusted;
    const auto then = time_made(old);
    if (!then || *then >= *now || file->size() > bytes_now) break;
    best = {static_cast<std::uint64_t>(now->unix_seconds() - then->unix_seconds()) / 86400,
            bytes_now - file->size()};
  }
  return best && best->days > 0 ? best : std::nullopt;
}

void tell_weight(const Weight& weight, const std::optional<Growth>& growth, Json::Array& json, Output& out) {
  out.result(fmt::format("{:<14} {:>10} bytes, length {}", escaped(weight.role), weight.bytes,
                         weight.stated ? "stated" : "not stated"));
  Json::Object limits;
  for (const ClientLimit& client : clients) {
    const std::uint64_t limit = limit_for(client, weight);
    limits.emplace(client.client, limit == 0 ? Json() : Json(limit));
    if (limit == 0) continue;
    std::string when;
    if (growth && growth->bytes > 0 && weight.bytes < limit)
      when =
          fmt::format(", met in {} days at this rate", (limit - weight.bytes) * growth->days / growth->bytes);
    out.result(fmt::format("  {:>5} % of {} ({}){}", weight.bytes * 100 / limit, limit, client.client, when));
    if (weight.bytes > limit)
      out.warning(fmt::format("{} refuses role {}: {} bytes, {} are its limit", client.client,
                              escaped(weight.role), weight.bytes, limit));
  }
  json.push_back(Json::Object{{"role", weight.role},
                              {"bytes", weight.bytes},
                              {"length_stated", weight.stated},
                              {"limits", std::move(limits)}});
}

// The administrators' lists of promoted names: `claimed` and its shards.
struct Lists {
  std::vector<Weight> shards;
  std::vector<std::string> crowded;  // roles above shard_bytes
};

Lists weigh_lists(const PublishedSite& site) {
  Lists lists;
  const RoleName claimed = RoleName::of("claimed");
  const Delegation* delegation = find_delegation(*site.targets, claimed);
  if (!delegation) return lists;
  const auto look = [&](const RoleName& role, const Targets& list) {
    const auto prefix = layout::parse_shard_role(role.text()).value_or("");
    if (!crowded_prefixes(list, prefix, site.configuration.shard_bytes).empty()) lists.crowded.push_back(role.text());
  };
  const auto top = site.role(claimed, delegation->signers);
  look(claimed, *top);
  for (const Delegation& shard : top->delegations) {
    if (!layout::parse_shard_role(shard.role.text())) continue;
    lists.shards.push_back(weigh(site, shard.role));
    look(shard.role, *site.role(shard.role, shard.signers));
  }
  return lists;
}

void tell_crowded(const Lists& lists, std::uint64_t most_bytes, Output& out) {
  Json::Array crowded;
  for (const std::string& role : lists.crowded) {
    out.warning(fmt::format(
        "role {} lists names in more than {} bytes (shard_bytes); the administrators split it: pgsign admin shard", role,
        most_bytes));
    crowded.push_back(role);
  }
  out.json["lists_to_shard"] = std::move(crowded);
}

// Shards here are whole repositories, chosen by the beginnings of names.
void tell_projects(const PublishedSite& site, std::uint64_t snapshot_bytes, Output& out) {
  std::uint64_t projects = 0, roles = 0;
  std::map<std::string, std::uint64_t> by_prefix;
  for (const std::string& role : roles_of(*site.snapshot)) {
    ++roles;
    const auto owners = layout::parse_owners_role(role);
    if (!owners || owners->hop != 1) continue;
    ++projects;
    ++by_prefix[owners->project.text().substr(0, 1)];
  }
  const std::uint64_t each = projects == 0 ? 0 : snapshot_bytes / projects;
  out.json["projects"] = projects;
  out.json["roles"] = roles;
  out.json["snapshot_bytes_per_project"] = each;
  out.result(fmt::format("{} project{}, {} roles, {} bytes of snapshot a project", projects, projects == 1 ? "" : "s", roles, each));
  out.result(fmt::format("clients that go by the stated length are comfortable with {} projects", comfortable_projects));
  for (const ClientLimit& client : clients) {
    if (!client.stated_length_lifts && each > 0)
      out.result(fmt::format("{} takes about {} projects of this size", client.client, client.snapshot / each));
  }
  std::vector<std::pair<std::string, std::uint64_t>> heaviest(by_prefix.begin(), by_prefix.end());
  std::ranges::stable_sort(heaviest, std::greater(), &std::pair<std::string, std::uint64_t>::second);
  heaviest.resize(std::min(heaviest.size(), prefixes_shown));
  Json::Object prefixes;
  std::string text;
  for (const auto& [prefix, count] : heaviest) {
    prefixes.emplace(prefix, count);
    text += fmt::format("{}{}* {}", text.empty() ? "" : ", ", prefix, count);
  }
  out.json["heaviest_prefixes"] = std::move(prefixes);
  out.json["shard"] = projects > comfortable_projects;
  if (projects > comfortable_projects)
    out.warning(
        fmt::format("put names into repositories of their own by how they begin; most begin with: {}", text));
}

void run(const Arguments& arguments, Output& out, UtcTime) {
  const SiteReader reader = place_reader(arguments, arguments.argument("SITE"));
  const auto site = read_published_site(reader, pinned_root(arguments));
  if (!site) throw no_publication(reader.name);
  // The timestamp always states the snapshot's length.
  const Weight snapshot{Snapshot::type, site->timestamp->snapshot.length.value_or(0),
                        site->timestamp->snapshot.length.has_value()};
  const std::optional<Growth> grows = growth(*site, snapshot.bytes);
  std::vector<Weight> weights{weigh_file(*site, Root::type, root_file_name(site->root->version)),
                              weigh_file(*site, Timestamp::type, std::string(timestamp_file_name)),
                              weigh(*site, RoleName::of(Targets::type))};
  for (const Delegation& delegation : site->targets->delegations)
    weights.push_back(weigh(*site, delegation.role));
  for (const Delegation& shard : site->new_projects->delegations) {
    if (!layout::parse_owners_role(shard.role.text())) weights.push_back(weigh(*site, shard.role));
  }
  const Lists lists = weigh_lists(*site);
  weights.insert(weights.end(), lists.shards.begin(), lists.shards.end());
  Json::Array json;
  tell_weight(snapshot, grows, json, out);
  for (const Weight& weight : weights) tell_weight(weight, std::nullopt, json, out);
  out.json["weights"] = std::move(json);
  out.json["growth"] = grows ? Json(Json::Object{{"days", grows->days}, {"bytes", grows->bytes}}) : Json();
  out.result(grows ? fmt::format("the snapshot grew by {} bytes in {} days", grows->bytes, grows->days)
                   : "how fast the snapshot grows is not known: none that is a day older is there");
  tell_crowded(lists, site->configuration.shard_bytes, out);
  tell_projects(*site, snapshot.bytes, out);
}

}  // namespace

Command budget_command() {
  return {.name = "budget",
          .summary = "say what the metadata weighs, against other clients' limits",
          .description =
              "Every client downloads root, timestamp, snapshot, targets, blocked, claimed and new, and the shards "
              "of a name. Shows the bytes of each, whether the role\n"
              "above states its length (most clients then go by that alone), the default limits of other TUF "
              "clients, how fast the\n"
              "snapshot grows since the oldest one that is still there, which list of names "
              "should be split, and from when on names should go into several repositories.",
          .example =
              "  pgpublish budget site --root-sha256 HEX\n"
              "  pgpublish budget https://content.example.org --root-sha256 HEX --json",
          .arguments = {{"SITE", "a published tree: a folder, the address that clients use, or s3://BUCKET/PREFIX",
                         ArgumentSpec::Count::one}},
          .options = joined({root_options(), s3_option_specs()}),
          .run = run};
}

}  // namespace tuf
