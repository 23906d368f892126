# D-01 D-02 D-08 The client killed, or its disk failing, at every system call of a run: the trusted files stay old or new, no half file
# appears, and the next run succeeds with no help.
source "$(dirname "$0")/lib.sh"

strace -qq -o /dev/null true 2>/dev/null || skip "strace cannot trace here"
new_world
seq 1 50000 >"$T/abc-1.txt"
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0 "$T/abc-1.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
start_nginx "$T/site"
expect 0 as fresh pgclient init "$URL" --root-sha256 "$ROOT"
expect 0 as fresh pgclient fetch abc --dir "$T/first"
OLD=$T/home/fresh/state/pg/client/playground

step "a publication comes that the client has not seen"
cp "$T/abc-1.txt" "$T/abc-2.txt"; echo more >>"$T/abc-2.txt"
expect 0 as alice pgsign -C "$T/alice" release add abc 2.0.0 "$T/abc-2.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish

step "what a whole run asks the system for"
cp -a "$T/home/fresh" "$T/home/new"
expect 0 as new strace -f -qq -o "$T/trace" -e trace=%file,%desc,%network pgclient fetch abc latest --dir "$T/got"
same_file "$T/got/abc-2.txt" "$T/abc-2.txt"
NEW=$T/home/new/state/pg/client/playground
# NAME FIRST LAST: the calls of each name from the moment on when the program first looks at a file of its own (before, it is the
# dynamic loader's work).
awk -v home="$T/home/new" '{ name = $2; sub(/\(.*/, "", name); if (name !~ /^[a-z_0-9]+$/) next
  if (!started && index($0, home)) started = 1
  if (started && !(name in first)) first[name] = count[name] + 1
  count[name]++ } END { for (name in first) print name, first[name], count[name] }' "$T/trace" | sort >"$T/calls"
for call in openat write fsync renameat renameat2 close flock; do
  grep -q "^$call " "$T/calls" || fail "a run without $call; what changes files here?"
done

# D-03: the calls whose failure must end the run with exit code 6: all that make a file safe or give it its name, and the close of each
# file that was written, as the Nth close of that path (sockets come and go in between). The close of the lock, or of a file that was
# only read, means nothing.
cp -a "$T/home/fresh" "$T/home/paths"
expect 0 as paths strace -y -f -qq -o "$T/paths" -e trace=openat,close,fsync,renameat,renameat2 pgclient fetch abc latest --dir "$T/paths-got"
sed "s|$T/home/paths/|@home/|g; s|$T/paths-got|@got|g" "$T/paths" | awk '
  { call = $2; sub(/\(.*/, "", call); fd = $2; gsub(/^[a-z]*\(|<.*/, "", fd) }
  call == "openat" && match($0, /= [0-9]+</) { opened = substr($0, RSTART + 2, RLENGTH - 3); written[opened] = /O_CREAT/ && !/\/lock>/ }
  call == "close" && match($0, /<.*>/) { path = substr($0, RSTART + 1, RLENGTH - 2); nth[path]++; if (written[fd]) print call, "error=EIO", nth[path], path
    written[fd] = 0 }
  call == "fsync" || call ~ /^renameat/ { print call, "error=EIO", ++nth[call] }' >"$T/must-fail"
for call in fsync renameat renameat2 close; do grep -q "^$call " "$T/must-fail" || fail "no $call of a written file; what changes files here?"; done

changing=' openat write pwrite64 fsync fdatasync renameat renameat2 rename unlinkat unlink rmdir mkdir mkdirat linkat fchmod ftruncate '
full_disk=' openat write pwrite64 fsync fdatasync renameat renameat2 rename mkdir mkdirat linkat ftruncate '
no_file=' socket socketpair connect sendto recvfrom recvmsg sendmsg poll setsockopt getsockopt getsockname getpeername shutdown bind mmap fcntl ioctl '
most=${PG_MOST_INJECTIONS:-16}
while read -r call first last; do
  every=1 faults="signal=SIGKILL"
  [[ $changing == *" $call "* ]] || every=$(((last - first) / most + 1))
  [[ $no_file == *" $call "* ]] || faults="$faults error=EIO"
  [[ $full_disk != *" $call "* ]] || faults="$faults error=ENOSPC"
  [ "$every" = 1 ] && rule="each" || rule="one in $every"
  echo "$call: calls $first to $last, $rule: $faults" >&2
  for fault in $faults; do for n in $(seq "$first" "$every" "$last"); do echo "$call $fault $n"; done; done
done <"$T/calls" >"$T/cases" 2>"$T/rule"
grep '^close' "$T/must-fail" >>"$T/cases"
cat "$T/rule"
echo "$(wc -l <"$T/cases") runs; what changes files each time it is called, of the other names at most $((most + 1)) calls"

# The trusted files are those of before or of afterwards, root and what everything else is measured by never missing.
trusted_is_old_or_new() {
  local file name
  for name in root timestamp snapshot; do [ -s "$1/metadata/$name.json" ] || fail "$name.json is gone ($2)"; done
  for file in "$1"/metadata/*.json; do
    name=metadata/${file##*/}
    cmp -s "$file" "$OLD/$name" || cmp -s "$file" "$NEW/$name" || fail "$name is neither old nor new ($2)"
  done
}
trusted_is_new() {
  local file left
  for file in "$NEW"/metadata/*.json; do same_file "$1/metadata/${file##*/}" "$file"; done
  # A temporary file goes with the next write of its name; of the tag, which comes with a new timestamp, this run had none.
  left=$(find "$1" -name '.*' ! -name '.timestamp.tag.tmp-*')
  [ -z "$left" ] || fail "left behind: $left ($2)"
}
one_case() {  # WORKER CALL FAULT N [PATH]
  local who=victim$1 call=$2 fault=$3 n=$4 path=${5:-} got=$T/got$1 code=0 what="$2 $3 $4${5:+ $5}" only=()
  local state=$T/home/$who/state/pg/client/playground
  rm -rf "$T/home/$who" "$got"; cp -a "$T/home/fresh" "$T/home/$who"
  path=${path/@home/$T/home/$who} path=${path/@got/$got}
  [ -z "$path" ] || only=(-P "$path")
  as "$who" strace -f -qq -o /dev/null "${only[@]}" -e trace="$call" -e inject="$call:$fault:when=$n" \
    pgclient fetch abc latest --dir "$got" >"$OUT" 2>"$ERR" </dev/null || code=$?
  case $fault in
    signal=*) [ "$code" = 137 ] || [[ $changing != *" $call "* ]] || fail "not killed ($what)" ;;
    *) [ "$code" -lt 64 ] || fail "exit code $code ($what)"
       [ "$code" = 0 ] || [ -s "$ERR" ] || [[ $call = write ]] || fail "exit code $code and not a word ($what)" ;;
  esac
  if grep -qxF "$what" "$T/must-fail"; then [ "$code" = 6 ] || fail "exit code $code, not 6 ($what)"; fi
  [ ! -e "$got/abc-2.txt" ] || same_file "$got/abc-2.txt" "$T/abc-2.txt"
  [ "$code" != 0 ] || same_file "$got/abc-2.txt" "$T/abc-2.txt"
  trusted_is_old_or_new "$state" "$what"
  expect 0 as "$who" pgclient status --json
  says '"ok":true'
  expect 0 as "$who" pgclient fetch abc latest --dir "$got"
  same_file "$got/abc-2.txt" "$T/abc-2.txt"
  [ "$(ls -A "$got")" = abc-2.txt ] || fail "left behind: $(ls -A "$got") ($what)"
  trusted_is_new "$state" "$what"
}
worker() {  # WORKER OF-HOW-MANY FILE-OF-CASES FUNCTION
  local call fault n path i=0
  OUT=$T/stdout$1 ERR=$T/stderr$1
  touch "$OUT" "$ERR"
  while read -r call fault n path; do
    i=$((i + 1)); [ $((i % $2)) = "$1" ] || continue
    "$4" "$1" "$call" "$fault" "$n" "$path"
  done <"$3"
}
all_cases() {  # FILE-OF-CASES FUNCTION: as many at once as there are processors
  local workers pids=() pid i
  workers=$(nproc)
  for i in $(seq 0 $((workers - 1))); do (trap - EXIT; worker "$i" "$workers" "$1" "$2") & pids+=($!); done
  for pid in "${pids[@]}"; do wait "$pid" || exit 1; done
}

