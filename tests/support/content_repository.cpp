#include "tests/support/content_repository.h"

#include <algorithm>
#include <set>

#include "libtufcore/error.h"
#include "tests/support/test_keys.h"

namespace tuf::test {
namespace {

SignatureSet signatures_of(const Json& signed_part, const People& signers) {
  SignatureSet set;
  const Bytes bytes = canonical_json(signed_part);
  for (const std::string& name : signers) set.by_key[id_of(name)] = test_key(name).sign(bytes);
  return set;
}

People those_who_may(const std::vector<KeyHolder>& holders, const People& signers) {
  People result;
  for (const std::string& name : signers) {
    if (std::ranges::any_of(holders, [&](const KeyHolder& holder) { return holder.name == name; }))
      result.push_back(name);
  }
  return result;
}

}  // namespace

KeyHolder person(const std::string& name) { return {name, test_key(name).public_key()}; }

std::vector<KeyHolder> persons(const People& names) {
  std::vector<KeyHolder> result;
  for (const std::string& name : names) result.push_back(person(name));
  return result;
}

std::string id_of(const std::string& name) { return test_key(name).public_key().id(); }
std::string label_of(const std::string& name) { return key_label(name, id_of(name)); }

void ContentRepository::put(const std::string& path, const Json& signed_part, const People& signers) {
  files[path] = signed_file_text(signed_part, signatures_of(signed_part, signers));
}

void ContentRepository::edit(const std::string& path, const People& signers,
                             const std::function<void(Json::Object&)>& change) {
  Json::Object part = *parse_envelope(files.at(path), path).signed_part.as_object();
  change(part);
  put(path, part, signers);
}

void ContentRepository::edit_role(const std::string& path, const People& signers,
                                  const std::function<void(Targets&)>& change) {
  Targets role = parse_signed_file<Targets>(files.at(path), path).untrusted;
  change(role);
  put(path, to_json(role), signers);
}

void ContentRepository::sign_also(const std::string& path, const std::string& signer) {
  Envelope file = parse_envelope(files.at(path), path);
  file.signatures.by_key[id_of(signer)] = test_key(signer).sign(canonical_json(file.signed_part));
  files[path] = signed_file_text(file.signed_part, file.signatures);
}

void ContentRepository::create(const CreateRepository& change, const People& signers) {
  const NewRepository made = make_repository(change);
  for (const auto& [path, part] : made.roles) put(path, part, signers);
  files[std::string(layout::configuration)] = made.configuration_file;
}

void ContentRepository::create_project(const CreateProject& change, const People& signers) {
  for (const auto& [path, part] : make_project(change)) {
    const bool by_maintainers = path == layout::releases(change.project);
    put(path, part, those_who_may(by_maintainers ? change.maintainers : change.owners, signers));
  }
}

void ContentRepository::add_release(const std::string& project, const std::string& version,
                                    const Contents& contents, const People& signers) {
  const ProjectName project_name = *ProjectName::parse(project);
  AddRelease change{project_name, ProductName::default_of(project_name), *Version::parse(version), {}};
  for (const auto& [file, content] : contents) {
    const FileName file_name = *FileName::parse(file);
    change.files.push_back({file_name, content.size(), sha256_of(content)});
    files[layout::release_file({project_name, change.product, change.version, file_name})] = content;
  }
  edit_role(layout::releases(project_name), signers,
            [&](Targets& role) { role = next_version(with_release(role, change), far_ahead); });
}

void ContentRepository::change(const std::vector<Change>& changes, const People& signers) {
  const RepositoryState before = state();
  for (const auto& [path, part] : generate(&before, changes)) put(path, part, {});
  for (const auto& [path, part] : generate(&before, changes)) {
    const RepositoryState after = state();
    const ProjectName project = *layout::project_of(path);
    std::vector<RoleFile> roles = after.owners_chain(project);
    if (const RoleFile* releases = after.find_releases(project)) roles.push_back(*releases);
    People allowed;
    for (const RoleFile& file : roles) {
      for (const std::string& signer : signers) {
        const bool may = std::ranges::find(file.signers.keys, id_of(signer), &PublicKey::id) != file.signers.keys.end();
        if (file.path == path && may) allowed.push_back(signer);
      }
    }
    put(path, part, allowed);
  }
}

void ContentRepository::change_maintainers(const std::string& project, const People& added,
                                           const People& removed, const People& signers,
                                           std::optional<ThresholdChange> threshold) {
  const ProjectName parsed = *ProjectName::parse(project);
  const RoleName role = state().find_owners(parsed)->role;
  change({ChangeTeam{parsed, Team::maintainers, persons(added), persons(removed), threshold},
          ExtendExpiry{role, far_ahead}},
         signers);
}

void ContentRepository::hand_over(const std::string& project, const People& owners, std::uint32_t threshold,
                                  const People& signers) {
  const ProjectName parsed = *ProjectName::parse(project);
  const RepositoryState before = state();
  const RoleFile& current = *before.find_owners(parsed);
  const int hop = layout::parse_owners_role(current.role.text())->hop + 1;
  RotateOwners rotate{parsed, hop, {}, persons(owners), current.signers.threshold, threshold};
  for (const PublicKey& key : current.signers.keys) rotate.before.push_back({name_of_key(current.names, key.id()), key});
  change({rotate, ExtendExpiry{current.role, far_ahead.plus_days(10000)},
          ExtendExpiry{layout::owners_role(parsed, hop), far_ahead}},
         signers);
}

void ContentRepository::take_over(const ContentRepository& other, const std::string& folder) {
  for (const auto& [path, bytes] : other.files) {
    if (path.starts_with(folder)) files[path] = bytes;
  }
}

void ContentRepository::administer(const std::vector<Change>& changes, const People& signers) {
  const RepositoryState before = state();
  for (const auto& [path, file] : generate_files(&before, changes)) files[path] = file;
  const SignedParts parts = generate(&before, changes);
  for (const auto& [path, part] : parts) put(path, part, {});
  const RepositoryState after = state();
  for (const auto& [path, part] : parts) {
    const layout::PathKind kind = layout::kind_of(path);
    RoleKeys may = after.root_signers();
    if (const auto* admin = std::get_if<layout::AdminRole>(&kind)) may = after.find_admin_role(admin->role)->signers;
    if (const auto* owners = std::get_if<layout::ProjectOwners>(&kind)) may = after.find_owners(owners->project)->signers;
    People allowed;
    for (const std::string& signer : signers) {
      if (std::ranges::find(may.keys, id_of(signer), &PublicKey::id) != may.keys.end()) allowed.push_back(signer);
    }
    put(path, part, allowed);
  }
}

void ContentRepository::promote(const std::vector<std::string>& projects, const People& signers) {
  std::vector<ProjectName> names;
  for (const std::string& project : projects) names.push_back(*ProjectName::parse(project));
  const RepositoryState before = state();
  std::vector<Change> changes{PromoteProjects{names}};
  std::set<RoleName> lists;
  for (const ProjectName& project : names) lists.insert(before.list_of(project));
  for (const RoleName& list : lists) changes.push_back(ExtendExpiry{list, far_ahead});
  administer(changes, signers);
}

void ContentRepository::apply(const std::vector<Change>& changes, const People& signers) {
  const RepositoryState before = state();
  for (const auto& [path, part] : generate(&before, changes)) put(path, part, signers);
  for (const Change& change : changes) {
    if (const auto* added = std::get_if<AddRelease>(&change)) {
      for (const AddRelease::File& file : added->files)
        files[layout::release_file({added->project, added->product, added->version, file.name})] =
            file.name.text();
    }
    if (const auto* removed = std::get_if<RemoveRelease>(&change)) {
      const std::string folder = fmt::format("{}/files/{}/{}/", layout::project_dir(removed->project),
                                             removed->product.text(), removed->version.text());
      std::erase_if(files, [&](const auto& file) { return file.first.starts_with(folder); });
    }
  }
}

namespace {
const ProjectName abc = *ProjectName::parse("abc");
}

YankRelease yank_of(const std::string& reason, const std::string& version) {
  return {abc, ProductName::default_of(abc), *Version::parse(version), *Reason::parse(reason)};
}
UnyankRelease unyank_of(const std::string& version) {
  return {abc, ProductName::default_of(abc), *Version::parse(version)};
}
RemoveRelease removal_of(const std::string& reason, const std::string& version) {
  return {abc, ProductName::default_of(abc), *Version::parse(version), *Reason::parse(reason)};
}
ExtendExpiry expiry_of(const std::string& role, UtcTime expires) { return {RoleName::of(role), expires}; }
AddRelease::File named_file(const std::string& name, const std::string& platform) {
  return {*FileName::parse(name), name.size(), sha256_of(name), Platform::parse(platform)};
}

CreateRepository repository_of(const People& administrators, std::uint32_t threshold) {
  CreateRepository change;
  change.name = "playground";
  change.administrators = persons(administrators);
  change.threshold = threshold;
  change.timestamp_keys = change.snapshot_keys = change.registrar_keys = persons({"ci"});
  change.configuration.max_file_bytes = 1000;
  change.now = made_at;
  return change;
}

CreateProject project_of(const std::string& project, const People& owners, const People& maintainers,
                         std::uint32_t release_threshold) {
  const auto owner_count = static_cast<std::uint32_t>(owners.size());
  return {*ProjectName::parse(project),
          persons(owners),
          owner_count,
          persons(maintainers),
          release_threshold,
          far_ahead,
          far_ahead,
          "playground"};
}

ContentRepository new_repository() {
  ContentRepository repository;
  repository.create(repository_of({"ada"}), {"ada"});
  return repository;
}

ContentRepository with_project() {
  ContentRepository repository = new_repository();
  repository.create_project(project_of("abc"), {"olga", "mia"});
  return repository;
}

ContentRepository with_release() {
  ContentRepository repository = with_project();
  repository.add_release("abc", "1.0.0", {{"abc.tgz", "one"}}, {"mia"});
  return repository;
}

Verdict judge(const ContentRepository* base, const ContentRepository& next) {
  if (!base) return check_transition(nullptr, next.tree(), std::nullopt, differences({}, next.files));
  const RepositoryState before = base->state();
  return check_transition(&before, next.tree(), base->pin(), differences(base->files, next.files));
}

Verdict judge_merge(const ContentRepository& base, const ContentRepository& first,
                    const ContentRepository& second, const ContentRepository& merge) {
  return check_merge(first.state(), merge.tree(), base.pin(), differences(base.files, first.files),
                     differences(base.files, second.files), differences(first.files, merge.files),
                     differences(second.files, merge.files));
}

std::vector<std::string> in_words(const Verdict& verdict) {
  std::vector<std::string> lines;
  for (const Change& change : verdict.changes) {
    for (std::string& line : describe(change)) lines.push_back(std::move(line));
  }
  return lines;
}

std::string text_of(const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::accepted) return "accepted";
  if (verdict.kind == Verdict::Kind::refused)
    return fmt::format("refused: {}: {}", verdict.file, verdict.reason);
  std::string text;
  for (const MissingSignatures& file : verdict.missing)
    text += fmt::format("{} {} needs {} more", text.empty() ? "pending:" : ",", file.path,
                        file.check.still_needed());
  return text.empty() ? "pending:" : text;
}

std::vector<ChangedPath> differences(const std::map<std::string, Bytes>& from,
                                     const std::map<std::string, Bytes>& to) {
  std::vector<ChangedPath> changed;
  for (const auto& [path, bytes] : from) {
    const auto it = to.find(path);
    if (it == to.end())
      changed.push_back({path, ChangedPath::How::removed});
    else if (it->second != bytes)
      changed.push_back({path, ChangedPath::How::modified});
  }
  for (const auto& [path, bytes] : to) {
    if (!from.contains(path)) changed.push_back({path, ChangedPath::How::added});
  }
  return changed;
}

}  // namespace tuf::test
