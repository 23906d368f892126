#pragma once
// Keys behind a program of the user's choice (a cloud's key service, anything): exec:PROGRAM?ARGS. One JSON
// document on its stdin, one on its stdout (docs/formats.md); what it says is bounded, and each signature is
// proved like all others.

#include <memory>
#include <string>
#include <vector>

#include "libtufcore/signing_key.h"

namespace tuf {

// "pg-signer?key=a%26b&region=eu" is the program with the arguments "key=a&b" and "region=eu". Throws usage.
std::vector<std::string> words_of_program(const std::string& program_and_arguments);
std::unique_ptr<SigningKey> open_program_key(const std::string& program_and_arguments,
                                             const PublicKey* pinned);

}  // namespace tuf
