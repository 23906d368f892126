#include "tests/fuzz/metadata_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  return tuf::fuzz::check_metadata<tuf::Root>(tuf::fuzz::view(bytes, size));
}
