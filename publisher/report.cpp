#include "publisher/report.h"

#include <algorithm>

#include "libtufcore/bytes.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

const char* word(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::accepted: return "accepted";
    case Verdict::Kind::pending: return "pending";
    case Verdict::Kind::refused: return "refused";
  }
  return "refused";
}

std::vector<std::string> missing_of(const Verdict& verdict) {
  std::vector<std::string> lines;
  for (const MissingSignatures& missing : verdict.missing)
    lines.push_back(signature_shortage(missing.path, missing.check, missing.names));
  for (const std::string& line : verdict.waits) lines.push_back("waits until " + line);
  return lines;
}

std::string because(const Verdict& verdict) {
  return verdict.file.empty() ? verdict.reason : fmt::format("{}: {}", escaped(verdict.file), verdict.reason);
}

// Everything below a commit: what it changes, what is missing, why it is refused.
std::vector<std::string> details(const Verdict& verdict) {
  std::vector<std::string> lines;
  for (const Change& change : verdict.changes) {
    for (std::string& line : describe(change)) {  // both sides of a merge may say the same
      if (std::ranges::find(lines, line) == lines.end()) lines.push_back(std::move(line));
    }
  }
  for (std::string& line : missing_of(verdict)) lines.push_back(std::move(line));
  if (verdict.kind == Verdict::Kind::refused) lines.push_back(because(verdict));
  return lines;
}

std::string headline(const JudgedRange& range) {
  if (range.commits.empty()) return fmt::format("nothing new: commit {} is published", short_id(range.to));
  const std::size_t count = range.earlier + range.commits.size();
  const std::string since = range.from ? fmt::format(" since {}, which is published", short_id(*range.from)) : "";
  return fmt::format("{}: {} commit{}{}", word(range.overall), count, count == 1 ? "" : "s", since);
}

// GitHub takes 65536 characters in a comment. The last commit, the refused one, is there in any case.
constexpr std::size_t most_commits_in_markdown = 100;
constexpr std::size_t most_lines_of_a_commit = 12;
constexpr std::size_t most_bytes_of_a_line = 300;  // five times that when every character becomes a number
constexpr std::size_t most_bytes_in_markdown = 40'000;
constexpr std::size_t most_unsigned_files = 20;

// Markdown has no one way to quote: every character that could mean something becomes its number. Forges look for @names, #numbers
// and addresses once more after that, in everything but code.
std::string markdown_text(std::string_view text) {
  static constexpr std::string_view special = "\\`*_{}[]()<>#+-.!|~&@:/\"'$^=";
  std::string safe;
  for (const char c : escaped(text, most_bytes_of_a_line)) {
    if (special.find(c) != std::string_view::npos) {
      safe += fmt::format("&#{};", static_cast<int>(static_cast<unsigned char>(c)));
    } else {
      safe.push_back(c);
    }
  }
  return "<code>" + safe + "</code>";
}

}  // namespace

std::vector<std::string> report_text(const JudgedRange& range, Detail detail) {
  std::vector<std::string> lines{headline(range)};
  if (range.earlier > 0) lines.push_back(fmt::format("the newest {} of them:", range.commits.size()));
  for (const JudgedCommit& judged : range.commits) {
    lines.push_back(fmt::format("{:<9}{}  {}", word(judged.verdict.kind), short_id(judged.commit.id), escaped(judged.commit.summary, 100)));
    if (detail == Detail::commits) continue;
    for (const std::string& line : details(judged.verdict)) lines.push_back("           " + line);
  }
  return lines;
}

