#include "publisher/pre_receive.h"

#include <algorithm>
#include <cstdlib>

#include "libtufcore/error.h"
#include "libtufcore/io/file.h"
#include "libtufcore/io/progress.h"
#include "publisher/lfs_contents.h"
#include "publisher/name_quota.h"
#include "publisher/report.h"
#include "publisher/source.h"

namespace tuf {
namespace {

constexpr std::size_t max_stdin_bytes = 1u << 20;
constexpr std::string_view main_branch = "refs/heads/main";
constexpr std::string_view proposals = "refs/heads/sign/";
constexpr std::string_view push_contents_hint = "git lfs push --all origin brings the contents; push again after it";
constexpr std::size_t max_name_bytes = 200;
constexpr std::size_t max_commits_of_a_proposal = 1000;
constexpr std::size_t max_changes_of_a_proposal = 10'000;

struct PushedReference {
  std::optional<CommitId> before, after;  // empty: there was none, it goes
  std::string name;
};

std::optional<CommitId> parse_id(std::string_view id) {
  if (id.size() != 40)
    throw usage("a line of stdin is not 'OLD NEW REFERENCE'").with_hint("--pre-receive is for git's hook");
  return id.find_first_not_of('0') == std::string_view::npos ? std::nullopt : std::optional<CommitId>(id);
}

std::vector<PushedReference> read_pushed() {
  const Bytes text = read_file("/dev/stdin", max_stdin_bytes);
  std::vector<PushedReference> pushed;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t first = line.find(' '), second = line.find(' ', first + 1);
    if (second == std::string_view::npos) parse_id("");
    pushed.push_back({parse_id(line.substr(0, first)), parse_id(line.substr(first + 1, second - first - 1)),
                      std::string(line.substr(second + 1))});
  }
  return pushed;
}

std::uint64_t size_of_folder(const fs::path& folder) {
  std::uint64_t size = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) size += entry.file_size();
  }
  return size;
}

bool is_proposal(const PushedReference& reference) { return reference.name.starts_with(proposals); }

class Gate {
 public:
  Gate(const Arguments& arguments, Output& out, UtcTime now)
      : arguments_(arguments), out_(out), now_(now), root_(pinned_root(arguments)), repository_(open()) {}

  void check(const std::vector<PushedReference>& pushed) {
    check_bounds(pushed);
    for (const PushedReference& reference : pushed) {
      if (reference.name == main_branch)
        check_main(reference);
      else if (is_proposal(reference))
        check_proposal(reference);
      else
        throw refused("reference {} is not taken: this repository has branch main, and proposals sign/...",
                      escaped(reference.name));
    }
  }

 private:
  GitRepository open() {
    const std::string folder = arguments_.option("repository").value_or(".");
    const char* quarantine = std::getenv("GIT_QUARANTINE_PATH");
    if (quarantine == nullptr) return GitRepository::open(folder);
    quarantine_ = quarantine;
    return GitRepository::open_with_quarantine(folder, quarantine);
  }

  void check_main(const PushedReference& main) {
    if (!main.after) throw refused("branch main is not deleted");
    if (main.before && !repository_.is_ancestor(*main.before, *main.after))
      throw refused(
          "commit {} does not descend from commit {} of branch main: the push would rewind or fork it",
          short_id(*main.after), short_id(*main.before))
          .with_hint("fetch main, and make the change again on top of it: pgsign push does that");
    const auto previous = previous_site(arguments_, root_);
    const auto from = previous ? std::optional(previous->commit) : main.before;
    JudgedRange range = judge_range(repository_, from, *main.after, root_, {.now = now_, .keep = most_told});
    if (const auto name = find_name_too_many(range, previous ? &*previous : nullptr, now_)) refuse_name(range, *name);
    stop_if_refused(range);
    stop_if_pending(range, "waits for signatures, so it is not for main yet",
                    "pgsign push brings it as a proposal, which the others sign");
    if (!arguments_.options("lfs").empty())
      require_contents(repository_, range, lfs_store(arguments_, repository_, std::string(push_contents_hint)));
    for (const std::string& line : report_text(range, Detail::commits)) out_.note(line);
    for (const std::string& line : unsigned_lines(unsigned_files(repository_, range))) out_.note(line);
  }

  // Anybody may propose anything; it only must not be more than a proposal can need, nor hold a tree that
  // hurts who looks at it.
  void check_proposal(const PushedReference& proposal) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-/";
    if (proposal.name.size() > max_name_bytes || proposal.name.find_first_not_of(plain) != std::string::npos)
      throw refused("'{}' is no name of a proposal", escaped(proposal.name));
    if (!proposal.after) return;
    const auto main = repository_.find_reference(std::string(main_branch));
    if (main && !repository_.merge_base(*main, *proposal.after))
      throw refused("{} shares no history with branch main", escaped(proposal.name));
    repository_.range(main, *proposal.after, max_commits_of_a_proposal);
    repository_.changes(main, *proposal.after, max_changes_of_a_proposal);
  }

  void check_bounds(const std::vector<PushedReference>& pushed) {
    const auto added = std::ranges::count_if(
        pushed, [](const PushedReference& one) { return is_proposal(one) && !one.before && one.after; });
    const auto max_count =
        static_cast<std::size_t>(arguments_.number_option("max-proposals", 0, 1'000'000).value_or(1000));
    if (static_cast<std::size_t>(added) > max_count)
      throw limit("the push brings {} proposals; at most {} are taken", added, max_count);
    if (added > 0)
      repository_.references(std::string(proposals), max_count - static_cast<std::size_t>(added));
    if (!std::ranges::any_of(pushed, is_proposal) || quarantine_.empty()) return;
    const auto max_bytes = static_cast<std::uint64_t>(
        arguments_.number_option("max-proposal-bytes", 1, INT64_MAX).value_or(1 << 30));
    if (const std::uint64_t size = size_of_folder(quarantine_); size > max_bytes)
      throw limit("the push of a proposal has {}; at most {} are taken", bytes_text(size),
                  bytes_text(max_bytes));
  }

  const Arguments& arguments_;
  Output& out_;
  UtcTime now_;
  Digest root_;
  fs::path quarantine_;
  GitRepository repository_;
};

}  // namespace

std::vector<OptionSpec> pre_receive_options() {
  return {{"pre-receive", "", "be git's pre-receive hook: judge what is pushed, as stdin says"},
          {"max-proposals", "N", "with it: how many branches sign/... there may be (1000)"},
          {"max-proposal-bytes", "N", "with it: how large the push of a proposal may be (1 GiB)"}};
}

void check_push(const Arguments& arguments, Output& out, UtcTime now) {
  const std::vector<PushedReference> pushed = read_pushed();
  Gate(arguments, out, now).check(pushed);
  Json::Array names;
  for (const PushedReference& reference : pushed) names.push_back(escaped(reference.name));
  out.json["references"] = std::move(names);
}

}  // namespace tuf
