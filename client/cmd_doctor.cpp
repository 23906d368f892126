// pgclient doctor - is all well, on this machine and with the servers? Changes nothing.
#include <chrono>

#include "client/commands.h"
#include "client/failure_of.h"
#include "client/machine_check.h"
#include "client/network_options.h"
#include "client/repository_config.h"
#include "client/server_check.h"
#include "client/trusted_state.h"
#include "client/url.h"
#include "client/url_fetcher.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

const char* word_for(Finding::Level level) {
  if (level == Finding::Level::ok) return "ok";
  return level == Finding::Level::warning ? "warning" : "problem";
}

// Prints, counts and collects.
struct Tally {
  std::size_t warnings = 0, problems = 0;
  Json::Array findings;

  void add(const Findings& found, const std::string& about, const std::string& repository, Output& out) {
    out.result(about);
    for (const Finding& finding : found.all()) {
      const std::string level = word_for(finding.level);
      out.result(fmt::format("  {:<8} {}: {}", level, finding.subject, finding.text));
      if (!finding.next.empty()) out.result(fmt::format("           next: {}", finding.next));
      warnings += finding.level == Finding::Level::warning ? 1 : 0;
      problems += finding.level == Finding::Level::problem ? 1 : 0;
      Json::Object facts{{"level", level}, {"subject", finding.subject}, {"text", finding.text}};
      if (!finding.next.empty()) facts["next"] = finding.next;
      if (!repository.empty()) facts["repository"] = repository;
      findings.emplace_back(std::move(facts));
    }
  }
};

Findings check_machine(const HttpOptions& options) {
  Findings findings;
  for (const std::string& version : program_versions()) findings.ok("version", version);
  check_folders(findings);
  check_left_over_folders(findings);
  check_authorities(options, findings);
  return findings;
}

struct Asking {
  HttpOptions options;
  bool offline;
  UtcTime now;
  std::function<UtcTime()> clock;
};

void check_servers(const RepositoryConfig& repository, const MetadataCache& cache, const Asking& asking,
                   Findings& findings) {
  UrlFetcher fetcher(asking.options);
  std::vector<std::string> urls{repository.url};
  urls.insert(urls.end(), repository.mirrors.begin(), repository.mirrors.end());
  std::vector<ServerState> servers;
  for (const std::string& url : urls) {
    check_proxy(url, asking.options, findings);
    servers.push_back(look_at_server(url, cache.root_chain(), fetcher, asking.clock));
  }
  const RootChain chain = cache.root_chain();
  judge_servers(servers, trusted_role<Timestamp>(cache, chain.last()).version, asking.now, findings);
}

void check_repository(const FileName& name, const Asking& asking, Findings& findings) {
  check_files(repository_folder(name), findings);
  const RepositoryConfig repository = *find_repository(name);
  const MetadataCache cache(repository.folder());  // refuses a folder that others can write
  const RootChain chain = cache.root_chain();
  findings.ok("root chain", fmt::format("sound up to version {}; pinned sha256 {}", chain.version(),
                                        repository.root_sha256.hex()));
  check_trusted(cache, chain.last(), !asking.offline, asking.now, findings);
  if (!asking.offline) check_servers(repository, cache, asking, findings);
}

void conclude(const Tally& tally, Output& out) {
  out.json["findings"] = tally.findings;
  out.json["warnings_count"] = static_cast<std::int64_t>(tally.warnings);
  out.json["problems_count"] = static_cast<std::int64_t>(tally.problems);
  if (tally.problems > 0) {
    throw other("{} problem{} found", tally.problems, tally.problems == 1 ? "" : "s")
        .with_hint("each one's next step stands below it");
  }
  out.result(tally.warnings == 0
                 ? "all is well"
                 : fmt::format("no problem; {} warning{}", tally.warnings, tally.warnings == 1 ? "" : "s"));
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const auto start = std::chrono::steady_clock::now();
  const Asking asking{
      network_options(arguments, out), arguments.flag("offline"), now, [&] {
        const auto passed = std::chrono::steady_clock::now() - start;
        return now.plus_seconds(std::chrono::duration_cast<std::chrono::seconds>(passed).count());
      }};
  std::vector<FileName> names = configured_repositories();
  if (arguments.option("repository")) names = {select_repository(arguments.option("repository")).name};
  Tally tally;
  tally.add(check_machine(asking.options), "this machine", "", out);
  for (const FileName& name : names) {
    Findings findings;
    if (const auto failure = failure_of([&] { check_repository(name, asking, findings); })) {
      findings.problem("trusted state", failure->what(), failure->hint());
    }
    tally.add(findings, fmt::format("repository {}", name.text()), name.text(), out);
  }
  if (names.empty()) out.note("no repository is set up; next: pgclient trust add URL --root-sha256 HEX");
  if (asking.offline) out.note("no server was asked");
  conclude(tally, out);
}

}  // namespace

Command doctor_command() {
  return {.name = "doctor",
          .summary = "check this machine, the trusted state and the servers",
          .description =
              "Looks at versions, folders and their permissions, the trusted "
              "files and until when they are valid, "
              "the clock, the proxy, who vouches for https servers, and at "
              "what each server and mirror can prove. "
              "Changes nothing. Each line is ok, a warning or a problem, "
              "with the next step. Exit code 1 when there "
              "is a problem.",
          .example = "  pgclient doctor\n  pgclient doctor --offline --json",
          .arguments = {},
          .options = {{"offline", "", "ask no server"}, repository_option()},
          .run = run};
}

}  // namespace tuf
