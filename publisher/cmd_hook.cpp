// pgpublish hook install - a bare repository that takes nothing that does not verify.
#include "libtufcore/error.h"
#include "libtufcore/io/file.h"
#include "publisher/commands.h"
#include "publisher/lfs_contents.h"
#include "publisher/pre_receive.h"
#include "publisher/report.h"
#include "publisher/source.h"

namespace tuf {
namespace {

constexpr std::string_view first_line = "#!/bin/sh\n";
constexpr std::string_view what_it_runs = " check --pre-receive ";
constexpr std::size_t max_hook_bytes = 1u << 20;

std::string shell_quoted(std::string_view word) {
  std::string text = "'";
  for (const char letter : word) text += letter == '\'' ? "'\\''" : std::string(1, letter);
  return text + "'";
}

// Two lines. Git runs it inside the bare repository, so that needs no name.
std::string hook_text(const Arguments& arguments, const Digest& root) {
  std::string text =
      fmt::format("{}exec {}{}--root-sha256 {}", first_line,
                  shell_quoted(fs::read_symlink("/proc/self/exe").string()), what_it_runs, root.hex());
  if (const auto previous = arguments.option("previous"))
    text += " --previous " + shell_quoted(fs::absolute(*previous).string());
  for (const std::string& folder : arguments.options("lfs"))
    text += " --lfs " + shell_quoted(fs::absolute(folder).string());
  for (const char* bound : {"max-proposals", "max-proposal-bytes"}) {
    if (const auto number = arguments.number_option(bound, 0, INT64_MAX))
      text += fmt::format(" --{} {}", bound, *number);
  }
  return text + "\n";
}

bool is_ours(const Bytes& hook) {
  return hook.starts_with(first_line) && hook.find(what_it_runs) != Bytes::npos;
}

void refuse_foreign_hook(const fs::path& path, const Arguments& arguments) {
  const auto there = read_file_if_there(path, max_hook_bytes);
  if (!there || is_ours(*there) || arguments.flag("replace")) return;
  throw conflict("there is another hook: {}", shown_path(path))
      .with_hint("keep it elsewhere, or replace it: --replace");
}

// From here on main is judged from where it is: so it must be right now.
void require_accepted_main(const GitRepository& repository, const Arguments& arguments, const Digest& root,
                           UtcTime now) {
  const auto main = repository.find_reference("refs/heads/main");
  if (!main) return;
  const JudgedRange range =
      judge_range(repository, last_published(arguments, root), *main, root, {.now = now, .keep = 1});
  stop_if_refused(range);
  if (range.overall == Verdict::Kind::pending)
    throw pending("branch main waits for signatures")
        .with_hint("'pgpublish check' says whose; install the hook after that");
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const std::string& folder = arguments.argument("REPOSITORY");
  const Digest root = pinned_root(arguments);
  if (is_site_url(arguments.option("previous").value_or("")))
    throw usage("a hook asks no server: --previous must be a folder of this machine").with_hint("leave --previous away");
  const GitRepository repository = GitRepository::open(folder);
  if (!repository.is_bare())
    throw usage("{} has a work tree; the hook is for a bare repository, to which people push",
                shown_path(folder))
        .with_hint("git clone --bare");
  if (const auto elsewhere = repository.config_text("core.hooksPath"))
    throw conflict("git looks for hooks in '{}', not in this repository", escaped(*elsewhere, 4096))
        .with_hint("git config --unset core.hooksPath (perhaps with --global)");
  const fs::path path = repository.git_directory() / "hooks/pre-receive";
  refuse_foreign_hook(path, arguments);
  require_accepted_main(repository, arguments, root, now);
  make_directories(path.parent_path());
  write_file_atomically(path, hook_text(arguments, root), FileMode::program);
  out.json["hook"] = path.string();
  out.result(
      fmt::format("installed {}: main takes what verifies, proposals come in as sign/..., nothing else does",
                  shown_path(path)));
}

}  // namespace

Command hook_install_command() {
  std::vector<OptionSpec> options = root_options();
  options.push_back(
      {"previous", "DIR", "the published tree on this machine: its commit and its new names count, too"});
  options.push_back(
      lfs_option("take large files only when their contents are here, or in the repository's lfs/objects"));
  for (OptionSpec& option : pre_receive_options()) {
    if (!option.value.empty()) options.push_back(std::move(option));
  }
  options.push_back({"replace", "", "write over another hook that is there"});
  return {.name = "hook install",
          .summary = "make a bare repository refuse pushes that do not verify",
          .description =
              "Writes hooks/pre-receive, two lines that call 'pgpublish check --pre-receive'. From then on a "
              "push to main that does\n"
              "not verify, rewinds or removes it is rejected with the reason; proposals (branches sign/...) "
              "are taken within bounds,\n"
              "other references are not. The publisher does not rely on it.",
          .example = "  pgpublish hook install /srv/git/content.git --root-sha256 HEX --previous /srv/site",
          .arguments = {{"REPOSITORY", "the bare repository that people push to"}},
          .options = std::move(options),
          .run = run};
}

}  // namespace tuf
