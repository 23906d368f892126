# gcc's counters in the core only: its tests need none, and so are not compiled again. tests/coverage.sh reads them.
option(PG_COVERAGE "Count which lines and branches of libtufcore run (gcc)" OFF)
add_library(pg_coverage INTERFACE)
if(PG_COVERAGE)
  target_compile_options(pg_coverage INTERFACE --coverage -fprofile-abs-path -O0)
  target_link_options(pg_coverage INTERFACE --coverage)
endif()
