#include "libtufcore/json_skim.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <variant>

#include "libtufcore/json_strict.h"

namespace tuf {
namespace {

// Receives RapidJSON's events. Outside the named containers it builds the value as parse_json does; a value
// in one of them it only checks, and notes where it stands. Everything below "signed" is spelled canonically
// on the way: members come in order, or it gives up.
class Skimmer : public strict::NoConvertedNumbers {
 public:
  Skimmer(ByteView text, const rapidjson::MemoryStream& stream,
          const std::vector<SkimmedContainer>& containers)
      : text_(text), stream_(stream), containers_(containers) {
    result_.unread.resize(containers.size());
    result_.canonical_signed.reserve(text.size());
  }

  bool Null() { return scalar("null", Json()); }
  bool Bool(bool value) { return scalar(value ? "true" : "false", Json(value)); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view digits(text, length);
    const auto value = strict::whole_number(digits);
    if (!value) return stop(strict::not_a_whole_number(digits));
    return scalar(digits, Json(*value));
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view view(text, length);
    if (!is_valid_utf8(view)) return stop(strict::not_utf8());
    if (!begin_value()) return false;
    spell(view);
    if (!unread_level_) return add(Json(view));
    if (!wanted_) wanted_ = containers_[container_].wants(levels_[*unread_level_].key, view);
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view key(text, length);
    if (!is_valid_utf8(key)) return stop(strict::not_utf8());
    Level& level = levels_[depth_ - 1];
    if (level.count > 0 && key == level.key) return stop(strict::twice(key));
    if (level.count > 0 && key < level.key) return give_up();
    if (depth_ == 1) in_signed_ = false;
    if (level.count++ > 0) emit(",");
    spell(key);
    emit(":");
    level.key.assign(key);
    if (depth_ == 1) in_signed_ = key == "signed";
    if (level.container >= 0 && !note_name(key)) return give_up();
    return true;
  }
  bool StartObject() {
    if (!begin_value(Element::object)) return false;
    emit("{");
    return open(true);
  }
  bool StartArray() {
    if (!begin_value()) return false;
    emit("[");
    return open(false);
  }
  bool EndObject(rapidjson::SizeType) { return close("}"); }
  bool EndArray(rapidjson::SizeType) { return close("]"); }

  Skimmed take() { return std::move(result_); }
  const std::string& problem() const { return problem_; }
  bool gave_up() const { return gave_up_; }

 private:
  struct Level {
    bool is_object = false;
    int container = -1;     // index of the container that this level is
    std::size_t count = 0;  // members or elements so far
    std::string key;        // the member at hand
    std::variant<Json::Object, Json::Array> value;
  };
  enum class Element { object, other };

  bool stop(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }
  bool give_up() {
    gave_up_ = true;
    return false;
  }
  void emit(std::string_view text) {
    if (in_signed_) result_.canonical_signed += text;
  }
  void spell(std::string_view text) {
    if (!in_signed_) return;
    Bytes& out = result_.canonical_signed;
    out += '"';
    if (std::memchr(text.data(), '"', text.size()) != nullptr ||
        std::memchr(text.data(), '\\', text.size()) != nullptr) {
      for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
      }
    } else {
      out += text;
    }
    out += '"';
  }

  // The comma of an array, and the start of a value that stays unread.
  bool begin_value(Element element = Element::other) {
    if (depth_ == 0) return true;
    Level& level = levels_[depth_ - 1];
    if (!level.is_object && level.count++ > 0) emit(",");
    if (level.container < 0 || unread_level_) return true;
    if (element != Element::object) return give_up();
    container_ = static_cast<std::size_t>(level.container);
    wanted_ = !containers_[container_].wants;
    unread_start_ = stream_.Tell() - 1;
    unread_level_ = depth_;
    return true;
  }
  bool scalar(std::string_view spelling, Json value) {
    if (!begin_value()) return false;
    emit(spelling);
    return unread_level_ ? true : add(std::move(value));
  }
  bool open(bool is_object) {
    if (depth_ >= max_json_depth) return stop(strict::too_deep());
    Level& level = levels_[depth_++];
    level.is_object = is_object;
    level.count = 0;
    level.container = -1;
    if (unread_level_) return true;
    level.value = is_object ? std::variant<Json::Object, Json::Array>(Json::Object()) : Json::Array();
    for (std::size_t i = 0; i < containers_.size(); ++i) {
      if (!is_at(containers_[i].path)) continue;
      if (is_object != (containers_[i].kind == SkimmedContainer::Kind::object)) return give_up();
      level.container = static_cast<int>(i);
      name_ = {};
    }
    return true;
  }
  bool is_at(const std::vector<std::string>& path) const {
    if (path.size() + 1 != depth_) return false;
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (!levels_[i].is_object || levels_[i].key != path[i]) return false;
    }
    return true;
  }
  bool close(std::string_view spelling) {
    if (depth_ > 1) emit(spelling);
    Level& level = levels_[--depth_];
    if (!unread_level_) {
      return std::visit([this](auto& value) { return add(Json(std::move(value))); }, level.value);
    }
    if (depth_ != *unread_level_) return true;
    unread_level_.reset();
    const std::size_t end = stream_.Tell();
    const std::string_view value = text_.substr(unread_start_, end - unread_start_);
    if (!value.starts_with('{') || !value.ends_with('}')) throw bug("a value was not noted where it stands");
    if (wanted_) result_.unread[container_].push_back({name_, value});
    return true;
  }
  // The name of the member as it stands in the text; false when it is spelled with escapes there.
  bool note_name(std::string_view key) {
    const std::size_t end = stream_.Tell();
    if (end < key.size() + 1) return false;
    name_ = text_.substr(end - 1 - key.size(), key.size());
    return name_ == key;
  }
  bool add(Json value) {
    if (depth_ == 0) {
      result_.document = std::move(value);
      return true;
    }
    Level& level = levels_[depth_ - 1];
    if (auto* object = std::get_if<Json::Object>(&level.value)) {
      object->emplace_hint(object->end(), level.key, std::move(value));
    } else {
      std::get<Json::Array>(level.value).push_back(std::move(value));
    }
    return true;
  }

  ByteView text_;
  const rapidjson::MemoryStream& stream_;
  const std::vector<SkimmedContainer>& containers_;
  std::array<Level, max_json_depth> levels_;
  std::size_t depth_ = 0;
  bool in_signed_ = false;
  std::optional<std::size_t> unread_level_;  // the depth of the container whose value is not read
  std::size_t container_ = 0, unread_start_ = 0;
  std::string_view name_;
  bool wanted_ = false, gave_up_ = false;
  std::string problem_;
  Skimmed result_;
};

}  // namespace

std::optional<Skimmed> skim_json(ByteView text, std::string_view what,
                                 const std::vector<SkimmedContainer>& containers) {
  rapidjson::MemoryStream stream(text.data(), text.size());
  Skimmer skimmer(text, stream, containers);
  strict::read(stream, text, what, skimmer);
  if (skimmer.gave_up()) return std::nullopt;
  return skimmer.take();
}

const UnreadValue* find_unread(const std::vector<UnreadValue>& sorted, std::string_view name) {
  const auto found =
      std::lower_bound(sorted.begin(), sorted.end(), name,
                       [](const UnreadValue& value, std::string_view key) { return value.name < key; });
  return found != sorted.end() && found->name == name ? &*found : nullptr;
}

}  // namespace tuf
