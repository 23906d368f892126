#pragma once
// How a program speaks: the members of Output, the one JSON document, errors. For io/ only.

#include <string>

#include "libtufcore/io/command_line.h"

namespace tuf {

struct OutputAccess {
  static const std::vector<std::string>& warnings(const Output& output) { return output.warnings_; }
};

enum class Colour { automatic, always, never };
bool wants_colour(Colour colour);  // on stderr: NO_COLOR, CLICOLOR_FORCE, terminal

// All of it, or local_io; ends the program silently when nobody reads any more.
void write_to_stdout(std::string_view text);
// Talk is best effort: a full disk behind stderr must not end a program that is about to say why it ends.
void write_to_stderr(std::string_view text) noexcept;
void write_success(const Output& output, const std::string& schema);  // json form only
// With --json: from here on a signal that ends the program has the program say so, as one document.
void answer_signals_in_json(const std::string& schema);
void write_failure(const Output& output, const std::string& schema, const Error& error,
                   const std::string& program,
                   bool colour);  // both forms

// Whether people may be asked; run_program sets it from --json and --no-input.
void allow_prompts(bool allowed) noexcept;

}  // namespace tuf
