// pgclient trust show - whom this machine trusts for what. Asks no server.
#include "client/commands.h"
#include "client/failure_of.h"
#include "client/repository_config.h"
#include "client/signers.h"
#include "client/trusted_state.h"
#include "client/url.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

std::string root_versions_text(const RepositoryConfig& repository, const Root& root) {
  if (!repository.root_version) return fmt::format("version {}", root.version);
  if (*repository.root_version == root.version) return fmt::format("version {}, as pinned", root.version);
  return fmt::format("version {} is trusted now, through each version from the pinned {} on", root.version,
                     *repository.root_version);
}

void show_where(const RepositoryConfig& repository, Json::Object& facts, Output& out) {
  Json::Array mirrors;
  out.result(fmt::format("{}  {}", repository.name.text(), shown_url(repository.url)));
  for (const std::string& mirror : repository.mirrors) {
    out.result(fmt::format("  {:<12}  {}", "mirror", shown_url(mirror)));
    mirrors.emplace_back(shown_url(mirror));
  }
  out.result(fmt::format("  {:<12}  {}", "folder", repository.folder().string()));
  out.result(fmt::format("  {:<12}  sha256 {}", "pinned root", repository.root_sha256.hex()));
  facts = {{"name", repository.name.text()},
           {"url", shown_url(repository.url)},
           {"mirrors", std::move(mirrors)},
           {"root_sha256", repository.root_sha256.hex()},
           {"folder", repository.folder().string()}};
  if (repository.root_version) facts["pinned_root_version"] = *repository.root_version;
}

Json show_role(const TrustedRole& role, const Root& root, UtcTime now, Output& out) {
  const std::string state =
      role.version ? fmt::format("version {}, {}", *role.version, validity_text(*role.expires, now))
                   : "no version seen yet that these keys signed";
  out.result(fmt::format("  {:<12}  {}", role.name, signers_text(*role.signers, root.extra)));
  out.result(fmt::format("  {:<12}  {}", "", state));
  Json::Object facts = *signers_facts(*role.signers, root.extra).as_object();
  if (role.version) {
    facts["version"] = *role.version;
    facts["expires"] = role.expires->text();
    facts["expired"] = *role.expires <= now;
  }
  return facts;
}

void show_trust(const RepositoryConfig& repository, UtcTime now, Json::Object& facts, Output& out) {
  show_where(repository, facts, out);
  const MetadataCache cache(repository.folder());
  const RootChain chain = cache.root_chain();
  const Root& root = chain.last();
  out.result(fmt::format("  {:<12}  {}", "root chain", root_versions_text(repository, root)));
  Json::Object roles;
  for (const TrustedRole& role : trusted_roles(cache, root)) {
    roles[role.name] = show_role(role, root, now, out);
  }
  facts["roles"] = std::move(roles);
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  std::vector<FileName> names;
  if (arguments.option("repository")) {
    names.push_back(select_repository(arguments.option("repository")).name);
  } else {
    names = configured_repositories();
  }
  if (names.empty()) out.note("no repository is set up; next: pgclient trust add URL --root-sha256 HEX");
  Json::Array repositories;
  std::optional<Error> first_failure;  // one damaged repository does not hide the others
  for (const FileName& name : names) {
    Json::Object facts{{"name", name.text()}};
    auto failure = failure_of([&] { show_trust(select_repository(name.text()), now, facts, out); });
    if (failure) {
      facts["failure"] = failure->what();
      out.result(fmt::format("  {:<12}  {}", "unusable", failure->what()));
      if (!first_failure) first_failure = std::move(failure);
    }
    repositories.emplace_back(std::move(facts));
  }
  out.json["repositories"] = std::move(repositories);
  if (first_failure) throw *first_failure;
}

}  // namespace

Command trust_show_command() {
  return {
      .name = "trust show",
      .summary = "show whom this machine trusts for what",
      .description =
          "For each repository: the root that was pinned, the root that is trusted now, and for each "
          "top-level role its keys with their people, how many of them must sign, and until when. Names of "
          "people are as the root says them. Asks no server.",
      .example = "  pgclient trust show\n  pgclient trust show --repository playground --json",
      .arguments = {},
      .options = {repository_option()},
      .run = run};
}

}  // namespace tuf
