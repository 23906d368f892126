#pragma once
// A program is a table of commands. This module parses (the only user of cxxopts), prints help, formats
// results and errors, and turns every error into its exit code. Results go to stdout, talk to stderr, prompts
// to the terminal.
//
// With --json (every command has it) stdout is exactly one document on every path:
//   {"ok":true,"schema":"<program>.<command>/1", ...result}  or
//   {"ok":false,"error":{"code":"expired","exit":11,"message":"...","hint":"..."},"schema":"..."}
// Error data (structured facts) is added by the command by filling Output before it throws; it is then kept
// beside "error".
//
// Common options of every command: -h/--help, --json, -q/--quiet, -C DIR, --color WHEN (auto|always|never),
// --no-input. Of the program: --version, help [COMMAND]. Unknown command or option: usage error with "did you
// mean".

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libtufcore/error.h"
#include "libtufcore/json.h"
#include "libtufcore/key_file.h"
#include "libtufcore/utc_time.h"

namespace tuf {

struct ArgumentSpec {
  enum class Count { one, optional, many, any };  // many: at least one
  std::string name;                               // "PROJECT"
  std::string help;
  Count count = Count::one;
};

struct OptionSpec {
  std::string name;   // "output" or "o,output"
  std::string value;  // "FILE"; empty: a flag
  std::string help;
  enum class Repeat { no, yes } repeat = Repeat::no;
};

// One list of several, in this order.
std::vector<OptionSpec> joined(std::vector<std::vector<OptionSpec>> lists);

class Output;

class Arguments {
 public:
  const std::string& argument(std::string_view name) const;  // the spec says it is there
  std::optional<std::string> find_argument(std::string_view name) const;
  const std::vector<std::string>& arguments(std::string_view name) const;  // many / any
  bool flag(std::string_view long_name) const;
  std::optional<std::string> option(std::string_view long_name) const;
  const std::vector<std::string>& options(std::string_view long_name) const;  // repeatable
  std::string required_option(std::string_view long_name) const;              // throws usage naming it
  // A whole number in the range, or throws usage.
  std::optional<std::int64_t> number_option(std::string_view long_name, std::int64_t min,
                                            std::int64_t max) const;

 private:
  friend struct ArgumentsAccess;
  std::map<std::string, std::vector<std::string>, std::less<>> arguments_, options_;
};

// What a command says. In text mode result() lines go to stdout at once; in --json mode they are dropped and
// the members of `json` are printed as the one document at the end.
class Output {
 public:
  enum class Form { text, json };
  Output(std::string program, Form form, bool quiet, bool colour)
      : program_(std::move(program)), form_(form), quiet_(quiet), colour_(colour) {}
  bool is_json() const noexcept { return form_ == Form::json; }
  bool quiet() const noexcept { return quiet_; }
  void result(std::string_view line);   // stdout
  void note(std::string_view line);     // stderr, "pgsign: ..."; not with --quiet
  void warning(std::string_view line);  // stderr, "pgsign: warning: ..."; and into json "warnings"
  Json::Object json;

 private:
  friend struct OutputAccess;
  std::string program_;
  Form form_;
  bool quiet_, colour_;
  std::vector<std::string> warnings_;
};

struct Command {
  std::string name;         // "release add": words separated by one space
  std::string summary;      // one line, lower case, no full stop
  std::string description;  // paragraphs of --help
  std::string example;      // lines of --help, "  pgsign release add abc 1.0.0 dist/abc.tgz"
  std::vector<ArgumentSpec> arguments;
  std::vector<OptionSpec> options;
  std::function<void(const Arguments&, Output&, UtcTime now)> run;  // `now` is read once, by run_program
  std::string forms = {};  // of the usage line, when the arguments alone do not say it: "A [B] | --all [C...]"
  std::vector<std::string> elsewhere = {};  // words that other programs have for it, for "did you mean"
};

// The whole main(). Catches everything; returns the exit code. SIGPIPE ends silently, SIGINT gives 130, SIGTERM
// 143, SIGHUP 129.
// `libraries`: names with versions that --version lists.
int run_program(const std::string& program, const std::string& summary, const std::vector<Command>& commands,
                int argc, char** argv, const std::vector<std::string>& libraries = {});

// Talking to a person.
bool is_terminal_for_prompts();  // /dev/tty can be opened and neither --json nor --no-input rules it out
// Shows `question [y/N]` on the terminal. Without a terminal: throws usage that names --yes.
bool confirm(const std::string& question);
// The same for what cannot be undone: only the name itself, typed in, is a yes.
bool confirm_by_name(const std::string& question, const std::string& name);
// From --passphrase-file FILE, else PG_PASSPHRASE, else the terminal (no echo; twice when `make_new`).
// Without any: throws usage that names the three ways. A trailing newline of the file is not part of it.
enum class PassphraseUse { open_existing, make_new };
SecretText read_passphrase(const Arguments& arguments, const std::string& key_name, PassphraseUse use);
OptionSpec passphrase_file_option();  // the option that read_passphrase looks for

// A passphrase in the place of another: from --new-passphrase-file FILE, else the terminal (twice).
SecretText read_new_passphrase(const Arguments& arguments, const std::string& key_name);
OptionSpec new_passphrase_file_option();

// The PIN of a token, from --pin-file FILE, else PG_PIN, else the terminal. A token that locks after one more wrong PIN
// gets it from a person only: `last_try` rules the other ways out (usage).
SecretText read_pin(const Arguments& arguments, const std::string& token, bool last_try);
OptionSpec pin_file_option();

}  // namespace tuf
