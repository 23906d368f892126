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
Command versions_command();
Command lock_command();
Command doctor_command();
Command verify_command();

inline OptionSpec repository_option() {
  return {"repository", "NAME", "which repository, when several are set up"};
}
inline OptionSpec offline_option() {
  return {"offline", "", "ask no server: use the state of the last refresh and say how old it is"};
}
inline OptionSpec lock_file_option() { return {"lock-file", "FILE", "the lock file (default: pg.lock)"}; }

}  // namespace tuf
