#include "client/conformance.h"
#include "libtufcore/key.h"

int main(int argc, char** argv) {
  tuf::initialise_crypto();
  return tuf::run_conformance(argc, argv);
}
