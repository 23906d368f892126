// Which role answers for a path: patterns against a slow and obvious matcher, prefixes and bins against the
// digest itself. Input: a pattern, a line break, a path.
#include <vector>

#include "libtufcore/find_target.h"
#include "tests/fuzz/fuzz.h"

using namespace tuf;
using tuf::fuzz::promise;

namespace {

// Code points, so that '?' is one element.
std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> result;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    result.push_back(text.substr(at, end - at));
    at = end;
  }
  return result;
}

// Row by row: matched[j] says whether the pattern so far stands for the first j characters.
bool matches_slowly(std::string_view pattern, std::string_view path) {
  const auto text = characters(path);
  std::vector<bool> matched(text.size() + 1, false);
  matched[0] = true;
  for (const std::string_view token : characters(pattern)) {
    std::vector<bool> next(text.size() + 1, false);
    if (token == "*") next[0] = matched[0];
    for (std::size_t j = 1; j <= text.size(); ++j) {
      const bool slash = text[j - 1] == "/";
      if (token == "*")
        next[j] = matched[j] || (next[j - 1] && !slash);
      else
        next[j] = matched[j - 1] && (token == text[j - 1] || (token == "?" && !slash));
    }
    matched = std::move(next);
  }
  return matched[text.size()];
}

void check_prefixes(std::string_view pattern, const TargetPath& path) {
  const std::string hash = sha256_of(path.text()).hex();
  Delegation by_hash{RoleName::of("role"), {}, false, {}, std::vector<std::string>{std::string(pattern)}, {}};
  promise(delegates(by_hash, path) == (hash.substr(0, pattern.size()) == pattern),
          "prefixes are those of the path's hash");
}

void check_bins(std::string_view pattern, const TargetPath& path) {
  const std::string prefix(RoleName::parse(pattern) && pattern.size() <= 400 ? pattern : "bin");
  const auto bits = static_cast<std::uint32_t>(1 + path.text().size() % 32);
  const RoleName bin = bin_for(SuccinctRoles{{}, bits, prefix}, path);
  const std::uint64_t number =
      std::stoull(sha256_of(path.text()).hex().substr(0, 8), nullptr, 16) >> (32 - bits);
  promise(bin.text() == fmt::format("{}-{:0{}x}", prefix, number, (bits + 3) / 4),
          "the bin has the first bits of the hash", bin.text());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Choices input(fuzz::view(bytes, size));
  const auto pattern = input.text();
  const auto path = TargetPath::parse(input.rest());
  if (!path || !is_valid_utf8(pattern) || pattern.size() > 4096)
    return 0;  // as the parser of metadata has it
  promise(path_matches(pattern, path->text()) == matches_slowly(pattern, path->text()),
          "a pattern means what it says (P-10)");
  const Delegation by_path{
      RoleName::of("role"), {}, false, std::vector<std::string>{std::string(pattern)}, {}, {}};
  promise(delegates(by_path, *path) == path_matches(pattern, path->text()),
          "a delegation means its patterns");
  check_prefixes(pattern, *path);
  check_bins(pattern, *path);
  return 0;
}
