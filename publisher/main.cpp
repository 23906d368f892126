// pgpublish: from a content repository in git to a static tree for any web host.
#include "libtufcore/key.h"
#include "publisher/commands.h"

int main(int argc, char** argv) {
  tuf::initialise_crypto();
  return tuf::run_program("pgpublish", "check a content repository and render it as a static tree",
                          {tuf::check_command(), tuf::publish_command(), tuf::follow_command(), tuf::refresh_command(),
                           tuf::clean_command(), tuf::serve_command(), tuf::allowed_signers_command(), tuf::hook_install_command(),
                           tuf::audit_command(), tuf::watch_command(), tuf::budget_command()},
                          argc, argv);
}
