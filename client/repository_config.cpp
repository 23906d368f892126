#include "client/repository_config.h"

#include <algorithm>
#include <system_error>

#include "client/failure_of.h"
#include "client/url.h"
#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"
#include "libtufcore/io/file.h"
#include "libtufcore/json.h"
#include "libtufcore/site_layout.h"

namespace tuf {
namespace {

constexpr std::size_t max_config_bytes = 65'536;

fs::path clients_folder() { return state_directory() / "client"; }
fs::path config_file(const FileName& name) { return repository_folder(name) / "repository.json"; }

std::vector<std::string> below_each(const RepositoryConfig& config, std::string_view folder) {
  std::vector<std::string> urls{join_url(config.url, folder)};
  for (const std::string& mirror : config.mirrors) urls.push_back(join_url(mirror, folder));
  return urls;
}

std::vector<std::string> stated_mirrors(const JsonReader& json) {
  std::vector<std::string> mirrors;
  const auto list = json.find("mirrors");
  if (!list) return mirrors;  // written before there were any
  for (const JsonReader& mirror : list->elements(max_mirrors)) mirrors.push_back(mirror.text());
  return mirrors;
}

}  // namespace

fs::path RepositoryConfig::folder() const { return repository_folder(name); }
std::vector<std::string> RepositoryConfig::metadata_urls() const {
  return below_each(*this, site_metadata_dir);
}
std::vector<std::string> RepositoryConfig::targets_urls() const {
  return below_each(*this, site_targets_dir);
}

std::vector<std::string> mirrors_from_user(const std::string& url, const std::vector<std::string>& typed) {
  std::vector<std::string> mirrors;
  for (const std::string& text : typed) {
    std::string mirror = base_url_from_user(text);
    if (mirror == url) throw usage("mirror {} is the repository's own URL", shown_url(mirror));
    if (std::find(mirrors.begin(), mirrors.end(), mirror) != mirrors.end()) {
      throw usage("mirror {} is given twice", shown_url(mirror));
    }
    mirrors.push_back(std::move(mirror));
  }
  if (mirrors.size() > max_mirrors) {
    throw usage("{} mirrors are given; a repository has at most {}", mirrors.size(), max_mirrors);
  }
  return mirrors;
}

FileName repository_name_from_user(const std::string& text) {
  if (auto name = FileName::parse(text)) return *name;
  throw usage(
      "'{}' cannot be the name of a repository: letters, digits and . _ + ~ - only, not starting with . - or "
      "~, not ending with a dot, at most 200 characters",
      escaped(text));
}

fs::path repository_folder(const FileName& name) { return clients_folder() / name.text(); }

std::vector<FileName> configured_repositories() {
  std::vector<FileName> names;
  std::error_code failure;
  fs::directory_iterator entries(clients_folder(), failure);
  if (failure == std::errc::no_such_file_or_directory) return names;  // nothing was set up
  if (failure) throw local_io("cannot read folder {}: {}", shown_path(clients_folder()), failure.message());
  for (const auto& entry : entries) {
    const auto name = FileName::parse(entry.path().filename().string());
    if (name && fs::exists(config_file(*name))) names.push_back(*name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

static RepositoryConfig parse_config(const FileName& name, ByteView text) {
  const Json document = parse_json(text, config_file(name).string());
  const JsonReader json(document, config_file(name).string());
  const auto root = Digest::from_hex(HashAlgorithm::sha256, json["root_sha256"].text());
  if (!root) json["root_sha256"].refuse("64 hexadecimal digits");
  const std::string url = base_url_from_user(json["url"].text());
  RepositoryConfig config{name, url, *root, mirrors_from_user(url, stated_mirrors(json))};
  if (const auto version = json.find("root_version")) {
    config.root_version = static_cast<std::uint64_t>(version->whole_number(1, max_whole_number));
  }
  return config;
}

std::optional<RepositoryConfig> find_repository(const FileName& name) {
  const auto text = read_file_if_there(config_file(name), max_config_bytes);
  if (!text) return std::nullopt;
  std::optional<RepositoryConfig> config;
  const auto failure = failure_of([&] { config = parse_config(name, *text); });
  if (failure) {
    throw no_trusted_root("the set-up of repository {} is damaged: {}", name.text(), failure->what())
        .with_hint(
            fmt::format("'pgclient trust remove {}', then 'pgclient init URL --root-sha256 HEX' with the "
                        "root digest from where you had it",
                        name.text()));
  }
  return config;
}

void write_repository(const RepositoryConfig& config) {
  Json::Object json{{"url", config.url}, {"root_sha256", config.root_sha256.hex()}};
  if (config.root_version) json["root_version"] = *config.root_version;
  if (!config.mirrors.empty()) {
    json["mirrors"] = Json::Array(config.mirrors.begin(), config.mirrors.end());
  }
  write_file_atomically(config_file(config.name), pretty_json_text(json) + "\n", FileMode::secret);
}

// No repository has a name that starts with a dot.
fs::path removed_folder(const FileName& name) { return clients_folder() / ("." + name.text() + ".removed"); }

bool remove_repository(const FileName& name) {
  const fs::path folder = repository_folder(name);
  const fs::path aside = removed_folder(name);
  const bool left_over = fs::remove_all(aside) > 0;
  if (!fs::exists(fs::symlink_status(folder))) return left_over;
  {
    const FileLock lock(folder / "lock", FileLock::Wait::yes);  // whoever updates it comes to an end first
    fs::rename(folder, aside);
    sync_directory(clients_folder());
  }
  fs::remove_all(aside);
  return true;
}

RepositoryConfig select_repository(const std::optional<std::string>& name) {
  const std::vector<FileName> names = configured_repositories();
  if (names.empty()) {
    throw no_trusted_root("no repository is set up on this machine")
        .with_hint("pgclient init URL --root-sha256 HEX");
  }
  if (!name && names.size() > 1) {
    throw usage("several repositories are set up: {}", listed(names))
        .with_hint("say which with --repository NAME");
  }
  const auto wanted = name ? FileName::parse(*name) : std::optional(names.front());
  auto config = wanted ? find_repository(*wanted) : std::nullopt;
  if (!config) {
    throw usage("no repository '{}' is set up; there is: {}", escaped(*name), listed(names))
        .with_hint("pgclient init URL --root-sha256 HEX --name NAME");
  }
  return *config;
}

}  // namespace tuf
