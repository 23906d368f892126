// pgclient status - what is trusted on this machine, and until when. Asks no server.
#include "client/commands.h"
#include "client/metadata_cache.h"
#include "client/repository_config.h"
#include "client/trusted_state.h"
#include "client/updater.h"
#include "client/url.h"
#include "libtufcore/blocked.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

// One role's line and facts; warns when it has expired.
void show_role(const TrustedRole& role, UtcTime now, const RepositoryConfig& repository, Json::Object& facts,
               Output& out) {
  if (!role.version) {
    out.result(fmt::format("  {:<12}  not known", role.name));
    return;
  }
  const UtcTime expires = *role.expires;
  out.result(fmt::format("  {:<12}  version {}, {}", role.name, *role.version, validity_text(expires, now)));
  facts[role.name] = Json::Object{{"version", *role.version},
                                  {"expires", expires.text()},
                                  {"expires_in", expires.unix_seconds() - now.unix_seconds()},
                                  {"expired", expires <= now}};
  if (expires > now) return;
  out.warning(fmt::format("{} of repository {} expired {} ago; the next fetch must find a newer one", role.name,
                          repository.name.text(), duration_text(now.unix_seconds() - expires.unix_seconds())));
}

// Since when the refreshes bring the same timestamp; warns when that is long (T-04).
void show_news(const MetadataCache& cache, const TrustedRole& timestamp, UtcTime now,
               Json::Object& facts, Output& out) {
  const auto since = timestamp.version ? cache.timestamp_since(*timestamp.version) : std::nullopt;
  if (!since) return;
  const std::int64_t ago = now.unix_seconds() - since->unix_seconds();
  facts["timestamp_since"] = since->text();
  out.result(fmt::format("  {:<12}  {}{}", "last news", since->text(),
                         ago >= 0 ? fmt::format(" ({} ago)", duration_text(ago)) : ""));
  if (ago < max_staleness_seconds) return;
  out.warning(
      fmt::format("the last news of repository {} came {} ago: either nobody signs any, or they are withheld",
                  *facts.at("name").as_text(), duration_text(ago)));
}

// What the last fetch was told of blocks, proved by what is trusted here.
void show_blocks(const MetadataCache& cache, const Root& root, Json::Object& facts, Output& out) {
  std::vector<Block> blocks;
  cache.use(RoleName::of(Targets::type), [&](ByteView bytes) {
    const auto targets = Verified<Targets>::by(root.keys_of(Targets::type), parse_signed_file<Targets>(bytes, "targets"));
    for (const Delegation& delegation : targets->delegations) {
      if (delegation.role.text() != "blocked") continue;
      cache.use(delegation.role, [&](ByteView role) {
        blocks = blocks_of(*Verified<Targets>::by(delegation.signers, parse_signed_file<Targets>(role, "blocked")));
      });
    }
  });
  Json::Array listed;
  for (const Block& block : blocks) {
    out.result(fmt::format("  {:<12}  {}: {}", "blocked", block.name.text(), escaped(block.reason.text())));
    listed.emplace_back(Json::Object{{"name", block.name.text()}, {"reason", block.reason.text()}});
  }
  if (!listed.empty()) facts["blocked"] = std::move(listed);
}

Json show_repository(const RepositoryConfig& repository, UtcTime now, Output& out) {
  const MetadataCache cache(repository.folder());
  const RootChain chain = cache.root_chain();
  Json::Object facts{{"name", repository.name.text()},
                     {"url", shown_url(repository.url)},
                     {"root_sha256", repository.root_sha256.hex()},
                     {"folder", repository.folder().string()}};
  out.result(fmt::format("{}  {}", repository.name.text(), shown_url(repository.url)));
  out.result(fmt::format("  {:<12}  sha256 {}", "pinned root", repository.root_sha256.hex()));
  const Root& root = chain.last();
  const auto timestamp = trusted_role<Timestamp>(cache, root);
  show_role({Root::type, &root.keys_of(Root::type), root.version, root.expires}, now, repository, facts, out);
  show_role(timestamp, now, repository, facts, out);
  show_role(trusted_role<Snapshot>(cache, root), now, repository, facts, out);
  if (const auto last = cache.last_refresh()) {
    facts["last_refresh"] = last->text();
    const std::int64_t ago = now.unix_seconds() - last->unix_seconds();
    out.result(fmt::format("  {:<12}  {}{}", "last refresh", last->text(),
                           ago >= 0 ? fmt::format(" ({} ago)", duration_text(ago)) : ""));
  }
  show_news(cache, timestamp, now, facts, out);
  show_blocks(cache, root, facts, out);
  return facts;
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  Json::Array repositories;
  if (arguments.option("repository")) {
    repositories.emplace_back(show_repository(select_repository(arguments.option("repository")), now, out));
  } else {
    for (const FileName& name : configured_repositories()) {
      repositories.emplace_back(show_repository(select_repository(name.text()), now, out));
    }
  }
  if (repositories.empty()) out.note("no repository is set up; next: pgclient init URL --root-sha256 HEX");
  out.json["repositories"] = std::move(repositories);
}

}  // namespace

Command status_command() {
  return {.name = "status",
          .summary = "show which repositories are trusted, and until when",
          .description =
              "Shows the trusted state on this machine. Asks no server: 'pgclient fetch' and 'list' do that.",
          .example = "  pgclient status",
          .arguments = {},
          .options = {repository_option()},
          .run = run};
}

}  // namespace tuf
