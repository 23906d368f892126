// The part of machine_check.h that looks at the trusted files of repositories.
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "client/failure_of.h"
#include "client/machine_check.h"
#include "client/trusted_state.h"
#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"

namespace tuf {
namespace {

constexpr std::size_t max_cached_bytes = 64u << 20;
constexpr std::int64_t soon = 14 * 86'400;  // seconds: time enough for administrators to sign again

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  return entries;
}

bool is_temporary(const std::string& name) {
  return name.starts_with('.') && name.find(".tmp-") != std::string::npos;
}

bool is_known(const std::string& name) {
  static const std::vector<std::string> known{"lock",         "metadata",        "projects",
                                              "last_refresh", "repository.json", "timestamp.tag"};
  return std::find(known.begin(), known.end(), name) != known.end();
}

std::string remove_it(const fs::path& path) { return fmt::format("rm {}", shown_path(path)); }

// False when there is something to say about the file.
bool is_plain_and_readable(const fs::path& path, Findings& findings) {
  if (is_temporary(path.filename().string())) {
    findings.warning("files", fmt::format("{} was left by an update that was killed", shown_path(path)),
                     remove_it(path));
    return false;
  }
  if (!fs::is_regular_file(fs::symlink_status(path))) {
    findings.problem("files", fmt::format("{} is not a plain file", shown_path(path)), remove_it(path));
    return false;
  }
  if (access(path.c_str(), R_OK) == 0) return true;
  findings.problem("files", system_error("read", path).what(),
                   fmt::format("chmod u+r {}, or remove it: it is fetched again", shown_path(path)));
  return false;
}

void check_metadata_file(const fs::path& path, Findings& findings) {
  if (!is_plain_and_readable(path, findings)) return;
  if (path.extension() != ".json") {
    return findings.warning("files", fmt::format("{} is none of ours", shown_path(path)), remove_it(path));
  }
  if (path.filename() == "root.json") return;  // the root chain has its own line
  const auto failure =
      failure_of([&] { parse_json(read_file(path, max_cached_bytes), path.filename().string()); });
  if (!failure) return;
  findings.warning("files", fmt::format("{} is damaged: {}", shown_path(path), failure->what()),
                   "nothing: it counts as missing and is fetched again");
}

void check_expiry(const TrustedRole& role, bool servers_are_asked, UtcTime now, Findings& findings) {
  // These two are made anew every few days, and each fetch asks for them.
  const bool short_lived = role.name == Timestamp::type || role.name == Snapshot::type;
  if (!role.version) {
    return findings.warning(role.name, "no version is known that the trusted root's keys signed",
                            "pgclient list PROJECT asks for it");
  }
  const std::string text = fmt::format("version {}, {}", *role.version, validity_text(*role.expires, now));
  const std::int64_t left = role.expires->unix_seconds() - now.unix_seconds();
  if (left > soon || (left > 0 && short_lived)) return findings.ok(role.name, text);
  if (left > 0) {
    return findings.warning(role.name, text,
                            "a newer one is needed by then: tell the repository's administrators");
  }
  if (short_lived && servers_are_asked) {  // whether there is a newer one stands in the servers' lines
    return findings.ok(role.name, text + "; the next fetch asks for a newer one");
  }
  findings.warning(role.name, text, "pgclient list PROJECT asks the servers for a newer one");
}

}  // namespace

void check_left_over_folders(Findings& findings) {
  for (const fs::path& path : entries_of(state_directory() / "client")) {
    const std::string name = path.filename().string();
    const bool removed = name.starts_with('.') && name.ends_with(".removed");
    if (!removed && (!FileName::parse(name) || fs::exists(path / "repository.json"))) continue;
    const std::string inner = removed ? name.substr(1, name.size() - 9) : name;
    findings.warning(
        "files",
        fmt::format("{} was left by a {} that was killed", shown_path(path), removed ? "removal" : "set-up"),
        fmt::format("pgclient trust remove {} --yes", escaped(inner)));
  }
}

void check_files(const fs::path& folder, Findings& findings) {
  const std::size_t before = findings.all().size();
  for (const fs::path& path : entries_of(folder)) {
    const std::string name = path.filename().string();
    if (is_known(name) && fs::is_directory(path)) continue;
    if (is_plain_and_readable(path, findings) && !is_known(name)) {
      findings.warning("files", fmt::format("{} is none of ours", shown_path(path)), remove_it(path));
    }
  }
  for (const fs::path& path : entries_of(folder / "projects")) is_plain_and_readable(path, findings);
  for (const fs::path& path : entries_of(folder / "metadata")) check_metadata_file(path, findings);
  if (findings.all().size() == before) {
    findings.ok("files", fmt::format("all in {} are sound", folder.string()));
  }
}

void check_trusted(const MetadataCache& cache, const Root& root, bool servers_are_asked, UtcTime now,
                   Findings& findings) {
  for (const TrustedRole& role : trusted_roles(cache, root)) {
    check_expiry(role, servers_are_asked, now, findings);
  }
  const auto last = cache.last_refresh();
  if (!last) return findings.warning("last refresh", "none is known", "pgclient list PROJECT");
  if (*last > now) {  // T-18
    return findings.warning("last refresh",
                            fmt::format("{}, which is in the future: this machine's clock went back, and "
                                        "expired metadata may be believed",
                                        last->text()),
                            "set this machine's clock");
  }
  findings.ok("last refresh", fmt::format("{} ({} ago)", last->text(),
                                          duration_text(now.unix_seconds() - last->unix_seconds())));
}

}  // namespace tuf
