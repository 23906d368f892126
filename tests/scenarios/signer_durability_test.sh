# D-09 The signer killed, or its disk full, at every write: a key file and a branch are old or new, and the command works again.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"

strace -qq -o /dev/null true 2>/dev/null || skip "strace cannot trace here"
new_world
seq 1 50000 >"$T/abc.txt"
expect 0 by alice project create abc --yes
mkdir "$T/story"; mv "$T/alice" "$T/story/repository"; cp -a "$T/home" "$T/story/home"

again() { rm -rf "$T/alice" "$T/home"; cp -a "$T/story/repository" "$T/alice"; cp -a "$T/story/home" "$T/home"; }
release() { by alice release add abc 1.0.0 "$T/abc.txt" --yes; }
new() { as alice pgsign key new second --no-passphrase; }
# traced OPTIONS... -- COMMAND of pgsign
traced() { local options=(); while [ "$1" != -- ]; do options+=("$1"); shift; done; shift; as alice strace -f -qq "${options[@]}" "$@"; }
calls_of() { local call=$1; shift; traced -o "$T/trace" -e "trace=$call" -- "$@" >/dev/null 2>&1 </dev/null; grep -c "$call(" "$T/trace" || true; }
inject() { local call=$1 what=$2 n=$3; shift 3; traced -o /dev/null -e "trace=$call" -e "inject=$call:$what:when=$n" -- "$@" >"$OUT" 2>"$ERR" </dev/null || true; }
add=(pgsign -C "$T/alice" release add abc 1.0.0 "$T/abc.txt" --yes)
old=$(git -C "$T/story/repository" rev-parse main)

check_branch() {  # old and whole, or new and whole; and then the command gets there
  local now
  now=$(git -C "$T/alice" rev-parse main)
  git -C "$T/alice" fsck --strict --no-dangling >"$OUT" 2>"$ERR" || fail "git fsck after $1"
  rm -f "$T/alice"/.git/*.lock "$T/alice"/.git/refs/heads/*.lock        # as git and pgsign ask for after a kill
  if [ "$now" = "$old" ]; then
    expect 0 release
  else
    git -C "$T/alice" show "main:projects/ab/abc/files/abc/1.0.0/abc.txt" | cmp -s - "$T/abc.txt" || fail "another file after $1"
    git -C "$T/alice" reset -q --hard
    expect 0 by alice status abc --json
    [ "$(json verdict) $(json releases.0.version)" = "accepted 1.0.0" ] || fail "status after $1"
  fi
  [ -z "$(find "$T/alice/.git" -name 'pg-staged-*')" ] || fail "a staged file is left after $1"
}

# moved CALL COUNT: which call moves a file into place depends on the C library; some such call there must be.
moves=0
moved() { case $1 in rename* | link*) moves=$((moves + $2)) ;; *) [ "$2" -gt 0 ] || fail "no $1" ;; esac; }

for call in rename link fsync write unlink; do
  again
  calls=$(calls_of "$call" "${add[@]}")
  moved "$call" "$calls"
  pace=$(( calls / 25 + 1 ))
  step "D-09 release add: kill -9 at 1 in $pace of the $calls calls of $call"
  for n in $(seq 1 "$pace" "$calls") $calls; do
    again
    inject "$call" signal=SIGKILL "$n" "${add[@]}"
    check_branch "kill at $call $n"
  done
done
[ "$moves" -gt 0 ] || fail "nothing was moved into place"

for fault in write:error=ENOSPC rename:error=EIO; do
  call=${fault%%:*}
  again
  calls=$(calls_of "$call" "${add[@]}")
  [ "$calls" -gt 0 ] || fail "no $call"
  pace=$(( calls / 25 + 1 ))
  step "release add: $fault at 1 in $pace of the $calls calls"
  for n in $(seq 1 "$pace" "$calls"); do
    again
    inject "$call" "${fault#*:}" "$n" "${add[@]}"
    check_branch "$fault $n"
  done
done

moves=0
for call in renameat renameat2 linkat write fsync; do
  again
  calls=$(calls_of "$call" pgsign key new second --no-passphrase)
  moved "$call" "$calls"
  step "D-09 key new: kill -9 at each of $calls calls of $call"
  for n in $(seq 1 "$calls"); do
    again
    inject "$call" signal=SIGKILL "$n" pgsign key new second --no-passphrase
    if [ -e "$T/home/alice/config/pg/keys/second.key" ]; then
      expect 0 as alice pgsign key show second
    else
      expect 0 new
    fi
    [ -s "$T/home/alice/config/pg/keys/second.pub" ] || fail "no public half after $call $n"
    expect 0 as alice pgsign -C "$T/alice" project create second --key second --dry-run
  done
done
[ "$moves" -gt 0 ] || fail "nothing was moved into place"
