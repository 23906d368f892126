# D-09 The signer killed while it proposes, completes or follows a proposal: the repositories are old or new, nobody's signature is
# lost, and the command works again.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"

strace -qq -o /dev/null true 2>/dev/null || skip "strace cannot trace here"
new_world
new_key bob
clone bob
seq 1 100 >"$T/abc.txt"
folder=projects/ab/abc
hub() { git -C "$T/hub.git" "$@"; }
short_id() { hub for-each-ref --format='%(refname:lstrip=4)' refs/heads/sign/abc; }

# A story is every repository and home at one moment; again brings it back.
story=(hub.git alice bob home)
keep() { local one; rm -rf "$T/story"; mkdir "$T/story"; for one in "${story[@]}"; do cp -a "$T/$one" "$T/story/$one"; done; }
again() { local one; for one in "${story[@]}"; do rm -rf "${T:?}/$one"; cp -a "$T/story/$one" "$T/$one"; done; }

# Only pgsign's own calls: clone3 and vfork are where it starts the git program.
traced() { local who=$1 options=(); shift; while [ "$1" != -- ]; do options+=("$1"); shift; done; shift; as "$who" strace -qq "${options[@]}" pgsign -C "$T/$who" "$@"; }
calls_of() { local call=$1 who=$2; shift 2; traced "$who" -o "$T/trace" -e "trace=$call" -- "$@" >/dev/null 2>&1 </dev/null; grep -c "^$call(" "$T/trace" || true; }

healthy() {
  local one
  for one in hub.git alice bob; do
    find "$T/$one" -name '*.lock' -delete                              # as git and pgsign ask for after a kill
    git -C "$T/$one" fsck --strict --no-dangling >"$OUT" 2>"$ERR" || fail "git fsck of $one after $1"
  done
}

# A git program that pgsign had started goes on: it holds descriptor 9, for whose end cat waits.
# killed AT-MOST WHO COMMAND... -- CHECK: kill -9 at AT-MOST calls of each kind; the check runs the command again and looks.
killed() {
  local most=$1 who=$2 command=() call calls pace n; shift 2
  while [ "$1" != -- ]; do command+=("$1"); shift; done
  shift
  for call in rename renameat fsync write vfork clone3 unlink; do
    again
    calls=$(calls_of "$call" "$who" "${command[@]}")
    [ "$calls" -gt 0 ] || continue
    pace=$(( calls / most + 1 ))
    step "D-09 ${command[0]}: kill -9 at 1 in $pace of the $calls calls of $call"
    for n in $(seq 1 "$pace" "$calls"); do
      again
      traced "$who" -o /dev/null -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$n" -- "${command[@]}" 9>&1 >"$OUT" 2>"$ERR" </dev/null | cat || true
      healthy "$call $n"
      "$1" "$call $n"
    done
  done
  again
}

expect 0 by alice project create abc --owner "$(pubkey alice)" --maintainer "$(pubkey alice)" --maintainer "$(pubkey bob)" --release-threshold 2 --yes
expect 0 by alice push
expect 0 by bob sign "$(short_id)" --yes
git -C "$T/alice" fetch -q; git -C "$T/alice" reset -q --hard origin/main
git -C "$T/bob" fetch -q; git -C "$T/bob" reset -q --hard origin/main
expect 0 by alice release add abc 1.0.0 "$T/abc.txt" --yes

main=$(hub rev-parse main)
mine=$(git -C "$T/alice" rev-parse HEAD)
proposed() {
  expect 0 by alice push
  [ "$(hub rev-parse main) $(git -C "$T/alice" rev-parse HEAD)" = "$main $mine" ] || fail "a branch moved after $1"
  [ "$(hub rev-parse "sign/abc/$(short_id)")" = "$mine" ] || fail "the proposal is not there after $1"
}
keep
killed 3 alice push -- proposed

expect 0 by alice push
id=$(short_id)
here=$(git -C "$T/bob" rev-parse HEAD)
signed_by_both() {
  hub show "main:$folder/releases.json" >"$T/releases.json"
  [ "$(grep -o '"keyid"' "$T/releases.json" | wc -l)" = 2 ] || fail "main has not both signatures after $1"
  hub show "main:$folder/files/abc/1.0.0/abc.txt" | cmp -s - "$T/abc.txt" || fail "another file after $1"
  [ "$(git -C "$T/bob" rev-parse HEAD) $(git -C "$T/bob" status --porcelain)" = "$here " ] || fail "the checkout changed after $1"
}
completed() {
  if [ "$(hub rev-parse main)" = "$main" ]; then
    expect 0 by bob sign "$id" --yes
  else
    expect 0 by bob inbox --all                                        # main has it; a branch that is left shows nothing
    stdout_is "nothing waits for a signature"
  fi
  signed_by_both "$1"
}
keep
killed 3 bob sign "$id" --yes -- completed

expect 0 by bob sign "$id" --yes
followed() {
  expect 0 by alice push
  [ "$(git -C "$T/alice" rev-parse HEAD) $(git -C "$T/alice" status --porcelain)" = "$(hub rev-parse main) " ] || fail "main did not follow after $1"
}
keep
killed 3 alice push -- followed
echo "proposals_durability: all steps done"
