// Questions to a person, always on the terminal itself: stdin and stdout belong to the data.
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>

#include "libtufcore/io/file.h"
#include "libtufcore/io/output.h"

namespace tuf {
namespace {

constexpr std::size_t max_passphrase_bytes = 4096;
std::atomic<bool> prompts_allowed{true};

Descriptor open_terminal() { return Descriptor(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)); }

void show(const Descriptor& terminal, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(terminal.get(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error("write to", "/dev/tty");
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

// One line without its newline. The buffer never grows, so that a passphrase leaves no copies behind.
std::string read_line(const Descriptor& terminal) {
  std::string line;
  line.reserve(max_passphrase_bytes);
  while (line.size() < max_passphrase_bytes) {
    char letter = 0;
    const ssize_t count = read(terminal.get(), &letter, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error("read from", "/dev/tty");
    if (count == 0 || letter == '\n') return line;
    line += letter;
  }
  throw limit("a line typed is longer than {} bytes", max_passphrase_bytes);
}

SecretText ask_secret(const Descriptor& terminal, const std::string& question) {
  show(terminal, question);
  const EchoOff echo_off(terminal.get());
  return SecretText(read_line(terminal));
}

SecretText secret_from_file(const std::string& path) {
  Bytes text = read_file(path, max_passphrase_bytes);
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return SecretText(std::move(text));
}

SecretText passphrase_from_terminal(const std::string& key_name, PassphraseUse use) {
  const Descriptor terminal = open_terminal();
  const std::string shown = escaped(key_name);
  if (use == PassphraseUse::open_existing)
    return ask_secret(terminal, fmt::format("passphrase of key '{}': ", shown));
  SecretText first = ask_secret(terminal, fmt::format("new passphrase for key '{}': ", shown));
  const SecretText second = ask_secret(terminal, "the same once more: ");
  if (first.view() != second.view())
    throw usage("the two passphrases differ").with_hint("run the command again");
  if (first.view().empty()) {
    throw usage("an empty passphrase protects nothing")
        .with_hint("give --no-passphrase if that is what you want");
  }
  return first;
}

std::string ask(const std::string& question, const std::string& how) {
  if (!is_terminal_for_prompts()) {
    throw usage("nobody can be asked here: {}", question)
        .with_hint("give --yes to agree without being asked");
  }
  const Descriptor terminal = open_terminal();
  show(terminal, question + how);
  return read_line(terminal);
}

}  // namespace

void allow_prompts(bool allowed) noexcept { prompts_allowed = allowed; }

bool is_terminal_for_prompts() { return prompts_allowed && open_terminal().get() >= 0; }

bool confirm(const std::string& question) {
  const std::string answer = ask(question, " [y/N] ");
  return answer == "y" || answer == "Y" || answer == "yes" || answer == "Yes" || answer == "YES";
}

bool confirm_by_name(const std::string& question, const std::string& name) {
  return ask(question, fmt::format("\ntype {} to go on: ", name)) == name;
}

OptionSpec passphrase_file_option() {
  return {"passphrase-file", "FILE",
          "read the key's passphrase from FILE (else PG_PASSPHRASE, else the terminal)"};
}

SecretText read_passphrase(const Arguments& arguments, const std::string& key_name, PassphraseUse use) {
  if (const auto file = arguments.option("passphrase-file")) return secret_from_file(*file);
  if (const char* set = std::getenv("PG_PASSPHRASE")) return SecretText(set);
  if (is_terminal_for_prompts()) return passphrase_from_terminal(key_name, use);
  throw usage("key '{}' needs a passphrase and nobody can be asked here", escaped(key_name))
      .with_hint("give --passphrase-file FILE, or set PG_PASSPHRASE, or run this on a terminal");
}

OptionSpec new_passphrase_file_option() {
  return {"new-passphrase-file", "FILE", "read the new passphrase from FILE (else the terminal)"};
}

SecretText read_new_passphrase(const Arguments& arguments, const std::string& key_name) {
  if (const auto file = arguments.option("new-passphrase-file")) return secret_from_file(*file);
  if (is_terminal_for_prompts()) return passphrase_from_terminal(key_name, PassphraseUse::make_new);
  throw usage("key '{}' needs a new passphrase and nobody can be asked here", escaped(key_name))
      .with_hint("give --new-passphrase-file FILE, or run this on a terminal");
}

OptionSpec pin_file_option() {
  return {"pin-file", "FILE", "read the PIN of a token from FILE (else PG_PIN, else the terminal)"};
}

SecretText read_pin(const Arguments& arguments, const std::string& token, bool last_try) {
  const std::string shown = escaped(token);
  const auto file = arguments.option("pin-file");
  const char* set = std::getenv("PG_PIN");
  if (last_try && (file || set != nullptr || !is_terminal_for_prompts())) {
    throw usage("token '{}' locks after one more wrong PIN, so it takes it from a person on a terminal only", shown)
        .with_hint("without --pin-file and PG_PIN, on a terminal: pgsign key test NAME");
  }
  if (file) return secret_from_file(*file);
  if (set != nullptr) return SecretText(set);
  if (is_terminal_for_prompts()) {
    const std::string warning = last_try ? fmt::format("token '{}' locks after one more wrong PIN!\n", shown) : "";
    return ask_secret(open_terminal(), warning + fmt::format("PIN of token '{}': ", shown));
  }
  throw usage("token '{}' needs its PIN and nobody can be asked here", shown)
      .with_hint("give --pin-file FILE, or set PG_PIN, or run this on a terminal");
}

}  // namespace tuf
