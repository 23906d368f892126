# The published tree in a bucket: signed requests, nothing twice, nothing overwritten, two publishers, a kill at every object.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/s3_lib.sh"

/usr/bin/python3 -c 'import botocore' 2>/dev/null || fail "python3-botocore is not installed (cmake/packages.txt)"
world_to_upload
start_store

step "the first publication must be asked for, in a bucket as well"
expect 3 put
stderr_is "pgpublish: error: '$TO' holds no previous publication
pgpublish: hint: restore it, or name it with --previous; only the very first publication of a repository starts with publish --first"
[ -z "$(ls "$STORE/objects")" ] || fail "something was stored"
expect 0 put --first
says "published commit"; says " to $TO: timestamp 1, snapshot 1, "
latest_is "$T/abc+1.txt"
expect 2 put --first
expect 2 put --previous "$T/site"
says "--previous says nothing about $TO: a bucket is its own previous publication"

step "C-10 files come before the metadata that leads to them, and timestamp.json last"
order=$(sed -n 's|^PUT /bucket/content/v1/\(.*\) 200$|\1|p' "$STORE/log" | sed -E 's|^targets/.*|1|; s|^metadata/[0-9]+\.root\.json|2|; s|^metadata/[0-9].*|3|; s|^index/.*|4|; s|^metadata/timestamp.json|5|' | uniq | tr '\n' ' ')
[ "$order" = "1 2 3 4 5 " ] || fail "the order of the objects: $order"

step "each object has its headers"
head_of() { head -n 1 "$(object "$1")"; }
expect_headers() {
  head_of "$1" | node -e '
    const head = JSON.parse(require("fs").readFileSync(0)), [, control, type] = process.argv;
    process.exit(head["cache-control"] === control && head["content-type"] === type && /^[0-9a-f]{64}$/.test(head["x-amz-meta-sha256"]) ? 0 : 1)' "$2" "$3" ||
    fail "headers of $1: $(head_of "$1")"
}
expect_headers metadata/1.root.json "public, max-age=31536000, immutable" application/json
expect_headers metadata/timestamp.json no-cache application/json
expect_headers index/projects/ab.json no-cache application/json
expect_headers "targets/abc/abc/1.0.0+build.1/$(sha256sum <"$T/abc+1.txt" | cut -c1-64).abc+1.txt" "public, max-age=31536000, immutable" application/octet-stream

step "nothing new: nothing is sent"
: >"$STORE/log"
expect 0 put
says "nothing to publish: $TO is up to date until"
[ "$(requests '^PUT')" = 0 ] || fail "sent: $(cat "$STORE/log")"
expect 0 refresh
says "refreshed $TO: timestamp 2, snapshot 1"
[ "$(requests '^PUT')" = 1 ] || fail "sent: $(cat "$STORE/log")"

step "a wrong secret, other key ids and a clock that is wrong are refused, and said"
before=$(fingerprint "$STORE/objects")
expect 4 env AWS_SECRET_ACCESS_KEY=wrong PG_RETRIES=0 "$BIN/pgpublish" refresh --to "$TO" --root-sha256 "$ROOT" --online-key "$ONLINE"
stderr_is "pgpublish: error: cannot read $URL/metadata/timestamp.json: the object store answers with status 403 SignatureDoesNotMatch
pgpublish: hint: look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and at what this key may do in the bucket"
AWS_ACCESS_KEY_ID=other expect 4 refresh
AWS_SESSION_TOKEN=token/with+signs= expect 0 refresh
expect 4 as online faketime '+1 hour' pgpublish refresh --to "$TO" --root-sha256 "$ROOT" --online-key "$ONLINE"
says "RequestTimeTooSkewed"; says "this machine's clock is wrong"
AWS_ACCESS_KEY_ID='' expect 3 refresh
CI_MERGE_REQUEST_IID=7 expect 4 refresh
says "this job is for a pull request (CI_MERGE_REQUEST_IID=7): nothing is signed there"
expect 2 refresh --s3-endpoint http://user:secret@127.0.0.1
TO=s3://elsewhere expect 5 refresh
says "NoSuchBucket"

step "a store that is busy is asked again"
: >"$STORE/log"
echo "503 1" >"$STORE/fail"
expect 0 refresh
says "pgpublish: retrying in "; says ": status 503"
[ "$(requests ' 503$')" = 1 ] || fail "$(cat "$STORE/log")"

release_two
cp -a "$STORE/objects" "$T/before"
again() { rm -rf "$STORE/objects"; cp -a "$T/before" "$STORE/objects"; : >"$STORE/log"; }

step "C-11 what was published is never overwritten: neither with conditions nor by a store that forgets or refuses them"
name=metadata/1.other.json
for store in knows forgets refuses; do
  again
  [ "$store" = knows ] || : >"$STORE/$store"
  printf '{"ETag": "\\"1\\"", "x-amz-meta-sha256": "%064d"}\nsomething else' 0 >"$(object "$name")"
  expect 10 put
  says "pgpublish: error: $URL/$name is there with other contents; what was published never changes"
  tail -n 1 "$(object "$name")" | grep -qx "something else" || fail "it was overwritten"
  [ "$(requests 'PUT .*timestamp.json')" = 0 ] || fail "timestamp.json was sent"
  rm "$(object "$name")"
  expect 0 put
  latest_is "$T/abc+2.txt"
  rm -f "$STORE/$store"
