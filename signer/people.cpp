#include "signer/people.h"

#include <filesystem>
#include <map>

#include "libtufcore/io/file.h"
#include "signer/verified_main.h"

namespace tuf {
namespace {

constexpr std::size_t min_digits = 8;

bool is_file(const std::string& word) {
  return word.find('/') != std::string::npos || word.ends_with(".pub") || fs::is_regular_file(word);
}

void add_known(std::map<KeyId, KeyHolder>& known, const std::vector<KeyHolder>& holders) {
  for (const KeyHolder& holder : holders) known.emplace(holder.key.computed_id(), holder);
}

void add_known(std::map<KeyId, KeyHolder>& known, const RepositoryState& state, const ProjectName& project) {
  for (const RoleFile* file : {state.find_owners(project), state.find_releases(project)}) {
    if (file != nullptr) add_known(known, holders_of(file->signers, file->names));
  }
}

KeyHolder the_only(const std::vector<KeyHolder>& found, const std::string& word, const std::string& where) {
  if (found.empty()) throw not_found("{} has no key {}", where, escaped(word));
  if (found.size() == 1) return found.front();
  throw usage("'{}' can be more than one key: {}", escaped(word), labels_of(found)).with_hint("give more digits of the key id");
}

// In the project itself first; all of the repository is only read when it must be.
KeyHolder known_key(const std::string& digits, const RepositoryState& state, const ProjectName& project) {
  std::map<KeyId, KeyHolder> known;
  const auto matching = [&] {
    std::vector<KeyHolder> found;
    for (const auto& [id, holder] : known) {
      if (id.starts_with(digits)) found.push_back(holder);
    }
    return found;
  };
  add_known(known, state, project);
  if (!matching().empty()) return the_only(matching(), digits, "");
  add_known(known, holders_of(state.root().keys_of("root"), state.root().extra));
  for (const ProjectName& other : state.projects()) add_known(known, state, other);
  return the_only(matching(), digits, "this repository");
}

void refuse_twice(const std::vector<KeyHolder>& holders, const KeyHolder& next) {
  if (find_holder(holders, next.key))
    throw usage("one key is named twice: {}", key_label(next.name, next.key.computed_id()));
}

}  // namespace

bool may_be_key_id(const std::string& word) {
  return word.size() >= min_digits && is_lower_hex(word);
}

std::string labels_of(const std::vector<KeyHolder>& people) {
  return comma_list(people, [](const KeyHolder& holder) { return key_label(holder.name, holder.key.computed_id()); });
}

std::vector<KeyHolder> find_people(const std::vector<std::string>& words, const RepositoryState& state,
                                   const ProjectName& project) {
  std::vector<KeyHolder> people;
  for (const std::string& word : words) {
    std::optional<KeyHolder> person;
    if (is_file(word)) {
      NamedPublicKey read = read_public_key_file(word);
      person = KeyHolder{std::move(read.name), std::move(read.key)};
    } else if (may_be_key_id(word)) {
      person = known_key(word, state, project);
    } else {
      throw usage("'{}' is neither a public key file nor the first {} digits of a key id", escaped(word), min_digits)
          .with_hint(fmt::format("ask them for a key: pgsign invite {} --as maintainer NAME", project.text()));
    }
    refuse_twice(people, *person);
    people.push_back(*std::move(person));
  }
  return people;
}

std::vector<KeyHolder> find_members(const std::vector<std::string>& words, const std::vector<KeyHolder>& members,
                                    const std::string& who) {
  std::vector<KeyHolder> people;
  for (const std::string& word : words) {
    std::vector<KeyHolder> found;
    const auto file = is_file(word) ? std::optional(read_public_key_file(word)) : std::nullopt;
    for (const KeyHolder& member : members) {
      const bool same = file ? member.key.identity() == file->key.identity()
                             : member.name == word || (may_be_key_id(word) && member.key.computed_id().starts_with(word));
      if (same) found.push_back(member);
    }
    KeyHolder person = the_only(found, word, "the list of " + who);
    refuse_twice(people, person);
    people.push_back(std::move(person));
  }
  return people;
}

std::vector<KeyHolder> read_holders(const std::vector<std::string>& files, const std::string& option) {
  std::vector<KeyHolder> holders;
  for (const std::string& file : files) {
    NamedPublicKey read = read_public_key_file(file);
    if (find_holder(holders, read.key))
      throw usage("{} names one key twice: {}", option, key_label(read.name, read.key.id()));
    holders.push_back({std::move(read.name), std::move(read.key)});
  }
  return holders;
}

std::vector<KeyHolder> with_own_key(const StoredKey& own, std::vector<KeyHolder> others) {
  if (!find_holder(others, own.info.public_key)) others.insert(others.begin(), {own.info.name, own.info.public_key});
  return others;
}

std::uint32_t checked_threshold(std::uint32_t threshold, const std::vector<KeyHolder>& holders,
                                const std::string& option) {
  if (threshold <= holders.size()) return threshold;
  throw usage("--{} asks for {} signatures, but there {} only {} {}", option, threshold,
              holders.size() == 1 ? "is" : "are", holders.size(), holders.size() == 1 ? "key" : "keys");
}

bool tell_root(const TreeReader& tree, Output& out) {
  const std::optional<FirstRoot> root = find_first_root(tree);
  if (!root) return false;
  const std::string sha256 = root->sha256.hex();
  out.json["root_sha256"] = sha256;
  out.result("root SHA-256: " + sha256);
  return true;
}

}  // namespace tuf
