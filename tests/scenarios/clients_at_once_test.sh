# D-05 Several clients at once in one trusted folder: each succeeds, the folder stays whole, and a client killed while it holds the lock
# leaves no lock behind.
source "$(dirname "$0")/lib.sh"

strace -qq -o /dev/null true 2>/dev/null || skip "strace cannot trace here"
new_world
seq 1 50000 >"$T/abc-1.txt"
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0 "$T/abc-1.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
URL=file://$T/site
expect 0 as fresh pgclient init "$URL" --root-sha256 "$ROOT"
cp "$T/abc-1.txt" "$T/abc-2.txt"; echo more >>"$T/abc-2.txt"
expect 0 as alice pgsign -C "$T/alice" release add abc 2.0.0 "$T/abc-2.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish

state_of() { printf '%s' "$T/home/$1/state/pg/client/playground"; }
new_person() { cp -a "$T/home/fresh" "$T/home/$1"; }
in_background() {  # LOG COMMAND...
  local log=$1
  shift
  "$@" >"$log" 2>&1 </dev/null &
  BACKGROUND+=($!)
}
until_true() {  # WHAT CONDITION...
  local what=$1 tries=0
  shift
  until "$@"; do
    tries=$((tries + 1)); [ $tries -lt 400 ] || fail "still not: $what"
    sleep 0.05
  done
}
as_one_alone() {  # WHO: the trusted files are those that one client alone gets
  local file
  diff -r "$(state_of alone)/metadata" "$(state_of "$1")/metadata" >"$OUT" || fail "the trusted files of $1 are not those of one client alone"
  expect 0 as "$1" pgclient status --json
  says '"ok":true'
}

new_person alone
expect 0 as alone pgclient fetch abc latest --dir "$T/alone-got"

for clients in 2 8; do
  step "$clients clients at once"
  new_person "crowd$clients"
  BACKGROUND=()
  for i in $(seq "$clients"); do
    in_background "$T/log-$clients-$i" as "crowd$clients" pgclient fetch abc latest --dir "$T/got-$clients-$i"
  done
  for i in $(seq "$clients"); do
    wait "${BACKGROUND[$((i - 1))]}" || fail "client $i of $clients: $(cat "$T/log-$clients-$i")"
    same_file "$T/got-$clients-$i/abc-2.txt" "$T/abc-2.txt"
  done
  as_one_alone "crowd$clients"
done

step "eight first set-ups at once"
BACKGROUND=()
for i in $(seq 8); do in_background "$T/log-init-$i" as newcomers pgclient init "$URL" --root-sha256 "$ROOT"; done
for i in $(seq 8); do wait "${BACKGROUND[$((i - 1))]}" || fail "set-up $i: $(cat "$T/log-init-$i")"; done
expect 0 as newcomers pgclient fetch abc latest --dir "$T/newcomers-got"
as_one_alone newcomers

step "a client that stops in the middle of an update holds the others up, and only as long as it lives"
new_person waiting
BACKGROUND=()
in_background "$T/log-holder" as waiting strace -f -qq -o /dev/null -e trace=renameat -e inject=renameat:signal=SIGSTOP:when=1 \
  sh -c 'echo $$ >"$1"; exec pgclient fetch abc latest --dir "$2"' sh "$T/holder-pid" "$T/holder-got"
until_true "the first client runs" test -s "$T/holder-pid"
pid=$(cat "$T/holder-pid")
stopped() { grep -q '^State:[[:space:]]*[tT]' "/proc/$pid/status"; }
until_true "the first client stopped" stopped
in_background "$T/log-second" as waiting pgclient fetch abc latest --dir "$T/second-got"
second=${BACKGROUND[1]}
lock=$(stat -c %i "$(state_of waiting)/lock")
waits() { grep -qE -- "-> FLOCK .*:$lock " /proc/locks; }
until_true "the second client waits for the lock" waits
[ ! -e "$T/second-got" ] || fail "the second client did not wait"
kill -9 "$pid"
wait "$second" || fail "the second client: $(cat "$T/log-second")"
same_file "$T/second-got/abc-2.txt" "$T/abc-2.txt"
as_one_alone waiting
