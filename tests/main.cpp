#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "libtufcore/key.h"

int main(int argc, char** argv) {
  tuf::initialise_crypto();
  return Catch::Session().run(argc, argv);
}
