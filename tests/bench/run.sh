#!/usr/bin/env bash
# How long pgclient takes, beside curl that fetches the same bytes: whole processes, start-up included.
#   tests/bench/run.sh [OPTIONS] [C1 C2 ...]     (no id: all of them)
#     --runs N         timed runs of each program (default 15); the median counts
#     --json FILE      writes the figures there, too
#     --markdown       prints the table as Markdown (docs/performance.md)
#     --bin FOLDER     measures the programs there; without it a Release build in build/ is made first
#     --first          goes before everything else that the machine does (real-time priority; needs root): on a
#                      busy machine the times are then nearly those of an idle one
#     --no-install     installs no Debian packages
#     --small          tiny repositories and files: tries the bench, measures nothing
# What the ids mean: docs/performance.md.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PG_SOURCE=${PG_SOURCE:-$(cd "$here/../.." && pwd)}

runs=15 json_file='' style=text bin='' install=yes small='' first=''
ids=()
while [ $# -gt 0 ]; do
  case $1 in
    --runs) runs=$2; shift ;;
    --json) json_file=$(realpath -m "$2"); shift ;;
    --bin) bin=$2; shift ;;
    --markdown) style=markdown ;;
    --first) first=yes ;;
    --no-install) install='' ;;
    --small) small=yes ;;
    -h | --help) sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 0 ;;
    C*) ids+=("$1") ;;
    *) echo "error: unknown option $1; see --help" >&2; exit 2 ;;
  esac
  shift
done

if [ -z "$bin" ]; then
  [ -z "$install" ] || bash "$PG_SOURCE/cmake/install_packages.sh" test
  (cd "$PG_SOURCE" && cmake --preset release -DPG_TESTS=ON && ninja -C build pgclient make_site time_pairs) >&2
  bin=$PG_SOURCE/build/bin
fi
PG_IN_OWN_SESSION=1  # no terminal is needed, and Ctrl-C should end this
source "$PG_SOURCE/tests/scenarios/lib.sh" "$bin"
unset CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR
source "$here/workloads.sh"

[ -z "$first" ] || chrt -f -p 1 $$ || fail "--first is not allowed here"
printf 'pgclient beside curl, %s runs of each in turns, medians; %s CPUs, load %s before, %s on %s\n' "$runs" \
  "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)" "$(curl --version | head -1 | cut -d' ' -f1-2)" \
  "$(stat -f -c %T "$T")" >&2
if [ "$style" = markdown ]; then
  echo '| id | workload | requests | pgclient ms (CPU) | curl ms (CPU) | ratio | target | | memory |'
  echo '|---|---|---|---|---|---|---|---|---|'
else
  printf '%-4s %-33s %10s %9s %8s %9s %8s %6s %6s %6s %-4s %8s\n' \
    id workload requests pgclient CPU curl CPU ratio least target '' memory
fi
for id in "${all_ids[@]}"; do
  [ ${#ids[@]} -eq 0 ] || [[ " ${ids[*]} " == *" $id "* ]] || [[ " ${ids[*]} " == *" ${id%[a-z]} "* ]] || continue
  "workload_${id}"
done
[ -z "$json_file" ] || printf '{"runs":%s,"rows":[%s]}\n' "$runs" "$(IFS=,; echo "${rows[*]}")" >"$json_file"
