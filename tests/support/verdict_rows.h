#pragma once
// Tables of the rule book's verdicts: what each edit of a repository is told.

#include <catch2/catch.hpp>

#include "tests/support/content_repository.h"

namespace tuf::test {

struct VerdictRow {
  std::string name;
  std::function<void(ContentRepository&)> edit;
  std::string expected;  // text_of(verdict)
};

inline void check_rows(const ContentRepository& base, const std::vector<VerdictRow>& rows) {
  for (const VerdictRow& row : rows) {
    INFO(row.name);
    ContentRepository next = base;
    row.edit(next);
    const Verdict verdict = judge(&base, next);
    CHECK(text_of(verdict) == row.expected);
    if (verdict.kind == Verdict::Kind::refused) CHECK(verdict.changes.empty());
  }
}

}  // namespace tuf::test
