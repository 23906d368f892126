// pgpublish publish - verify the new commits, sign the online roles, write the tree.
#include "publisher/commands.h"
#include "publisher/publish_once.h"

namespace tuf {
namespace {

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const Source source = open_source(arguments);
  const auto joint = JointRound::open(arguments);
  OnlineKeys keys = open_online_keys(arguments);
  publish_once(arguments, source, joint.get(), keys, out, now);
}

}  // namespace

Command publish_command() {
  return {.name = "publish",
          .summary = "verify the new commits and write the published tree",
          .description = "Judges every commit since the last published one, signs new, snapshot and timestamp with the online keys, and writes the\n"
                         "tree: files first, timestamp.json last, each file whole or not at all. One refused commit, and nothing is published.\n"
                         "The last published commit is read, verified, from the tree itself (--to, or --previous).\n"
                         "To a bucket of an S3-compatible object store in the same order; the credentials are taken from AWS_ACCESS_KEY_ID and\n"
                         "AWS_SECRET_ACCESS_KEY, objects that are there are not sent again.\n"
                         "Where two publishers must sign, each runs this with its own key, clone and tree and the same --exchange, in turn: exit\n"
                         "code 20 says that the other one is next.",
          .example = "  pgpublish publish --repository content.git --root-sha256 HEX --to site --online-key online.key\n"
                     "  pgpublish publish --repository content.git --root-sha256 HEX --to s3://bucket/prefix --online-key env:PG_ONLINE_KEY",
          .arguments = {},
          .options = joined(
              {publication_options(),
               {previous_option(),
                {"whole", "", "write every file of the tree, not only what changed: for an empty folder or bucket"},
                {"expired-previous", "", "go on from a live site (--previous URL) whose timestamp has expired"},
                {"first", "", "this is the very first publication: start at version 1"}},
               exchange_options()}),
          .run = run};
}

}  // namespace tuf
