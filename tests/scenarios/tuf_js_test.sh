# Another TUF client, tuf-js, unmodified, reads our published tree: through every delegation, and refuses a tampered one.
source "$(dirname "$0")/lib.sh"

install_tuf_js
tuf_js() { node "$TUF_JS" "$URL" "$T/site/metadata/1.root.json" "$T/tuf-js-state" "$@"; }

step "a repository with a release, published"
new_world
echo "abc 1.0.0" >"$T/abc-1.0.0.txt"
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0 "$T/abc-1.0.0.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
start_nginx "$T/site"

step "tuf-js finds the release through targets, new, abc and abc.rel"
expect 0 tuf_js abc/abc/1.0.0/abc-1.0.0.txt "$T/got-1"
same_file "$T/got-1" "$T/abc-1.0.0.txt"
expect 3 tuf_js abc/abc/9.9.9/abc-9.9.9.txt "$T/got-none"
expect 3 tuf_js zzz/zzz/1.0.0/zzz.txt "$T/got-none"

step "an administrator promotes the name; tuf-js now finds it through claimed"
git -C "$T/admin" pull -q --ff-only
expect 0 as admin pgsign -C "$T/admin" admin promote abc --yes
expect 0 as admin pgsign -C "$T/admin" push
expect 0 publish
expect 0 tuf_js abc/abc/1.0.0/abc-1.0.0.txt "$T/got-2"
same_file "$T/got-2" "$T/abc-1.0.0.txt"
[ -e "$T/tuf-js-state/claimed.json" ] || fail "tuf-js did not look into claimed"

step "a byte of the served file is changed: tuf-js refuses it"
served=$(find "$T/site/targets/abc" -name '*.abc-1.0.0.txt')
printf X | dd of="$served" bs=1 seek=0 conv=notrunc status=none
expect 10 tuf_js abc/abc/1.0.0/abc-1.0.0.txt "$T/got-3"
absent "$T/got-3"

step "a byte of the served metadata is changed: tuf-js refuses it"
sed -i 's/"version":/"version" :/' "$T"/site/metadata/*.new.json "$T/site/metadata/timestamp.json"
sed -i 's/"expires":"20/"expires":"21/' "$T/site/metadata/timestamp.json"
expect 10 tuf_js abc/abc/1.0.0/abc-1.0.0.txt "$T/got-4"
absent "$T/got-4"
echo "tuf-js: all steps done"
