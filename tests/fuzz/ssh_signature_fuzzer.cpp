// ssh signatures as they come in armor and in git commits. Nothing that was not signed by a key has a signer; a
// signature of ours, wherever it is changed, has none or says the same.
#include "libtufcore/git/ssh_signature.h"
#include "libtufcore/key.h"
#include "tests/fuzz/fuzz.h"

using namespace tuf;
using tuf::fuzz::promise;

namespace {

const std::string commit_text = "tree 0\nauthor a\n\nmessage\n";

std::string signed_commit(const std::string& armored) {
  std::string header = "gpgsig ";
  for (const char c : armored.substr(0, armored.size() - 1)) header += c == '\n' ? "\n " : std::string(1, c);
  return "tree 0\nauthor a\n" + header + "\n\nmessage\n";
}

void check_answer(const SshSigner& signer) {
  promise(signer.key.has_value() == signer.reason.empty(), "a signer, or a reason why there is none");
  promise(fuzz::is_printable(signer.reason), "reasons can be printed (P-09)", signer.reason);
}

// What anybody sends: nothing that the input holds can be a signature over a message that is chosen here.
void check_any(std::string_view input) {
  check_answer(check_ssh_signature(input, "message", git_signature_namespace));
  check_answer(check_commit_signature(input));
}

// One byte of an honest signature is another one.
void check_changed(std::string_view input) {
  static const auto key = signing_key_of(SecretKey::from_seed(Bytes(32, 's')));
  static const std::string armored = *make_ssh_signature(*key, commit_text, git_signature_namespace);
  fuzz::Choices choices(input);
  std::string changed = armored;
  const std::size_t at = choices.byte() * 256u + choices.byte();
  changed[at % changed.size()] = static_cast<char>(choices.byte());
  for (const SshSigner& signer : {check_ssh_signature(changed, commit_text, git_signature_namespace),
                                  check_commit_signature(signed_commit(changed))}) {
    check_answer(signer);
    promise(!signer.key || signer.key->identity() == key->public_key().identity(), "nobody else has signed it");
  }
  promise(!check_ssh_signature(armored, commit_text + "x", git_signature_namespace).key, "another message");
  promise(!check_ssh_signature(armored, commit_text, "file").key, "another purpose");
  promise(check_commit_signature(signed_commit(armored)).key.has_value(), "an honest commit has a signer");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const bool ready = (initialise_crypto(), true);
  const auto input = fuzz::view(bytes, ready ? size : 0);
  check_any(input);
  check_changed(input);
  return 0;
}
