#include "signer/people.h"

#include <algorithm>

namespace tuf {

std::vector<KeyHolder> read_holders(const std::vector<std::string>& files, const std::string& option) {
  std::vector<KeyHolder> holders;
  for (const std::string& file : files) {
    NamedPublicKey read = read_public_key_file(file);
    for (const KeyHolder& other : holders) {
      if (other.key.identity() != read.key.identity()) continue;
      throw usage("{} names one key twice: {}", option, key_label(read.name, read.key.id()));
    }
    holders.push_back({std::move(read.name), std::move(read.key)});
  }
  return holders;
}

std::vector<KeyHolder> with_own_key(const StoredKey& own, std::vector<KeyHolder> others) {
  const Bytes& identity = own.info.public_key.identity();
  const bool there = std::any_of(others.begin(), others.end(),
                                 [&](const KeyHolder& holder) { return holder.key.identity() == identity; });
  if (!there) others.insert(others.begin(), {own.info.name, own.info.public_key});
  return others;
}

std::uint32_t checked_threshold(std::uint32_t threshold, const std::vector<KeyHolder>& holders,
                                const std::string& option) {
  if (threshold <= holders.size()) return threshold;
  throw usage("--{} asks for {} signatures, but there {} only {} {}", option, threshold,
              holders.size() == 1 ? "is" : "are", holders.size(), holders.size() == 1 ? "key" : "keys");
}

bool tell_root(const TreeReader& tree, Output& out) {
  const std::string path = layout::root_history(1);
  const std::optional<Bytes> file = tree.read(path, max_metadata_bytes);
  if (!file) return false;
  const SignedFile<Root> root = parse_signed_file<Root>(*file, path);
  if (!check_signatures(root.untrusted.keys_of("root"), root.signed_bytes, root.signatures).enough())
    return false;
  const std::string sha256 = sha256_of(*file).hex();
  out.json["root_sha256"] = sha256;
  out.result("root SHA-256: " + sha256);
  return true;
}

}  // namespace tuf
