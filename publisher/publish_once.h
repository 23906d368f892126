#pragma once
// One publication, which publish makes once and follow as often as the branch moves.

#include "publisher/joint_round.h"
#include "publisher/online_key.h"
#include "publisher/source.h"

namespace tuf {

// What a process that publishes again and again has verified already.
struct Verifications {
  std::optional<PublishedSite> site = {};     // the one that a publication went on from; it cannot be read any further
  std::optional<AcceptedCommit> commit = {};  // what it published
};

std::vector<OptionSpec> publication_options();  // from where, with what, to where
// Reads these options, and publish's own (--previous, --first, --whole, --expired-previous) where the command has them.
// `joint` may be null. Returns what the next publication of this process need not verify again. Says what was published, what
// waits and why. One refused commit (refused), and nothing new is published; what is there is kept fresh all the same. Throws also
// pending (nothing is complete yet, or another publisher is next), not_found (no publication to go on from), rollback, expired,
// forbidden (the key may not sign), conflict (another publisher is at work), local_io, network.
Verifications publish_once(const Arguments& arguments, const Source& source, JointRound* joint, OnlineKeys& keys, Output& out, UtcTime now,
                           const Verifications& known = {});

}  // namespace tuf
