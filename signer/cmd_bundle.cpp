// pgsign export, import - a proposal in a file, for a stick, a mail, or a machine without a network.
#include <algorithm>

#include "libtufcore/io/temporary_folder.h"
#include "signer/commands.h"
#include "signer/consent.h"
#include "signer/deliver.h"
#include "signer/departures.h"
#include "signer/show_proposal.h"

namespace tuf {
namespace {

namespace fs = std::filesystem;

void refuse_bad_place(const fs::path& file) {
  const fs::path folder = fs::absolute(file).parent_path();
  if (!fs::is_directory(folder)) throw not_found("there is no folder {} to write into", shown_path(folder));
  if (fs::symlink_status(file).type() == fs::file_type::not_found) return;
  throw conflict("'{}' is there already and is never overwritten", escaped(file.string(), 4096))
      .with_hint("name another file");
}

void run_or_refuse(const std::filesystem::path& folder, const std::vector<std::string>& words,
                   const fs::path& file) {
  const GitRun run = run_git(folder, words);
  if (run.exit_code != 0) throw local_io("git could not write bundle {}: {}", shown_path(file), run.reason());
}

// The git program writes it beside its place and renames it.
void write_bundle(const fs::path& folder, const fs::path& file, const std::vector<std::string>& revisions) {
  std::vector<std::string> words = {"bundle", "create", "--quiet", fs::absolute(file).string()};
  words.insert(words.end(), revisions.begin(), revisions.end());
  run_or_refuse(folder, words, file);
}

// Of a linked work tree they are elsewhere.
std::string folder_of_objects(const GitRepository& git) {
  const GitRun run =
      run_git(folder_of(git), {"rev-parse", "--path-format=absolute", "--git-path", "objects"});
  return run.answer.substr(0, run.answer.find('\n'));
}

// What `git clone` makes a clone of: main as it was verified, and the proposal's branch. A repository of its
// own gives them these names, whatever the branches here are at.
void write_whole_bundle(const GitRepository& git, const fs::path& file, const ProposalBase& base,
                        const std::string& branch, const CommitId& commit) {
  const std::string main = "refs/heads/" + base.main_branch, other = "refs/heads/" + branch;
  const TemporaryFolder folder(git.git_directory(), "pg-export-");
  run_or_refuse(folder.path(), {"init", "--quiet", "--bare", "."}, file);
  write_file_atomically(folder.path() / "objects/info/alternates", folder_of_objects(git) + "\n");
  run_or_refuse(folder.path(), {"update-ref", other, commit}, file);
  std::vector<std::string> names = {other};
  if (base.commit) {
    run_or_refuse(folder.path(), {"update-ref", main, *base.commit}, file);
    run_or_refuse(folder.path(), {"symbolic-ref", "HEAD", main}, file);
    names.insert(names.begin(), {"HEAD", main});
  }
  write_bundle(folder.path(), file, names);
}

void run_export(const Arguments& arguments, Output& out, UtcTime now) {
  const fs::path file = arguments.argument("FILE");
  refuse_bad_place(file);
  GitRepository git = open_clone();
  const auto [base, book, not_asked] = look(git, source_options_of(arguments), out, now);
  const Proposal& proposal = needed_proposal(book, arguments.argument("ID"));
  refuse_outdated(proposal);
  out.json["id"] = proposal.id;
  out.json["file"] = file.string();
  out.result(headline(proposal));
  if (is_dry_run(arguments, out)) return;
  const std::string name = std::string(signed_here_prefix) + proposal.short_id();
  const bool is_here_only = git.find_commit(name).has_value();
  const CommitId commit = store(git, proposal, base, {"pgsign"}, now);
  out.json["commit"] = commit;
  Departure(git, commit, "bundle").begins();
  const bool whole = arguments.flag("full") || !base.commit;
  if (whole)
    write_whole_bundle(git, file, base, proposal.branch(), commit);
  else
    write_bundle(folder_of(git), file, {name, "^" + *base.commit});
  if (!is_here_only) git.remove_reference(name);
  out.result(
      fmt::format("wrote {}{}", shown_path(file),
                  whole ? "" : "; who imports it needs the main branch up to " + short_id(*base.commit)));
  out.note(
      whole ? fmt::format(
                  "there: git clone FILE content; in it pgsign trust --root-sha256 HEX, pgsign review {0}, "
                  "pgsign sign {0} --no-push",
                  proposal.short_id())
            : fmt::format("there: pgsign import FILE, pgsign review {0}, pgsign sign {0} --no-push",
                          proposal.short_id()));
}

void forget_all(GitRepository& git, const std::string& prefix) {
  for (const Reference& one : git.references(prefix, 10'000)) git.remove_reference(one.name);
}

void run_import(const Arguments& arguments, Output& out, UtcTime now) {
  const std::string& file = arguments.argument("FILE");
  if (!fs::is_regular_file(file))
    throw not_found("there is no file '{}'", escaped(file, 4096))
        .with_hint("pgsign export ID FILE makes one");
  GitRepository git = open_clone();
  const std::string prefix = fetch_source(git, file, out);
  const auto [base, book, not_asked] = look(git, here_only, out, now);
  const std::vector<StoredKey> mine = my_keys();
  const auto comes_from_it = [&](const Candidate& one) { return one.reference.starts_with(prefix); };
  Json::Array imported, refused;
  for (const Proposal& proposal : book.proposals) {
    if (!std::ranges::any_of(proposal.found, comes_from_it)) continue;
    imported.push_back(to_json(proposal, mine));
    out.result(headline(proposal));
    out.result("  " + state_in_words(proposal, mine));
  }
  for (const RefusedCandidate& candidate : book.refused) {
    if (!comes_from_it(candidate.at)) continue;
    refused.push_back(to_json(candidate));
    out.result(in_words(candidate));
  }
  const bool nothing = imported.empty() && refused.empty();
  out.json["proposals"] = std::move(imported);
  out.json["refused"] = std::move(refused);
  forget_finished(git, book);
  if (arguments.flag("dry-run")) forget_all(git, prefix);
  if (nothing) out.result("nothing in it waits for a signature");
}

}  // namespace

Command export_command() {
  return {.name = "export",
          .summary = "write a proposal into a file",
          .description = "A git bundle with the change, its files, and every signature that was found.",
          .example =
              "  pgsign export 0123456789ab /media/stick/abc.bundle\n"
              "  pgsign export --full 0123456789ab /media/stick/content.bundle",
          .arguments = {{"ID", "the proposal's id, or its first 6 digits or more"}, {"FILE", "the new file"}},
          .options = joined({source_options(),
                             {{"full", "",
                               "with main and all its history: 'git clone FILE' for who has nothing of the repository yet"},
                              {"dry-run", "", "say what would be written and stop"}}}),
          .run = run_export};
}

Command import_command() {
  return {.name = "import",
          .summary = "take proposals and signatures from a file",
          .description =
              "Reads a git bundle into a place of this program's own and judges what is in it like anything "
              "that was "
              "found elsewhere. 'pgsign sign ID' then counts its signatures.",
          .example = "  pgsign import /media/stick/abc.bundle",
          .arguments = {{"FILE", "a bundle, from pgsign export or git bundle"}},
          .options = {{"dry-run", "", "say what is in it and keep nothing"}},
          .run = run_import};
}

}  // namespace tuf
