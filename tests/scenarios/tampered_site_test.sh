# A served tree with any single file missing, truncated, swapped or expired: the client refuses, writes nothing, keeps what
# it trusted, and fetches again when the tree is whole.
source "$(dirname "$0")/lib.sh"

new_world
printf 'abc one\n' >"$T/abc-1.txt"
printf 'abc two\n' >"$T/abc-2.txt"
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0 "$T/abc-1.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
cp -a "$T/site" "$T/site-1"
# nginx makes its tags of size and second: the two publications must not share theirs when they are exchanged below.
touch -d '1 hour ago' "$T/site-1/metadata/timestamp.json"
expect 0 as alice pgsign -C "$T/alice" release add abc 2.0.0 "$T/abc-2.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
cp -a "$T/site" "$T/site-2"
start_nginx "$T/site"

# A client that has trusted the first publication, and a fresh one: both must fail closed.
rm -rf "$T/site"; cp -a "$T/site-1" "$T/site"
expect 0 as old pgclient init "$URL" --root-sha256 "$ROOT"
rm -rf "$T/site"; cp -a "$T/site-2" "$T/site"
expect 0 as new pgclient init "$URL" --root-sha256 "$ROOT"
# The second publication has the same targets.json: without it the client has to ask for that one, too.
rm "$T"/home/old/state/pg/client/*/metadata/targets.json
cp -a "$T/home/old" "$T/home/old-kept"

needed() {  # the files that a fetch of abc latest reads
  (cd "$T/site-2" && ls metadata/timestamp.json metadata/*.snapshot.json metadata/*.targets.json metadata/*.blocked.json \
    metadata/*.claimed.json metadata/*.new.json metadata/*.abc.json metadata/*.abc.rel.json targets/abc/abc/2.0.0/* |
    sort -V | awk -F/ '{ name = $NF; sub(/^[0-9]+\./, "", name); last[$1 "/" name] = $0 } END { for (k in last) print last[k] }' | sort)
}
restore() { rm -rf "$T/site"; cp -a "$T/site-2" "$T/site"; rm -rf "$T/home/old"; cp -a "$T/home/old-kept" "$T/home/old"; }
fetch_as_old() { as old pgclient fetch abc latest -o "$T/got" --json; }

refused() {  # WHAT: the fetch fails with a code of its own kind, one JSON document, nothing written, old state kept
  local got=0
  as old pgclient fetch abc latest -o "$T/got" --json >"$OUT" 2>"$ERR" </dev/null || got=$?
  case $got in 3|5|10|11|12) ;; *) fail "$1: exit code $got" ;; esac
  [ "$(json ok)" = false ] || fail "$1: ok is not false"
  [ "$(json error.exit)" = "$got" ] || fail "$1: error.exit is not $got"
  absent "$T/got"
  [ -z "$(find "$T" -maxdepth 1 -name '.got*')" ] || fail "$1: a temporary file is left"
}
recovers() {
  rm -rf "$T/site"; cp -a "$T/site-2" "$T/site"
  expect 0 fetch_as_old
  same_file "$T/got" "$T/abc-2.txt"
  rm -f "$T/got"
}

for file in $(needed); do
  step "$file missing"
  restore; rm "$T/site/$file"
  refused "$file missing"; recovers

  step "$file truncated"
  restore; size=$(stat -c %s "$T/site/$file"); truncate -s $((size / 2)) "$T/site/$file"
  refused "$file truncated"; recovers

  step "$file empty"
  restore; : >"$T/site/$file"
  refused "$file empty"; recovers

  step "$file with one byte changed"
  restore; printf '~' | dd of="$T/site/$file" bs=1 seek=$((size / 2)) conv=notrunc status=none
  refused "$file changed"; recovers
done

step "roles swapped with each other (for a client that has none of the delegated ones yet)"
cp -a "$T/home/new" "$T/home/new-kept"
snapshot=$(cd "$T/site-2" && ls metadata/*.snapshot.json | sort -V | tail -n 1)
releases=$(cd "$T/site-2" && ls metadata/*.abc.rel.json | sort -V | tail -n 1)
owners=metadata/1.abc.json
for pair in "$snapshot:metadata/timestamp.json" "$owners:$releases" "metadata/1.blocked.json:metadata/1.claimed.json"; do
  restore
  rm -rf "$T/home/old"; cp -a "$T/home/new-kept" "$T/home/old"
  cp "$T/site-2/${pair%:*}" "$T/site/${pair#*:}"; cp "$T/site-2/${pair#*:}" "$T/site/${pair%:*}"
  refused "$pair"; recovers
done

step "releases served as the owners of the same project (same key, same version): no way back to an older list"
restore
rm -rf "$T/home/old"; cp -a "$T/home/new-kept" "$T/home/old"
created=$(git -C "$T/alice" log --format=%H --diff-filter=A -- projects/ab/abc/releases.json)
git -C "$T/alice" show "$created:projects/ab/abc/releases.json" >"$T/site/metadata/1.abc.json"
refused "releases as owners"
[ "$(json error.exit)" = 10 ] || fail "not a verification failure"
recovers

step "the second file served as the first (same length)"
restore
cp "$T"/site-2/targets/abc/abc/1.0.0/* "$(echo "$T"/site/targets/abc/abc/2.0.0/*)"
refused "swapped target"
[ "$(json error.exit)" = 10 ] || fail "not a verification failure"
recovers

step "an older timestamp, after a newer one was seen (rollback)"
restore
expect 0 fetch_as_old; rm -f "$T/got"
rm -rf "$T/site"; cp -a "$T/site-1" "$T/site"
refused "rollback"
[ "$(json error.exit)" = 12 ] || fail "not a rollback: $(json error.exit)"
rm -rf "$T/site"; cp -a "$T/site-2" "$T/site"
expect 0 fetch_as_old; rm -f "$T/got"

step "everything expired: ten days and two years later"
restore
expect 11 as old faketime -f +10d pgclient fetch abc latest -o "$T/got"
says "timestamp.json"
absent "$T/got"
expect 11 as old faketime -f +2y pgclient fetch abc latest -o "$T/got"
absent "$T/got"

step "no network: nothing was changed"
before=$(fingerprint "$T/home/old")
kill "$SERVER"; wait "$SERVER" 2>/dev/null || true
expect 5 as old pgclient fetch abc latest -o "$T/got"
absent "$T/got"
[ "$(fingerprint "$T/home/old")" = "$before" ] || fail "the trusted state changed"
echo "every single file: refused, and healed afterwards"
