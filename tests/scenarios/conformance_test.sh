# pgclient-conformance as the public conformance suite runs it: exit codes, files, modification times, and every request.
source "$(dirname "$0")/lib.sh"

META=$T/meta GOT=$T/got
client() { pgclient-conformance --metadata-dir "$META" "$@"; }
refresh() { client --metadata-url "$URL/${1-}metadata/" refresh; }
download() {  # REPOSITORY/ TARGET...
  local repository=$1 names=() target
  shift
  for target in "$@"; do names+=(--target-name "$target"); done
  client --metadata-url "$URL/${repository}metadata" "${names[@]}" --target-dir "$GOT" --target-base-url "$URL/${repository}targets/" download
}
begin() { rm -rf "$META" "$GOT"; mkdir "$META" "$GOT"; expect 0 client init "$1"; forget_requests; }

# What nginx was asked since the last forget_requests, whole request lines. One worker writes its log in order, so what came
# before the marker is there once the marker is.
forget_requests() { requests >/dev/null; : >"$T"/nginx.*/access.log; }
requests() {
  local log
  log=$(echo "$T"/nginx.*/access.log)
  curl -s -o /dev/null "$URL/marker"
  until grep -q '"GET /marker ' "$log"; do sleep 0.01; done
  sed -n 's|^[^"]*"\([^"]*\)" \([0-9]*\) .*|\1 \2|p' "$log" | grep -v '^GET /marker ' || true
}
asked() {  # NAME...: exactly these since the last time, "/path" or "/path 404", in order
  local line want=''
  for line in "$@"; do
    case $line in *' '*) want+="GET ${line% *} HTTP/1.1 ${line##* }"$'\n' ;; *) want+="GET $line HTTP/1.1 200"$'\n' ;; esac
  done
  [ "$(requests)" = "${want%$'\n'}" ] || fail "asked for:"$'\n'"$(requests)"$'\n'"instead of:"$'\n'"$want"
  forget_requests
}
keeps() {  # NAME...: the .json files of the metadata folder, in the order of ls
  [ "$(cd "$META" && ls -A | grep '\.json$' | tr '\n' ' ')" = "$* " ] || fail "kept: $(ls -A "$META")"
}
got_names() { [ "$(ls -A "$GOT" | tr '\n' ' ')" = "${*:+$* }" ] || fail "the target folder holds: $(ls -A "$GOT")"; }

new_world
printf 'abc one\n' >"$T/abc-1.txt"
printf 'abc two\n' >"$T/abc-2.txt"
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0 "$T/abc-1.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
mkdir "$T/www"
mv "$T/site" "$T/www/ours"
ln -s www/ours "$T/site"
start_nginx "$T/www"
one=abc/abc/1.0.0/abc-1.txt
sum() { sha256sum <"$1" | cut -c1-64; }

step "init: the folder holds the root and nothing was asked for"
begin "$T/site/metadata/1.root.json"
keeps root.json
same_file "$META/root.json" "$T/site/metadata/1.root.json"
asked

step "init: no root file, a damaged one, one that nobody signed: exit 1, nothing to trust, nothing asked for"
rm -rf "$META"
expect 1 client init "$T/no-such-file"
expect 1 client init "$T/abc-1.txt"
sed 's/"sig":"../"sig":"00/' "$T/site/metadata/1.root.json" >"$T/unsigned.json"
expect 1 client init "$T/unsigned.json"
says "by its own keys"
expect 1 refresh ours/
says "no trusted root"
asked

step "refresh: every file once, in the order of the specification; kept byte for byte as received"
begin "$T/site/metadata/1.root.json"
expect 0 refresh ours/
asked '/ours/metadata/2.root.json 404' /ours/metadata/timestamp.json /ours/metadata/1.snapshot.json /ours/metadata/1.targets.json
keeps root.json snapshot.json targets.json timestamp.json
for role in timestamp 1.snapshot 1.targets; do same_file "$META/${role#*.}.json" "$T/site/metadata/$role.json"; done

