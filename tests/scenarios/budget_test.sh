# What the metadata of a tree weighs: exact bytes, other clients' limits where they apply, growth, from the folder and the live site.
source "$(dirname "$0")/lib.sh"

new_world
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
budget() { as operator pgpublish budget "$@" --root-sha256 "$ROOT"; }
size() { stat -c %s "$T/site/metadata/$1"; }

step "bytes of every file that all clients download, and whose limits apply"
expect 0 budget "$T/site"
says "$(printf 'snapshot       %10s bytes, length stated' "$(size 1.snapshot.json)")"
says "$(printf 'claimed        %10s bytes, length not stated' "$(size 1.claimed.json)")"
says "of 65536 (aktualizr)"
says "of 5000000 (python-tuf, go-tuf, rust-tuf)"
says "1 project, 8 roles"
says "$(printf 'root           %10s bytes, length not stated' "$(size 1.root.json)")"
says "$(printf 'timestamp      %10s bytes, length not stated' "$(size timestamp.json)")"
says "of 16384 (python-tuf, go-tuf, rust-tuf)"
says "aktualizr takes about $((65536 / $(size 1.snapshot.json))) projects of this size"
says "how fast the snapshot grows is not known"
says_not "days"
expect 0 budget "$T/site" --json
[ "$(json weights.0.role)" = snapshot ] && [ "$(json weights.0.bytes)" = "$(size 1.snapshot.json)" ] || fail "snapshot"
[ "$(json "weights.0.limits.python-tuf, go-tuf, rust-tuf")" = null ] || fail "a stated length lifts that limit"
[ "$(json growth)" = null ] && [ "$(json shard)" = false ] || fail "growth"
first=$(size 1.snapshot.json)

step "growth since the oldest snapshot that is there, and when a limit is met; the same from the live site"
expect 0 as alice pgsign -C "$T/alice" project create xyz --yes
expect 0 as alice pgsign -C "$T/alice" push
sync_pub
expect 0 as online faketime -f +10d pgpublish publish --repository "$T/pub.git" --to "$T/site" --root-sha256 "$ROOT" --online-key "$ONLINE"
grown=$(($(size 2.snapshot.json) - first))
start_nginx "$T/site"
for place in "$T/site" "$URL"; do
  expect 0 budget "$place"
  says "the snapshot grew by $grown bytes in 10 days"
  says "of 65536 (aktualizr), met in $(((65536 - first - grown) * 10 / grown)) days at this rate"
  says "2 projects, 10 roles"
done

step "another root, no tree"
expect 10 as operator pgpublish budget "$T/site" --root-sha256 "$(printf '0%.0s' $(seq 64))"
expect 3 budget "$T/nothing"
