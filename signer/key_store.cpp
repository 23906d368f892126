#include "signer/key_store.h"

#include <algorithm>

#include "libtufcore/io/file.h"
#include "libtufcore/key_reference.h"
#include "libtufcore/keys/open_key.h"
#include "libtufcore/metadata.h"

namespace tuf {
namespace {

constexpr std::size_t max_key_name_bytes = 64;
constexpr const char* make_one = "pgsign key new NAME";

}  // namespace

std::string StoredKey::label() const { return key_label(info.name, id()); }

std::string StoredKey::place() const {
  if (!uri.empty()) return escaped(uri, 1024);
  return info.encrypted ? "file, encrypted with your passphrase" : "file, no passphrase";
}

KeyStore KeyStore::of_user() { return KeyStore(config_directory() / "keys"); }

void check_key_name(const std::string& name) {
  if (name.size() <= max_key_name_bytes && FileName::parse(name)) return;
  throw usage("'{}' cannot be a key's name", escaped(name))
      .with_hint(
          "letters, digits and . _ + - (not at the start), at most 64, for example: pgsign key new alice");
}

std::vector<std::string> KeyStore::names() const {
  std::vector<std::string> found;
  if (!fs::exists(folder_)) return found;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
    const fs::path& path = entry.path();
    const bool is_key = path.extension() == ".key" || path.extension() == ".ref";
    if (is_key && FileName::parse(path.stem().string())) found.push_back(path.stem().string());
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

StoredKey KeyStore::find(const std::string& name) const {
  check_key_name(name);
  const fs::path path = secret_path(name);
  refuse_if_others_can_read(path, Links::refuse);
  const fs::path reference = reference_path(name);
  const std::optional<Bytes> file = read_file_if_there(path, max_key_file_bytes);
  if (const std::optional<Bytes> text = read_file_if_there(reference, max_key_file_bytes)) {
    if (file) throw conflict("key '{}' is there twice: as {}.key and as {}.ref", name, name, name).with_hint("move one of them away");
    KeyReference read = parse_key_reference(*text, reference.string());
    return {{std::move(read.name), std::move(read.key), false}, name, reference, std::move(read.uri)};
  }
  if (!file) {
    const std::vector<std::string> others = names();
    if (others.empty()) throw not_found("there is no key '{}', nor any other", name).with_hint(make_one);
    throw not_found("there is no key '{}'; there are: {}", name, listed(others)).with_hint("pgsign key list");
  }
  return {parse_key_file(*file, path.string()), name, path};
}

StoredKey KeyStore::choose(const std::optional<std::string>& name) const {
  if (name) return find(*name);
  const std::vector<std::string> all = names();
  if (all.empty()) throw not_found("you have no key yet").with_hint(make_one);
  if (all.size() == 1) return find(all.front());
  throw usage("which of your keys shall sign? there are: {}", listed(all)).with_hint("--key NAME");
}

void KeyStore::refuse_to_overwrite(const std::string& name) const {
  check_key_name(name);
  for (const fs::path& path : {secret_path(name), reference_path(name), public_path(name)}) {
    if (fs::symlink_status(path).type() == fs::file_type::not_found) continue;
    throw conflict("'{}' is there already and is never overwritten", escaped(path.string(), 4096))
        .with_hint("choose another name, or move the file away if you are sure");
  }
}

StoredKey KeyStore::create(const std::string& name, const SecretKey& key, const SecretText* passphrase,
                           PassphraseCost cost) const {
  refuse_to_overwrite(name);
  make_directories(folder_, 0700);
  write_file_atomically(secret_path(name), key_file_text(key, name, passphrase, cost), FileMode::secret,
                        Existing::refuse);
  StoredKey stored = find(name);
  public_file(stored);
  return stored;
}

StoredKey KeyStore::encrypt_again(const StoredKey& key, const SecretKey& secret, const SecretText* passphrase,
                                  PassphraseCost cost) const {
  write_file_atomically(key.path, key_file_text(secret, key.info.name, passphrase, cost), FileMode::secret);
  return find(key.file_name);
}

StoredKey KeyStore::refer(const std::string& name, const PublicKey& key, const std::string& uri) const {
  refuse_to_overwrite(name);
  make_directories(folder_, 0700);
  write_file_atomically(reference_path(name), key_reference_text({name, key, uri}), FileMode::secret, Existing::refuse);
  StoredKey stored = find(name);
  public_file(stored);
  return stored;
}

SecretKey KeyStore::open(const StoredKey& key, const SecretText* passphrase) const {
  refuse_if_others_can_read(key.path, Links::refuse);
  return open_key_file(read_file(key.path, max_key_file_bytes), passphrase, key.path.string());
}

fs::path KeyStore::public_file(const StoredKey& key) const {
  const fs::path path = public_path(key.file_name);
  if (!fs::exists(path)) {
    write_file_atomically(path, public_key_file_text({key.info.name, key.info.public_key}), FileMode::shared,
                          Existing::refuse);
  }
  return path;
}

NamedPublicKey read_public_key_file(const std::string& path) {
  const std::optional<Bytes> file = read_file_if_there(path, max_key_file_bytes);
  if (!file) {
    throw not_found("there is no public key file '{}'", escaped(path, 4096))
        .with_hint("ask the key's holder for it; 'pgsign key show NAME' tells them where it is");
  }
  return parse_public_key_file(*file, path);
}

std::vector<OptionSpec> key_options() {
  return {{"key", "NAME", "sign with this key of yours (default: the only one there is)"},
          passphrase_file_option(), pin_file_option()};
}

StoredKey key_of(const Arguments& arguments) { return KeyStore::of_user().choose(arguments.option("key")); }

std::unique_ptr<SigningKey> open_signing_key(const StoredKey& key, const Arguments& arguments) {
  if (!key.uri.empty()) return open_key_at(key.uri, &key.info.public_key, arguments);
  const KeyStore store = KeyStore::of_user();
  if (!key.info.encrypted) return signing_key_of(store.open(key, nullptr));
  const SecretText passphrase = read_passphrase(arguments, key.file_name, PassphraseUse::open_existing);
  return signing_key_of(store.open(key, &passphrase));
}

}  // namespace tuf
