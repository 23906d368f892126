#include "signer/proposal.h"

#include <catch2/catch.hpp>

#include "signer/forge.h"
#include "signer/proposal_sources.h"
#include "tests/support/caught.h"

using namespace tuf;

namespace {

const std::string commit_a(40, 'a'), commit_b(40, 'b');

std::string line(const std::string& commit, const std::string& name) { return commit + "\t" + name + "\n"; }

std::vector<std::string> names_of(const ChosenReferences& chosen) {
  std::vector<std::string> names;
  for (const RemoteReference& one : chosen.references) names.push_back(one.name);
  return names;
}

std::optional<std::string> url(const std::string& remote, const std::optional<std::string>& setting = {}) {
  return pull_request_url(remote, setting, "sign/abc/0123456789ab", "main");
}

}  // namespace

TEST_CASE("a proposal's id is the hash of the list that sha256sum prints of its signed parts", "[proposal]") {
  const std::string one = "projects/ab/abc/owners.json", two = "projects/ab/abc/releases.json";
  const std::string list =
      sha256_of("x").hex() + "  " + one + "\n" + sha256_of("y").hex() + "  " + two + "\n";
  CHECK(proposal_name({{two, "y"}, {one, "x"}}).id == sha256_of(list).hex());
  CHECK(proposal_name({{one, "y"}, {two, "x"}}).id != sha256_of(list).hex());
  CHECK(proposal_name({{one, "x"}}).id != sha256_of(list).hex());
}

TEST_CASE("the newest root counts once in a proposal's id although it is two files", "[proposal]") {
  CHECK(proposal_name({{"admin/root.json", "r"}, {"admin/root_history/1.root.json", "r"}}).id ==
        proposal_name({{"admin/root.json", "r"}}).id);
}

TEST_CASE("signed files are those of the roles and claims and nothing else", "[proposal]") {
  for (const char* path :
       {"admin/root.json", "admin/claimed.json", "admin/root_history/1.root.json",
        "projects/ab/abc/claim.json", "projects/ab/abc/owners.json", "projects/ab/abc/releases.json"})
    CHECK(layout::is_signed_file(path));
  for (const char* path : {"admin/config/repository.json", "projects/ab/abc/files/abc/1.0/x.json", "README",
                           "admin/stray.json", "projects/ab/abc/timestamp.json"})
    CHECK_FALSE(layout::is_signed_file(path));
}

TEST_CASE("six hex digits and more may be a proposal's id", "[proposal]") {
  CHECK(may_be_proposal_id("abcdef"));
  CHECK(may_be_proposal_id(std::string(64, '0')));
  CHECK_FALSE(may_be_proposal_id("abcde"));
  CHECK_FALSE(may_be_proposal_id(std::string(65, '0')));
  CHECK_FALSE(may_be_proposal_id("ABCDEF"));
  CHECK_FALSE(may_be_proposal_id("abc-def"));
}

TEST_CASE("the beginning of an id is enough while it is one proposal's", "[proposal]") {
  ProposalBook book;
  book.proposals.resize(2);
  book.proposals[0].id = "abcdef0" + std::string(57, '0');
  book.proposals[1].id = "abcdef1" + std::string(57, '0');
  book.refused.push_back({{"branch x of origin", "refs/x", commit_a}, std::string(64, '9'), "is wrong", ""});
  CHECK(find_proposal(book, "abcdef1") == &book.proposals[1]);
  CHECK(find_proposal(book, "abcde1") == nullptr);
  CHECK(caught([&] { find_proposal(book, "abcdef"); }) ==
        Caught{"usage", "several proposals begin with abcdef: abcdef000000, abcdef100000"});
  CHECK(caught([&] { find_proposal(book, "999999"); }) ==
        Caught{"refused", "proposal 999999999999 (branch x of origin) is refused: is wrong"});
}

TEST_CASE(
    "G-11 of a remote's references only proposals and pull requests are taken and odd names are not fetched",
    "[proposal]") {
  const std::string listing = line(commit_a, "HEAD") + line(commit_a, "refs/heads/main") +
                              line(commit_a, "refs/heads/sign/abc/0123456789ab") +
                              line(commit_b, "refs/pull/9/head") + line(commit_b, "refs/pull/10/head") +
                              line(commit_b, "refs/pull/10/merge") + line(commit_b, "refs/pull/x/head") +
                              line(commit_b, "refs/merge-requests/3/head") + line(commit_b, "refs/tags/v1") +
                              line(commit_b, "refs/heads/sign/$(id)") +
                              line(commit_b, "refs/heads/sign/\xe2\x80\xae") +
                              line("zz", "refs/heads/sign/short") + "warning: something\n";
  const ChosenReferences chosen = choose_references(listing, SourceKind::repository);
  CHECK(names_of(chosen) == std::vector<std::string>{"refs/heads/sign/abc/0123456789ab", "refs/pull/10/head",
                                                     "refs/pull/9/head", "refs/merge-requests/3/head"});
  CHECK(chosen.refused ==
        std::vector<std::string>{"refs/heads/sign/$(id)", escaped("refs/heads/sign/\xe2\x80\xae")});
  CHECK(chosen.left_out == 0);
  CHECK(names_of(choose_references(line(commit_a, "refs/pg/signed/0123"), SourceKind::bundle)).size() == 1);
}

