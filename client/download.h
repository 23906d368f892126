#pragma once
// One verified statement about a target turned into one verified file: streamed, with flat memory, to a
// temporary file that gets its name only when length and every hash are right (T-01).

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "client/fetcher.h"
#include "libtufcore/find_target.h"
#include "libtufcore/io/file.h"

namespace tuf {

// The URL of a target below `targets_url`.
enum class TargetNaming { plain, with_digest };  // consistent_snapshot off or on
std::string target_url(const std::string& targets_url, const FoundTarget& target, TargetNaming naming);

// What --output names is no stream: bytes that are not verified yet would be used. Throws usage for "-".
void refuse_standard_output(const std::optional<std::string>& output);

// What is at the output path: nothing; this very content already; something else. Links, folders and devices
// are refused (P-05, P-08).
enum class OutputNow { absent, same_content, other_content };
OutputNow look_at_output(const std::filesystem::path& output, const TargetFile& wanted);

// Throws refused for wrong content (with what was expected and what came), network when the transfer fails or
// the server has no such file. `progress` is told how many bytes have come.
//
// A transfer that breaks off, or that a signal ends, leaves ".<name>.<digest>.part" beside the output, and
// the next download of the same target goes on from there; so does one after a kill. These bytes are hashed
// again, and the digest of the whole decides (H-11): when it is wrong, the download starts over, once.
enum class WhenBroken { keep, drop };
void download_target(Fetcher& fetcher, const std::string& url, const FoundTarget& target,
                     const std::filesystem::path& output, Existing existing,
                     const std::function<void(std::uint64_t)>& progress,
                     WhenBroken when_broken = WhenBroken::keep);

}  // namespace tuf
