#include "publisher/publish_once.h"

#include <algorithm>
#include <set>

#include "libtufcore/error.h"
#include "libtufcore/io/progress.h"
#include "publisher/destination.h"
#include "publisher/joint_round.h"
#include "publisher/lfs_contents.h"
#include "publisher/name_quota.h"
#include "publisher/new_projects.h"
#include "publisher/online_roles.h"
#include "publisher/published_changes.h"
#include "publisher/report.h"
#include "publisher/source.h"

namespace tuf {
namespace {

// A place that was published to from another one never goes back to what that one serves.
void refuse_older(const PublishedSite& previous, const std::string& place, const std::optional<PublishedSite>& there,
                  const std::string& name) {
  if (!there || there->timestamp->version <= previous.timestamp->version) return;
  throw rollback("{} has timestamp {}, but '{}' already has {}", escaped(place, 1024), previous.timestamp->version, name,
                 there->timestamp->version)
      .with_hint("find out why an old state is served; leave --previous away to go on from what is there");
}

std::optional<PublishedSite> read_previous(const Arguments& arguments, Destination& to, const Digest& root,
                                           const Verifications& known) {
  const auto other = arguments.option("previous");
  if (other && to.is_bucket()) {
    throw usage("--previous says nothing about {}: a bucket is its own previous publication", to.name()).with_hint("leave --previous away");
  }
  const std::string folder = other.value_or(to.name());
  auto previous = other ? read_published_site(place_reader(arguments, *other), root) : to.previous(root, known.site ? &*known.site : nullptr);
  if (other && previous) refuse_older(*previous, folder, to.previous(root), to.name());
  if (previous && arguments.flag("first")) {
    throw usage("'{}' holds a publication already, so this is not the first", folder).with_hint("leave --first away");
  }
  if (!previous && !arguments.flag("first")) {
    throw not_found("'{}' holds no previous publication", folder)
        .with_hint(arguments.option("exchange")
                       ? "until the first publication is complete every publisher runs with --first; later: restore it"
                       : "restore it, or name it with --previous; only the very first publication of a repository starts with "
                         "publish --first");
  }
  return previous;
}

// Whoever serves the site can serve one of its earlier states: a publication on top of that would use version numbers a second
// time, and a history that was rewound to there would pass. How early a state may be is what its timestamp says.
void refuse_old_site(const Arguments& arguments, const std::optional<PublishedSite>& previous, UtcTime now) {
  const std::string place = arguments.option("previous").value_or("");
  if (!previous || !is_site_url(place) || arguments.flag("expired-previous") || now < previous->timestamp->expires) return;
  throw expired("the publication at {} expired at {}", escaped(place, 1024), previous->timestamp->expires.text())
      .with_hint("if nothing newer was ever published, add --expired-previous; otherwise somebody serves an old state");
}

// A pending tip is no fault: what was accepted before it is published, and who must sign is said.
void tell_pending(const JudgedRange& range, Output& out) {
  if (range.overall != Verdict::Kind::pending) return;
  Json::Array waiting;
  for (const std::string& line : missing_signatures(range)) waiting.push_back(line);
  out.warning(fmt::format("commit {} is not published: it waits for signatures", short_id(range.to)));
  for (const Json& line : waiting) out.warning(*line.as_text());
  out.json["pending"] = std::move(waiting);
}

void tell_written(const AcceptedCommit& commit, const Rendering& rendering, const WrittenSite& written, const std::string& to, Output& out) {
  out.json["commit"] = commit.id();
  out.json["timestamp_version"] = rendering.timestamp_version;
  out.json["snapshot_version"] = rendering.snapshot_version;
  out.json["files_written"] = static_cast<std::uint64_t>(written.files);
  out.json["bytes_written"] = written.bytes;
  out.result(fmt::format("published commit {} to {}: timestamp {}, snapshot {}, {} files written ({})", short_id(commit.id()), to,
                         rendering.timestamp_version, rendering.snapshot_version, written.files, bytes_text(written.bytes)));
}

void tell_up_to_date(const PublishedSite& site, const std::string& to, Output& out) {
  out.json["commit"] = site.commit;
  out.json["files_written"] = 0;
  out.result(fmt::format("nothing to publish: {} is up to date until {}", to, site.timestamp->expires.text()));
}

// One refused commit, and nothing new is published; but what is there does not run out because of it.
void keep_fresh(const PublishedSite& previous, const OnlineKeys& keys, Destination& to, UtcTime now, Output& out) {
  if (!needs_refresh(previous, now)) return;
  const Rendering rendering = render_refresh(previous, keys, now, to.free_version());
  to.write(rendering, nullptr);
  out.json["timestamp_version"] = rendering.timestamp_version;
  out.result(fmt::format("what is published is kept fresh: timestamp {}", rendering.timestamp_version));
}

using Has = std::function<bool(const CommitId&)>;

// What of the range cannot be published yet, said; empty when nothing.
Has find_too_many(const Source& source, const JudgedRange& range, const PublishedSite* previous, UtcTime now, Output& out) {
  const auto name = find_name_too_many(range, previous, now);
  if (!name) return {};
  out.warning(fmt::format("commit {} is not published before {}: project {} is one new name too many; {} a day are taken",
                          short_id(name->commit), name->again.text(), name->project.text(), name->allowed));
  out.warning(fmt::format("what follows it waits as well; 'pgsign admin promote {}' lets it go on", name->project.text()));
  return [&source, name](const CommitId& commit) { return source.repository.is_ancestor(name->commit, commit); };
}

Has find_contentless(const Source& source, const JudgedRange& range, const LfsStore& lfs, Output& out) {
  const std::vector<MissingContent> missing = missing_contents(source.repository, range, lfs);
  if (missing.empty()) return {};
  if (!range.from) throw refused("{}", missing.front().text).with_hint(std::string(LfsStore::fetch_hint));
  const Has has = [&source, missing](const CommitId& commit) {
    const auto tree = source.repository.tree(commit);
    return std::ranges::any_of(missing, [&](const MissingContent& one) { return tree->size(layout::release_file(one.file)).has_value(); });
  };
  const CommitId last = newest_without(source.repository, range, has).value_or(*range.from);
  std::set<ProjectName> projects;
  for (const MissingContent& one : missing) {
    if (!projects.insert(one.file.project).second) continue;
    out.warning(fmt::format("nothing after commit {} is published: {}", short_id(last), one.text));
    out.warning(fmt::format("'git lfs fetch --all' brings it where it is kept; 'pgsign admin block {}' lets everything else be published "
                            "without it", one.file.project.text()));
  }
  return has;
}

// What cannot be published waits like a pending tip, with everything after it: new names above the quota, and large files
// whose contents nobody brought. What is there is kept fresh all the while.
JudgedRange judge_publishable(const Source& source, CommitId tip, const PublishedSite* previous, const LfsStore& lfs, UtcTime now,
                              Output& out, const Verifications& known = {}) {
  const auto last = previous != nullptr ? std::optional(previous->commit) : std::nullopt;
  while (true) {
    JudgedRange range = judge_range(source.repository, last, tip, source.pinned_root, {.now = now, .keep = most_told, .known = known.commit ? &*known.commit : nullptr});
    Has has = find_too_many(source, range, previous, now, out);
    if (!has) has = find_contentless(source, range, lfs, out);
    if (!has) return range;
    tip = newest_without(source.repository, range, has).value();
  }
}

// Who allows more than the place can take lets one release stop everybody's.
void warn_of_large_files(const Configuration& configuration, const Destination& to, Output& out) {
  if (!to.is_bucket() || configuration.max_file_bytes <= max_s3_object_bytes) return;
  out.warning(fmt::format("the configuration allows files of {} bytes (max_file_bytes), but {} takes at most {}: a larger one stops publication",
                          configuration.max_file_bytes, to.name(), max_s3_object_bytes));
}

// What another publisher proposes is judged like everything else, as of the time that it proposes.
AcceptedCommit accepted_in(const Round& round, const Source& source, const PublishedSite* previous, const LfsStore& lfs, Output& out) {
  JudgedRange range = judge_publishable(source, round.commit, previous, lfs, round.time, out);
  stop_if_refused(range);
  if (!range.accepted || range.accepted->id() != round.commit)
    throw refused("round {} is about commit {}, which is not accepted here", round.number, short_id(round.commit));
  return *std::move(range.accepted);
}

}  // namespace

std::vector<OptionSpec> publication_options() {
  return joined({branch_options(),
                 destination_options(),
                 {lfs_option("a folder of contents that git-lfs keeps, beside the repository's own")},
                 online_key_options()});
}

Verifications publish_once(const Arguments& arguments, const Source& source, JointRound* joint, OnlineKeys& keys, Output& out, UtcTime now,
                           const Verifications& known) {
  Destination to(arguments, out);
  std::optional<PublishedSite> site = read_previous(arguments, to, source.pinned_root, known);
  const PublishedSite* previous = site ? &*site : nullptr;
  refuse_old_site(arguments, site, now);
  const auto last = site ? std::optional(site->commit) : std::nullopt;
  const LfsStore lfs = lfs_store(arguments, source.repository);
  JudgedRange range = judge_publishable(source, source.tip, previous, lfs, now, out, known);
  out.json = {{"range", report_json(range)}};
  for (const std::string& line : report_text(range, Detail::commits)) out.result(line);
  if (range.overall == Verdict::Kind::refused && previous != nullptr && !joint) keep_fresh(*previous, keys, to, now, out);
  stop_if_refused(range);
  tell_pending(range, out);
  if (!range.accepted) throw pending("nothing can be published yet: the repository's first commit waits for signatures");
  check_freshness(range.accepted->state(), now);
  warn_of_large_files(range.accepted->state().configuration(), to, out);
  if (previous != nullptr && previous->has_foreign_entries) {
    out.warning("role new has entries that no publisher makes: somebody else has used the online keys; it is made from git anew");
    out.note("hint: pgsign admin online-key rotate");
  }
  const CommitId newest = range.accepted->id();
  const bool due = last != newest || arguments.flag("whole") || needs_refresh(*previous, now) || previous->has_foreign_entries;
  std::optional<Round> round;
  if (joint) round = joint->agree({source.repository, previous, source.tip, *range.accepted, due, now}, out);
  if (!(joint ? round.has_value() : due)) {
    tell_up_to_date(*previous, to.name(), out);
    return {std::move(site)};  // a commit would keep packs open that git replaces meanwhile
  }
  if (round) {
    out.json["round"] = to_json(*round);
    if (round->commit != newest) range.accepted = accepted_in(*round, source, previous, lfs, out);
    joint->enter(*round, keys);
  }
  const AcceptedCommit& commit = *range.accepted;
  const std::optional<CommitId> from = is_signed_anew(commit.state(), previous) ? std::nullopt : last;
  FirstReleases first(source.repository, from, commit.id());
  Rendering rendering = render(commit, published_changes(source.repository, from, commit), first, previous, keys,
                               round ? round->time : now, round ? joint->versions(previous) : to.free_version());
  if (previous != nullptr && arguments.flag("whole")) {
    FirstReleases first_of_all(source.repository, std::nullopt, commit.id());
    add_unchanged(rendering, commit, published_changes(source.repository, std::nullopt, commit), first_of_all, *previous);
  }
  const WrittenSite written = to.write(rendering, &commit.state().tree(), lfs);
  if (joint) joint->done(newest);
  tell_written(commit, rendering, written, to.name(), out);
  return {std::move(site), std::move(range.accepted)};
}

}  // namespace tuf
