// pgsign key new, list, show - your keys: make one, list them, show what others need.
#include "libtufcore/ssh_format.h"
#include "signer/commands.h"
#include "signer/new_key.h"

namespace tuf {
namespace {

void run_new(const Arguments& arguments, Output& out, UtcTime) {
  const std::string& name = arguments.argument("NAME");
  const KeyStore store = KeyStore::of_user();
  store.refuse_to_overwrite(name);
  if (arguments.flag("dry-run")) {
    out.json["name"] = name;
    out.result("would make key " + name);
    return out.note("dry run: nothing was made");
  }
  const std::optional<SecretText> passphrase = passphrase_for_new_key(arguments, name);
  const SecretKey secret = SecretKey::generate();
  const StoredKey key =
      store.create(name, secret, passphrase ? &*passphrase : nullptr, PassphraseCost::moderate);
  tell_new_key(store, key, "made", out);
}

void run_list(const Arguments&, Output& out, UtcTime) {
  const KeyStore store = KeyStore::of_user();
  Json::Array keys;
  for (const std::string& name : store.names()) {
    const StoredKey key = store.find(name);
    keys.emplace_back(key_facts(key));
    const std::string place = key.uri.empty() ? (key.info.encrypted ? "" : "  (no passphrase)")
                                              : fmt::format("  ({})", key.place());
    out.result(fmt::format("{}  {}{}", key.file_name, key.id(), place));
  }
  if (keys.empty()) out.note("you have no key yet; next: pgsign key new NAME");
  out.json["keys"] = std::move(keys);
}

void run_show(const Arguments& arguments, Output& out, UtcTime) {
  const KeyStore store = KeyStore::of_user();
  const StoredKey key = store.find(arguments.argument("NAME"));
  const std::string public_file = store.public_file(key).string();
  out.json = key_facts(key);
  out.json["public_file"] = public_file;
  out.result(fmt::format("name    {}", key.file_name));
  out.result(fmt::format("key id  {}", key.id()));
  const PublicKey& half = key.info.public_key;
  out.result(fmt::format("key     {} {}", half.scheme(), hex_encode(half.identity())));
  if (const auto ssh = ssh_public_text(half)) out.result(fmt::format("ssh     {}", *ssh));
  out.result(fmt::format("secret  {}  ({})", key.path.string(), key.place()));
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
          .options = {passphrase_file_option(), no_passphrase_option(), {"dry-run", "", "check the name and stop"}},
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
