# D-01 D-02 C-08 C-10 The publisher killed, or its disk full, at any moment: every client sees the old or the new state, whole; the next
# run completes. And the same publication made twice is the same tree.
source "$(dirname "$0")/lib.sh"

strace -qq -o /dev/null true 2>/dev/null || skip "strace cannot trace here"
new_world
seq 1 3000 >"$T/abc-1.txt"; seq 1 3001 >"$T/abc-2.txt"
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0 "$T/abc-1.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
expect 0 as old pgclient init "file://$T/site" --root-sha256 "$ROOT"
expect 0 as old pgclient fetch abc latest -o "$T/got"
cp -a "$T/site" "$T/site-before"
cp -a "$T/home/old" "$T/old-before"
expect 0 as alice pgsign -C "$T/alice" release add abc 2.0.0 "$T/abc-2.txt" --yes
expect 0 as alice pgsign -C "$T/alice" project create other --yes
expect 0 as alice pgsign -C "$T/alice" push
sync_pub

arguments=(publish --repository "$T/pub.git" --to "$T/site" --root-sha256 "$ROOT" --online-key "$ONLINE")
again() { rm -rf "$T/site" "$T/home/old"; cp -a "$T/site-before" "$T/site"; cp -a "$T/old-before" "$T/home/old"; }

# Whoever comes now, for the first time or again, gets a latest release that is whole: the old one or the new one.
clients_see_one_state() {
  local who
  for who in old fresh; do
    rm -rf "$T/home/fresh" "$T/got"
    [ "$who" = old ] || expect 0 as fresh pgclient init "file://$T/site" --root-sha256 "$ROOT"
    expect 0 as "$who" pgclient fetch abc latest -o "$T/got"
    cmp -s "$T/got" "$T/abc-1.txt" || same_file "$T/got" "$T/abc-2.txt"
  done
}
completes() {
  expect 0 as online pgpublish "${arguments[@]}"
  rm -f "$T/got"
  expect 0 as old pgclient fetch abc latest -o "$T/got"
  same_file "$T/got" "$T/abc-2.txt"
  [ -z "$(ls -A "$T/site/.publish")" ] || fail "staged files are left: $(ls -A "$T/site/.publish")"
}
# strace counts the calls of each thread by themselves, so there are none: what gets no thread is done without one.
alone=(-f -qq -e inject=clone3,clone:error=EAGAIN)
inject() {  # SYSCALL FAULT N: a publication with that fault at the N-th call; sets $CODE
  CODE=0
  as online strace "${alone[@]}" -o /dev/null -e trace="$1,clone3,clone" -e inject="$1:$2:when=$3" pgpublish "${arguments[@]}" \
    >"$OUT" 2>"$ERR" </dev/null || CODE=$?
}
count() { again; as online strace "${alone[@]}" -o "$T/trace" -e trace="$1,clone3,clone" pgpublish "${arguments[@]}" >/dev/null 2>&1; grep -c "$1(" "$T/trace" || true; }

# The C library renames by renameat where nothing forbids to replace, as for the timestamp.
for call in renameat renameat2 fsync write openat mkdir; do
  calls=$(count "$call")
  [ "$calls" -gt 0 ] || fail "no $call"
  first=1; [ "$calls" -le 24 ] || first=$((calls - 24))
  step "kill -9 at each $call ($first to $calls)"
  for n in $(seq "$first" "$calls"); do
    again
    inject "$call" signal=SIGKILL "$n"
    [ "$CODE" = 137 ] || fail "the $n-th $call was never made: exit code $CODE"
    clients_see_one_state
    completes
  done
done

step "what a run moved into place and did not sync is synced by the next one"
again
as online strace "${alone[@]}" -o "$T/trace" -e trace=syncfs,clone3,clone pgpublish "${arguments[@]}" >"$OUT" 2>"$ERR"
[ "$(grep -c 'syncfs(' "$T/trace")" = 0 ] || fail "a small publication synced everything"
again
calls=$(count renameat2)
again
inject renameat2 signal=SIGKILL "$calls"
as online strace "${alone[@]}" -o "$T/trace" -e trace=syncfs,clone3,clone pgpublish "${arguments[@]}" >"$OUT" 2>"$ERR"
[ "$(grep -c 'syncfs(' "$T/trace")" = 1 ] || fail "nothing was synced after a run that was killed"
completes

for fault in write:error=ENOSPC fsync:error=EIO renameat:error=EIO renameat2:error=EIO; do
  call=${fault%%:*}
  calls=$(count "$call")
  [ "$calls" -gt 0 ] || fail "no $call"
  first=1; [ "$calls" -le 12 ] || first=$((calls - 12))
  step "$fault at each $call ($first to $calls)"
  for n in $(seq "$first" "$calls"); do
    again
    inject "$call" "${fault#*:}" "$n"
    clients_see_one_state
    [ "$CODE" = 0 ] || [ "$CODE" = 6 ] || fail "exit code $CODE"
    completes
  done
done

step "a full disk is told with the file, and the old state stays"
again
inject write error=ENOSPC 1+
[ "$CODE" = 6 ] || fail "exit code $CODE"
clients_see_one_state

step "C-07 a second publisher is told that one is at work"
again
exec 9>"$T/site/.publish.lock"; flock 9
expect 8 as online pgpublish "${arguments[@]}"
says "another process holds the lock"
exec 9>&-
completes

step "C-08 the same commit at the same time is the same tree, wherever it is made"
moment=$(date -d "+1 hour" "+%Y-%m-%d %H:00:00")
for n in 1 2; do
  mkdir -p "$T/twice-$n"; cp -a "$T/site-before/." "$T/twice-$n"
  (umask $((n * 11)); cd "$T/twice-$n"; as online faketime "$moment" pgpublish publish \
    --repository "$T/pub.git" --to . --root-sha256 "$ROOT" --online-key "$ONLINE" >"$OUT" 2>"$ERR") || fail "publication $n"
done
diff -r "$T/twice-1" "$T/twice-2" >"$OUT" || fail "two renderings differ"
echo "old or new, never anything between"
