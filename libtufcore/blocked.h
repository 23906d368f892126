#pragma once
// What the administrators blocked, and why: role blocked delegates the paths, terminating, to the empty role blocked.void,
// so that no client finds them; its member x-pg-blocked says each name with the reason (docs/formats.md).

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libtufcore/metadata.h"
#include "libtufcore/release_terms.h"

namespace tuf {

inline constexpr const char* blocked_member = "x-pg-blocked";

struct BlockedName {                       // a project, a product of it, or one version of that
  ProjectName project;
  std::optional<ProductName> product = {};
  std::optional<Version> version = {};

  static std::optional<BlockedName> parse(std::string_view text);   // "abc", "abc/cli", "abc/cli/1.0.0"
  static BlockedName from_user(std::string_view text);              // throws usage that says the forms
  std::string text() const;
  std::vector<std::string> paths() const;  // of delegations; a project's references are among them
  bool covers(const BlockedName& other) const;   // the same, or part of it
  bool operator==(const BlockedName& other) const { return text() == other.text(); }
};

struct Block {
  BlockedName name;
  Reason reason;
};

// By the names' text. Throws refused for what is no name or no reason.
std::vector<Block> blocks_of(const Targets& blocked);
// Those about a project and parts of it, the widest first; what cannot be read is left out.
std::vector<Block> blocks_of_project(const Targets& blocked, const ProjectName& project);
// The widest that covers the name; null when none does.
const Block* find_block(const std::vector<Block>& blocks, const BlockedName& name);

}  // namespace tuf
