#pragma once
// A TUF repository in memory that is a Fetcher: edit its metadata as plain values and the next fetch signs
// what is there.
//
//   RepositorySimulator sim;                      // root 1, timestamp 1, snapshot 1, targets 1, all sound
//   sim.add_target("targets", "file.txt", "content");
//   sim.targets.version += 1;
//   sim.update_snapshot();                        // snapshot and timestamp follow
//
// Editing without update_snapshot() makes the mixes, rollbacks and replays of the attack tests. It has its
// own reading of URLs, so that a mistake in site_layout shows.

#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "client/fetcher.h"
#include "libtufcore/metadata.h"
#include "libtufcore/verify.h"
#include "tests/support/test_keys.h"

namespace tuf {

using KeyNames = std::vector<std::string>;  // names of test keys

RoleKeys role_keys(const KeyNames& names, std::uint32_t threshold = 1);
// A whole metadata file, signed by these test keys.
Bytes signed_text(const Json& signed_part, const KeyNames& names);

class RepositorySimulator : public Fetcher {
 public:
  static constexpr const char* metadata_url = "https://sim.example/metadata/";
  static constexpr const char* targets_url = "https://sim.example/targets/";

  RepositorySimulator();

  // What is published: change at will.
  UtcTime now;  // when the story happens; everything expires 30 days later
  Root root;    // the next root to publish
  Timestamp timestamp;
  Snapshot snapshot;
  Targets targets;
  std::map<std::string, Targets> delegated;  // by role name
  std::map<std::string, KeyNames> signers;   // role name -> the test keys that sign it
  bool states_hashes = false;                // update_snapshot writes lengths and hashes too

  Targets& role(const std::string& name);  // targets or a delegated role
  void set_keys(const std::string& role, const KeyNames& keys,
                std::uint32_t threshold = 1);  // delegation and signers
  void publish_root();                         // root as it is becomes <version>.root.json
  void update_snapshot();  // next snapshot lists every role as it is; next timestamp names it
  void update_timestamp();
  void add_target(const std::string& role_name, const std::string& path, const Bytes& content);
  // `delegated_role` becomes an (empty) role when it does not exist; its keys are the test keys `keys`.
  Delegation& add_delegation(const std::string& delegator, const std::string& delegated_role,
                             std::vector<std::string> paths, bool terminating = false, KeyNames keys = {});
  // Succinct roles, all empty, below targets or a delegated role.
  void add_bins(std::uint32_t bit_length, const std::string& name_prefix,
                const std::string& delegator = "targets");

  Bytes file_of(
      const std::string& role_name) const;  // as the next fetch would serve it; root: the unpublished one
  Bytes root_file(std::uint64_t version) const;  // a published one
  const Bytes& content_of(const std::string& path) const { return contents_.at(path); }

  // Fetcher
  std::vector<FetchReply> fetch_all(const std::vector<FetchRequest>& requests) override;
  bool fetch_into(const std::string& url, std::uint64_t first_byte, std::uint64_t max_bytes,
                  const ByteSink& sink) override;

  // What was asked for, in order, without the base URL: "2.root.json", "targets/ab/<hash>.file".
  std::vector<std::string> requests;
  std::vector<std::size_t> rounds;    // how many of them were sent side by side, in order
  bool gives_tags = false;            // entity tags, so that a request can be conditional
  std::size_t unchanged_answers = 0;  // to such requests
  bool says_unchanged = false;        // to every request for timestamp.json
  // Faults, by the same names.
  std::map<std::string, Bytes> serves_instead;
  std::set<std::string> missing;      // 404
  std::set<std::string> unreachable;  // no connection

 private:
  FetchReply answer(const std::string& url, std::uint64_t max_bytes);
  std::optional<Bytes> metadata_answer(const std::string& name) const;
  std::optional<Bytes> target_answer(const std::string& name) const;
  MetaFile meta_for(const std::string& role_name, std::uint64_t version) const;

  std::map<std::uint64_t, Bytes> roots_;
  std::map<std::string, Bytes> contents_;  // by target path
};

}  // namespace tuf
