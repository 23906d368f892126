#include "signer/proposal_sources.h"

#include <algorithm>
#include <cctype>

#include "libtufcore/io/file.h"
#include "libtufcore/parse_number.h"

namespace tuf {
namespace {

constexpr std::size_t max_listing_bytes = 32u << 20;
constexpr std::uint64_t max_download_bytes = std::uint64_t{4} << 30;  // of one pack, of one bundle
constexpr std::size_t max_candidates = 2'000;
constexpr std::size_t max_name_bytes = 200;

const std::string found_from = std::string(found_prefix) + "from/";

bool is_plain_name(std::string_view name) {
  return name.size() <= max_name_bytes && std::ranges::all_of(name, [](unsigned char letter) {
           return std::isalnum(letter) || letter == '/' || letter == '-' || letter == '_' || letter == '.';
         });
}

// The 12 of refs/pull/12/head and refs/merge-requests/12/head.
std::optional<std::uint64_t> pull_request_of(std::string_view name) {
  for (const std::string_view prefix : {"refs/pull/", "refs/merge-requests/"}) {
    if (!name.starts_with(prefix) || !name.ends_with("/head")) continue;
    const std::string_view digits = name.substr(prefix.size(), name.size() - prefix.size() - 5);
    if (const auto number = parse_number<std::uint64_t>(digits)) return number;
  }
  return std::nullopt;
}

bool is_proposal_branch(std::string_view name) {
  return name.starts_with("refs/heads/" + std::string(proposal_prefix));
}

bool is_wanted(std::string_view name, SourceKind kind) {
  if (is_proposal_branch(name) || pull_request_of(name)) return true;
  return kind == SourceKind::bundle && (name.starts_with("refs/heads/") || name.starts_with("refs/pg/"));
}

std::vector<RemoteReference> references_in(const std::string& ls_remote) {
  std::vector<RemoteReference> all;
  for (std::size_t at = 0; at < ls_remote.size();) {
    const std::size_t end = std::min(ls_remote.find('\n', at), ls_remote.size());
    const std::string line = ls_remote.substr(at, end - at);
    at = end + 1;
    const std::size_t gap = line.find_first_of("\t ");
    if (gap == 40 && is_lower_hex(line.substr(0, gap)))
      all.push_back({line.substr(gap + 1), line.substr(0, gap)});
  }
  return all;
}

struct Place {
  std::string url;    // what git is given
  std::string shown;  // escaped
  SourceKind kind = SourceKind::repository;
  std::string branches;  // where its branches go: "refs/remotes/origin/"
  std::string others;    // "refs/pg/found/origin/"
  std::optional<std::string> main_branch;
  bool is_remote = false;
};

std::string destination(const Place& place, const std::string& name) {
  constexpr std::string_view heads = "refs/heads/", all = "refs/";
  if (name.starts_with(heads)) return place.branches + name.substr(heads.size());
  return place.others + name.substr(all.size());
}

bool is_ours(const Place& place, const std::string& name) {
  return name.starts_with(place.branches + std::string(proposal_prefix)) || name.starts_with(place.others);
}

// What the other side no longer has (it was withdrawn, or is done) is not found any more. Before fetching: a
// name may have become a folder.
void forget_missing(GitRepository& git, const Place& place, const ChosenReferences& chosen) {
  std::set<std::string> kept;
  for (const RemoteReference& one : chosen.references) kept.insert(destination(place, one.name));
  for (const std::string& prefix : {place.branches + std::string(proposal_prefix), place.others}) {
    for (const Reference& known : git.references(prefix, max_candidates)) {
      if (is_ours(place, known.name) && !kept.contains(known.name)) git.remove_reference(known.name);
    }
  }
}

GitRun fetch(const GitRepository& git, const Place& place, const std::vector<std::string>& refspecs) {
  std::vector<std::string> words = {
      "fetch",     "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-gc", "--no-recurse-submodules",
      "--refmap=", "--",      place.url};
  words.insert(words.end(), refspecs.begin(), refspecs.end());
  return run_git(folder_of(git), words, {.max_file_bytes = max_download_bytes});
}

// Together when that works; one by one when one of them spoils it.
void fetch_each(const GitRepository& git, const Place& place, const std::vector<std::string>& refspecs,
                Output& out) {
  if (refspecs.empty()) return;
  const GitRun all = fetch(git, place, refspecs);
  if (all.exit_code == 0) return;
  for (const std::string& refspec : refspecs) {
    const GitRun one = refspecs.size() == 1 ? all : fetch(git, place, {refspec});
    if (one.exit_code == 0) continue;
    if (place.kind == SourceKind::bundle && one.output.find("prerequisite") != std::string::npos)
      throw conflict("bundle {} stands on commits of the main branch that this clone does not have",
                     place.shown)
          .with_hint("git fetch, and again; or ask for a whole one: pgsign export --full ID FILE");
    const std::string name = refspec.substr(1, refspec.find(':') - 1);
    out.warning(fmt::format("cannot fetch {} of {}: {}", shown_reference(name), place.shown, one.reason()));
  }
}

void tell_left_out(const ChosenReferences& chosen, const Place& place, Output& out) {
  for (const std::string& name : chosen.refused)
    out.warning(fmt::format("{} has a reference with a name that is not fetched: {}", place.shown, name));
  if (chosen.left_out > 0)
    out.warning(fmt::format("{} has {} more branches or pull requests than are looked at", place.shown,
                            chosen.left_out));
}

GitRun list(const GitRepository& git, const Place& place, const char* hint,
            const std::vector<std::string>& names = {}) {
  std::vector<std::string> words = {"ls-remote", "--", place.url};
  words.insert(words.end(), names.begin(), names.end());
  GitRun listing = run_git(folder_of(git), words, {.max_output_bytes = max_listing_bytes});
  if (listing.exit_code == 0) return listing;
  if (place.kind == SourceKind::bundle)
    throw refused("{} is no bundle of git: {}", place.shown, listing.reason())
        .with_hint("pgsign export ID FILE makes one");
  throw network("git cannot list what {} has: {}", place.shown, listing.reason()).with_hint(hint);
}

void fetch_from(GitRepository& git, const Place& place, Output& out) {
  const GitRun listing =
      list(git, place,
           place.is_remote ? "--no-fetch looks at what was fetched before"
                           : "--from takes the URL or folder of a git repository, or a bundle");
  const ChosenReferences chosen = choose_references(listing.answer, place.kind);
  tell_left_out(chosen, place, out);
  forget_missing(git, place, chosen);
  std::vector<std::string> refspecs;
  const std::string main = place.main_branch ? "refs/heads/" + *place.main_branch : "";
  const auto has_main = [&](const RemoteReference& one) { return one.name == main; };
  if (std::ranges::any_of(references_in(listing.answer), has_main))
    refspecs.push_back("+" + main + ":" + place.branches + *place.main_branch);
  for (const RemoteReference& one : chosen.references) {
    const std::string to = destination(place, one.name);
    if (git.find_commit(to) != one.commit) refspecs.push_back("+" + one.name + ":" + to);
  }
  fetch_each(git, place, refspecs, out);
}

Place place_of_remote(const std::string& name, const std::optional<Remote>& main) {
  Place place{name,
              escaped(name),
              SourceKind::repository,
              "refs/remotes/" + name + "/",
              std::string(found_prefix) + "remote/" + name + "/",
              std::nullopt};
  place.is_remote = true;
  if (main && main->name == name) place.main_branch = main->main_branch;
  return place;
}

// Without a name and a password that stand in it.
std::string shown_source(const std::string& url) {
  const std::size_t start = url.find("://");
  if (start == std::string::npos) return escaped(url);
  const std::size_t slash = std::min(url.find('/', start + 3), url.size());
  const std::size_t at = url.rfind('@', slash);
  return escaped(at == std::string::npos || at < start ? url : url.substr(0, start + 3) + url.substr(at + 1));
}

Place place_of_source(const std::string& source) {
  if (source.empty() || source.starts_with('-')) throw usage("'{}' is no URL and no file", escaped(source));
  Place place{source, shown_source(source), SourceKind::repository, {}, {}, std::nullopt};
  const fs::file_status status = fs::status(source);
  const bool is_path = source.find(':') == std::string::npos;
  if (is_path && !fs::exists(status))
    throw not_found("there is no file or folder '{}'", escaped(source, 4096));
  std::string own = prefix_of_source(source);
  if (fs::exists(status)) {
    place.url = fs::absolute(source).string();
    place.shown = shown_path(source);
  }
  if (fs::is_regular_file(status)) {
    place.kind = SourceKind::bundle;
    if (fs::file_size(source) > max_download_bytes)
      throw limit("bundle {} has {} bytes; at most {} are read", place.shown, fs::file_size(source),
                  max_download_bytes);
    own =
        found_from +
        source_name(source, summarise_file(source, HashAlgorithm::sha256, max_download_bytes).digest.hex()) +
        "/";
  }
  place.branches = own + "heads/";
  place.others = own + "others/";
  return place;
}

// Without the two prefixes: "origin/sign/abc/0123", "fork-0123456789ab/heads/sign/abc/0123".
std::string shown_tracking(const std::string& name) {
  constexpr std::string_view remotes = "refs/remotes/", remote = "refs/pg/found/remote/",
                             from = "refs/pg/found/from/";
  for (const std::string_view prefix : {remotes, remote, from}) {
    if (!name.starts_with(prefix)) continue;
    const std::string rest = name.substr(prefix.size());
    const std::size_t slash = rest.find('/');
    if (slash == std::string::npos) return escaped(rest);
    std::string inner = rest.substr(slash + 1);
    if (prefix == remotes) inner = "refs/heads/" + inner;
    if (prefix == remote) inner = "refs/" + inner;
    if (prefix == from) inner = inner.starts_with("others/") ? "refs/" + inner.substr(7) : "refs/" + inner;
    return fmt::format("{} of {}", shown_reference(inner), escaped(rest.substr(0, slash)));
  }
  return escaped(name);
}

}  // namespace

std::vector<Candidate> found_candidates(const GitRepository& git) {
  std::vector<Candidate> candidates;
  const auto add = [&](const Reference& one, std::string shown) {
    if (candidates.size() < max_candidates) candidates.push_back({std::move(shown), one.name, one.commit});
  };
  for (const Reference& one : git.references("refs/heads/" + std::string(proposal_prefix), max_candidates))
    add(one, shown_reference(one.name) + " here");
  for (const Reference& one : git.references(std::string(signed_here_prefix), max_candidates))
    add(one, "signed here");
  for (const Reference& one : git.references("refs/remotes/", 100'000)) {
    const std::size_t slash = one.name.find('/', std::string_view("refs/remotes/").size());
    const bool wanted = slash != std::string::npos && one.name.substr(slash + 1).starts_with(proposal_prefix);
    if (wanted) add(one, shown_tracking(one.name));
  }
  for (const Reference& one : git.references(std::string(found_prefix), max_candidates))
    add(one, shown_tracking(one.name));
  return candidates;
}

ChosenReferences choose_references(const std::string& ls_remote, SourceKind kind) {
  ChosenReferences chosen;
  std::vector<std::pair<std::uint64_t, RemoteReference>> pull_requests;
  std::vector<RemoteReference> branches;
  for (RemoteReference& one : references_in(ls_remote)) {
    if (!is_wanted(one.name, kind)) continue;
    if (!is_plain_name(one.name)) {
      if (chosen.refused.size() < 10) chosen.refused.push_back(escaped(one.name));
    } else if (const std::optional<std::uint64_t> number = pull_request_of(one.name)) {
      pull_requests.emplace_back(*number, std::move(one));
    } else {
      branches.push_back(std::move(one));
    }
  }
  std::ranges::stable_sort(pull_requests, [](const auto& a, const auto& b) { return a.first > b.first; });
  for (std::size_t i = 0; i < std::min(branches.size(), max_branches_of_a_source); ++i)
    chosen.references.push_back(std::move(branches[i]));
  for (std::size_t i = 0; i < std::min(pull_requests.size(), max_pull_requests_of_a_source); ++i)
    chosen.references.push_back(std::move(pull_requests[i].second));
  chosen.left_out = branches.size() + pull_requests.size() - chosen.references.size();
  return chosen;
}

std::string shown_reference(const std::string& reference) {
  if (const std::optional<std::uint64_t> number = pull_request_of(reference))
    return fmt::format("{} request {}", reference.starts_with("refs/pull/") ? "pull" : "merge", *number);
  constexpr std::string_view heads = "refs/heads/";
  if (reference.starts_with(heads)) return "branch " + escaped(reference.substr(heads.size()));
  return escaped(reference);
}

std::string source_name(const std::string& url_or_path, const std::string& hash) {
  std::string end = url_or_path;
  while (end.ends_with('/')) end.pop_back();
  end = end.substr(end.find_last_of("/:") + 1);
  std::string name;
  for (const char letter : end.substr(0, 40)) {
    if (std::isalnum(static_cast<unsigned char>(letter)) || letter == '-') name += letter;
  }
  return fmt::format("{}{}{}", name, name.empty() ? "" : "-", hash.substr(0, 12));
}

std::vector<OptionSpec> source_options() {
  return {{"from", "URL|BUNDLE", "look there, too: another repository, or a bundle file",
           OptionSpec::Repeat::yes},
          {"no-fetch", "", "ask no remote; look at what was fetched before"}};
}

SourceOptions source_options_of(const Arguments& arguments) {
  return {arguments.options("from"), !arguments.flag("no-fetch")};
}

std::string fetch_source(GitRepository& git, const std::string& url_or_path, Output& out) {
  const Place place = place_of_source(url_or_path);
  fetch_from(git, place, out);
  return place.branches.substr(0, place.branches.size() - std::string_view("heads/").size());
}

std::string prefix_of_source(const std::string& url) {
  return found_from + source_name(url, sha256_of(url).hex()) + "/";
}

void fetch_main(const GitRepository& git, const Remote& remote) {
  const Place place = place_of_remote(remote.name, remote);
  const std::string main = "refs/heads/" + remote.main_branch;
  const char* hint =
      "nothing was pushed; 'git fetch' by hand shows all that git says; then 'pgsign push' again";
  const std::vector<RemoteReference> there = references_in(list(git, place, hint, {main}).answer);
  const auto found = std::ranges::find(there, main, &RemoteReference::name);
  if (found == there.end() || git.find_reference(remote.tracking()) == found->commit) return;
  const GitRun run = fetch(git, place, {"+" + main + ":" + remote.tracking()});
  if (run.exit_code != 0)
    throw network("git cannot fetch branch {} of {}: {}", escaped(remote.main_branch), place.shown,
                  run.reason())
        .with_hint(hint);
}

Found look(GitRepository& git, const SourceOptions& options, Output& out, UtcTime now) {
  git.refuse_cut_history();
  Found found;
  const std::optional<Remote> main = find_remote(git, git.current_branch().value_or("main"));
  for (const std::string& name : options.fetch ? remote_names(git) : std::vector<std::string>()) {
    try {
      fetch_from(git, place_of_remote(name, main), out);
    } catch (const Error& error) {  // without a network, what was fetched before is still of use
      if (error.kind() != Error::Kind::network) throw;
      out.warning(error.what());
      found.not_asked.push_back(escaped(name));
    }
  }
  for (const std::string& source : options.from) fetch_source(git, source, out);
  found.base = proposal_base(git, out, now);
  found.book = read_proposals(git, found.base, found_candidates(git));
  return found;
}

void forget_finished(GitRepository& git, const ProposalBook& book) {
  const auto forget = [&](const std::vector<Candidate>& candidates,
                          std::initializer_list<std::string_view> prefixes) {
    for (const Candidate& one : candidates) {
      const auto is_below = [&](std::string_view prefix) { return one.reference.starts_with(prefix); };
      if (std::ranges::any_of(prefixes, is_below)) git.remove_reference(one.reference);
    }
  };
  forget(book.landed, {signed_here_prefix, found_prefix});
  for (const Proposal& proposal : book.proposals) {
    if (proposal.stale) forget(proposal.found, {signed_here_prefix, found_from});
  }
}

}  // namespace tuf
