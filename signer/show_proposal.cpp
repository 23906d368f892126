#include "signer/show_proposal.h"

#include <algorithm>

#include "libtufcore/io/file.h"
#include "signer/show.h"
#include "signer/signed_once.h"

namespace tuf {
namespace {

constexpr std::uint64_t max_artifact_bytes = std::uint64_t{1} << 40;

// The members that the words of a change do not show side by side.
struct FileHead {
  std::string version, expires;
};

FileHead head_of(const Json* signed_part) {
  FileHead head{"none", "none"};
  const Json::Object* members = signed_part == nullptr ? nullptr : signed_part->as_object();
  if (members == nullptr) return head;
  if (const auto it = members->find("version"); it != members->end() && it->second.as_number())
    head.version = fmt::format("{}", *it->second.as_number());
  if (const auto it = members->find("expires"); it != members->end() && it->second.as_text())
    head.expires = escaped(*it->second.as_text(), 40);
  return head;
}

std::optional<Json> signed_part_at(const ProposalBase& base, const std::string& path) {
  if (!base.state) return std::nullopt;
  const std::optional<Bytes> file = base.state->tree().read(path, max_metadata_bytes);
  if (!file) return std::nullopt;
  return parse_envelope(*file, path).signed_part;
}

std::vector<KeyId> distinct_signers(const Proposal& proposal) {
  const std::set<KeyId> ids = proposal.signed_by();
  return {ids.begin(), ids.end()};
}

Json::Object names_of(const Proposal& proposal) {
  Json::Object names;
  for (const FileSigners& one : proposal.signers) {
    for (const PublicKey& key : one.keys) {
      if (const std::string name = name_of_key(one.file.names, key.id()); !name.empty())
        set_name_of_key(names, key.id(), name);
    }
  }
  return names;
}

std::string label_of(const Json::Object& names, const KeyId& id) {
  return key_label(name_of_key(names, id), id);
}

struct AttributedRejection {
  std::string by;  // empty: no key that may sign it stands behind it
  std::string reason;
};

std::vector<AttributedRejection> rejections_of(const Proposal& proposal) {
  std::vector<AttributedRejection> result;
  const std::vector<PublicKey> keys = proposal.all_keys();
  const Json::Object names = names_of(proposal);
  for (const Rejection& rejection : proposal.rejections) {
    const PublicKey* signer = signer_of(rejection, proposal.id, keys);
    result.push_back(
        {signer == nullptr ? "" : label_of(names, signer->id()), escaped(rejection.reason, 1000)});
  }
  return result;
}

Json found_json(const Proposal& proposal) {
  Json::Array found;
  for (const Candidate& one : proposal.found) {
    found.emplace_back(
        Json::Object{{"where", one.shown}, {"reference", escaped(one.reference)}, {"commit", one.commit}});
  }
  return found;
}

Json signatures_json(const Proposal& proposal) {
  Json::Array files;
  for (const FileSigners& one : proposal.signers) {
    files.emplace_back(Json::Object{{"path", one.file.path},
                                    {"role", one.file.role.text()},
                                    {"signatures", to_json(one.file.check, one.file.names)}});
  }
  return files;
}

void show_parts(const Proposal& proposal, const ProposalBase& base, Output& out) {
  Json::Array parts;
  for (const auto& [path, part] : proposal.parts) {
    const std::optional<Json> before = signed_part_at(base, path);
    const FileHead from = head_of(before ? &*before : nullptr), to = head_of(&part.signed_part);
    out.result(fmt::format("  {}: version {} -> {}, expires {} -> {}", path, from.version, to.version,
                           from.expires, to.expires));
    parts.emplace_back(Json::Object{{"path", path},
                                    {"version_before", from.version},
                                    {"version", to.version},
                                    {"expires_before", from.expires},
                                    {"expires", to.expires}});
  }
  out.json["roles"] = std::move(parts);
}

void show_files(const std::vector<ProposedFile>& files, Output& out) {
  Json::Array list;
  for (const ProposedFile& file : files) {
    out.result(
        fmt::format("  {}: {} bytes, sha256 {}", file.path, file.content.size, file.content.sha256.hex()));
    list.emplace_back(Json::Object{
        {"path", file.path}, {"length", file.content.size}, {"sha256", file.content.sha256.hex()}});
  }
  out.json["files"] = std::move(list);
}

void show_signatures(const Proposal& proposal, Output& out) {
  for (const FileSigners& one : proposal.signers) {
    std::string who;
    for (const KeyId& id : one.file.check.valid)
      who += (who.empty() ? " by " : ", ") + label_of(one.file.names, id);
    out.result(fmt::format("  {}: {}{}", one.file.path, in_words(one.file.check, one.file.names), who));
  }
}

struct Expectation {
  std::string given;
  Digest sha256;
  bool used = false;
};

Expectation expectation_of(const std::string& given) {
  if (const std::optional<Digest> sha256 = Digest::from_hex(HashAlgorithm::sha256, given))
    return {given, *sha256};
  if (!fs::exists(given))
    throw not_found("there is no file {} to compare with", shown_path(given))
        .with_hint("--expect takes a file, or a SHA-256 of 64 hex digits");
  return {given, summarise_file(given, HashAlgorithm::sha256, max_artifact_bytes).digest};
}

}  // namespace

std::vector<StoredKey> my_keys() {
  const KeyStore store = KeyStore::of_user();
  std::vector<StoredKey> keys;
  for (const std::string& name : store.names()) keys.push_back(store.find(name));
  return keys;
}

std::string headline(const Proposal& proposal) {
  return fmt::format("{}  {}  {}", proposal.short_id(), proposal.scope,
                     proposal.title.empty() ? "(without a title)" : proposal.title);
}

bool is_mine(const Proposal& proposal, const std::vector<StoredKey>& mine) {
  return proposal.author && std::ranges::find(mine, *proposal.author, &StoredKey::id) != mine.end();
}

std::vector<std::string> rejections_in_words(const Proposal& proposal) {
  std::vector<std::string> lines;
  for (const AttributedRejection& rejection : rejections_of(proposal)) {
    lines.push_back(rejection.by.empty()
                        ? "somebody unknown says no (nobody who may sign it): " + rejection.reason
                        : fmt::format("REJECTED by {}: {}", rejection.by, rejection.reason));
  }
  return lines;
}

bool is_rejected(const Proposal& proposal) {
  return std::ranges::any_of(rejections_of(proposal),
                             [](const AttributedRejection& one) { return !one.by.empty(); });
}

std::vector<const Proposal*> rivals_of(const Proposal& proposal, const ProposalBook& book) {
  std::vector<const Proposal*> rivals;
  if (proposal.stale) return rivals;
  const std::vector<SignedContent> mine = contents_of(proposal.parts);
  const auto takes_a_version = [&](const SignedContent& other) {
    return std::ranges::any_of(mine, [&](const SignedContent& one) {
      return one.role == other.role && one.version == other.version && one.sha256 != other.sha256;
    });
  };
  for (const Proposal& other : book.proposals) {
    if (!other.stale && other.id != proposal.id &&
        std::ranges::any_of(contents_of(other.parts), takes_a_version))
      rivals.push_back(&other);
  }
  return rivals;
}

void refuse_outdated(const Proposal& proposal) {
  if (!proposal.stale) return;
  const std::string who =
      proposal.author ? label_of(names_of(proposal), *proposal.author) : "whoever proposed it";
  throw conflict("proposal {} is outdated: {}", proposal.short_id(), proposal.verdict.reason)
      .with_hint(
          fmt::format("{} can make the change again on top of that, with 'pgsign push' on the branch where "
                      "the commit is",
                      who));
}

bool waits_for_any(const Proposal& proposal, const std::vector<StoredKey>& mine) {
  return std::ranges::any_of(mine, [&](const StoredKey& key) { return proposal.waits_for(key.id()); });
}

std::string state_in_words(const Proposal& proposal, const std::vector<StoredKey>& mine) {
  if (proposal.stale) return "stale: " + proposal.verdict.reason;
  if (proposal.verdict.kind == Verdict::Kind::refused) return "refused: " + proposal.verdict.reason;
  if (proposal.complete())
    return fmt::format("has all signatures; 'pgsign sign {}' puts it on the main branch",
                       proposal.short_id());
  for (const StoredKey& key : mine) {
    if (proposal.waits_for(key.id())) return fmt::format("waits for your signature ({})", key.label());
  }
  return "waits for others";
}

std::vector<ProposedFile> files_of(const Proposal& proposal, const GitRepository& git,
                                   const ProposalBase& base) {
  std::vector<ProposedFile> files;
  const std::shared_ptr<const TreeReader> tree = tree_of(git, proposal, base);
  for (const ChangedPath& change : proposal.changed) {
    const layout::PathKind kind = layout::kind_of(change.path);
    const auto* file = std::get_if<layout::ProjectFile>(&kind);
    if (file == nullptr || change.how == ChangedPath::How::removed) continue;
    if (const std::optional<TreeReader::FileDigest> content = tree->digest(change.path, max_artifact_bytes))
      files.push_back({change.path, file->path.file.text(), *content});
  }
  return files;
}

void show_proposal(const Proposal& proposal, const GitRepository& git, const ProposalBase& base,
                   const std::vector<StoredKey>& mine, Output& out) {
  out.json["proposal"] = to_json(proposal, mine);
  out.result(fmt::format("proposal {} ({}): {}", proposal.short_id(), proposal.scope, proposal.title));
  const Json::Object names = names_of(proposal);
  if (proposal.author) out.result("proposed by " + label_of(names, *proposal.author));
  for (const std::string& line : rejections_in_words(proposal)) out.result(line);
  if (proposal.stale) return out.result("  " + state_in_words(proposal, mine));
  for (const std::string& line : in_words(proposal.verdict.changes)) out.result("  " + line);
  out.result("files, read and hashed here:");
  show_parts(proposal, base, out);
  show_files(files_of(proposal, git, base), out);
  out.result("signatures:");
  show_signatures(proposal, out);
  for (const Candidate& one : proposal.found)
    out.result(fmt::format("found: {} (commit {})", one.shown, short_id(one.commit)));
  out.result(state_in_words(proposal, mine));
}

Json to_json(const Proposal& proposal, const std::vector<StoredKey>& mine) {
  Json::Array changes, words, rejections, signers;
  const Json::Object names = names_of(proposal);
  for (const Change& change : proposal.verdict.changes) changes.push_back(to_json(change));
  for (const std::string& line : in_words(proposal.verdict.changes)) words.emplace_back(line);
  for (const AttributedRejection& one : rejections_of(proposal))
    rejections.emplace_back(
        Json::Object{{"by", one.by.empty() ? Json() : Json(one.by)}, {"reason", one.reason}});
  for (const KeyId& id : distinct_signers(proposal))
    signers.emplace_back(Json::Object{{"keyid", id}, {"name", name_of_key(names, id)}});
  return Json::Object{{"id", proposal.id},
                      {"scope", proposal.scope},
                      {"title", proposal.title},
                      {"verdict", proposal.stale ? "stale" : name_of(proposal.verdict.kind)},
                      {"reason", proposal.verdict.reason},
                      {"changes", std::move(changes)},
                      {"words", std::move(words)},
                      {"signatures", signatures_json(proposal)},
                      {"signed_by", std::move(signers)},
                      {"author", proposal.author ? Json(*proposal.author) : Json()},
                      {"rejections", std::move(rejections)},
                      {"found", found_json(proposal)},
                      {"waits_for_me", waits_for_any(proposal, mine)}};
}

Json to_json(const RefusedCandidate& refused) {
  return Json::Object{{"id", refused.id.empty() ? Json() : Json(refused.id)},
                      {"where", refused.at.shown},
                      {"commit", refused.at.commit},
                      {"reason", refused.reason}};
}

std::string in_words(const RefusedCandidate& refused) {
  return fmt::format("refused: {}{} (commit {}): {}",
                     refused.id.empty() ? "" : refused.id.substr(0, 12) + " at ", refused.at.shown,
                     short_id(refused.at.commit), refused.reason);
}

OptionSpec expect_option() {
  return {"expect", "FILE|SHA256", "a file that you built, or its hash: the proposal must hold exactly these",
          OptionSpec::Repeat::yes};
}

void check_expectations(const std::vector<std::string>& expectations,
                        const std::vector<ProposedFile>& files) {
  if (expectations.empty()) return;
  std::vector<Expectation> expected;
  for (const std::string& given : expectations) expected.push_back(expectation_of(given));
  for (const ProposedFile& file : files) {
    bool known = false;
    for (Expectation& one : expected) {
      if (one.sha256 != file.content.sha256) continue;
      one.used = known = true;
    }
    if (!known)
      throw refused("{} has the SHA-256 {}, which is none of those that you expect", file.path,
                    file.content.sha256.hex())
          .with_hint("do not sign it before you know why it differs from what you built");
  }
  for (const Expectation& one : expected) {
    if (!one.used)
      throw refused("you expect {} (SHA-256 {}), but no file of the proposal is that",
                    escaped(one.given, 200), one.sha256.hex());
  }
}

}  // namespace tuf
