#include "publisher/snapshot_text.h"

#include "libtufcore/canonical_json.h"
#include "libtufcore/error.h"
#include "libtufcore/own_members.h"

namespace tuf {
namespace {

constexpr std::string_view no_entries = "\"meta\":{}";

std::string text_of(const MetaFile& meta) { return canonical_json(to_json(meta)); }

// A text taken over must be as we write it: what is signed is the canonical form.
void require_plain(std::string_view text) {
  bool plain = true;  // without a way out of the loop, so that many bytes are taken at once: all of them may be 15 MB
  for (const unsigned char byte : text) plain &= byte > ' ' && byte != '\\';
  if (plain) return;
  throw refused("the previous snapshot is not written as pgpublish writes it");
}

class Entries {
 public:
  explicit Entries(const ChangedRoles& changed) {
    for (const auto& [role, meta] : changed) changed_.emplace(role.text() + ".json", text_of(meta));
    next_ = changed_.begin();
  }
  // The previous entries, in their order.
  void take(std::string_view name, std::string_view text) {
    while (next_ != changed_.end() && next_->first < name) add_changed();
    if (next_ != changed_.end() && next_->first == name) return add_changed();
    require_plain(text);
    add(name, text);
  }
  Bytes finish() {
    while (next_ != changed_.end()) add_changed();
    return std::move(text_);
  }
  void reserve(std::size_t bytes) { text_.reserve(bytes); }

 private:
  void add_changed() {
    add(next_->first, next_->second);
    ++next_;
  }
  void add(std::string_view name, std::string_view text) {
    require_plain(name);
    if (!text_.empty()) text_ += ',';
    text_ += '"';
    text_ += name;
    text_ += "\":";
    text_ += text;
  }
  std::map<std::string, std::string, std::less<>> changed_;
  std::map<std::string, std::string, std::less<>>::const_iterator next_;
  Bytes text_;
};

}  // namespace

Bytes next_snapshot_text(const Snapshot& next, const Snapshot* previous, const ChangedRoles& changed) {
  Entries entries(changed);
  if (previous != nullptr) {
    if (previous->unread.text) entries.reserve(previous->unread.text->size() + changed.size() * 256);
    for (const UnreadValue& member : previous->unread.members) entries.take(member.name, member.text);
    std::map<std::string, const MetaFile*> read;  // in the order of the file
    for (const auto& [role, meta] : previous->roles) read.emplace(role.text() + ".json", &meta);
    for (const auto& [name, meta] : read) entries.take(name, text_of(*meta));
  }
  Bytes text = canonical_json(to_json(next));
  const std::size_t place = text.find(no_entries);
  if (place == Bytes::npos) throw bug("a snapshot without a place for its entries");
  text.insert(place + no_entries.size() - 1, entries.finish());
  return text;
}

std::optional<UtcTime> time_made(const Snapshot& snapshot) {
  const auto stated = snapshot.extra.find(made_member);
  const std::string* text = stated == snapshot.extra.end() ? nullptr : stated->second.as_text();
  return text == nullptr ? std::nullopt : UtcTime::parse(*text);
}

}  // namespace tuf
