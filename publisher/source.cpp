#include "publisher/source.h"

#include "libtufcore/error.h"
#include "libtufcore/io/file.h"
#include "publisher/s3_site.h"

namespace tuf {

std::vector<OptionSpec> root_options() {
  return {{"root-sha256", "HEX", "SHA-256 of 1.root.json, as 'pgsign init' printed it"},
          {"root", "FILE", "or the file 1.root.json itself"}};
}

std::vector<OptionSpec> branch_options() {
  return joined({root_options(),
                 {{"repository", "DIR", "the content repository, best a bare clone (default: here)"},
                  {"commit", "REV", "branch or commit to look at (default: branch main)"}}});
}

OptionSpec previous_option() {
  return {"previous", "PLACE", "the last publication: the folder of the tree, the URL of the live site, or s3://BUCKET/PREFIX"};
}

std::vector<OptionSpec> source_options() { return joined({branch_options(), {previous_option()}}); }

Digest pinned_root(const Arguments& arguments) {
  const auto hex = arguments.option("root-sha256");
  const auto file = arguments.option("root");
  if (hex.has_value() == file.has_value()) {
    throw usage("pin the root with --root-sha256 HEX or --root FILE").with_hint("'pgsign status' prints the SHA-256; get it from the administrators");
  }
  if (file) return sha256_of(read_file(*file, max_metadata_bytes));
  const auto digest = Digest::from_hex(HashAlgorithm::sha256, *hex);
  if (!digest) throw usage("--root-sha256 must be 64 hex digits, not '{}'", escaped(*hex));
  return *digest;
}

std::optional<PublishedSite> previous_site(const Arguments& arguments, const Digest& root) {
  const auto folder = arguments.option("previous");
  if (!folder) return std::nullopt;
  auto site = read_published_site(place_reader(arguments, *folder), root);
  if (!site) throw no_publication(*folder).with_hint("without --previous the whole history is checked");
  return site;
}

std::optional<CommitId> last_published(const Arguments& arguments, const Digest& root) {
  const auto site = previous_site(arguments, root);
  return site ? std::optional(site->commit) : std::nullopt;
}

Source open_source(const Arguments& arguments) { return open_source(arguments, pinned_root(arguments)); }

Source open_source(const Arguments& arguments, const Digest& root) {
  GitRepository repository = GitRepository::open(arguments.option("repository").value_or("."));
  const CommitId tip = repository.resolve_branch(arguments.option("commit").value_or("main"));
  return {std::move(repository), root, tip};
}

}  // namespace tuf
