#pragma once
// How the commands show the rule book's verdict, missing signatures and keys: in words and as JSON.

#include <string>
#include <vector>

#include "libtufcore/io/command_line.h"
#include "libtufcore/transition.h"

namespace tuf {

const char* name_of(Verdict::Kind kind) noexcept;  // "accepted", "pending", "refused"
std::vector<std::string> in_words(const std::vector<Change>& changes);
std::vector<std::string> shortages(const std::vector<MissingSignatures>& missing);
// Those of one project; all without one.
std::vector<MissingSignatures> missing_of(std::vector<MissingSignatures> missing,
                                          const std::optional<ProjectName>& project);
std::vector<std::string> shortages(const Verdict& verdict);  // and what else it waits for
void put_verdict(Output& out, const Verdict& verdict);  // members changes, words, missing, verdict; waits

// {"needed": 2, "signed": [{keyid, name}], "missing": [...]}
Json to_json(const SignatureCheck& check, const Json::Object& names);
// "2 of 2 signatures" or "1 of 2 signatures (missing: bob 77c1e0ab)".
std::string in_words(const SignatureCheck& check, const Json::Object& names);
// {"needed": 2, "keys": [{keyid, name}]}
Json to_json(const RoleKeys& keys, const Json::Object& names);
// One line for each key, whole ids, and how many must sign; the members `who`, needed.
void show_keys(const std::string& who, const RoleKeys& keys, const Json::Object& names, Output& out);
// "alice 01020304, bob 77c1e0ab"
std::string labels_of(const RoleKeys& keys, const Json::Object& names);

}  // namespace tuf
