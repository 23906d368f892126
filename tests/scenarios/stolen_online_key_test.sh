# A thief has the keys of timestamp, snapshot and new, and the web host. For a promoted project no client takes a file that its
# maintainers did not sign, and nobody who knows of a block is led back behind it. What the thief can do is shown, too.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"
install_tuf_js

new_world
new_key new-online
admin() { to_main admin; expect 0 as admin pgsign -C "$T/admin" admin "$@" --yes; expect 0 as admin pgsign -C "$T/admin" push; }
release() {  # PROJECT VERSION
  echo "$1 $2" >"$T/$1-$2.txt"
  to_main alice
  expect 0 by alice release add "$1" "$2" "$T/$1-$2.txt" --yes
  expect 0 by alice push
}
for project in abc kit; do
  to_main alice
  expect 0 by alice project create $project --yes
  expect 0 by alice push
  release $project 1.0.0
done
release abc 1.1.0
admin promote abc
expect 0 publish
cp -a "$T/site" "$T/site-before-block"
admin block abc/abc/1.1.0 --reason 'steals passwords'
expect 0 publish
start_nginx "$T/site"
echo "by the thief" >"$T/evil.txt"
STOLEN=$ONLINE

# A client that knew the repository before the theft, in pgclient and in tuf-js.
expect 0 as known pgclient init "$URL" --root-sha256 "$ROOT"
expect 0 as known pgclient fetch abc 1.0.0 -o "$T/known"
expect 0 as known pgclient fetch kit 1.0.0 -o "$T/known-kit"
expect 0 as known pgclient fetch kit 1.0.0 -o "$T/known-kit"
js() { node "$TUF_JS" "$URL" "$T/site-good/metadata/1.root.json" "$T/js-$1" "$2" "$3"; }  # CLIENT PATH OUTPUT
cp -a "$T/site" "$T/site-good"; cp -a "$T/home/known" "$T/known-good"
expect 0 js known abc/abc/1.0.0/abc-1.0.0.txt "$T/js-known-file"
expect 3 js known abc/abc/1.1.0/abc-1.1.0.txt "$T/js-blocked"
cp -a "$T/js-known" "$T/js-good"

attacks=0
# attack WHAT...: on the good tree, with clients as they were before.
attack() {
  attacks=$((attacks + 1))
  rm -rf "$T/site" "$T/home/known" "$T/js-known" "$T/home/fresh" "$T/js-fresh" "$T/got" "$T/js-got"
  cp -a "$T/site-good" "$T/site"; cp -a "$T/known-good" "$T/home/known"; cp -a "$T/js-good" "$T/js-known"
  expect 0 node "$PG_SOURCE/tests/scenarios/thief.mjs" "$T/site" "$STOLEN" "$@"
  expect 0 as fresh pgclient init "$URL" --root-sha256 "$ROOT"
}
# no_file PROJECT VERSION FILE: no client takes the file, new or old, and none writes it.
no_file() {
  local client code
  for client in known fresh; do
    code=0; as "$client" pgclient fetch "$1" "$2" -o "$T/got" >"$OUT" 2>"$ERR" </dev/null || code=$?
    case $code in 3|10|11|12) ;; *) fail "pgclient of $client: exit code $code" ;; esac
    code=0; js "$client" "$1/$1/$2/$3" "$T/js-got" >"$OUT" 2>"$ERR" </dev/null || code=$?
    case $code in 3|10) ;; *) fail "tuf-js of $client: exit code $code" ;; esac
    absent "$T/got" "$T/js-got"
  done
}

step "a file for a promoted project: by role new, by its own role, by the administrators' list"
attack claim abc "$T/evil.txt"; no_file abc 6.6.6 evil.txt
expect 0 as known pgclient fetch abc 1.0.0 -o "$T/got"
attack replace abc "$T/evil.txt"; no_file abc 6.6.6 evil.txt
attack administer abc "$T/evil.txt"; no_file abc 6.6.6 evil.txt

step "unblock: with a list of the thief's own nobody; with the list of before the block only who has never seen a newer one"
attack unblock; no_file abc 1.1.0 abc-1.1.0.txt
attack older blocked 1
expect 12 as known pgclient fetch abc 1.1.0 -o "$T/got"
expect 10 js known abc/abc/1.1.0/abc-1.1.0.txt "$T/js-got"
absent "$T/got" "$T/js-got"
expect 0 as fresh pgclient fetch abc 1.1.0 -o "$T/got"

step "hide: a promoted project's role from who knows it, not at all; from others, and new projects from all"
attack hide abc.rel
expect 12 as known pgclient fetch abc 1.0.0 -o "$T/got"
expect 10 as fresh pgclient fetch abc 1.0.0 -o "$T/got"
attack forget kit
expect 3 as known pgclient fetch kit 1.0.0 -o "$T/got"
absent "$T/got"

step "freeze: while the thief signs, news are withheld; two weeks later pgclient says so"
attack freeze
expect 0 as known pgclient fetch abc 1.0.0 -o "$T/got"
rm "$T/got"
expect 0 as known faketime -f '+20d' pgclient fetch abc 1.0.0 -o "$T/got"
says "either nobody signs news, or they are withheld"

step "names that no administrator promoted are the thief's; --require-claimed refuses them"
attack claim kit "$T/evil.txt"
expect 0 as known pgclient fetch kit 6.6.6 -o "$T/got"
same_file "$T/got" "$T/evil.txt"
rm "$T/got"
expect 10 as fresh pgclient fetch kit 6.6.6 --require-claimed -o "$T/got"
stderr_is "pgclient: error: only the online key of the repository vouches for the owners of project kit, no administrator does
pgclient: hint: ask the administrators to promote it; without --require-claimed it is fetched all the same"
absent "$T/got"
expect 0 as fresh pgclient fetch abc 1.0.0 --require-claimed -o "$T/got"

step "versions driven up to the end: after new keys everybody goes on"
attack forward
expect 0 as known pgclient fetch abc 1.0.0 -o "$T/got"
admin online-key rotate --online "$(pubkey new-online)"
rm -rf "$T/site"; cp -a "$T/site-good" "$T/site"   # what the operator kept
sync_pub
expect 0 as new-online pgpublish publish --repository "$T/pub.git" --to "$T/site" --root-sha256 "$ROOT" \
  --online-key "$T/home/new-online/config/pg/keys/new-online.key"
for client in known fresh; do
  rm -f "$T/got" "$T/js-got"
  expect 0 as $client pgclient fetch abc 1.0.0 -o "$T/got"
  expect 0 js $client abc/abc/1.0.0/abc-1.0.0.txt "$T/js-got"
done
cp -a "$T/site" "$T/site-good.2"

step "what the old keys sign now is worth nothing"
rm -f "$T/got" "$T/js-got"
expect 0 node "$PG_SOURCE/tests/scenarios/thief.mjs" "$T/site" "$STOLEN" claim kit "$T/evil.txt"
expect 10 as known pgclient fetch kit 6.6.6 -o "$T/got"
expect 10 js known kit/kit/6.6.6/evil.txt "$T/js-got"
absent "$T/got" "$T/js-got"
echo "stolen online key: all steps done"
