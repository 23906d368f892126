#pragma once
// What a judged range says, for a terminal, for a pull request's comment, and for scripts. Text from commits is escaped and
// cut: it can neither format the report nor call anybody (C-04).

#include "libtufcore/git/commit_range.h"

namespace tuf {

inline constexpr std::size_t most_told = 100;      // commits that publishing and pushing tell one by one
enum class Detail { commits, changes };           // one line a commit, or what each changes as well
std::vector<std::string> report_text(const JudgedRange& range, Detail detail);
std::string report_markdown(const JudgedRange& range, const std::vector<std::string>& unsigned_files = {});
Json report_json(const JudgedRange& range);

// When a commit is refused, throws that: "commit 1a2b3c4d is refused: projects/ab/abc/releases.json: ...".
void stop_if_refused(const JudgedRange& range);
// When the newest one is pending: "commit 1a2b3c4d <waits...>: <the first missing signature>".
void stop_if_pending(const JudgedRange& range, std::string_view waits, std::string hint);
// What else the range changes: files outside of admin/ and projects/, which are not published, but may be scripts and
// workflows that a job with the online key runs. Nothing where a commit is refused.
std::vector<std::string> unsigned_files(const GitRepository& repository, const JudgedRange& range);
std::vector<std::string> unsigned_lines(const std::vector<std::string>& files);  // for people; none without files

// "projects/ab/abc/releases.json is signed by 1 of the 2 keys it needs (missing: bob 77c1e0ab)", one for each file of the
// newest pending commit.
std::vector<std::string> missing_signatures(const JudgedRange& range);

}  // namespace tuf
