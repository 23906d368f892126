#include "tests/support/json_mutations.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "libtufcore/utc_time.h"

namespace tuf::test {
namespace {

struct Value {
  std::string how;
  Json json;
  std::vector<std::string> members = {};  // of an object: those that are concerned; of a text: what it is now
};
using Values = std::vector<Value>;

std::string other_case(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z')
      c = static_cast<char>(c - 'a' + 'A');
    else if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// Cyrillic for Latin letters, or a space of no width.
std::string look_alike(std::string text) {
  const std::pair<char, const char*> letters[] = {
      {'a', "\u0430"}, {'e', "\u0435"}, {'o', "\u043e"}, {'c', "\u0441"}, {'p', "\u0440"}};
  for (const auto& [latin, cyrillic] : letters) {
    if (const auto at = text.find(latin); at != std::string::npos) return text.replace(at, 1, cyrillic);
  }
  return text + "\u200b";
}

// Another text of the same kind: a time a second later, a last digit that is another.
std::string neighbour(std::string text) {
  if (const auto time = UtcTime::parse(text)) return time->plus_seconds(1).text();
  if (text.empty()) return "x";
  text.back() = text.back() == '1' ? '2' : '1';
  return text;
}

std::vector<std::pair<std::string, std::string>> other_texts(const std::string& text) {
  return {{"other case", other_case(text)},   {"a character more", text + "x"}, {"a space more", text + " "},
          {"a look-alike", look_alike(text)}, {"a neighbour", neighbour(text)}, {"nothing", ""}};
}

Values other_values(const Json& value) {
  Values values;
  if (const std::string* text = value.as_text()) {
    for (const auto& [how, other] : other_texts(*text)) values.push_back({how, other, {other}});
    values.push_back({"a number", 7});
  } else if (const std::int64_t* number = value.as_number()) {
    values = {{"plus 1", *number + 1},
              {"minus 1", *number - 1},
              {"huge", (std::int64_t{1} << 53) - 1},
              {"zero", 0},
              {"negative", -*number},
              {"a text", fmt::format("{}", *number)}};
  } else if (const bool* truth = value.as_bool()) {
    values = {{"the opposite", !*truth}, {"a number", 1}};
  } else {
    values.push_back({"a text", "x"});
  }
  values.push_back({"null", nullptr});
  return values;
}

Values other_arrays(const Json::Array& array) {
  Values values;
  const auto add = [&](const char* how, const std::function<void(Json::Array&)>& edit) {
    Json::Array other = array;
    edit(other);
    values.push_back({how, std::move(other)});
  };
  add("an element more", [](Json::Array& other) { other.push_back("x-added"); });
  if (array.empty()) return values;
  add("the first twice", [](Json::Array& other) { other.push_back(other.front()); });
  add("another order",
      [](Json::Array& other) { std::rotate(other.begin(), other.begin() + 1, other.end()); });
  add("none left", [](Json::Array& other) { other.clear(); });
  for (std::size_t i = 0; i < array.size(); ++i)
    add("an element less",
        [&](Json::Array& other) { other.erase(other.begin() + static_cast<std::ptrdiff_t>(i)); });
  return values;
}

Values other_objects(const Json::Object& object) {
  Values values;
  const auto add = [&](const std::string& how, std::vector<std::string> members,
                       const std::function<void(Json::Object&)>& edit) {
    Json::Object other = object;
    edit(other);
    values.push_back({how, std::move(other), std::move(members)});
  };
  add("a member more", {"x-added"}, [](Json::Object& other) { other.emplace("x-added", 1); });
  for (const auto& [name, value] : object) {
    const std::string& old = name;
    add("without " + old, {old}, [&](Json::Object& other) { other.erase(old); });
    for (const auto& [how, other_name] : other_texts(old)) {
      if (object.contains(other_name)) continue;
      add(fmt::format("{} named otherwise: {}", old, how), {old, other_name}, [&](Json::Object& other) {
        auto node = other.extract(old);
        node.key() = other_name;
        other.insert(std::move(node));
      });
    }
    add("a copy of " + old, {neighbour(old)},
        [&](Json::Object& other) { other.emplace(neighbour(old), value); });
  }
  return values;
}

class Mutator {
 public:
  explicit Mutator(const std::function<void(const Mutation&)>& take) : take_(take) {}

  // `rebuild` puts a value back where `value` stands in the document.
  using Rebuild = std::function<Json(Json)>;
  void visit(const Json& value, const std::string& place, const Rebuild& rebuild) {
    offer(other_values(value), value, place, rebuild);
    if (const Json::Array* array = value.as_array()) visit_elements(*array, value, place, rebuild);
    if (const Json::Object* object = value.as_object()) visit_members(*object, value, place, rebuild);
  }

 private:
  void visit_elements(const Json::Array& array, const Json& value, const std::string& place,
                      const Rebuild& rebuild) {
    offer(other_arrays(array), value, place, rebuild);
    for (std::size_t i = 0; i < array.size(); ++i) {
      visit(array[i], fmt::format("{}[{}]", place, i), [&, i](Json element) {
        Json::Array changed = array;
        changed[i] = std::move(element);
        return rebuild(std::move(changed));
      });
    }
  }

  void visit_members(const Json::Object& object, const Json& value, const std::string& place,
                     const Rebuild& rebuild) {
    offer(other_objects(object), value, place, rebuild);
    for (const auto& [name, inner] : object) {
      way_.push_back(name);
      visit(inner, place.empty() ? name : place + "." + name, [&, key = name](Json changed_value) {
        Json::Object changed = object;
        changed.insert_or_assign(key, std::move(changed_value));
        return rebuild(std::move(changed));
      });
      way_.pop_back();
    }
  }

  void offer(Values values, const Json& old, const std::string& place, const Rebuild& rebuild) {
    for (Value& value : values) {
      if (value.json == old) continue;
      Mutation mutation{place, way_, value.how, rebuild(std::move(value.json))};
      mutation.way.insert(mutation.way.end(), value.members.begin(), value.members.end());
      take_(mutation);
    }
  }

  const std::function<void(const Mutation&)>& take_;
  std::vector<std::string> way_;
};

}  // namespace

void for_each_mutation(const Json& document, const std::function<void(const Mutation&)>& take) {
  Mutator(take).visit(document, "", [](Json whole) { return whole; });
}

}  // namespace tuf::test
