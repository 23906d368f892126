#pragma once
// Publishers that must all sign: which round this one takes part in, and under which conditions.

#include "libtufcore/io/command_line.h"
#include "publisher/exchange.h"
#include "publisher/render.h"

namespace tuf {

std::vector<OptionSpec> together_options();  // --exchange, --memory

class Together {
 public:
  // Empty without --exchange.
  static std::unique_ptr<Together> open(const Arguments& arguments);

  struct Here {  // what this publisher knows by itself
    const GitRepository& repository;
    const PublishedSite* previous;
    const CommitId& tip;  // of its own main
    const AcceptedCommit& accepted;
    bool due;  // whether there is anything to publish
    UtcTime now;
  };
  // The round to render, or nothing. Throws refused for one that no honest publisher proposes.
  std::optional<Round> agree(const Here& here, Output& out);
  // From here on the keys leave signatures there and take the others'. Remembers first, then signs.
  void enter(const Round& round, OnlineKeys& keys);
  FreeVersion versions(const PublishedSite* previous) const;  // the same for everybody
  void done(const CommitId& tip);

 private:
  Together(fs::path folder, fs::path memory) : exchange_(std::move(folder)), memory_(std::move(memory)) {}
  std::string objection(const Round& round, const Here& here) const;
  Exchange exchange_;
  RoundMemory memory_;
  bool only_collect_ = false;  // a round that all have signed long ago
};

}  // namespace tuf
