#include "publisher/signature_exchange.h"

#include <algorithm>

#include "libtufcore/canonical_json.h"
#include "libtufcore/error.h"
#include "libtufcore/parse_number.h"

namespace tuf {
namespace {

constexpr std::size_t most_bytes = 64u << 10;
constexpr std::size_t most_rounds = 10'000;
constexpr std::int64_t most_versions = (std::int64_t{1} << 53) - 1;

CommitId commit_of(const JsonReader& json) {
  const CommitId commit = json.text(64);
  if (commit.size() != 40 || !is_lower_hex(commit)) json.refuse("the 40 hex digits of a commit");
  return commit;
}

Json round_or_null(const std::optional<Round>& round) { return round ? to_json(*round) : Json(); }

}  // namespace

Json to_json(const Round& round) {
  return Json::Object{{"commit", round.commit},
                      {"number", round.number},
                      {"previous", round.previous ? Json(round.previous->hex()) : Json()},
                      {"time", round.time.text()}};
}

Round parse_round(const Json& json, const std::string& what) {
  const JsonReader reader(json, what);
  Round round;
  round.number = static_cast<std::uint64_t>(reader["number"].whole_number(1, most_versions));
  round.commit = commit_of(reader["commit"]);
  if (!reader["previous"].json().is_null()) {
    round.previous = Digest::from_hex(HashAlgorithm::sha256, reader["previous"].text(64));
    if (!round.previous) reader["previous"].refuse("a SHA-256");
  }
  const auto time = UtcTime::parse(reader["time"].text(32));
  if (!time) reader["time"].refuse("a time like 2030-01-01T00:00:00Z");
  round.time = *time;
  return round;
}

SignatureExchange::SignatureExchange(fs::path folder) : folder_(std::move(folder)) {
  if (!fs::is_directory(folder_))
    throw not_found("there is no folder '{}' to exchange signatures in", escaped(folder_.string(), 4096))
        .with_hint("make it, where every publisher can read and write");
}

std::vector<std::uint64_t> SignatureExchange::numbers() const {
  std::vector<std::uint64_t> numbers;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
    const std::string name = entry.path().filename().string();
    const auto number = parse_number<std::uint64_t>(name);
    if (!number || std::to_string(*number) != name) continue;
    if (numbers.size() == most_rounds)
      throw limit("'{}' holds more than {} rounds", escaped(folder_.string(), 4096), most_rounds);
    numbers.push_back(*number);
  }
  std::ranges::sort(numbers, std::greater());
  return numbers;
}

std::optional<Round> SignatureExchange::newest(const std::optional<Digest>& previous, std::uint64_t most) const {
  for (const std::uint64_t number : numbers()) {
    if (number > most || fs::is_symlink(folder_ / std::to_string(number))) continue;
    const fs::path path = folder_ / std::to_string(number) / "round.json";
    const auto text = read_file_if_there(path, most_bytes, Links::refuse);
    if (!text) continue;
    const std::string what = escaped(path.string(), 4096);
    const Round round = parse_round(parse_json(*text, what), what);
    if (round.number != number) throw refused("{} is about round {}", what, round.number);
    if (round.previous == previous) return round;
  }
  return std::nullopt;
}

Round SignatureExchange::propose(Round round) {
  while (fs::exists(folder_ / std::to_string(round.number))) ++round.number;
  make_directories(folder_ / std::to_string(round.number));
  write_file_atomically(folder_ / std::to_string(round.number) / "round.json",
                        canonical_json(to_json(round)));
  return round;
}

void SignatureExchange::enter(const Round& round, bool may_sign) {
  round_ = round;
  may_sign_ = may_sign;
}

// Key ids and names of roles come from metadata: neither leads out of the folder.
fs::path SignatureExchange::file(std::uint64_t number, std::string_view role, const KeyId& key) const {
  return folder_ / std::to_string(number) /
         fmt::format("{}.{}.sig", percent_encode(role), percent_encode(key));
}

bool SignatureExchange::is_complete(const Round& round, const RoleKeys& timestamp) const {
  const auto left = std::ranges::count_if(timestamp.keys, [&](const PublicKey& key) {
    return fs::exists(file(round.number, Timestamp::type, key.id()));
  });
  return static_cast<std::uint32_t>(left) >= timestamp.threshold;
}

std::optional<Bytes> SignatureExchange::signature(std::string_view role, const KeyId& key) const {
  const auto text = read_file_if_there(file(round_.number, role, key), most_bytes, Links::refuse);
  return text ? hex_decode(*text) : std::nullopt;
}

void SignatureExchange::leave(std::string_view role, const KeyId& key, ByteView signature) const {
  write_file_atomically(file(round_.number, role, key), hex_encode(signature));
}

void SignatureExchange::remove_rounds_before(std::uint64_t number) const {
  std::error_code ignored;  // another publisher tidies, too
  for (const std::uint64_t old : numbers()) {
    if (old < number) fs::remove_all(folder_ / std::to_string(old), ignored);
  }
}

RoundMemory::RoundMemory(fs::path file)
    : file_(std::move(file)), lock_(file_.string() + ".lock", FileLock::Wait::no) {
  const auto text = read_file_if_there(file_, most_bytes);
  if (!text) return;
  const std::string what = escaped(file_.string(), 4096);
  const Json json = parse_json(*text, what);
  const JsonReader reader(json, what);
  if (!reader["signed_last"].json().is_null()) signed_last = parse_round(reader["signed_last"].json(), what);
  if (!reader["seen"].json().is_null()) seen = commit_of(reader["seen"]);
}

void RoundMemory::save() const {
  const Json json =
      Json::Object{{"seen", seen ? Json(*seen) : Json()}, {"signed_last", round_or_null(signed_last)}};
  write_file_atomically(file_, canonical_json(json), FileMode::secret);
}

}  // namespace tuf
