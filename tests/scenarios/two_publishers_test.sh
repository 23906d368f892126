# Timestamp, snapshot and new are signed by two publishers, each with its own key, its own clone, its own tree. Neither can publish
# alone; both make the same bytes; whoever has taken over one of them and the web host gets nothing accepted.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"

new_key admin one two alice
as admin pgsign init "$T/admin" --name playground --online "$(pubkey one)" --online "$(pubkey two)" --timestamp-threshold 2 \
  --snapshot-threshold 2 --registrar-threshold 2 --yes --json >"$OUT" 2>"$ERR" || fail "init"
ROOT=$(json root_sha256)
git init -q --bare "$T/hub.git"
git -C "$T/admin" remote add origin "$T/hub.git"
git -C "$T/admin" push -q -u origin main
clone alice
mkdir "$T/exchange"
for who in one two; do git clone -q --bare "$T/hub.git" "$T/$who.git"; done

fetch() { git -C "$T/$1.git" fetch -q "$T/hub.git" '+refs/heads/*:refs/heads/*'; }
run() {  # WHO OPTION...: that publisher's job
  local who=$1; shift
  as "$who" pgpublish publish --repository "$T/$who.git" --to "$T/site-$who" --root-sha256 "$ROOT" \
    --online-key "$T/home/$who/config/pg/keys/$who.key" --exchange "$T/exchange" --memory "$T/memory-$who" "$@"
}
waits() { expect 20 run "$@"; says "waits for another publisher"; }
# together OPTION...: one after the other until both trees have it; says how often each ran.
together() {
  local turn
  fetch one; fetch two
  for turn in 1 2 3 4 5 6; do
    run one "$@" >"$OUT" 2>"$ERR" </dev/null || [ $? = 20 ] || fail "publisher one"
    run two "$@" >"$OUT" 2>"$ERR" </dev/null || [ $? = 20 ] || fail "publisher two"
    [ ! -e "$T/site-one/metadata/timestamp.json" ] || ! cmp -s "$T/site-one/metadata/timestamp.json" "$T/site-two/metadata/timestamp.json" ||
      [ "$(sha256sum <"$T/site-one/metadata/timestamp.json")" = "$before" ] || return 0
  done
  fail "no publication after six turns"
}
release() {
  echo "abc $1" >"$T/abc-$1.txt"
  expect 0 as alice pgsign -C "$T/alice" release add abc "$1" "$T/abc-$1.txt" --yes
  expect 0 as alice pgsign -C "$T/alice" push
}
state() { before=$(sha256sum <"$T/site-one/metadata/timestamp.json" 2>/dev/null || true); }

expect 0 as alice pgsign -C "$T/alice" project create abc --yes
release 1.0.0
fetch one; fetch two

step "one alone publishes nothing, with or without the exchange"
expect 4 as one pgpublish publish --repository "$T/one.git" --to "$T/site-one" --root-sha256 "$ROOT" --first \
  --online-key "$T/home/one/config/pg/keys/one.key"
says "role new needs 2 of the keys"
expect 2 as one pgpublish publish --repository "$T/one.git" --to "$T/site-one" --root-sha256 "$ROOT" --exchange "$T/exchange" \
  --online-key "$T/home/one/config/pg/keys/one.key"
stderr_is "pgpublish: error: --exchange and --memory belong together"
waits one --first; says "role new is not signed by"
waits one --first
absent "$T/site-one/metadata/timestamp.json"

step "in turn: new, snapshot, timestamp; both trees are the same, byte for byte"
waits two --first; says "role snapshot is not signed by"
waits one --first; says "role timestamp is not signed by"
expect 0 run two --first
expect 0 run one --first
rm -f "$T"/site-*/.publish.lock
diff -r "$T/site-one" "$T/site-two" >"$OUT" || fail "the trees differ"
start_nginx "$T/site-two"
expect 0 as reader pgclient init "$URL" --root-sha256 "$ROOT"
expect 0 as reader pgclient fetch abc 1.0.0 -o "$T/got-1"
same_file "$T/got-1" "$T/abc-1.0.0.txt"
expect 0 run one; says "nothing to publish"
expect 0 run two; says "nothing to publish"

step "a release: the next rounds, whoever begins"
release 2.0.0
fetch one; fetch two
waits two; waits one
expect 0 run two
expect 0 run one
same_file "$T/site-one/metadata/timestamp.json" "$T/site-two/metadata/timestamp.json"
expect 0 as reader pgclient fetch abc 2.0.0 -o "$T/got-2"

# propose COMMIT TIME: a round like whoever can write into the exchange makes it.
next_round() {
  round=$(($(ls "$T/exchange" | sort -n | tail -n 1) + 1))
  previous=$(sha256sum <"$T/site-one/metadata/timestamp.json" | cut -c1-64)
}
propose() {  # COMMIT TIME
  mkdir -p "$T/exchange/$round"
  printf '{"commit":"%s","number":%s,"previous":"%s","time":"%s"}' "$1" "$round" "$previous" "$2" >"$T/exchange/$round/round.json"
}

