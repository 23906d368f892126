// pgpublish follow - one publication after the other, from one process.
#include <algorithm>
#include <cstdio>

#include "libtufcore/error.h"
#include "libtufcore/io/interrupt.h"
#include "libtufcore/io/system_clock.h"
#include "publisher/branch_watch.h"
#include "publisher/commands.h"
#include "publisher/publish_once.h"

namespace tuf {
namespace {

constexpr std::int64_t usual_minutes = 10;
constexpr std::chrono::minutes after_a_failure(1);

// What is wrong is told once, until something else is or nothing.
class Complaints {
 public:
  explicit Complaints(Output& out) : out_(out) {}
  bool any() const { return !last_.empty(); }
  void none() { last_.clear(); }
  void tell(const Error& error) {
    if (error.what() == last_) return;
    last_ = error.what();
    out_.warning(last_);
    if (!error.hint().empty()) out_.note("hint: " + error.hint());
  }

 private:
  Output& out_;
  std::string last_;
};

bool ends_following(Error::Kind kind) {
  return kind == Error::Kind::interrupted || kind == Error::Kind::terminated || kind == Error::Kind::hung_up;
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const std::chrono::minutes every(arguments.number_option("every", 1, 24 * 60).value_or(usual_minutes));
  const InterruptsWait whole_publications;
  const Source start = open_source(arguments);
  BranchWatch branch(start.repository.git_directory(), arguments.option("commit").value_or("main"));
  OnlineKeys keys = open_online_keys(arguments);
  publish_once(arguments, start, keys, out, now);  // what is wrong from the beginning ends it
  Complaints complaints(out);
  while (true) {
    std::fflush(stdout);
    branch.wait(complaints.any() ? std::min(every, after_a_failure) : every);
    try {
      publish_once(arguments, open_source(arguments), keys, out, system_time_now());
      complaints.none();
    } catch (const Error& error) {
      if (ends_following(error.kind())) throw;
      complaints.tell(error);
    }
  }
}

}  // namespace

Command follow_command() {
  return {.name = "follow",
          .summary = "publish whenever the branch moves, until it is stopped",
          .description =
              "As publish, from one process that stays: it publishes what there is, then again as soon as the branch of the local\n"
              "repository moves, and renews the online roles in time. What cannot be published later on is told once and tried again;\n"
              "what is wrong at the start ends it. Ctrl-C, SIGTERM: the publication at hand is finished first. The first publication\n"
              "of all is made by publish --first.",
          .example = "  pgpublish follow --repository content.git --to /srv/www --online-key online.key --root-sha256 9f1c...",
          .arguments = {},
          .options = joined({publication_options(),
                             {{"every", "MINUTES",
                               "look at least so often, for what is to be renewed or was not reached (default: 10)"}}}),
          .run = run};
}

}  // namespace tuf
