// pgclient: fetches releases of a content repository, and targets of any TUF repository, and proves them
// first.
#include "client/commands.h"
#include "libtufcore/key.h"

int main(int argc, char** argv) {
  tuf::initialise_crypto();
  return tuf::run_program("pgclient",
                          "fetch what a content repository's maintainers signed, and nothing else",
                          {tuf::init_command(), tuf::fetch_command(), tuf::list_command(),
                           tuf::info_command(), tuf::status_command(), tuf::fetch_target_command(),
                           tuf::trust_show_command(), tuf::trust_add_command(), tuf::trust_remove_command()},
                          argc, argv);
}
