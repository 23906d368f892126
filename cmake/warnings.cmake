# One INTERFACE target that every target of ours links.
option(PG_WERROR "Warnings are errors" OFF)
add_library(pg_options INTERFACE)
target_compile_options(pg_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -Wcast-qual -Wformat=2 -Wimplicit-fallthrough $<$<BOOL:${PG_WERROR}>:-Werror>)
# GCC 12 warns about overlapping copies inside its own std::string (its bug 105651).
target_compile_options(pg_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
target_compile_options(pg_options INTERFACE -fstack-protector-strong
  $<$<CONFIG:Release>:-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.>)
target_compile_definitions(pg_options INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
target_include_directories(pg_options INTERFACE ${CMAKE_SOURCE_DIR})
target_link_options(pg_options INTERFACE -Wl,-z,relro,-z,now -Wl,--as-needed)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
