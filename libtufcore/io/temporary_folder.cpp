#include "libtufcore/io/temporary_folder.h"

#include <cstdlib>
#include <string>

#include "libtufcore/io/descriptor.h"

namespace tuf {

TemporaryFolder::TemporaryFolder(const std::filesystem::path& parent, std::string_view begin) {
  std::string name = (parent / begin).string() + "XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw system_error("make a folder like", name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // what cannot be removed is seen to be temporary
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace tuf
