#include "signer/signature_record.h"

#include <catch2/catch.hpp>
#include <thread>

#include "tests/support/caught_with_hint.h"
#include "tests/support/temp_dir.h"

using namespace tuf;
using namespace tuf::test;

namespace {

const UtcTime monday = *UtcTime::parse("2026-01-05T00:00:00Z");

SignedContent releases(std::uint64_t version, const std::string& content) {
  return {"abc.rel", version, sha256_of(content), "projects/ab/abc/releases.json"};
}

bool nowhere(const RecordedSignature&) { return false; }

struct Recorded {
  TempDir folder;
  SignatureRecord record{folder.path()};
  void sign(const SignedContent& content, bool complete = false) const {
    record.note_signed({{content, "0123", monday, complete}}, nowhere);
  }
  CaughtWithHint sign_refused(const SignedContent& content) const {
    return caught_with_hint([&] { sign(content); });
  }
  std::string refusal(const std::string& first, const std::string& second) const {
    return fmt::format(
        "version 2 of role abc.rel was signed with another content on 2026-01-05T00:00:00Z ({} instead of "
        "{}), and that "
        "one has left this machine: two contents for one version could be shown to two people",
        sha256_of(first).hex().substr(0, 12), sha256_of(second).hex().substr(0, 12));
  }
};

}  // namespace

TEST_CASE("a second content for one version is signed while the first is only here", "[signature_record]") {
  const Recorded r;
  r.sign(releases(2, "one"), true);
  r.sign(releases(2, "two"), true);
  CHECK(r.record.entries().size() == 2);
}

TEST_CASE("a second content for one version is refused once the first may have left", "[signature_record]") {
  const Recorded r;
  r.sign(releases(2, "one"));
  r.record.note_leaving({releases(2, "one")}, "origin sign/abc/1");
  const CaughtWithHint refused = r.sign_refused(releases(2, "two"));
  CHECK(refused.error == Caught{"refused", r.refusal("one", "two")});
  CHECK(refused.hint ==
        "let the others sign that one; or, when all agree to drop it: pgsign trust withdraw abc.rel 2");
  CHECK(r.record.entries().size() == 1);
  r.sign(releases(2, "one"));  // the same content again
  r.sign(releases(3, "two"));  // another version
}

TEST_CASE("a signature that was pushed by hand has left", "[signature_record]") {
  const Recorded r;
  r.sign(releases(2, "one"));
  const auto there = [](const RecordedSignature& mine) { return mine.content == releases(2, "one"); };
  CHECK(caught([&] { r.record.refuse_second({releases(2, "two")}, there); }).kind == "refused");
  CHECK_NOTHROW(r.record.refuse_second({releases(2, "one")}, there));
}

TEST_CASE("an incomplete version can be withdrawn and then another content is signed", "[signature_record]") {
  const Recorded r;
  r.sign(releases(2, "one"));
  r.record.note_leaving({releases(2, "one")}, "origin sign/abc/1");
  r.record.note_withdrawn("abc.rel", 2);
  r.sign(releases(2, "two"));
  r.record.note_leaving({releases(2, "two")}, "origin sign/abc/2");
  CHECK(r.sign_refused(releases(2, "one")).error.kind == "refused");  // and not back to the first
  CHECK(caught([&] { r.record.note_withdrawn("abc.rel", 7); }) ==
        Caught{"not-found", "your keys have signed no version 7 of role abc.rel"});
}

TEST_CASE("a complete version that has left cannot be withdrawn", "[signature_record]") {
  const Recorded r;
  r.sign(releases(2, "one"), true);
  r.record.note_leaving({releases(2, "one")}, "origin main");
  const CaughtWithHint refused = r.sign_refused(releases(2, "two"));
  CHECK(refused.error == Caught{"refused", r.refusal("one", "two")});
  CHECK(refused.hint ==
        "that one is complete: bring it to the main branch (git reflog finds its commit; pgsign push), then "
        "make your "
        "change on top of it");
  CHECK(caught([&] { r.record.note_withdrawn("abc.rel", 2); }) ==
        Caught{"refused",
               "version 2 of role abc.rel is complete and has left this machine: it counts without anybody's "
               "help, so it "
               "cannot be withdrawn"});
}

TEST_CASE("a line that was never finished is left out and a damaged one is fatal", "[signature_record]") {
  const Recorded r;
  r.sign(releases(2, "one"));
  r.sign(releases(3, "two"));
  const std::string whole = read_text(r.folder / "signed");
  for (std::size_t size = whole.find('\n') + 1; size < whole.size(); ++size) {
    write_text(r.folder / "signed", whole.substr(0, size));
    REQUIRE(r.record.entries().size() == 1);
  }
  r.sign(releases(4, "three"));
  CHECK(r.record.entries().size() == 2);
  std::string damaged = whole;
  damaged[40] ^= 1;
  write_text(r.folder / "signed", damaged);
  CHECK(caught([&] { r.record.entries(); }) ==
        Caught{"no-trusted-root",
               fmt::format("'{}' in your trust store is damaged: line 1 is not what was written",
                           (r.folder / "signed").string())});
}

TEST_CASE("two at once never sign two contents for one version", "[signature_record]") {
  const Recorded r;
  for (std::uint64_t version = 1; version <= 20; ++version) {
    int refusals = 0;
    const auto try_to_sign = [&](const std::string& content, int& refused) {
      const auto all_left = [](const RecordedSignature&) { return true; };
      refused = caught([&] {
                  r.record.note_signed({{releases(version, content), "0123", monday, false}}, all_left);
                }).kind == "refused";
    };
    int one = 0, two = 0;
    std::thread other([&] { try_to_sign("one", one); });
    try_to_sign("two", two);
    other.join();
    refusals = one + two;
    REQUIRE(refusals == 1);
  }
  CHECK(r.record.entries().size() == 20);
}

TEST_CASE("the root is one role in both its places and a claim has one version", "[signature_record]") {
  const Json root = Json::Object{{"_type", "root"}, {"version", 2}};
  CHECK(signed_content_of("admin/root.json", root) ==
        signed_content_of("admin/root_history/2.root.json", root));
  const Json claim = Json::Object{{"_type", "claim"}, {"project", "abc"}};
  const auto content = signed_content_of("projects/ab/abc/claim.json", claim);
  REQUIRE(content);
  CHECK(content->role == "abc.claim");
  CHECK(content->version == 1);
}
