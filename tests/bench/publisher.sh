#!/usr/bin/env bash
# What pgpublish costs, as whole processes and as ratios to what the same machine needs for the parts of it.
#   tests/bench/publisher.sh --bin FOLDER [--projects N[,N...]] [--files N] [--history N] [--runs N] [--json FILE]
# Rows (docs/performance.md): P5 first publication, P2 one release, V1 full verification, V2 one more commit.
set -euo pipefail
projects=1000,10000 files=1 history=1000 runs=7 bin='' json_file=''
while [ $# -gt 0 ]; do
  case $1 in
    --bin) bin=$2 ;; --projects) projects=$2 ;; --files) files=$2 ;; --history) history=$2 ;; --runs) runs=$2 ;;
    --json) json_file=$2 ;;
    *) echo "error: unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done
T=$(mktemp -d "${TMPDIR:-/tmp}/pg-bench-XXXXXX")
trap 'rm -rf "$T"' EXIT
rows=()

# timed COMMAND...: sets MS, CPU (ms) and RSS (KiB).
timed() {
  local seconds user system
  /usr/bin/time -o "$T/time" -f '%e %U %S %M' "$@" >"$T/out" 2>"$T/err" </dev/null || { cat "$T/out" "$T/err" >&2; echo "failed: $*" >&2; exit 1; }
  read -r seconds user system RSS <"$T/time"
  CPU=$(awk "BEGIN { print 1000 * ($user + $system) }")
}
# The wall time in ms of a command, start and end of the process included.
wall() {
  local start=${EPOCHREALTIME/./}
  timed "$@"
  MS=$(( (${EPOCHREALTIME/./} - start) / 1000 ))
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
ratio() { awk "BEGIN { printf \"%.2f\", $1 / ($2 > 0 ? $2 : 1e-9) }"; }
row() {  # ID TEXT VALUE UNIT BESIDE
  printf '%-4s %-52s %10s %-12s %s\n' "$@"
  rows+=("{\"id\":\"$1\",\"what\":\"$2\",\"value\":$3,\"unit\":\"$4\",\"beside\":\"$5\"}")
}

read -r one_core two_cores fsync_ms <<<"$("$bin/machine_rates" "$T")"
row M "libsodium alone: Ed25519 verifications, 2 threads" "$two_cores" "/s" "1 thread $one_core; fsync $fsync_ms ms"

for count in ${projects//,/ }; do
  world=$T/$count; mkdir -p "$world/keys"
  git init -q --bare -b main "$world/repo.git"
  start=${EPOCHREALTIME/./}
  "$bin/make_repository" "$count" --files "$files" --history $((runs + 1)) --keys "$world/keys" |
    git -C "$world/repo.git" fast-import --quiet
  row gen "$count projects, $files files each: made" $(( (${EPOCHREALTIME/./} - start) / 1000 )) ms ''
  publish() {
    wall "$bin/pgpublish" publish --json --repository "$world/repo.git" --to "$world/site" --online-key "$world/keys/online.key" \
      --root-sha256 "$(cat "$world/keys/root.sha256")" --commit "$@"
  }
  publish "main~$((runs + 1))" --first
  first=$MS first_rss=$RSS
  wall cp -r "$world/site" "$world/copy"
  rm -rf "$world/copy"
  row P5 "$count projects: verified and published at first" "$first" ms "cp of the files $MS ms, ratio $(ratio "$first" "$MS"); $((first_rss / 1024)) MiB"
  publish "main~$runs"
  : >"$T/ms"; : >"$T/cpu"
  for n in $(seq $((runs - 1)) -1 0); do
    publish "main~$n"
    echo "$MS" >>"$T/ms"; echo "$CPU" >>"$T/cpu"
  done
  written=$(grep -o '"files_written":[0-9]*' "$T/out" | cut -d: -f2)
  snapshot=$(find "$world/site/metadata" -name '*.snapshot.json' -printf '%s\n' | sort -n | tail -1)
  ms=$(median <"$T/ms"); least=$(sort -n "$T/ms" | head -1)
  row P2 "$count projects: one release published" "$ms" ms \
    "least $least, CPU $(median <"$T/cpu") ms, $written files, snapshot $((snapshot / 1024)) KiB, $((RSS / 1024)) MiB; $(ratio "$ms" "$fsync_ms") fsyncs"
  rm -rf "$world/site"
done

world=$T/history
for length in $((history / 10)) "$history"; do
  rm -rf "$world"; mkdir -p "$world/keys"
  git init -q --bare -b main "$world/repo.git"
  "$bin/make_repository" 100 --files 1 --history "$length" --keys "$world/keys" | git -C "$world/repo.git" fast-import --quiet
  wall "$bin/pgpublish" check --repository "$world/repo.git" --root-sha256 "$(cat "$world/keys/root.sha256")"
  rate=$(awk "BEGIN { printf \"%.0f\", 1000 * $length / $MS }")
  row V1 "$length commits of one release each: verified" "$rate" commits/s "$MS ms, $((RSS / 1024)) MiB; libsodium alone: one signature each in $(awk "BEGIN { printf \"%.0f\", 1000 * $length / $two_cores }") ms"
done
publish() {
  wall "$bin/pgpublish" publish --repository "$world/repo.git" --to "$world/site" --online-key "$world/keys/online.key" \
    --root-sha256 "$(cat "$world/keys/root.sha256")" --commit "$@"
}
publish main~1 --first
wall "$bin/pgpublish" check --repository "$world/repo.git" --root-sha256 "$(cat "$world/keys/root.sha256")" --previous "$world/site"
row V2 "one more commit after $history" "$MS" ms "CPU $CPU ms, $((RSS / 1024)) MiB"
[ -z "$json_file" ] || (IFS=,; printf '{"rows":[%s]}\n' "${rows[*]}" >"$json_file")
