#include "signer/staged_file.h"

#include <catch2/catch.hpp>

#include "tests/support/caught.h"
#include "tests/support/temp_dir.h"

namespace tuf {
namespace {

std::size_t count_in(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) count += entry.exists() ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("a staged file stays what it was when the original changes and has no name on disk",
          "[staged_file]") {
  const test::TempDir dir;
  const std::string text(200'000, 'x');
  test::write_text(dir / "in/file", text);
  test::write_text(dir / "stage/other", "");
  const StagedFile staged(dir / "in/file", dir / "stage", text.size());
  test::write_text(dir / "in/file", "changed");
  CHECK(staged.length() == text.size());
  CHECK(staged.sha256() == sha256_of(text));
  CHECK(test::read_text(staged.path()) == text);
  CHECK(count_in(dir / "stage") == 1);
}

TEST_CASE("a file that grows beyond the limit while it is read is refused", "[staged_file]") {
  const test::TempDir dir;
  test::write_text(dir / "file", "12345");
  const Caught result = caught([&] { StagedFile(dir / "file", dir.path(), 4); });
  CHECK(result.kind == "limit");
  CHECK(StagedFile(dir / "file", dir.path(), 5).length() == 5);
}

}  // namespace tuf
