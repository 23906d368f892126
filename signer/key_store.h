#pragma once
// The folder with a person's keys: NAME.key (secret, 0600) or NAME.ref (says where the secret half is: an agent, a
// token, a program; no secret itself), and NAME.pub (to give away), below $XDG_CONFIG_HOME/pg/keys (0700). Key files
// are made whole or not at all and are never overwritten; one that others can read is not used.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "libtufcore/io/command_line.h"
#include "libtufcore/key_file.h"
#include "libtufcore/signing_key.h"

namespace tuf {

struct StoredKey {
  KeyFileInfo info;
  std::string file_name;  // as the commands name it: the file is <file_name>.key or <file_name>.ref
  std::filesystem::path path;
  std::string uri = {};  // where the secret half is, when it is not in the file: "ssh-agent:SHA256:..."
  std::string label() const;  // "alice 77c1e0ab"
  std::string place() const;  // "file, no passphrase" or its URI; for people
  const KeyId& id() const { return info.public_key.id(); }
};

class KeyStore {
 public:
  explicit KeyStore(std::filesystem::path folder) : folder_(std::move(folder)) {}
  static KeyStore of_user();

  std::vector<std::string> names() const;         // sorted
  StoredKey find(const std::string& name) const;  // or not_found, which lists names()
  // The named one; without a name the only key there is, else a usage error that lists them.
  StoredKey choose(const std::optional<std::string>& name) const;
  void refuse_to_overwrite(const std::string& name) const;  // conflict when NAME.key, NAME.ref or NAME.pub is there
  StoredKey create(const std::string& name, const SecretKey& key, const SecretText* passphrase,
                   PassphraseCost cost) const;
  // The same key under another passphrase: the old file stays until the new one is whole on disk.
  StoredKey encrypt_again(const StoredKey& key, const SecretKey& secret, const SecretText* passphrase,
                          PassphraseCost cost) const;
  // A reference to a key elsewhere, pinned by its public half.
  StoredKey refer(const std::string& name, const PublicKey& key, const std::string& uri) const;
  SecretKey open(const StoredKey& key, const SecretText* passphrase) const;  // forbidden: wrong passphrase
  // NAME.pub, written again when it is missing.
  std::filesystem::path public_file(const StoredKey& key) const;

 private:
  std::filesystem::path secret_path(const std::string& name) const { return folder_ / (name + ".key"); }
  std::filesystem::path reference_path(const std::string& name) const { return folder_ / (name + ".ref"); }
  std::filesystem::path public_path(const std::string& name) const { return folder_ / (name + ".pub"); }
  std::filesystem::path folder_;
};

// Letters, digits and . _ + - (not at the start), at most 64: throws usage.
void check_key_name(const std::string& name);
NamedPublicKey read_public_key_file(const std::string& path);

// The commands that sign: which key, and its passphrase or PIN only when it is needed.
std::vector<OptionSpec> key_options();  // --key, --passphrase-file, --pin-file
StoredKey key_of(const Arguments& arguments);
// Asks for the passphrase or PIN at most once, however much is signed with the key.
std::unique_ptr<SigningKey> open_signing_key(const StoredKey& key, const Arguments& arguments);

}  // namespace tuf
