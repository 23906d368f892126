#include "libtufcore/keys/key_program.h"

#include "libtufcore/digest.h"
#include "libtufcore/error.h"
#include "libtufcore/io/child_process.h"
#include "libtufcore/json.h"

namespace tuf {
namespace {

constexpr std::size_t max_signature_bytes = 4096;

std::string percent_decoded(std::string_view text, const std::string& whole) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    const std::optional<Bytes> byte = hex_decode(text.substr(at + 1, 2));
    if (!byte || byte->size() != 1 || *byte == Bytes(1, '\0'))
      throw usage("'exec:{}' has a '%' that starts no byte", escaped(whole));
    decoded += *byte;
    at += 2;
  }
  return decoded;
}

// What the program says to one request: an object, or its own words why not.
Json ask(const std::vector<std::string>& words, Json::Object request) {
  const std::string shown = escaped(words.front(), 1024);
  request.emplace("version", 1);
  const ChildRun run =
      run_child({.words = words,
                 .input = json_text(Json(std::move(request))) + "\n",
                 .hint_when_absent = "after exec: comes a program's path, or a name that PATH leads to"});
  if (run.exit_code != 0 && run.output.empty())
    throw other("the program '{}' ended with code {}", shown, run.exit_code);
  const std::string what = fmt::format("the answer of the program '{}'", shown);
  Json answer = parse_json(run.output, what);
  const JsonReader reader(answer, what);
  if (const auto error = reader.find("error"))
    throw forbidden("the program '{}' refused: {}", shown, escaped(error->text(4096), 1024));
  if (run.exit_code != 0) throw other("the program '{}' ended with code {}", shown, run.exit_code);
  return answer;
}

PublicKey public_key_from(const std::vector<std::string>& words) {
  const std::string what = fmt::format("the answer of the program '{}'", escaped(words.front(), 1024));
  const Json answer = ask(words, {{"op", "public"}});
  const JsonReader json = JsonReader(answer, what)["key"];
  PublicKey key = PublicKey::parse(json, PublicKey::parse(json, {}).computed_id());
  if (!key.supported()) json.refuse("a key of a kind that this program can verify");
  return key;
}

class KeyBehindProgram final : public SigningKey {
 public:
  KeyBehindProgram(std::vector<std::string> words, PublicKey key)
      : SigningKey(std::move(key), fmt::format("the program '{}'", escaped(words.front(), 1024))),
        words_(std::move(words)) {}

 private:
  Bytes make_signature(ByteView message) override {
    const Json answer = ask(words_, {{"op", "sign"},
                                     {"key", public_key().json()},
                                     {"scheme", public_key().scheme()},
                                     {"payload_b64", base64_encode(message)},
                                     {"payload_sha256", sha256_of(message).hex()}});
    const JsonReader sig = JsonReader(answer, "the answer of " + place())["sig"];
    std::optional<Bytes> signature = hex_decode(sig.text(2 * max_signature_bytes));
    if (!signature) sig.refuse("hex digits, the signature");
    return std::move(*signature);
  }
  std::vector<std::string> words_;
};

}  // namespace

std::vector<std::string> words_of_program(const std::string& program_and_arguments) {
  const std::size_t mark = program_and_arguments.find('?');
  std::vector<std::string> words{
      percent_decoded(program_and_arguments.substr(0, mark), program_and_arguments)};
  if (words.front().empty())
    throw usage("'exec:' names no program").with_hint("exec:PROGRAM?ARGUMENT&ARGUMENT");
  if (mark == std::string::npos) return words;
  std::string_view rest = std::string_view(program_and_arguments).substr(mark + 1);
  while (true) {
    const std::size_t end = rest.find('&');
    words.push_back(percent_decoded(rest.substr(0, end), program_and_arguments));
    if (end == std::string_view::npos) return words;
    rest.remove_prefix(end + 1);
  }
}

std::unique_ptr<SigningKey> open_program_key(const std::string& program_and_arguments,
                                             const PublicKey* pinned) {
  std::vector<std::string> words = words_of_program(program_and_arguments);
  PublicKey key = pinned == nullptr ? public_key_from(words) : *pinned;
  return std::make_unique<KeyBehindProgram>(std::move(words), std::move(key));
}

}  // namespace tuf
