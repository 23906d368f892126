#include "libtufcore/find_target.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "libtufcore/error.h"

namespace tuf {
namespace {

using TargetsRef = std::shared_ptr<const Final<Targets>>;

// The end of the code point that starts at `at`: '?' stands for one character, not for one byte.
std::size_t next_character(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  return at;
}

// One role that the search still has to look at, and how it came there.
struct Step {
  RoleName role;
  const RoleKeys* signers;  // kept alive by the delegating role in Search::visited_
  const Json::Object* names;
  std::size_t parent;  // index into Search::steps_; its own index for the top
  std::size_t depth;
};

struct Child {
  RoleName role;
  const RoleKeys* signers;
  bool last;  // nothing after it is looked at, here and in the roles that led here
};

// The pre-order walk of 5.6.7 that both searches share. `children_of` says which delegations of a role
// matter, `visit` sees each role once and ends the walk by returning true.
class Search {
 public:
  using ChildrenOf = std::function<std::vector<Child>(const Targets&)>;
  using Visit = std::function<bool(const Targets&, const RoleName&)>;

  Search(const LoadRole& load, const SearchLimits& limits, std::string looking_for)
      : load_(load), limits_(limits), looking_for_(std::move(looking_for)) {}

  // Returns the trail from targets to the role where `visit` ended the walk; empty when it never did.
  std::vector<RoleName> walk(const TargetsRef& top, const ChildrenOf& children_of, const Visit& visit) {
    steps_.push_back({RoleName::of(Targets::type), nullptr, nullptr, 0, 0});
    std::vector<std::size_t> to_visit = {0};
    while (!to_visit.empty()) {
      const std::size_t at = to_visit.back();
      to_visit.pop_back();
      // 5.6.7.1: a role that was visited is skipped, so a cycle ends (T-14).
      if (!visited_names_.insert(steps_[at].role).second) continue;
      const Targets& targets = **visit_step(at, top);
      if (visit(targets, steps_[at].role)) return trail_to(at);
      push_children(at, children_of(targets), targets.delegations_extra, to_visit);
    }
    return {};
  }

 private:
  const TargetsRef& visit_step(std::size_t at, const TargetsRef& top) {
    const Step& step = steps_[at];
    if (visited_.size() >= limits_.max_roles) {
      throw limit("the search for '{}' met more than {} roles", escaped(looking_for_), limits_.max_roles);
    }
    if (step.depth > limits_.max_depth) {
      throw limit("the search for '{}' met role '{}', deeper than {} delegations", escaped(looking_for_),
                  escaped(step.role.text()), limits_.max_depth);
    }
    // With the keys of the role that led here: another delegator may name other keys for the same name
    // (T-13).
    visited_.push_back(step.signers == nullptr ? top : load_(step.role, *step.signers, *step.names));
    if (!visited_.back()) throw bug("role '{}' was loaded as nothing", escaped(step.role.text()));
    return visited_.back();
  }

  void push_children(std::size_t at, std::vector<Child> children, const Json::Object& names,
                     std::vector<std::size_t>& to_visit) {
    // 5.6.7.2.1: a terminating delegation also drops what the roles above had still to be asked (T-12).
    if (!children.empty() && children.back().last) to_visit.clear();
    for (auto child = children.rbegin(); child != children.rend(); ++child) {
      to_visit.push_back(steps_.size());
      steps_.push_back({std::move(child->role), child->signers, &names, at, steps_[at].depth + 1});
    }
  }

  std::vector<RoleName> trail_to(std::size_t at) const {
    std::vector<RoleName> trail(1, steps_[at].role);
    for (; at != 0; at = steps_[at].parent) trail.push_back(steps_[steps_[at].parent].role);
    std::reverse(trail.begin(), trail.end());
    return trail;
  }

