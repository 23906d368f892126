#pragma once
// OLPC canonical JSON, the only form that is ever signed (TUF 4.2.1): keys sorted by code point, only '"' and '\'
// escaped, control characters raw, no white space. Not always valid JSON (a PEM key holds raw newlines).

#include "libtufcore/json.h"

namespace tuf {

Bytes canonical_json(const Json& value);

}  // namespace tuf