TEST_CASE("G-10 of very many pull requests only the newest are looked at", "[proposal]") {
  std::string listing;
  for (int i = 1; i <= 1000; ++i) listing += line(commit_a, fmt::format("refs/pull/{}/head", i));
  const ChosenReferences chosen = choose_references(listing, SourceKind::repository);
  CHECK(chosen.references.size() == max_pull_requests_of_a_source);
  CHECK(chosen.references.front().name == "refs/pull/1000/head");
  CHECK(chosen.left_out == 1000 - max_pull_requests_of_a_source);
}

TEST_CASE("a source's name is safe in a reference and tells sources apart", "[proposal]") {
  CHECK(source_name("https://example.org/a/fork.git", std::string(64, '1')) == "forkgit-111111111111");
  CHECK(source_name("../..", std::string(64, '2')) == "222222222222");
}

TEST_CASE("the address of a pull request is known for the common forges by host name", "[forge]") {
  CHECK(url("https://github.com/o/r.git") ==
        "https://github.com/o/r/compare/main...sign/abc/0123456789ab?expand=1");
  CHECK(url("git@github.com:o/r.git") ==
        "https://github.com/o/r/compare/main...sign/abc/0123456789ab?expand=1");
  CHECK(url("ssh://git@codeberg.org:2222/o/r") ==
        "https://codeberg.org/o/r/compare/main...sign/abc/0123456789ab");
  CHECK(url("https://gitlab.example.org/g/sub/r.git") ==
        "https://gitlab.example.org/g/sub/r/-/merge_requests/new?merge_request%5Bsource_branch%5D="
        "sign%2Fabc%2F0123456789ab&merge_request%5Btarget_branch%5D=main");
  CHECK(url("git@bitbucket.org:o/r.git") ==
        "https://bitbucket.org/o/r/pull-requests/new?source=sign%2Fabc%2F0123456789ab&dest=main");
}

TEST_CASE("an unknown host has no pull request address unless pg.forge says which forge it is", "[forge]") {
  CHECK(url("https://git.example.org/o/r.git") == std::nullopt);
  CHECK(url("https://git.example.org:8443/o/r.git", "forgejo") ==
        "https://git.example.org:8443/o/r/compare/main...sign/abc/0123456789ab");
  CHECK(url("https://notgithub.com/o/r.git") == std::nullopt);
  CHECK(caught([] { url("https://git.example.org/o/r", "sourceforge"); }) ==
        Caught{"configuration", "git config pg.forge says 'sourceforge', which is no forge known here"});
}

TEST_CASE("a pull request address shows no password and nothing from a hostile address", "[forge]") {
  CHECK(url("https://me:secret@github.com/o/r") ==
        "https://github.com/o/r/compare/main...sign/abc/0123456789ab?expand=1");
  CHECK(url("https://github.com/o/\x1b[31mr") ==
        "https://github.com/o/%1B%5B31mr/compare/main...sign/abc/0123456789ab?expand=1");
  for (const char* remote : {"/srv/github.com/o/r.git", "../r", "file:///srv/r.git", "https://github.com",
                             "ext::sh -c x", "https://git hub.com/o/r", "git@\x1bgithub.com:o/r"})
    CHECK(url(remote) == std::nullopt);
}

TEST_CASE("a rejection belongs to the key that signed it for this proposal and to nobody else",
          "[rejection]") {
  const SecretKey key = SecretKey::generate(), other = SecretKey::generate();
  const std::string id(64, 'a'), another(64, 'b');
  const Rejection no{"not built from the tag", key.public_key().id(),
                     key.sign(rejection_bytes(id, "not built from the tag"))};
  const std::vector<PublicKey> may{other.public_key(), key.public_key()};
  REQUIRE(signer_of(no, id, may) != nullptr);
  CHECK(signer_of(no, id, may)->id() == key.public_key().id());
  CHECK(signer_of(no, another, may) == nullptr);
  CHECK(signer_of(no, id, {other.public_key()}) == nullptr);
  CHECK(signer_of({"another reason", no.keyid, no.signature}, id, may) == nullptr);
  CHECK(signer_of({no.reason, other.public_key().id(), no.signature}, id, may) == nullptr);
}

TEST_CASE("rejections are read from a message and lines of another form are left out", "[rejection]") {
  const Rejection no{"because\ttwo", "k", "\x01\x02"};
  const std::string good = rejection_line(no);
  CHECK(rejections_in("Title\n\n" + good + "\n") == std::vector{no});
  for (const char* line : {"Rejection: ", "Rejection: {", "Rejection: {\"keyid\":\"k\"}", "Rejection: []",
                           "Rejection: {\"keyid\":\"k\",\"reason\":\"\",\"sig\":\"00\"}",
                           "Rejection: {\"keyid\":\"k\",\"reason\":\"r\",\"sig\":\"0\"}"})
    CHECK(rejections_in(line).empty());
  std::string many;
  for (std::size_t i = 0; i < max_rejections + 10; ++i) many += good + "\n";
  CHECK(rejections_in(many).size() == max_rejections);
}
