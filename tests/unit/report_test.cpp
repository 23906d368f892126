#include "publisher/report.h"

#include <catch2/catch.hpp>

#include "tests/support/publication.h"

using namespace tuf;
using namespace tuf::test;

TEST_CASE("C-04 text from commits neither formats a report nor calls anybody", "[report]") {
  Publication p;
  const CommitId tip = p.commit();
  JudgedRange range = judge_range(p.git.open(), std::nullopt, tip, p.pin());
  range.commits.front().commit.summary = "<script>alert(1)</script> @everyone [x](http://evil) `code` **bold** \x1b[31m\n# heading " + std::string(1000, 'a');
  const std::string report = report_markdown(range);
  for (const char* bad : {"<script", "@everyone", "[x]", "http://", "`code`", "**bold**", "\x1b", "\n#  heading", "\n# "}) {
    INFO(bad);
    CHECK(report.find(bad) == std::string::npos);
  }
  CHECK(report.find(std::string(600, 'a')) == std::string::npos);
}
