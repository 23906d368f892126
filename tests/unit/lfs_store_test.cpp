#include "publisher/lfs_store.h"

#include <catch2/catch.hpp>

#include "libtufcore/memory_tree.h"
#include "tests/support/caught.h"
#include "tests/support/content_repository.h"
#include "tests/support/temp_dir.h"

using namespace tuf;
using namespace tuf::test;

namespace {

const std::string path = "projects/ab/abc/files/abc/1.0.0/abc.tgz";
const Bytes content(100'000, 'c');
const LfsPointer pointer{content.size(), sha256_of(content)};

std::filesystem::path put(const TempDir& dir, const Bytes& bytes) {
  const auto object = dir / lfs_object_path(pointer.sha256);
  std::filesystem::create_directories(object.parent_path());
  write_text(object, bytes);
  return object;
}

std::string streamed(const Bytes& in_git, const LfsStore& store, const LfsPointer& stated = pointer) {
  Bytes bytes;
  const MemoryTree tree({{path, in_git}}, "commit 1a2b3c4d");
  stream_release_file(tree, store, path, stated, [&](ByteView piece) { bytes += piece; });
  return bytes;
}

std::string message_of(const Bytes& in_git, const LfsStore& store, const LfsPointer& stated = pointer) {
  const Caught refusal = caught([&] { streamed(in_git, store, stated); });
  CHECK(refusal.kind == "refused");
  return refusal.message;
}

}  // namespace

TEST_CASE("the content of a pointer comes from the first store that has it", "[lfs_store]") {
  const TempDir empty, full;
  put(full, content);
  CHECK(streamed(lfs_pointer_text(pointer), LfsStore({empty.path(), full.path()})) == content);
  CHECK(streamed(content, LfsStore({})) == content);  // in git itself
}

TEST_CASE("G-17 a content that is missing or another one is refused", "[lfs_store]") {
  const TempDir dir;
  const LfsStore store({dir.path()});
  const Bytes text = lfs_pointer_text(pointer);
  const std::string at = path + " at commit 1a2b3c4d";
  CHECK(message_of(text, store) == fmt::format("{}: its LFS object {} is missing in '{}'", at,
                                               pointer.sha256.hex(), dir.path().string()));
  const auto object = put(dir, "short");
  CHECK(message_of(text, store) ==
        fmt::format("{}: the LFS object '{}' has 5 bytes; 100000 are stated", at, object.string()));
  const Bytes wrong(100'000, 'w');
  put(dir, wrong);
  CHECK(message_of(text, store) == fmt::format("{}: the LFS object '{}' has the SHA-256 {}", at,
                                               object.string(), sha256_of(wrong).hex()));
  std::filesystem::remove(object);
  put(dir, content);
  std::filesystem::rename(object, dir / "elsewhere");
  std::filesystem::create_symlink(dir / "elsewhere", object);
  CHECK(message_of(text, store).find("is missing in") != std::string::npos);
}

TEST_CASE("a pointer to another file than the one that is stated is refused", "[lfs_store]") {
  const TempDir dir;
  put(dir, content);
  const LfsStore store({dir.path()});
  const std::string refusal = path + " at commit 1a2b3c4d is not the file that was accepted";
  CHECK(message_of(lfs_pointer_text({pointer.size + 1, pointer.sha256}), store) == refusal);
  CHECK(message_of(lfs_pointer_text({pointer.size, sha256_of("x")}), store) == refusal);
  CHECK(message_of(lfs_pointer_text(pointer) + "\n", store) == refusal);
  CHECK(message_of("something else", store) == refusal);
  CHECK(caught([&] { streamed(content + "x", store); }).kind == "limit");
  CHECK(message_of(content.substr(1), store) == refusal);
}

TEST_CASE("a released file that is the text of a pointer is published as it is", "[lfs_store]") {
  const Bytes text = lfs_pointer_text(pointer);
  CHECK(streamed(text, LfsStore({}), {text.size(), sha256_of(text)}) == text);
}

TEST_CASE("a release with a pointer in git is judged without its content", "[lfs_store]") {
  ContentRepository base = new_repository();
  base.create_project(project_of("abc"), {"olga", "mia"});
  const Bytes small(500, 's');
  ContentRepository next = base;
  next.add_release("abc", "1.0.0", {{"abc.tgz", small}}, {"mia"});
  const auto with = [&](const Bytes& in_git) {
    ContentRepository edited = next;
    edited.files[path] = in_git;
    return text_of(judge(&base, edited));
  };
  const LfsPointer right{500, sha256_of(small)};
  CHECK(with(lfs_pointer_text(right)) == "accepted");
  CHECK(with(lfs_pointer_text({501, right.sha256})) ==
        "refused: " + path + ": has 501 bytes; releases.json states 500");
  CHECK(with(lfs_pointer_text({500, sha256_of("x")})) ==
        fmt::format("refused: {}: has the SHA-256 {}; releases.json states {}", path, sha256_of("x").hex(),
                    right.sha256.hex()));
  const Bytes other = lfs_pointer_text(right) + "\n";
  CHECK(with(other) ==
        fmt::format("refused: {}: has {} bytes; releases.json states 500", path, other.size()));
}
