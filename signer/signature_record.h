#pragma once
// What this person's keys have signed in one repository, for ever: (role, version) -> digest of the signed
// bytes. A key never signs two different contents for one version of a role once the first one may have left
// this machine: whoever holds both could show them to two people
// (docs/decisions/0010-one-content-for-one-version.md).

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libtufcore/change.h"
#include "libtufcore/io/file.h"

namespace tuf {

struct SignedContent {
  std::string role;       // "abc.rel"; of a claim "abc.claim"
  std::uint64_t version;  // of a claim 1: it has none, and there is only one
  Digest sha256;          // of the signed bytes
  std::string path;       // in git
  auto operator<=>(const SignedContent&) const = default;
};
// Empty for files that nobody signs.
std::optional<SignedContent> signed_content_of(const std::string& path, const Json& signed_part);

struct RecordedSignature {
  SignedContent content;
  KeyId key;
  UtcTime when;
  // With the signatures that it had then, it could be published: no other key is needed to make it count.
  bool complete;
  int departures = 0;      // pushed or exported so often, whether it arrived or not
  bool withdrawn = false;  // the person says that nobody will complete it
};

class SignatureRecord {
 public:
  // `folder` is the trust store's, which is locked while something is written.
  explicit SignatureRecord(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::vector<RecordedSignature> entries() const;  // oldest first; one for each content
  // Whether this signature left by another way than this program's, for example by 'git push'.
  using IsElsewhere = std::function<bool(const RecordedSignature&)>;
  // Throws refused, with the way on, when signing one of these would be a second content for one version.
  // `way`: the command that drops the first one, when it is known.
  void refuse_second(const std::vector<SignedContent>& contents, const IsElsewhere& is_elsewhere,
                     const std::string& way = {}) const;
  // The same, and then writes them down, before the signatures leave the process.
  void note_signed(const std::vector<RecordedSignature>& signatures, const IsElsewhere& is_elsewhere) const;

  void note_leaving(const std::vector<SignedContent>& contents, const std::string& to) const;  // before they do
  // Throws not_found when nothing was signed for it, refused for one that is complete and has left.
  void refuse_withdrawal(const std::string& role, std::uint64_t version) const {
    contents_to_withdraw(role, version);
  }
  void note_withdrawn(const std::string& role, std::uint64_t version) const;
  void note_withdrawn(const std::vector<SignedContent>& contents) const;  // those that may be

 private:
  std::vector<SignedContent> contents_to_withdraw(const std::string& role, std::uint64_t version) const;
  std::filesystem::path file() const { return folder_ / "signed"; }
  FileLock lock() const { return FileLock(folder_ / "lock", FileLock::Wait::yes); }
  void append(const char* event, const std::vector<SignedContent>& contents, const std::string& to) const;
  std::filesystem::path folder_;
};

}  // namespace tuf
