# C-10 A publisher without any state but the live site: the previous publication is read over http and verified, what changed or the whole
# tree is written into an empty folder, old states are refused; and what nobody needs any more is removed.
source "$(dirname "$0")/lib.sh"

new_world
seq 1 300 >"$T/abc-1.txt"; seq 1 301 >"$T/abc-2.txt"
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0 "$T/abc-1.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
expect 0 as alice pgsign -C "$T/alice" release add abc 2.0.0 "$T/abc-2.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
sync_pub
pgpublish serve "$T/site" --port 0 >"$T/url" 2>&1 &   # itself, no function: its id is what is ended
BACKGROUND+=("$!")
for _ in $(seq 100); do grep -q http "$T/url" && break; sleep 0.1; done
url=$(grep -o 'http://[0-9.:]*' "$T/url" | head -1)
keys=(--root-sha256 "$ROOT" --online-key "$ONLINE")

step "what changed, into an empty folder"
expect 0 as online pgpublish publish --repository "$T/pub.git" --previous "$url" --to "$T/delta" "${keys[@]}"
says "timestamp 2, snapshot 2, 6 files written"

step "the whole tree, of which clients can be served"
expect 0 as online pgpublish publish --repository "$T/pub.git" --previous "$url" --to "$T/whole" --whole "${keys[@]}"
expect 0 as bob pgclient init "file://$T/whole" --root-sha256 "$ROOT"
for version in 1 2; do
  expect 0 as bob pgclient fetch abc "$version.0.0" -o "$T/got"
  same_file "$T/got" "$T/abc-$version.txt"
  rm "$T/got"
done

step "G-13 a place that has a newer state never goes back to what a server still shows"
cp -a "$T/site" "$T/newer"
expect 0 as online pgpublish publish --repository "$T/pub.git" --to "$T/newer" "${keys[@]}"
expect 12 as online pgpublish publish --repository "$T/pub.git" --previous "$url" --to "$T/newer" --whole "${keys[@]}"
says "has timestamp 1, but '$T/newer' already has 2"

step "a server that is not there, and a state that has expired"
expect 5 as online pgpublish publish --repository "$T/pub.git" --previous http://127.0.0.1:9/ --to "$T/other" "${keys[@]}"
expect 11 as online faketime "+5 days" pgpublish publish --repository "$T/pub.git" --previous "$url" --to "$T/other" "${keys[@]}"
says "expired at"
expect 0 as online faketime "+5 days" pgpublish publish --repository "$T/pub.git" --previous "$url" --expired-previous --to "$T/other" "${keys[@]}"

step "old versions go after the grace period, from a folder only"
(cd "$T" && expect 2 as online pgpublish clean --to s3://bucket/site --root-sha256 "$ROOT")
stderr_is "pgpublish: error: clean works on a folder; nothing is deleted from a bucket
pgpublish: hint: bring the bucket into a folder; clean --dry-run --json names what may go from it (docs/operator.md)"
absent "$T/s3:"
expect 0 pub
expect 0 as online pgpublish clean --to "$T/site" --root-sha256 "$ROOT"
says "removed 0 files"
expect 0 as online faketime "+8 days" pgpublish clean --to "$T/site" --root-sha256 "$ROOT" --dry-run
says "would remove"
expect 0 as online faketime "+8 days" pgpublish clean --to "$T/site" --root-sha256 "$ROOT"
[ ! -e "$T/site/metadata/1.snapshot.json" ] || fail "the old snapshot is still there"
expect 0 as carol pgclient init "file://$T/site" --root-sha256 "$ROOT"
expect 0 as carol pgclient fetch abc 1.0.0 -o "$T/got"
echo "no state but the site"
