#include "libtufcore/blocked.h"

#include <algorithm>

#include "libtufcore/error.h"

namespace tuf {

std::optional<BlockedName> BlockedName::parse(std::string_view text) {
  const std::size_t first = text.find('/');
  auto project = ProjectName::parse(text.substr(0, first));
  if (!project) return std::nullopt;
  BlockedName name{*std::move(project)};
  if (first == std::string_view::npos) return name;
  text.remove_prefix(first + 1);
  const std::size_t second = text.find('/');
  name.product = ProductName::parse(text.substr(0, second));
  if (!name.product) return std::nullopt;
  if (second == std::string_view::npos) return name;
  name.version = Version::parse(text.substr(second + 1));
  if (!name.version) return std::nullopt;
  return name;
}

BlockedName BlockedName::from_user(std::string_view text) {
  if (auto name = parse(text)) return *std::move(name);
  throw usage("'{}' is neither PROJECT nor PROJECT/PRODUCT nor PROJECT/PRODUCT/VERSION", escaped(text, 256));
}

std::string BlockedName::text() const {
  std::string text = project.text();
  if (product) text += "/" + product->text();
  if (version) text += "/" + version->text();
  return text;
}

std::vector<std::string> BlockedName::paths() const {
  if (version) return {text() + "/*"};
  if (product) return {text() + "/*/*"};
  return {text() + "/*/*/*", fmt::format("refs/{}/*/*", text())};
}

bool BlockedName::covers(const BlockedName& other) const {
  return project == other.project && (!product || product == other.product) &&
         (!version || version == other.version);
}

std::vector<Block> blocks_of(const Targets& blocked) {
  std::vector<Block> blocks;
  const auto member = blocked.extra.find(blocked_member);
  if (member == blocked.extra.end()) return blocks;
  const Json::Object* names = member->second.as_object();
  if (names == nullptr) throw refused("{} is no object", blocked_member);
  for (const auto& [text, value] : *names) {
    const auto name = BlockedName::parse(text);
    const auto reason = value.as_text() ? Reason::parse(*value.as_text()) : std::nullopt;
    if (!name)
      throw refused("{} names '{}', which is no project, product or version", blocked_member,
                    escaped(text, 256));
    if (!reason) throw refused("{} gives no reason of one line for {}", blocked_member, text);
    blocks.push_back({*name, *reason});
  }
  return blocks;
}

std::vector<Block> blocks_of_project(const Targets& blocked, const ProjectName& project) {
  std::vector<Block> blocks;
  const auto member = blocked.extra.find(blocked_member);
  const Json::Object* names = member == blocked.extra.end() ? nullptr : member->second.as_object();
  if (names == nullptr) return blocks;
  for (const auto& [text, value] : *names) {  // sorted: a wider name comes before its parts
    const auto name = BlockedName::parse(text);
    const auto reason = value.as_text() ? Reason::parse(*value.as_text()) : std::nullopt;
    if (name && reason && name->project == project) blocks.push_back({*name, *reason});
  }
  return blocks;
}

const Block* find_block(const std::vector<Block>& blocks, const BlockedName& name) {
  const auto it = std::ranges::find_if(blocks, [&](const Block& block) { return block.name.covers(name); });
  return it == blocks.end() ? nullptr : &*it;
}

}  // namespace tuf
