// fmt as a part of pgclient. Debian has it as a shared library only, which brings the shared libstdc++ along;
// loading the two takes a twentieth of the time of a whole run (docs/performance.md).
#include <fmt/format-inl.h>

template fmt::detail::thousands_sep_result<char> fmt::detail::thousands_sep_impl<char>(fmt::detail::locale_ref);
template char fmt::detail::decimal_point_impl<char>(fmt::detail::locale_ref);
