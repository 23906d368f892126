#pragma once
// How many new names a day: signed configuration new_names_per_day. A name never leaves snapshot, so every
// one is weight for ever for every client. A commit's date is its author's, so the publisher's clock counts:
// role `new`, which it signs, states since when how many names came. Names that administrators have promoted
// do not count.

#include <functional>

#include "libtufcore/git/commit_range.h"
#include "publisher/published_site.h"

namespace tuf {

inline constexpr std::string_view new_names_member = "x-pg-new-names";

struct NameCount {  // x-pg-new-names of role new: {"count":3,"since":"2030-01-01T00:00:00Z"}
  UtcTime since = UtcTime::from_unix(0);
  std::uint64_t count = 0;
};
// What role new states after `created` more names at `now`; a day after `since` the count starts again.
NameCount next_name_count(const Targets* previous_new, std::uint64_t created, UtcTime now);
Json to_json(const NameCount& count);

struct NameTooMany {
  CommitId commit;  // the first one that brings it
  ProjectName project;
  std::uint64_t allowed;  // a day
  UtcTime again;          // when the next names are taken
};
// Of what a range that was accepted adds to the previous publication. The first publication takes any number.
std::optional<NameTooMany> find_name_too_many(const JudgedRange& range, const PublishedSite* previous,
                                              UtcTime now);
// The range as one that ends at this commit, which is refused: "projects/ab/abc/claim.json: is one new name too many ..."
void refuse_name(JudgedRange& range, const NameTooMany& name);
// The newest commit of the first-parent line that does not have what cannot be published; the last published one
// when there is none after it, nothing when none was published.
std::optional<CommitId> newest_without(const GitRepository& repository, const JudgedRange& range,
                                       const std::function<bool(const CommitId&)>& has);

}  // namespace tuf
