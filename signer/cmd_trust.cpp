// pgsign trust - what you trust of the repository, whatever its host says.
#include "libtufcore/io/file.h"
#include "signer/commands.h"
#include "signer/consent.h"
#include "signer/departures.h"
#include "signer/proposal_sources.h"
#include "signer/remote.h"
#include "signer/trust_store.h"
#include "signer/workspace.h"

namespace tuf {
namespace {

Digest digest_of_option(const std::string& hex) {
  const auto digest = Digest::from_hex(HashAlgorithm::sha256, hex);
  if (!digest) throw usage("--root-sha256 must be 64 hex digits, not '{}'", escaped(hex));
  return *digest;
}

struct Clone {
  GitRepository git;
  std::string branch;
  CommitId shown;  // what the host shows as main, else HEAD
};

Clone clone_here() {
  GitRepository git = open_clone();
  const std::string branch = git.current_branch().value_or("main");
  const std::optional<MainBranch> main = find_main(git, branch);
  const std::optional<CommitId> shown = main ? std::optional(main->tip) : git.find_commit("HEAD");
  if (!shown)
    throw no_trusted_root("branch {} has no commit yet, so this is no content repository", escaped(branch));
  return {std::move(git), branch, *shown};
}

void tell(const TrustStore& store, const std::optional<MainBranch>& main, Output& out) {
  const TrustStore::State& state = store.state();
  Json::Array remotes(state.remotes.begin(), state.remotes.end());
  std::uint64_t roots = 0;
  while (store.root(roots + 1)) ++roots;
  Json::Array signatures;
  for (const RecordedSignature& one : store.signatures().entries()) {
    signatures.emplace_back(Json::Object{{"role", one.content.role},
                                         {"version", one.content.version},
                                         {"sha256", one.content.sha256.hex()},
                                         {"keyid", one.key},
                                         {"when", one.when.text()},
                                         {"complete", one.complete},
                                         {"left", one.departures > 0},
                                         {"withdrawn", one.withdrawn}});
  }
  const char* how = state.pinned == TrustStore::Pinned::given  ? "compared by you"
                    : state.pinned == TrustStore::Pinned::made ? "made by you"
                                                               : "taken at the first look; compare it";
  out.result(fmt::format("repository {}", state.name.empty() ? "without a name" : escaped(state.name)));
  out.result(fmt::format("  root SHA-256: {} ({}, {})", state.root_sha256.hex(), how, state.since.text()));
  if (roots > 0) out.result(fmt::format("  root versions seen: {}", roots));
  const std::optional<TrustedMain> last = main ? state.last_of(main->remote) : state.main;
  for (const std::string& url : state.remotes) {
    const auto line = state.lines.find(url);
    std::string text = "  from " + escaped(url, 1024);
    if (line != state.lines.end()) text += ": main was at " + short_id(line->second.commit);
    if (state.main && url == state.reference)
      text += fmt::format("; new addresses must have {} of it", short_id(state.main->commit));
    out.result(text);
  }
  out.result(last ? fmt::format("  last good commit of main: {} (verified {})", last->commit, last->since.text())
                  : "  no main branch of others was verified yet");
  out.result(fmt::format("  signed with your keys: {}", signatures.size()));
  out.result("  kept in " + shown_path(store.folder()));
  out.json["name"] = state.name;
  out.json["root_sha256"] = state.root_sha256.hex();
  out.json["pinned"] = name_of(state.pinned);
  out.json["since"] = state.since.text();
  out.json["root_versions"] = roots;
  out.json["remotes"] = std::move(remotes);
  out.json["reference"] = state.main ? Json(Json::Object{{"remote", state.reference},
                                                         {"commit", state.main->commit},
                                                         {"since", state.main->since.text()}})
                                     : Json();
  out.json["main"] =
      last ? Json(Json::Object{{"commit", last->commit}, {"since", last->since.text()}}) : Json();
  out.json["signatures"] = std::move(signatures);
  out.json["folder"] = store.folder().string();
}

void run_trust(const Arguments& arguments, Output& out, UtcTime now) {
  const Digest wanted = digest_of_option(arguments.required_option("root-sha256"));
  const Clone clone = clone_here();
  const RepositoryState state = RepositoryState::read(clone.git.tree(clone.shown), wanted);
  if (!state.root_check().enough()) {
    throw pending("the first root still lacks signatures, so it has no final SHA-256")
        .with_hint("the administrators sign it first: pgsign sign");
  }
  const std::optional<MainBranch> main = find_main(clone.git, clone.branch);
  if (main) refuse_other_repository(*main, wanted);
  out.json["root_sha256"] = wanted.hex();
  if (is_dry_run(arguments, out)) return;
  TrustStore store =
      TrustStore::pin(wanted, stated_repository(state.root().extra), TrustStore::Pinned::given, now);
  if (main) store.add_remote(main->remote);
  tell(store, main, out);
}

void run_show(const Arguments&, Output& out, UtcTime now) {
  const Clone clone = clone_here();
  const std::optional<TrustStore> store = open_trust(clone.git, clone.branch, clone.shown, out, now);
  if (!store) {
    throw no_trusted_root(
        "the first root of this repository still lacks signatures, so nothing is trusted yet")
        .with_hint("the administrators sign it first: pgsign sign");
  }
  tell(*store, find_main(clone.git, clone.branch), out);
}

// The repository that this clone shows; of a host that shows another one, --root-sha256 names the one that
// was trusted.
Digest chosen(const Arguments& arguments) {
  if (const auto hex = arguments.option("root-sha256")) return digest_of_option(*hex);
  const Clone clone = clone_here();
  const auto first = clone.git.tree(clone.shown)->digest(layout::root_history(1), max_metadata_bytes);
  if (first) return first->sha256;
  throw no_trusted_root("commit {} is not a content repository", short_id(clone.shown))
      .with_hint("pgsign trust forget --root-sha256 HEX");
}

void run_forget(const Arguments& arguments, Output& out, UtcTime) {
  const Digest root = chosen(arguments);
  const bool with_signatures = arguments.flag("signatures");
  const std::string question =
      with_signatures
          ? "Forget this repository, and also what your keys have signed in it? Then nothing hinders you "
            "from signing a second content for a version"
          : "Forget the last good commit and all versions of this repository? The next look takes what "
            "its host shows then";
  const std::string name = root.hex().substr(0, 12);
  out.json["root_sha256"] = root.hex();
  if (!TrustStore::holds(root, with_signatures))
    throw not_found("nothing is trusted of a repository whose root has the SHA-256 {}", root.hex());
  if (is_dry_run(arguments, out)) return;
  if (!arguments.flag("yes") && !confirm_by_name(question, name))
    throw other("cancelled; nothing was forgotten");
  TrustStore::forget(root, with_signatures);
  out.result(
      fmt::format("forgot what was trusted of the repository whose root has the SHA-256 {}", root.hex()));
  if (!with_signatures) out.note("the record of what your keys have signed in it stays");
}

// Where this content still is, as far as it was fetched.
Json::Array tell_public(const GitRepository& git, const SignatureRecord& record, const std::string& role,
                        std::uint64_t version, Output& out) {
  Json::Array places;
  for (const RecordedSignature& mine : record.entries()) {
    if (mine.content.role != role || mine.content.version != version) continue;
    for (const Candidate& one : found_candidates(git)) {
      const auto there = signed_content_at(*git.tree(one.commit), mine.content.path);
      if (!there || there->sha256 != mine.content.sha256 || one.reference.starts_with(signed_here_prefix))
        continue;
      out.result("still public: " + one.shown);
      places.emplace_back(one.shown);
    }
  }
  return places;
}

void run_withdraw(const Arguments& arguments, Output& out, UtcTime now) {
  const std::string role = arguments.argument("ROLE");
  const std::string typed = arguments.argument("VERSION");
  const bool is_number =
      !typed.empty() && typed.size() <= 15 && typed.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number) throw usage("VERSION must be a whole number, not '{}'", escaped(typed));
  const std::uint64_t version = std::stoull(typed);
  const Clone clone = clone_here();
  const std::optional<TrustStore> store = open_trust(clone.git, clone.branch, clone.shown, out, now);
  if (!store) throw not_found("your keys have signed nothing in this repository");
  store->signatures().refuse_withdrawal(role, version);
  const std::string question = fmt::format(
      "Do all who could sign version {} of {} know that it is dropped? Whoever completes it can still show "
      "it to others",
      version, escaped(role));
  const Json::Array places = tell_public(clone.git, store->signatures(), role, version, out);
  out.json["public"] = places;
  if (!agreed(question, arguments, out)) return;
  store->signatures().note_withdrawn(role, version);
  out.json["role"] = role;
  out.json["version"] = version;
  out.result(
      fmt::format("withdrew version {} of {}: another content may be signed for it", version, escaped(role)));
}

const OptionSpec yes_option{"y,yes", "", "do not ask"};
const OptionSpec dry_run_option{"dry-run", "", "check, say what would happen, and stop"};

}  // namespace

