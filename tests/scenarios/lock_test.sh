# Versions, ranges, the lock file and --offline, with the real programs and a real web server; and what a lock is for: a
# second history that the same keys signed, a host that went back, another repository.
source "$(dirname "$0")/lib.sh"

new_world
seq 1 3000 >"$T/abc-1.txt"; seq 1 4000 >"$T/abc-2.txt"; seq 1 10 >"$T/doc.txt"; seq 1 20 >"$T/def.txt"
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" project create def --yes
expect 0 as alice pgsign -C "$T/alice" push
# The other history starts here: the same root, the same maintainer, another release 1.0.0.
cp -a "$T/hub.git" "$T/hub-2.git"; cp -a "$T/alice" "$T/alice-2"
git -C "$T/alice-2" remote set-url origin "$T/hub-2.git"
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0 "$T/abc-1.txt" "$T/doc.txt" --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.1.0 "$T/abc-2.txt" --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 2.0.0-rc.1 "$T/abc-2.txt" --yes
expect 0 as alice pgsign -C "$T/alice" release add def 0.3 "$T/def.txt" --yes
expect 0 as alice pgsign -C "$T/alice" release add def 0.2 "$T/doc.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
start_nginx "$T/site"
mkdir "$T/work"; cd "$T/work"
state=$T/home/.local/state/pg/client
expect 0 pgclient init "$URL" --root-sha256 "$ROOT"

step "versions: bare, newest first; marks on request; ranges"
expect 0 pgclient versions abc
stdout_is $'2.0.0-rc.1\n1.1.0\n1.0.0'
stderr_is "pgclient: 'latest' is 1.1.0; --long says what the others are"
expect 0 pgclient versions abc --long
stdout_is $'2.0.0-rc.1  pre-release\n1.1.0  latest\n1.0.0'
expect 0 pgclient versions abc '^1'
stdout_is $'1.1.0\n1.0.0'
expect 0 pgclient versions abc latest
stdout_is 1.1.0
expect 0 pgclient versions abc '>=2.0.0-rc.0' --json
[ "$(json versions.0.version) $(json versions.0.prerelease) $(json range)" = "2.0.0-rc.1 true >=2.0.0-rc.0" ] || fail "$(cat "$OUT")"
expect 3 pgclient versions abc '^3'
stderr_is "pgclient: error: abc has no version in '^3'; versions of abc: 2.0.0-rc.1, 1.1.0, 1.0.0
pgclient: hint: the nearest is 2.0.0-rc.1"
expect 2 pgclient versions abc '>=1,<<2'
says "a version after '<' is expected at character 6"
expect 3 pgclient versions nothing

step "fetch and info take ranges; a plain version is itself"
expect 0 pgclient fetch abc '>=1,<1.1' --dir ranges
same_file ranges/abc-1.txt "$T/abc-1.txt"
for range in '^1' '~1.1.0' '1.x' '1.1.*' '=1.1.0' '1.0.5 - 1.9' '9 || 1.1.0'; do
  expect 0 pgclient info abc "$range" --json
  [ "$(json version)" = 1.1.0 ] || fail "'$range' is $(json version)"
done
expect 3 pgclient fetch abc 1.1
says "'1.1.x' means the newest of them, now 1.1.0"
expect 0 pgclient fetch def 0.3 --dir ranges

step "lock: sorted, stable, written once; update keeps the range"
expect 2 pgclient lock
says "there is no 'pg.lock' to update"; says "pgclient lock PROJECT"
printf '{\n<<<<<<< HEAD\n' >pg.lock
expect 7 pgclient fetch --locked
says "'pg.lock' holds the marks of a merge conflict"; says "resolve the conflict"
expect 7 pgclient lock def
rm pg.lock
expect 3 pgclient fetch --locked
says "pgclient lock PROJECT makes one"
expect 0 pgclient lock def 'abc@>=1,<1.1'
says "added abc 1.0.0 (>=1,<1.1)"; says "added def 0.3 (latest)"
[ "$(grep -c '"sha256"' pg.lock)" = 3 ] || fail "$(cat pg.lock)"
grep -q "\"root_sha256\": \"$ROOT\"" pg.lock || fail "no root"
before=$(stat -c %i pg.lock)
expect 0 pgclient lock
says "unchanged abc 1.0.0 (>=1,<1.1)"
expect 0 pgclient lock abc def --json
[ "$(json changed) $(json written)" = "false false" ] || fail "$(cat "$OUT")"
[ "$(stat -c %i pg.lock)" = "$before" ] || fail "an equal lock was written again"
cp pg.lock pinned.lock
expect 0 pgclient lock 'abc@^1' --dry-run
says "updated abc 1.0.0 -> 1.1.0 (^1)"
same_file pg.lock pinned.lock
# The order of commands leaves no trace.
expect 0 pgclient lock 'abc@>=1,<1.1' --lock-file other.lock
expect 0 pgclient lock def --lock-file other.lock
same_file pg.lock other.lock
expect 0 pgclient lock --remove def --lock-file other.lock
says "removed def 0.3"
expect 3 pgclient fetch --locked def --lock-file other.lock
says "has no def"
expect 2 pgclient lock abc abc
expect 2 pgclient lock 'abc@^^1'
expect 2 pgclient fetch abc --lock-file pg.lock

