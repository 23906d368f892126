#include "libtufcore/configuration.h"

#include <catch2/catch.hpp>

#include "tests/support/caught.h"

using namespace tuf;

TEST_CASE("expiry days have defaults and refuse unknown kinds", "[configuration]") {
  Configuration configuration;
  configuration.name = "playground";
  CHECK(configuration.expiry_days_of("project") == 1825);
  CHECK(configuration.expiry_days_of("timestamp") == 3);
  configuration.expiry_days["timestamp"] = 7;
  CHECK(configuration.expiry_days_of("timestamp") == 7);
  CHECK(caught([&] { configuration.expiry_days_of("nothing"); }).kind == "bug");
  CHECK(to_json(parse_configuration(json_text(to_json(configuration)), "x")) == to_json(configuration));
}

TEST_CASE("a configuration outside its bounds is refused", "[configuration]") {
  struct Row {
    std::string text, message;
  };
  const auto row = GENERATE(values<Row>({
      {R"({"expiry_days":{},"max_file_bytes":1,"name":"../x"})",
       "c: name must be a name of letters, digits and . _ + ~ - that starts with a letter or digit"},
      {R"({"expiry_days":{},"max_file_bytes":0,"name":"x"})",
       "c: max_file_bytes must be a whole number from 1 to 9007199254740991"},
      {R"({"expiry_days":{"timestamp":0},"max_file_bytes":1,"name":"x"})",
       "c: expiry_days.timestamp must be a whole number from 1 to 36500"},
      {R"({"expiry_days":{"abc":1},"max_file_bytes":1,"name":"x"})",
       "c: expiry_days.abc must be about one of the roles root, targets, blocked, claimed, project, new, "
       "snapshot, timestamp"},
      {R"({"max_file_bytes":1,"name":"x"})", "c: expiry_days is missing"},
      {R"({"commit_signatures":"yes","expiry_days":{},"max_file_bytes":1,"name":"x"})",
       "c: commit_signatures must be \"required\" or \"optional\""},
      {R"({"expiry_days":{},"max_file_bytes":1,"name":"x","new_names_per_day":-1})",
       "c: new_names_per_day must be a whole number from 0 to 1000000"},
      {R"({"expiry_days":{},"max_file_bytes":1,"name":"x","shard_bytes":999})",
       "c: shard_bytes must be a whole number from 1000 to 50000000"},
      {R"({"expiry_days":{},"max_file_bytes":1,"name":"x","transfer_days":366})",
       "c: transfer_days must be a whole number from 1 to 365"},
  }));
  CHECK(caught([&] { parse_configuration(row.text, "c"); }) == Caught{"refused", row.message});
}

TEST_CASE("each setting is read and set by its name and written only when it is not the default",
          "[configuration]") {
  Configuration configuration;
  configuration.name = "x";
  const Bytes standard = configuration_file(configuration);
  struct Row {
    std::string key, standard, other;
  };
  const std::vector<Row> rows = {{"commit_signatures", "optional", "required"},
                                 {"expiry_days.root", "365", "30"},
                                 {"expiry_days.targets", "365", "30"},
                                 {"expiry_days.blocked", "365", "30"},
                                 {"expiry_days.claimed", "365", "30"},
                                 {"expiry_days.project", "1825", "30"},
                                 {"expiry_days.new", "30", "31"},
                                 {"expiry_days.snapshot", "14", "15"},
                                 {"expiry_days.timestamp", "3", "36500"},
                                 {"max_file_bytes", "104857600", "1"},
                                 {"new_names_per_day", "0", "1000000"},
                                 {"shard_bytes", "250000", "1000"},
                                 {"transfer_days", "30", "365"}};
  CHECK(settings().size() == rows.size());
  for (const Row& row : rows) {
    INFO(row.key);
    CHECK(setting_of(configuration, row.key) == row.standard);
    set_setting(configuration, row.key, row.other);
    CHECK(setting_of(configuration, row.key) == row.other);
    CHECK(configuration_file(configuration) != standard);
    CHECK(configuration_file(parse_configuration(configuration_file(configuration), "c")) ==
          configuration_file(configuration));
    set_setting(configuration, row.key, row.standard);
    CHECK(configuration_file(configuration) == standard);
  }
}

TEST_CASE("a setting that is none and a value out of bounds are refused with the list and the bounds",
          "[configuration]") {
  Configuration configuration;
  CHECK(caught([&] { setting_of(configuration, "colour"); }) ==
        Caught{"usage", "'colour' is no setting of a repository"});
  CHECK(caught([&] { set_setting(configuration, "name", "other"); }) ==
        Caught{"usage", "'name' is no setting of a repository"});
  for (const char* value : {"0", "9007199254740992", "-1", "1x", "01", "+1", "", " 1"}) {
    CHECK(caught([&] { set_setting(configuration, "max_file_bytes", value); }) ==
          Caught{"usage", fmt::format("'{}' is no value of max_file_bytes: 1 to 9007199254740991 bytes", value)});
  }
  CHECK(caught([&] { set_setting(configuration, "commit_signatures", "yes"); }) ==
        Caught{"usage", "'yes' is no value of commit_signatures: optional or required"});
  CHECK(configuration_file(configuration) == configuration_file({}));
}
