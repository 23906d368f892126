#pragma once
// The gate of a bare repository: git's pre-receive hook. What is pushed to main is judged like everything
// that is published, before the branch moves; proposals (sign/...) come in within bounds; nothing else does.
// What git has taken in so far is in its quarantine folder, which is read beside the repository's own
// objects.

#include "libtufcore/io/command_line.h"

namespace tuf {

std::vector<OptionSpec> pre_receive_options();  // --pre-receive and the bounds
// Reads the pushed references from stdin. Throws refused, pending or limit, which makes git reject the whole push,
// with the reason; usage for lines that git's hook does not get.
void check_push(const Arguments& arguments, Output& out, UtcTime now);

}  // namespace tuf
