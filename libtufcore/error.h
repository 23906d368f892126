#pragma once
// The one error type. Expected outcomes (a file that is not there, a signature that is still missing) are values and
// never thrown; an Error means that the operation cannot go on. The kind decides the exit code of the program; the
// message names the object, what was needed and what was found; the hint is the next step, best a command to type.
// Messages: no capital at the start, no full stop at the end. Names that come from outside go through escaped().

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace tuf {

class Error : public std::runtime_error {
 public:
  enum class Kind {             // exit code
    other = 1,                  // anything that fits nowhere else
    usage = 2,                  // the command line is wrong
    not_found = 3,              // no such project, version, file, role
    forbidden = 4,              // a key without the right, a wrong passphrase
    network = 5,                // every mirror failed
    local_io = 6,               // reading or writing here failed
    configuration = 7,          // a configuration file is wrong
    conflict = 8,               // a lock is held, or somebody else was first
    refused = 10,               // verification failed
    expired = 11,               // verification failed: too old
    rollback = 12,              // verification failed: older than what was seen before, or mixed
    limit = 13,                 // larger, deeper or longer than allowed
    no_trusted_root = 14,       // nothing to verify against yet
    pending = 20,               // nothing wrong, but signatures are missing
    bug = 70,                   // a defect of this program
    hung_up = 129,              // ended by SIGHUP,
    interrupted = 130,          // by SIGINT (Ctrl-C),
    terminated = 143,           // by SIGTERM
  };

  Error(Kind kind, std::string message) : std::runtime_error(std::move(message)), kind_(kind) {}
  Kind kind() const noexcept { return kind_; }
  const std::string& hint() const noexcept { return hint_; }
  Error&& with_hint(std::string hint) && {
    hint_ = std::move(hint);
    return std::move(*this);
  }

 private:
  Kind kind_;
  std::string hint_;
};

// One maker for each kind: throw refused("{} is signed by {} of {}", ...).with_hint("...");
#define TUF_ERROR_MAKER(name)                                                \
  template <typename... Args>                                                \
  Error name(fmt::format_string<Args...> format, Args&&... args) {           \
    return Error(Error::Kind::name, fmt::format(format, std::forward<Args>(args)...)); \
  }
TUF_ERROR_MAKER(other)
TUF_ERROR_MAKER(usage)
TUF_ERROR_MAKER(not_found)
TUF_ERROR_MAKER(forbidden)
TUF_ERROR_MAKER(network)
TUF_ERROR_MAKER(local_io)
TUF_ERROR_MAKER(configuration)
TUF_ERROR_MAKER(conflict)
TUF_ERROR_MAKER(refused)
TUF_ERROR_MAKER(expired)
TUF_ERROR_MAKER(rollback)
TUF_ERROR_MAKER(limit)
TUF_ERROR_MAKER(no_trusted_root)
TUF_ERROR_MAKER(pending)
TUF_ERROR_MAKER(bug)
TUF_ERROR_MAKER(hung_up)
TUF_ERROR_MAKER(interrupted)
TUF_ERROR_MAKER(terminated)
#undef TUF_ERROR_MAKER

const char* kind_name(Error::Kind kind) noexcept;  // "refused", "expired", ... as in --json's error.code

}  // namespace tuf
