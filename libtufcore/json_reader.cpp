#include <fmt/format.h>

#include "libtufcore/error.h"
#include "libtufcore/json.h"

namespace tuf {
namespace {

// "targets.json: delegations" + "roles" -> "targets.json: delegations.roles"; the document itself ends without ": ".
std::string below(const std::string& where, std::string_view key) {
  const bool at_top = where.find(": ") == std::string::npos;
  return fmt::format("{}{}{}", where, at_top ? ": " : ".", escaped(key, 64));
}

}  // namespace

void JsonReader::refuse(std::string_view what_it_must_be) const { throw refused("{} must be {}", where_, what_it_must_be); }

JsonReader JsonReader::operator[](std::string_view key) const {
  if (auto member = find(key)) return *member;
  throw refused("{} is missing", below(where_, key));
}

std::optional<JsonReader> JsonReader::find(std::string_view key) const {
  const Json::Object* object = value_->as_object();
  if (object == nullptr) refuse("an object");
  const auto member = object->find(key);
  if (member == object->end()) return std::nullopt;
  return JsonReader(member->second, below(where_, key));
}

std::vector<std::pair<std::string, JsonReader>> JsonReader::members(std::size_t max_count) const {
  const Json::Object* object = value_->as_object();
  if (object == nullptr) refuse("an object");
  if (object->size() > max_count) refuse(fmt::format("an object of at most {} members", max_count));
  std::vector<std::pair<std::string, JsonReader>> members;
  members.reserve(object->size());
  for (const auto& [key, value] : *object) members.emplace_back(key, JsonReader(value, below(where_, key)));
  return members;
}

std::vector<JsonReader> JsonReader::elements(std::size_t max_count) const {
  const Json::Array* array = value_->as_array();
  if (array == nullptr) refuse("an array");
  if (array->size() > max_count) refuse(fmt::format("an array of at most {} elements", max_count));
  std::vector<JsonReader> elements;
  elements.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) elements.emplace_back((*array)[i], fmt::format("{}[{}]", where_, i));
  return elements;
}

std::string JsonReader::text(std::size_t max_bytes) const {
  const std::string* text = value_->as_text();
  if (text == nullptr) refuse("a text");
  if (text->size() > max_bytes) refuse(fmt::format("a text of at most {} bytes", max_bytes));
  return *text;
}

std::int64_t JsonReader::whole_number(std::int64_t min, std::int64_t max) const {
  const std::int64_t* number = value_->as_number();
  if (number == nullptr || *number < min || *number > max) refuse(fmt::format("a whole number from {} to {}", min, max));
  return *number;
}

bool JsonReader::boolean() const {
  const bool* flag = value_->as_bool();
  if (flag == nullptr) refuse("true or false");
  return *flag;
}

}  // namespace tuf
