#pragma once
// The folder with a person's keys: NAME.key (secret, 0600) and NAME.pub (to give away) below
// $XDG_CONFIG_HOME/pg/keys (0700). Key files are made whole or not at all and are never overwritten; one that
// others can read is not used.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "libtufcore/io/command_line.h"
#include "libtufcore/key_file.h"

namespace tuf {

struct StoredKey {
  KeyFileInfo info;
  std::string file_name;  // as the commands name it: the file is <file_name>.key
  std::filesystem::path path;
  std::string label() const;  // "alice 77c1e0ab"
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
  void refuse_to_overwrite(const std::string& name) const;  // conflict when NAME.key or NAME.pub is there
  StoredKey create(const std::string& name, const SecretKey& key, const SecretText* passphrase,
                   PassphraseCost cost) const;
  SecretKey open(const StoredKey& key, const SecretText* passphrase) const;  // forbidden: wrong passphrase
  // NAME.pub, written again when it is missing.
  std::filesystem::path public_file(const StoredKey& key) const;

 private:
  std::filesystem::path secret_path(const std::string& name) const { return folder_ / (name + ".key"); }
  std::filesystem::path public_path(const std::string& name) const { return folder_ / (name + ".pub"); }
  std::filesystem::path folder_;
};

// Letters, digits and . _ + - (not at the start), at most 64: throws usage.
void check_key_name(const std::string& name);
NamedPublicKey read_public_key_file(const std::string& path);

// The commands that sign: which key, and its passphrase only when it is needed.
std::vector<OptionSpec> key_options();  // --key, --passphrase-file
StoredKey key_of(const Arguments& arguments);
SecretKey open_with_passphrase(const StoredKey& key, const Arguments& arguments);

}  // namespace tuf
