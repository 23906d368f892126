// pgclient verify - are these files releases of the repository? Which, signed by whom?
#include <set>

#include "client/commands.h"
#include "client/failure_of.h"
#include "client/file_proof.h"
#include "client/network_options.h"
#include "client/release_choice.h"
#include "client/release_index.h"
#include "client/signers.h"
#include "client/url_fetcher.h"
#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"
#include "libtufcore/repository_layout.h"

namespace tuf {
namespace {

constexpr std::size_t most_listed = 5;

// One file of the command line, and what became of it.
struct Answer {
  std::string typed;
  std::optional<LocalFile> file;  // empty: it could not be read
  FileProof proof;
  std::optional<Error> complaint;  // why it is no release, as far as this command can say
};

std::string searched_text(const FileProof& proof) {
  if (proof.searched_all) return "all projects were searched";
  if (proof.searched.empty()) return "no project was searched: the name points at none";
  return fmt::format("searched: {}", listed(proof.searched, most_listed));
}

std::string stated_digest(const ReleaseFile& file) {
  const auto& [algorithm, digest] = *file.target.file.hashes.begin();
  return fmt::format("{} {}", name_of(algorithm), digest.hex());
}

Error other_content(const Answer& answer) {
  std::string expected;
  const auto& statements = answer.proof.statements;
  for (std::size_t i = 0; i < std::min(statements.size(), most_listed); ++i) {
    const TargetFile& stated = statements[i].file->target.file;
    expected += fmt::format("{}{} ({} bytes, {})", i == 0 ? "" : " or ",
                            stated.hashes.empty() ? "unknown" : stated_digest(*statements[i].file),
                            stated.length, release_title(*statements[i].release));
  }
  if (statements.size() > most_listed)
    expected += fmt::format(" or {} more", statements.size() - most_listed);
  return refused(
             "refused {}: the repository has a file of that name with other content: expected {}, got sha256 "
             "{} "
             "({} bytes)",
             shown_path(answer.typed), expected, answer.file->sha256().hex(), answer.file->length())
      .with_hint("do not use it: it was changed after it was signed, or comes from somewhere else");
}

std::optional<Error> complaint_about(const Answer& answer) {
  const FileProof& proof = answer.proof;
  const std::string path = shown_path(answer.typed);
  switch (proof.verdict) {
    case FileProof::Verdict::release:
      return std::nullopt;
    case FileProof::Verdict::other_content:
      return other_content(answer);
    case FileProof::Verdict::blocked:
      return not_found("{} is no release any more: the administrators blocked {}", path, *proof.blocked)
          .with_hint("do not use it, and ask the repository's administrators why");
    case FileProof::Verdict::unknown:
      break;
  }
  if (!proof.failures.empty()) {
    const auto& [project, failure] = proof.failures.front();
    return Error(failure.kind(), fmt::format("whether {} is a release cannot be said; project {}: {}", path,
                                             project.text(), failure.what()))
        .with_hint(failure.hint());
  }
  return not_found("{} is no release of this repository ({})", path, searched_text(proof))
      .with_hint(proof.searched_all ? "ask for it where you had it from: the repository does not vouch for it"
                                    : "--project PROJECT searches that one");
}

// "owners" and "maintainers" as the repository's layout has them; of another one only the signing role.
struct SigningRole {
  std::string name;  // for people
  RoleName role;
};

std::vector<SigningRole> signing_roles(const Statement& statement) {
  const ProjectName& project = statement.release->project;
  const RoleName& stating = statement.file->target.role;
  if (stating != layout::releases_role(project)) return {{"signed by", stating}};
  std::vector<SigningRole> roles{{"maintainers", stating}};
  const auto& trail = statement.file->target.trail;
  if (trail.size() > 1) roles.push_back({"owners", trail[trail.size() - 2]});
  return roles;
}

bool is_latest(const Statement& statement) {
  return latest_of(statement.view->releases, statement.release->product).release == statement.release;
}

std::string standing_text(const Statement& statement) {
  const Latest latest = latest_of(statement.view->releases, statement.release->product);
  if (statement.release->yanked) return "yanked: " + yanked_because(*statement.release);
  if (latest.release == statement.release)
    return latest.only_prereleases ? "latest, a pre-release" : "latest";
  return fmt::format("not the latest: {} is", latest.release->version.text());
}

Json show_statement(const Statement& statement, Output& out) {
  const Release& release = *statement.release;
  out.result(fmt::format("  {:<12} {} ({})", "release", release_title(release), standing_text(statement)));
  out.result(fmt::format("  {:<12} {}", "path", escaped(statement.file->target.path.text())));
  Json::Object facts{{"project", release.project.text()}, {"product", release.product.text()},
                     {"version", release.version.text()}, {"path", statement.file->target.path.text()},
                     {"latest", is_latest(statement)},    {"prerelease", release.version.is_prerelease()}};
  if (release.yanked) facts["yanked"] = *release.yanked;
  Json::Object signers;
  for (const SigningRole& signing : signing_roles(statement)) {
    const auto known = statement.view->signers.find(signing.role);
    if (known == statement.view->signers.end()) continue;
    const Signers& keys = known->second;
    out.result(fmt::format("  {:<12} {} (role {})", signing.name, signers_text(keys.keys, keys.names),
                           escaped(signing.role.text())));
    Json::Object of_role = *signers_facts(keys.keys, keys.names).as_object();
    of_role["role"] = signing.role.text();
    signers[signing.name == "signed by" ? "signers" : signing.name] = std::move(of_role);
  }
  facts["signed_by"] = std::move(signers);
  return facts;
}

const char* word_for(const Answer& answer) {
  if (!answer.file) return "unreadable";
  switch (answer.proof.verdict) {
    case FileProof::Verdict::release:
      return "release";
    case FileProof::Verdict::other_content:
      return "changed";
    case FileProof::Verdict::blocked:
      return "blocked";
    case FileProof::Verdict::unknown:
      break;
  }
  return answer.proof.failures.empty() ? "unknown" : "undecided";
}

Json expected_facts(const Answer& answer) {
  Json::Array expected;
  for (const Statement& statement : answer.proof.statements) {
    Json::Object facts = *file_facts(*statement.file).as_object();
    facts["version"] = statement.release->version.text();
    expected.emplace_back(std::move(facts));
  }
  return expected;
}

Json show(const Answer& answer, Output& out) {
  Json::Object facts{{"file", answer.typed}, {"ok", !answer.complaint}, {"status", word_for(answer)}};
  if (answer.file) {
    facts["length"] = answer.file->length();
    facts["sha256"] = answer.file->sha256().hex();
  }
  out.result(fmt::format("{}: {}", escaped(answer.typed, 4096), answer.complaint ? "NOT PROVED" : "proved"));
  if (answer.complaint) {
    out.result(fmt::format("  {}", answer.complaint->what()));
    facts["message"] = answer.complaint->what();
    facts["code"] = kind_name(answer.complaint->kind());
    if (answer.proof.verdict == FileProof::Verdict::other_content) facts["expected"] = expected_facts(answer);
    return facts;
  }
  out.result(fmt::format("  {:<12} {}", "sha256", answer.file->sha256().hex()));
  Json::Array releases;
  for (const Statement& statement : answer.proof.statements) {
    releases.emplace_back(show_statement(statement, out));
  }
  facts["releases"] = std::move(releases);
  return facts;
}

// What is worse: a changed file, then what could not be found out, then what nobody knows.
int badness(const Error& error) {
  if (error.kind() == Error::Kind::refused) return 3;
  return error.kind() == Error::Kind::not_found ? 1 : 2;
}

void conclude(const std::vector<Answer>& answers) {
  const Answer* worst = nullptr;
  std::size_t bad = 0;
  for (const Answer& answer : answers) {
    if (!answer.complaint) continue;
    ++bad;
    if (worst == nullptr || badness(*answer.complaint) > badness(*worst->complaint)) worst = &answer;
  }
  if (worst == nullptr) return;
  if (answers.size() == 1) throw *worst->complaint;
  throw Error(worst->complaint->kind(), fmt::format("{} of {} files are not proved; the worst: {}", bad,
                                                    answers.size(), worst->complaint->what()))
      .with_hint(worst->complaint->hint());
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  std::optional<ProjectName> only;
  if (const auto project = arguments.option("project")) only = ProjectName::from_user(*project);
  std::vector<Answer> answers;
  for (const std::string& typed : arguments.arguments("FILE")) {  // read before the repository is locked
    Answer answer{typed, {}, {}, {}};
    answer.complaint = failure_of([&] { answer.file.emplace(typed); });
    answers.push_back(std::move(answer));
  }
  const RepositoryConfig repository = select_repository(arguments.option("repository"));
  UrlFetcher fetcher(network_options(arguments, out));
  const Ask ask = asked_of(arguments);
  // Of a large repository's lists everything is read only when the project is not known.
  const NeededEntries needed = only ? needed_for(std::set{*only}) : NeededEntries();
  ask_repository(repository, fetcher, now, out, ask, needed, [&](Updater& updater, const TopLevel& top) {
    const KnownReleases known = known_releases(repository, fetcher, updater, top, ask);
    for (Answer& answer : answers) {
      if (!answer.file) continue;
      answer.proof = prove_file(*answer.file, only, known);
      answer.complaint = complaint_about(answer);
    }
    Json::Array files;
    for (const Answer& answer : answers) files.emplace_back(show(answer, out));
    out.json = {{"repository", repository.name.text()},
                {"snapshot_version", top.snapshot->version},
                {"files", std::move(files)}};
  });
  conclude(answers);
}

}  // namespace

Command verify_command() {
  return {
      .name = "verify",
      .summary = "prove that files are releases of the repository",
      .description =
          "For each file: is it, by length and digests, what the repository's maintainers signed? Which "
          "release, "
          "signed by whom, the latest or not, yanked? The file's name, --project and the repository's "
          "index only "
          "say where to look first. Exit code 0: all are. 10: the repository has a file of that name "
          "with other "
          "content. 3: nothing in the repository is it, or it was blocked. Of several files the worst "
          "counts.",
      .example = "  pgclient verify abc-1.0.0.tgz\n  pgclient verify --project abc dist/* --json",
      .arguments = {{"FILE", "a file", ArgumentSpec::Count::many}},
      .options = {{"project", "PROJECT", "search this project only"}, offline_option(), repository_option()},
      .run = run};
}

}  // namespace tuf