step "fetch --locked: the very bytes, although there is something newer"
expect 0 pgclient fetch --locked --dir vendor
same_file vendor/abc-1.txt "$T/abc-1.txt"; same_file vendor/doc.txt "$T/doc.txt"; same_file vendor/def.txt "$T/def.txt"
absent vendor/abc-2.txt
expect 0 pgclient fetch --locked def --dir one --json
[ "$(ls one) $(json releases.0.version) $(json releases.0.files.0.fetched)" = "def.txt 0.3 true" ] || fail "$(cat "$OUT")"
expect 0 pgclient fetch --locked --dir vendor
says "already there, abc 1.0.0"
expect 2 pgclient fetch --locked -o file
says "2 releases are to be fetched, and --output names one file"
expect 3 pgclient fetch --locked ghi
expect 2 pgclient fetch --locked abc '^1'

step "two releases with a file of one name never overwrite each other"
expect 0 pgclient lock 'abc@1.0.0' 'def@0.2' --lock-file two.lock
expect 8 pgclient fetch --locked --lock-file two.lock --dir two
says "abc 1.0.0 and def 0.2 both have a file doc.txt"
absent two
expect 0 pgclient fetch --locked def --lock-file two.lock --dir two

step "--offline: no request at all, and what is missing is said"
offline() { strace -f -qq -e trace=network -o "$T/trace" pgclient "$@"; }
no_network() { ! grep -q AF_INET "$T/trace" || fail "asked: $(grep AF_INET "$T/trace" | head -3)"; }
expect 0 strace -f -qq -e trace=network -o "$T/trace" pgclient versions abc
grep -q AF_INET "$T/trace" || fail "this trace would not show a request"
for command in "fetch --locked --dir vendor" "list abc" "info abc 1.0.0" "versions abc ^1" "lock --dry-run"; do
  # shellcheck disable=SC2086
  expect 0 offline $command --offline
  says "offline: state of "
  no_network
done
expect 5 offline fetch abc --offline
says "not all of it is here, and --offline fetches nothing; missing: abc-2.txt"; says "run it without --offline"
no_network
absent abc-2.txt
rm vendor/def.txt
expect 5 pgclient fetch --locked --offline --dir vendor --json
[ "$(json releases.0.files.0.output) $(json error.code)" = "vendor/abc-1.txt network" ] || fail "$(cat "$OUT")"
says "vendor/def.txt"
echo changed >vendor/doc.txt
for force in "" --force; do
  # shellcheck disable=SC2086
  expect 5 pgclient fetch --locked --offline --dir vendor $force
  says "missing: vendor/doc.txt (with other content), vendor/def.txt"
  [ "$(cat vendor/doc.txt)" = changed ] || fail "written offline"
done
expect 8 pgclient fetch --locked --dir vendor
says "is there already, with other content"
absent vendor/def.txt
rm -r vendor
# With the server gone nothing changes.
kill "$SERVER"; wait "$SERVER" 2>/dev/null || true
expect 0 pgclient versions abc --offline
expect 5 pgclient versions abc

step "another machine, the same root, another history: the lock is what tells"
git clone -q --bare "$T/hub-2.git" "$T/pub-2.git"
seq 5 3000 >"$T/evil.txt"
mkdir "$T/evil"; cp "$T/evil.txt" "$T/evil/abc-1.txt"
expect 0 with_key_of alice pgsign -C "$T/alice-2" release add abc 1.0.0 "$T/evil/abc-1.txt" "$T/doc.txt" --yes
expect 0 with_key_of alice pgsign -C "$T/alice-2" push
git -C "$T/pub-2.git" fetch -q "$T/hub-2.git" '+refs/heads/*:refs/heads/*'
expect 0 as online pgpublish publish --repository "$T/pub-2.git" --to "$T/site-2" --root-sha256 "$ROOT" \
  --online-key "$T/home/online/config/pg/keys/online.key" --first
second() { XDG_STATE_HOME=$T/second "$@"; }
expect 0 second pgclient init "file://$T/site-2" --root-sha256 "$ROOT"
expect 0 second pgclient versions abc
stdout_is 1.0.0
mkdir second; cp pg.lock second; cd second
expect 10 second pgclient fetch --locked abc
says "abc/abc/1.0.0/abc-1.txt is not what 'pg.lock' says"
says "$(sha256sum <"$T/abc-1.txt" | cut -c1-64)"; says "$(sha256sum <"$T/evil.txt" | cut -c1-64)"
expect 10 second pgclient fetch --locked def
says "has def 0.3, which is not in the repository any more"
expect 10 second pgclient lock abc
says "a release never changes"
same_file pg.lock ../pinned.lock
absent abc-1.txt doc.txt def.txt

step "a lock of another root, or of a newer one than is to be had, is refused"
sed "s/$ROOT/$(printf 'a%.0s' {1..64})/" ../pinned.lock >pg.lock
expect 10 second pgclient fetch --locked
says "no repository here has it"
expect 14 env XDG_STATE_HOME="$T/third" pgclient fetch --locked
says "pgclient init URL --root-sha256 aaaa"
sed 's/"root_version": 1/"root_version": 2/' ../pinned.lock >pg.lock
expect 12 second pgclient fetch --locked abc
says "made under version 2 of the root"
sed 's/"length"/"lenght"/' ../pinned.lock >pg.lock
expect 7 second pgclient fetch --locked
says "lenght is no member that this pgclient knows"
absent abc-1.txt doc.txt def.txt
echo "locked, fetched, refused"
