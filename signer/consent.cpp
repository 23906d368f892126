#include "signer/consent.h"

namespace tuf {

bool is_dry_run(const Arguments& arguments, Output& out) {
  if (!arguments.flag("dry-run")) return false;
  out.note("dry run: nothing was signed or changed");
  return true;
}

bool agreed(const std::string& question, const Arguments& arguments, Output& out) {
  if (is_dry_run(arguments, out)) return false;
  if (arguments.flag("yes") || confirm(question)) return true;
  throw other("cancelled; nothing was signed or changed");
}

}  // namespace tuf
