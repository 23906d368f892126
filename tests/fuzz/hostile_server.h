#pragma once
// The other side of the workflow target: a web host that serves old files, exchanged files, altered files,
// files that it signed with its own and with stolen keys, or nothing; and beside it, at times, a mirror that
// is honest.

#include <functional>

#include "libtufcore/canonical_json.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/honest_repository.h"

namespace tuf::fuzz {

// A copy in which the node number `at` (in the order of writing) is what `edit` makes of it; empty: it is
// left out.
class JsonEdit {
 public:
  using Edit = std::function<std::optional<Json>(const Json&)>;
  static Json at(const Json& value, std::size_t at, const Edit& edit) {
    return JsonEdit(at, edit).copy(value).value_or(Json());
  }
  static std::size_t nodes(const Json& value) {
    std::size_t count = 1;
    if (const auto* array = value.as_array())
      for (const Json& element : *array) count += nodes(element);
    if (const auto* object = value.as_object())
      for (const auto& [key, member] : *object) count += nodes(member);
    return count;
  }

 private:
  JsonEdit(std::size_t at, const Edit& edit) : left_(at), edit_(edit) {}
  std::optional<Json> copy(const Json& value) {
    if (left_-- == 0) return edit_(value);
    if (const auto* array = value.as_array()) {
      Json::Array result;
      for (const Json& element : *array)
        if (auto copied = copy(element)) result.push_back(std::move(*copied));
      return result;
    }
    if (const auto* object = value.as_object()) {
      Json::Object result;
      for (const auto& [key, member] : *object)
        if (auto copied = copy(member)) result.emplace(key, std::move(*copied));
      return result;
    }
    return value;
  }
  std::size_t left_;
  const Edit& edit_;
};

class HostileServer : public Fetcher {
 public:
  static constexpr const char* own_url = "https://hostile.example/metadata";
  static constexpr const char* honest_url = "https://honest.example/metadata";

  explicit HostileServer(HonestRepository& honest) : honest_(honest) {}

  std::map<std::string, std::optional<Bytes>> instead;  // by file name; nothing: withheld
  std::set<std::string> stolen = {"mallory"};           // keys that the attacker signs with
  bool claims_unchanged = false;
  std::size_t requests = 0;

  // One step of the attack, chosen by the input.
  void attack(Choices& input) {
    const std::string name = any_name(input);
    switch (input.below(6)) {
      case 0:
        instead[name] = std::nullopt;
        break;
      case 1:
        instead[name] = published(any_name(input));
        break;
      case 2:
        instead[name] = old_file(input, name);
        break;
      case 3:
        instead[name] = with_other_bytes(input, current(name));
        break;
      case 4:
        instead[name] = rewritten(input, current(name));
        break;
      case 5:
        instead.clear();
        break;
    }
  }

  std::vector<FetchReply> fetch_all(const std::vector<FetchRequest>& wanted) override {
    std::vector<FetchReply> replies;
    for (const FetchRequest& request : wanted) replies.push_back(reply_to(request));
    return replies;
  }
  bool fetch_into(const std::string&, std::uint64_t, std::uint64_t, const ByteSink&) override {
    return false;
  }

 private:
  FetchReply reply_to(const FetchRequest& request) {
    using Outcome = FetchReply::Outcome;
    ++requests;
    const bool is_honest = request.url.starts_with(honest_url);
    const std::string name = request.url.substr(request.url.rfind('/') + 1);
    const auto bytes = is_honest ? published(name) : current_if_there(name);
    if (!bytes) return {.outcome = Outcome::absent};
    const std::string tag = "\"" + sha256_of(*bytes).hex() + "\"";
    const bool unchanged = tag == request.unless_tag || (claims_unchanged && !is_honest);
    if (!request.unless_tag.empty() && unchanged) return {.outcome = Outcome::unchanged, .tag = tag};
    if (bytes->size() > request.max_bytes)
      return {.outcome = Outcome::too_long, .failure = limit("{} is too long", name)};
    return {.outcome = Outcome::received, .bytes = *bytes, .tag = tag};
  }
  std::optional<Bytes> published(const std::string& name) const {
    const auto file = honest_.site.find(name);
    return file == honest_.site.end() ? std::nullopt : std::optional(file->second);
  }
  std::optional<Bytes> current_if_there(const std::string& name) const {
    const auto other = instead.find(name);
    return other != instead.end() ? other->second : published(name);
  }
  Bytes current(const std::string& name) const { return current_if_there(name).value_or("{}"); }

