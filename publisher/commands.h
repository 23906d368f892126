#pragma once
// One function for each command of pgpublish; main.cpp is their table.

#include "libtufcore/io/command_line.h"

namespace tuf {

Command check_command();
Command publish_command();
Command follow_command();
Command refresh_command();
Command clean_command();
Command serve_command();
Command allowed_signers_command();
Command hook_install_command();
Command audit_command();
Command watch_command();
Command budget_command();

}  // namespace tuf
