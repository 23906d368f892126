#include "signer/new_key.h"

namespace tuf {

OptionSpec no_passphrase_option() {
  return {"no-passphrase", "", "leave the secret key unencrypted (tests, machines)"};
}

std::optional<SecretText> passphrase_for_new_key(const Arguments& arguments, const std::string& name) {
  if (arguments.flag("no-passphrase")) {
    if (!arguments.option("passphrase-file")) return std::nullopt;
    throw usage("--no-passphrase and --passphrase-file contradict each other");
  }
  SecretText passphrase = read_passphrase(arguments, name, PassphraseUse::make_new);
  if (!passphrase.view().empty()) return passphrase;
  throw usage("the passphrase is empty").with_hint("--no-passphrase asks for none at all");
}

Json::Object key_facts(const StoredKey& key) {
  Json::Object facts{{"name", key.file_name},
                     {"keyid", key.id()},
                     {"key", key.info.public_key.json()},
                     {"encrypted", key.info.encrypted},
                     {"file", key.path.string()}};
  if (!key.uri.empty()) facts.emplace("uri", key.uri);
  return facts;
}

void tell_new_key(const KeyStore& store, const StoredKey& key, const std::string& verb, Output& out) {
  const std::string public_file = store.public_file(key).string();
  out.json = key_facts(key);
  out.json["public_file"] = public_file;
  out.result(fmt::format("{} key {}", verb, key.label()));
  if (key.uri.empty()) {
    out.result(
        fmt::format("  secret  {}{}", key.path.string(), key.info.encrypted ? "" : "  (no passphrase)"));
  } else {
    out.result(fmt::format("  secret  {}", key.place()));
  }
  out.result(fmt::format("  public  {}  (give this one to others)", public_file));
}

}  // namespace tuf
