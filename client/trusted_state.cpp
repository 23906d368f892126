#include "client/trusted_state.h"

namespace tuf {

template <typename Role>
TrustedRole trusted_role(const MetadataCache& cache, const Root& root) {
  TrustedRole role{Role::type, &root.keys_of(Role::type)};
  cache.use(RoleName::of(Role::type), [&](ByteView bytes) {
    const auto verified =
        Verified<Role>::by(*role.signers, parse_signed_file<Role>(bytes, Role::type), root.extra);
    role.version = verified->version;
    role.expires = verified->expires;
  });
  return role;
}

template TrustedRole trusted_role<Timestamp>(const MetadataCache& cache, const Root& root);
template TrustedRole trusted_role<Snapshot>(const MetadataCache& cache, const Root& root);

std::vector<TrustedRole> trusted_roles(const MetadataCache& cache, const Root& root) {
  return {{Root::type, &root.keys_of(Root::type), root.version, root.expires},
          trusted_role<Timestamp>(cache, root),
          trusted_role<Snapshot>(cache, root),
          trusted_role<Targets>(cache, root)};
}

std::string validity_text(UtcTime expires, UtcTime now) {
  const std::string span = duration_text(expires.unix_seconds() - now.unix_seconds());
  return expires > now ? fmt::format("valid until {} ({})", expires.text(), span)
                       : fmt::format("EXPIRED since {} ({} ago)", expires.text(), span);
}

}  // namespace tuf
