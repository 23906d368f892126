// pgclient info - one release: its files, their digests, and who vouches for them.
#include "client/commands.h"
#include "client/network_options.h"
#include "client/release_choice.h"
#include "client/signers.h"
#include "client/url_fetcher.h"
#include "libtufcore/error.h"
#include "libtufcore/io/progress.h"

namespace tuf {
namespace {

std::string trail_text(const FoundTarget& target) {
  std::string text;
  for (const RoleName& role : target.trail) text += (text.empty() ? "" : " > ") + escaped(role.text());
  return text;
}

Json show_file(const ReleaseFile& file, const Signers& signers, Output& out) {
  out.result(fmt::format("  {}", file.name.text()));
  out.result(fmt::format("    length     {} ({} bytes)", bytes_text(file.target.file.length),
                         file.target.file.length));
  for (const auto& [algorithm, digest] : file.target.file.hashes) {
    out.result(fmt::format("    {:<9}  {}", name_of(algorithm), digest.hex()));
  }
  if (file.platform) out.result(fmt::format("    platform   {}", file.platform->text()));
  out.result(fmt::format("    path       {}", escaped(file.target.path.text())));
  out.result(fmt::format("    role       {}", escaped(file.target.role.text())));
  out.result(fmt::format("    trail      {}", trail_text(file.target)));
  out.result(fmt::format("    signed by  {}", signers_text(signers.keys, signers.names)));
  Json::Object facts = *file_facts(file).as_object();
  Json::Array trail;
  for (const RoleName& role : file.target.trail) trail.emplace_back(role.text());
  facts["role"] = file.target.role.text();
  facts["trail"] = std::move(trail);
  facts["signers"] = signers_facts(signers.keys, signers.names);
  return facts;
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const auto wanted = WantedProduct::from_user(arguments.argument("PROJECT"));
  const auto request = VersionRequest::from_user(arguments.find_argument("VERSION"));
  const RepositoryConfig repository = select_repository(arguments.option("repository"));
  UrlFetcher fetcher(network_options(arguments, out));
  const ProjectView view =
      look_up_project(repository, fetcher, wanted.project, now, out, asked_of(arguments));
  const Release& release = choose_release(view, wanted, request, out);
  out.result(release_title(release));
  if (release.yanked) out.result(fmt::format("  yanked: {}", yanked_because(release)));
  const bool promoted = is_promoted(release);
  out.result(promoted
                 ? "  promoted: the administrators of the repository vouch for the project's owners"
                 : "  registered by the online key only: no administrator vouches for the project's owners");
  Json::Array files;
  for (const ReleaseFile& file : release.files) {
    files.emplace_back(show_file(file, view.signers.at(file.target.role), out));
  }
  out.json = {{"repository", repository.name.text()},
              {"project", release.project.text()},
              {"product", release.product.text()},
              {"version", release.version.text()},
              {"promoted", promoted},
              {"prerelease", release.version.is_prerelease()},
              {"files", std::move(files)}};
  if (release.yanked) out.json["yanked"] = *release.yanked;
}

}  // namespace

Command info_command() {
  return {
      .name = "info",
      .summary = "show one release: files, digests, who signs",
      .description =
          "For each file: length and digests, the role that states it, the roles from the root's targets "
          "down to that "
          "one, and the keys of which the stated number had to sign. Above them: whether the administrators "
          "vouch for the project (they promoted it), or the online key registered it and nobody else has "
          "looked.",
      .example = "  pgclient info abc 1.0.0",
      .arguments = {{"PROJECT", "a project, or PROJECT/PRODUCT"},
                    {"VERSION", "a version, a range ('^1.2'), or 'latest' (the default)",
                     ArgumentSpec::Count::optional}},
      .options = {offline_option(), repository_option()},
      .run = run,
      .elsewhere = {"show", "view"}};
}

}  // namespace tuf
