// pgclient: fetches releases of a content repository, and targets of any TUF repository, and proves them
// first.
#include "client/commands.h"
#include "client/network_options.h"
#include "libtufcore/key.h"

int main(int argc, char** argv) {
  tuf::initialise_crypto();
  constexpr auto asking = tuf::with_network_options;  // commands that ask a server
  return tuf::run_program(
      "pgclient", "fetch what a content repository's maintainers signed, and nothing else",
      {asking(tuf::init_command()), asking(tuf::fetch_command()), asking(tuf::list_command()),
       asking(tuf::info_command()), tuf::status_command(), asking(tuf::fetch_target_command()),
       tuf::trust_show_command(), asking(tuf::trust_add_command()), tuf::trust_remove_command(),
       asking(tuf::versions_command()), asking(tuf::lock_command()), asking(tuf::doctor_command()),
       asking(tuf::verify_command())},
      argc, argv);
}
