#include "signer/trust_file.h"

#include <fcntl.h>

#include <cerrno>

#include "libtufcore/digest.h"
#include "libtufcore/io/file.h"

namespace tuf {
namespace {

constexpr std::size_t seal_digits = 16;

std::string seal_of(ByteView text) { return sha256_of(text).hex().substr(0, seal_digits); }

void take_line(std::string_view line, const std::string& where, const TakeLine& take) {
  const bool sound = line.size() > seal_digits + 1 && line[seal_digits] == ' ' &&
                     seal_of(line.substr(seal_digits + 1)) == line.substr(0, seal_digits);
  if (!sound) throw refused("{} is not what was written", where);
  const Json content = parse_json(line.substr(seal_digits + 1), where);
  take(JsonReader(content, where));
}

void write_all(int file, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t count = write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error("write", path);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

// The size of what ends in a newline.
off_t finished_size(int file, const fs::path& path) {
  off_t size = lseek(file, 0, SEEK_END);
  char last = 0;
  for (; size > 0; --size) {
    if (pread(file, &last, 1, size - 1) != 1) throw system_error("read", path);
    if (last == '\n') break;
  }
  return size;
}

}  // namespace

std::string sealed_line(const Json& content) {
  const std::string text = json_text(content);
  return seal_of(text) + " " + text + "\n";
}

void throw_damaged(const fs::path& file, std::string_view why) {
  throw no_trusted_root("{} in your trust store is damaged: {}", shown_path(file), why)
      .with_hint(
          "it says what you trust and what your keys have signed, so nothing of it is guessed: restore the "
          "folder from "
          "a backup; or ask the administrators for the root's SHA-256, then 'pgsign trust forget' and "
          "'pgsign trust "
          "--root-sha256 HEX'");
}

bool read_sealed_lines(const fs::path& file, std::size_t max_bytes, const TakeLine& take) {
  const std::optional<Bytes> text = read_file_if_there(file, max_bytes, Links::refuse);
  if (!text) return false;
  std::size_t number = 1;
  for (std::size_t at = 0, end; (end = text->find('\n', at)) != Bytes::npos; at = end + 1, ++number) {
    try {
      take_line(std::string_view(*text).substr(at, end - at), fmt::format("line {}", number), take);
    } catch (const Error& error) {
      if (error.kind() != Error::Kind::refused) throw;
      throw_damaged(file, error.what());
    }
  }
  return true;
}

void append_sealed_lines(const fs::path& path, const std::vector<Json>& contents) {
  std::string text;
  for (const Json& content : contents) text += sealed_line(content);
  const bool is_new = !fs::exists(path);
  const Descriptor file(open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.get() < 0) throw system_error("open", path);
  if (ftruncate(file.get(), finished_size(file.get(), path)) != 0) throw system_error("write", path);
  write_all(file.get(), text, path);
  if (fsync(file.get()) != 0) throw system_error("write", path);
  if (is_new) sync_directory(path.parent_path());
}

}  // namespace tuf
