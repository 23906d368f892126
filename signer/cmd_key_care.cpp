// pgsign key change-passphrase, test, backends - another passphrase; does a key sign; where can keys be on this machine.
#include <sys/random.h>

#include "libtufcore/keys/open_key.h"
#include "signer/commands.h"
#include "signer/new_key.h"

namespace tuf {
namespace {

void run_change_passphrase(const Arguments& arguments, Output& out, UtcTime) {
  const KeyStore store = KeyStore::of_user();
  const StoredKey key = store.find(arguments.argument("NAME"));
  if (!key.uri.empty()) {
    throw usage("key '{}' is not in a file: {}", key.file_name, key.place())
        .with_hint("its passphrase or PIN is changed with the tool of the place where it is");
  }
  if (arguments.flag("no-passphrase") && arguments.option("new-passphrase-file")) {
    throw usage("--no-passphrase and --new-passphrase-file contradict each other");
  }
  std::optional<SecretText> old;
  if (key.info.encrypted) old = read_passphrase(arguments, key.file_name, PassphraseUse::open_existing);
  const SecretKey secret = store.open(key, old ? &*old : nullptr);
  std::optional<SecretText> passphrase;
  if (!arguments.flag("no-passphrase")) {
    passphrase = read_new_passphrase(arguments, key.file_name);
    if (passphrase->view().empty())
      throw usage("the passphrase is empty").with_hint("--no-passphrase asks for none at all");
  }
  out.json = key_facts(key);
  if (arguments.flag("dry-run")) return out.note("dry run: the old passphrase is right; nothing was changed");
  const StoredKey changed =
      store.encrypt_again(key, secret, passphrase ? &*passphrase : nullptr, PassphraseCost::moderate);
  out.json = key_facts(changed);
  out.result(fmt::format("key {} has {}", changed.label(),
                         passphrase ? "a new passphrase" : "no passphrase any more"));
  out.note("copies of the old file still open with the old passphrase");
}

// Never what anybody signs elsewhere: metadata starts with '{', ssh's texts with "SSHSIG" or a length.
Bytes challenge() {
  Bytes random(32, '\0');
  if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
    throw other("the system gives no random bytes");
  return "pgsign key test/1\n" + random;
}

void run_test(const Arguments& arguments, Output& out, UtcTime) {
  const StoredKey key = KeyStore::of_user().find(arguments.argument("NAME"));
  out.json = key_facts(key);
  if (arguments.flag("dry-run")) {
    out.result(fmt::format("would sign with key {} ({}; {})", key.label(), key.info.public_key.scheme(), key.place()));
    return out.note("dry run: nothing was signed");
  }
  const Bytes signature = open_signing_key(key, arguments)->sign(challenge());  // proved, or it throws
  out.json["signature_bytes"] = static_cast<std::int64_t>(signature.size());
  out.result(fmt::format("key {} signs ({}; {})", key.label(), key.info.public_key.scheme(), key.place()));
}

void run_backends(const Arguments&, Output& out, UtcTime) {
  Json::Array list;
  for (const BackEnd& one : back_ends()) {
    Json::Array uris(one.uris.begin(), one.uris.end());
    Json::Object comments;
    for (const auto& [uri, comment] : one.comments) comments.emplace(uri, escaped(comment));
    list.emplace_back(Json::Object{{"name", one.name},
                                   {"works", one.works},
                                   {"state", one.state},
                                   {"uris", std::move(uris)},
                                   {"comments", std::move(comments)}});
    out.result(fmt::format("{:<10} {:<4} {}", one.name, one.works ? "yes" : "no", one.state));
    for (const std::string& uri : one.uris) {
      const auto comment = one.comments.find(uri);
      const std::string shown = comment == one.comments.end() ? "" : "  " + escaped(comment->second);
      out.result("           " + escaped(uri, 1024) + shown);
    }
  }
  out.json["backends"] = std::move(list);
}

}  // namespace

Command key_change_passphrase_command() {
  return {.name = "key change-passphrase",
          .summary = "encrypt a key with another passphrase",
          .description = "The old file stays until the new one is whole on disk.",
          .example = "  pgsign key change-passphrase alice",
          .arguments = {{"NAME", "the key's name"}},
          .options = {passphrase_file_option(),
                      new_passphrase_file_option(),
                      no_passphrase_option(),
                      {"dry-run", "", "try the old passphrase and stop"}},
          .run = run_change_passphrase};
}

Command key_test_command() {
  return {.name = "key test",
          .summary = "sign something random with a key and verify it",
          .description = "Tells whether a key works, with its passphrase or PIN, before you need it.",
          .example = "  pgsign key test alice",
          .arguments = {{"NAME", "the key's name"}},
          .options = {passphrase_file_option(), pin_file_option(), {"dry-run", "", "show the key and stop"}},
          .run = run_test};
}

Command key_backends_command() {
  return {
      .name = "key backends",
      .summary = "where keys can be on this machine, and why not elsewhere",
      .description = "Lists what 'key import' can take from an ssh-agent and from tokens. Asks for no PIN.",
      .example = "  pgsign key backends",
      .arguments = {},
      .options = {},
      .run = run_backends};
}

}  // namespace tuf
