// A PKCS #11 module around SoftHSM2 that says of its tokens what SoftHSM2 never says, and writes down each PIN that is
// tried: STRICT_TOKEN_FLAG is "final" (one more wrong PIN locks it) or "locked"; STRICT_TOKEN_LOG the file for the tries.
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>

#include <cstdlib>
#include <fstream>
#include <string_view>

namespace {

CK_FUNCTION_LIST strict;
CK_FUNCTION_LIST* soft = nullptr;

CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO* info) {
  const CK_RV result = soft->C_GetTokenInfo(slot, info);
  const char* set = std::getenv("STRICT_TOKEN_FLAG");
  const std::string_view flag = set == nullptr ? "" : set;
  if (flag == "final") info->flags |= CKF_USER_PIN_FINAL_TRY;
  if (flag == "locked") info->flags |= CKF_USER_PIN_LOCKED;
  return result;
}

CK_RV log_in(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR* pin, CK_ULONG length) {
  if (const char* log = std::getenv("STRICT_TOKEN_LOG")) std::ofstream(log, std::ios::app) << user << "\n";
  return soft->C_Login(session, user, pin, length);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST** list) {
  const char* path = std::getenv("STRICT_TOKEN_SOFTHSM");
  void* library = path == nullptr ? nullptr : dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return CKR_GENERAL_ERROR;
  const auto get = reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
  if (get == nullptr || get(&soft) != CKR_OK) return CKR_GENERAL_ERROR;
  strict = *soft;
  strict.C_GetTokenInfo = get_token_info;
  strict.C_Login = log_in;
  *list = &strict;
  return CKR_OK;
}
