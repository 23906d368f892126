#include "signer/forge.h"

#include <algorithm>
#include <cctype>

#include "libtufcore/bytes.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

struct Place {
  std::string host;  // with the port, for http
  std::string path;  // "owner/repo"
  bool is_http;
};

std::string without_user(const std::string& authority) { return authority.substr(authority.rfind('@') + 1); }

std::string trimmed_path(std::string path) {
  while (path.starts_with('/')) path.erase(0, 1);
  while (path.ends_with('/')) path.pop_back();
  if (path.ends_with(".git")) path.resize(path.size() - 4);
  return path;
}

// Of an ssh address the port says nothing about the web.
std::optional<Place> place_of(const std::string& url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end != std::string::npos) {
    const std::string scheme = url.substr(0, scheme_end);
    const bool is_http = scheme == "https" || scheme == "http";
    if (!is_http && scheme != "ssh" && scheme != "git+ssh") return std::nullopt;
    const std::size_t start = scheme_end + 3;
    const std::size_t slash = url.find('/', start);
    if (slash == std::string::npos) return std::nullopt;
    std::string host = without_user(url.substr(start, slash - start));
    if (!is_http) host = host.substr(0, host.find(':'));
    return Place{host, trimmed_path(url.substr(slash)), is_http};
  }
  const std::size_t colon = url.find(':');
  if (colon == std::string::npos || url.find('/') < colon) return std::nullopt;  // a local path
  return Place{without_user(url.substr(0, colon)), trimmed_path(url.substr(colon + 1)), false};
}

bool is_host(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](unsigned char letter) {
    return std::isalnum(letter) || letter == '.' || letter == '-' || letter == ':';
  });
}

bool has_label(std::string_view host, std::string_view label) {
  return ("." + std::string(host) + ".").find("." + std::string(label) + ".") != std::string::npos;
}

}  // namespace

std::optional<Forge> forge_of_host(std::string_view host) {
  host = host.substr(0, host.find(':'));
  if (has_label(host, "github")) return Forge::github;
  if (has_label(host, "gitlab")) return Forge::gitlab;
  if (host == "codeberg.org" || has_label(host, "forgejo") || has_label(host, "gitea")) return Forge::forgejo;
  if (host == "bitbucket.org") return Forge::bitbucket;
  return std::nullopt;
}

Forge forge_of_setting(const std::string& setting) {
  if (setting == "github") return Forge::github;
  if (setting == "gitlab") return Forge::gitlab;
  if (setting == "forgejo" || setting == "gitea") return Forge::forgejo;
  if (setting == "bitbucket") return Forge::bitbucket;
  throw configuration("git config pg.forge says '{}', which is no forge known here", escaped(setting))
      .with_hint("one of github, gitlab, forgejo, bitbucket; or: git config --unset pg.forge");
}

std::optional<std::string> pull_request_url(const std::string& remote_url,
                                            const std::optional<std::string>& setting,
                                            const std::string& branch, const std::string& main_branch) {
  const std::optional<Place> place = place_of(remote_url);
  if (!place || !is_host(place->host) || place->path.find('/') == std::string::npos) return std::nullopt;
  const std::optional<Forge> forge = setting ? forge_of_setting(*setting) : forge_of_host(place->host);
  if (!forge) return std::nullopt;
  const std::string project = fmt::format("https://{}/{}", place->host, percent_encode_path(place->path));
  const std::string from = percent_encode_path(branch), to = percent_encode_path(main_branch);
  switch (*forge) {
    case Forge::github:
      return fmt::format("{}/compare/{}...{}?expand=1", project, to, from);
    case Forge::forgejo:
      return fmt::format("{}/compare/{}...{}", project, to, from);
    case Forge::gitlab:
      return fmt::format(
          "{}/-/merge_requests/new?merge_request%5Bsource_branch%5D={}&merge_request%5Btarget_branch%5D={}",
          project, percent_encode(branch), percent_encode(main_branch));
    case Forge::bitbucket:
      return fmt::format("{}/pull-requests/new?source={}&dest={}", project, percent_encode(branch),
                         percent_encode(main_branch));
  }
  return std::nullopt;
}

}  // namespace tuf
