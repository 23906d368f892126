#include "libtufcore/repository_layout.h"

#include <catch2/catch.hpp>

using namespace tuf;

namespace {

std::string kind_name(std::string_view path) {
  struct Name {
    std::string operator()(const layout::AdminRole& role) const { return "role " + role.role.text(); }
    std::string operator()(const layout::CurrentRoot&) const { return "root"; }
    std::string operator()(const layout::RootHistory& root) const {
      return "root " + std::to_string(root.version);
    }
    std::string operator()(const layout::Configuration&) const { return "configuration"; }
    std::string operator()(const layout::ProjectClaim& claim) const {
      return "claim of " + claim.project.text();
    }
    std::string operator()(const layout::ProjectOwners& owners) const {
      return "owners of " + owners.project.text() + (owners.hop == 1 ? "" : " " + std::to_string(owners.hop));
    }
    std::string operator()(const layout::ProjectReleases& rel) const {
      return "releases of " + rel.project.text();
    }
    std::string operator()(const layout::ProjectFile& file) const { return "file " + file.path.text(); }
    std::string operator()(const layout::ProjectInvitation& invitation) const {
      return (invitation.accepted ? "acceptance by " : "invitation of ") + invitation.name.text() + " to " +
             invitation.project.text();
    }
    std::string operator()(const layout::Stray&) const { return "stray"; }
    std::string operator()(const layout::Unpublished&) const { return "unpublished"; }
  };
  return std::visit(Name{}, layout::kind_of(path));
}

struct Row {
  std::string path, kind;
};

}  // namespace

TEST_CASE("every path of the content repository is one known kind", "[repository_layout]") {
  const auto row = GENERATE(values<Row>({
      {"admin/root.json", "root"},
      {"admin/root_history/1.root.json", "root 1"},
      {"admin/root_history/12.root.json", "root 12"},
      {"admin/targets.json", "role targets"},
      {"admin/blocked.json", "role blocked"},
      {"admin/blocked.void.json", "role blocked.void"},
      {"admin/claimed.json", "role claimed"},
      {"admin/claimed.void.json", "role claimed.void"},
      {"admin/claimed-a.json", "role claimed-a"},
      {"admin/claimed-my-.json", "role claimed-my-"},
      {"admin/claimed-new.json", "role claimed-new"},
      {"admin/config/repository.json", "configuration"},
      {"projects/ab/abc/claim.json", "claim of abc"},
      {"projects/ab/abc/owners.json", "owners of abc"},
      {"projects/ab/abc/owners.2.json", "owners of abc 2"},
      {"projects/ab/abc/owners.99.json", "owners of abc 99"},
      {"projects/ab/abc/invitations/bob.json", "invitation of bob to abc"},
      {"projects/ab/abc/invitations/bob.accepted.json", "acceptance by bob to abc"},
      {"projects/ab/abc/releases.json", "releases of abc"},
      {"projects/ab/abc/files/cli/1.0.0/abc.tgz", "file abc/cli/1.0.0/abc.tgz"},
      {"projects/a/a/claim.json", "claim of a"},
      {"README.md", "unpublished"},
      {".github/workflows/ci.yml", "unpublished"},
      {"administration/root.json", "unpublished"},
      {"projects.md", "unpublished"},
  }));
  INFO(row.path);
  CHECK(kind_name(row.path) == row.kind);
}

TEST_CASE("G-19 whatever else stands below admin and projects is stray", "[repository_layout]") {
  const std::string path = GENERATE(values<std::string>({"admin",
                                                         "admin/",
                                                         "admin/timestamp.json",
                                                         "admin/snapshot.json",
                                                         "admin/new.json",
                                                         "admin/abc.json",
                                                         "admin/root_history/0.root.json",
                                                         "admin/root_history/01.root.json",
                                                         "projects/ab/abc/owners.0.json",
                                                         "projects/ab/abc/owners.1.json",
                                                         "projects/ab/abc/owners.02.json",
                                                         "projects/ab/abc/owners.100.json",
                                                         "projects/ab/abc/owners.+2.json",
                                                         "projects/ab/abc/owners..json",
                                                         "projects/ab/abc/owners.2json",
                                                         "projects/ab/abc/invitations/.json",
                                                         "projects/ab/abc/invitations/.accepted.json",
                                                         "projects/ab/abc/invitations/b.b.json",
                                                         "projects/ab/abc/invitations/bob",
                                                         "projects/ab/abc/invitations/x/bob.json",
                                                         "admin/root_history/+1.root.json",
                                                         "admin/root_history/99999999999999999999.root.json",
                                                         "admin/root_history/.root.json",
                                                         "admin/root_history/1.root.json/x",
                                                         "admin/config/other.json",
                                                         "admin/claimed-.json",
                                                         "admin/claimed--.json",
                                                         "admin/claimed-A.json",
                                                         "admin/claimed-a.b.json",
                                                         "admin/claimed-a--.json",
                                                         "admin/claimed-claimed-.json",
                                                         "admin/blocked-a.json",
                                                         "admin/claimed-a.json/x",
                                                         "projects",
                                                         "projects/ab",
                                                         "projects/ab/abc",
                                                         "projects/ab/abc/",
                                                         "projects/ab/abc/README.md",
                                                         "projects/ab/abc/snapshot.json",
                                                         "projects/xy/abc/claim.json",
                                                         "projects/ab/ABC/claim.json",
                                                         "projects/ro/root/claim.json",
                                                         "projects/ab/abc/files/cli/1.0.0",
                                                         "projects/ab/abc/files/cli/1.0.0/x/y",
                                                         "projects/ab/abc/files/cli/1.0.0/.hidden",
                                                         "projects/ab/abc/files/cli/-1/x",
                                                         "projects/ab/abc/files/../1.0.0/x",
                                                         "projects/ab/abc/other/cli/1.0.0/x",
                                                         "projects//ab/abc/claim.json"}));
  INFO(path);
  CHECK(kind_name(path) == "stray");
}

TEST_CASE("the names that are made are the names that are recognised", "[repository_layout]") {
  const ProjectName project = *ProjectName::parse("abc");
  CHECK(layout::project_dir(project) == "projects/ab/abc");
  CHECK(kind_name(layout::claim(project)) == "claim of abc");
  CHECK(kind_name(layout::owners(project)) == "owners of abc");
  CHECK(kind_name(layout::releases(project)) == "releases of abc");
  CHECK(kind_name(layout::root_history(7)) == "root 7");
  CHECK(kind_name(layout::admin_role(RoleName::of("claimed"))) == "role claimed");
  const ReleasePath file = *ReleasePath::parse("abc/cli/1.0.0/abc.tgz");
  CHECK(layout::release_file(file) == "projects/ab/abc/files/cli/1.0.0/abc.tgz");
  CHECK(layout::project_of(layout::release_file(file)) == project);
  CHECK_FALSE(layout::project_of("projects/ab"));
  CHECK(layout::owners_role(project).text() == "abc");
  CHECK(layout::releases_role(project).text() == "abc.rel");
}