step "refresh again: nothing but the two questions; nothing rewritten"
before=$(stat -c %Y%y "$META"/*.json)
expect 0 refresh ours/
asked '/ours/metadata/2.root.json 404' /ours/metadata/timestamp.json
[ "$(stat -c %Y%y "$META"/*.json)" = "$before" ] || fail "a trusted file was written again"

step "download: refreshes, asks for the roles on the way, puts the file into the flat target folder"
begin "$T/site/metadata/1.root.json"
expect 0 download ours/ $one
asked '/ours/metadata/2.root.json 404' /ours/metadata/timestamp.json /ours/metadata/1.snapshot.json /ours/metadata/1.targets.json \
  /ours/metadata/1.blocked.json /ours/metadata/1.claimed.json /ours/metadata/1.new.json /ours/metadata/1.abc.json \
  /ours/metadata/2.abc.rel.json "/ours/targets/abc/abc/1.0.0/$(sum "$T/abc-1.txt").abc-1.txt"
got_names abc%2Fabc%2F1.0.0%2Fabc-1.txt
same_file "$GOT/abc%2Fabc%2F1.0.0%2Fabc-1.txt" "$T/abc-1.txt"
keeps abc.json abc.rel.json blocked.json claimed.json new.json root.json snapshot.json targets.json timestamp.json

step "download again: not asked for, not touched; put right when somebody changed it"
before=$(stat -c %y "$GOT"/*)
expect 0 download ours/ $one
asked '/ours/metadata/2.root.json 404' /ours/metadata/timestamp.json
[ "$(stat -c %y "$GOT"/*)" = "$before" ] || fail "the target was written again"
printf 'abc 0ne\n' >"$GOT/abc%2Fabc%2F1.0.0%2Fabc-1.txt"
expect 0 download ours/ $one
asked '/ours/metadata/2.root.json 404' /ours/metadata/timestamp.json "/ours/targets/abc/abc/1.0.0/$(sum "$T/abc-1.txt").abc-1.txt"
same_file "$GOT/abc%2Fabc%2F1.0.0%2Fabc-1.txt" "$T/abc-1.txt"

step "a new release: only what changed is asked for; several targets share one refresh; the first failure ends it"
expect 0 as alice pgsign -C "$T/alice" release add abc 2.0.0 "$T/abc-2.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
two=abc/abc/2.0.0/abc-2.txt
expect 1 download ours/ $one $two nothing $one
says "the repository has no target 'nothing'"
asked '/ours/metadata/2.root.json 404' /ours/metadata/timestamp.json /ours/metadata/2.snapshot.json /ours/metadata/3.abc.rel.json \
  "/ours/targets/abc/abc/2.0.0/$(sum "$T/abc-2.txt").abc-2.txt"
got_names abc%2Fabc%2F1.0.0%2Fabc-1.txt abc%2Fabc%2F2.0.0%2Fabc-2.txt
expect 1 download ours/ nothing $one

step "other bytes on the host, or none: exit 1, one request, the target folder is as before"
rm "$GOT/abc%2Fabc%2F2.0.0%2Fabc-2.txt"
served=$T/site/targets/abc/abc/2.0.0/$(sum "$T/abc-2.txt").abc-2.txt
chmod u+w "$served"; printf 'abc 2wo\n' >"$served"
forget_requests
expect 1 download ours/ $two
rm -f "$served"
expect 1 download ours/ $two
url=/ours/targets/abc/abc/2.0.0/$(sum "$T/abc-2.txt").abc-2.txt
asked '/ours/metadata/2.root.json 404' /ours/metadata/timestamp.json "$url" '/ours/metadata/2.root.json 404' /ours/metadata/timestamp.json "$url 404"
got_names abc%2Fabc%2F1.0.0%2Fabc-1.txt

step "under faketime: expired in a year, exit 1, what was trusted stays; good again today"
trusted=$(fingerprint "$META")
expect 1 faketime '2 years' pgclient-conformance --metadata-dir "$META" --metadata-url "$URL/ours/metadata/" refresh
says "expired at"
asked '/ours/metadata/2.root.json 404'
[ "$(fingerprint "$META")" = "$trusted" ] || fail "an expired refresh changed what is trusted"
expect 0 refresh ours/

step "timestamp.json missing: exit 1, not asked for twice"
forget_requests
mv "$T/site/metadata/timestamp.json" "$T/timestamp.json"
expect 1 refresh ours/
asked '/ours/metadata/2.root.json 404' '/ours/metadata/timestamp.json 404'
mv "$T/timestamp.json" "$T/site/metadata/timestamp.json"

step "a wrong command line is exit 1, too"
expect 1 pgclient-conformance
expect 1 client
expect 1 client refresh
says "option '--metadata-url' is missing"
expect 1 client --metadata-url "$URL" download
expect 1 client --metadata-url "$URL" --target-name a --target-dir "$GOT" download
expect 1 client --metadata-url "$URL" update
expect 1 pgclient-conformance --metadata-url "$URL" refresh
expect 0 pgclient-conformance --help
expect 0 client init "$T/site/metadata/1.root.json"
expect 0 pgclient-conformance refresh --metadata-url="$URL/ours/metadata" --metadata-dir="$META"

step "a folder that its maker's umask left open becomes its user's alone"
rm -rf "$META"; mkdir -m 777 "$META"
expect 0 client init "$T/site/metadata/1.root.json"
expect 0 refresh ours/

step "no server; one that closes without an answer; one that is broken: exit 1, each asked once"
cat >"$T/broken.js" <<'JS'
const fs = require("fs");
const server = require("http").createServer((request, reply) => {
  fs.appendFileSync(process.argv[2], `${request.method} ${request.url}\n`);
  if (request.url.startsWith("/close")) return request.socket.destroy();
  reply.statusCode = 503;
  reply.setHeader("Retry-After", "0");
  reply.end();
});
server.listen(0, "127.0.0.1", () => fs.writeFileSync(process.argv[3], `${server.address().port}\n`));
JS
node "$T/broken.js" "$T/broken.log" "$T/broken.port" &
BACKGROUND+=($!)
until [ -s "$T/broken.port" ]; do sleep 0.05; done
broken=http://127.0.0.1:$(cat "$T/broken.port")
expect 1 client --metadata-url "$broken/close" refresh
expect 1 client --metadata-url "$broken/busy" refresh
expect 1 client --metadata-url http://127.0.0.1:1/metadata refresh
[ "$(cat "$T/broken.log")" = $'GET /close/2.root.json\nGET /busy/2.root.json' ] || fail "asked for: $(cat "$T/broken.log")"

repositories=${PG_INTEROP:-$PG_SOURCE/../shared/interop}
if [ ! -d "$repositories" ]; then
  echo "SKIPPED from here on: there are no repositories of other tools in $repositories (set PG_INTEROP)"
  exit 0
fi
cp -r "$repositories/." "$T/www"
chmod -R u+w,a+rX "$T/www"
cd "$T/www"
served() { printf '/%s' "$1"; }  # PATTERN: the one file below the web server's root that it stands for
# REPOSITORY ROOT FAKETIME: starts over with its root; runs at that time from here on.
begin_with() { begin "$T/www/$1/$2"; NOW=$3; }
at_its_time() { local command=$1; shift; URL=$URL META=$META GOT=$GOT faketime "$NOW" bash -c "$(declare -f client refresh download); $command \"\$@\"" "$command" "$@"; }

step "tuf-on-ci 0.11 at the time when it was made: ECDSA, a delegated role, empty signatures beside good ones"
begin_with tuf-on-ci-0.11 initial_root.json "$(cat "$T/www/tuf-on-ci-0.11/faketime")"
expect 0 at_its_time refresh tuf-on-ci-0.11/
expect 0 at_its_time download tuf-on-ci-0.11/ "$(cat "$T/www/tuf-on-ci-0.11/targetpath")"
base=/tuf-on-ci-0.11/metadata
asked "$base/2.root.json 404" $base/timestamp.json $base/2.snapshot.json $base/1.targets.json "$base/2.root.json 404" $base/timestamp.json \
  $base/2.delegatedrole.json "$(served tuf-on-ci-0.11/targets/delegatedrole/*.artifact)"
got_names delegatedrole%2Fartifact
expect 1 faketime 2100-01-01 pgclient-conformance --metadata-dir "$META" --metadata-url "$URL/tuf-on-ci-0.11/metadata" refresh

NOW=2026-06-01
step "tough's consistent snapshots: RSA-PSS, two targets in one run"
begin_with consistent-snapshots metadata/1.root.json $NOW
expect 0 at_its_time download consistent-snapshots/ data1.txt data2.txt
base=/consistent-snapshots
asked "$base/metadata/2.root.json 404" $base/metadata/timestamp.json $base/metadata/1.snapshot.json $base/metadata/1.targets.json \
  "$(served consistent-snapshots/targets/*.data1.txt)" "$(served consistent-snapshots/targets/*.data2.txt)"
got_names data1.txt data2.txt

step "an early python-tuf: no consistent snapshots, RSA and Ed25519, a delegated target"
begin_with tuf-reference-impl metadata/1.root.json $NOW
expect 0 at_its_time download tuf-reference-impl/ file1.txt file3.txt
base=/tuf-reference-impl
asked "$base/metadata/2.root.json 404" $base/metadata/timestamp.json $base/metadata/snapshot.json $base/metadata/targets.json \
  $base/targets/file1.txt $base/metadata/role1.json $base/targets/file3.txt
keeps role1.json root.json snapshot.json targets.json timestamp.json

step "target paths with '..': asked for as they were signed, never a name that leads out of the folder or hides there"
begin_with safe-target-paths metadata/1.root.json $NOW
expect 0 at_its_time download safe-target-paths/ 'foo/../bar/../baz/../data1.txt' 'foo/bar/baz/../data2.txt'
got_names foo%2F..%2Fbar%2F..%2Fbaz%2F..%2Fdata1.txt foo%2Fbar%2Fbaz%2F..%2Fdata2.txt
requests | grep -qF 'GET /safe-target-paths/targets/foo/../bar/../baz/../data1.txt HTTP' || fail "asked for: $(requests)"
expect 1 at_its_time download safe-target-paths/ '../delegated/foo/../subdir/data3.txt'

step "dates with fractions of a second are refused"
begin_with dubious-role-names metadata/1.root.json $NOW
expect 1 at_its_time refresh dubious-role-names/
says "timestamp.json from $URL/dubious-role-names/metadata: expires must be a time like 2030-01-31T00:00:00Z"
keeps root.json

step "a root long expired leads to the next; the server has that one kept and then no root 3"
mkdir "$T/www/rotated-root/metadata"; mv "$T"/www/rotated-root/*.json "$T/www/rotated-root/metadata"
begin_with rotated-root metadata/1.root.json $NOW
expect 0 at_its_time refresh rotated-root/
base=/rotated-root/metadata
asked $base/2.root.json "$base/3.root.json 404" $base/timestamp.json $base/1.snapshot.json $base/1.targets.json
same_file "$META/root.json" "$T/www/rotated-root/metadata/2.root.json"
keeps root.json snapshot.json targets.json timestamp.json
expect 1 at_its_time download rotated-root/ anything
got_names
echo "six repositories of other tools, and ours: asked for as the specification says, kept as received"
