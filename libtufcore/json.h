#pragma once
// JSON as TUF needs it: null, bool, whole numbers, text, arrays, objects; no floating point at all.
// parse_json is strict (attacks J-01..J-07): UTF-8 only, no duplicate keys, whole numbers in -(2^53-1)..2^53-1 written
// plainly, depth at most 32, nothing before or after the value. This module is the only user of RapidJSON.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "libtufcore/bytes.h"

namespace tuf {

inline constexpr std::int64_t max_whole_number = (std::int64_t{1} << 53) - 1;  // Python and JavaScript read it alike

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::map<std::string, Json, std::less<>>;  // sorted by bytes of UTF-8 = sorted by code point

  Json() = default;  // null
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(std::int64_t value) : value_(value) {}
  Json(std::uint64_t value) : value_(static_cast<std::int64_t>(value)) {}
  Json(int value) : value_(static_cast<std::int64_t>(value)) {}
  Json(const char* text) : value_(std::string(text)) {}
  Json(std::string text) : value_(std::move(text)) {}
  Json(std::string_view text) : value_(std::string(text)) {}
  Json(Array array) : value_(std::move(array)) {}
  Json(Object object) : value_(std::move(object)) {}

  // Null when the value is of another kind.
  const bool* as_bool() const noexcept { return std::get_if<bool>(&value_); }
  const std::int64_t* as_number() const noexcept { return std::get_if<std::int64_t>(&value_); }
  const std::string* as_text() const noexcept { return std::get_if<std::string>(&value_); }
  const Array* as_array() const noexcept { return std::get_if<Array>(&value_); }
  const Object* as_object() const noexcept { return std::get_if<Object>(&value_); }
  Object* as_object() noexcept { return std::get_if<Object>(&value_); }
  bool is_null() const noexcept { return std::holds_alternative<std::monostate>(value_); }

  bool operator==(const Json&) const = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, std::string, Array, Object> value_;
};

inline constexpr std::size_t max_json_depth = 32;

// `what` names the document in messages. Throws Error refused.
Json parse_json(ByteView text, std::string_view what);

// Valid JSON, sorted keys, no white space: how this project writes every metadata file (and --json documents).
std::string json_text(const Json& value);
// The same, indented for people.
std::string pretty_json_text(const Json& value);

// Reads a Json with checks; every failure is an Error refused that carries the path of the place:
// "targets.json: delegations.roles[2].threshold must be a whole number from 1 to 1024".
class JsonReader {
 public:
  JsonReader(const Json& value, std::string where)
      : value_(&value), document_(std::make_shared<const std::string>(std::move(where))) {}

  JsonReader operator[](std::string_view key) const;                   // the member must be there
  std::optional<JsonReader> find(std::string_view key) const;          // of an object; empty when absent
  std::vector<std::pair<std::string, JsonReader>> members(std::size_t max_count) const;
  std::vector<JsonReader> elements(std::size_t max_count) const;
  std::string text(std::size_t max_bytes = 65536) const;
  std::int64_t whole_number(std::int64_t min, std::int64_t max) const;
  bool boolean() const;
  const Json& json() const noexcept { return *value_; }
  std::string where() const;
  [[noreturn]] void refuse(std::string_view what_it_must_be) const;    // "<where> must be <what>"

 private:
  struct Step {
    const std::string* key;  // in the value; null: an element of an array
    std::size_t index;
  };
  JsonReader below(const Json& value, Step step) const;
  const Json* value_;
  // The place is put into words only where something is wrong.
  std::shared_ptr<const std::string> document_;
  std::array<Step, 8> steps_;
  std::size_t depth_ = 0;
};

}  // namespace tuf
