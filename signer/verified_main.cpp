#include "signer/verified_main.h"

#include <algorithm>

#include "libtufcore/git/commit_range.h"
#include "libtufcore/git/stated_artifacts.h"
#include "libtufcore/io/progress.h"
#include "signer/complete_commit.h"
#include "signer/remote.h"

namespace tuf {
namespace {

constexpr std::size_t worth_telling = 50;  // commits

std::string described(const GitRepository& git, const CommitId& id) {
  const CommitInfo info = git.commit(id);
  return fmt::format("commit {} of {} ('{}')", short_id(id), info.committed.text(),
                     escaped(info.summary, 60));
}

// Rewound, forked or rewritten; or this clone is only older than another one of the same person.
Error not_a_continuation(const GitRepository& git, const MainBranch& main, const TrustStore::State& known) {
  const TrustedMain last = *known.last_of(main.remote);
  const std::string now_says = fmt::format("it says {} now", described(git, main.tip));
  std::string what;
  if (!git.find_commit(last.commit)) {
    what = "was rewritten, or this clone is older";
  } else if (git.is_ancestor(main.tip, last.commit)) {
    what = "was rewound";
  } else {
    const std::optional<CommitId> fork = git.merge_base(last.commit, main.tip);
    what = fork ? fmt::format("was forked at commit {}", short_id(*fork))
                : "was rewritten from its first commit on";
  }
  return rollback("branch {} {}: it does not contain commit {}, which was its last good one here on {}; {}",
                  main.name, what, short_id(last.commit), last.since.text(), now_says)
      .with_hint(
          !known.lines.contains(main.remote)
              ? fmt::format(
                    "nothing was signed. This address is new here, and must have what {} showed, which you "
                    "looked at first. If this is a fork that is only behind: bring its main up to date first. If "
                    "that other one is the fork: pgsign trust forget, then look at the repository itself first. "
                    "Else ask the others what the branch should say",
                    escaped(known.reference, 1024))
              : "nothing was signed. If this clone is only old: git fetch. If that does not help, ask the others "
                "what the branch should say; 'pgsign trust forget' only after that");
}

// Of the first commit that is remembered only the administrators' files are noted: projects follow as they
// change, so that a first look costs no more in a large repository.
std::vector<std::string> changed_paths(const GitRepository& git, const std::optional<CommitId>& last,
                                       const TreeReader& next, const CommitId& id) {
  std::vector<std::string> paths;
  if (last) {
    for (const ChangedPath& change : git.changes(last, id)) paths.push_back(change.path);
    return paths;
  }
  for (const char* folder : {"admin", "admin/root_history"}) {
    for (const std::string& name : next.list(folder)) paths.push_back(fmt::format("{}/{}", folder, name));
  }
  return paths;
}

TrustStore::News news_between(const GitRepository& git, const std::optional<CommitId>& last,
                              const CommitId& next) {
  TrustStore::News news;
  const std::shared_ptr<const TreeReader> tree = git.tree(next);
  for (const std::string& path : changed_paths(git, last, *tree, next)) {
    std::optional<Bytes> file =
        layout::is_signed_file(path) ? tree->read(path, max_metadata_bytes) : std::nullopt;
    if (!file) continue;
    const layout::PathKind kind = layout::kind_of(path);
    if (const auto* root = std::get_if<layout::RootHistory>(&kind)) {
      news.roots[root->version] = *std::move(file);
      continue;
    }
    const auto content = signed_content_of(path, parse_envelope(*file, path).signed_part);
    if (!content) continue;
    news.roles[layout::project_of(path)].insert_or_assign(content->role,
                                                          RoleHeight{content->version, content->sha256});
  }
  return news;
}

CommitId judged(const GitRepository& git, const MainBranch& main, const TrustStore& store,
                const std::optional<CommitId>& from, Output& out) {
  std::optional<Progress> shown;
  const auto tell = [&](std::size_t done, std::size_t all) {
    if (all < worth_telling) return;
    if (!shown) shown.emplace(out, "verifying commits of " + main.name, all, Progress::Unit::things);
    shown->advance_to(done);
  };
  const Artifacts artifacts = git.promisor_remote() ? Artifacts::as_stated : Artifacts::read;
  const JudgedRange range = judge_range(git, from, main.tip, store.state().root_sha256,
                                        {.progress = tell, .artifacts = artifacts, .keep = 1});
  if (range.overall == Verdict::Kind::refused) {
    throw refusal_of(
        range.commits.back().verdict,
        fmt::format("commit {} on branch {}", short_id(range.commits.back().commit.id), main.name));
  }
  if (!range.accepted) throw refused("branch {} has no accepted commit", main.name);
  return range.accepted->id();
}

// What new remotes will have to contain follows the reference alone (trust_store.h).
std::optional<TrustStore::News> news_of(const GitRepository& git, const TrustStore::State& state,
                                        const std::string& remote, const CommitId& accepted) {
  if (!state.may_lead(remote)) return std::nullopt;
  return news_between(git, state.main ? std::optional(state.main->commit) : std::nullopt, accepted);
}

}  // namespace

std::optional<FirstRoot> find_first_root(const TreeReader& tree) {
  const std::string path = layout::root_history(1);
  const std::optional<Bytes> file = tree.read(path, max_metadata_bytes);
  if (!file) return std::nullopt;
  const SignedFile<Root> root = parse_signed_file<Root>(*file, path);
  if (!check_signatures(root.untrusted.keys_of("root"), root.signed_bytes, root.signatures).enough())
    return std::nullopt;
  return FirstRoot{sha256_of(*file), stated_repository(root.untrusted.extra)};
}

std::optional<MainBranch> find_main(const GitRepository& git, const std::string& branch) {
  const std::optional<Remote> remote = find_remote(git, branch);
  if (!remote) return std::nullopt;
  const std::optional<CommitId> tip = git.find_reference(remote->tracking());
  if (!tip) return std::nullopt;
  return MainBranch{fmt::format("{} of {}", escaped(remote->main_branch), escaped(remote->name)),
                    url_of(git, *remote), *tip};
}

void refuse_other_repository(const MainBranch& main, const std::optional<Digest>& shown) {
  for (const TrustStore& store : TrustStore::all()) {
    const std::vector<std::string>& remotes = store.state().remotes;
    if (std::ranges::find(remotes, main.remote) == remotes.end()) continue;
    if (shown && store.state().root_sha256 == *shown) return;
    throw refused(
        "branch {} is another repository than the one that you trust at {}: its 1.root.json {}, you trust {} "
        "since {}",
        main.name, escaped(main.remote, 1024),
        shown ? "has the SHA-256 " + shown->hex() : "is not there, or lacks signatures",
        store.state().root_sha256.hex(), store.state().since.text())
        .with_hint(
            "ask the administrators for the SHA-256 of the root; only when they say that the repository was "
            "made "
            "anew: pgsign trust forget --root-sha256 " +
            store.state().root_sha256.hex());
  }
}

void refuse_lost_main(const GitRepository& git, const Remote& remote) {
  const std::string url = url_of(git, remote);
  for (const TrustStore& store : TrustStore::all()) {
    const std::vector<std::string>& remotes = store.state().remotes;
    const std::optional<TrustedMain> last = store.state().last_of(url);
    if (!last || std::ranges::find(remotes, url) == remotes.end()) continue;
    throw rollback("this clone knows no branch {} of {}, but it had commit {} on {}",
                   escaped(remote.main_branch), escaped(remote.name), short_id(last->commit), last->since.text())
        .with_hint("git fetch " + escaped(remote.name));
  }
}

std::optional<TrustStore> open_trust(const GitRepository& git, const std::string& branch,
                                     const CommitId& head, Output& out, UtcTime now) {
  const std::optional<MainBranch> main = find_main(git, branch);
  if (git.promisor_remote()) bring_metadata(git, {git.commit(main ? main->tip : head), git.commit(head)});
  const std::optional<FirstRoot> shown = find_first_root(*git.tree(main ? main->tip : head));
  if (main) refuse_other_repository(*main, shown ? std::optional(shown->sha256) : std::nullopt);
  if (!shown) return std::nullopt;
  std::optional<TrustStore> store = TrustStore::find(shown->sha256);
  if (!store) {
    RepositoryState::read(git.tree(main ? main->tip : head), shown->sha256);  // the whole chain of roots
    store = TrustStore::pin(shown->sha256, shown->name, TrustStore::Pinned::first_use, now);
    out.note(fmt::format(
        "first look at repository {}: its root with the SHA-256 {} is trusted from now on; compare it with "
        "what the administrators say",
        shown->name.empty() ? "without a name" : escaped(shown->name), shown->sha256.hex()));
  }
  if (main) store->add_remote(main->remote);
  return store;
}

std::optional<CommitId> verified_main_of(const GitRepository& git, const std::optional<MainBranch>& main,
                                         TrustStore* trust, Output& out, UtcTime now) {
  if (!main || trust == nullptr) return std::nullopt;
  git.refuse_cut_history();
  while (true) {
    const std::optional<TrustedMain> last = trust->state().last_of(main->remote);
    const std::optional<CommitId> known = last ? std::optional(last->commit) : std::nullopt;
    const bool first_look = !trust->state().lines.contains(main->remote);
    if (known == main->tip && !first_look) return main->tip;
    if (last && (!git.find_commit(last->commit) || !git.is_ancestor(last->commit, main->tip)))
      throw not_a_continuation(git, *main, trust->state());
    const std::optional<CommitId> from =
        known ? known
              : complete_commit_before(git, main->tip, Shared::yes, trust->state().root_sha256).commit;
    if (!from) throw refused("branch {} has no commit whose roles are all complete", main->name);
    const CommitId accepted = known == main->tip ? *known : judged(git, *main, *trust, from, out);
    if (known == accepted && !first_look) return accepted;
    const auto news = news_of(git, trust->state(), main->remote, accepted);
    if (trust->advance(main->remote, known, {accepted, now}, news)) return accepted;
  }
}

void require_verified_main(const GitRepository& git, const TrustStore* trust, const std::string& branch,
                           const CommitId& head) {
  if (trust == nullptr) return;
  const std::optional<Remote> remote = find_remote(git, branch);
  const std::optional<TrustedMain> last =
      remote ? trust->state().last_of(url_of(git, *remote)) : trust->state().main;
  if (!last) return;
  git.refuse_cut_history();
  if (git.find_commit(last->commit) && git.is_ancestor(last->commit, head)) return;
  throw rollback(
      "commit {} is not in the history of this branch: it is the last good one of the main branch, verified "
      "here on {}, and this clone knows no main branch of others",
      short_id(last->commit), last->since.text())
      .with_hint("git fetch origin");
}

void remember_main(const GitRepository& git, TrustStore& store, const Remote& remote, const CommitId& commit,
                   UtcTime now) {
  const std::string url = url_of(git, remote);
  const std::optional<TrustedMain> last = store.state().last_of(url);
  const std::optional<CommitId> known = last ? std::optional(last->commit) : std::nullopt;
  if (known && (!git.find_commit(*known) || !git.is_ancestor(*known, commit))) return;  // another pgsign knows more
  // Into an empty repository: it is the first main branch that there is.
  const auto news = store.state().main ? std::nullopt : news_of(git, store.state(), url, commit);
  store.advance(url, known, {commit, now}, news);
}

}  // namespace tuf
