#include "libtufcore/lfs_pointer.h"

#include <fmt/format.h>

#include <charconv>

namespace tuf {
namespace {

constexpr std::string_view before_digest = "version https://git-lfs.github.com/spec/v1\noid sha256:";
constexpr std::string_view before_size = "\nsize ";
constexpr std::size_t hex_digits = 64;

}  // namespace

// Whatever is read must be written the same way: so there is one text for each pointer.
std::optional<LfsPointer> parse_lfs_pointer(ByteView file) {
  if (file.size() > max_lfs_pointer_bytes || !file.starts_with(before_digest)) return std::nullopt;
  const ByteView rest = file.substr(before_digest.size());
  const auto digest = Digest::from_hex(HashAlgorithm::sha256, rest.substr(0, hex_digits));
  if (!digest || !rest.substr(hex_digits).starts_with(before_size)) return std::nullopt;
  const ByteView number = rest.substr(hex_digits + before_size.size());
  std::uint64_t size = 0;
  if (std::from_chars(number.data(), number.data() + number.size(), size).ec != std::errc())
    return std::nullopt;
  const LfsPointer pointer{size, *digest};
  return lfs_pointer_text(pointer) == file ? std::optional(pointer) : std::nullopt;
}

Bytes lfs_pointer_text(const LfsPointer& pointer) {
  return fmt::format("{}{}{}{}\n", before_digest, pointer.sha256.hex(), before_size, pointer.size);
}

std::string lfs_object_path(const Digest& sha256) {
  const std::string hex = sha256.hex();
  return fmt::format("{}/{}/{}", hex.substr(0, 2), hex.substr(2, 2), hex);
}

}  // namespace tuf