  const LoadRole& load_;
  SearchLimits limits_;
  std::string looking_for_;
  std::vector<Step> steps_;
  std::vector<TargetsRef> visited_;
  std::set<RoleName> visited_names_;
};

// A path with its hash, which every path_hash_prefixes is compared with.
struct Wanted {
  explicit Wanted(const TargetPath& wanted) : path(wanted), hash(sha256_of(wanted.text()).hex()) {}
  const TargetPath& path;
  std::string hash;
};

bool is_delegated(const Delegation& delegation, const Wanted& wanted) {
  if (delegation.paths) {
    return std::any_of(delegation.paths->begin(), delegation.paths->end(),
                       [&](const std::string& pattern) { return path_matches(pattern, wanted.path.text()); });
  }
  if (!delegation.path_hash_prefixes) return false;
  return std::any_of(delegation.path_hash_prefixes->begin(), delegation.path_hash_prefixes->end(),
                     [&](const std::string& prefix) { return wanted.hash.starts_with(prefix); });
}

RoleName bin_name(const SuccinctRoles& bins, std::uint64_t bin) {
  return RoleName::of(fmt::format("{}-{:0{}x}", bins.name_prefix, bin, (bins.bit_length + 3) / 4));
}

// The delegations of `candidates` that name the path, up to and with the first terminating one.
template <typename Candidates>
std::vector<Child> children_for(const Candidates& candidates, const Targets& targets, const Wanted& wanted) {
  // Bins share every path between them, so exactly one is responsible and nothing comes after it (TAP 15).
  std::vector<Child> children;
  if (targets.succinct_roles) {
    children.push_back(
        {bin_for(*targets.succinct_roles, wanted.path), &targets.succinct_roles->signers, true});
    return children;
  }
  for (const Delegation& delegation : candidates) {
    if (!is_delegated(delegation, wanted)) continue;
    children.push_back({delegation.role, &delegation.signers, delegation.terminating});
    if (delegation.terminating) break;
  }
  return children;
}

template <typename Candidates>
std::optional<FoundTarget> find_among(const TargetsRef& top, const TargetPath& path, const LoadRole& load,
                                      const SearchLimits& limits, const Candidates& candidates) {
  const Wanted wanted(path);
  const TargetFile* found = nullptr;
  Search search(load, limits, path.text());
  std::vector<RoleName> trail = search.walk(
      top, [&](const Targets& targets) { return children_for(candidates(targets), targets, wanted); },
      [&](const Targets& targets, const RoleName&) {
        const auto target = targets.targets.find(path);
        if (target != targets.targets.end()) found = &target->second;
        return found != nullptr;
      });
  if (found == nullptr) return std::nullopt;
  const RoleName role = trail.back();
  return FoundTarget{path, *found, role, std::move(trail)};
}

// The first component of a pattern, and whether the rest is exactly "*/*/*": then it covers a whole project.
std::pair<std::string_view, bool> first_component(std::string_view pattern) {
  const std::size_t slash = pattern.find('/');
  if (slash == std::string_view::npos) return {{}, false};
  return {pattern.substr(0, slash), pattern.substr(slash) == "/*/*/*"};
}

enum class Reach { nothing, some, everything };

Reach reach_of_pattern(std::string_view pattern, const ProjectName& project) {
  const auto [first, whole] = first_component(pattern);
  if (first.empty() || !path_matches(first, project.text())) return Reach::nothing;
  return whole ? Reach::everything : Reach::some;
}

// What a delegation can say about the files of one project.
Reach reach_into(const Delegation& delegation, const ProjectName& project) {
  if (!delegation.paths) return Reach::some;  // by prefixes of hashes: any path may have such a hash
  Reach reach = Reach::nothing;
  for (const std::string& pattern : *delegation.paths)
    reach = std::max(reach, reach_of_pattern(pattern, project));
  return reach;
}

// The delegations that matter for one project, looked up once a role: `claimed` may hold tens of thousands.
class ProjectDelegations {
 public:
  ProjectDelegations(const ProjectName& project, const SearchLimits& limits)
      : project_(project), limits_(limits) {}

  const std::vector<std::reference_wrapper<const Delegation>>& of(const Targets& targets) {
    auto [place, is_new] = known_.try_emplace(&targets);
    if (is_new) {
      for (const Delegation& delegation : targets.delegations) {
        if (reach_into(delegation, project_) != Reach::nothing) place->second.push_back(delegation);
      }
    }
    return place->second;
  }

  std::vector<Child> children(const Targets& targets) {
    if (targets.succinct_roles) return all_bins(*targets.succinct_roles);
    std::vector<Child> children;
    for (const Delegation& delegation : of(targets)) {
      const bool last = delegation.terminating && reach_into(delegation, project_) == Reach::everything;
      children.push_back({delegation.role, &delegation.signers, last});
      if (last) break;
    }
    return children;
  }

 private:
  std::vector<Child> all_bins(const SuccinctRoles& bins) const {
    const std::uint64_t count = std::uint64_t{1} << bins.bit_length;
    if (count > limits_.max_roles) {
      throw limit("the files of '{}' may be in any of {} hash bins, more than {} roles", project_.text(),
                  count, limits_.max_roles);
    }
    std::vector<Child> children;
    for (std::uint64_t bin = 0; bin < count; ++bin) {
      children.push_back({bin_name(bins, bin), &bins.signers, bin + 1 == count});
    }
    return children;
  }

