#include "libtufcore/io/command_line.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>

#include "libtufcore/io/command_help.h"
#include "libtufcore/io/progress.h"
#include "tests/support/temp_dir.h"

using namespace tuf;
using namespace tuf::test;

namespace {

struct Run {
  int code;
  std::string out, err;
};

class Redirected {
 public:
  Redirected(FILE* stream, const std::filesystem::path& file) : stream_(stream) {
    std::fflush(stream_);
    saved_ = dup(fileno(stream_));
    const int target = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(target, fileno(stream_));
    close(target);
  }
  ~Redirected() {
    std::fflush(stream_);
    dup2(saved_, fileno(stream_));
    close(saved_);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;

 private:
  FILE* stream_;
  int saved_ = -1;
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += "<" + word + ">";
  return text;
}

std::vector<Command> commands() {
  using Count = ArgumentSpec::Count;
  const auto echo = [](const Arguments& arguments, Output& output, UtcTime) {
    output.result("project " + arguments.argument("PROJECT") + " files " +
                  joined(arguments.arguments("FILE")));
    output.result("output " + arguments.option("output").value_or("-") + " tags " +
                  joined(arguments.options("tag")));
    output.result(arguments.flag("yes") ? "yes" : "no");
    output.json["project"] = Json(arguments.argument("PROJECT"));
  };
  const auto fail = [](const Arguments& arguments, Output& output, UtcTime) {
    const std::string how = arguments.argument("HOW");
    output.json["fact"] = Json("known before");
    output.warning("careful");
    if (how == "expired") throw expired("timestamp.json is too old").with_hint("ask the publisher");
    if (how == "memory") throw std::bad_alloc();
    if (how == "foreign") throw std::logic_error("odd");
    if (how == "files") std::filesystem::directory_iterator("/nonexistent");
    if (how == "escape") throw refused("name \x1b[31m");
    output.result("number " + std::to_string(arguments.number_option("number", 1, 9).value_or(0)));
    output.note("done");
  };
  return {{.name = "release add",
           .summary = "add a release",
           .description = "Says more.",
           .example = "  pgtest release add abc f",
           .arguments = {{"PROJECT", "its name"}, {"FILE", "a file", Count::any}},
           .options = {{"o,output", "FILE", "where to"},
                       {"tag", "TAG", "a tag", OptionSpec::Repeat::yes},
                       {"yes", "", "do not ask"}},
           .run = echo},
          {.name = "release list",
           .summary = "list releases",
           .description = {},
           .example = {},
           .arguments = {{"PROJECT", "its name", Count::optional}},
           .options = {},
           .run = [](const Arguments& a, Output& o,
                     UtcTime) { o.result(a.find_argument("PROJECT").value_or("all")); }},
          {.name = "fail",
           .summary = "fail somehow",
           .description = {},
           .example = {},
           .arguments = {{"HOW", "in which way"}},
           .options = {{"number", "N", "a number"}},
           .run = fail},
          {.name = "copy",
           .summary = "copy files",
           .description = {},
           .example = {},
           .arguments = {{"FROM", "the source"}, {"VERSION", "which"}, {"FILE", "a file", Count::many}},
           .options = {},
           .run = [](const Arguments& a, Output& o, UtcTime) { o.result(a.argument("VERSION")); }},
          {.name = "where",
           .summary = "tell the folder",
           .description = {},
           .example = {},
           .arguments = {},
           .options = {},
           .run = [](const Arguments&, Output& o,
                     UtcTime) { o.result(std::filesystem::current_path().string()); },
           .forms = "A | --all [B...]",
           .elsewhere = {"pwd", "cwd"}},
          {.name = "ask",
           .summary = "ask",
           .description = {},
           .example = {},
           .arguments = {},
           .options = {passphrase_file_option()},
           .run = [](const Arguments& a, Output& o, UtcTime) {
             if (a.option("passphrase-file")) {
               o.result("[" + std::string(read_passphrase(a, "alice", PassphraseUse::make_new).view()) + "]");
             } else {
               confirm("really?");
             }
           }}};
}

Run run(std::vector<std::string> words) {
  const TempDir dir;
  words.insert(words.begin(), "pgtest");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  Run result;
  {
    const Redirected out(stdout, dir / "out");
    const Redirected err(stderr, dir / "err");
    result.code =
        run_program("pgtest", "a program for tests", commands(), static_cast<int>(argv.size()), argv.data());
  }
  result.out = read_text(dir / "out");
  result.err = read_text(dir / "err");
  return result;
}

// The one document, which must be all of stdout.
Json document_of(const Run& result) {
  REQUIRE(result.out.ends_with('\n'));
  return parse_json(std::string_view(result.out).substr(0, result.out.size() - 1), "stdout");
}

}  // namespace

TEST_CASE("options stand before and between and behind arguments", "[command_line]") {
  const std::string expected = "project abc files <f><g>\noutput d tags <1><2,3>\nyes\n";
  using Words = std::vector<std::string>;
  for (const Words& words :
       {Words{"release", "add", "abc", "--output", "d", "f", "--tag", "1", "g", "--yes", "--tag=2,3"},
        Words{"release", "add", "-o", "d", "--tag=1", "--tag", "2,3", "--yes", "abc", "f", "g"},
        Words{"release", "add", "abc", "f", "g", "-od", "--tag=1", "--tag=2,3", "--yes"}}) {
    const Run result = run(words);
    INFO(result.err);
    CHECK(result.code == 0);
    CHECK(result.out == expected);
  }
}

TEST_CASE("behind two dashes everything is an argument", "[command_line]") {
  CHECK(run({"release", "add", "--yes", "--", "--json", "-x", "--"}).out ==
        "project --json files <-x><-->\noutput - tags \nyes\n");
  CHECK(run({"release", "add", "abc", "-", ""}).out == "project abc files <-><>\noutput - tags \nno\n");
}

TEST_CASE("mistakes on the command line are named with the command and a suggestion", "[command_line]") {
  struct Row {
    std::vector<std::string> words;
    std::string message;
  };
  const std::vector<Row> rows = {
      {{"relaese", "add"},
       "error: 'relaese' is not a command of pgtest\npgtest: hint: did you mean 'pgtest release'?"},
      {{"banana"},
       "error: 'banana' is not a command of pgtest\npgtest: hint: 'pgtest help' lists the commands"},
      {{"pwd"}, "error: 'pwd' is not a command of pgtest\npgtest: hint: did you mean 'pgtest where'?"},
      {{"where", "x"},
       "error: argument 'x' is one too many\npgtest: hint: usage: pgtest where [options] A | --all [B...]"},
      {{"fial"}, "error: 'fial' is not a command of pgtest\npgtest: hint: did you mean 'pgtest fail'?"},
      {{"release", "ad"},
       "error: 'release ad' is not a command of pgtest\npgtest: hint: did you mean 'pgtest release add'?"},
      {{"release", "add", "abc", "--ouptut", "d"},
       "error: '--ouptut' is not an option of 'pgtest release add'\npgtest: hint: did you mean '--output'?"},
      {{"release", "add", "abc", "--nonsense=1"},
       "error: '--nonsense' is not an option of 'pgtest release add'\npgtest: hint: 'pgtest release add "
       "--help' lists the options"},
      {{"release", "add", "abc", "-z"}, "error: '-z' is not an option of 'pgtest release add'"},
      {{"release", "add", "abc", "---x"}, "error: '---x' is not an option of 'pgtest release add'"},
      {{"release", "add", "abc", "--output"},
       "error: option '--output' of 'pgtest release add' needs a value"},
      {{"release", "add", "abc", "-o", "1", "--output=2"},
       "error: option '--output' of 'pgtest release add' is given twice"},
      {{"release", "add", "abc", "--yes=no"}, "error: option '--yes' of 'pgtest release add' takes no value"},
      {{"release", "add"},
       "error: PROJECT is missing: its name\npgtest: hint: usage: pgtest release add [options] PROJECT "
       "[FILE...]"},
      {{"copy"}, "error: FROM is missing: the source"},
      {{"copy", "a"}, "error: VERSION is missing: which"},
      {{"copy", "a", "1"}, "error: FILE is missing: a file"},
      {{"release", "list", "a", "b"},
       "error: argument 'b' is one too many\npgtest: hint: usage: pgtest release list [options] [PROJECT]"},
      {{"where", "--color", "blue"}, "error: option '--color' must be auto, always or never, not 'blue'"},
      {{"where", "\xff"}, "is not valid UTF-8"},
      {{"fail", "x", "--number", "10"},
       "error: option '--number' must be a whole number from 1 to 9, not '10'"},
      {{"fail", "x", "--number=1x"}, "error: option '--number' must be a whole number from 1 to 9, not '1x'"},
  };
  for (const Row& row : rows) {
    const Run result = run(row.words);
    INFO(joined(row.words) << " said " << result.err);
    CHECK(result.code == 2);
    CHECK(result.out.empty());
    CHECK(result.err.find(row.message) != std::string::npos);
  }
}

TEST_CASE("help is a result when it was asked for and talk when it was not", "[command_line]") {
  const Run asked = run({"--help"});
  CHECK(asked.code == 0);
  CHECK(asked.err.empty());
  CHECK(asked.out == run({"help"}).out);
  CHECK(asked.out.find("  release add   add a release\n") != std::string::npos);
  const Run nothing = run({});
  CHECK(nothing.code == 2);
  CHECK(nothing.out.empty());
  CHECK(nothing.err == asked.out);
  const Run group = run({"release"});
  CHECK(group.code == 2);
  CHECK(group.err == run({"help", "release"}).out);
  CHECK(group.err == run({"release", "-h"}).out);
  CHECK(group.err.find("release list") != std::string::npos);
  CHECK(group.err.find("fail") == std::string::npos);
}

TEST_CASE("the help of a command is complete and ends with an example", "[command_line]") {
  const Run help = run({"help", "release", "add"});
  CHECK(help.code == 0);
  CHECK(help.out == run({"release", "add", "x", "--nonsense", "--help"}).out);
  CHECK(help.out.starts_with(
      "usage: pgtest release add [options] PROJECT [FILE...]\n\nadd a release\n\nSays more.\n"));
  CHECK(help.out.find("  -o, --output FILE  where to\n") != std::string::npos);
  CHECK(help.out.find("  --tag TAG          a tag (repeatable)\n") != std::string::npos);
  CHECK(help.out.find("  -C DIR ") != std::string::npos);
  CHECK(help.out.ends_with("example:\n  pgtest release add abc f\n"));
}

TEST_CASE("version names the program and its libraries", "[command_line]") {
  const Run version = run({"--version"});
  CHECK(version.code == 0);
  CHECK(version.out.starts_with("pgtest "));
  CHECK(version.out.find("  fmt 9.") != std::string::npos);
}

TEST_CASE("with json stdout is one document on every path", "[command_line]") {
  using Words = std::vector<std::string>;
  for (const Words& words :
       {Words{}, Words{"--help"}, Words{"--version"}, Words{"help", "release"}, Words{"release"},
        Words{"nonsense"}, Words{"release", "add"}, Words{"release", "add", "abc"},
        Words{"release", "add", "--nonsense"}, Words{"release", "add", "--help"}, Words{"fail", "expired"},
        Words{"fail", "memory"}, Words{"fail", "foreign"}, Words{"fail", "files"}, Words{"fail", "nicely"},
        Words{"fail", "escape"}, Words{"where", "\xff"}, Words{"ask"}}) {
    for (const bool first : {true, false}) {
      Words with_json = words;
      with_json.insert(first ? with_json.begin() : with_json.end(), "--json");
      const Run result = run(with_json);
      INFO(joined(with_json) << " said " << result.out);
      const Json document = document_of(result);
      const JsonReader reader(document, "document");
      CHECK(reader["ok"].boolean() == (result.code == 0));
      CHECK(reader["schema"].text().starts_with("pgtest"));
      if (result.code != 0) {
        CHECK(reader["error"]["exit"].whole_number(1, 255) == result.code);
        CHECK_FALSE(reader["error"]["message"].text().empty());
      }
    }
  }
}

TEST_CASE("json keeps what a command knew before it failed", "[command_line]") {
  const Run result = run({"fail", "expired", "--json"});
  CHECK(result.code == 11);
  CHECK(result.out ==
        "{\"error\":{\"code\":\"expired\",\"exit\":11,\"hint\":\"ask the "
        "publisher\",\"message\":\"timestamp.json is too old\"},"
        "\"fact\":\"known before\",\"ok\":false,\"schema\":\"pgtest.fail/1\",\"warnings\":[\"careful\"]}\n");
  CHECK(run({"release", "add", "abc", "--json"}).out ==
        "{\"ok\":true,\"project\":\"abc\",\"schema\":\"pgtest.release-add/1\"}\n");
}

TEST_CASE("every error becomes its exit code and is told with its hint", "[command_line]") {
  const Run expired_run = run({"fail", "expired"});
  CHECK(expired_run.code == 11);
  CHECK(expired_run.err ==
        "pgtest: warning: careful\npgtest: error: timestamp.json is too old\npgtest: hint: ask the "
        "publisher\n");
  CHECK(run({"fail", "memory"}).code == 70);
  CHECK(run({"fail", "foreign"}).code == 70);
  CHECK(run({"fail", "foreign"}).err.find("this is a defect, please report it") != std::string::npos);
  CHECK(run({"fail", "files"}).code == 6);
}

TEST_CASE("P-09 control characters that slipped into a message never reach the terminal", "[command_line]") {
  const Run result = run({"fail", "escape"});
  CHECK(result.code == 10);
  CHECK(result.err.find('\x1b') == std::string::npos);
  CHECK(result.err.find("[31m") != std::string::npos);
}

TEST_CASE("results go to stdout and talk to stderr and quiet silences the talk only", "[command_line]") {
  const Run loud = run({"fail", "nicely", "--number", "3"});
  CHECK(loud.code == 0);
  CHECK(loud.out == "number 3\n");
  CHECK(loud.err == "pgtest: warning: careful\npgtest: done\n");
  CHECK(run({"-q", "fail", "nicely"}).err == "pgtest: warning: careful\n");
}

TEST_CASE("colour is for the words of terminals and obeys the environment", "[command_line]") {
  CHECK(run({"fail", "expired"}).err.find('\x1b') == std::string::npos);
  CHECK(run({"fail", "expired", "--color=always"}).err.find("\x1b[31;1merror:\x1b[0m timestamp") !=
        std::string::npos);
  setenv("CLICOLOR_FORCE", "1", 1);
  CHECK(run({"fail", "expired"}).err.find('\x1b') != std::string::npos);
  CHECK(run({"fail", "expired", "--color", "never"}).err.find('\x1b') == std::string::npos);
  setenv("NO_COLOR", "1", 1);
  CHECK(run({"fail", "expired"}).err.find('\x1b') == std::string::npos);
  unsetenv("NO_COLOR");
  unsetenv("CLICOLOR_FORCE");
}

TEST_CASE("a program runs as if started in the folder of -C", "[command_line]") {
  const TempDir dir;
  const std::filesystem::path before = std::filesystem::current_path();
  const std::string expected = std::filesystem::canonical(dir.path()).string() + "\n";
  CHECK(run({"-C", dir.path().string(), "where"}).out == expected);
  std::filesystem::current_path(before);
  CHECK(run({"where", "-C", dir.path().string()}).out == expected);
  std::filesystem::current_path(before);
  CHECK(run({"-C", (dir / "none").string(), "where"}).code == 6);
}

TEST_CASE("without a person a question is a usage error that names the option", "[command_line]") {
  const Run result = run({"ask", "--no-input"});
  CHECK(result.code == 2);
  CHECK(result.err.find("--yes") != std::string::npos);
}

TEST_CASE("a passphrase comes from a file without its last newline or from the environment",
          "[command_line]") {
  const TempDir dir;
  write_text(dir / "p", " correct horse \n");
  CHECK(run({"ask", "--passphrase-file", (dir / "p").string()}).out == "[ correct horse ]\n");
  CHECK(run({"ask", "--passphrase-file", (dir / "none").string()}).code == 6);
  setenv("PG_PASSPHRASE", "from the environment", 1);
  CHECK(read_passphrase(Arguments(), "alice", PassphraseUse::open_existing).view() == "from the environment");
  unsetenv("PG_PASSPHRASE");
}

TEST_CASE("a full standard output is an error and not a silent success", "[command_line]") {
  std::string program = "pgtest", command = "where";
  char* argv[] = {program.data(), command.data()};
  const TempDir dir;
  int code = 0;
  {
    const Redirected out(stdout, "/dev/full");
    const Redirected err(stderr, dir / "err");
    code = run_program("pgtest", "a program for tests", commands(), 2, argv);
  }
  std::clearerr(stdout);
  CHECK(code == 6);
  CHECK(read_text(dir / "err").find("cannot write to standard output: No space left on device") !=
        std::string::npos);
}

TEST_CASE("suggestions are near misses only", "[command_line]") {
  const std::vector<std::string> names{"status", "sign", "push"};
  CHECK(did_you_mean("stauts", names) == "status");
  CHECK(did_you_mean("sgn", names) == "sign");
  CHECK(did_you_mean("banana", names) == std::nullopt);
}

TEST_CASE("byte counts are told in the unit that fits", "[progress]") {
  CHECK(bytes_text(0) == "0 bytes");
  CHECK(bytes_text(1) == "1 byte");
  CHECK(bytes_text(1023) == "1023 bytes");
  CHECK(bytes_text(1536) == "1.5 KiB");
  CHECK(bytes_text((1u << 20) - 1) == "1.0 MiB");
  CHECK(bytes_text(5ull << 40) == "5.0 TiB");
}
