#pragma once
// Every way to change one place of a JSON document a little, for tests that nothing may be changed unseen.

#include <functional>
#include <string>
#include <vector>

#include "libtufcore/json.h"

namespace tuf::test {

struct Mutation {
  std::string place;             // "delegations.roles[1].threshold"
  std::vector<std::string> way;  // the names on the way to it, those of a member that came, went or is called
                                 // otherwise, and a new text
  std::string how;               // "plus 1"
  Json document;                 // the whole, changed in this one place
};

// Each leaf: other values, another type, removed; each member's name: another; each object: one member more;
// each array: an element more, one twice, one less, another order.
void for_each_mutation(const Json& document, const std::function<void(const Mutation&)>& take);

}  // namespace tuf::test
