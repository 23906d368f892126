#include "libtufcore/io/output.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "libtufcore/io/interrupt.h"

namespace tuf {
namespace {

constexpr int exit_code_of_a_broken_pipe = 141;

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && value[0] != '\0';
}

// Messages hold names that were escaped where they were put in; this is the second lock, for the ones that
// were not.
std::string safe_lines(std::string_view text) {
  std::string safe;
  while (true) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    bool plain = is_valid_utf8(line);
    for (const char letter : line)
      plain = plain && static_cast<unsigned char>(letter) >= 0x20 && letter != 0x7f;
    safe += plain ? std::string(line) : escaped(line, 4096);
    if (end == std::string_view::npos) return safe;
    safe += '\n';
    text.remove_prefix(end + 1);
  }
}

// CI systems take lines of a job's output for commands: "::set-output", anywhere in the line "##[" and "##vso[" (C-05).
bool commands_a_runner(std::string_view line) {
  const std::size_t start = line.find_first_not_of(" \t");
  return (start != std::string_view::npos && line.substr(start).starts_with("::")) ||
         line.find("##[") != std::string_view::npos || line.find("##vso[") != std::string_view::npos;
}

std::string without_commands(std::string_view text) {
  static const bool in_ci = is_set("CI") || is_set("GITHUB_ACTIONS") || is_set("TF_BUILD");
  if (!in_ci) return std::string(text);
  std::string safe;
  while (true) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    for (const char letter : line) {
      if (commands_a_runner(line) && (letter == ':' || letter == '#')) safe += '\\';
      safe += letter;
    }
    if (end == std::string_view::npos) return safe;
    safe += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string painted(std::string_view word, const char* code, bool colour) {
  return colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, word) : std::string(word);
}

}  // namespace

void write_to_stderr(std::string_view text) noexcept { std::fwrite(text.data(), 1, text.size(), stderr); }

bool wants_colour(Colour colour) {
  if (colour != Colour::automatic) return colour == Colour::always;
  if (is_set("NO_COLOR")) return false;
  const char* forced = std::getenv("CLICOLOR_FORCE");
  if (forced != nullptr && forced[0] != '\0' && std::strcmp(forced, "0") != 0) return true;
  const char* terminal = std::getenv("TERM");
  return isatty(STDERR_FILENO) == 1 && terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
}

void write_to_stdout(std::string_view text) {
  errno = 0;
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (written) return;
  const int reason = errno;
  if (reason == EPIPE) {
    tidy_before_exit();
    _exit(exit_code_of_a_broken_pipe);
  }
  throw local_io("cannot write to standard output: {}", std::strerror(reason));
}

void Output::result(std::string_view line) {
  if (is_json()) return;
  write_to_stdout(without_commands(line) + "\n");
}

void Output::note(std::string_view line) {
  if (!quiet_) write_to_stderr(without_commands(fmt::format("{}: {}\n", program_, safe_lines(line))));
}

void Output::warning(std::string_view line) {
  const std::string safe = safe_lines(line);
  warnings_.push_back(safe);
  write_to_stderr(fmt::format("{}: {} {}\n", program_, painted("warning:", "33;1", colour_), without_commands(safe)));
}

namespace {

void write_document(const Output& output, const std::string& schema, bool ok) {
  for (const int signal_number : {SIGHUP, SIGINT, SIGTERM}) set_last_words(signal_number, "");
  Json::Object document = output.json;
  document["ok"] = Json(ok);
  document["schema"] = Json(schema);
  Json::Array warnings;
  for (const std::string& warning : OutputAccess::warnings(output)) warnings.emplace_back(warning);
  if (!warnings.empty()) document["warnings"] = Json(std::move(warnings));
  write_to_stdout(json_text(Json(std::move(document))) + "\n");
}

}  // namespace

void write_success(const Output& output, const std::string& schema) { write_document(output, schema, true); }

void answer_signals_in_json(const std::string& schema) {
  using Kind = Error::Kind;
  for (const Kind kind : {Kind::hung_up, Kind::interrupted, Kind::terminated}) {
    const Json::Object facts{{"code", Json(kind_name(kind))},
                             {"exit", Json(static_cast<int>(kind))},
                             {"message", Json("interrupted by a signal")}};
    const Json::Object document{{"error", facts}, {"ok", Json(false)}, {"schema", Json(schema)}};
    set_last_words(static_cast<int>(kind) - 128, json_text(Json(document)) + "\n");
  }
}

void write_failure(const Output& output, const std::string& schema, const Error& error,
                   const std::string& program, bool colour) {
  const std::string message = safe_lines(error.what());
  if (output.is_json()) {
    Json::Object facts{{"code", Json(kind_name(error.kind()))},
                       {"exit", Json(static_cast<int>(error.kind()))},
                       {"message", Json(message)}};
    if (!error.hint().empty()) facts["hint"] = Json(safe_lines(error.hint()));
    Output with_error = output;
    with_error.json["error"] = Json(std::move(facts));
    write_document(with_error, schema, false);
    return;
  }
  write_to_stderr(fmt::format("{}: {} {}\n", program, painted("error:", "31;1", colour), without_commands(message)));
  if (!error.hint().empty()) write_to_stderr(fmt::format("{}: hint: {}\n", program, without_commands(safe_lines(error.hint()))));
}

}  // namespace tuf
