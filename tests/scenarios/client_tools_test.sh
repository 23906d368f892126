# What a downloader asks besides "fetch": whom do I trust, is this file a release, is all well on this machine?
source "$(dirname "$0")/lib.sh"

# on_terminal INPUT COMMAND...: as a person at a terminal, who types INPUT.
on_terminal() {
  local input=$1
  shift
  printf '%s\n' "$input" | script -qec "$(printf '%q ' "$@")" /dev/null >"$OUT" 2>"$ERR"
}

new_world
seq 1 3000 >"$T/abc-1.0.0.txt"; seq 1 4000 >"$T/abc-1.1.0.txt"; seq 1 10 >"$T/abc-doc.txt"
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0 "$T/abc-1.0.0.txt" "$T/abc-doc.txt" --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.1.0 "$T/abc-1.1.0.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
start_nginx "$T/site"
mkdir "$T/work"; cd "$T/work"
state=$T/home/.local/state/pg/client

step "trust add with mirrors; again, with others, with none; init is the same"
expect 0 pgclient trust show
says "no repository is set up"
expect 2 pgclient trust add "$URL" --root-sha256 "$ROOT" --mirror "$URL/"
says "is the repository's own URL"
expect 2 pgclient trust add "$URL" --root-sha256 "$ROOT" --mirror ftp://example.org
expect 2 pgclient trust add "$URL"
absent "$state/playground"
expect 0 pgclient trust add "$URL" --root-sha256 "$ROOT" --mirror "file://$T/site" --mirror http://127.0.0.1:1/pg --json
[ "$(json mirrors)" = "[\"file://$T/site\",\"http://127.0.0.1:1/pg\"]" ] || fail "mirrors $(json mirrors)"
before=$(fingerprint "$state/playground")
expect 0 pgclient init "$URL" --root-sha256 "$ROOT"
says "already set up: repository playground"
[ "$(fingerprint "$state/playground")" = "$before" ] || fail "a set-up that was there was written again"
expect 0 pgclient trust add "$URL" --root-sha256 "$ROOT" --mirror "file://$T/site"
says "other mirrors for repository playground"
expect 0 pgclient trust show --json
[ "$(json repositories.0.mirrors)" = "[\"file://$T/site\"]" ] || fail "mirrors $(json repositories.0.mirrors)"
expect 2 pgclient trust add "$URL" --root-sha256 "$ROOT" --mirror "file://$T/site" --no-mirrors
expect 0 pgclient trust add "$URL" --root-sha256 "$ROOT" --no-mirrors
expect 0 pgclient trust show --json
[ "$(json repositories.0.mirrors)" = "[]" ] || fail "mirrors $(json repositories.0.mirrors)"

step "the digest decides, so a mirror may give the first root when the repository itself is down"
expect 0 pgclient trust add http://127.0.0.1:1 --root-sha256 "$ROOT" --mirror http://127.0.0.1:2 --mirror "$URL" --name lame
says "warning"
expect 0 pgclient trust remove lame --yes
expect 10 pgclient trust add "$URL" --root-sha256 "$(printf 'a%.0s' {1..64})" --mirror "file://$T/site" --name lame
absent "$state/lame"

step "trust show: roots, keys and their people, expiry; a damaged repository does not hide the others"
expect 0 pgclient trust show
says "playground  $URL"; says "pinned root   sha256 $ROOT"; says "version 1, as pinned"
says "1 of admin "; says "1 of online "; says "$state/playground"
[ "$(grep -c 'valid until' "$OUT")" = 4 ] || fail "not every role has its expiry"
expect 0 pgclient trust show --json
[ "$(json repositories.0.roles.root.keys.0.name)" = admin ] || fail "root's key is of $(json repositories.0.roles.root)"
[ "$(json repositories.0.roles.timestamp.keys.0.name)" = online ] || fail "$(json repositories.0.roles.timestamp)"
[ "$(json repositories.0.roles.targets.version)" = 1 ] || fail "$(json repositories.0.roles.targets)"
expect 0 pgclient trust add "file://$T/site" --root "$T/site/metadata/1.root.json" --name disk
echo garbage >"$state/disk/metadata/root.json"
expect 14 pgclient trust show --json
[ "$(json repositories.0.failure | grep -c damaged)" = 1 ] || fail "$(json repositories.0)"
[ "$(json repositories.1.roles.root.version)" = 1 ] || fail "the sound one is hidden: $(json repositories.1)"
expect 2 pgclient trust show --repository nothing

step "trust remove: asks for the name, works on a damaged one, and what a kill left goes with it"
expect 2 pgclient trust remove playground
says "give --yes"
expect 3 pgclient trust remove nothing --yes
says "there is: disk, playground"
expect 2 pgclient trust remove ../playground --yes
expect 1 on_terminal y pgclient trust remove playground
says "the name typed was not 'playground'"
expect 0 pgclient fetch abc 1.0.0 --repository playground --dir got
expect 0 pgclient trust remove disk --yes --json
[ "$(json name)" = disk ] || fail "$(json name)"
absent "$state/disk" "$state/.disk.removed"
expect 0 on_terminal playground pgclient trust remove playground
absent "$state/playground"
expect 14 pgclient fetch abc
mkdir -p "$state/.playground.removed/metadata"
expect 0 pgclient trust remove playground --yes
absent "$state/.playground.removed"
expect 3 pgclient trust remove playground --yes
same_file got/abc-1.0.0.txt "$T/abc-1.0.0.txt"
