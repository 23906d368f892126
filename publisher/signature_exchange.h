#pragma once
// Where publishers that must sign together leave their signatures for one another: a folder that all of them
// reach, shared or copied to and fro. Nothing in it is believed: each publisher judges the commit itself,
// renders the same bytes itself, and takes from here only what it proposes to look at and signatures, each
// verified over those bytes.
//
//   7/round.json             what timestamp version 7 is to be: commit, time, the publication before
//   7/snapshot.<key id>.sig  a signature in hex

#include <optional>

#include "libtufcore/git/git_repository.h"
#include "libtufcore/io/file.h"
#include "libtufcore/metadata.h"

namespace tuf {

struct Round {
  std::uint64_t number = 0;  // the timestamp's version
  std::optional<Digest> previous;  // SHA-256 of the timestamp.json before; empty for the very first publication
  CommitId commit;
  UtcTime time = UtcTime::from_unix(0);  // everything is rendered as of then
  bool operator==(const Round&) const = default;
};
Json to_json(const Round& round);
Round parse_round(const Json& json, const std::string& what);

class SignatureExchange {
 public:
  explicit SignatureExchange(fs::path folder);  // throws not_found when there is none

  // The round with the highest number up to `most` that builds on `previous`.
  std::optional<Round> newest(const std::optional<Digest>& previous, std::uint64_t most) const;
  // As `round`, with the next number from its own on that nobody has taken.
  Round propose(Round round);
  // Signatures are those of this round from here on; without `may_sign` nothing new is signed.
  void enter(const Round& round, bool may_sign);
  // Whether enough signatures of the timestamp were left: then all the others were before.
  bool is_complete(const Round& round, const RoleKeys& timestamp) const;
  bool may_sign() const { return may_sign_; }
  const Round& round() const { return round_; }

  std::optional<Bytes> signature(std::string_view role, const KeyId& key) const;
  void leave(std::string_view role, const KeyId& key, ByteView signature) const;
  void remove_rounds_before(std::uint64_t number) const;

 private:
  fs::path file(std::uint64_t number, std::string_view role, const KeyId& key) const;
  std::vector<std::uint64_t> numbers() const;
  fs::path folder_;
  Round round_;
  bool may_sign_ = false;
};

// What one publisher has signed, in a file that only it can write: what was signed once for a number is not
// signed again with other contents, whatever becomes of the exchange.
class RoundMemory {
 public:
  explicit RoundMemory(fs::path file);  // throws conflict while another run has it
  std::optional<Round> signed_last;
  std::optional<CommitId> seen;  // the tip of its own main at the last publication: the next one must have it
  void save() const;

 private:
  fs::path file_;
  FileLock lock_;
};

}  // namespace tuf
