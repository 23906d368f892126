#include "client/http_date.h"

#include <fmt/format.h>

namespace tuf {
namespace {

constexpr std::string_view days = "Mon,Tue,Wed,Thu,Fri,Sat,Sun,";
constexpr std::string_view months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ";

}  // namespace

std::optional<UtcTime> parse_http_date(std::string_view text) {
  constexpr std::string_view form = "Sun, 06 Nov 1994 08:49:37 GMT";
  if (text.size() != form.size() || text.substr(25) != " GMT" || text[4] != ' ') return std::nullopt;
  const std::size_t day = days.find(text.substr(0, 4));
  const std::size_t month = months.find(text.substr(8, 4));
  if (day == std::string_view::npos || day % 4 != 0 || month == std::string_view::npos || month % 4 != 0) {
    return std::nullopt;
  }
  if (text[7] != ' ' || text[16] != ' ') return std::nullopt;
  return UtcTime::parse(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month / 4 + 1, text.substr(5, 2),
                                    text.substr(17, 8)));
}

}  // namespace tuf
