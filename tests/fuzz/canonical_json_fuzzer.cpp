// canonical_json: what is signed says exactly one document. A reader of its own takes the form apart again
// and must get the value back, so no two documents share a form (J-08); without control characters the form
// is also plain JSON.
#include "libtufcore/canonical_json.h"
#include "tests/fuzz/fuzz.h"

using namespace tuf;
using tuf::fuzz::promise;

namespace {

class CanonicalReader {
 public:
  explicit CanonicalReader(std::string_view text) : rest_(text) {}

  Json read() {
    if (take("null")) return nullptr;
    if (take("true")) return true;
    if (take("false")) return false;
    if (peek() == '"') return read_text();
    if (take("[")) return read_array();
    if (take("{")) return read_object();
    return read_number();
  }
  bool at_end() const { return rest_.empty(); }

 private:
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  void need(std::string_view word) {
    promise(take(word), "the canonical form has no white space and no gaps", rest_);
  }

  Json read_number() {
    const bool negative = take("-");
    const std::size_t end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    promise(end > 0 && end <= 16 && (end == 1 || rest_.front() != '0'), "numbers are written in one way",
            rest_);
    const auto value = static_cast<std::int64_t>(std::stoll(std::string(rest_.substr(0, end))));
    rest_.remove_prefix(end);
    return negative ? -value : value;
  }
  std::string read_text() {
    need("\"");
    std::string text;
    while (!take("\"")) {
      promise(!rest_.empty(), "texts end");
      if (take("\\")) promise(peek() == '"' || peek() == '\\', "only these two are escaped", rest_);
      text.push_back(rest_.front());
      rest_.remove_prefix(1);
    }
    return text;
  }
  Json read_array() {
    Json::Array array;
    while (!take("]")) {
      if (!array.empty()) need(",");
      array.push_back(read());
    }
    return array;
  }
  Json read_object() {
    Json::Object object;
    std::string last;
    while (!take("}")) {
      if (!object.empty()) need(",");
      std::string key = read_text();
      promise(object.empty() || last < key, "members are sorted by code point and each is there once", key);
      last = key;
      need(":");
      object.emplace(std::move(key), read());
    }
    return object;
  }

  std::string_view rest_;
};

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto value = fuzz::accepted([&] { return parse_json(fuzz::view(bytes, size), "input"); });
  if (!value) return 0;
  const Bytes form = canonical_json(*value);
  CanonicalReader reader(form);
  promise(reader.read() == *value, "the canonical form says the same document", form);
  promise(reader.at_end(), "the canonical form says nothing more", form);
  if (!has_control_characters(form))
    promise(json_text(*value) == form, "without control characters it is plain JSON", form);
  return 0;
}
