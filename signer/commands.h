#pragma once
// One function for each command of pgsign; main.cpp is their table.

#include "libtufcore/io/command_line.h"

namespace tuf {

Command key_new_command();
Command key_list_command();
Command key_show_command();
Command init_command();
Command project_create_command();
Command release_add_command();
Command status_command();
Command sign_command();
Command push_command();
Command admin_promote_command();

}  // namespace tuf
