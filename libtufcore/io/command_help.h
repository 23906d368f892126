#pragma once
// Help texts and "did you mean", from the table of commands. For io/ only.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libtufcore/io/command_line.h"

namespace tuf {

std::vector<OptionSpec> common_options();         // of every command, without -h and --version
std::string long_name(const OptionSpec& option);  // "output" of "o,output"
std::string usage_line(const std::string& program, const Command& command);
std::string command_help(const std::string& program, const Command& command);
// All commands, or those whose name starts with the word `group`.
std::string program_help(const std::string& program, const std::string& summary,
                         const std::vector<Command>& commands, const std::string& group = {});
// The candidate that `typed` was perhaps meant to be: a swapped pair or a third of its letters may differ.
std::optional<std::string> did_you_mean(std::string_view typed, const std::vector<std::string>& candidates);

}  // namespace tuf
