// parse_json: what it accepts is one value, and both ways of writing it read back as that value.
#include "libtufcore/json.h"
#include "tests/fuzz/fuzz.h"

using namespace tuf;
using tuf::fuzz::promise;

namespace {

std::size_t depth_of(const Json& value) {
  std::size_t deepest = 0;
  if (const auto* array = value.as_array()) {
    for (const Json& element : *array) deepest = std::max(deepest, depth_of(element));
    return deepest + 1;
  }
  if (const auto* object = value.as_object()) {
    for (const auto& [key, member] : *object) deepest = std::max(deepest, depth_of(member));
    return deepest + 1;
  }
  return 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto input = fuzz::view(bytes, size);
  const auto value = fuzz::accepted([&] { return parse_json(input, "input"); });
  if (!value) return 0;
  promise(is_valid_utf8(input), "accepted documents are UTF-8 (J-07)");
  promise(input.find('\0') == std::string_view::npos, "accepted documents hold no NUL byte (J-06)");
  promise(depth_of(*value) <= max_json_depth, "accepted documents are not deeper than the limit (J-05)");
  const std::string text = json_text(*value), pretty = pretty_json_text(*value);
  promise(parse_json(text, "json_text") == *value, "json_text reads back as the same value", text);
  promise(parse_json(pretty, "pretty_json_text") == *value, "pretty_json_text reads back as the same value",
          pretty);
  promise(json_text(parse_json(text, "json_text")) == text, "writing is a fixed point", text);
  return 0;
}
