# D-01 D-02 D-08 The client killed, or its disk full, at every write: the trusted state stays usable and no half file appears.
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

step "a publication comes that the client has not seen"
cp "$T/abc-1.txt" "$T/abc-2.txt"; echo more >>"$T/abc-2.txt"
expect 0 as alice pgsign -C "$T/alice" release add abc 2.0.0 "$T/abc-2.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish

again() { rm -rf "$T/home/victim" "$T/got"; cp -a "$T/home/fresh" "$T/home/victim"; mkdir "$T/got"; }
fetch() { as victim pgclient fetch abc latest --dir "$T/got"; }
inject() {  # SYSCALL WHAT N: runs the fetch with a fault at the N-th call; prints the exit code
  local code=0
  as victim strace -f -qq -o /dev/null -e trace="$1" -e inject="$1:$2:when=$3" pgclient fetch abc latest --dir "$T/got" \
    >"$OUT" 2>"$ERR" </dev/null || code=$?
  printf '%s' "$code"
}
count() { as victim strace -f -qq -o "$T/trace" -e trace="$1" pgclient fetch abc latest --dir "$T/got" >/dev/null 2>&1; grep -c "$1" "$T/trace" || true; }

for call in renameat renameat2 rename fsync write openat unlinkat; do
  again
  calls=$(count "$call")
  # Every call of the rarer ones; of the frequent ones (openat, write) every one near the end, where the work is.
  first=1; [ "$calls" -le 40 ] || first=$((calls - 40))
  step "kill -9 at each $call ($first to $calls)"
  for n in $(seq "$first" "$calls"); do
    again
    inject "$call" signal=SIGKILL "$n" >/dev/null
    [ ! -e "$T/got/abc-2.txt" ] || same_file "$T/got/abc-2.txt" "$T/abc-2.txt"
    expect 0 fetch
    same_file "$T/got/abc-2.txt" "$T/abc-2.txt"
    [ "$(ls -A "$T/got")" = abc-2.txt ] || fail "left behind after $call $n: $(ls -A "$T/got")"
  done
done

for fault in write:error=ENOSPC fsync:error=EIO; do
  call=${fault%%:*}
  again
  calls=$(count "$call")
  first=1; [ "$calls" -le 40 ] || first=$((calls - 40))
  step "$fault at each $call"
  for n in $(seq "$first" "$calls"); do
    again
    code=$(inject "$call" "${fault#*:}" "$n")
    if [ "$code" != 0 ]; then
      [ ! -e "$T/got/abc-2.txt" ] || same_file "$T/got/abc-2.txt" "$T/abc-2.txt"
    else
      same_file "$T/got/abc-2.txt" "$T/abc-2.txt"
    fi
    expect 0 fetch
    same_file "$T/got/abc-2.txt" "$T/abc-2.txt"
  done
done

step "a full disk says so and leaves nothing"
again
as victim strace -f -qq -o /dev/null -e trace=write -e inject=write:error=ENOSPC:when=1+ pgclient fetch abc latest --dir "$T/got" >"$OUT" 2>"$ERR" </dev/null || true
[ -z "$(ls -A "$T/got")" ] || fail "left behind: $(ls -A "$T/got")"
expect 0 fetch