step "D-03 kill -9, an I/O error, a full disk at each of these calls, close and rename among them"
all_cases "$T/cases" one_case

step "a full disk says so and leaves nothing"
cp -a "$T/home/fresh" "$T/home/full"; mkdir "$T/got-full"
full() { as full strace -f -qq -o /dev/null -e trace=write -e inject=write:error=ENOSPC:when=1+ pgclient fetch abc latest --dir "$T/got-full"; }
full >"$OUT" 2>"$ERR" </dev/null && fail "a full disk and no error"
[ -z "$(ls -A "$T/got-full")" ] || fail "left behind: $(ls -A "$T/got-full")"
expect 0 as full pgclient fetch abc latest --dir "$T/got-full"

step "D-01 kill -9 at each call that changes a file of a first set-up: the root or nothing, and the set-up can be repeated"
expect 0 as counted strace -f -qq -o "$T/trace" -e trace=%file,%desc pgclient init "$URL" --root-sha256 "$ROOT"
for call in openat write fsync renameat mkdir; do
  awk -v home="$T/home/counted" -v call="$call" '$2 ~ "^" call "\\(" { n++; if (index($0, home)) seen = 1 } index($0, home) { seen = 1 }
    seen && $2 ~ "^" call "\\(" { print call, "signal=SIGKILL", n }' "$T/trace"
done >"$T/init-cases"
[ "$(wc -l <"$T/init-cases")" -gt 30 ] || fail "a set-up of only $(wc -l <"$T/init-cases") calls"
one_set_up() {
  local who=new$1 code=0
  rm -rf "$T/home/$who"
  as "$who" strace -f -qq -o /dev/null -e trace="$2" -e inject="$2:$3:when=$4" pgclient init "$URL" --root-sha256 "$ROOT" \
    >"$OUT" 2>"$ERR" </dev/null || code=$?
  [ "$code" = 137 ] || fail "not killed ($2 $4)"
  local root=$T/home/$who/state/pg/client/playground/metadata/root.json
  [ ! -e "$root" ] || same_file "$root" "$NEW/metadata/root.json"
  expect 0 as "$who" pgclient init "$URL" --root-sha256 "$ROOT"
  trusted_is_new_set_up "$T/home/$who/state/pg/client/playground" "$2 $4"
}
trusted_is_new_set_up() {
  local name
  for name in root timestamp snapshot targets; do same_file "$1/metadata/$name.json" "$NEW/metadata/$name.json"; done
  [ -z "$(find "$1" -name '.*')" ] || fail "left behind: $(find "$1" -name '.*') ($2)"
}
echo "$(wc -l <"$T/init-cases") runs"
all_cases "$T/init-cases" one_set_up
