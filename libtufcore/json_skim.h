#pragma once
// Reading a large document of which little is needed: a snapshot of 100,000 roles, of which a client asks for
// six. The whole text goes through the same strict reader as parse_json; only the values of the containers
// that the caller names are left unread, and can be had one by one. They are checked as JSON, and their shape
// only when they are read.
//
// It works for documents in the order in which TUF tools write them: members sorted, containers of objects.
// For any other, skim_json says so by returning nothing, and parse_json reads it whole.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libtufcore/json.h"

namespace tuf {

// One value left unread: its text in the document.
struct UnreadValue {
  std::string_view name;  // of a member, without escapes; empty for an element of an array
  std::string_view text;  // "{...}"
};

struct SkimmedContainer {
  std::vector<std::string> path;  // {"signed", "meta"}
  enum class Kind { object, array } kind = Kind::object;
  // Empty: every value is kept unread. Otherwise only those in which it holds for one text, told with the
  // name of the member (of the value itself) that holds it: ("paths", "abc/*/*/*").
  std::function<bool(std::string_view member, std::string_view text)> wants = {};
};

struct Skimmed {
  Json document;                                 // the containers are empty in it
  std::vector<std::vector<UnreadValue>> unread;  // by container; objects' members are sorted by name
  Bytes canonical_signed;                        // canonical_json of the member "signed"
};

// The views point into `text`. Throws refused like parse_json.
std::optional<Skimmed> skim_json(ByteView text, std::string_view what,
                                 const std::vector<SkimmedContainer>& containers);

// Among values sorted by name; null when it is not there.
const UnreadValue* find_unread(const std::vector<UnreadValue>& sorted, std::string_view name);

}  // namespace tuf