  // A published name, or that of the root after the newest.
  std::string any_name(Choices& input) const {
    std::size_t index = input.below(honest_.site.size() + 1);
    if (index == honest_.site.size()) return fmt::format("{}.root.json", honest_.sim.root.version + 1);
    return std::next(honest_.site.begin(), static_cast<std::ptrdiff_t>(index))->first;
  }
  // The file that had this role in an older state.
  Bytes old_file(Choices& input, const std::string& name) const {
    if (honest_.past.empty()) return "";
    const Site& state = honest_.past[input.below(honest_.past.size())];
    const std::string role = role_of(name);
    for (const auto& [other, bytes] : state)
      if (role_of(other) == role) return bytes;
    return "";
  }
  static std::string role_of(const std::string& name) {
    const std::string stem = name.substr(0, name.rfind('.'));
    return stem.substr(stem.rfind('.') + 1);
  }

  static Bytes with_other_bytes(Choices& input, Bytes bytes) {
    const std::size_t at = bytes.empty() ? 0 : (input.byte() << 8 | input.byte()) % bytes.size();
    switch (input.below(4)) {
      case 0:
        bytes.resize(at);
        break;
      case 1:
        bytes.insert(at, 1 + input.below(4), static_cast<char>(input.byte()));
        break;
      case 2:
        bytes.erase(at, 1 + input.below(64));
        break;
      case 3:
        if (!bytes.empty()) bytes[at] = static_cast<char>(bytes[at] ^ (1 + input.below(255)));
        break;
    }
    return bytes;
  }

  // The document with one node changed, signed by whom the attacker can; the old signatures stay or go.
  Bytes rewritten(Choices& input, const Bytes& file) const {
    const auto envelope = accepted([&] { return parse_envelope(file, "file"); });
    if (!envelope) return file;
    Json document = envelope->signed_part;
    for (std::size_t edits = input.below(3); edits > 0; --edits) document = edited(input, document);
    SignatureSet signatures;
    if (input.flag()) signatures = envelope->signatures;
    const bool under_others_ids = input.flag();
    for (const std::string& key : stolen) {
      KeyId id = test_key(key).public_key().id();
      if (under_others_ids && !envelope->signatures.by_key.empty())
        id = envelope->signatures.by_key.begin()->first;
      signatures.by_key[id] = test_key(key).sign(canonical_json(document));
    }
    return signed_file_text(document, signatures);
  }
  static Json edited(Choices& input, const Json& document) {
    const std::size_t nodes = JsonEdit::nodes(document);
    const std::size_t node = (input.byte() << 8 | input.byte()) % nodes;
    const unsigned what = input.byte();
    return JsonEdit::at(document, node, [&](const Json& old) -> std::optional<Json> {
      const PublicKey& own = test_key("mallory").public_key();
      constexpr std::int64_t most = (std::int64_t{1} << 53) - 1;
      const std::vector<Json> values = {nullptr,
                                        true,
                                        0,
                                        1,
                                        -1,
                                        most,
                                        "",
                                        "targets",
                                        "2040-01-01T00:00:00Z",
                                        Json::Array(),
                                        Json::Object(),
                                        own.id(),
                                        own.json(),
                                        Json::Array{own.id()}};
      if (what % 4 == 0) return values[what / 4 % values.size()];
      if (what % 4 == 1) return std::nullopt;
      if (const auto* number = old.as_number())
        return what % 8 < 4 ? *number + 1 : std::max<std::int64_t>(*number - 1, 0);
      if (const auto* array = old.as_array(); array != nullptr && !array->empty()) {
        Json::Array longer = *array;
        longer.push_back(what % 8 < 4 ? array->front() : Json(own.id()));
        return longer;
      }
      if (const auto* object = old.as_object(); object != nullptr && !object->empty()) {
        Json::Object more = *object;
        more.insert_or_assign(own.id(), what % 8 < 4 ? object->begin()->second : own.json());
        return more;
      }
      return values[what / 4 % values.size()];
    });
  }

  HonestRepository& honest_;
};

}  // namespace tuf::fuzz
