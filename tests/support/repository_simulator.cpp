#include "tests/support/repository_simulator.h"

#include <algorithm>

#include "libtufcore/error.h"

namespace tuf {
namespace {

constexpr const char* top_level_roles[] = {"root", "timestamp", "snapshot", "targets"};

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' ? hex_decode(text.substr(i + 1, 2)) : std::nullopt;
    result += byte ? *byte : std::string(1, text[i]);
    if (byte) i += 2;
  }
  return result;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

RoleKeys role_keys(const KeyNames& names, std::uint32_t threshold) {
  RoleKeys keys;
  for (const std::string& name : names) keys.keys.push_back(test_key(name).public_key());
  keys.threshold = threshold;
  return keys;
}

Bytes signed_text(const Json& signed_part, const KeyNames& names) {
  const Bytes bytes = canonical_json(signed_part);
  SignatureSet signatures;
  for (const std::string& name : names) {
    signatures.by_key[test_key(name).public_key().id()] = test_key(name).sign(bytes);
  }
  return signed_file_text(signed_part, signatures);
}

RepositorySimulator::RepositorySimulator() : now(*UtcTime::parse("2026-01-01T00:00:00Z")) {
  const UtcTime expires = now.plus_days(30);
  root.version = timestamp.version = snapshot.version = targets.version = 1;
  root.expires = timestamp.expires = snapshot.expires = targets.expires = expires;
  for (const char* name : top_level_roles) set_keys(name, {name});
  snapshot.roles[RoleName::of("targets")].version = 1;
  timestamp.snapshot.version = 1;
  publish_root();
}

Targets& RepositorySimulator::role(const std::string& name) {
  return name == "targets" ? targets : delegated.at(name);
}

void RepositorySimulator::set_keys(const std::string& role_name, const KeyNames& keys,
                                   std::uint32_t threshold) {
  signers[role_name] = keys;
  if (std::count(std::begin(top_level_roles), std::end(top_level_roles), role_name) != 0) {
    root.roles[role_name] = role_keys(keys, threshold);
    return;
  }
  const auto set_in = [&](Targets& delegator) {
    for (Delegation& delegation : delegator.delegations) {
      if (delegation.role.text() == role_name) delegation.signers = role_keys(keys, threshold);
    }
  };
  set_in(targets);
  for (auto& [name, delegator] : delegated) set_in(delegator);
}

void RepositorySimulator::publish_root() { roots_[root.version] = file_of("root"); }

MetaFile RepositorySimulator::meta_for(const std::string& role_name, std::uint64_t version) const {
  MetaFile meta;
  meta.version = version;
  if (!states_hashes) return meta;
  const Bytes file = file_of(role_name);
  meta.length = file.size();
  meta.hashes.emplace(HashAlgorithm::sha256, sha256_of(file));
  meta.hashes.emplace(HashAlgorithm::sha512, digest_of(HashAlgorithm::sha512, file));
  return meta;
}

void RepositorySimulator::update_snapshot() {
  snapshot.roles[RoleName::of("targets")] = meta_for("targets", targets.version);
  for (const auto& [name, role] : delegated)
    snapshot.roles[RoleName::of(name)] = meta_for(name, role.version);
  snapshot.version += 1;
  update_timestamp();
}

void RepositorySimulator::update_timestamp() {
  timestamp.snapshot = meta_for("snapshot", snapshot.version);
  timestamp.version += 1;
}

void RepositorySimulator::add_target(const std::string& role_name, const std::string& path,
                                     const Bytes& content) {
  TargetFile file;
  file.length = content.size();
  file.hashes.emplace(HashAlgorithm::sha256, sha256_of(content));
  role(role_name).targets[*TargetPath::parse(path)] = file;
  contents_[path] = content;
}

Delegation& RepositorySimulator::add_delegation(const std::string& delegator,
                                                const std::string& delegated_role,
                                                std::vector<std::string> paths, bool terminating,
                                                KeyNames keys) {
  if (keys.empty()) keys = {delegated_role};
  if (delegated.count(delegated_role) == 0) {
    Targets empty;
    empty.version = 1;
    empty.expires = now.plus_days(30);
    delegated[delegated_role] = empty;
    signers[delegated_role] = keys;
  }
  Targets& from = role(delegator);
  from.has_delegations = true;
  from.delegations.push_back(
      {RoleName::of(delegated_role), role_keys(keys), terminating, std::move(paths), std::nullopt, {}});
  return from.delegations.back();
}

void RepositorySimulator::add_bins(std::uint32_t bit_length, const std::string& name_prefix,
                                   const std::string& delegator) {
  role(delegator).has_delegations = true;
  role(delegator).succinct_roles = SuccinctRoles{role_keys({name_prefix}), bit_length, name_prefix};
  const std::size_t digits = (bit_length + 3) / 4;
  for (std::uint64_t bin = 0; bin < std::uint64_t{1} << bit_length; ++bin) {
    const std::string name = fmt::format("{}-{:0{}x}", name_prefix, bin, digits);
    Targets& bin_role = delegated[name];
    bin_role.version = 1;
    bin_role.expires = now.plus_days(30);
    signers[name] = {name_prefix};
  }
}

Bytes RepositorySimulator::file_of(const std::string& role_name) const {
  const KeyNames& by = signers.at(role_name);
  if (role_name == "root") return signed_text(to_json(root), by);
  if (role_name == "timestamp") return signed_text(to_json(timestamp), by);
  if (role_name == "snapshot") return signed_text(to_json(snapshot), by);
  return signed_text(to_json(role_name == "targets" ? targets : delegated.at(role_name)), by);
}

Bytes RepositorySimulator::root_file(std::uint64_t version) const { return roots_.at(version); }

std::vector<FetchReply> RepositorySimulator::fetch_all(const std::vector<FetchRequest>& wanted) {
  rounds.push_back(wanted.size());
  std::vector<FetchReply> replies;
  for (const FetchRequest& request : wanted) {
    replies.push_back(answer(request.url, request.max_bytes));
    FetchReply& reply = replies.back();
    const bool same = !request.unless_tag.empty() && reply.tag == request.unless_tag;
    if (!same && !(says_unchanged && requests.back() == "timestamp.json")) continue;
    ++unchanged_answers;
    reply = {.outcome = FetchReply::Outcome::unchanged, .tag = reply.tag};
  }
  return replies;
}

bool RepositorySimulator::fetch_into(const std::string& url, std::uint64_t first_byte,
                                     std::uint64_t max_bytes, const ByteSink& sink) {
  rounds.push_back(1);
  const FetchReply reply = answer(url, max_bytes);
  if (reply.outcome == FetchReply::Outcome::absent) return false;
  if (reply.outcome == FetchReply::Outcome::failed) throw *reply.failure;
  const std::size_t allowed =
      static_cast<std::size_t>(std::min<std::uint64_t>(reply.bytes.size(), max_bytes));
  for (std::size_t at = first_byte; at < allowed; at += 1024) {
    sink(ByteView(reply.bytes).substr(at, std::min<std::size_t>(1024, allowed - at)));
  }
  if (reply.failure) throw *reply.failure;
  return true;
}

FetchReply RepositorySimulator::answer(const std::string& url, std::uint64_t max_bytes) {
  using Outcome = FetchReply::Outcome;
  const bool is_metadata = url.starts_with(metadata_url);
  if (!is_metadata && !url.starts_with(targets_url)) {
    return {.outcome = Outcome::failed, .failure = network("cannot fetch {}: no such host", url)};
  }
  const std::string name = url.substr(std::string_view(is_metadata ? metadata_url : targets_url).size());
  const std::string request = is_metadata ? name : "targets/" + name;
  requests.push_back(request);
  if (unreachable.count(request) != 0) {
    return {.outcome = Outcome::failed, .failure = network("cannot fetch {}: connection refused", url)};
  }
  auto bytes = is_metadata ? metadata_answer(name) : target_answer(name);
  if (const auto other = serves_instead.find(request); other != serves_instead.end()) bytes = other->second;
  if (missing.count(request) != 0 || !bytes) return {.outcome = Outcome::absent};
  FetchReply reply{.outcome = Outcome::received, .bytes = std::move(*bytes)};
  if (gives_tags) reply.tag = "\"" + sha256_of(reply.bytes).hex().substr(0, 16) + "\"";
  if (reply.bytes.size() > max_bytes) {
    reply.outcome = Outcome::too_long;
    reply.failure = limit("{} is larger than {} bytes", url, max_bytes);
  }
  return reply;
}

std::optional<Bytes> RepositorySimulator::metadata_answer(const std::string& name) const {
  if (!name.ends_with(".json")) return std::nullopt;
  std::string role_name = percent_decoded(name.substr(0, name.size() - 5));
  if (role_name == "timestamp") return file_of("timestamp");
  // Like a real tree: versioned names with consistent snapshots, plain ones without; root is always
  // versioned.
  const bool is_root = role_name.ends_with(".root");
  if (root.consistent_snapshot || is_root) {
    const std::size_t dot = role_name.find('.');
    if (dot == std::string::npos || !is_number(role_name.substr(0, dot))) return std::nullopt;
    const std::uint64_t version = std::stoull(role_name.substr(0, dot));
    role_name = role_name.substr(dot + 1);
    if (role_name == "root")
      return roots_.count(version) != 0 ? std::optional(roots_.at(version)) : std::nullopt;
  }
  if (role_name != "snapshot" && role_name != "targets" && delegated.count(role_name) == 0)
    return std::nullopt;
  return file_of(role_name);
}

std::optional<Bytes> RepositorySimulator::target_answer(const std::string& name) const {
  std::string path = percent_decoded(name);
  std::string hash;
  if (root.consistent_snapshot) {
    const std::size_t start = path.rfind('/') + 1;  // 0 without a slash
    const std::size_t dot = path.find('.', start);
    if (dot == std::string::npos) return std::nullopt;
    hash = path.substr(start, dot - start);
    path.erase(start, dot + 1 - start);
  }
  const auto found = contents_.find(path);
  if (found == contents_.end()) return std::nullopt;
  const bool right = !root.consistent_snapshot || hash == sha256_of(found->second).hex() ||
                     hash == digest_of(HashAlgorithm::sha512, found->second).hex();
  return right ? std::optional(found->second) : std::nullopt;
}

}  // namespace tuf
