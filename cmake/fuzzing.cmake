# Our code watched by libFuzzer and the sanitizers; clang only. tests/fuzz says what is fuzzed.
option(PG_FUZZ "Build the fuzz targets with libFuzzer (clang)" OFF)
if(PG_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "PG_FUZZ needs clang: cmake --preset fuzz")
  endif()
  set(watched -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g
    -fsanitize-ignorelist=${CMAKE_SOURCE_DIR}/tests/fuzz/ignored_by_sanitizers.txt)
  target_compile_options(pg_options INTERFACE ${watched})
  target_link_options(pg_options INTERFACE -fsanitize=address,undefined)
endif()
