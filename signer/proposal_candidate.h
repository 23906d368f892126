#pragma once
// Inside proposal*.cpp only: what one candidate is.

#include "signer/main_contents.h"
#include "signer/proposal.h"

namespace tuf::proposals {

struct Examined {
  enum class Kind {
    foreign,  // changes nothing that people sign: somebody's pull request about something else
    landed,   // main has it, or had it before it went on
    stale,
    refused,
    good
  } kind = Kind::foreign;
  Proposal proposal;  // good, stale; of others what could be read
  std::string reason = {}, hint = {};
};

// Never throws for what is wrong with the candidate.
Examined examine(const GitRepository& git, const ProposalBase& base, const MainContents& main,
                 const Candidate& candidate);

}  // namespace tuf::proposals
