#pragma once
// What the commands share that put a key into the key store: its passphrase, and what they say about it.

#include "signer/key_store.h"

namespace tuf {

OptionSpec no_passphrase_option();
// From where read_passphrase has it; none with --no-passphrase. Throws usage when both are given, or the
// passphrase is empty.
std::optional<SecretText> passphrase_for_new_key(const Arguments& arguments, const std::string& name);

Json::Object key_facts(const StoredKey& key);  // --json: name, keyid, key, encrypted, file, uri
// "made key alice 77c1e0ab", and where its halves are.
void tell_new_key(const KeyStore& store, const StoredKey& key, const std::string& verb, Output& out);

}  // namespace tuf
