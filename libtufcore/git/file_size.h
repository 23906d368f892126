#pragma once
// The size of a commit's file: from git's header of it, without reading it.

#include "libtufcore/tree_reader.h"

namespace tuf {

std::optional<std::uint64_t> file_size(const TreeReader& tree, const std::string& path);  // empty when absent

}  // namespace tuf
