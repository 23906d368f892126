#pragma once
// A publication that several publishers must sign, who see each other's signatures only (signature_exchange.h): which round
// this one takes part in, and under which conditions.

#include "libtufcore/io/command_line.h"
#include "publisher/signature_exchange.h"
#include "publisher/render.h"

namespace tuf {

std::vector<OptionSpec> exchange_options();  // --exchange, --memory

class JointRound {
 public:
  // Empty without --exchange.
  static std::unique_ptr<JointRound> open(const Arguments& arguments);

  struct Here {  // what this publisher knows by itself
    const GitRepository& repository;
    const PublishedSite* previous;
    const CommitId& tip;  // of its own main
    const AcceptedCommit& accepted;
    bool due;  // whether there is anything to publish
    UtcTime now;
  };
  // The round to render, or nothing. Throws refused for one that no honest publisher proposes: of the future, or of a commit
  // that is not in the history of main; not_found for a commit that is not here. One that is too old, or that may not be
  // signed here, is passed over with a warning, and a new one is proposed.
  std::optional<Round> agree(const Here& here, Output& out);
  // From here on the keys leave signatures there and take the others'. Remembers first, then signs.
  void enter(const Round& round, OnlineKeys& keys);
  // After enter(): the versions of this round's files, the same for everybody.
  FreeVersion versions(const PublishedSite* previous) const;
  // It is published. `tip` is remembered: a round that leaves it out is not signed here from now on.
  void done(const CommitId& tip);

 private:
  JointRound(fs::path folder, fs::path memory) : exchange_(std::move(folder)), memory_(std::move(memory)) {}
  std::string objection(const Round& round, const Here& here) const;
  SignatureExchange exchange_;
  RoundMemory memory_;
  bool only_collect_ = false;  // a round that all have signed long ago
};

}  // namespace tuf
