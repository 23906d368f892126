#include "publisher/name_quota.h"

#include <set>

#include "libtufcore/error.h"

namespace tuf {
namespace {

constexpr std::string_view member = "x-pg-new-names";
constexpr int window_days = 1;

std::optional<NameCount> stated_count(const Targets& new_projects) {
  const auto found = new_projects.extra.find(std::string(member));
  if (found == new_projects.extra.end()) return std::nullopt;
  const JsonReader reader(found->second, fmt::format("role new: {}", member));
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

Verdict verdict_on(const NameTooMany& name) {
  Verdict verdict;
  verdict.kind = Verdict::Kind::refused;
  verdict.file = layout::claim(name.project);
  verdict.reason = fmt::format("is one new name too many; this repository takes {} a day", name.allowed);
  verdict.hint =
      fmt::format("from {} on the next ones are taken; names that administrators promote do not count: pgsign admin promote {}",
                  name.again.text(), name.project.text());
  return verdict;
}

void throw_name_too_many(const NameTooMany& name) {
  const Verdict verdict = verdict_on(name);
  throw refused("commit {} is refused: {}: {}", short_id(name.commit), verdict.file, verdict.reason)
      .with_hint(verdict.hint);
}

std::optional<CommitId> commit_before(const GitRepository& repository, const JudgedRange& range,
                                      const NameTooMany& name) {
  for (CommitInfo at = repository.commit(range.accepted->id()); !at.parents.empty();) {
    at = repository.commit(at.parents.front());
    if (range.from && at.id == *range.from) return std::nullopt;
    if (!repository.is_ancestor(name.commit, at.id)) return at.id;
  }
  return std::nullopt;
}

}  // namespace tuf
