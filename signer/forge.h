#pragma once
// The address that opens a pull request, where the host is a forge that we know. Nothing is asked of the
// forge: people follow the link. What is not certain gives none.

#include <optional>
#include <string>

namespace tuf {

enum class Forge { github, gitlab, forgejo, bitbucket };

// By host name ("gitlab.example.org", "codeberg.org"); empty when it tells nothing.
std::optional<Forge> forge_of_host(std::string_view host);
// As `git config pg.forge` says; throws configuration for another word.
Forge forge_of_setting(const std::string& setting);

// `remote_url`: https://host/owner/repo.git, ssh://git@host:22/owner/repo, git@host:owner/repo. Passwords in
// it stay out. `setting` is pg.forge. Empty for a local path, another form, or an unknown host.
std::optional<std::string> pull_request_url(const std::string& remote_url,
                                            const std::optional<std::string>& setting,
                                            const std::string& branch, const std::string& main_branch);

}  // namespace tuf
