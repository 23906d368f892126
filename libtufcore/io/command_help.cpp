#include "libtufcore/io/command_help.h"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace tuf {
namespace {

using Row = std::pair<std::string, std::string>;  // what to type, what it does

std::string table(const std::string& title, const std::vector<Row>& rows) {
  if (rows.empty()) return {};
  std::size_t width = 0;
  for (const Row& row : rows) width = std::max(width, std::min<std::size_t>(row.first.size(), 30));
  std::string text = fmt::format("\n{}:\n", title);
  for (const Row& row : rows) text += fmt::format("  {:<{}}  {}\n", row.first, width, row.second);
  return text;
}

std::string spelled(const ArgumentSpec& argument) {
  switch (argument.count) {
    case ArgumentSpec::Count::one:
      return argument.name;
    case ArgumentSpec::Count::optional:
      return fmt::format("[{}]", argument.name);
    case ArgumentSpec::Count::many:
      return fmt::format("{}...", argument.name);
    case ArgumentSpec::Count::any:
      return fmt::format("[{}...]", argument.name);
  }
  return argument.name;
}

std::string spelled(const OptionSpec& option) {
  const std::size_t comma = option.name.find(',');
  std::string text;
  if (comma != std::string::npos)
    text = fmt::format("-{}, --{}", option.name.substr(0, comma), long_name(option));
  else
    text = (option.name.size() == 1 ? "-" : "--") + option.name;
  return option.value.empty() ? text : fmt::format("{} {}", text, option.value);
}

std::vector<Row> rows_of(const std::vector<OptionSpec>& options) {
  std::vector<Row> rows;
  for (const OptionSpec& option : options) {
    rows.emplace_back(spelled(option),
                      option.help + (option.repeat == OptionSpec::Repeat::yes ? " (repeatable)" : ""));
  }
  return rows;
}

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::vector<OptionSpec> joined(std::vector<std::vector<OptionSpec>> lists) {
  std::vector<OptionSpec> all;
  for (std::vector<OptionSpec>& list : lists) std::ranges::move(list, std::back_inserter(all));
  return all;
}

std::vector<OptionSpec> common_options() {
  return {{"json", "", "print one JSON document instead of text"},
          {"q,quiet", "", "print results, warnings and errors only"},
          {"C", "DIR", "run as if started in DIR"},
          {"color", "WHEN", "colour the words 'error' and 'warning': auto, always or never"},
          {"no-input", "", "never ask; fail where a question would be needed"}};
}

std::string long_name(const OptionSpec& option) {
  const std::size_t comma = option.name.find(',');
  return comma == std::string::npos ? option.name : option.name.substr(comma + 1);
}

std::string usage_line(const std::string& program, const Command& command) {
  std::string text = fmt::format("{} {} [options]", program, command.name);
  if (!command.forms.empty()) return text + " " + command.forms;
  for (const ArgumentSpec& argument : command.arguments) text += " " + spelled(argument);
  return text;
}

std::string command_help(const std::string& program, const Command& command) {
  std::string text = fmt::format("usage: {}\n\n{}\n", usage_line(program, command), command.summary);
  if (!command.description.empty()) text += fmt::format("\n{}\n", command.description);
  std::vector<Row> arguments;
  for (const ArgumentSpec& argument : command.arguments) arguments.emplace_back(argument.name, argument.help);
  text += table("arguments", arguments);
  text += table("options", rows_of(command.options));
  std::vector<Row> common = rows_of(common_options());
  common.emplace_back("-h, --help", "print this help");
  text += table("common options", common);
  if (!command.example.empty()) text += fmt::format("\nexample:\n{}\n", command.example);
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

std::string program_help(const std::string& program, const std::string& summary,
                         const std::vector<Command>& commands, const std::string& group) {
  std::vector<Row> rows;
  for (const Command& command : commands) {
    if (group.empty() || command.name.starts_with(group + " "))
      rows.emplace_back(command.name, command.summary);
  }
  const std::string head = group.empty() ? program : program + " " + group;
  std::string text = fmt::format("usage: {} COMMAND [options] [arguments]\n", head);
  if (group.empty()) text += fmt::format("\n{}\n", summary);
  text += table("commands", rows);
  text += fmt::format("\n'{} help COMMAND' tells more about one of them", program);
  text += group.empty() ? fmt::format(", '{} --version' what this is.\n", program) : ".\n";
  return text;
}

std::optional<std::string> did_you_mean(std::string_view typed, const std::vector<std::string>& candidates) {
  std::optional<std::string> best;
  const std::size_t most =
      typed.size() < 4 ? 1 : std::max<std::size_t>(2, typed.size() / 3);  // two: letters swapped
  std::size_t best_distance = most + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t apart = distance(typed, candidate);
    if (apart < best_distance) {
      best_distance = apart;
      best = candidate;
    }
  }
  return best;
}

}  // namespace tuf
