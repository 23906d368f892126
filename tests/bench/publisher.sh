#!/usr/bin/env bash
# What pgpublish and pgsign cost, as whole processes, beside what the same machine needs for the parts of it.
#   tests/bench/publisher.sh [OPTIONS]
#     --projects N[,N...]  sizes of repository (default 1000,10000)
#     --files N            released files of a project (default 1)
#     --history N          signed commits of one release each that are verified (default 30000)
#     --runs N             publications that are timed; the median counts (default 7)
#     --json FILE          writes the figures there, too
#     --bin FOLDER         measures the programs there; without it a Release build in build/ is made first
#     --no-install         installs no Debian packages
# What the rows mean: docs/performance.md.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_folder=$(cd "$here/../.." && pwd)
projects=1000,10000 files=1 history=30000 runs=7 pushes=50 bin='' json_file='' install=yes
while [ $# -gt 0 ]; do
  case $1 in
    --projects) projects=$2; shift ;;
    --files) files=$2; shift ;;
    --history) history=$2; shift ;;
    --runs) runs=$2; shift ;;
    --json) json_file=$(realpath -m "$2"); shift ;;
    --bin) bin=$2; shift ;;
    --no-install) install='' ;;
    -h | --help) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "error: unknown option $1; see --help" >&2; exit 2 ;;
  esac
  shift
done
if [ -z "$bin" ]; then
  [ -z "$install" ] || bash "$source_folder/cmake/install_packages.sh" test
  (cd "$source_folder" && cmake --preset release -DPG_TESTS=ON && ninja -C build pgpublish pgsign make_repository sign_history snapshot_cost push_commits read_history machine_rates) >&2
  bin=$source_folder/build/bin
fi
T=$(mktemp -d "${TMPDIR:-/tmp}/pg-bench-XXXXXX")
FOLLOWER=
trap '[ -z "$FOLLOWER" ] || kill "$FOLLOWER" 2>/dev/null; rm -rf "$T"' EXIT
export HOME=$T XDG_CONFIG_HOME=$T/config XDG_STATE_HOME=$T/state GIT_CONFIG_NOSYSTEM=1
git config --global user.name bench
git config --global user.email bench@example.org
rows=()

