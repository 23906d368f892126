// signer/cmd_bundle.cpp - a proposal in a file, for a stick, a mail, or a machine without a network.
#include <algorithm>
#include <filesystem>

#include "signer/commands.h"
#include "signer/deliver.h"
#include "signer/departures.h"
#include "signer/show_proposal.h"

namespace tuf {
namespace {

namespace fs = std::filesystem;

void refuse_existing(const fs::path& file) {
  if (fs::symlink_status(file).type() == fs::file_type::not_found) return;
  throw conflict("'{}' is there already and is never overwritten", escaped(file.string(), 4096))
      .with_hint("name another file");
}

// The git program writes it beside its place and renames it.
void write_bundle(const GitRepository& git, const fs::path& file, const std::vector<std::string>& revisions) {
  std::vector<std::string> words = {"bundle", "create", "--quiet", fs::absolute(file).string()};
  words.insert(words.end(), revisions.begin(), revisions.end());
  const GitRun run = run_git(folder_of(git), words);
  if (run.exit_code != 0)
    throw local_io("git could not write bundle '{}': {}", escaped(file.string(), 4096), run.reason());
}

void run_export(const Arguments& arguments, Output& out, UtcTime now) {
  const fs::path file = arguments.argument("FILE");
  refuse_existing(file);
  GitRepository git = open_clone();
  fetch_proposals(git, source_options_of(arguments), out);
  const ProposalBase base = proposal_base(git, out, now);
  const ProposalBook book = read_proposals(git, base, found_candidates(git));
  const Proposal& proposal = needed_proposal(book, arguments.argument("ID"));
  if (proposal.stale)
    throw conflict("proposal {} is outdated: {}", proposal.short_id(), proposal.verdict.reason);
  out.json["id"] = proposal.id;
  out.json["file"] = file.string();
  out.result(headline(proposal));
  if (arguments.flag("dry-run")) return out.note("dry run: nothing was written");
  const std::string name = std::string(signed_here_prefix) + proposal.short_id();
  const bool is_here_only = git.find_commit(name).has_value();
  const CommitId commit = store(git, proposal, base, {"pgsign"}, now);
  out.json["commit"] = commit;
  const bool alone = arguments.flag("full") || !base.commit;
  std::vector<std::string> revisions = {name};
  if (!alone) revisions.push_back("^" + *base.commit);
  Departure(git, commit, "bundle").begins();
  write_bundle(git, file, revisions);
  if (!is_here_only) git.remove_reference(name);
  out.result(fmt::format(
      "wrote '{}'{}", escaped(file.string(), 4096),
      alone ? "" : fmt::format("; who imports it needs the main branch up to {}", short_id(*base.commit))));
  out.note(fmt::format("there: pgsign import FILE, pgsign review {0}, pgsign sign {0} --no-push",
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
  const ProposalBase base = proposal_base(git, out, now);
  const ProposalBook book = read_proposals(git, base, found_candidates(git));
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
  forget_landed(git, base);
  if (arguments.flag("dry-run")) forget_all(git, prefix);
  if (nothing) out.result("nothing in it waits for a signature");
}

}  // namespace

Command export_command() {
  std::vector<OptionSpec> options = source_options();
  options.push_back({"full", "", "with all history, for who has nothing of the repository yet"});
  options.push_back({"dry-run", "", "say what would be written and stop"});
  return {.name = "export",
          .summary = "write a proposal into a file",
          .description = "A git bundle with the change, its files, and every signature that was found.",
          .example = "  pgsign export 0123456789ab /media/stick/abc.bundle",
          .arguments = {{"ID", "the proposal's id, or its first 6 digits or more"}, {"FILE", "the new file"}},
          .options = options,
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
