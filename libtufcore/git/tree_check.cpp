// The check of one git tree object (git_store.h).
#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <unordered_set>

#include "libtufcore/git/git_store.h"

namespace tuf {
namespace {

constexpr std::uint64_t max_tree_bytes = 64u << 20;
constexpr std::size_t max_entries = 1'000'000;

struct FreeMemory {
  void operator()(void* memory) const noexcept { std::free(memory); }
};

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char letter) { return static_cast<unsigned char>(letter) < 0x80; });
}

std::string ascii_lower(std::string text) {
  for (char& letter : text) letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
  return text;
}

// Names with equal keys are one file on some file system: Unicode case folding and NFC.
std::string collision_key(const std::string& name) {
  if (is_ascii(name)) return ascii_lower(name);
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t length = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(name.data()), static_cast<utf8proc_ssize_t>(name.size()),
      &mapped, static_cast<utf8proc_option_t>(UTF8PROC_CASEFOLD | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, FreeMemory> owned(mapped);
  if (length < 0) return name;
  return std::string(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(length));
}

// Control, format (zero width, bidirectional), private, unassigned characters, and spaces that are not the
// space bar's.
bool has_invisible_character(std::string_view name) {
  auto at = reinterpret_cast<const utf8proc_uint8_t*>(name.data());
  auto left = static_cast<utf8proc_ssize_t>(name.size());
  while (left > 0) {
    utf8proc_int32_t character = 0;
    const utf8proc_ssize_t used = utf8proc_iterate(at, left, &character);
    if (used <= 0) return true;
    const utf8proc_category_t category = utf8proc_category(character);
    if (category == UTF8PROC_CATEGORY_ZS && character != ' ') return true;
    if (category >= UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_CN)
      return true;  // ZL ZP CC CF CS CO
    at += used;
    left -= used;
  }
  return false;
}

// Also what NTFS makes of it: short names, and streams behind a colon.
bool is_spelling_of_git(std::string_view name) {
  const std::string lower = ascii_lower(std::string(name.substr(0, name.find(':'))));
  return lower == ".git" || lower == ".gitmodules" || lower == "git~1" || lower.starts_with("gitmod~");
}

// Letters that no file system takes for others, and that spell nothing of git's: most names have only these.
bool is_plain(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
  });
}

// Empty when the name is fine.
std::string_view fault_of_name(std::string_view name) {
  if (is_plain(name)) return {};
  if (name.empty()) return "has no name";
  if (name == "." || name == "..") return "would leave its folder";
  if (name.find('/') != std::string_view::npos || name.find('\\') != std::string_view::npos) {
    return "has a path separator in its name";
  }
  if (!is_valid_utf8(name)) return "has a name that is not valid UTF-8";
  if (has_invisible_character(name)) return "has a control character or an invisible character in its name";
  if (is_spelling_of_git(name)) return "is a name that git keeps for itself";
  if (name.ends_with('.') || name.ends_with(' ')) return "has a name that ends in a dot or a space";
  return {};
}

std::string_view fault_of_mode(std::string_view mode) {
  if (mode == "40000" || mode == "100644") return {};
  if (mode == "120000") return "is a symbolic link; only plain files and folders are allowed";
  if (mode == "160000") return "is a submodule; only plain files and folders are allowed";
  if (mode == "100755") return "is an executable file; only plain files and folders are allowed";
  return "has an unusual file mode; only plain files (100644) and folders (40000) are allowed";
}

[[noreturn]] void refuse_entry(const Place& place, std::string_view name, std::string_view fault) {
  Error error = refused("{}: entry '{}' {}", place.text(), escaped(name), fault);
  if (fault.starts_with("is an executable")) {
    throw std::move(error).with_hint("git update-index --chmod=-x, then commit again");
  }
  throw error;
}

// Takes "<mode> <name>\0<20 bytes>" from the front.
TreeEntry take_entry(ByteView& rest, const Place& place) {
  const std::size_t space = rest.find(' ');
  const std::size_t end = rest.find('\0');
  if (space == ByteView::npos || end == ByteView::npos || space > end ||
      rest.size() - end - 1 < GIT_OID_RAWSZ) {
    throw refused("{} is not a well-formed git tree", place.text());
  }
  const std::string_view mode = rest.substr(0, space);
  TreeEntry entry{std::string(rest.substr(space + 1, end - space - 1)), mode == "40000", {}};
  git_oid_fromraw(&entry.id, reinterpret_cast<const unsigned char*>(rest.data()) + end + 1);
  rest.remove_prefix(end + 1 + GIT_OID_RAWSZ);
  for (const std::string_view fault : {fault_of_name(entry.name), fault_of_mode(mode)}) {
    if (!fault.empty()) refuse_entry(place, entry.name, fault);
  }
  return entry;
}

void check_order_and_collisions(const TreeEntries& entries, const Place& place) {
  // In order, plain names of one kind all differ.
  const bool may_collide = std::ranges::any_of(entries, [&](const TreeEntry& entry) {
    return entry.is_folder != entries.front().is_folder || !is_plain(entry.name);
  });
  std::unordered_set<std::string> keys;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string& name = entries[i].name;
    if (i > 0 && name == entries[i - 1].name) refuse_entry(place, name, "is there twice");
    if (i > 0 && !comes_before(entries[i - 1], entries[i]))
      refuse_entry(place, name, "is not in git's order");
    if (may_collide && !keys.insert(collision_key(name)).second) {
      refuse_entry(place, name,
                   "is there twice, or differs from another one in letter case or Unicode form only");
    }
  }
}

}  // namespace

bool comes_before(const TreeEntry& a, const TreeEntry& b) {
  const std::size_t common = std::min(a.name.size(), b.name.size());
  const int order = a.name.compare(0, common, b.name, 0, common);
  if (order != 0) return order < 0;
  const auto next = [&](const TreeEntry& entry) -> int {
    if (entry.name.size() > common) return static_cast<unsigned char>(entry.name[common]);
    return entry.is_folder ? '/' : 0;
  };
  return next(a) < next(b);
}

const TreeEntry* find_entry(const TreeEntries& entries, std::string_view name) {
  for (const bool is_folder : {false, true}) {
    const TreeEntry wanted{std::string(name), is_folder, {}};
    const auto found = std::lower_bound(entries.begin(), entries.end(), wanted, comes_before);
    if (found != entries.end() && found->name == name && found->is_folder == is_folder) return &*found;
  }
  return nullptr;
}

TreeEntries read_checked_tree(git_odb* odb, const git_oid& id, const Place& place) {
  const Bytes bytes = read_object(odb, id, GIT_OBJECT_TREE, max_tree_bytes, place);
  TreeEntries entries;
  constexpr std::size_t usual_entry_bytes = 32;
  entries.reserve(bytes.size() / usual_entry_bytes + 1);
  for (ByteView rest = bytes; !rest.empty();) {
    if (entries.size() == max_entries) throw limit("{} has more than {} entries", place.text(), max_entries);
    entries.push_back(take_entry(rest, place));
  }
  check_order_and_collisions(entries, place);
  return entries;
}

}  // namespace tuf
