// The client workflow, folder and all, against a server that does everything the network can do, for as many
// steps as the input has: publish, steal, replay, exchange, alter, withhold, damage the cache, wait, refresh.
// After every refresh, whether it went well or not: what the machine believes was signed by the honest
// administrators (or by keys that were stolen up to their threshold), no version went back, nothing expired
// was believed; with an honest mirror and no stolen key it went well. At the end the administrators recover,
// and the machine must follow them.
#include "client/updater.h"
#include "tests/fuzz/hostile_server.h"
#include "tests/support/temp_dir.h"

using namespace tuf;
using tuf::fuzz::promise;

namespace {

constexpr std::size_t most_steps = 40, most_refreshes = 8, most_states = 12;

class Story {
 public:
  explicit Story(std::string_view input) : input_(input) {
    MetadataCache(folder_.path()).write(RoleName::of("root"), honest_.sim.root_file(1));
  }

  void run() {
    for (std::size_t step = 0; step < most_steps && input_.any(); ++step) one_step();
    recover();
  }

 private:
  void one_step() {
    switch (input_.below(12)) {
      case 0:
        if (may_publish()) honest_.publish();
        break;
      case 1:
        if (may_publish()) honest_.publish_timestamp();
        break;
      case 2:
        if (may_publish()) rotate();
        break;
      case 3:
        if (may_publish()) honest_.sim.root.consistent_snapshot = input_.flag(), honest_.publish_root();
        break;
      case 4:
        honest_.sim.states_hashes = input_.flag();
        break;
      case 5:
        honest_.sim.now = honest_.sim.now.plus_days(static_cast<std::int64_t>(input_.below(32)));
        break;
      case 6:
        steal();
        break;
      case 7:
        damage_cache();
        break;
      case 8:
        server_.claims_unchanged = input_.flag();
        break;
      case 9:
        with_honest_mirror_ = input_.flag();
        break;
      case 10:
        server_.attack(input_);
        break;
      case 11:
        if (refreshes_++ < most_refreshes) refresh();
        break;
    }
  }
  bool may_publish() const { return honest_.past.size() < most_states; }

  void rotate() {
    const unsigned which = input_.byte();
    for (std::size_t i = 0; i < 5; ++i)
      if ((which >> i & 1) != 0) honest_.mark_for_rotation(fuzz::HonestRepository::all_roles[i]);
    honest_.publish_root();
  }

  // All keys of a role but root, of which one is stolen: below its threshold. Nothing is given back later: a
  // machine that was offline still trusts what was rotated since.
  void steal() {
    const std::string& role = fuzz::HonestRepository::all_roles[input_.below(5)];
    const KeyNames& keys = honest_.sim.signers.at(role);
    const bool enough = role != "root" && (role != "targets" || input_.flag());
    server_.stolen.insert(keys.begin(), enough ? keys.end() : keys.begin() + 1);
    nothing_stolen_ = false;
    if (!enough) return;
    fallen_.insert(role);
    if (role == "targets") fallen_.insert({"alice", "bob"});  // it says whose keys count for these
    if (role == "alice") fallen_.insert("bob");
  }

  void damage_cache() {
    const std::string role = fuzz::HonestRepository::all_roles[1 + input_.below(5)];
    const MetadataCache cache(folder_.path());
    Bytes bytes = cache.read(RoleName::of(role)).value_or("{}");
    const std::size_t at = (input_.byte() << 8 | input_.byte()) % bytes.size();
    if (input_.flag())
      bytes.resize(at);
    else
      bytes[at] = static_cast<char>(bytes[at] ^ 1);
    cache.write(RoleName::of(role), bytes);
    seen_.clear();  // what is lost cannot be remembered
    damaged_.insert(role);
  }

  void refresh() {
    const bool must_succeed = with_honest_mirror_ && nothing_stolen_ && honest_state_is_fresh();
    const auto top = attempt();
    promise(top || !must_succeed, "a bad mirror never stops a good one (H-06)", last_error_);
    promise(server_.requests <= 2000, "requests are bounded (T-14)");
    check_folder();
  }

  bool honest_state_is_fresh() const {
    const RepositorySimulator& sim = honest_.sim;
    const UtcTime first =
        std::min({sim.root.expires, sim.timestamp.expires, sim.snapshot.expires, sim.targets.expires});
    return first > sim.now;
  }

