// pgclient trust add, and init for short - trust a repository, once: by its root file or by the SHA-256 of
// its first one.
#include <algorithm>

#include "client/commands.h"
#include "client/failure_of.h"
#include "client/metadata_reply.h"
#include "client/mirror_fault.h"
#include "client/network_options.h"
#include "client/project_view.h"
#include "client/repository_config.h"
#include "client/updater.h"
#include "client/url_fetcher.h"
#include "libtufcore/error.h"
#include "libtufcore/io/file.h"
#include "libtufcore/site_layout.h"

namespace tuf {
namespace {

std::optional<Digest> stated_digest(const Arguments& arguments) {
  const auto text = arguments.option("root-sha256");
  if (!text) return std::nullopt;
  const auto digest = Digest::from_hex(HashAlgorithm::sha256, *text);
  if (!digest) throw usage("--root-sha256 takes 64 hexadecimal digits, not '{}'", escaped(*text));
  return digest;
}

struct PinnedRoot {
  Bytes file;
  std::string what;
};

void require_digest(const PinnedRoot& root, const std::optional<Digest>& wanted) {
  const Digest found = sha256_of(root.file);
  if (!wanted || found == *wanted) return;
  throw refused("refused {}: expected sha256 {}, got {}", root.what, wanted->hex(), found.hex())
      .with_hint("nothing was set up; compare the digest with the place where you had it from");
}

PinnedRoot fetch_root(const std::string& url, const Digest& wanted, Fetcher& fetcher) {
  const std::string address = join_url(join_url(url, site_metadata_dir), root_file_name(1));
  const FetchReply reply = std::move(fetcher.fetch_all({{address, max_root_bytes}}).front());
  if (reply.outcome == FetchReply::Outcome::absent) {
    throw network("there is no {}", shown_url(address))
        .with_hint("nothing was set up; give the URL of the folder that holds metadata/ and targets/");
  }
  PinnedRoot root{Bytes(needed_bytes(reply, MetaFile(), shown_url(address))), shown_url(address)};
  require_digest(root, wanted);
  return root;
}

// The digest decides, so whoever has the file may give it. When nobody has, the reason of the first is told.
PinnedRoot read_root(const Arguments& arguments, const std::vector<std::string>& urls,
                     const std::optional<Digest>& digest, Fetcher& fetcher) {
  if (const auto path = arguments.option("root")) {
    PinnedRoot root{read_file(*path, max_root_bytes), escaped(*path)};
    require_digest(root, digest);
    return root;
  }
  std::optional<Error> first_failure;
  for (const std::string& url : urls) {
    std::optional<PinnedRoot> root;
    auto failure = failure_of([&] { root = fetch_root(url, *digest, fetcher); });
    if (root) return std::move(*root);
    if (!is_fault_of_mirror(*failure)) throw *failure;
    if (!first_failure) first_failure = std::move(failure);
  }
  throw *first_failure;
}

FileName local_name(const Arguments& arguments, const Root& root) {
  if (const auto name = arguments.option("name")) return repository_name_from_user(*name);
  const auto name = FileName::parse(stated_repository(root.extra));
  if (!name)
    throw usage("the root file states no usable name of the repository")
        .with_hint("give one with --name NAME");
  return *name;
}

// None when the command line says nothing about mirrors: what is set up then stays as it is.
std::optional<std::vector<std::string>> wanted_mirrors(const Arguments& arguments, const std::string& url) {
  const std::vector<std::string>& typed = arguments.options("mirror");
  if (arguments.flag("no-mirrors") && !typed.empty()) {
    throw usage("--mirror and --no-mirrors contradict each other");
  }
  if (!arguments.flag("no-mirrors") && typed.empty()) return std::nullopt;
  return mirrors_from_user(url, typed);
}

std::vector<std::string> without(std::vector<std::string> mirrors, const std::string& url) {
  mirrors.erase(std::remove(mirrors.begin(), mirrors.end(), url), mirrors.end());
  return mirrors;
}

// The set-up that is there already and that this command would only repeat; asks nobody.
std::optional<RepositoryConfig> same_set_up(const Arguments& arguments, const std::string& url,
                                            const Digest& root) {
  for (const FileName& name : configured_repositories()) {
    if (arguments.option("name").value_or(name.text()) != name.text()) continue;
    const auto config = find_repository(name);
    if (config && config->url == url && config->root_sha256 == root &&
        MetadataCache(config->folder()).has_sound_root()) {
      return config;
    }
  }
  return std::nullopt;
}

// A folder that goes again unless the set-up is complete: a set-up that failed leaves nothing.
class NewFolder {
 public:
  explicit NewFolder(fs::path folder) : folder_(std::move(folder)) { fs::remove_all(folder_); }
  ~NewFolder() {
    std::error_code ignored;
    if (!kept_) fs::remove_all(folder_, ignored);
  }
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;
  void keep() { kept_ = true; }

