// pgsign key import, export - keys from elsewhere into the key store, and the public half of a key for
// elsewhere.
#include "libtufcore/io/file.h"
#include "libtufcore/key_p256.h"
#include "libtufcore/key_reference.h"
#include "libtufcore/keys/open_key.h"
#include "libtufcore/ssh_format.h"
#include "libtufcore/ssh_key_file.h"
#include "signer/commands.h"
#include "signer/new_key.h"

namespace tuf {
namespace {

SecretKey secret_of_pem(std::string_view text, const std::string& shown) {
  std::string problem;
  std::optional<PemSecret> pem = read_pem_secret(text, problem);
  if (!pem)
    throw refused("'{}' {}", shown, problem)
        .with_hint("unencrypted PEM (PKCS #8) and OpenSSH files can be imported");
  const SecretText secret(std::move(pem->secret));  // wiped at the end
  return pem->kind == PemSecret::Kind::ed25519 ? SecretKey::from_seed(secret.view())
                                               : SecretKey::from_p256(secret.view());
}

// As ssh, OpenSSL and pgsign write them.
bool is_public_half(std::string_view text) {
  for (const std::string_view start : {"ssh-", "ecdsa-sha2-", "-----BEGIN PUBLIC KEY-----", "{\"key\":"}) {
    if (text.starts_with(start)) return true;
  }
  return false;
}

SecretKey read_secret_file(const std::string& path) {
  const std::string shown = escaped(path, 4096);
  std::optional<Bytes> file = read_file_if_there(path, max_key_file_bytes);
  if (!file) {
    throw not_found("there is no file '{}'", shown)
        .with_hint(
            "a key that is not in a file: ssh-agent:SHA256:..., pkcs11:..., exec:PROGRAM?ARGS, env:NAME");
  }
  const SecretText text(std::move(*file));
  if (is_public_half(text.view())) {
    throw refused("'{}' holds the public half of a key; what signs is the secret half", shown)
        .with_hint("ssh's is the file of that name without .pub; a key in an agent: ssh-agent:SHA256:...");
  }
  if (is_openssh_key_file(text.view())) return parse_openssh_key_file(text.view(), "'" + shown + "'");
  if (text.view().find("-----BEGIN ENCRYPTED PRIVATE KEY-----") != std::string_view::npos) {
    throw refused("'{}' is encrypted", shown)
        .with_hint("openssl pkcs8 -in FILE -out PLAIN_FILE decrypts it; shred PLAIN_FILE afterwards");
  }
  return secret_of_pem(text.view(), shown);
}

void tell_plan(const PublicKey& key, const std::string& name, Output& out) {
  out.json["keyid"] = key.id();
  out.json["key"] = key.json();
  out.result(fmt::format("would import {} ({}, key id {})", name, key.scheme(), key.id()));
  out.note("dry run: nothing was changed");
}

void run_import(const Arguments& arguments, Output& out, UtcTime) {
  const std::string& name = arguments.argument("NAME");
  const std::string& source = arguments.argument("SOURCE");
  const KeyStore store = KeyStore::of_user();
  store.refuse_to_overwrite(name);
  if (parse_key_uri(source)) {
    const KeyThere there = find_key_at(source, arguments);
    if (arguments.flag("dry-run")) return tell_plan(there.key, name, out);
    return tell_new_key(store, store.refer(name, there.key, there.uri), "imported", out);
  }
  const SecretKey secret = read_secret_file(source);
  if (arguments.flag("dry-run")) return tell_plan(secret.public_key(), name, out);
  const std::optional<SecretText> passphrase = passphrase_for_new_key(arguments, name);
  const StoredKey key =
      store.create(name, secret, passphrase ? &*passphrase : nullptr, PassphraseCost::moderate);
  tell_new_key(store, key, "imported", out);
  out.note(fmt::format("'{}' still holds the secret; remove it when you no longer need it",
                       escaped(source, 4096)));
}

std::string pem_of(const PublicKey& key) {
  constexpr ByteView ed25519_head("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00",
                                  12);  // SubjectPublicKeyInfo
  if (key.scheme() == "ed25519") return pem_text("PUBLIC KEY", Bytes(ed25519_head) + key.identity());
  return pem_text("PUBLIC KEY", key.identity());
}

std::string exported(const StoredKey& stored, const std::string& format) {
  const PublicKey& key = stored.info.public_key;
  if (format == "pem") return pem_of(key);
  if (format == "pub") return public_key_file_text({stored.info.name, key});
  if (format == "hex") {
    const std::optional<Bytes> point = p256_point_of_spki(key.identity());
    return hex_encode(point ? *point : key.identity()) + "\n";
  }
  if (format != "ssh")
    throw usage("'{}' is no format of a public key", escaped(format))
        .with_hint("--format pem, ssh, hex or pub");
  const std::optional<std::string> line = ssh_public_text(key);
  if (!line) throw refused("ssh has no keys of scheme {}", key.scheme()).with_hint("--format pem");
  return *line + " " + stored.file_name + "\n";
}

void run_export(const Arguments& arguments, Output& out, UtcTime) {
  const StoredKey key = KeyStore::of_user().find(arguments.argument("NAME"));
  const std::string format = arguments.option("format").value_or("pem");
  std::string text = exported(key, format);
  out.json["keyid"] = key.id();
  out.json["format"] = format;
  out.json["text"] = text;
  text.pop_back();  // result() ends the line
  out.result(text);
}

}  // namespace

Command key_import_command() {
  return {
      .name = "key import",
      .summary = "use a key that you have already: a file, an ssh-agent's, a token's",
      .description =
          "Takes a secret key from a file (PEM PKCS #8 with Ed25519 or P-256, or an unencrypted OpenSSH "
          "Ed25519 "
          "file) into your key store, or writes down where a secret key is that stays where it is: in an "
          "ssh-agent, in a PKCS #11 token (YubiKey, Nitrokey, HSM), behind a program, in an environment "
          "variable. The public half is pinned: what signs later must be that key.",
      .example =
          "  pgsign key import alice key.pem\n"
          "  pgsign key import alice ssh-agent:SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDzPxnrt7ZtvI2X2c8\n"
          "  pgsign key import alice 'pkcs11:token=yubikey;object=sign'\n"
          "  pgsign key import alice 'exec:pg-signer-kms?key=alice'",
      .arguments = {{"NAME", "your name for it, as others will see it beside the key"},
                    {"SOURCE", "a file, or ssh-agent:..., pkcs11:..., exec:..., env:..."}},
      .options = {passphrase_file_option(), no_passphrase_option(), {"dry-run", "", "show the key and stop"}},
      .run = run_import};
}

Command key_export_command() {
  return {
      .name = "key export",
      .summary = "print the public half of a key as others want it",
      .description = "The secret half is never printed.",
      .example = "  pgsign key export alice --format ssh",
      .arguments = {{"NAME", "the key's name"}},
      .options = {{"format", "FORMAT", "pem (SubjectPublicKeyInfo, default), ssh, hex, or pub (for pgsign)"}},
      .run = run_export};
}

}  // namespace tuf
