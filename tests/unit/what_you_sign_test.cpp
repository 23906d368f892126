// What you see is what you sign: a proposal of every kind of change, and each place of each of its files
// changed a little and signed again by the very same people, so that nothing but the rule book is left to
// object. It must refuse and say where, or the words that people read before they sign must be other words.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <iostream>
#include <map>
#include <set>

#include "libtufcore/invitation.h"
#include "tests/support/content_repository.h"
#include "tests/support/json_mutations.h"

using namespace tuf;
using namespace tuf::test;

namespace {

struct Proposal {
  std::string kind;
  std::optional<ContentRepository> base;
  ContentRepository next;
  std::string verdict = "accepted";
};

// `changes` on top of `base`, all files signed by `signers`.
Proposal proposal(std::string kind, const ContentRepository& base, const std::vector<Change>& changes,
                  const People& signers) {
  ContentRepository next = base;
  next.apply(changes, signers);
  return {std::move(kind), base, next};
}

const ProjectName abc = *ProjectName::parse("abc");

Change added_release() {
  return AddRelease{abc,
                    *ProductName::parse("cli"),
                    *Version::parse("1.1.0"),
                    {named_file("cli-linux", "linux-amd64"), named_file("notes.txt")}};
}

// A repository in which everything has happened already: what is there must not change unseen either.
ContentRepository lively() {
  ContentRepository base = new_repository();
  base.create_project(project_of("abc", {"olga"}, {"mia", "max"}), {"olga", "mia"});
  base.create_project(project_of("kit", {"otto"}, {"mo"}), {"otto", "mo"});
  base.promote({"kit"}, {"ada"});
  for (const char* version : {"1.0.0", "0.9.0", "0.8.0"})
    base.add_release("abc", version, {{"abc.tgz", version}}, {"mia"});
  base.apply({yank_of("old", "0.9.0"), expiry_of("abc.rel")}, {"mia"});
  base.apply({removal_of("broken", "0.8.0"), expiry_of("abc.rel")}, {"mia"});
  const BlockedName kit{*ProjectName::parse("kit"), *ProductName::parse("cli")};
  base.apply({BlockName{kit, *Reason::parse("harmful")}, ReserveNames{{*ProjectName::parse("bank"), *ProjectName::parse("linux")}, true},
              expiry_of("blocked"), expiry_of("claimed")},
             {"ada"});
  return base;
}

ContentRepository administered(const ContentRepository& base, const std::vector<Change>& changes, const People& signers) {
  ContentRepository next = base;
  next.administer(changes, signers);
  return next;
}

const ProjectName kit = *ProjectName::parse("kit");

AnnounceTransfer announced_transfer(const ContentRepository& base) {
  const RepositoryState state = base.state();
  const RoleFile& owners = *state.find_owners(kit);
  return {kit, owners.role, owners.file.untrusted.version, persons({"dora", "dan"}), 1, made_at.plus_days(40), *Reason::parse("keys lost")};
}

void add_administrators_proposals(const ContentRepository& base, std::vector<Proposal>& all) {
  const UtcTime year = made_at.plus_days(365);
  const auto add = [&](std::string kind, const ContentRepository& from, const std::vector<Change>& changes, const People& signers) {
    all.push_back({std::move(kind), from, administered(from, changes, signers)});
  };
  add("configuration", base,
      {ChangeConfiguration{{{"max_file_bytes", "1000", "2000"}, {"transfer_days", "30", "31"}}}, expiry_of("targets")}, {"ada"});
  add("block", base, {BlockName{{abc}, *Reason::parse("malware")}, expiry_of("blocked")}, {"ada"});
  add("unblock", base, {UnblockName{{kit, *ProductName::parse("cli")}}, expiry_of("blocked")}, {"ada"});
  add("reserve", base, {ReserveNames{{*ProjectName::parse("curl")}, true}, expiry_of("claimed")}, {"ada"});
  add("no longer reserve", base, {ReserveNames{{*ProjectName::parse("bank")}, false}, expiry_of("claimed")}, {"ada"});
  add("administrators", base,
      {ChangeAdministrators{persons({"ada"}), persons({"ada", "bob"}), 1, 2}, expiry_of("root"), expiry_of("targets"),
       expiry_of("blocked"), expiry_of("blocked.void"), expiry_of("claimed"), expiry_of("claimed.void")},
      {"ada", "bob"});
  add("online keys", base,
      {ChangeOnlineKeys{"timestamp", persons({"ci"}), persons({"mo", "ci"}), 1, 2},
       ChangeOnlineKeys{"new", persons({"ci"}), persons({"mo"}), 1, 1}, expiry_of("root"), expiry_of("targets")},
      {"ada"});
  const ContentRepository waiting = administered(base, {announced_transfer(base), expiry_of("claimed", year)}, {"ada"});
  all.push_back({"announce transfer", base, waiting});
  add("cancel transfer", waiting, {CancelTransfer{kit}, expiry_of("claimed")}, {"ada"});
  add("transfer", waiting,
      {TransferProject{kit, 2, persons({"dora", "dan"}), 1}, expiry_of("claimed", year.plus_days(40)), expiry_of("kit.o2")},
      {"ada", "dora"});
}

// Promoted names in shards: `claimed` and every shard that a change touches are changed below.
void add_shard_proposals(const ContentRepository& base, std::vector<Proposal>& all) {
  const auto add = [&](std::string kind, const ContentRepository& from, const std::vector<Change>& changes, const People& signers) {
    all.push_back({std::move(kind), from, administered(from, changes, signers)});
  };
  ContentRepository two = base;
  two.create_project(project_of("kite", {"otto"}, {"mo"}), {"otto", "mo"});
  two.promote({"abc", "kite"}, {"ada"});
  ContentRepository sharded = administered(two, {ShardNames{{"k"}}, expiry_of("claimed"), expiry_of("claimed-k")}, {"ada"});
  add("shard names", sharded,
      {ShardNames{{"a", "kite"}}, expiry_of("claimed"), expiry_of("claimed-a"), expiry_of("claimed-k"), expiry_of("claimed-kite")},
      {"ada"});
  sharded.create_project(project_of("kilo", {"olga"}, {"mia"}), {"olga", "mia"});
  add("promote into shard", sharded, {PromoteProjects{{*ProjectName::parse("kilo")}}, expiry_of("claimed-k")}, {"ada"});
  const ContentRepository waiting =
      administered(sharded, {announced_transfer(sharded), expiry_of("claimed", made_at.plus_days(365))}, {"ada"});
  add("transfer in shard", waiting,
      {TransferProject{kit, 2, persons({"dora", "dan"}), 1}, expiry_of("claimed", made_at.plus_days(405)), expiry_of("claimed-k"),
       expiry_of("kit.o2")},
      {"ada", "dora"});
}

static_assert(std::variant_size_v<Change> == 22, "a new kind of change: give it a proposal below");
std::vector<Proposal> proposals() {
  const ContentRepository base = lively();
  std::vector<Proposal> all;
  all.push_back({"create repository", std::nullopt, new_repository()});
  ContentRepository created = base;
  created.create_project(project_of("def", {"dora", "dan"}, {"mia", "mo"}), {"dora", "dan", "mia"});
  all.push_back({"create project", base, created});
  all.push_back(proposal("add release", base, {added_release(), expiry_of("abc.rel")}, {"mia"}));
  all.push_back(proposal("yank release", base, {yank_of("eats data"), expiry_of("abc.rel")}, {"mia"}));
  all.push_back(proposal("unyank release", base, {unyank_of("0.9.0"), expiry_of("abc.rel")}, {"mia"}));
  all.push_back(proposal("remove release", base, {removal_of("leaks a key"), expiry_of("abc.rel")}, {"mia"}));
  all.push_back(proposal("extend expiry", base, {expiry_of("abc.rel", far_ahead.plus_days(1))}, {"mia"}));
  all.push_back(proposal("promote projects", base, {PromoteProjects{{abc}}, expiry_of("claimed")}, {"ada"}));
  ContentRepository team = base;
  team.change({ChangeTeam{abc, Team::maintainers, persons({"mo"}), persons({"max"}), ThresholdChange{1, 2}},
               expiry_of("abc"), expiry_of("abc.rel")},
              {"olga", "mia", "mo"});
  all.push_back({"change team", base, team});
  ContentRepository handed_over = base;
  handed_over.hand_over("abc", {"olga", "otto"}, 2, {"olga", "otto"});
  all.push_back({"rotate owners", base, handed_over});
  ContentRepository invited = base;
  const Invitation invitation{abc, *FileName::parse("bob"), true, "playground", root_digest(*base.tree()), made_at};
  invited.put(layout::invitation(abc, invitation.name), to_json(invitation), {"olga"});
  all.push_back({"invite", base, invited, "pending:"});
  ContentRepository accepted = invited;
  accepted.put(layout::acceptance(abc, invitation.name), to_json(Acceptance{to_json(invitation), person("bob").key}), {"bob"});
  all.push_back({"accept an invitation", base, accepted, "pending:"});
  add_administrators_proposals(base, all);
  add_shard_proposals(base, all);
  ContentRepository unpublished = base;
  unpublished.files["README.md"] = "hello";
  all.push_back({"change unpublished", base, unpublished});
  return all;
}

Verdict verdict_of(const Proposal& proposal, const ContentRepository& next) {
  return judge(proposal.base ? &*proposal.base : nullptr, next);
}

People signers_of(const Envelope& file) {
  People signers;
  for (const char* name : {"ada", "ci", "olga", "mia", "max", "otto", "mo", "dora", "dan", "bob"}) {
    if (file.signatures.by_key.contains(id_of(name))) signers.push_back(name);
  }
  REQUIRE(signers.size() == file.signatures.by_key.size());
  return signers;
}

// What a refusal may call a member: by its name, or as people do.
std::vector<std::string> names_of(const std::string& member) {
  static const std::multimap<std::string, std::string> in_people_s_words = {
      {"threshold", "must sign"},
      {"keyids", "are named"},
      {"keyids", "must sign"},
      {"keys", "must sign"},
      {"owners", "threshold"},
      {"name", "x-pg-repository"},
      {"name", "delegation"},
      {"roles", "no delegation"},
      {"delegations", "no delegation"},
      {"delegations", "delegation to claimed.void"},
      {"roles", "delegation to claimed.void"},
      {"roles", "the transfer of project"},
      {"x-pg-blocked", "delegations.roles[0].paths"},
      {"x-pg-removed", "removes the released file"}};
  std::vector<std::string> names{member.empty() ? "''" : escaped(member, 64)};
  const auto [first, last] = in_people_s_words.equal_range(member);
  for (auto words = first; words != last; ++words) names.push_back(words->second);
  if (const auto file = ReleasePath::parse(member)) names.push_back(layout::release_file(*file));
  for (const std::string& path : {member, member + "/file"}) {  // a file's, or a release's
    if (const auto release = ReleasePath::parse(path))
      names.push_back(
          fmt::format("version {} of product {}", release->version.text(), release->product.text()));
  }
  return names;
}

// The refusal says where: by the file, and by a member on the way to the place.
bool says_where(const Verdict& verdict, const Mutation& mutation) {
  if (verdict.file.empty() || verdict.reason.empty()) return false;
  if (mutation.way.empty()) return true;  // the document itself: the file is the place
  const std::string said = verdict.file + ": " + verdict.reason;
  return std::ranges::any_of(mutation.way, [&](const std::string& member) {
    return std::ranges::any_of(names_of(member),
                               [&](const std::string& name) { return said.find(name) != said.npos; });
  });
}

struct Tally {
  std::size_t refused = 0, in_words = 0;
};

class Examination {
 public:
  explicit Examination(const Proposal& proposal)
      : proposal_(proposal), honest_(verdict_of(proposal, proposal.next)), words_(in_words(honest_)) {
    INFO(proposal.kind);
    REQUIRE(text_of(honest_) == proposal.verdict);
  }

