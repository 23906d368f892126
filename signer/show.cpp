#include "signer/show.h"

namespace tuf {
namespace {

Json keys_json(const std::vector<KeyId>& ids, const Json::Object& names) {
  Json::Array keys;
  for (const KeyId& id : ids)
    keys.emplace_back(Json::Object{{"keyid", id}, {"name", name_of_key(names, id)}});
  return keys;
}

std::string labels(const std::vector<KeyId>& ids, const Json::Object& names) {
  return comma_list(ids, [&](const KeyId& id) { return key_label(name_of_key(names, id), id); });
}

std::vector<KeyId> ids_of(const RoleKeys& keys) {
  std::vector<KeyId> ids;
  for (const PublicKey& key : keys.keys) ids.push_back(key.id());
  return ids;
}

}  // namespace

const char* name_of(Verdict::Kind kind) noexcept {
  switch (kind) {
    case Verdict::Kind::accepted:
      return "accepted";
    case Verdict::Kind::pending:
      return "pending";
    case Verdict::Kind::refused:
      return "refused";
  }
  return "refused";
}

std::vector<std::string> in_words(const std::vector<Change>& changes) {
  std::vector<std::string> lines;
  for (const Change& change : changes) {
    for (std::string& line : describe(change)) lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> shortages(const std::vector<MissingSignatures>& missing) {
  std::vector<std::string> lines;
  for (const MissingSignatures& one : missing) {
    const bool is_copy =
        std::holds_alternative<layout::RootHistory>(layout::kind_of(one.path));  // of admin/root.json
    if (!is_copy || missing.size() == 1) lines.push_back(signature_shortage(one.path, one.check, one.names));
  }
  return lines;
}

std::vector<MissingSignatures> missing_of(std::vector<MissingSignatures> missing,
                                          const std::optional<ProjectName>& project) {
  if (project) std::erase_if(missing, [&](const auto& one) { return layout::project_of(one.path) != project; });
  return missing;
}

std::vector<std::string> shortages(const Verdict& verdict) {
  std::vector<std::string> lines = shortages(verdict.missing);
  for (const std::string& line : verdict.waits) lines.push_back("waits until " + line);
  return lines;
}

void put_verdict(Output& out, const Verdict& verdict) {
  Json::Array changes, words, missing, waits;
  for (const Change& change : verdict.changes) changes.push_back(to_json(change));
  for (const std::string& line : in_words(verdict.changes)) words.emplace_back(line);
  for (const MissingSignatures& one : verdict.missing) {
    missing.emplace_back(Json::Object{
        {"path", one.path}, {"role", one.role.text()}, {"signatures", to_json(one.check, one.names)}});
  }
  out.json["changes"] = std::move(changes);
  out.json["words"] = std::move(words);
  for (const std::string& line : verdict.waits) waits.emplace_back(line);
  if (!waits.empty()) out.json["waits"] = std::move(waits);
  out.json["missing"] = std::move(missing);
  out.json["verdict"] = name_of(verdict.kind);
}

Json to_json(const SignatureCheck& check, const Json::Object& names) {
  return Json::Object{{"needed", static_cast<std::uint64_t>(check.threshold)},
                      {"signed", keys_json(check.valid, names)},
                      {"missing", keys_json(check.missing, names)}};
}

std::string in_words(const SignatureCheck& check, const Json::Object& names) {
  const std::string count = fmt::format("{} of {} signatures", check.valid.size(), check.threshold);
  return check.enough() ? count : fmt::format("{} (missing: {})", count, labels(check.missing, names));
}

Json to_json(const RoleKeys& keys, const Json::Object& names) {
  return Json::Object{{"needed", static_cast<std::uint64_t>(keys.threshold)},
                      {"keys", keys_json(ids_of(keys), names)}};
}

void show_keys(const std::string& who, const RoleKeys& keys, const Json::Object& names, Output& out) {
  out.json[who] = to_json(keys, names);
  for (const PublicKey& key : keys.keys) {
    const std::string name = name_of_key(names, key.id());
    out.result(fmt::format("{}  {}", key.id(), name.empty() ? "(no name)" : escaped(name, 64)));
  }
  out.result(fmt::format("{} of {} must sign", keys.threshold, keys.keys.size()));
}

std::string labels_of(const RoleKeys& keys, const Json::Object& names) { return labels(ids_of(keys), names); }

}  // namespace tuf