  const ProjectName& project_;
  SearchLimits limits_;
  std::unordered_map<const Targets*, std::vector<std::reference_wrapper<const Delegation>>> known_;
};

// Loads through each delegation once and keeps the role: the searches of one listing share it, and
// ProjectDelegations points into it.
class KeptRoles {
 public:
  explicit KeptRoles(const LoadRole& load) : load_(load) {}

  TargetsRef load(const RoleName& role, const RoleKeys& delegated_to, const Json::Object& names) {
    TargetsRef& kept = kept_[{&delegated_to, role}];  // the keys' address stands for the delegation
    if (!kept) kept = load_(role, delegated_to, names);
    return kept;
  }

 private:
  const LoadRole& load_;
  std::map<std::pair<const RoleKeys*, RoleName>, TargetsRef> kept_;
};

}  // namespace

bool path_matches(std::string_view pattern, std::string_view path) {
  constexpr std::size_t none = std::string_view::npos;
  std::size_t p = 0, s = 0;
  std::size_t star = none, star_end = 0;  // the last '*' seen and the end of what it stands for
  while (s < path.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_end = s;
    } else if (p < pattern.size() && pattern[p] == '?' && path[s] != '/') {
      ++p;
      s = next_character(path, s);
    } else if (p < pattern.size() && pattern[p] == path[s]) {
      ++p;
      ++s;
    } else {
      // Only the last '*' ever has to grow: an earlier one already stands for the least that it can.
      if (star == none || path[star_end] == '/') return false;
      s = star_end = next_character(path, star_end);
      p = star + 1;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

NeededEntries needed_for(const TargetPath& path) {
  return {[path](std::string_view stated) { return stated == path.text(); },
          [path, hash = sha256_of(path.text()).hex()](std::string_view member, std::string_view text) {
            if (member == "paths") return path_matches(text, path.text());
            return member == "path_hash_prefixes" && hash.starts_with(text);
          }};
}

NeededEntries needed_for(const std::set<ProjectName>& projects) {
  const auto any = [projects](const auto& holds) {
    return std::any_of(projects.begin(), projects.end(), holds);
  };
  const auto target = [any](std::string_view stated) {
    return any([&](const ProjectName& project) { return stated.starts_with(project.text() + "/"); });
  };
  const auto delegation = [any](std::string_view member, std::string_view text) {
    if (member == "path_hash_prefixes") return true;
    return member == "paths" && any([&](const ProjectName& project) {
             return reach_of_pattern(text, project) != Reach::nothing;
           });
  };
  return {target, delegation};
}

bool delegates(const Delegation& delegation, const TargetPath& path) {
  return is_delegated(delegation, Wanted(path));
}

RoleName bin_for(const SuccinctRoles& bins, const TargetPath& path) {
  const Bytes hash = sha256_of(path.text()).bytes();
  std::uint32_t first_bits = 0;
  for (int i = 0; i < 4; ++i) first_bits = first_bits << 8 | static_cast<unsigned char>(hash[i]);
  return bin_name(bins, first_bits >> (32 - bins.bit_length));
}

std::optional<FoundTarget> find_target(const TargetsRef& top, const TargetPath& path, const LoadRole& load,
                                       const SearchLimits& limits) {
  return find_among(top, path, load, limits, [](const Targets& targets) -> const std::vector<Delegation>& {
    return targets.delegations;
  });
}

std::vector<FoundTarget> find_project_targets(const TargetsRef& top, const ProjectName& project,
                                              const LoadRole& load, const SearchLimits& limits) {
  KeptRoles kept(load);
  const LoadRole load_once = [&](const RoleName& role, const RoleKeys& delegated_to,
                                 const Json::Object& names) { return kept.load(role, delegated_to, names); };
  ProjectDelegations relevant(project, limits);
  const std::string folder = project.text() + "/";
  const auto first = TargetPath::parse(folder);
  if (!first) throw bug("'{}' is no start of a target path", folder);

  std::set<TargetPath> paths;
  Search search(load_once, limits, folder);
  search.walk(
      top, [&](const Targets& targets) { return relevant.children(targets); },
      [&](const Targets& targets, const RoleName&) {
        for (auto at = targets.targets.lower_bound(*first);
             at != targets.targets.end() && at->first.text().starts_with(folder); ++at) {
          // Others are no release; a signer could make each comparison with a pattern long.
          if (ReleasePath::parse(at->first.text())) paths.insert(at->first);
        }
        return false;
      });

  // A role may state a path that another one answers for, or that is blocked: only the search itself decides.
  std::vector<FoundTarget> found;
  for (const TargetPath& path : paths) {
    auto target = find_among(top, path, load_once, limits,
                             [&](const Targets& targets) -> decltype(auto) { return relevant.of(targets); });
    if (target) found.push_back(std::move(*target));
  }
  return found;
}

}  // namespace tuf
