#pragma once
// The lines of the trust store's files: "<16 digits of SHA-256> <JSON>", so that damage is seen. What is
// damaged is never guessed: it says what this person trusts.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "libtufcore/error.h"
#include "libtufcore/json.h"

namespace tuf {

std::string sealed_line(const Json& content);  // with its newline

// Throws no_trusted_root, naming the file and the ways out.
[[noreturn]] void throw_damaged(const std::filesystem::path& file, std::string_view why);
// Takes each line; a last line without newline was never finished and is left out. Empty when there is no
// file. `take` may throw refused: the line is damaged.
using TakeLine = std::function<void(const JsonReader& content)>;
bool read_sealed_lines(const std::filesystem::path& file, std::size_t max_bytes, const TakeLine& take);
// Makes the file when there is none, and takes an unfinished last line away. On disk when it returns.
void append_sealed_lines(const std::filesystem::path& file, const std::vector<Json>& contents);

}  // namespace tuf
