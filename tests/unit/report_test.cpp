#include "publisher/report.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace tuf;

namespace {

JudgedRange range_of(const std::vector<std::string>& summaries,
                     Verdict::Kind last = Verdict::Kind::accepted) {
  JudgedRange range{.from = std::nullopt, .to = CommitId(40, 'a')};
  for (const std::string& summary : summaries) {
    JudgedCommit judged;
    judged.commit.id = CommitId(40, 'a');
    judged.commit.summary = summary;
    judged.verdict.kind = Verdict::Kind::accepted;
    range.commits.push_back(std::move(judged));
  }
  range.commits.back().verdict.kind = range.overall = last;
  return range;
}

}  // namespace

TEST_CASE("C-04 text from commits neither formats a report nor calls anybody", "[report]") {
  const std::string report = report_markdown(range_of(
      {"<script>alert(1)</script> @everyone [x](http://evil) `code` **bold** \x1b[31m\n# heading | cell | " +
           std::string(1000, 'a'),
       "</code><img src=x onerror=alert(1)> &lt; ${{ secrets.KEY }} {{ x }} #12 !7 :smile: www.evil.example "
       "\xe2\x80\xae evil \r\n\r\n- list"}));
  for (const char* bad :
       {"<script",      "@everyone", "[x]",      "http://",      "`code`", "**bold**", "\x1b",
        "\n#  heading", "\n# ",      " | ",      "<img",         "${{",    "{{",       " #12",
        "!7",           ":smile:",   "www.evil", "\xe2\x80\xae", "\r",     "\n- list", "&lt;"}) {
    INFO(bad);
    CHECK(report.find(bad) == std::string::npos);
  }
  CHECK(report.find(std::string(600, 'a')) == std::string::npos);
}

TEST_CASE("C-04 every byte of a text from outside stands in code and as a letter or a number", "[report]") {
  for (int byte = 1; byte < 256; ++byte) {
    INFO(byte);
    const std::string report = report_markdown(range_of({std::string("x") + static_cast<char>(byte) + "y"}));
    const std::size_t start = report.find("<code>x"), end = report.find("y</code>\n");
    REQUIRE(start != std::string::npos);
    REQUIRE(end != std::string::npos);
    const std::string inside = report.substr(start + 7, end - start - 7);
    CHECK(
        inside.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789&#;{}, %?") ==
        std::string::npos);
    CHECK(std::ranges::count(report, '\n') == 3);
  }
}

TEST_CASE("C-04 a report is never longer than a comment may be and ends with what matters", "[report]") {
  JudgedRange range = range_of(std::vector<std::string>(2000, std::string(400, '<')), Verdict::Kind::refused);
  for (int i = 0; i < 1000; ++i) range.commits.back().verdict.waits.push_back(std::string(400, '<'));
  range.commits.back().verdict.reason = "is the reason";
  const std::string report = report_markdown(range);
  CHECK(report.size() < 65'536);
  CHECK(report.find("is the reason") != std::string::npos);
  CHECK(report.find("more commits are not shown") != std::string::npos);
}

TEST_CASE("C-04 files that nobody signs are named in a report and format nothing", "[report]") {
  CHECK(unsigned_lines({}).empty());
  CHECK(unsigned_lines({".github/workflows/publish.yml"}) ==
        std::vector<std::string>{"changes 1 file that nobody signs; jobs of this repository may run such files:",
                                 "  .github/workflows/publish.yml"});
  CHECK(unsigned_lines(std::vector<std::string>(23, "a")).back() == "  and 3 more");
  const std::string report = report_markdown(range_of({"x"}), {"operations/pgpublish.sh", "</code>@everyone"});
  CHECK(report.find("**changes 2 files that nobody signs") != std::string::npos);
  CHECK(report.find("operations&#47;pgpublish&#46;sh") != std::string::npos);
  CHECK(report.find("@everyone") == std::string::npos);
}

TEST_CASE("what both sides of a merge say is said once", "[report]") {
  JudgedRange range = range_of({"merge"});
  const ExtendExpiry change{RoleName::of("abc.rel"), UtcTime::from_unix(0)};
  range.commits.back().verdict.changes = {change, change};
  CHECK(report_text(range, Detail::changes).size() == 3);
}
