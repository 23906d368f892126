// Names from outside on their way into URLs, file names and messages: none leads out of its place, and what
// is refused stays printable. Input: three texts, one a line.
#include <filesystem>

#include "client/url.h"
#include "libtufcore/names.h"
#include "libtufcore/site_layout.h"
#include "libtufcore/utc_time.h"
#include "tests/fuzz/fuzz.h"

using namespace tuf;
using tuf::fuzz::accepted;
using tuf::fuzz::promise;

namespace {

constexpr std::string_view web = "https://host.example/base";
constexpr std::string_view disk = "file:///srv/site/base";

bool is_plain_url_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~%/").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

// However a server or this machine resolves it, the file is below the base.
void check_stays_inside(std::string_view relative) {
  promise(is_plain_url_name(relative), "names in URLs need no further encoding (P-01)", relative);
  promise(join_url(web, relative) == fmt::format("{}/{}", web, relative), "a name cannot change the host",
          relative);
  const auto local = accepted([&] { return join_url(disk, relative); });
  if (!local) return;
  const auto path = percent_decoded(std::string_view(*local).substr(std::string_view("file://").size()));
  promise(path.has_value(), "what we encode can be decoded", relative);
  const std::string normal = std::filesystem::path(*path).lexically_normal().string();
  promise(normal.starts_with("/srv/site/base"), "a name never climbs out of its folder (P-02)", normal);
  promise(normal.size() == 14 || normal[14] == '/', "a name never climbs out of its folder (P-02)", normal);
}

void check_role_name(std::string_view text) {
  const auto role = RoleName::parse(text);
  if (!role) return;
  for (const auto version : {std::optional<std::uint64_t>(), std::optional<std::uint64_t>(7)}) {
    const std::string file = metadata_file_name(*role, version);
    promise(file.find('/') == std::string::npos && file != "." && file != "..", "a role is one file (P-01)",
            file);
    promise(percent_decoded(file) == (version ? "7." : "") + role->text() + ".json", "roles keep their names",
            file);
    check_stays_inside(file);
  }
}

void check_target_path(std::string_view text) {
  const auto path = TargetPath::parse(text);
  if (!path) return;
  const Digest digest = sha256_of(text);
  check_stays_inside(percent_encode_path(target_file_name(*path, std::nullopt)));
  const std::string versioned = percent_encode_path(target_file_name(*path, digest));
  check_stays_inside(versioned);
  const std::string last = versioned.substr(versioned.rfind('/') + 1);
  promise(last.starts_with(digest.hex() + "."), "the digest stands before the last component (P-02)",
          versioned);
}

void check_our_names(std::string_view text) {
  const auto plain = [](std::string_view name) {
    return !name.empty() && name.find_first_of("/\\:") == std::string_view::npos && name.front() != '.' &&
           name.front() != '-' && fuzz::is_printable(name);
  };
  if (const auto project = ProjectName::parse(text)) {
    promise(plain(project->text()) && skeleton_of_text(skeleton(*project)) == skeleton(*project),
            "projects are plain", text);
    check_stays_inside(index_of_project(*project));
    check_stays_inside(index_of_prefix(*project));
  }
  if (const auto file = FileName::parse(text))
    promise(plain(file->text()) && text.back() != '.', "files are plain", text);
  if (const auto path = ReleasePath::parse(text)) {
    promise(path->text() == text, "a release path reads back", text);
    const auto local = accepted([&] { return join_url(disk, text); });
    promise(local.has_value(), "a release is below its repository wherever that is", text);
  }
  for (const auto& refused : {accepted([&] { return ProjectName::from_user(text).text(); }),
                              accepted([&] { return ProductName::from_user(text).text(); }),
                              accepted([&] { return Version::from_user(text).text(); }),
                              accepted([&] { return FileName::from_user(text).text(); }),
                              accepted([&] { return TargetPath::from_user(text).text(); })}) {
    promise(!refused || *refused == text, "names are not changed on the way in", text);
  }
}

void check_order(std::string_view first, std::string_view second, std::string_view third) {
  const auto a = Version::parse(first), b = Version::parse(second), c = Version::parse(third);
  if (!a || !b) return;
  promise((*a <=> *b) == (0 <=> (*b <=> *a)), "the order of versions has two sides", first);
  promise(((*a <=> *b) == 0) == (*a == *b), "only a version itself is equal to it", first);
  if (c && *a <= *b && *b <= *c) promise(*a <= *c, "the order of versions is one line", first);
}

void check_spellings(std::string_view text) {
  promise(hex_decode(hex_encode(text)) == text, "hex reads back");
  if (text.find('\0') == std::string_view::npos)
    promise(percent_decoded(percent_encode(text)) == text, "so do percents");
  promise(fuzz::is_printable(escaped(text)) && escaped(text).size() <= 256,
          "escaped text is printable (P-09)", text);
  promise(fuzz::is_printable(shown_url(text)), "shown URLs are printable (P-09)", text);
  if (const auto time = UtcTime::parse(text))
    promise(time->text() == text, "a time has one spelling (J-10)", text);
  const auto base = accepted([&] { return base_url_from_user(text); });
  if (!base) return;
  promise(text.starts_with(*base) && fuzz::is_printable(*base), "a base is what was typed", text);
  promise(base_url_from_user(*base) == *base, "a base stays as it is", *base);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Choices input(fuzz::view(bytes, size));
  const auto first = input.text(), second = input.text(), third = input.rest();
  for (const std::string_view text : {first, third}) {
    check_role_name(text);
    check_target_path(text);
    check_our_names(text);
    check_spellings(text);
    cache_rule(text);
  }
  check_order(first, second, third);
  return 0;
}
