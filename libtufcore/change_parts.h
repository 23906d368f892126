#pragma once
// Inside the vocabulary (change*.cpp only): what several changes are made of.

#include "libtufcore/change.h"
#include "libtufcore/key_holders.h"

namespace tuf {

// Sorted by key id, so that the order in which people were named has no meaning. Throws usage for a key named
// twice and for a threshold that nobody can meet; `role` is for messages ("maintainers").
RoleKeys role_keys(const std::vector<KeyHolder>& holders, std::uint32_t threshold, std::string_view role);
Delegation delegation(RoleName role, RoleKeys signers, bool terminating, std::vector<std::string> paths);

// Version 1, with the members x-pg-role and, where it has a name, x-pg-repository.
Targets empty_targets(const RoleName& name, const std::string& repository, UtcTime expires);

// A person may not get another name by the way.
void refuse_other_names(const std::vector<KeyHolder>& before, const std::vector<KeyHolder>& after);

// In words, and for --json (change_describe*.cpp).
std::string people_in_full(const std::vector<KeyHolder>& holders);
std::string role_text(std::string_view who, const std::vector<KeyHolder>& holders, std::uint32_t threshold);
// Who comes, who goes, how many must sign: a line for each that changes.
std::vector<std::string> people_changes(std::string_view who, const std::vector<KeyHolder>& added,
                                        const std::vector<KeyHolder>& removed, ThresholdChange threshold);
Json keys_json(const std::vector<KeyHolder>& holders);
Json holders_json(const std::vector<KeyHolder>& holders, std::uint32_t threshold);
std::vector<std::string> words(const PromoteProjects& change);
Json json_of(const PromoteProjects& change);
std::vector<std::string> words(const ShardNames& change);
Json json_of(const ShardNames& change);
std::vector<std::string> words(const ChangeConfiguration& change);
Json json_of(const ChangeConfiguration& change);
std::vector<std::string> words(const BlockName& change);
Json json_of(const BlockName& change);
std::vector<std::string> words(const UnblockName& change);
Json json_of(const UnblockName& change);
std::vector<std::string> words(const ReserveNames& change);
Json json_of(const ReserveNames& change);
std::vector<std::string> words(const ChangeAdministrators& change);
Json json_of(const ChangeAdministrators& change);
std::vector<std::string> words(const ChangeOnlineKeys& change);
Json json_of(const ChangeOnlineKeys& change);
std::vector<std::string> words(const AnnounceTransfer& change);
Json json_of(const AnnounceTransfer& change);
std::vector<std::string> words(const CancelTransfer& change);
Json json_of(const CancelTransfer& change);
std::vector<std::string> words(const TransferProject& change);
Json json_of(const TransferProject& change);

// The way back: keys with the names that a file gives them; refuses a key that is not what it says (S-03).
std::vector<KeyHolder> holders(const RoleKeys& keys, const Json::Object& names);

}  // namespace tuf
