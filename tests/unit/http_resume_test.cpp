// A file that goes on where it broke off: by the fetcher within a run, by download over runs.
#include <catch2/catch.hpp>
#include <csignal>

#include "client/download.h"
#include "client/http_fetcher.h"
#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"
#include "libtufcore/io/interrupt.h"
#include "tests/support/caught.h"
#include "tests/support/http_waits.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temp_dir.h"

namespace tuf {
namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Bytes sample(std::size_t size) {
  Bytes bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>('a' + (i * 7 + i / 251) % 26);
  return bytes;
}

const Bytes file = sample(10'000);

// Says that it sends all, and sends the first `count` bytes.
std::string broken_off(std::size_t count, const std::string& headers = "") {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{}\r\n{}", file.size(), headers,
                     file.substr(0, count));
}

// The same of the bytes from `first` on.
std::string broken_range(const Bytes& whole, std::size_t first, std::size_t count,
                         const std::string& headers = "") {
  const std::string all = range_answer(whole, first, headers);
  return all.substr(0, all.size() - (whole.size() - first) + count);
}

// The answers to the requests for "/x", one after the other, and what came of them.
struct Resumed {
  explicit Resumed(const std::vector<std::string>& answers, std::uint64_t first_byte = 0, int retries = 3) {
    ScriptedAnswer script{.bytes = answers.front()};
    for (std::size_t i = 1; i < answers.size(); ++i) script.then.push_back({.bytes = answers[i]});
    ScriptedServer server({{"/x", script}});
    HttpFetcher fetcher(waits.options(retries));
    end = caught([&] {
      there =
          fetcher.fetch_into(server.url("/x"), first_byte, 100'000, [&](ByteView piece) { got += piece; });
    });
    requests = server.requests();
  }
  bool asked_for(std::size_t request, const std::string& header) const {
    return holds(requests.at(request), "\r\n" + header + "\r\n");
  }
  test::HttpWaits waits;
  Caught end;
  bool there = false;
  Bytes got;
  std::vector<std::string> requests;
};

// A folder, a target, a server that sends `answers` to the downloads one after the other.
struct Download {
  explicit Download(const std::vector<std::string>& answers, const Bytes& wanted = file) : content(wanted) {
    ScriptedAnswer script{.bytes = answers.front()};
    for (std::size_t i = 1; i < answers.size(); ++i) script.then.push_back({.bytes = answers[i]});
    server.emplace(std::map<std::string, ScriptedAnswer>{{"/x", script}});
  }
  FoundTarget target() const {
    const TargetPath path = *TargetPath::parse("x");
    TargetFile stated;
    stated.length = content.size();
    stated.hashes.emplace(HashAlgorithm::sha256, sha256_of(content));
    return {path, stated, RoleName::of("targets"), {RoleName::of("targets")}};
  }
  Caught run(WhenBroken when = WhenBroken::keep) {
    HttpFetcher fetcher(test::one_try());
    return caught([&] {
      try {
        download_target(
            fetcher, server->url("/x"), target(), output(), Existing::refuse, [](std::uint64_t) {}, when);
      } catch (const Error& error) {
        hint = error.hint();
        throw;
      }
    });
  }
  std::filesystem::path output() const { return folder / "x.tgz"; }
  std::filesystem::path part() const {
    return folder / fmt::format(".x.tgz.{}.part", sha256_of(content).hex().substr(0, 16));
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
      names.push_back(entry.path().filename().string());
    return names;
  }
  Bytes content;
  test::TempDir folder;
  std::optional<ScriptedServer> server;
  std::string hint;
};

}  // namespace

TEST_CASE("H-11 a transfer that breaks off goes on by range and says which file it means", "[http_resume]") {
  const Resumed resumed(
      {broken_off(4000, "ETag: \"v1\"\r\n"), broken_range(file, 4000, 100), range_answer(file, 4100)});
  CHECK(resumed.end.kind == "nothing");
  CHECK(resumed.got == file);
  REQUIRE(resumed.requests.size() == 3);
  CHECK_FALSE(holds(resumed.requests[0], "Range"));
  CHECK(resumed.asked_for(1, "Range: bytes=4000-"));
  CHECK(resumed.asked_for(1, "If-Range: \"v1\""));
  CHECK(resumed.asked_for(2, "Range: bytes=4100-"));
  CHECK(resumed.waits.waited.size() == 2);
}

TEST_CASE("H-11 a weak tag is no promise about bytes", "[http_resume]") {
  const Resumed resumed({broken_off(4000, "ETag: W/\"v1\"\r\n"), range_answer(file, 4000)});
  CHECK(resumed.got == file);
  CHECK_FALSE(holds(resumed.requests.at(1), "If-Range"));
}

TEST_CASE("H-11 a server that sends all again is followed from the byte that is missing", "[http_resume]") {
  const Resumed in_run({broken_off(4000), ok_answer(file)});
  CHECK(in_run.got == file);
  CHECK(in_run.requests.size() == 2);
  const Resumed from_start({ok_answer(file)}, 9'999);
  CHECK(from_start.got == file.substr(9'999));
  CHECK(from_start.asked_for(0, "Range: bytes=9999-"));
}

TEST_CASE("H-11 an answer for another range is not used and the whole is asked for", "[http_resume]") {
  const std::string all = ok_answer(file);
  const auto with_range = [](const std::string& range) {
    return "HTTP/1.1 206 Partial Content\r\nContent-Length: 4\r\n" + range + "\r\nevil";
  };
  for (const std::string& wrong : {range_answer(file, 3999), range_answer(file, 4001), range_answer(file, 0),
                                   with_range(""), with_range("Content-Range: bytes 4000-3999/10000\r\n"),
                                   with_range("Content-Range: lines 4000-9999/10000\r\n"),
                                   status_answer(416, "Content-Range: bytes */10000\r\n")}) {
    INFO(wrong.substr(0, 100));
    const Resumed resumed({broken_off(4000), wrong, all});
    CHECK(resumed.end.kind == "nothing");
    CHECK(resumed.got == file);
    REQUIRE(resumed.requests.size() == 3);
    CHECK_FALSE(holds(resumed.requests[2], "Range"));
    CHECK(resumed.waits.waited.size() == 1);  // asking in another way is no waiting
  }
}

TEST_CASE("H-11 a part of the range is followed by the rest", "[http_resume]") {
  const std::string piece = fmt::format(
      "HTTP/1.1 206 Partial Content\r\nContent-Length: 1000\r\nContent-Range: bytes "
      "4000-4999/10000\r\n\r\n{}",
      file.substr(4000, 1000));
  const Resumed resumed({broken_off(4000), piece, range_answer(file, 5000)});
  CHECK(resumed.end.kind == "nothing");
  CHECK(resumed.got == file);
}

TEST_CASE("H-11 a range that nobody asked for is a failure", "[http_resume]") {
  const Resumed resumed({range_answer(file, 0)});
  CHECK(holds(resumed.end.message, ": the server answers with status 206"));
  CHECK(resumed.got.empty());
}

TEST_CASE("H-01 the limit counts the bytes that came before", "[http_resume]") {
  ScriptedServer server({{"/x", {.bytes = range_answer(file, 4000)}}});
  HttpFetcher fetcher(test::one_try());
  Bytes got;
  const auto fetch = [&](std::uint64_t limit) {
    got.clear();
    return caught(
        [&] { fetcher.fetch_into(server.url("/x"), 4000, limit, [&](ByteView piece) { got += piece; }); });
  };
  CHECK(fetch(10'000).kind == "nothing");
  CHECK(got == file.substr(4000));
  CHECK(fetch(9'999).kind == "limit");
  CHECK(got.empty());
}

TEST_CASE("patience is for standing still and not for the length of a file", "[http_resume]") {
  constexpr std::size_t mebibyte = 1u << 20;
  const Bytes large = sample(4 * mebibyte);
  const auto fetch = [&](std::size_t piece) {  // the connection is lost after each
    ScriptedAnswer script{.bytes =
                              ok_answer(large).substr(0, ok_answer(large).size() - large.size() + piece)};
    for (std::size_t at = piece; at < large.size(); at += piece)
      script.then.push_back({.bytes = broken_range(large, at, piece)});
    ScriptedServer server({{"/x", script}});
    test::HttpWaits waits;
    HttpFetcher fetcher(waits.options(1));
    Bytes got;
    const Caught end = caught([&] {
      fetcher.fetch_into(server.url("/x"), 0, large.size(), [&](ByteView bytes) { got += bytes; });
    });
    CHECK(got == large.substr(0, got.size()));
    return std::pair(end.kind, got.size());
  };
  CHECK(fetch(mebibyte) == std::pair<std::string, std::size_t>("nothing", large.size()));
  CHECK(fetch(mebibyte / 2) == std::pair<std::string, std::size_t>("network", mebibyte));
}

TEST_CASE("H-11 a download that breaks off is kept and the next one goes on", "[http_resume]") {
  Download download({broken_off(4000), range_answer(file, 4000)});
  const Caught broken = download.run();
  CHECK(broken.kind == "network");
  CHECK(holds(broken.message, "cannot fetch " + download.server->url("/x") + ": "));
  CHECK(download.hint ==
        fmt::format("4000 of 10000 bytes are kept in '{}'; the same command goes on from there",
                    download.part().string()));
  CHECK(test::read_text(download.part()) == file.substr(0, 4000));
  CHECK((std::filesystem::status(download.part()).permissions() & std::filesystem::perms::mask) ==
        std::filesystem::perms(0600));
  CHECK(download.run() == Caught{"nothing", ""});
  CHECK(holds(download.server->requests().at(1), "\r\nRange: bytes=4000-\r\n"));
  CHECK(test::read_text(download.output()) == file);
  CHECK(download.names() == std::vector<std::string>{"x.tgz"});
}

TEST_CASE("H-11 what an earlier run left is checked with the rest and a wrong whole starts over once",
          "[http_resume]") {
  Download download({range_answer(file, 4000), ok_answer(file)});
  test::write_text(download.part(), std::string(4000, 'x'));
  std::filesystem::permissions(download.part(), std::filesystem::perms(0600));
  SECTION("the file is right then") {
    CHECK(download.run() == Caught{"nothing", ""});
    CHECK(test::read_text(download.output()) == file);
  }
  SECTION("it is wrong then, too") {
    Bytes other = file;
    other[7] ^= 1;
    download.server.emplace(std::map<std::string, ScriptedAnswer>{
        {"/x", {.bytes = range_answer(file, 4000), .then = {{.bytes = ok_answer(other)}}}}});
    CHECK(download.run() == Caught{"refused", fmt::format("refused x from {}: expected sha256 {}, got {}",
                                                          download.server->url("/x"), sha256_of(file).hex(),
                                                          sha256_of(other).hex())});
    CHECK(download.names().empty());
  }
  REQUIRE(download.server->requests().size() == 2);
  CHECK(holds(download.server->requests()[0], "\r\nRange: bytes=4000-\r\n"));
  CHECK_FALSE(holds(download.server->requests()[1], "Range"));
}

TEST_CASE("H-11 the object changed between two runs", "[http_resume]") {
  Bytes other = file;
  other[5000] ^= 1;
  Download download({broken_off(4000), range_answer(other, 4000), ok_answer(other)});
  CHECK(download.run().kind == "network");
  CHECK(download.run().kind == "refused");
  CHECK(download.server->requests().size() == 3);
  CHECK(download.names().empty());
}

TEST_CASE("H-11 what another target left is never continued", "[http_resume]") {
  Download download({ok_answer(file)});
  const std::string other = fmt::format(".x.tgz.{}.part", sha256_of("other").hex().substr(0, 16));
  test::write_text(download.folder / other, "the beginning of something else");
  CHECK(download.run() == Caught{"nothing", ""});
  CHECK_FALSE(holds(download.server->requests().at(0), "Range"));
  CHECK(test::read_text(download.output()) == file);
  CHECK(test::read_text(download.folder / other) == "the beginning of something else");
}

TEST_CASE("H-11 a part that is longer than the target is dropped", "[http_resume]") {
  Download download({ok_answer(file)});
  test::write_text(download.part(), file + "x");
  CHECK(download.run() == Caught{"nothing", ""});
  CHECK_FALSE(holds(download.server->requests().at(0), "Range"));
}

TEST_CASE("a part that is whole asks for nothing", "[http_resume]") {
  Download download({status_answer(500)});
  test::write_text(download.part(), file);
  std::filesystem::permissions(download.part(), std::filesystem::perms(0600));
  CHECK(download.run() == Caught{"nothing", ""});
  CHECK(download.server->requests().empty());
  CHECK(test::read_text(download.output()) == file);
  CHECK((std::filesystem::status(download.output()).permissions() & std::filesystem::perms::mask) ==
        std::filesystem::perms(0644));
}

TEST_CASE("nothing is kept of wrong bytes nor when nothing came nor when nothing may be", "[http_resume]") {
  SECTION("wrong bytes") {
    Download download({ok_answer(sample(9'999) + "x")});
    CHECK(download.run().kind == "refused");
    CHECK(download.names().empty());
  }
  SECTION("no bytes") {
    Download download({broken_off(0)});
    CHECK(download.run().kind == "network");
    CHECK(download.names().empty());
  }
  SECTION("a caller that keeps nothing") {
    Download download({broken_off(4000)});
    CHECK(download.run(WhenBroken::drop).kind == "network");
    CHECK(download.names().empty());
  }
}

// Sends the start of the file, and then a signal arrives.
class InterruptedFetcher : public Fetcher {
 public:
  explicit InterruptedFetcher(int signal_number) : signal_number_(signal_number) {}
  std::vector<FetchReply> fetch_all(const std::vector<FetchRequest>&) override { return {}; }
  bool fetch_into(const std::string&, std::uint64_t first_byte, std::uint64_t,
                  const ByteSink& sink) override {
    if (first_byte == 0) sink(ByteView(file).substr(0, 4000));
    raise(signal_number_);
    sink(ByteView(file).substr(std::max<std::size_t>(first_byte, 4000), 100));
    return true;
  }

 private:
  int signal_number_;
};

TEST_CASE("H-11 a signal ends a download and keeps what came", "[http_resume]") {
  install_signal_handlers();
  const struct {
    int number;
    std::string kind, words;
    int exit_code;
  } rows[] = {{SIGINT, "interrupted", "interrupted", 130},
              {SIGTERM, "interrupted", "ended by SIGTERM", 143},
              {SIGHUP, "interrupted", "ended by SIGHUP", 129}};
  for (const auto& row : rows) {
    Download download({range_answer(file, 4000)});
    InterruptedFetcher fetcher(row.number);
    int code = 0;
    const Caught end = caught([&] {
      try {
        download_target(fetcher, "http://127.0.0.1/x", download.target(), download.output(), Existing::refuse,
                        [](std::uint64_t) {});
      } catch (const Error& error) {
        code = static_cast<int>(error.kind());
        throw;
      }
    });
    CHECK(end.kind == row.kind);
    CHECK(end.message ==
          fmt::format("{}: 4000 of 10000 bytes are kept in {}; the same command goes on from there",
                      row.words, shown_path(download.part())));
    CHECK(code == row.exit_code);
    CHECK(download.names() == std::vector<std::string>{download.part().filename().string()});
    CHECK(download.run().kind == "nothing");
    CHECK(download.names() == std::vector<std::string>{"x.tgz"});
  }
}

TEST_CASE("a signal before the first byte of a download leaves nothing", "[http_resume]") {
  install_signal_handlers();
  Download download({""});
  HttpFetcher fetcher(test::one_try());
  const InterruptsWait outer;
  raise(SIGINT);
  const Caught end = caught([&] {
    download_target(fetcher, download.server->url("/x"), download.target(), download.output(),
                    Existing::refuse, [](std::uint64_t) {});
  });
  CHECK(end.kind == "interrupted");
  CHECK(end.message == "interrupted");
  CHECK(download.names().empty());
  CHECK(download.server->requests().empty());
}

}  // namespace tuf