std::string report_markdown(const JudgedRange& range, const std::vector<std::string>& unsigned_files) {
  std::string text = fmt::format("### {}\n\n", headline(range));
  std::size_t shown = 0, left_out = 0;
  for (const JudgedCommit& judged : range.commits) {
    const bool is_last = &judged == &range.commits.back();
    std::string item = fmt::format("- **{}** `{}` {}\n", word(judged.verdict.kind), short_id(judged.commit.id),
                                   markdown_text(judged.commit.summary));
    const std::vector<std::string> lines = details(judged.verdict);
    // What a refusal says comes last.
    const bool all = lines.size() <= most_lines_of_a_commit;
    for (std::size_t i = all ? 0 : lines.size() - most_lines_of_a_commit; i < lines.size(); ++i)
      item += fmt::format("  - {}\n", markdown_text(lines[i]));
    if (!all) item += fmt::format("  - and {} lines more\n", lines.size() - most_lines_of_a_commit);
    const bool fits = shown < most_commits_in_markdown && text.size() + item.size() < most_bytes_in_markdown;
    if (!fits && !is_last) {
      ++left_out;
      continue;
    }
    ++shown;
    text += item;
  }
  if (left_out > 0) text += fmt::format("\n{} more commits are not shown.\n", left_out);
  const std::vector<std::string> others = unsigned_lines(unsigned_files);
  for (std::size_t i = 0; i < others.size(); ++i)
    text += i == 0 ? fmt::format("\n**{}**\n\n", others[i]) : fmt::format("- {}\n", markdown_text(others[i]));
  return text;
}

std::vector<std::string> unsigned_files(const GitRepository& repository, const JudgedRange& range) {
  std::vector<std::string> files;
  if (range.overall == Verdict::Kind::refused) return files;
  for (ChangedPath& change : repository.changes(range.from, range.to)) {
    if (std::holds_alternative<layout::Unpublished>(layout::kind_of(change.path))) files.push_back(std::move(change.path));
  }
  return files;
}

std::vector<std::string> unsigned_lines(const std::vector<std::string>& files) {
  if (files.empty()) return {};
  std::vector<std::string> lines{fmt::format("changes {} file{} that nobody signs; jobs of this repository may run such files:",
                                             files.size(), files.size() == 1 ? "" : "s")};
  const std::size_t shown = std::min(files.size(), most_unsigned_files);
  for (std::size_t i = 0; i < shown; ++i) lines.push_back("  " + escaped(files[i], most_bytes_of_a_line));
  if (shown < files.size()) lines.push_back(fmt::format("  and {} more", files.size() - shown));
  return lines;
}

Json report_json(const JudgedRange& range) {
  Json::Array commits;
  for (const JudgedCommit& judged : range.commits) {
    const Verdict& verdict = judged.verdict;
    Json::Array changes, missing;
    for (const Change& change : verdict.changes) changes.push_back(to_json(change));
    for (std::string& line : missing_of(verdict)) missing.push_back(std::move(line));
    Json::Object commit{{"commit", judged.commit.id},
                        {"summary", escaped(judged.commit.summary)},
                        {"verdict", word(verdict.kind)},
                        {"changes", std::move(changes)},
                        {"missing", std::move(missing)}};
    if (verdict.kind == Verdict::Kind::refused) {
      commit.emplace("file", escaped(verdict.file));
      commit.emplace("reason", verdict.reason);
    }
    commits.push_back(std::move(commit));
  }
  Json::Object json{{"verdict", word(range.overall)}, {"tip", range.to}, {"commits", std::move(commits)}};
  json.emplace("earlier", std::uint64_t{range.earlier});
  json.emplace("from", range.from ? Json(*range.from) : Json());
  json.emplace("accepted", range.accepted ? Json(range.accepted->id()) : Json());
  return json;
}

void stop_if_refused(const JudgedRange& range) {
  if (range.overall != Verdict::Kind::refused) return;
  const JudgedCommit& judged = range.commits.back();
  throw refused("commit {} is refused: {}", short_id(judged.commit.id), because(judged.verdict)).with_hint(judged.verdict.hint);
}

void stop_if_pending(const JudgedRange& range, std::string_view waits, std::string hint) {
  if (range.overall != Verdict::Kind::pending) return;
  const std::vector<std::string> missing = missing_signatures(range);
  throw pending("commit {} {}{}", short_id(range.to), waits, missing.empty() ? "" : ": " + missing.front())
      .with_hint(std::move(hint));
}

std::vector<std::string> missing_signatures(const JudgedRange& range) {
  if (range.overall != Verdict::Kind::pending || range.commits.empty()) return {};
  return missing_of(range.commits.back().verdict);
}

}  // namespace tuf
