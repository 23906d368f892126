#pragma once
// Who gets which right, from the command line's public key files and the key that signs; and what everybody
// pins.

#include <string>
#include <vector>

#include "libtufcore/change.h"
#include "libtufcore/key_holders.h"
#include "signer/key_store.h"

namespace tuf {

// Public key files of others; throws usage when two hold one key. `option` is for messages ("--owner").
std::vector<KeyHolder> read_holders(const std::vector<std::string>& files, const std::string& option);
// People on the command line: each a public key file, or at least 8 digits of the id of a key that the repository knows.
std::vector<KeyHolder> find_people(const std::vector<std::string>& words, const RepositoryState& state,
                                   const ProjectName& project);
// The same among `members`, who may be named by their names, too; `who` is for messages ("maintainers").
std::vector<KeyHolder> find_members(const std::vector<std::string>& words, const std::vector<KeyHolder>& members,
                                    const std::string& who);
std::string labels_of(const std::vector<KeyHolder>& people);  // "alice 77c1e0ab, bob 01020304"
bool may_be_key_id(const std::string& word);                    // the first digits of one, or all

// The key that signs comes first, unless it is among the others already.
std::vector<KeyHolder> with_own_key(const StoredKey& own, std::vector<KeyHolder> others);
// Throws usage when more signatures are asked for than there are keys.
std::uint32_t checked_threshold(std::uint32_t threshold, const std::vector<KeyHolder>& holders,
                                const std::string& option);

// The SHA-256 of 1.root.json, on stdout and as root_sha256, once the root has all its signatures; false
// before.
bool tell_root(const TreeReader& tree, Output& out);

}  // namespace tuf
