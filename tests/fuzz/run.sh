#!/usr/bin/env bash
# Builds the fuzz targets and runs them, as many at once as there are processors; prints what each did.
#   tests/fuzz/run.sh [--no-install] [SECONDS] [TARGET...]   SECONDS in all, 3600 if not given; every target if none is named
#   tests/fuzz/run.sh [--no-install] --keep [TARGET...]      adds what was found and reaches something new to tests/fuzz/corpus
# New inputs go to build-fuzz/found/TARGET, crashes to build-fuzz/crashes, talk to build-fuzz/logs. Fails when there is a crash.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0; fi
if [ "${1:-}" = --no-install ]; then shift; else bash cmake/install_packages.sh fuzz; fi
keep=no seconds=3600
if [ "${1:-}" = --keep ]; then keep=yes; shift; elif [[ ${1:-} =~ ^[0-9]+$ ]]; then seconds=$1; shift; fi
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for source in tests/fuzz/*_fuzzer.cpp; do source=${source##*/}; targets+=("${source%_fuzzer.cpp}"); done
fi
for target in "${targets[@]}"; do
  [ -f "tests/fuzz/${target}_fuzzer.cpp" ] || { echo "run.sh: error: there is no tests/fuzz/${target}_fuzzer.cpp" >&2; exit 2; }
done

cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target "${targets[@]/#/fuzz_}" >&2
mkdir -p build-fuzz/found build-fuzz/crashes build-fuzz/logs

# The folders of the workflow target; memory is quicker than a disk that is asked to fsync.
if [ -d /dev/shm ] && [ -w /dev/shm ]; then export TMPDIR=/dev/shm; fi
export UBSAN_OPTIONS=print_stacktrace=1 ASAN_OPTIONS=malloc_context_size=2  # long stacks of allocations cost a fifth

if [ "$keep" = yes ]; then
  for target in "${targets[@]}"; do
    mkdir -p "build-fuzz/found/$target"
    before=$(find "tests/fuzz/corpus/$target" -type f | wc -l)
    "build-fuzz/bin/fuzz_$target" -merge=1 "tests/fuzz/corpus/$target" "build-fuzz/found/$target" >"build-fuzz/logs/$target.merge" 2>&1
    echo "$target: $before inputs before, $(find "tests/fuzz/corpus/$target" -type f | wc -l) now"
  done
  exit 0
fi

fuzz() {
  local target=$1 options=(-max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1)
  case $target in json | canonical_json | root | timestamp | snapshot | targets | keys) options+=(-dict=tests/fuzz/metadata.dict) ;; esac
  mkdir -p "build-fuzz/found/$target"
  "build-fuzz/bin/fuzz_$target" "${options[@]}" -max_total_time="$each" -artifact_prefix="build-fuzz/crashes/$target-" \
    "build-fuzz/found/$target" "tests/fuzz/corpus/$target" >"build-fuzz/logs/$target.log" 2>&1
}
at_once=$(nproc)
each=$((seconds * at_once / ${#targets[@]}))
[ "$each" -gt 0 ] || each=1
echo "${#targets[@]} targets, $each s each, $at_once at once" >&2
failed=0
declare -A running=()
reap() {  # waits for one that ended
  local ended=0 target
  wait -n -p ended "${!running[@]}" || { failed=1; echo "$(basename "${running[$ended]}") found something" >&2; }
  unset "running[$ended]"
}
for target in "${targets[@]}"; do
  while [ ${#running[@]} -ge "$at_once" ]; do reap; done
  fuzz "$target" &
  running[$!]=$target
done
while [ ${#running[@]} -gt 0 ]; do reap; done

printf '%-16s %12s %14s %10s  %s\n' target executions executions/s found result
for target in "${targets[@]}"; do
  log=build-fuzz/logs/$target.log
  stat() { sed -n "s/^stat::$1: *//p" "$log" | tail -n 1; }
  result=$(grep -m 1 -E '^broken promise|ERROR: |runtime error' "$log" || echo ok)
  printf '%-16s %12s %14s %10s  %s\n' "$target" "$(stat number_of_executed_units)" "$(stat average_exec_per_sec)" \
    "$(find "build-fuzz/found/$target" -type f | wc -l)" "$result"
done
if [ "$failed" = 1 ]; then
  echo "hint: run one again with build-fuzz/bin/fuzz_TARGET build-fuzz/crashes/FILE (docs/fuzzing.md)" >&2
  exit 1
fi
