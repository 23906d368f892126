# Promoted names move into shards. Whoever fetched before gets after, and so does a fresh client, in pgclient and in tuf-js; a
# host that goes back behind the split or leaves a shard out is refused.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"
install_tuf_js

new_world
new_key ben
update() { git -C "$T/$1" fetch -q; git -C "$T/$1" reset -q --hard origin/main; }
ann() { local code=$1; shift; update admin; expect "$code" as admin pgsign -C "$T/admin" admin "$@"; }  # CODE ARGUMENTS...
push() { expect 0 by "$1" push; says "to branch main of origin"; }
release() {  # PROJECT VERSION
  echo "$1 $2" >"$T/$1-$2.txt"
  update alice
  expect 0 by alice release add "$1" "$2" "$T/$1-$2.txt" --yes
  push alice
}
create() { update alice; expect 0 by alice project create "$1" --yes; push alice; }
js() { node "$TUF_JS" "$URL" "$T/site/metadata/1.root.json" "$T/js-$1" "$2/$2/$3/$2-$3.txt" "$T/js-got"; }  # CLIENT PROJECT VERSION

gets=0
# all_get PROJECT VERSION: those who know the repository, and those who see it for the first time.
all_get() {
  local who
  gets=$((gets + 1))
  for who in reader "fresh-$gets"; do
    expect 0 as "$who" pgclient init "$URL" --root-sha256 "$ROOT"
    expect 0 as "$who" pgclient fetch "$1" "$2" --require-claimed -o "$T/got-$who-$gets"
    same_file "$T/got-$who-$gets" "$T/$1-$2.txt"
    expect 0 js "$who" "$1" "$2"
    same_file "$T/js-got" "$T/$1-$2.txt"; rm "$T/js-got"
  done
}

step "five promoted names in one list, and one that waits"
for project in abc abd lib-parser lib-printer xyz young; do create $project; done
for project in abc lib-parser young; do release $project 1.0.0; done
ann 0 shard --yes
says "nothing to shard: no role lists names in more than 250000 bytes (shard_bytes)"
ann 0 promote abc abd lib-parser lib-printer xyz --yes
push admin
expect 0 publish
start_nginx "$T/site"
all_get abc 1.0.0
mkdir "$T/work"; (cd "$T/work" && expect 0 as reader pgclient lock abc)
cp -a "$T/site" "$T/site-before"; cp -a "$T/home/reader" "$T/reader-before"; cp -a "$T/js-reader" "$T/js-before"

step "the configuration says from which size on; status, budget and the signer tell what to do"
ann 0 config set shard_bytes 1000 --yes
push admin
expect 0 publish
ann 0 status
says "promoted names would be in 3 more shards: a list is above 1000 bytes (pgsign admin shard)"
expect 0 as operator pgpublish budget "$T/site" --root-sha256 "$ROOT"
says "role claimed lists names in more than 1000 bytes (shard_bytes); the administrators split it: pgsign admin shard"

step "the split: told in words, signed, published"
ann 0 shard --dry-run
for prefix in a l x; do says "moves the promoted names that begin with '$prefix' to role claimed-$prefix; their owners stay"; done
absent "$T/admin/admin/claimed-a.json"
ann 0 shard --yes
says "role claimed-l stays valid until"
push admin
all_get abc 1.0.0                              # pushed, not yet published
expect 0 publish
[ "$(ls "$T"/site/metadata/*.claimed-*.json | wc -l)" = 3 ] || fail "three shards"
for project in abc lib-parser; do all_get $project 1.0.0; done
(cd "$T/work" && expect 0 as reader pgclient fetch --locked -o "$T/locked")
expect 10 as reader pgclient fetch young --require-claimed -o "$T/young"
expect 0 as reader pgclient fetch young -o "$T/young"
ann 0 status
says "claimed-a    version 1, 1 of 1 signatures"
says_not "more shards"
expect 0 as operator pgpublish budget "$T/site" --root-sha256 "$ROOT"
says "claimed-l"
says_not "shard_bytes"
expect 0 as operator pgpublish watch "$T/site" --root-sha256 "$ROOT"
says "claimed-x"

step "life goes on: releases, promotions into a shard, and a shard that is split in turn"
release abc 1.1.0
for project in lib-reader lib-writer; do create $project; done
ann 0 promote lib-reader lib-writer young --yes
says "role claimed-l stays valid until"
says "role claimed stays valid until"
says_not "role claimed-a stays"
says "role claimed-l lists names in more than 1000 bytes; when this is accepted, split it: pgsign admin shard"
push admin
expect 0 publish
for project in lib-parser young; do all_get $project 1.0.0; done
ann 0 shard --yes
for name in lib-p lib-r lib-w; do says "moves the promoted names that begin with '$name' to role claimed-$name"; done
push admin
expect 0 publish
all_get lib-parser 1.0.0
all_get abc 1.1.0

step "renewals and other administrators take every shard along"
ann 0 renew --within 366 --yes
for role in claimed claimed-a claimed-l claimed-lib-p claimed-x; do says "role $role stays valid until"; done
push admin
ann 0 root rotate --add "$(pubkey ben)" --yes
says "role claimed-lib-w stays valid until"
expect 0 by admin push
clone ben
expect 0 by ben inbox --json
id=$(json proposals.0.id)
expect 0 by ben sign "$id" --yes
says "complete: pushed "
expect 0 publish
all_get lib-parser 1.0.0
expect 0 as operator pgpublish audit "$T/pub.git" --site "$T/site" --root-sha256 "$ROOT"

step "a host that serves what claimed was before, or leaves a shard out"
known() { rm -rf "$T/home/reader" "$T/js-reader" "$T/home/fresh" "$T/js-fresh"; cp -a "$T/reader-before" "$T/home/reader"; cp -a "$T/js-before" "$T/js-reader"; }
# nobody_takes: neither who knew it before the split nor who sees it for the first time.
nobody_takes() {
  local who code
  known
  for who in reader fresh; do
    as "$who" pgclient init "$URL" --root-sha256 "$ROOT" >"$OUT" 2>"$ERR" || fail "init"
    code=0; as "$who" pgclient fetch abc 1.0.0 -o "$T/evil" >"$OUT" 2>"$ERR" </dev/null || code=$?
    case $code in 5|10|12) ;; *) fail "pgclient of $who: exit code $code" ;; esac
    code=0; js "$who" abc 1.0.0 >"$OUT" 2>"$ERR" </dev/null || code=$?
    [ "$code" = 10 ] || fail "tuf-js of $who: exit code $code"
    absent "$T/evil" "$T/js-got"
  done
}
cp -a "$T/site" "$T/site-good"
restore() { rm -rf "$T/site"; cp -a "$T/site-good" "$T/site"; }
newest() { ls "$T"/site-good/metadata/*."$1".json | sort -V | tail -1; }
claimed=$(basename "$(newest claimed)") shard=$(basename "$(newest claimed-a)")
cp "$T/site-before/metadata/2.claimed.json" "$T/site/metadata/$claimed"
nobody_takes
restore; rm "$T/site/metadata/$shard"
nobody_takes
restore; cp "$(newest claimed-x)" "$T/site/metadata/$shard"
nobody_takes
restore; known
all_get abc 1.0.0
cp "$T/site-before/metadata/timestamp.json" "$T/site/metadata/"
expect 12 as reader pgclient fetch abc 1.0.0 -o "$T/evil"
absent "$T/evil"
echo "shards: all steps done"
