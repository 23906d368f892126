#include "publisher/allowed_signers.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "libtufcore/ssh_format.h"
#include "tests/support/content_repository.h"
#include "tests/support/test_keys.h"

namespace tuf::test {
namespace {

std::string line_of(const std::string& name, const std::string& shown) {
  const PublicKey& key = test_key(name).public_key();
  return fmt::format("{}@{} namespaces=\"git\" {}\n", shown, key.id().substr(0, 16), *ssh_public_text(key));
}

}  // namespace

TEST_CASE("administrators and owners and maintainers may sign commits and the publisher may not",
          "[allowed_signers]") {
  CHECK(allowed_signers_text(with_project().state()) ==
        line_of("ada", "ada") + line_of("mia", "mia") + line_of("olga", "olga"));
}

TEST_CASE("a name cannot write lines or options or principals of its own", "[allowed_signers]") {
  ContentRepository repository = new_repository();
  CreateProject project = project_of("abc", {"olga"}, {"mia"});
  project.maintainers.front().name = "a,*\"\n b cert-authority ssh-ed25519 AAAA";
  repository.create_project(project, {"olga", "mia"});
  const std::string text = allowed_signers_text(repository.state());
  CHECK(text.find(line_of("mia", "a_____b_cert-authority_ssh-ed25519_AAAA")) != std::string::npos);
}

}  // namespace tuf::test
