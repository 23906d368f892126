#include "libtufcore/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "libtufcore/canonical_json.h"
#include "libtufcore/json_strict.h"

namespace tuf {
namespace {

// Receives RapidJSON's events and builds the value. Returning false stops the parser; `problem` then says why.
class Builder : public strict::NoConvertedNumbers {
 public:
  bool Null() { return add(Json()); }
  bool Bool(bool value) { return add(Json(value)); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view digits(text, length);
    const auto value = strict::whole_number(digits);
    if (!value) return stop(strict::not_a_whole_number(digits));
    return add(Json(*value));
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view view(text, length);
    if (!is_valid_utf8(view)) return stop(strict::not_utf8());
    return add(Json(view));
  }
  bool StartObject() { return open(Json::Object()); }
  bool StartArray() { return open(Json::Array()); }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view key(text, length);
    if (!is_valid_utf8(key)) return stop(strict::not_utf8());
    Level& level = levels_.back();
    const auto& members = std::get<Json::Object>(level.container);
    const bool comes_last = members.empty() || members.rbegin()->first < key;
    if (!comes_last && members.find(key) != members.end()) return stop(strict::twice(key));
    level.key = std::string(key);
    return true;
  }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool EndArray(rapidjson::SizeType) { return close(); }

  Json take() { return std::move(result_); }
  const std::string& problem() const { return problem_; }
  bool gave_up() const { return false; }

 private:
  struct Level {
    std::variant<Json::Object, Json::Array> container;
    std::string key;
  };

  bool stop(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }
  bool open(std::variant<Json::Object, Json::Array> container) {
    if (levels_.size() >= max_json_depth) return stop(strict::too_deep());
    levels_.push_back(Level{std::move(container), {}});
    return true;
  }
  bool close() {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    return std::visit([this](auto& container) { return add(Json(std::move(container))); }, level.container);
  }
  bool add(Json value) {
    if (levels_.empty()) {
      result_ = std::move(value);
      return true;
    }
    Level& level = levels_.back();
    if (auto* object = std::get_if<Json::Object>(&level.container)) {
      object->emplace_hint(object->end(), std::move(level.key), std::move(value));  // files are sorted
    } else {
      std::get<Json::Array>(level.container).push_back(std::move(value));
    }
    return true;
  }

  std::vector<Level> levels_;
  Json result_;
  std::string problem_;
};

enum class Spelling { json, canonical };

void write_text(std::string& out, std::string_view text, Spelling spelling) {
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
  if (std::ranges::all_of(text, is_plain)) {
    out.push_back('"');
    out.append(text);
    out.push_back('"');
    return;
  }
  // A file name of this machine, say, in a --json document: the document stays JSON whatever the name is.
  if (spelling == Spelling::json && !is_valid_utf8(text)) return write_text(out, escaped(text, 4096), spelling);
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (spelling == Spelling::json && static_cast<unsigned char>(c) < 0x20) {
      if (c == '\n') out += "\\n";
      else out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

// Recursion is bounded: parse_json refuses more than max_json_depth, and our own values are shallow.
class Writer {
 public:
  Writer(Spelling spelling, bool indented) : spelling_(spelling), indented_(indented) {}
  std::string take() { return std::move(out_); }

  void write(const Json& value, std::size_t depth) {
    if (const auto* flag = value.as_bool()) out_ += *flag ? "true" : "false";
    else if (const auto* number = value.as_number()) fmt::format_to(std::back_inserter(out_), "{}", *number);
    else if (const auto* text = value.as_text()) write_text(out_, *text, spelling_);
    else if (const auto* array = value.as_array()) write_array(*array, depth);
    else if (const auto* object = value.as_object()) write_object(*object, depth);
    else out_ += "null";
  }

 private:
  void new_line(std::size_t depth) {
    if (!indented_) return;
    out_.push_back('\n');
    out_.append(depth * 2, ' ');
  }
  void write_array(const Json::Array& array, std::size_t depth) {
    out_.push_back('[');
    for (std::size_t i = 0; i < array.size(); ++i) {
      if (i != 0) out_.push_back(',');
      new_line(depth + 1);
      write(array[i], depth + 1);
    }
    if (!array.empty()) new_line(depth);
    out_.push_back(']');
  }
  void write_object(const Json::Object& object, std::size_t depth) {
    out_.push_back('{');
    bool first = true;
    for (const auto& [key, value] : object) {
      if (!first) out_.push_back(',');
      first = false;
      new_line(depth + 1);
      write_text(out_, key, spelling_);
      out_ += indented_ ? ": " : ":";
      write(value, depth + 1);
    }
    if (!object.empty()) new_line(depth);
    out_.push_back('}');
  }

  std::string out_;
  Spelling spelling_;
  bool indented_;
};

std::string written(const Json& value, Spelling spelling, bool indented) {
  Writer writer(spelling, indented);
  writer.write(value, 0);
  return writer.take();
}

}  // namespace

Json parse_json(ByteView text, std::string_view what) {
  rapidjson::MemoryStream stream(text.data(), text.size());
  Builder builder;
  strict::read(stream, text, what, builder);
  return builder.take();
}

std::string json_text(const Json& value) { return written(value, Spelling::json, false); }
std::string pretty_json_text(const Json& value) { return written(value, Spelling::json, true); }

// canonical_json.h: the same walk with the other spelling of text.
Bytes canonical_json(const Json& value) { return written(value, Spelling::canonical, false); }

}  // namespace tuf
