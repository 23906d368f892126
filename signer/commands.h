#pragma once
// One function for each command of pgsign; main.cpp is their table.

#include "libtufcore/io/command_line.h"

namespace tuf {

Command key_new_command();
Command key_list_command();
Command key_show_command();
Command key_import_command();
Command key_export_command();
Command key_change_passphrase_command();
Command key_test_command();
Command key_backends_command();
Command key_replace_command();
Command init_command();
Command project_create_command();
Command project_show_command();
Command release_add_command();
Command release_yank_command();
Command release_unyank_command();
Command release_remove_command();
Command maintainer_add_command();
Command maintainer_remove_command();
Command maintainer_list_command();
Command owner_add_command();
Command owner_remove_command();
Command owner_list_command();
Command owner_renew_command();
Command threshold_set_command();
Command invite_command();
Command accept_command();
Command status_command();
Command log_command();
Command sign_command();
Command push_command();
Command inbox_command();
Command review_command();
Command reject_command();
Command withdraw_command();
Command export_command();
Command import_command();
Command admin_promote_command();
Command admin_config_get_command();
Command admin_config_set_command();
Command admin_block_command();
Command admin_unblock_command();
Command admin_reserve_command();
Command admin_shard_command();
Command admin_root_rotate_command();
Command admin_online_key_rotate_command();
Command admin_renew_command();
Command admin_status_command();
Command admin_transfer_command();
Command trust_command();
Command trust_show_command();
Command trust_forget_command();
Command trust_withdraw_command();

}  // namespace tuf