# timed COMMAND...: sets MS, CPU (ms) and RSS (KiB), start and end of the process included.
timed() {
  local start=${EPOCHREALTIME/./} user system TIMEFORMAT='%3U %3S'
  { time /usr/bin/time -o "$T/rss" -f %M "$@" >"$T/out" 2>"$T/err" </dev/null; } 2>"$T/cpu_of" || { cat "$T/out" "$T/err" >&2; echo "failed: $*" >&2; exit 1; }
  MS=$(of "(${EPOCHREALTIME/./} - $start) / 1000")
  read -r user system <"$T/cpu_of"
  read -r RSS <"$T/rss"
  CPU=$(of "1000 * ($user + $system)")
}
of() { awk "BEGIN { printf \"%.${2:-0}f\", $1 }"; }
ratio() { of "$1 / ($2 > 0 ? $2 : 1e-9)" 2; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
row() {  # ID TEXT VALUE UNIT BESIDE
  printf '%-4s %-50s %9s %-10s %s\n' "$@"
  rows+=("{\"id\":\"$1\",\"what\":\"$2\",\"value\":$3,\"unit\":\"$4\",\"beside\":\"$5\"}")
}
# world FOLDER PROJECTS [OPTIONS]: a repository there, by make_repository; sets MS.
world() {
  local folder=$1 start
  rm -rf "$folder"; mkdir -p "$folder/keys"
  git init -q --bare -b main "$folder/repo.git"
  start=${EPOCHREALTIME/./}
  "$bin/make_repository" "${@:2}" --keys "$folder/keys" | git -C "$folder/repo.git" fast-import --quiet
  MS=$(of "(${EPOCHREALTIME/./} - $start) / 1000")
}
signed_world() {  # the same: every release by two people, every commit signed as well
  world "$@" --files 0 --signed
  "$bin/sign_history" "$1/repo.git"
  git -C "$1/repo.git" repack -adq
}
publish() {  # FOLDER COMMIT [OPTIONS]
  timed "$bin/pgpublish" publish --json --repository "$1/repo.git" --to "$1/site" --online-key "$1/keys/online.key" \
    --root-sha256 "$(cat "$1/keys/root.sha256")" --commit "${@:2}"
}
# follow FOLDER PUSHES: the last commits of main are pushed one after the other while one process follows, each when the one before
# is published; sets MS, of all of them.
follow() {
  local repository=$1/repo.git
  git -C "$repository" branch -f live "main~$2"
  "$bin/pgpublish" follow --repository "$repository" --to "$1/site" --online-key "$1/keys/online.key" \
    --root-sha256 "$(cat "$1/keys/root.sha256")" --commit live >"$T/follow" 2>&1 &
  FOLLOWER=$!
  until grep -qs "nothing to publish" "$T/follow"; do kill -0 "$FOLLOWER" || { cat "$T/follow" >&2; exit 1; }; sleep 0.05; done
  MS=$("$bin/push_commits" "$repository/refs/heads/live" "$1/site/metadata/timestamp.json" $(git -C "$repository" rev-list --reverse "main~$2..main"))
  kill "$FOLLOWER"
  wait "$FOLLOWER" || true
  FOLLOWER=
}
# check FOLDER [OPTIONS]: judges its history and keeps nothing of it.
judge() { timed "$bin/pgpublish" allowed-signers --repository "$1/repo.git" --root-sha256 "$(cat "$1/keys/root.sha256")" "${@:2}"; }

read -r one_core all_cores fsync_ms <<<"$("$bin/machine_rates" "$T")"
row M "libsodium alone: Ed25519 verifications, 2 threads" "$all_cores" /s "1 thread $one_core; fsync $fsync_ms ms; load $(cut -d' ' -f1 /proc/loadavg)"

for count in ${projects//,/ }; do
  w=$T/$count
  world "$w" "$count" --files "$files" --history $((runs + 1 + pushes))
  row gen "$count projects, $files files each: made" "$MS" ms ''
  publish "$w" "main~$((pushes + runs + 1))" --first
  first=$MS first_rss=$RSS
  timed cp -r "$w/site" "$w/copy"
  rm -rf "$w/copy"
  row P5 "$count projects: verified and published at first" "$first" ms "cp of the files $MS ms, ratio $(ratio "$first" "$MS"); $((first_rss / 1024)) MiB"

  publish "$w" "main~$((pushes + runs))"
  : >"$T/ms"; : >"$T/cpu"
  for n in $(seq $((pushes + runs - 1)) -1 "$pushes"); do
    publish "$w" "main~$n"
    echo "$MS" >>"$T/ms"; echo "$CPU" >>"$T/cpu"
  done
  read -r written bytes < <(sed 's/.*"bytes_written":\([0-9]*\).*"files_written":\([0-9]*\).*/\2 \1/' "$T/out")
  snapshot=$(find "$w/site/metadata" -name '*.snapshot.json' -printf '%s\n' | sort -n | tail -1)
  ms=$(median <"$T/ms") cpu=$(median <"$T/cpu")
  row P2 "$count projects: one release published" "$ms" ms "least $(sort -n "$T/ms" | head -1), CPU $cpu ms, $((RSS / 1024)) MiB"
  # The snapshot names every role; what it costs alone is taken off before sizes are compared. (By CPU: what a disk needs for a
  # large file differs more from run to run than all the rest costs.)
  snapshot_cpu=$(for _ in $(seq "$runs"); do "$bin/snapshot_cost" "$(ls "$w"/site/metadata/*.snapshot.json | head -1)" "$T"; done | median)
  apart=$(of "$cpu - $snapshot_cpu" 1)
  : "${first_apart:=$apart}"
  row P2s "$count projects: the snapshot file alone, CPU" "$snapshot_cpu" ms "$((snapshot / 1024)) KiB; the publication apart from it $apart ms of CPU, $(ratio "$apart" "$first_apart") times that of the first size"
  row P3 "$count projects: files and bytes of one release" "$written" files "$((bytes / 1024)) KiB, without the snapshot and its side file $(((bytes - snapshot) / 1024)) KiB at most"
  follow "$w" "$pushes"
  row P4 "$count projects: publications in a row, each durable" "$(of "1000 * $pushes / $MS" 1)" /s "one process that follows; 5 fsyncs each would allow $(of "200 / $fsync_ms"), ratio $(ratio "1000 * $pushes / $MS" "200 / $fsync_ms"); a process each $(of "1000 / $ms" 1)"

  # One release more, by the signer in a clone without files, and by git alone.
  git clone -q --no-checkout "$w/repo.git" "$w/clone"
  mkdir -p "$XDG_CONFIG_HOME/pg/keys"
  cp "$w/keys/first.key" "$XDG_CONFIG_HOME/pg/keys/first.key"
  echo content >"$T/abc.txt"
  "$bin/pgsign" -C "$w/clone" trust --root-sha256 "$(cat "$w/keys/root.sha256")" >"$T/out" 2>&1
  timed "$bin/pgsign" -C "$w/clone" status
  row S0 "$count projects: the signer meets the repository" "$MS" ms "CPU $CPU ms, $((RSS / 1024)) MiB; once: its chain of roots and the tip of main"
  timed "$bin/pgsign" -C "$w/clone" release add abc 900.0.0 "$T/abc.txt" --yes
  signed=$MS signed_cpu=$CPU
  printf 'commit refs/heads/other\ncommitter b <b@example.org> 1 +0000\ndata 0\nfrom refs/heads/main^0\nM 100644 inline projects/ab/abc/files/abc/901.0.0/f\ndata 1\nx\n' >"$T/one"
  timed bash -c 'git -C "$1" fast-import --quiet <"$2"' - "$w/clone" "$T/one"
  row S1 "$count projects: pgsign release add" "$signed" ms "CPU $signed_cpu ms; G1 git fast-import of one file $MS ms, ratio $(ratio "$signed" "$MS")"
  rm -rf "$w/site"
  timed git clone -q --bare "$w/repo.git" "$w/again.git"
  row G3 "$count projects: git clone of the source" "$MS" ms "pack $(du -sk "$w/again.git/objects" | cut -f1) KiB"
  rm -rf "$w" "$XDG_STATE_HOME"
done

# Histories over 1,000 projects, so that no project's own file grows long. A commit's own signature and two of its release.
spread=$((history < 1000 ? history : 1000)) signatures=3
signed_world "$T/empty" "$spread"
judge "$T/empty"
base=$MS
read_base=$("$bin/read_history" "$T/empty/repo.git")
for length in $((history / 3)) "$history"; do
  signed_world "$T/history" "$spread" --history "$length"
  judge "$T/history"
  ms=$(of "$MS - $base") # without the creation of the projects
  sodium=$(of "1000 * $signatures * $length / $all_cores")
  row V1 "$length commits of one release each: signatures" "$(of "1000 * $signatures * $length / ($ms > 0 ? $ms : 1)")" /s "$ms ms, CPU $CPU ms; libsodium alone $sodium ms, $(of "100000 * $signatures * $length / $all_cores / ($ms > 0 ? $ms : 1)" 1) % of its rate"
  reading=$(of "$("$bin/read_history" "$T/history/repo.git") - $read_base")
  row V1g "$length commits: their git objects alone" "$reading" ms "found, unpacked and hashed by two threads; with libsodium's time that allows $(of "100 * $sodium / ($sodium + $reading)" 1) % of its rate"
  row V3 "$length commits: memory" $((RSS / 1024)) MiB "$(($(du -k "$T"/history/repo.git/objects/pack/*.idx | cut -f1) / 1024)) MiB of it the index of git's pack"
done
grown=$(($(du -sk "$T/history/repo.git/objects" | cut -f1) - $(du -sk "$T/empty/repo.git/objects" | cut -f1)))
row G2 "the source's growth by a signed release, packed" "$(of "1024 * $grown / $history")" bytes ''
publish "$T/history" main~1 --first
timed "$bin/pgpublish" check --repository "$T/history/repo.git" --root-sha256 "$(cat "$T/history/keys/root.sha256")" --previous "$T/history/site"
row V2 "one more commit after $history" "$MS" ms "CPU $CPU ms, $((RSS / 1024)) MiB"
mkdir -p "$T/signed"
timed bash -c '"$1" 3334 --files 0 --keys "$2" >/dev/null' - "$bin/make_repository" "$T/signed"
row S2 "10,002 files made and signed by the library" "$MS" ms "CPU $CPU ms"
[ -z "$json_file" ] || (IFS=,; printf '{"rows":[%s]}\n' "${rows[*]}" >"$json_file")
