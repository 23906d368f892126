#pragma once
// One function for each command of pgclient; main.cpp is their table.

#include "libtufcore/io/command_line.h"

namespace tuf {

Command init_command();
Command fetch_command();
Command list_command();
Command info_command();
Command status_command();
Command fetch_target_command();
Command trust_show_command();
Command trust_add_command();
Command trust_remove_command();

inline OptionSpec repository_option() {
  return {"repository", "NAME", "which repository, when several are set up"};
}

}  // namespace tuf