 private:
  fs::path folder_;
  bool kept_ = false;
};

void show(const RepositoryConfig& config, const std::string& done, Output& out) {
  out.json["name"] = config.name.text();
  out.json["url"] = shown_url(config.url);
  Json::Array mirrors;
  for (const std::string& mirror : config.mirrors) mirrors.emplace_back(shown_url(mirror));
  out.json["mirrors"] = std::move(mirrors);
  out.json["root_sha256"] = config.root_sha256.hex();
  out.json["folder"] = config.folder().string();
  out.result(fmt::format("{} repository {} at {}", done, config.name.text(), shown_url(config.url)));
  for (const std::string& mirror : config.mirrors) {
    out.result(fmt::format("  mirror {}", shown_url(mirror)));
  }
}

// Nothing to do but, perhaps, other mirrors: nobody is asked.
void settle(RepositoryConfig config, const std::optional<std::vector<std::string>>& mirrors, Output& out) {
  if (!mirrors || *mirrors == config.mirrors) return show(config, "already set up:", out);
  config.mirrors = *mirrors;
  const MetadataCache cache(config.folder());
  const FileLock lock = cache.lock();
  write_repository(config);
  show(config, "other mirrors for", out);
  if (!mirrors->empty()) out.note("next: pgclient doctor looks at each of them");
}

void set_up(const RepositoryConfig& config, const PinnedRoot& root, Fetcher& fetcher, UtcTime now,
            Output& out) {
  const MetadataCache cache(config.folder());
  const FileLock lock = cache.lock();
  if (!cache.has_sound_root()) cache.write(RoleName::of(Root::type), root.file);
  // A wrong URL is better noticed now than at the first fetch.
  Updater updater(cache, fetcher,
                  {config.metadata_urls(), now, [&](const std::string& text) { out.warning(text); }});
  const TopLevel top = updater.refresh();
  write_repository(config);
  out.json["root_version"] = top.root->version;
  out.json["snapshot_version"] = top.snapshot->version;
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const std::string url = base_url_from_user(arguments.argument("URL"));
  const auto digest = stated_digest(arguments);
  const auto mirrors = wanted_mirrors(arguments, url);
  if (!digest && !arguments.option("root")) {
    throw usage("say what to trust: --root FILE or --root-sha256 HEX")
        .with_hint("the repository's announcement has the digest");
  }
  UrlFetcher fetcher(network_options(arguments, out));
  if (digest && !arguments.option("root")) {
    if (const auto config = same_set_up(arguments, url, *digest)) return settle(*config, mirrors, out);
  }
  std::vector<std::string> urls{url};
  if (mirrors) urls.insert(urls.end(), mirrors->begin(), mirrors->end());
  const PinnedRoot root = read_root(arguments, urls, digest, fetcher);
  const RootChain chain(root.file, root.what);  // whole, and signed by its own keys
  RepositoryConfig config{local_name(arguments, chain.last()), url, sha256_of(root.file)};
  config.root_version = chain.version();
  // One set-up at a time: another one's unfinished folder would look like the rest of one that failed (D-05).
  make_directories(state_directory(), 0700);
  const FileLock one_at_a_time(state_directory() / "trust.lock", FileLock::Wait::yes);
  if (const auto same = same_set_up(arguments, url, config.root_sha256)) return settle(*same, mirrors, out);

  const auto before = find_repository(config.name);
  if (before && before->root_sha256 != config.root_sha256) {
    throw conflict("a repository {} with another root (sha256 {}) is set up already", config.name.text(),
                   before->root_sha256.hex())
        .with_hint("give this one another name with --name NAME");
  }
  if (mirrors) {
    config.mirrors = *mirrors;
  } else if (before) {
    config.mirrors = without(before->mirrors, url);
  }
  std::optional<NewFolder> folder;
  if (!before) folder.emplace(config.folder());
  set_up(config, root, fetcher, now, out);
  if (folder) folder->keep();
  if (before && before->url != url) {
    out.warning(
        fmt::format("repository {} was at {} and is now asked at {}; its root and what was seen of it stay",
                    config.name.text(), shown_url(before->url), shown_url(url)));
  }
  show(config, before ? "set up again:" : "set up", out);
  out.note("next: pgclient list PROJECT, pgclient fetch PROJECT");
}

}  // namespace

Command trust_add_command() {
  return {
      .name = "trust add",
      .summary = "trust a repository, once",
      .description =
          "Pins the repository's root: everything else is proved from it. Take the root file or its "
          "SHA-256 from somewhere you trust, not from the repository itself. Nothing is set up unless the "
          "root is right and the repository's current state is proved by it. Mirrors are copies of the "
          "whole published tree; what they give is proved in the same way, so they need no trust. Again "
          "with other mirrors: they replace the ones before.",
      .example =
          "  pgclient trust add https://packages.example.org --root-sha256 "
          "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --mirror "
          "https://mirror.example.net/packages",
      .arguments = {{"URL", "the repository: the folder that holds metadata/ and targets/"}},
      .options = {{"root", "FILE", "the root file to trust"},
                  {"root-sha256", "HEX",
                   "the SHA-256 of the first root file (1.root.json), which is then downloaded"},
                  {"name", "NAME", "its name on this machine (default: as the root says)"},
                  {"mirror", "URL", "a copy of the repository, asked after URL; as often as needed",
                   OptionSpec::Repeat::yes},
                  {"no-mirrors", "", "forget the mirrors given before"}},
      .run = run};
}

Command init_command() {
  Command command = trust_add_command();
  command.name = "init";
  command.summary = "trust a repository, once: short for 'trust add'";
  command.example =
      "  pgclient init https://packages.example.org --root-sha256 "
      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  return command;
}

}  // namespace tuf
