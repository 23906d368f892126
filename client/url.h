#pragma once
// URLs as the client uses them: a base from the user or the configuration, joined with names that site_layout
// made.

#include <optional>
#include <string>
#include <string_view>

namespace tuf {

// http://, https:// or file:///, without query and fragment; slashes at the end go. Throws usage.
std::string base_url_from_user(std::string_view text);
bool is_file_url(std::string_view url);
// `relative` is percent-encoded already. Below a file:// base it may not climb out of it (throws refused); a
// web server decides that for itself.
std::string join_url(std::string_view base, std::string_view relative);
// "%2F" is '/'; empty when a '%' stands for nothing or for a NUL.
std::optional<std::string> percent_decoded(std::string_view text);
// For messages: escaped, and without the user name and password that it may hold.
std::string shown_url(std::string_view url);

}  // namespace tuf
