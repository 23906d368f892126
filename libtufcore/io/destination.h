#pragma once
// Where a finished file goes.

#include <cstdint>
#include <optional>
#include <string>

#include "libtufcore/io/file.h"

namespace tuf {

fs::path directory_of(const fs::path& path);
// Of the file that is there; empty when there is none. Local_io for a link, a folder or a device.
std::optional<std::uint64_t> size_at_destination(const fs::path& path);
// Local_io for a link, a folder or a device at `path`, conflict for a file that may not be replaced.
void check_destination(int directory, const fs::path& path, Existing existing);
bool is_still_named(int directory, const std::string& name, int descriptor);
// `temporary` is in the same folder; throws as check_destination does.
void rename_into_place(int directory, const std::string& temporary, const fs::path& path, Existing existing);

}  // namespace tuf