  // A refresh and a search, as a run of the program does it. True when both went through.
  bool attempt() {
    std::vector<std::string> urls = {fuzz::HostileServer::own_url};
    if (with_honest_mirror_) urls.push_back(fuzz::HostileServer::honest_url);
    server_.requests = 0;
    try {
      const MetadataCache cache(folder_.path());
      Updater updater(cache, server_, {urls, honest_.sim.now, [](const std::string& warning) {
                                         promise(fuzz::is_printable(warning),
                                                 "warnings can be printed (P-09)", warning);
                                       }});
      const RoleNames expected = {RoleName::of("alice"), RoleName::of("bob")};
      const TopLevel top = updater.refresh_targets(updater.refresh_timestamp(), expected);
      promise(std::min({top.root->expires, top.timestamp->expires, top.snapshot->expires,
                        (*top.targets)->expires}) > honest_.sim.now,
              "nothing that is expired is believed (T-03)");
      for (const char* path : {"a/0", "a/1", "b/1"}) {
        check_found(find_target(top.targets, *TargetPath::parse(path), updater.loader(top)));
      }
      return true;
    } catch (const Error& error) {
      fuzz::check(error);
      last_error_ = error.what();
      return false;
    }
  }

  // Every role that a search went through is in the folder, where check_folder looks at it.
  void check_found(const std::optional<FoundTarget>& found) {
    if (!found || fallen_.contains(found->role.text())) return;
    bool stated = false;
    for (const auto& [role, bytes] : honest_.book) {
      if (role != found->role.text() || bytes.find(found->file.hashes.begin()->second.hex()) == Bytes::npos)
        continue;
      stated = true;
    }
    promise(stated, "a target is what its role's owners said (T-01)", found->path.text());
  }

  // What the machine believes from now on.
  void check_folder() {
    const MetadataCache cache(folder_.path());
    const std::uint64_t root = cache.root_chain().version();
    promise(root >= root_version_, "the root never goes back (T-07)");
    if (online_keys_differ(root_version_, root))
      seen_.clear();  // 5.3.11: so that a fast-forward can be undone (T-09)
    root_version_ = root;
    for (const std::string& role : fuzz::HonestRepository::all_roles) {
      const auto bytes = cache.read(RoleName::of(role));
      const auto file = bytes ? fuzz::accepted([&] { return parse_envelope(*bytes, role); }) : std::nullopt;
      if (!file) {
        promise(!bytes || damaged_.contains(role), "nothing is kept that cannot be read (D-06)", role);
        continue;
      }
      if (damaged_.contains(role)) {
        if (!honest_.book.contains({role, file->signed_bytes}) && !fallen_.contains(role)) continue;
        damaged_.erase(role);  // healed
      }
      promise(fallen_.contains(role) || honest_.book.contains({role, file->signed_bytes}),
              "only what honest keys signed is believed (T-01)", role);
      const JsonReader signed_part(file->signed_part, role);
      const std::int64_t version = signed_part["version"].whole_number(1, INT64_MAX);
      promise(version >= seen_[role], "no version goes back (T-05)", role);
      seen_[role] = version;
    }
  }

  bool online_keys_differ(std::uint64_t before, std::uint64_t after) const {
    for (std::uint64_t version = before; version < after; ++version) {
      const Root older = root_of(version), newer = root_of(version + 1);
      for (const char* role : {"timestamp", "snapshot"})
        if (!(older.keys_of(role) == newer.keys_of(role))) return true;
    }
    return false;
  }
  Root root_of(std::uint64_t version) const {
    return parse_signed_file<Root>(honest_.sim.root_file(version), "root").untrusted;
  }

  // The server is honest again, and keys that were stolen are replaced. Whatever was done to it, the machine
  // follows.
  void recover() {
    server_.instead.clear();
    server_.claims_unchanged = false;
    with_honest_mirror_ = false;
    if (!nothing_stolen_) {
      for (const char* role : {"timestamp", "snapshot", "targets", "alice"}) honest_.mark_for_rotation(role);
    }
    honest_.publish_root();
    promise(attempt(), "an honest server is enough to recover (D-07)", last_error_);
    check_folder();
    promise(root_version_ == honest_.sim.root.version, "the newest root is the trusted one");
    const auto targets = MetadataCache(folder_.path()).read(RoleName::of("targets"));
    promise(targets == honest_.sim.file_of("targets"), "the newest files are the trusted ones");
  }

  fuzz::Choices input_;
  fuzz::HonestRepository honest_;
  fuzz::HostileServer server_{honest_};
  test::TempDir folder_;
  std::set<std::string> fallen_;              // roles for which enough keys were stolen
  std::map<std::string, std::int64_t> seen_;  // versions that the machine believed
  std::set<std::string> damaged_;
  std::string last_error_;
  std::uint64_t root_version_ = 1;
  std::size_t refreshes_ = 0;
  bool nothing_stolen_ = true, with_honest_mirror_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  Story(fuzz::view(bytes, size)).run();
  return 0;
}
