#include "signer/signature_record.h"

#include <algorithm>

#include "libtufcore/own_members.h"
#include "signer/trust_file.h"

namespace tuf {
namespace {

constexpr std::size_t max_record_bytes = 64u << 20;
constexpr std::int64_t max_version = (std::int64_t{1} << 53) - 1;

Json::Object to_json(const char* event, const SignedContent& content) {
  return {{"event", event},
          {"role", content.role},
          {"version", content.version},
          {"sha256", content.sha256.hex()},
          {"path", content.path}};
}

SignedContent content_in(const JsonReader& line) {
  const auto digest = Digest::from_hex(HashAlgorithm::sha256, line["sha256"].text());
  if (!digest) line["sha256"].refuse("64 hexadecimal digits");
  return {line["role"].text(), static_cast<std::uint64_t>(line["version"].whole_number(1, max_version)),
          *digest, line["path"].text()};
}

UtcTime time_in(const JsonReader& line) {
  const auto time = UtcTime::parse(line["when"].text());
  if (!time) line["when"].refuse("a time");
  return *time;
}

RecordedSignature* find(std::vector<RecordedSignature>& entries, const SignedContent& content) {
  const auto it = std::ranges::find(entries, content, &RecordedSignature::content);
  return it == entries.end() ? nullptr : &*it;
}

void replay(std::vector<RecordedSignature>& entries, const JsonReader& line) {
  const std::string event = line["event"].text();
  const SignedContent content = content_in(line);
  RecordedSignature* known = find(entries, content);
  if (event == "signed") {
    if (known == nullptr) {
      entries.push_back({content, line["key"].text(), time_in(line), line["complete"].boolean()});
    } else {
      known->complete = known->complete || line["complete"].boolean();
      known->withdrawn = false;
    }
    return;
  }
  if (known == nullptr) line.refuse("about something that was signed");
  if (event == "leaving") {
    ++known->departures;
    known->withdrawn = false;  // it is out again
  } else if (event == "withdrawn") {
    known->withdrawn = true;
  } else {
    line["event"].refuse("a known event");
  }
}

std::string name_of(const SignedContent& content) {
  return fmt::format("version {} of role {}", content.version, escaped(content.role));
}

Error second_content(const SignedContent& next, const RecordedSignature& known, const std::string& way) {
  Error error = refused(
      "{} was signed with another content on {} ({} instead of {}), and that one has left this machine: two "
      "contents "
      "for one version could be shown to two people",
      name_of(next), known.when.text(), known.content.sha256.hex().substr(0, 12),
      next.sha256.hex().substr(0, 12));
  if (known.complete) {
    return std::move(error).with_hint(
        "that one is complete: bring it to the main branch (git reflog finds its commit; pgsign push), then "
        "make your "
        "change on top of it");
  }
  return std::move(error).with_hint(
      "let the others sign that one; or, when all agree to drop it: " +
      (way.empty() ? fmt::format("pgsign trust withdraw {} {}", escaped(next.role), next.version) : way));
}

}  // namespace

std::optional<SignedContent> signed_content_of(const std::string& path, const Json& signed_part) {
  const layout::PathKind kind = layout::kind_of(path);
  const Digest digest = sha256_of(canonical_json(signed_part));
  const JsonReader reader(signed_part, path);
  if (const auto* claim = std::get_if<layout::ProjectClaim>(&kind)) {
    return SignedContent{claim->project.text() + ".claim", 1, digest, path};
  }
  const auto version = reader.find("version");
  if (!version) return std::nullopt;
  const auto number = static_cast<std::uint64_t>(version->whole_number(1, max_version));
  const bool is_root = reader["_type"].text() == "root";
  const auto role = reader.find(role_member);
  if (!is_root && !role) return std::nullopt;
  return SignedContent{is_root ? "root" : role->text(), number, digest,
                       is_root ? std::string(layout::root) : path};
}

std::vector<RecordedSignature> SignatureRecord::entries() const {
  std::vector<RecordedSignature> entries;
  read_sealed_lines(file(), max_record_bytes, [&](const JsonReader& line) { replay(entries, line); });
  return entries;
}

void SignatureRecord::refuse_second(const std::vector<SignedContent>& contents,
                                    const IsElsewhere& is_elsewhere, const std::string& way) const {
  const std::vector<RecordedSignature> known = entries();
  for (const SignedContent& next : contents) {
    for (const RecordedSignature& one : known) {
      if (one.content.role != next.role || one.content.version != next.version) continue;
      if (one.content.sha256 == next.sha256 || one.withdrawn) continue;
      if (one.departures > 0 || is_elsewhere(one)) throw second_content(next, one, way);
    }
  }
}

void SignatureRecord::note_signed(const std::vector<RecordedSignature>& signatures,
                                  const IsElsewhere& is_elsewhere) const {
  const FileLock locked = lock();
  std::vector<SignedContent> contents;
  std::vector<Json> lines;
  for (const RecordedSignature& signature : signatures) {
    contents.push_back(signature.content);
    Json::Object line = to_json("signed", signature.content);
    line["when"] = signature.when.text();
    line["key"] = signature.key;
    line["complete"] = signature.complete;
    lines.emplace_back(std::move(line));
  }
  refuse_second(contents, is_elsewhere);
  append_sealed_lines(file(), lines);
}

void SignatureRecord::append(const char* event, const std::vector<SignedContent>& contents,
                             const std::string& to) const {
  const FileLock locked = lock();
  std::vector<RecordedSignature> known = entries();
  std::vector<Json> lines;
  for (const SignedContent& content : contents) {
    if (find(known, content) == nullptr) continue;  // others signed it
    Json::Object line = to_json(event, content);
    if (!to.empty()) line["to"] = to;
    lines.emplace_back(std::move(line));
  }
  if (!lines.empty()) append_sealed_lines(file(), lines);
}

void SignatureRecord::note_leaving(const std::vector<SignedContent>& contents, const std::string& to) const {
  append("leaving", contents, to);
}

std::vector<SignedContent> SignatureRecord::contents_to_withdraw(const std::string& role,
                                                                 std::uint64_t version) const {
  std::vector<SignedContent> contents;
  for (const RecordedSignature& one : entries()) {
    if (one.content.role != role || one.content.version != version) continue;
    if (one.complete && one.departures > 0) {
      throw refused(
          "{} is complete and has left this machine: it counts without anybody's help, so it cannot be "
          "withdrawn",
          name_of(one.content))
          .with_hint("bring it to the main branch (pgsign push), then make your change on top of it");
    }
    contents.push_back(one.content);
  }
  if (contents.empty())
    throw not_found("your keys have signed no version {} of role {}", version, escaped(role));
  return contents;
}

void SignatureRecord::note_withdrawn(const std::string& role, std::uint64_t version) const {
  append("withdrawn", contents_to_withdraw(role, version), "");
}

void SignatureRecord::note_withdrawn(const std::vector<SignedContent>& contents) const {
  std::vector<SignedContent> incomplete;
  for (const RecordedSignature& one : entries()) {
    const bool chosen = std::ranges::find(contents, one.content) != contents.end();
    if (chosen && !(one.complete && one.departures > 0)) incomplete.push_back(one.content);
  }
  append("withdrawn", incomplete, "");
}

}  // namespace tuf