done

step "an object that another program stored: the same bytes are read, not believed; headers are put right"
again
target=targets/abc/abc/2.0.0/$(sha256sum <"$T/abc+2.txt" | cut -c1-64).abc+2.txt
{ echo '{"ETag": "\"1\"", "cache-control": "public, max-age=31536000, immutable", "content-type": "application/octet-stream"}'; cat "$T/abc+2.txt"; } >"$(object "$target")"
expect 0 put
[ "$(requests "GET .*abc\+2.txt 200")" = 1 ] || fail "it was not read: $(cat "$STORE/log")"
[ "$(requests "PUT .*abc\+2.txt")" = 0 ] || fail "it was sent again"
again
{ echo '{"ETag": "\"1\"", "content-type": "text/html"}'; cat "$T/abc+2.txt"; } >"$(object "$target")"
expect 0 put
expect_headers "$target" "public, max-age=31536000, immutable" application/octet-stream
again
{ echo '{"ETag": "\"1\""}'; tr 1 2 <"$T/abc+2.txt"; } >"$(object "$target")"
expect 10 put
says "is there with other contents"

step "C-07 two publishers at once: one wins, the other is told, no version has two files"
again
expect 0 put
tail -n +2 "$(object metadata/timestamp.json)" >"$T/theirs"
again
echo "$T/theirs" >"$STORE/first"
expect 8 put
stderr_is "pgpublish: error: somebody else published to $TO at the same time
pgpublish: hint: run the same command again: it starts from what is published now"
tail -n +2 "$(object metadata/timestamp.json)" | cmp -s - "$T/theirs" || fail "the other's timestamp.json is gone"

step "two at the same moment, for real"
again
put >"$T/one" 2>&1 & first=$!
put >"$T/two" 2>&1 & second=$!
wait $first && one=0 || one=$?
wait $second && two=0 || two=$?
case "$one $two" in "0 0" | "0 8" | "8 0" | "8 8") ;; *) fail "exit codes $one $two: $(cat "$T/one" "$T/two")" ;; esac
expect 0 put  # each may have hindered the other; whoever comes next passes over what they left
! grep -hE '^PUT .*/metadata/[0-9]+\..* 200$' "$STORE/log" | sort | uniq -d | grep . || fail "a version was stored twice"
latest_is "$T/abc+2.txt"

step "C-10 kill -9 before and after each object: every client sees the old or the new state, and the same command completes"
again
expect 0 put
count=$(requests '^PUT')
expect 0 as old pgclient init "$URL" --root-sha256 "$ROOT"
[ "$count" -ge 8 ] || fail "only $count objects"
for moment in before after; do
  for n in $(seq 1 "$count"); do
    again; rm -f "$STORE/pid"
    echo "$n $moment" >"$STORE/kill"
    code=0
    (as online exec pgpublish publish --repository "$T/pub.git" --to "$TO" --root-sha256 "$ROOT" --online-key "$ONLINE" >"$OUT" 2>"$ERR") &
    echo $! >"$STORE/pid"
    wait $! || code=$?
    [ "$code" = 137 ] || fail "exit code $code for $n $moment"
    rm -rf "$T/home/fresh" "$T/got"
    expect 0 as fresh pgclient init "$URL" --root-sha256 "$ROOT"
    expect 0 as fresh pgclient fetch abc latest -o "$T/got"
    cmp -s "$T/got" "$T/abc+1.txt" || same_file "$T/got" "$T/abc+2.txt"
    : >"$STORE/log"
    expect 0 put
    [ "$(requests '^PUT')" -le $((count - n + 4)) ] || fail "sent again: $(cat "$STORE/log")"
    latest_is "$T/abc+2.txt"
  done
done
[ -z "$(find "$T" -maxdepth 1 -name 'pgpublish-*' -empty)" ] || fail "empty work folders are left"

step "Ctrl-C leaves no work folder"
rm -rf "$T"/pgpublish-*
again
echo "503 100" >"$STORE/fail"
(trap - INT; as online exec pgpublish publish --repository "$T/pub.git" --to "$TO" --root-sha256 "$ROOT" --online-key "$ONLINE" >"$OUT" 2>"$ERR") &
until [ -n "$(find "$T" -maxdepth 1 -name 'pgpublish-*')" ]; do sleep 0.05; done
kill -TERM $!
wait $! && code=0 || code=$?
[ "$code" = 143 ] || fail "exit code $code"
absent "$T"/pgpublish-*
[ ! -s "$STORE/errors" ] || fail "the store stumbled: $(cat "$STORE/errors")"
echo "object storage: all steps done"
