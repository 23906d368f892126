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

std::string JsonReader::where() const {
  std::string words = *document_;
  for (std::size_t i = 0; i < depth_; ++i) {
    const Step& step = steps_[i];
    words = step.key != nullptr ? tuf::below(words, *step.key) : fmt::format("{}[{}]", words, step.index);
  }
  return words;
}

JsonReader JsonReader::below(const Json& value, Step step) const {
  JsonReader reader(*this);
  reader.value_ = &value;
  if (depth_ == steps_.size()) {
    reader.document_ = std::make_shared<const std::string>(where());
    reader.depth_ = 0;
  }
  reader.steps_[reader.depth_++] = step;
  return reader;
}

void JsonReader::refuse(std::string_view what_it_must_be) const { throw refused("{} must be {}", where(), what_it_must_be); }

JsonReader JsonReader::operator[](std::string_view key) const {
  if (auto member = find(key)) return *member;
  throw refused("{} is missing", tuf::below(where(), key));
}

std::optional<JsonReader> JsonReader::find(std::string_view key) const {
  const Json::Object* object = value_->as_object();
  if (object == nullptr) refuse("an object");
  const auto member = object->find(key);
  if (member == object->end()) return std::nullopt;
  return below(member->second, {&member->first, 0});
}

std::vector<std::pair<std::string, JsonReader>> JsonReader::members(std::size_t max_count) const {
  const Json::Object* object = value_->as_object();
  if (object == nullptr) refuse("an object");
  if (object->size() > max_count) refuse(fmt::format("an object of at most {} members", max_count));
  std::vector<std::pair<std::string, JsonReader>> members;
  members.reserve(object->size());
  for (const auto& [key, value] : *object) members.emplace_back(key, below(value, {&key, 0}));
  return members;
}

std::vector<JsonReader> JsonReader::elements(std::size_t max_count) const {
  const Json::Array* array = value_->as_array();
  if (array == nullptr) refuse("an array");
  if (array->size() > max_count) refuse(fmt::format("an array of at most {} elements", max_count));
  std::vector<JsonReader> elements;
  elements.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) elements.push_back(below((*array)[i], {nullptr, i}));
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
