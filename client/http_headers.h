#pragma once
// The header lines of a reply, fed one by one as they come, and what they say about its body. Everything here
// comes from outside and is kept only when it is well-formed; libcurl is not involved.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tuf {

struct ContentRange {
  std::uint64_t first, last;           // both included
  std::optional<std::uint64_t> whole;  // the length of the whole file, when the server states it
  bool operator==(const ContentRange&) const = default;
};

class ReplyHeaders {
 public:
  // `line` with or without its line end. A status line starts a new reply: redirects, proxies, "100
  // Continue".
  void take(std::string_view line);

  std::size_t bytes = 0;  // of all replies together
  std::string encoding;   // of the body, when it has one (H-02)
  std::string tag;        // a well-formed entity tag, verbatim; empty: none
  std::string date, retry_after, last_modified;
  std::optional<std::uint64_t> length;
  bool two_lengths = false;  // that contradict one another
  std::optional<ContentRange> range;

 private:
  bool has_length_ = false;
  void take_field(std::string_view name, std::string_view value);
};

// `"abc"` or `W/"abc"`, at most 512 bytes of visible characters.
bool is_entity_tag(std::string_view text);
// "bytes 5-9/10" or "bytes 5-9/*"
std::optional<ContentRange> parse_content_range(std::string_view text);

}  // namespace tuf
