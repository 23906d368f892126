#include "libtufcore/io/command_line.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#define CXXOPTS_NO_REGEX true  // else five expressions are compiled at the start of every run: 2 million instructions
#include <cxxopts.hpp>
#include <filesystem>

#include "libtufcore/io/command_help.h"
#include "libtufcore/io/interrupt.h"
#include "libtufcore/io/output.h"
#include "libtufcore/io/system_clock.h"

namespace tuf {

struct ArgumentsAccess {
  static auto& arguments(Arguments& parsed) { return parsed.arguments_; }
  static auto& options(Arguments& parsed) { return parsed.options_; }
};

namespace {

using Words = std::vector<std::string>;
using Values = std::map<std::string, Words, std::less<>>;

struct Program {
  const std::string& name;
  const std::string& summary;
  const std::vector<Command>& commands;
  const std::vector<std::string>& libraries;
};

// The command line, split before cxxopts sees it: one cxxopts parser for all commands would take `fetch abc
// --output d` apart wrongly. Options before the command word are common ones and move behind it.
struct SplitLine {
  const Command* command = nullptr;
  std::string group;  // "release" when only the first words of commands are there
  bool help = false, version = false, nothing = false;
  Words rest;  // options and arguments of the command
};

std::vector<std::string> option_names(const Command& command) {
  std::vector<std::string> names{"help"};
  for (const OptionSpec& option : common_options()) names.push_back(long_name(option));
  for (const OptionSpec& option : command.options) names.push_back(long_name(option));
  return names;
}

Error with_suggestion(Error error, const std::optional<std::string>& meant, const std::string& otherwise) {
  return std::move(error).with_hint(meant ? fmt::format("did you mean '{}'?", *meant) : otherwise);
}

const Command* find_command(const Program& program, std::string_view name) {
  for (const Command& command : program.commands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

bool is_group(const Program& program, const std::string& word) {
  for (const Command& command : program.commands) {
    if (command.name.starts_with(word + " ")) return true;
  }
  return false;
}

Error unknown_command(const Program& program, const std::string& typed) {
  Words names{"help"};
  for (const Command& command : program.commands) {
    names.push_back(command.name);
    names.push_back(command.name.substr(0, command.name.find(' ')));
  }
  std::optional<std::string> meant;
  for (const Command& command : program.commands) {
    if (std::find(command.elsewhere.begin(), command.elsewhere.end(), typed) != command.elsewhere.end())
      meant = command.name;
  }
  if (!meant) meant = did_you_mean(typed, names);
  return with_suggestion(usage("'{}' is not a command of {}", escaped(typed), program.name),
                         meant ? std::optional(program.name + " " + *meant) : std::nullopt,
                         fmt::format("'{} help' lists the commands", program.name));
}

// Takes the words of a command from `words`, starting at `at`, which moves behind them.
void take_command(const Program& program, const Words& words, std::size_t& at, SplitLine& line) {
  std::string name = words[at++];
  while (is_group(program, name)) {
    const bool ends = at == words.size() || words[at].starts_with('-');
    const std::string longer = ends ? "" : name + " " + words[at];
    if (!ends && (find_command(program, longer) != nullptr || is_group(program, longer))) {
      name = longer;
      ++at;
      continue;
    }
    line.command = find_command(program, name);
    if (line.command != nullptr) return;
    if (!ends) throw unknown_command(program, longer);
    line.group = name;
    return;
  }
  line.command = find_command(program, name);
  if (line.command == nullptr) throw unknown_command(program, name);
}

bool is_help(const std::string& word) { return word == "-h" || word == "--help"; }

SplitLine split_line(const Program& program, const Words& words) {
  SplitLine line;
  std::size_t at = 0;
  for (; at < words.size() && words[at].starts_with('-'); ++at) {
    if (words[at] == "--version")
      line.version = true;
    else if (is_help(words[at]))
      line.help = true;
    else
      line.rest.push_back(words[at]);
    const bool takes_value = words[at] == "-C" || words[at] == "--color";
    if (takes_value && at + 1 < words.size()) line.rest.push_back(words[++at]);
  }
  if (line.version) return line;
  if (at < words.size() && words[at] == "help") {
    line.help = true;
    ++at;
    for (; at < words.size() && words[at].starts_with('-'); ++at) line.rest.push_back(words[at]);
  }
  line.nothing = at == words.size();
  if (line.nothing) return line;
  take_command(program, words, at, line);
  for (; at < words.size() && words[at] != "--"; ++at) {
    if (is_help(words[at]))
      line.help = true;
    else
      line.rest.push_back(words[at]);
  }
  line.rest.insert(line.rest.end(), words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
  return line;
}

const OptionSpec* find_spec(const std::vector<OptionSpec>& specs, std::string_view name) {
  for (const OptionSpec& spec : specs) {
    if (long_name(spec) == name) return &spec;
  }
  return nullptr;
}

std::string dashed(const std::string& name) { return (name.size() == 1 ? "-" : "--") + name; }

Error unknown_option(const std::string& full_name, const Command& command, const std::string& typed) {
  const std::string bare = typed.substr(0, typed.find('='));
  const std::size_t dashes = std::min(bare.find_first_not_of('-'), bare.size());
  const std::optional<std::string> meant = did_you_mean(bare.substr(dashes), option_names(command));
  return with_suggestion(usage("'{}' is not an option of '{}'", escaped(bare), full_name),
                         meant ? std::optional(dashed(*meant)) : std::nullopt,
                         fmt::format("'{} --help' lists the options", full_name));
}

constexpr const char* please_report = "this is a defect, please report it with the command that you typed";
constexpr const char* positional = "positional-arguments";

cxxopts::ParseResult parse_with_cxxopts(const std::string& full_name, const std::vector<OptionSpec>& specs,
                                        const Words& words) {
  cxxopts::Options options(full_name);
  options.allow_unrecognised_options();
  for (const OptionSpec& spec : specs) {
    if (spec.value.empty())
      options.add_options()(spec.name, "", cxxopts::value<std::string>()->implicit_value("true"));
    else
      options.add_options()(spec.name, "", cxxopts::value<Words>());
  }
  options.add_options()(positional, "", cxxopts::value<Words>());
  options.parse_positional({positional});
  std::vector<const char*> argv{full_name.c_str()};
  for (const std::string& word : words) argv.push_back(word.c_str());
  try {
    return options.parse(static_cast<int>(argv.size()), argv.data());
  } catch (const cxxopts::exceptions::missing_argument&) {
    throw usage("option '{}' of '{}' needs a value", escaped(words.back()), full_name)
        .with_hint(fmt::format("'{} --help' tells which", full_name));
  } catch (const cxxopts::exceptions::exception& error) {
    throw usage("cannot understand the command line of '{}': {}", full_name, escaped(error.what()))
        .with_hint(fmt::format("'{} --help' lists the options", full_name));
  }
}

// Options to `values`; the arguments between them are returned. Nothing unknown passes.
Words take_options(const std::string& full_name, const Command& command, const std::vector<OptionSpec>& specs,
                   const Words& words, Values& values) {
  const auto dashes = std::find(words.begin(), words.end(), "--");
  const cxxopts::ParseResult parsed = parse_with_cxxopts(full_name, specs, Words(words.begin(), dashes));
  for (const std::string& unmatched : parsed.unmatched()) throw unknown_option(full_name, command, unmatched);
  Words arguments;
  for (const cxxopts::KeyValue& pair :
       parsed.arguments()) {  // as typed; parsed values would be split at commas
    if (pair.key() == positional) {
      if (pair.value().size() > 1 && pair.value()[0] == '-')
        throw unknown_option(full_name, command, pair.value());
      arguments.push_back(pair.value());
      continue;
    }
    const OptionSpec* spec = find_spec(specs, pair.key());
    if (spec == nullptr) throw bug("option '{}' has no specification", pair.key());
    Words& given = values[pair.key()];
    if (spec->value.empty() && pair.value() != "true") {
      throw usage("option '{}' of '{}' takes no value", dashed(pair.key()), full_name);
    }
    if (!spec->value.empty() && spec->repeat == OptionSpec::Repeat::no && !given.empty()) {
      throw usage("option '{}' of '{}' is given twice", dashed(pair.key()), full_name);
    }
    given.push_back(pair.value());
  }
  if (dashes != words.end()) arguments.insert(arguments.end(), dashes + 1, words.end());
  return arguments;
}

void assign_arguments(const std::string& usage_text, const Command& command, const Words& given,
                      Values& named) {
  std::size_t at = 0;
  std::size_t still_required = 0;
  using Count = ArgumentSpec::Count;
  const auto required = [](Count count) { return count == Count::one || count == Count::many; };
  for (const ArgumentSpec& spec : command.arguments) {
    if (!required(spec.count) || ++still_required <= given.size()) continue;
    throw usage("{} is missing: {}", spec.name, spec.help).with_hint("usage: " + usage_text);
  }
  for (const ArgumentSpec& spec : command.arguments) {
    if (required(spec.count)) --still_required;
    const std::size_t left = given.size() - at;
    const std::size_t free = left > still_required ? left - still_required : 0;
    const bool single = spec.count == Count::one || spec.count == Count::optional;
    const std::size_t taken = single ? std::min<std::size_t>(free, 1) : free;
    Words& values = named[spec.name];
    values.assign(given.begin() + static_cast<std::ptrdiff_t>(at),
                  given.begin() + static_cast<std::ptrdiff_t>(at + taken));
    at += taken;
  }
  if (at < given.size()) {
    throw usage("argument '{}' is one too many", escaped(given[at])).with_hint("usage: " + usage_text);
  }
}

Arguments parse_arguments(const Program& program, const Command& command, const Words& words) {
  std::vector<OptionSpec> specs = common_options();
  specs.insert(specs.end(), command.options.begin(), command.options.end());
  const std::string full_name = program.name + " " + command.name;
  Arguments parsed;
  const Words given = take_options(full_name, command, specs, words, ArgumentsAccess::options(parsed));
  assign_arguments(usage_line(program.name, command), command, given, ArgumentsAccess::arguments(parsed));
  return parsed;
}

void enter_directory(const Arguments& arguments) {
  const std::optional<std::string> directory = arguments.option("C");
  if (!directory || chdir(directory->c_str()) == 0) return;
  const int reason = errno;
  throw local_io("cannot change into folder '{}': {}", escaped(*directory), std::strerror(reason));
}

// What must be known even when the rest of the line is wrong.
bool line_holds(const Words& words, std::string_view option, std::string_view short_option = {}) {
  for (const std::string& word : words) {
    if (word == "--") return false;
    if (word == option || (!short_option.empty() && word == short_option)) return true;
  }
  return false;
}

Colour colour_of(const Words& words) {
  std::string when = "auto";
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    if (words[i].starts_with("--color=")) when = words[i].substr(8);
    if (words[i] == "--color" && i + 1 < words.size()) when = words[i + 1];
  }
  if (when == "always") return Colour::always;
  return when == "never" ? Colour::never : Colour::automatic;
}

void check_words(const Words& words) {
  for (const std::string& word : words) {
    if (!is_valid_utf8(word)) throw usage("argument '{}' is not valid UTF-8", escaped(word));
  }
}

void print_text(Output& output, const char* member, const std::string& text) {
  if (output.is_json())
    output.json[member] = Json(text);
  else
    write_to_stdout(text);
}

void print_version(const Program& program, Output& output) {
  output.json["version"] = Json(PG_VERSION);
  Words libraries = program.libraries;
  libraries.push_back(
      fmt::format("fmt {}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100));
  Json::Array listed;
  output.result(fmt::format("{} {}", program.name, PG_VERSION));
  for (const std::string& library : libraries) {
    output.result("  " + library);
    listed.emplace_back(library);
  }
  output.json["libraries"] = Json(std::move(listed));
}

// A group or nothing at all was typed: the list is what they need, but it is not what they asked for.
int run_without_command(const Program& program, const SplitLine& line, Output& output) {
  Command none;
  Values options;
  take_options(program.name, none, common_options(), line.rest, options);
  const std::string help = program_help(program.name, program.summary, program.commands, line.group);
  if (line.help) {
    print_text(output, "help", help);
    return 0;
  }
  if (output.is_json())
    throw usage("a command is missing").with_hint(fmt::format("run '{} help'", program.name));
  write_to_stderr(help);
  return static_cast<int>(Error::Kind::usage);
}

int run_line(const Program& program, const Words& words, Output& output, std::string& schema) {
  check_words(words);
  const SplitLine line = split_line(program, words);
  if (line.version) {
    print_version(program, output);
    return 0;
  }
  if (line.command == nullptr) return run_without_command(program, line, output);
  std::string dotted = line.command->name;
  std::replace(dotted.begin(), dotted.end(), ' ', '-');
  schema = fmt::format("{}.{}/1", program.name, dotted);
  if (output.is_json()) answer_signals_in_json(schema);
  if (line.help) {
    print_text(output, "help", command_help(program.name, *line.command));
    return 0;
  }
  const Arguments arguments = parse_arguments(program, *line.command, line.rest);
  const std::string when = arguments.option("color").value_or("auto");
  if (when != "auto" && when != "always" && when != "never") {
    throw usage("option '--color' must be auto, always or never, not '{}'", escaped(when));
  }
  enter_directory(arguments);
  line.command->run(arguments, output, system_time_now());
  return 0;
}

}  // namespace

int run_program(const std::string& program, const std::string& summary, const std::vector<Command>& commands,
                int argc, char** argv, const std::vector<std::string>& libraries) {
  const Words words(argv + (argc > 0 ? 1 : 0), argv + argc);
  const bool json = line_holds(words, "--json");
  const bool colour = wants_colour(colour_of(words));
  install_signal_handlers();
  allow_prompts(!json && !line_holds(words, "--no-input"));
  Output output(program, json ? Output::Form::json : Output::Form::text, line_holds(words, "--quiet", "-q"),
                colour);
  std::string schema = program + "/1";
  if (json) answer_signals_in_json(schema);
  const auto fail = [&](const Error& error) {
    write_failure(output, schema, error, program, colour);
    return static_cast<int>(error.kind());
  };
  try {
    try {
      const int code = run_line({program, summary, commands, libraries}, words, output, schema);
      if (json) write_success(output, schema);
      return code;
    } catch (const Error& error) {
      const bool unexplained = error.kind() == Error::Kind::bug && error.hint().empty();
      return fail(unexplained ? Error(error).with_hint(please_report) : error);
    } catch (const std::filesystem::filesystem_error& error) {
      return fail(local_io("'{}': {}", escaped(error.path1().string(), 4096), error.code().message()));
    } catch (const std::bad_alloc&) {
      return fail(bug("out of memory").with_hint(please_report));
    } catch (const std::exception& error) {
      return fail(bug("unexpected failure: {}", error.what()).with_hint(please_report));
    }
  } catch (const std::exception& error) {  // nobody can be told on stdout any more
    write_to_stderr(fmt::format("{}: error: {}\n", program, error.what()));
    return static_cast<int>(Error::Kind::local_io);
  }
}

}  // namespace tuf
