# The published tree in a bucket of a real S3 server (s3rver from npm): what it serves is what a client needs. It believes every
# signature and forgets conditions; object_store_test.sh is about these.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/s3_lib.sh"

install_npm s3rver
world_to_upload
port=$(free_port)
mkdir "$T/s3"
node "$NPM/node_modules/.bin/s3rver" --directory "$T/s3" --address 127.0.0.1 --port "$port" --configure-bucket bucket >"$T/s3.log" 2>&1 &
BACKGROUND+=("$!")
wait_for_port "$port" "$!"
export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ACCESS_KEY_ID=S3RVER AWS_SECRET_ACCESS_KEY=S3RVER
URL=$AWS_ENDPOINT_URL/bucket/content/v1

step "publish, fetch, publish again: only what is new is sent"
expect 3 put
expect 0 put --first
latest_is "$T/abc+1.txt"
expect 0 put
says "nothing to publish"
release_two
: >"$T/s3.log"
expect 0 put --json
written=$(json files_written)
latest_is "$T/abc+2.txt"
[ "$written" -le 12 ] || fail "$written objects were written"
[ "$(grep -c ' PUT ' "$T/s3.log" || true)" -le "$written" ] || fail "more was sent: $(cat "$T/s3.log")"
expect 0 refresh
says "refreshed $TO: timestamp 3, snapshot 2"

step "the headers of each object arrive at the client"
header_of() { curl -s -o /dev/null -D - "$URL/$1" | tr -d '\r' | sed -n "s/^$2: //Ip"; }
[ "$(header_of metadata/1.root.json Cache-Control)" = "public, max-age=31536000, immutable" ] || fail "$(header_of metadata/1.root.json Cache-Control)"
[ "$(header_of metadata/timestamp.json Cache-Control)" = no-cache ] || fail "a lifetime of timestamp.json"
[ "$(header_of metadata/timestamp.json Content-Type)" = application/json ] || fail "the type of timestamp.json"

step "C-11 an object with other contents stays, and is told"
printf 'garbage' >"$T/garbage"
curl -sf --aws-sigv4 aws:amz:us-east-1:s3 --user S3RVER:S3RVER -H "x-amz-content-sha256: $(sha256sum <"$T/garbage" | cut -c1-64)" -T "$T/garbage" "$URL/metadata/1.third.json" -o /dev/null || fail "curl cannot store"
expect 0 as alice pgsign -C "$T/alice" project create third --yes
expect 0 as alice pgsign -C "$T/alice" push
sync_pub
expect 10 put
says "$URL/metadata/1.third.json is there with other contents; what was published never changes"
[ "$(curl -s "$URL/metadata/1.third.json")" = garbage ] || fail "it was overwritten"
latest_is "$T/abc+2.txt"
expect 5 env AWS_ENDPOINT_URL=http://127.0.0.1:$port pgpublish refresh --to s3://no-such-bucket --root-sha256 "$ROOT" --online-key "$ONLINE"
says "NoSuchBucket"
echo "s3rver: all steps done"
