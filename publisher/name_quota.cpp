#include "publisher/name_quota.h"

#include <algorithm>
#include <set>

#include "libtufcore/error.h"

namespace tuf {
namespace {

constexpr int window_days = 1;

std::optional<NameCount> stated_count(const Targets& new_projects) {
  const auto found = new_projects.extra.find(std::string(new_names_member));
  if (found == new_projects.extra.end()) return std::nullopt;
  const JsonReader reader(found->second, fmt::format("role new: {}", new_names_member));
  const auto since = UtcTime::parse(reader["since"].text());
  if (!since) reader["since"].refuse("a date");
  return NameCount{*since, static_cast<std::uint64_t>(reader["count"].whole_number(0, max_whole_number))};
}

}  // namespace

NameCount next_name_count(const Targets* previous_new, std::uint64_t created, UtcTime now) {
  NameCount count =
      (previous_new != nullptr ? stated_count(*previous_new) : std::nullopt).value_or(NameCount{now, 0});
  // A clock that was ahead once must not hold names back for ever.
  if (now >= count.since.plus_days(window_days) || now < count.since) count = {now, 0};
  count.count += created;
  return count;
}

Json to_json(const NameCount& count) {
  return Json::Object{{"count", count.count}, {"since", count.since.text()}};
}

std::optional<NameTooMany> find_name_too_many(const JudgedRange& range, const PublishedSite* previous,
                                              UtcTime now) {
  if (!range.accepted || previous == nullptr) return std::nullopt;
  const RepositoryState& state = range.accepted->state();
  const std::uint64_t allowed = state.configuration().new_names_per_day;
  if (allowed == 0) return std::nullopt;
  const NameCount before = next_name_count(&*previous->new_projects, 0, now);
  std::set<ProjectName> names;
  for (const auto& [commit, project] : range.created) {
    if (state.is_claimed(project) || !state.find_claim(project)) continue;
    if (!names.insert(project).second || before.count + names.size() <= allowed) continue;
    return NameTooMany{commit, project, allowed, before.since.plus_days(window_days)};
  }
  return std::nullopt;
}

void refuse_name(JudgedRange& range, const NameTooMany& name) {
  const auto judged = std::ranges::find_if(range.commits, [&](const JudgedCommit& one) { return one.commit.id == name.commit; });
  if (judged == range.commits.end()) {  // not kept
    range.commits.assign(1, JudgedCommit());
    range.commits.back().commit.id = name.commit;
  } else {
    range.commits.erase(std::next(judged), range.commits.end());
  }
  Verdict& verdict = range.commits.back().verdict;
  verdict.kind = Verdict::Kind::refused;
  verdict.file = layout::claim(name.project);
  verdict.reason = fmt::format("is one new name too many; this repository takes {} a day", name.allowed);
  verdict.hint =
      fmt::format("from {} on the next ones are taken; names that administrators promote do not count: pgsign admin promote {}",
                  name.again.text(), name.project.text());
  range.accepted.reset();
  range.overall = Verdict::Kind::refused;
}

std::optional<CommitId> newest_without(const GitRepository& repository, const JudgedRange& range,
                                       const std::function<bool(const CommitId&)>& has) {
  if (!range.from) return std::nullopt;
  for (CommitInfo at = repository.commit(range.accepted->id()); !at.parents.empty();) {
    at = repository.commit(at.parents.front());
    if (at.id == *range.from || !repository.is_ancestor(*range.from, at.id)) break;
    if (!has(at.id)) return at.id;
  }
  return range.from;
}

}  // namespace tuf