step "news cannot be held back: the next publication has what the other publisher knew at the last one"
release 2.1.0
fetch two
old=$(git -C "$T/hub.git" rev-parse main)
waits two
release 2.2.0
fetch one
waits one
expect 0 run two
expect 0 run one
next_round
propose "$old" "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
waits one
says "round $round is not signed here: it leaves out commit $(git -C "$T/hub.git" rev-parse --short=8 main), which was here before the last publication"
fetch two
waits two
expect 0 run one
expect 0 run two
expect 0 as reader pgclient fetch abc 2.2.0 -o "$T/got-2.2"

step "a round that nobody completed within a day is passed over"
next_round
propose "$(git -C "$T/hub.git" rev-parse main)" "$(date -u -d '-2 days' +%Y-%m-%dT%H:%M:%SZ)"
waits one
says "round $round is not signed here: it is more than a day old"
expect 0 run two   # nothing but the timestamp: its two signatures are there
expect 0 run one
same_file "$T/site-one/metadata/timestamp.json" "$T/site-two/metadata/timestamp.json"
[ "$(grep -o '"version":[0-9]*' "$T/site-one/metadata/timestamp.json" | tail -n 1)" = "\"version\":$((round + 1))" ] || fail "the number was not left out"

# --- Publisher two is taken over, with its key, the exchange and the web host ---------------------------------------------
cp -r "$T/site-two" "$T/good-site"; cp -r "$T/two.git" "$T/good-two.git"; cp "$T/memory-two" "$T/good-memory"
left_by_one() { find "$T/exchange" -name "*.$(key_id one).sig" | wc -l; }
trusted() { find "$T/home/reader/state" -path '*metadata*' -name '*.json' -print0 | sort -z | xargs -0r sha256sum; }
reset_two() {
  rm -rf "$T/site-two" "$T/two.git"
  cp -r "$T/good-site" "$T/site-two"; cp -r "$T/good-two.git" "$T/two.git"; cp "$T/good-memory" "$T/memory-two"
}

step "a release that its maintainers did not sign: publisher one leaves no signature"
signatures=$(left_by_one)
[ "$signatures" -gt 0 ] || fail "publisher one left no signature before"
git clone -q "$T/two.git" "$T/evil"
echo evil >>"$T/evil/projects/ab/abc/files/abc/1.0.0/abc-1.0.0.txt"
git -C "$T/evil" commit -qam "evil"
evil=$(git -C "$T/evil" rev-parse HEAD)
git -C "$T/two.git" fetch -q "$T/evil" '+refs/heads/main:refs/heads/main'
next_round
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
propose "$evil" "$now"
expect 3 run one
says "is about commit ${evil:0:8}, which this repository does not have"
git -C "$T/one.git" fetch -q "$T/evil" main
expect 10 run one
says "which is not in the history of"
git -C "$T/one.git" update-ref refs/heads/main "$evil"
expect 10 run one
says "a released file never changes"
git -C "$T/one.git" update-ref refs/heads/main "$(git -C "$T/hub.git" rev-parse main)"
[ "$(left_by_one)" = "$signatures" ] || fail "publisher one signed"

step "files that would be valid for a year: not signed either"
head=$(git -C "$T/hub.git" rev-parse main)
propose "$head" "$(date -u -d '+1 year' +%Y-%m-%dT%H:%M:%SZ)"
expect 10 run one
says "days from now"
[ "$(left_by_one)" = "$signatures" ] || fail "publisher one signed"

step "two contents for one number: the second is not signed, a new number is proposed"
propose "$head" "$now"
waits one
grep -q "\"number\":$round" "$T/memory-one" || fail "not remembered"
propose "$head" "$(date -u -d '-1 hour' +%Y-%m-%dT%H:%M:%SZ)"
waits one
says "round $round is not signed here: something else was signed here for number $round"
[ -e "$T/exchange/$((round + 1))/round.json" ] || fail "no new proposal"

step "what one key makes alone is served: clients refuse it and keep what they have, and ask for nothing below it"
node - "$T/site-two/metadata/timestamp.json" "$(key_id two)" <<'NODE'
const fs = require("fs"), [file, key] = process.argv.slice(2);
const signed = JSON.parse(fs.readFileSync(file));
signed.signatures = signed.signatures.filter((one) => one.keyid === key);
fs.writeFileSync(file, JSON.stringify(signed));
NODE
before=$(trusted); [ -n "$before" ] || fail "nothing is trusted"
log=$(ls -d "$T"/nginx.*)/access.log; asked=$(wc -l <"$log")
expect 10 as reader pgclient fetch abc -o "$T/got-3"
says "timestamp"
absent "$T/got-3"
[ "$(trusted)" = "$before" ] || fail "what is trusted changed"
[ "$(tail -n +$((asked + 1)) "$log" | grep -oE 'GET [^ ]+' | sort -u)" = "GET /metadata/2.root.json
GET /metadata/timestamp.json" ] || fail "something below the timestamp was asked for: $(cat "$log")"
expect 10 as fresh pgclient init "$URL" --root-sha256 "$ROOT"

step "the honest one goes on with its new partner's tree, and everybody is served again"
reset_two
fetch two
release 3.0.0
state; together   # what was proposed before is finished first
state; together
expect 0 as reader pgclient fetch abc 3.0.0 -o "$T/got-5"
same_file "$T/got-5" "$T/abc-3.0.0.txt"
