#pragma once
// The one question before something is signed, written or sent.

#include "libtufcore/io/command_line.h"

namespace tuf {

// False: --dry-run, go no further. True: --yes, or a person said so. Throws other ("cancelled"), usage
// (nobody can be asked).
bool agreed(const std::string& question, const Arguments& arguments, Output& out);
bool is_dry_run(const Arguments& arguments, Output& out);  // and says so

}  // namespace tuf
