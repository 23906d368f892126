// signer/cmd_key.cpp - your keys: make one, list them, show what others need.
#include "signer/commands.h"
#include "signer/key_store.h"

namespace tuf {
namespace {

Json::Object facts(const StoredKey& key) {
  return {{"name", key.file_name},
          {"keyid", key.id()},
          {"key", key.info.public_key.json()},
          {"encrypted", key.info.encrypted},
          {"file", key.path.string()}};
}

void run_new(const Arguments& arguments, Output& out, UtcTime) {
  const std::string& name = arguments.argument("NAME");
  const KeyStore store = KeyStore::of_user();
  store.refuse_to_overwrite(name);
  if (arguments.flag("no-passphrase") && arguments.option("passphrase-file")) {
    throw usage("--no-passphrase and --passphrase-file contradict each other");
  }
  std::optional<SecretText> passphrase;
  if (!arguments.flag("no-passphrase")) {
    passphrase = read_passphrase(arguments, name, PassphraseUse::make_new);
    if (passphrase->view().empty())
      throw usage("the passphrase is empty").with_hint("--no-passphrase asks for none at all");
  }
  const SecretKey secret = SecretKey::generate();
  const StoredKey key =
      store.create(name, secret, passphrase ? &*passphrase : nullptr, PassphraseCost::moderate);
  const std::string public_file = store.public_file(key).string();
  out.json = facts(key);
  out.json["public_file"] = public_file;
  out.result(fmt::format("made key {}", key.label()));
  out.result(fmt::format("  secret  {}{}", key.path.string(), key.info.encrypted ? "" : "  (no passphrase)"));
  out.result(fmt::format("  public  {}  (give this one to others)", public_file));
}

void run_list(const Arguments&, Output& out, UtcTime) {
  const KeyStore store = KeyStore::of_user();
  Json::Array keys;
  for (const std::string& name : store.names()) {
    const StoredKey key = store.find(name);
    keys.emplace_back(facts(key));
    out.result(
        fmt::format("{}  {}{}", key.file_name, key.id(), key.info.encrypted ? "" : "  (no passphrase)"));
  }
  if (keys.empty()) out.note("you have no key yet; next: pgsign key new NAME");
  out.json["keys"] = std::move(keys);
}

void run_show(const Arguments& arguments, Output& out, UtcTime) {
  const KeyStore store = KeyStore::of_user();
  const StoredKey key = store.find(arguments.argument("NAME"));
  const std::string public_file = store.public_file(key).string();
  out.json = facts(key);
  out.json["public_file"] = public_file;
  out.result(fmt::format("name    {}", key.file_name));
  out.result(fmt::format("key id  {}", key.id()));
  out.result(
      fmt::format("key     {} {}", key.info.public_key.scheme(), hex_encode(key.info.public_key.identity())));
  out.result(fmt::format("secret  {}  ({})", key.path.string(),
                         key.info.encrypted ? "encrypted with your passphrase" : "no passphrase"));
  out.result(fmt::format("public  {}", public_file));
}

}  // namespace

Command key_new_command() {
  return {.name = "key new",
          .summary = "make a key",
          .description =
              "Makes an Ed25519 key. The secret half goes to a file that only you can read, encrypted with a "
              "passphrase; the public half goes to a file beside it, to give to others.",
          .example = "  pgsign key new alice",
          .arguments = {{"NAME", "your name, as others will see it beside the key"}},
          .options = {passphrase_file_option(),
                      {"no-passphrase", "", "leave the secret key unencrypted (tests, machines)"}},
          .run = run_new};
}

Command key_list_command() {
  return {.name = "key list",
          .summary = "list your keys",
          .description = "",
          .example = "  pgsign key list",
          .arguments = {},
          .options = {},
          .run = run_list};
}

Command key_show_command() {
  return {.name = "key show",
          .summary = "show one of your keys and where its files are",
          .description = "",
          .example = "  pgsign key show alice",
          .arguments = {{"NAME", "the key's name"}},
          .options = {},
          .run = run_show};
}

}  // namespace tuf
