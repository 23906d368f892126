# For the scenarios of object storage: a world to publish from, and an object store on loopback. Source lib.sh first.

export AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=test/secret+key= AWS_REGION=eu-test-1
unset AWS_SESSION_TOKEN AWS_ENDPOINT_URL_S3 AWS_DEFAULT_REGION AWS_CA_BUNDLE
TO=s3://bucket/content/v1

# start_store: the store that checks signatures (object_store.py); sets $STORE, its folder, and $URL, where the tree is read.
start_store() {
  STORE=$(mktemp -d "$T/store.XXXX")
  /usr/bin/python3 "$PG_SOURCE/tests/scenarios/object_store.py" "$STORE" >"$STORE/port" 2>"$STORE/errors" &
  BACKGROUND+=("$!")
  until [ -s "$STORE/port" ]; do kill -0 "$!" 2>/dev/null || fail "no object store: $(cat "$STORE/errors")"; sleep 0.05; done
  export AWS_ENDPOINT_URL=http://127.0.0.1:$(cat "$STORE/port")
  URL=$AWS_ENDPOINT_URL/bucket/content/v1
}
object() { printf '%s' "$STORE/objects/%2Fbucket%2Fcontent%2Fv1%2F${1//\//%2F}"; }  # its file in the store: headers, then the bytes
requests() { grep -cE -- "$1" "$STORE/log" || true; }
put() { as online pgpublish publish --repository "$T/pub.git" --to "$TO" --root-sha256 "$ROOT" --online-key "$ONLINE" "$@"; }
refresh() { as online pgpublish refresh --to "$TO" --root-sha256 "$ROOT" --online-key "$ONLINE" "$@"; }

# A world with abc 1.0.0 on main; abc 2.0.0 is added by release_two.
world_to_upload() {
  new_world
  seq 1 3000 >"$T/abc+1.txt"; seq 1 3001 >"$T/abc+2.txt"
  expect 0 as alice pgsign -C "$T/alice" project create abc --yes
  expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0+build.1 "$T/abc+1.txt" --yes
  expect 0 as alice pgsign -C "$T/alice" push
  sync_pub
}
release_two() {
  expect 0 as alice pgsign -C "$T/alice" release add abc 2.0.0 "$T/abc+2.txt" --yes
  expect 0 as alice pgsign -C "$T/alice" project create other --yes
  expect 0 as alice pgsign -C "$T/alice" push
  sync_pub
}
# latest_is FILE: what somebody who comes for the first time gets.
latest_is() {
  rm -rf "$T/home/fresh" "$T/got"
  expect 0 as fresh pgclient init "$URL" --root-sha256 "$ROOT"
  expect 0 as fresh pgclient fetch abc latest -o "$T/got"
  same_file "$T/got" "$1"
}
