#include "signer/trust_store.h"

#include <algorithm>
#include <system_error>

#include "signer/trust_file.h"

namespace tuf {
namespace {

constexpr std::size_t max_file_bytes = 1u << 20;
constexpr std::size_t max_remotes = 64;
constexpr std::int64_t max_version = (std::int64_t{1} << 53) - 1;

fs::path stores_folder() { return state_directory() / "signer"; }
fs::path folder_of(const Digest& root) { return stores_folder() / root.hex(); }
fs::path repository_file(const fs::path& folder) { return folder / "repository"; }

void refuse_foreign(const fs::path& folder) {
  refuse_if_others_can_write_above(folder);
  refuse_if_others_can_write(folder);
}

Digest digest_in(const JsonReader& json) {
  const auto digest = Digest::from_hex(HashAlgorithm::sha256, json.text());
  if (!digest) json.refuse("64 hexadecimal digits");
  return *digest;
}

UtcTime time_in(const JsonReader& json) {
  const auto time = UtcTime::parse(json.text());
  if (!time) json.refuse("a time");
  return *time;
}

TrustStore::Pinned pinned_in(const JsonReader& json) {
  for (const auto how :
       {TrustStore::Pinned::given, TrustStore::Pinned::made, TrustStore::Pinned::first_use}) {
    if (json.text() == name_of(how)) return how;
  }
  json.refuse("given, made or first-use");
}

TrustedMain main_in(const JsonReader& json) { return {json["commit"].text(), time_in(json["since"])}; }

TrustStore::State state_in(const JsonReader& json) {
  TrustStore::State state{digest_in(json["root_sha256"]),
                          json["name"].text(),
                          pinned_in(json["pinned"]),
                          time_in(json["since"]),
                          {},
                          {},
                          {},
                          {}};
  for (const JsonReader& remote : json["remotes"].elements(max_remotes))
    state.remotes.push_back(remote.text());
  if (const auto main = json.find("main"); main && main->find("remote")) {
    state.reference = (*main)["remote"].text();
    state.main = main_in(*main);
  }
  if (const auto lines = json.find("lines")) {
    for (const JsonReader& line : lines->elements(max_remotes))
      state.lines.insert_or_assign(line["remote"].text(), main_in(line));
  }
  return state;
}

Json to_json(const TrustStore::State& state) {
  Json::Object json{{"root_sha256", state.root_sha256.hex()},
                    {"name", state.name},
                    {"pinned", name_of(state.pinned)},
                    {"since", state.since.text()},
                    {"remotes", Json::Array(state.remotes.begin(), state.remotes.end())}};
  if (state.main)
    json["main"] = Json::Object{
        {"remote", state.reference}, {"commit", state.main->commit}, {"since", state.main->since.text()}};
  Json::Array lines;
  for (const auto& [remote, last] : state.lines)
    lines.emplace_back(
        Json::Object{{"remote", remote}, {"commit", last.commit}, {"since", last.since.text()}});
  if (!lines.empty()) json["lines"] = std::move(lines);
  return json;
}

void refuse_other_height(const std::string& role, const RoleHeight& known, const RoleHeight& seen) {
  if (seen.version > known.version || (seen.version == known.version && seen.sha256 == known.sha256)) return;
  if (seen.version < known.version) {
    throw rollback("main has version {} of role {}, but had version {} before", seen.version, escaped(role),
                   known.version)
        .with_hint("ask the others what main should say; 'pgsign trust forget' only after that");
  }
  throw rollback("main has another version {} of role {} than before", seen.version, escaped(role))
      .with_hint("ask the others what main should say; 'pgsign trust forget' only after that");
}

}  // namespace

const char* name_of(TrustStore::Pinned pinned) noexcept {
  switch (pinned) {
    case TrustStore::Pinned::given:
      return "given";
    case TrustStore::Pinned::made:
      return "made";
    case TrustStore::Pinned::first_use:
      return "first-use";
  }
  return "first-use";
}

std::optional<TrustedMain> TrustStore::State::last_of(const std::string& remote) const {
  const auto line = lines.find(remote);
  return line == lines.end() ? main : std::optional(line->second);
}

TrustStore TrustStore::read(const fs::path& folder, const Digest& root_sha256) {
  refuse_foreign(folder);
  std::optional<State> state;
  read_sealed_lines(repository_file(folder), max_file_bytes,
                    [&](const JsonReader& json) { state = state_in(json); });
  if (!state) throw_damaged(repository_file(folder), "it is empty");
  if (state->root_sha256 != root_sha256) throw_damaged(repository_file(folder), "it is another repository's");
  return TrustStore(folder, *std::move(state));
}

std::optional<TrustStore> TrustStore::find(const Digest& root_sha256) {
  const fs::path folder = folder_of(root_sha256);
  if (!fs::exists(fs::symlink_status(repository_file(folder)))) return std::nullopt;
  return read(folder, root_sha256);
}

std::vector<TrustStore> TrustStore::all() {
  std::vector<TrustStore> stores;
  std::error_code none;  // no folder: nothing is trusted yet
  for (const fs::directory_entry& entry : fs::directory_iterator(stores_folder(), none)) {
    const auto root = Digest::from_hex(HashAlgorithm::sha256, entry.path().filename().string());
    if (!root) continue;
    if (std::optional<TrustStore> store = find(*root)) stores.push_back(*std::move(store));
  }
  std::ranges::sort(stores, {}, [](const TrustStore& store) { return store.state_.root_sha256; });
  return stores;
}

TrustStore TrustStore::pin(const Digest& root_sha256, const std::string& name, Pinned how, UtcTime now) {
  const fs::path folder = folder_of(root_sha256);
  make_directories(folder / "roots", 0700);
  make_directories(folder / "projects", 0700);
  refuse_foreign(folder);
  const FileLock locked(folder / "lock", FileLock::Wait::yes);
  if (std::optional<TrustStore> known = find(root_sha256)) {
    if (known->state_.pinned == Pinned::first_use && how != Pinned::first_use) {
      known->state_.pinned = how;
      known->write();
    }
    return *std::move(known);
  }
  TrustStore store(folder, State{root_sha256, name, how, now, {}, {}, {}, {}});
  store.write();
  return store;
}

bool TrustStore::holds(const Digest& root_sha256, bool with_signatures) {
  const fs::path folder = folder_of(root_sha256);
  return fs::exists(fs::symlink_status(repository_file(folder))) ||
         (with_signatures && fs::exists(fs::symlink_status(folder / "signed")));
}

bool TrustStore::forget(const Digest& root_sha256, bool with_signatures) {
  const fs::path folder = folder_of(root_sha256);
  if (!fs::exists(fs::symlink_status(folder))) return false;
  refuse_foreign(folder);
  const FileLock locked(folder / "lock", FileLock::Wait::yes);
  bool found = fs::remove(repository_file(folder));  // first: without it nothing is trusted
  for (const char* name : {"roots", "projects", "admin.roles"}) fs::remove_all(folder / name);
  if (with_signatures) found = fs::remove(folder / "signed") || found;
  sync_directory(folder);
  return found;
}

void TrustStore::write() const {
  write_file_atomically(repository_file(folder_), sealed_line(to_json(state_)), FileMode::secret);
}

void TrustStore::add_remote(const std::string& url) {
  if (std::ranges::find(state_.remotes, url) != state_.remotes.end()) return;
  const FileLock locked = lock();
  state_ = read(folder_, state_.root_sha256).state_;
  if (std::ranges::find(state_.remotes, url) != state_.remotes.end()) return;
  if (state_.remotes.size() == max_remotes) {
    const auto oldest =
        std::ranges::find_if(state_.remotes, [&](const std::string& one) { return one != state_.reference; });
    state_.lines.erase(*oldest);
    state_.remotes.erase(oldest);
  }
  state_.remotes.push_back(url);
  write();
}

fs::path TrustStore::roles_file(const std::optional<ProjectName>& project) const {
  return project ? folder_ / "projects" / (project->text() + ".roles") : folder_ / "admin.roles";
}

TrustStore::Roles TrustStore::roles(const std::optional<ProjectName>& project) const {
  Roles roles;
  read_sealed_lines(roles_file(project), max_file_bytes, [&](const JsonReader& json) {
    const auto version = static_cast<std::uint64_t>(json["version"].whole_number(1, max_version));
    roles.insert_or_assign(json["role"].text(), RoleHeight{version, digest_in(json["sha256"])});
  });
  return roles;
}

std::optional<Bytes> TrustStore::root(std::uint64_t version) const {
  return read_file_if_there(folder_ / "roots" / fmt::format("{}.root.json", version), max_metadata_bytes,
                            Links::refuse);
}

void TrustStore::keep_roles(const std::optional<ProjectName>& project, const Roles& seen) const {
  Roles roles = this->roles(project);
  for (const auto& [role, height] : seen) {
    if (const auto known = roles.find(role); known != roles.end())
      refuse_other_height(role, known->second, height);
    roles.insert_or_assign(role, height);
  }
  std::string text;
  for (const auto& [role, height] : roles) {
    text += sealed_line(
        Json::Object{{"role", role}, {"version", height.version}, {"sha256", height.sha256.hex()}});
  }
  write_file_atomically(roles_file(project), text, FileMode::secret);
}

void TrustStore::keep_roots(const std::map<std::uint64_t, Bytes>& roots) const {
  for (const auto& [version, file] : roots) {
    const std::optional<Bytes> known = root(version);
    if (known == file) continue;
    if (known) throw rollback("main has another version {} of the root than before", version);
    write_file_atomically(folder_ / "roots" / fmt::format("{}.root.json", version), file, FileMode::secret);
  }
}

bool TrustStore::advance(const std::string& remote, const std::optional<CommitId>& last,
                         const TrustedMain& next, const std::optional<News>& news) {
  add_remote(remote);
  const FileLock locked = lock();
  state_ = read(folder_, state_.root_sha256).state_;
  const std::optional<TrustedMain> now = state_.last_of(remote);
  if (now.has_value() != last.has_value() || (last && now->commit != *last)) return false;
  if (news) {
    if (!state_.may_lead(remote)) return false;
    keep_roots(news->roots);
    for (const auto& [project, roles] : news->roles) keep_roles(project, roles);
    state_.reference = remote;
    state_.main = next;
  }
  state_.lines.insert_or_assign(remote, next);
  write();  // last: what is noted of roles is at least as new as what the commit says
  return true;
}

}  // namespace tuf
