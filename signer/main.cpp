// pgsign: keys, projects, releases and signatures in a content repository.
#include "libtufcore/key.h"
#include "signer/commands.h"

int main(int argc, char** argv) {
  tuf::initialise_crypto();
  return tuf::run_program("pgsign", "change a content repository and sign the change",
                          {tuf::key_new_command(),
                           tuf::key_list_command(),
                           tuf::key_show_command(),
                           tuf::key_import_command(),
                           tuf::key_export_command(),
                           tuf::key_change_passphrase_command(),
                           tuf::key_test_command(),
                           tuf::key_backends_command(),
                           tuf::init_command(),
                           tuf::project_create_command(),
                           tuf::project_show_command(),
                           tuf::release_add_command(),
                           tuf::release_yank_command(),
                           tuf::release_unyank_command(),
                           tuf::release_remove_command(),
                           tuf::status_command(),
                           tuf::log_command(),
                           tuf::sign_command(),
                           tuf::inbox_command(),
                           tuf::review_command(),
                           tuf::reject_command(),
                           tuf::withdraw_command(),
                           tuf::export_command(),
                           tuf::import_command(),
                           tuf::push_command(),
                           tuf::trust_command(),
                           tuf::trust_show_command(),
                           tuf::trust_forget_command(),
                           tuf::trust_withdraw_command(),
                           tuf::admin_promote_command()},
                          argc, argv);
}
