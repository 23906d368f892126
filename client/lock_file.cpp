#include "client/lock_file.h"

#include <algorithm>

#include "client/failure_of.h"
#include "libtufcore/error.h"
#include "libtufcore/io/file.h"
#include "libtufcore/json.h"

namespace tuf {
namespace {

constexpr std::size_t max_lock_bytes = 64u << 20;
constexpr std::size_t max_entries = 100'000;
constexpr const char* schema = "pg.lock/1";

void refuse_unknown_members(const JsonReader& json, const std::vector<std::string_view>& known) {
  for (const auto& [name, member] : json.members(max_entries)) {
    if (std::ranges::count(known, name) == 0)
      throw refused("{} is no member that this pgclient knows", member.where());
  }
}

template <typename Name>
Name name_in(const JsonReader& json, std::string_view what_it_must_be) {
  const auto name = Name::parse(json.text());
  if (!name) json.refuse(what_it_must_be);
  return *name;
}

LockedFile parse_file(const JsonReader& json) {
  refuse_unknown_members(json, {"path", "length", "sha256", "sha512"});
  LockedFile file;
  file.length = static_cast<std::uint64_t>(json["length"].whole_number(0, max_whole_number));
  for (const HashAlgorithm algorithm : {HashAlgorithm::sha256, HashAlgorithm::sha512}) {
    const auto member = json.find(name_of(algorithm));
    if (!member) continue;
    const auto digest = Digest::from_hex(algorithm, member->text());
    if (!digest)
      member->refuse(algorithm == HashAlgorithm::sha256 ? "64 hexadecimal digits" : "128 hexadecimal digits");
    file.hashes.emplace(algorithm, *digest);
  }
  if (file.hashes.empty()) json.refuse("a file with sha256 or sha512");
  return file;
}

// The path says of which release a file is; what the file gets as its name comes from it, too (P-06).
std::map<std::string, LockedFile> parse_files(const JsonReader& json, const WantedProduct& product,
                                              const Version& version) {
  std::map<std::string, LockedFile> files;
  for (const JsonReader& element : json.elements(max_entries)) {
    const JsonReader member = element["path"];
    const auto path = ReleasePath::parse(member.text());
    if (!path || path->project != product.project || path->product != product.product ||
        path->version != version)
      member.refuse(fmt::format("a path below {}/{}/{}/", product.project.text(), product.product.text(),
                                version.text()));
    if (!files.emplace(path->text(), parse_file(element)).second) member.refuse("there once");
  }
  if (files.empty()) json.refuse("a list of at least one file");
  return files;
}

LockedRepository parse_repository(const JsonReader& json) {
  refuse_unknown_members(json, {"name", "root_sha256", "root_version", "releases"});
  LockedRepository repository;
  repository.root_version = static_cast<std::uint64_t>(json["root_version"].whole_number(1, max_whole_number));
  for (const JsonReader& element : json["releases"].elements(max_entries)) {
    refuse_unknown_members(element, {"project", "product", "version", "requested", "files"});
    const WantedProduct product{name_in<ProjectName>(element["project"], "the name of a project"),
                                name_in<ProductName>(element["product"], "the name of a product")};
    const auto version = name_in<Version>(element["version"], "a version");
    LockedRelease release{element["requested"].text(), version,
                          parse_files(element["files"], product, version)};
    if (!repository.releases.emplace(product, std::move(release)).second)
      element.refuse(fmt::format("the only release of {}", product.text()));
  }
  return repository;
}

Json::Object facts(const std::string& path, const LockedFile& file) {
  Json::Object json{{"path", path}, {"length", file.length}};
  for (const auto& [algorithm, digest] : file.hashes) json[std::string(name_of(algorithm))] = digest.hex();
  return json;
}

Json facts(const RepositoryIdentity& identity, const LockedRepository& repository) {
  Json::Array releases;
  for (const auto& [product, release] : repository.releases) {
    Json::Array files;
    for (const auto& [path, file] : release.files) files.emplace_back(facts(path, file));
    releases.emplace_back(Json::Object{{"project", product.project.text()},
                                       {"product", product.product.text()},
                                       {"version", release.version.text()},
                                       {"requested", release.requested},
                                       {"files", std::move(files)}});
  }
  return Json::Object{{"name", identity.name},
                      {"root_sha256", identity.root_sha256.hex()},
                      {"root_version", repository.root_version},
                      {"releases", std::move(releases)}};
}

}  // namespace

LockFile LockFile::parse(ByteView text, const std::string& what) {
  const Json document = parse_json(text, what);
  const JsonReader json(document, what);
  if (json["schema"].text() != schema)
    json["schema"].refuse(fmt::format("'{}', the format that this pgclient knows", schema));
  refuse_unknown_members(json, {"schema", "repositories"});
  LockFile lock;
  for (const JsonReader& element : json["repositories"].elements(max_entries)) {
    const auto root = Digest::from_hex(HashAlgorithm::sha256, element["root_sha256"].text());
    if (!root) element["root_sha256"].refuse("64 hexadecimal digits");
    if (!lock.repositories
             .emplace(RepositoryIdentity{element["name"].text(), *root}, parse_repository(element))
             .second)
      element.refuse("there once");
  }
  return lock;
}

Bytes LockFile::text() const {
  Json::Array list;
  for (const auto& [identity, repository] : repositories) list.emplace_back(facts(identity, repository));
  return pretty_json_text(Json::Object{{"schema", schema}, {"repositories", std::move(list)}}) + "\n";
}

std::optional<Bytes> read_lock_file_if_there(const fs::path& path) {
  return read_file_if_there(path, max_lock_bytes);
}

LockFile parse_lock_file(ByteView text, const fs::path& path) {
  const std::string what = shown_path(path);
  const bool in_conflict = text.starts_with("<<<<<<< ") || text.find("\n<<<<<<< ") != ByteView::npos;
  if (in_conflict) {
    throw configuration("{} holds the marks of a merge conflict", what)
        .with_hint(
            "resolve the conflict, or remove the file and write it again with 'pgclient lock PROJECT...'");
  }
  std::optional<LockFile> lock;
  const auto failure = failure_of([&] { lock = LockFile::parse(text, what); });
  if (!failure) return std::move(*lock);
  throw configuration("{}", failure->what())
      .with_hint(
          "take it from version control again, or remove it and write it with 'pgclient lock PROJECT...'");
}

LockFile read_lock_file(const fs::path& path) {
  const auto text = read_lock_file_if_there(path);
  if (text) return parse_lock_file(*text, path);
  const bool has_own_name = path != default_lock_file;
  throw not_found("there is no {}", shown_path(path))
      .with_hint(fmt::format("pgclient lock PROJECT{} makes one",
                             has_own_name ? " --lock-file " + shown_path(path) : ""));
}

void write_lock_file(const fs::path& path, const LockFile& lock, const std::optional<Bytes>& before) {
  const Bytes text = lock.text();
  if (before && *before == text) return;
  if (read_lock_file_if_there(path) != before) {
    throw conflict("{} was changed by somebody else in the meantime", shown_path(path))
        .with_hint("nothing was written; run the command again");
  }
  write_file_atomically(path, text);
}

LockedRelease locked_release(const Release& release, const std::string& requested) {
  LockedRelease locked{requested, release.version, {}};
  for (const ReleaseFile& file : release.files)
    locked.files.emplace(file.target.path.text(),
                         LockedFile{file.target.file.length, file.target.file.hashes});
  return locked;
}

}  // namespace tuf
