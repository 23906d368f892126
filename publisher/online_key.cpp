#include "publisher/online_key.h"

#include <set>

#include "libtufcore/error.h"
#include "libtufcore/keys/key_environment.h"
#include "libtufcore/keys/open_key.h"
#include "libtufcore/signed_file.h"
#include "publisher/signature_exchange.h"

namespace tuf {
namespace {

constexpr std::string_view key_options[] = {"online-key", "timestamp-key", "snapshot-key", "registrar-key"};

std::string label(const KeyId& id) { return key_label({}, id); }

}  // namespace

Bytes OnlineKeys::signed_file(std::string_view role, const RoleKeys& signers, const Json& signed_part) const {
  return signed_file_text(signed_part, sign(role, signers, canonical_json(signed_part)));
}

Bytes OnlineKeys::signed_text(std::string_view role, const RoleKeys& signers, ByteView canonical) const {
  return signed_file_text(canonical, sign(role, signers, canonical));
}

// One that was left is the one that counts, for one's own key, too: all publishers must make the same file.
std::optional<Bytes> OnlineKeys::signature_by(const PublicKey& allowed, std::string_view role, ByteView message) const {
  if (exchange_ != nullptr) {
    auto left = exchange_->signature(role, allowed.id());
    if (left && signature_is_valid(allowed, *left, message)) return left;
    if (!exchange_->may_sign()) return std::nullopt;
  }
  for (const std::unique_ptr<SigningKey>& key : keys_) {
    if (key->public_key().identity() != allowed.identity()) continue;
    Bytes signature = key->sign(message);
    if (exchange_ != nullptr) exchange_->leave(role, allowed.id(), signature);
    return signature;
  }
  return std::nullopt;
}

SignatureSet OnlineKeys::sign(std::string_view role, const RoleKeys& signers, ByteView message) const {
  SignatureSet signatures;
  std::vector<KeyId> others;
  for (const PublicKey& allowed : signers.keys) {
    if (exchange_ != nullptr && signatures.by_key.size() == signers.threshold) break;
    if (auto signature = signature_by(allowed, role, message)) {
      signatures.by_key.emplace(allowed.id(), *std::move(signature));
    } else {
      others.push_back(allowed.id());
    }
  }
  if (exchange_ != nullptr && signatures.by_key.size() < signers.threshold) {
    throw pending("round {} waits for another publisher: role {} is not signed by {}", exchange_->round().number, role,
                  comma_list(others, label))
        .with_hint("it runs 'pgpublish publish' with the same --exchange; then run this again");
  }
  if (signatures.by_key.size() < signers.threshold) {
    const std::string wanted = comma_list(signers.keys, [](const PublicKey& key) { return label(key.id()); });
    const auto label_of = [](const std::unique_ptr<SigningKey>& key) { return label(key->public_key().computed_id()); };
    throw forbidden("role {} needs {} of the keys {}; given: {}", role, signers.threshold, wanted, comma_list(keys_, label_of))
        .with_hint(signatures.by_key.empty()
                       ? "'pgsign admin status' says who signs; a key that was rotated away signs nothing any more"
                       : "give the others with --online-key; where another publisher has them: pgpublish publish --exchange DIR");
  }
  return signatures;
}

std::vector<OptionSpec> online_key_options() {
  constexpr auto repeat = OptionSpec::Repeat::yes;
  return {{"online-key", "FILE", "an online key (a file, or env:NAME, ssh-agent:..., pkcs11:..., exec:...), for every role that lists it", repeat},
          {"timestamp-key", "FILE", "the same, where each role has a key of its own", repeat},
          {"snapshot-key", "FILE", "the same", repeat},
          {"registrar-key", "FILE", "the same, for role new", repeat},
          passphrase_file_option(),
          pin_file_option()};
}

OnlineKeys open_online_keys(const Arguments& arguments) {
  // A stranger's code may run there; wherever the key is, it has no business in such a job (C-06).
  if (const std::string job = pull_request_job(); !job.empty()) {
    throw forbidden("this job is for a pull request ({}): nothing is signed there", job)
        .with_hint("publish in a job for the main branch; 'pgpublish check' needs no key");
  }
  std::set<std::string> paths;
  std::vector<std::unique_ptr<SigningKey>> keys;
  for (const std::string_view option : key_options) {
    for (const std::string& path : arguments.options(option)) {
      if (paths.insert(path).second) keys.push_back(open_key(path, arguments));
    }
  }
  if (keys.empty()) throw usage("no online key was given").with_hint("--online-key FILE, made by 'pgsign key new'");
  return OnlineKeys(std::move(keys));
}

}  // namespace tuf