  const Verdict& honest() const { return honest_; }

  // `next`: the proposal with one place changed. Says so when nobody would see it.
  void examine(const ContentRepository& next, const std::string& file, const Mutation& mutation) {
    const Verdict verdict = verdict_of(proposal_, next);
    const std::string shown =
        fmt::format("{}: {}: {}: {}", proposal_.kind, file, mutation.place, mutation.how);
    if (verdict.kind == Verdict::Kind::refused) {
      ++tally.refused;
      if (!says_where(verdict, mutation)) FAIL_CHECK(shown << ": says only: " << text_of(verdict));
    } else if (in_words(verdict) != words_) {
      ++tally.in_words;
    } else {
      FAIL_CHECK(shown << ": nobody would see it: " << text_of(verdict));
    }
  }

  Tally tally;

 private:
  const Proposal& proposal_;
  Verdict honest_;
  std::vector<std::string> words_;
};

// admin/root.json has a copy in the history: both are changed.
std::string newest_root(const ContentRepository& repository) {
  std::uint64_t version = 1;
  while (repository.files.contains(layout::root_history(version + 1))) ++version;
  return layout::root_history(version);
}

void put_signed(ContentRepository& next, const std::string& path, const Json& part, const People& signers) {
  next.put(path, part, signers);
  if (path == layout::root) next.files[newest_root(next)] = next.files.at(path);
}

void mutate_signed_file(Examination& examination, const Proposal& proposal, const std::string& path) {
  const Envelope file = parse_envelope(proposal.next.files.at(path), path);
  const People signers = signers_of(file);
  for_each_mutation(file.signed_part, [&](const Mutation& mutation) {
    ContentRepository next = proposal.next;
    put_signed(next, path, mutation.document, signers);
    examination.examine(next, path, mutation);
  });
}

// Signed as a target of role targets, which goes along.
void mutate_configuration(Examination& examination, const Proposal& proposal) {
  const std::string path(layout::configuration);
  const Json configuration = parse_json(proposal.next.files.at(path), path);
  for_each_mutation(configuration, [&](const Mutation& mutation) {
    ContentRepository next = proposal.next;
    next.files[path] = json_text(mutation.document) + "\n";
    next.edit_role(std::string(layout::targets), {"ada"}, [&](Targets& role) {
      TargetFile& stated = role.targets.at(*TargetPath::parse(layout::configuration_target));
      stated.length = next.files[path].size();
      stated.hashes.insert_or_assign(HashAlgorithm::sha256, sha256_of(next.files[path]));
    });
    examination.examine(next, path, mutation);
  });
}

// Around the signed part: whatever is done to the signatures, nothing more than before is accepted.
void mutate_envelope(const Proposal& proposal, const std::string& path, Tally& tally) {
  const Json whole = parse_json(proposal.next.files.at(path), path);
  const Json signed_part = whole.as_object()->at("signed");
  Json::Object members = *whole.as_object();
  members["signed"] = "here";
  for_each_mutation(members, [&](const Mutation& mutation) {
    Json::Object document = mutation.document.as_object() ? *mutation.document.as_object() : Json::Object();
    if (document.contains("signed") && document["signed"] == Json("here")) document["signed"] = signed_part;
    ContentRepository next = proposal.next;
    next.files[path] = json_text(mutation.document.as_object() ? Json(document) : mutation.document) + "\n";
    if (path == layout::root) next.files[newest_root(next)] = next.files.at(path);
    const Verdict verdict = verdict_of(proposal, next);
    if (verdict.kind == Verdict::Kind::refused) ++tally.refused;
    // Both administrators sign in these proposals, and one is enough to block.
    const bool is_enough = path.starts_with("admin/blocked") && mutation.place == "signatures" &&
                           mutation.how == "an element less";
    if (verdict.kind == Verdict::Kind::accepted && !is_enough)
      FAIL_CHECK(proposal.kind << ": " << path << ": " << mutation.place << ": " << mutation.how
                               << ": accepted");
  });
}

bool is_copy_of_root(const std::string& path) {
  return std::holds_alternative<layout::RootHistory>(layout::kind_of(path));
}

void mutate_file(Examination& examination, const Proposal& proposal, const std::string& path) {
  const auto kind = layout::kind_of(path);
  ContentRepository next = proposal.next;
  if (std::holds_alternative<layout::Configuration>(kind)) {
    mutate_configuration(examination, proposal);
  } else if (std::holds_alternative<layout::ProjectFile>(kind)) {
    next.files[path] += "x";
    examination.examine(next, path, {"", {}, "another content", {}});
  } else if (std::holds_alternative<layout::Unpublished>(kind)) {
    next.files[path + "x"] = "more";
    examination.examine(next, path, {"", {}, "another file", {}});
  } else {
    mutate_signed_file(examination, proposal, path);
    mutate_envelope(proposal, path, examination.tally);
  }
}

// Changes every place of every file of the proposal, one after the other.
void examine_all(const Proposal& proposal) {
  Examination examination(proposal);
  const auto before = proposal.base ? proposal.base->files : std::map<std::string, Bytes>();
  for (const ChangedPath& change : differences(before, proposal.next.files)) {
    if (change.how != ChangedPath::How::removed && !is_copy_of_root(change.path))
      mutate_file(examination, proposal, change.path);
  }
  CHECK(examination.tally.refused + examination.tally.in_words > 0);
  std::cout << fmt::format("{:<20}{:>6} changes refused, {:>5} told in words\n", proposal.kind,
                           examination.tally.refused, examination.tally.in_words);
}

}  // namespace

TEST_CASE("every kind of change has a proposal whose fields are changed below", "[what_you_sign]") {
  std::set<std::size_t> kinds;
  for (const Proposal& proposal : proposals()) {
    const Examination examination(proposal);
    for (const Change& change : examination.honest().changes) kinds.insert(change.index());
  }
  CHECK(kinds.size() == std::variant_size_v<Change>);
}

TEST_CASE("whatever is changed in a proposal is refused with its place or told in words", "[what_you_sign]") {
  for (const Proposal& proposal : proposals()) {
    if (proposal.base) examine_all(proposal);
  }
}

TEST_CASE("whatever is changed in a new repository is refused with its place or told in words",
          "[what_you_sign]") {
  for (const Proposal& proposal : proposals()) {
    if (!proposal.base) examine_all(proposal);
  }
}
