// pgpublish allowed-signers - whose signatures on commits count, for the git program.
#include "libtufcore/error.h"
#include "libtufcore/io/file.h"
#include "publisher/allowed_signers.h"
#include "publisher/commands.h"
#include "publisher/source.h"

namespace tuf {
namespace {

void run(const Arguments& arguments, Output& out, UtcTime) {
  const Source source = open_source(arguments);
  const JudgedRange range = judge_range(source.repository, last_published(arguments, source.pinned_root),
                                        source.tip, source.pinned_root, {.keep = 1});
  if (range.overall == Verdict::Kind::refused || !range.accepted) {
    throw refused("nothing at commit {} is accepted, so nobody's keys are believed", short_id(source.tip))
        .with_hint("pgpublish check says why");
  }
  const std::string text = allowed_signers_text(range.accepted->state());
  out.json["commit"] = range.accepted->id();
  out.json["text"] = text;
  if (const auto file = arguments.option("output")) {
    write_file_atomically(*file, text);
    out.note(fmt::format("next: git config gpg.ssh.allowedSignersFile '{}'; git log --show-signature",
                         escaped(*file, 4096)));
    return;
  }
  out.result(std::string_view(text).substr(0, text.empty() ? 0 : text.size() - 1));
}

}  // namespace

Command allowed_signers_command() {
  return {.name = "allowed-signers",
          .summary = "print whose signatures on commits git shall believe",
          .description =
              "pgsign signs each commit with the key that signs its roles. From the newest accepted commit, "
              "this makes the file\n"
              "with the keys of all administrators, owners and maintainers, with which 'git log "
              "--show-signature' and\n"
              "'ssh-keygen -Y verify' tell who made a commit.",
          .example =
              "  pgpublish allowed-signers --repository content.git --root-sha256 HEX --output signers\n"
              "  git -c gpg.ssh.allowedSignersFile=signers log --show-signature",
          .arguments = {},
          .options = joined({source_options(), {{"o,output", "FILE", "write it there instead of printing it"}}}),
          .run = run};
}

}  // namespace tuf