Command trust_command() {
  return {
      .name = "trust",
      .summary = "trust the repository with this root",
      .description =
          "Compares the root of the clone with the SHA-256 that the administrators gave you, and trusts the "
          "repository from now on. Without it the first command in a clone trusts what it finds, and says "
          "so.",
      .example = "  pgsign trust --root-sha256 HEX",
      .arguments = {},
      .options = {{"root-sha256", "HEX", "SHA-256 of 1.root.json, as the administrators say"},
                  dry_run_option},
      .run = run_trust};
}

Command trust_show_command() {
  return {.name = "trust show",
          .summary = "show what you trust, and since when",
          .description =
              "The root, the last good commit of the main branch, and what your keys have signed: as kept in "
              "your "
              "state folder, whatever the host of the repository says.",
          .example = "  pgsign trust show",
          .arguments = {},
          .options = {},
          .run = run_show};
}

Command trust_forget_command() {
  return {.name = "trust forget",
          .summary = "forget what you trust of a repository",
          .description =
              "For the day on which the people of a repository, not its host, say that its history begins "
              "anew. The next "
              "command in a clone takes what it finds. What your keys have signed stays noted.",
          .example = "  pgsign trust forget",
          .arguments = {},
          .options = {{"root-sha256", "HEX", "another repository than the one that this clone shows"},
                      {"signatures", "", "forget also what your keys have signed"},
                      yes_option,
                      dry_run_option},
          .run = run_forget};
}

Command trust_withdraw_command() {
  return {
      .name = "trust withdraw",
      .summary = "drop a version that you signed and that others did not complete",
      .description =
          "Your key signs one content for a version of a role. When people agree to drop a change that still "
          "needs "
          "signatures, this lets you sign another one in its place, and says where the first one still is: "
          "'pgsign "
          "withdraw ID' removes a branch of yours. A complete version cannot be dropped.",
      .example = "  pgsign trust withdraw abc.rel 4",
      .arguments = {{"ROLE", "for example abc.rel"}, {"VERSION", "its version"}},
      .options = {yes_option, dry_run_option},
      .run = run_withdraw};
}

}  // namespace tuf
