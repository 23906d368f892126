// pgsign init - make a new content repository.
#include <filesystem>

#include "libtufcore/io/file.h"
#include "signer/commands.h"
#include "signer/commit_change.h"
#include "signer/people.h"

namespace tuf {
namespace {

constexpr std::int64_t max_threshold = 1024;

// A folder that is not there, is empty, or holds nothing but a git repository without a commit (an earlier
// try).
void refuse_used_folder(const fs::path& folder) {
  const std::string shown = escaped(folder.string(), 4096);
  const fs::file_type type = fs::status(folder).type();
  if (type == fs::file_type::not_found) return;
  if (type != fs::file_type::directory) throw conflict("'{}' is there already and is not a folder", shown);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() == ".git" && !GitRepository::open(folder).find_commit("HEAD")) continue;
    throw conflict("folder '{}' is not empty (it has '{}')", shown, escaped(entry.path().filename().string()))
        .with_hint("name a new folder");
  }
}

std::uint32_t threshold_option(const Arguments& arguments, const char* option,
                               const std::vector<KeyHolder>& holders) {
  const auto number =
      static_cast<std::uint32_t>(arguments.number_option(option, 1, max_threshold).value_or(1));
  return checked_threshold(number, holders, option);
}

// --online stands for all three kinds.
std::vector<KeyHolder> online_keys(const Arguments& arguments, const char* option) {
  const std::vector<std::string>& files = arguments.options(option);
  const std::vector<std::string>& online = arguments.options("online");
  if (!files.empty() && !online.empty())
    throw usage("--online already says who has the {}: give one of the two", option);
  std::vector<KeyHolder> holders = read_holders(files.empty() ? online : files, std::string("--") + option);
  if (!holders.empty()) return holders;
  throw usage("the new repository has no {}", option)
      .with_hint(
          "--online FILE names the publisher's public key for all three online roles (pgsign key new "
          "publisher)");
}

CreateRepository repository_of(const Arguments& arguments, const StoredKey& key, UtcTime now) {
  CreateRepository change;
  change.name = arguments.required_option("name");
  change.administrators = with_own_key(key, read_holders(arguments.options("admin"), "--admin"));
  change.threshold = threshold_option(arguments, "threshold", change.administrators);
  change.timestamp_keys = online_keys(arguments, "timestamp-key");
  change.snapshot_keys = online_keys(arguments, "snapshot-key");
  change.registrar_keys = online_keys(arguments, "registrar-key");
  change.timestamp_threshold = threshold_option(arguments, "timestamp-threshold", change.timestamp_keys);
  change.snapshot_threshold = threshold_option(arguments, "snapshot-threshold", change.snapshot_keys);
  change.registrar_threshold = threshold_option(arguments, "registrar-threshold", change.registrar_keys);
  change.configuration.name = change.name;
  constexpr std::int64_t largest = std::int64_t{1} << 40;
  if (const auto bytes = arguments.number_option("max-file-size", 1, largest)) {
    change.configuration.max_file_bytes = static_cast<std::uint64_t>(*bytes);
  }
  change.now = now;
  return change;
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const fs::path folder = arguments.argument("DIR");
  refuse_used_folder(folder);
  const StoredKey key = key_of(arguments);
  const CreateRepository change = repository_of(arguments, key, now);
  const PlannedChange planned = plan("Create repository " + change.name, nullptr, {change});
  const Outcome outcome = commit_first(folder, planned, key, arguments, out, now);
  if (!outcome.commit) return;
  if (!tell_root(*outcome.tree, out)) {
    out.note("the root's SHA-256 is known when the other administrators have signed");
  }
  out.note(fmt::format("next: git -C {0} remote add origin URL; pgsign -C {0} push",
                       escaped(folder.string(), 4096)));
}

}  // namespace

Command init_command() {
  using Repeat = OptionSpec::Repeat;
  return {.name = "init",
          .summary = "make a new content repository",
          .description =
              "Makes a git repository in DIR with every role that an administrator signs, signs it with your "
              "key, "
              "and prints the SHA-256 of 1.root.json: clients and the publisher pin that. With several "
              "administrators the others sign it after you (pgsign sign).",
          .example = "  pgsign init content --name playground --online publisher.pub",
          .arguments = {{"DIR", "the new folder"}},
          .options = change_options(
              {{"name", "NAME", "the repository's name"},
               {"admin", "FILE", "public key of another administrator; yours is always one", Repeat::yes},
               {"threshold", "N", "how many administrators must sign (1)"},
               {"online", "FILE", "public key of the publisher, for timestamp, snapshot and new names",
                Repeat::yes},
               {"timestamp-key", "FILE", "instead of --online: public key for timestamp", Repeat::yes},
               {"snapshot-key", "FILE", "instead of --online: public key for snapshot", Repeat::yes},
               {"registrar-key", "FILE", "instead of --online: public key for new names", Repeat::yes},
               {"timestamp-threshold", "N", "how many timestamp keys must sign (1)"},
               {"snapshot-threshold", "N", "how many snapshot keys must sign (1)"},
               {"registrar-threshold", "N", "how many registrar keys must sign (1)"},
               {"max-file-size", "BYTES", "the largest file that a release may hold (104857600)"}}),
          .run = run};
}

}  // namespace tuf
