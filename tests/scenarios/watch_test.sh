# Looking at the live tree as a client does fails before something runs out: per role, offline and online, over HTTP and in a
# folder, and when the tree is not what was signed.
source "$(dirname "$0")/lib.sh"

new_world
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
start_nginx "$T/site"
watch() { as watcher pgpublish watch "$URL" --root-sha256 "$ROOT" "$@"; }
# The hours below end in a half, so that the seconds that a step takes change no rounded figure.

step "C-12 everything is valid: every role of the administrators and of the publisher, from the live site and from the folder"
expect 0 watch
for role in root timestamp snapshot targets blocked blocked.void claimed claimed.void new; do says "$role "; done
expect 0 watch --json
[ "$(json roles.1.role)" = timestamp ] && [ "$(json roles.1.enough)" = true ] || fail "timestamp"
[ "$(json roles.1.wanted_seconds)" = 64800 ] || fail "a quarter of three days is asked of the timestamp"
[ "$(json roles.0.wanted_seconds)" = 432000 ] || fail "five days are asked of the root"
expect 0 as watcher pgpublish watch "$T/site" --root-sha256 "$ROOT" --min-valid 36h
absent "$T/home/watcher"

step "C-12 what is valid for less than is asked for is named, with who can help"
expect 11 as watcher faketime -f +30m pgpublish watch "$URL" --root-sha256 "$ROOT" --min-valid timestamp=4d
stderr_is "pgpublish: error: role timestamp of $URL is valid for 2 days only; 4 days are asked for
pgpublish: hint: does the job that publishes still run?"
expect 11 watch --min-valid 400d --min-valid timestamp=1h --min-valid snapshot=1h --min-valid new=1h --json
[ "$(json error.code)" = expired ] || fail "code"
[ "$(json roles.0.enough)" = false ] && [ "$(json roles.1.enough)" = true ] || fail "which"
[ "$(json error.hint)" = "the administrators renew it: pgsign admin renew" ] || fail "hint"

step "C-12 nobody publishes any more: told while clients can still use everything, and afterwards"
expect 11 as watcher faketime -f +3630m pgpublish watch "$URL" --root-sha256 "$ROOT"
stderr_is "pgpublish: error: role timestamp of $URL is valid for 11 hours only; 18 hours are asked for
pgpublish: hint: does the job that publishes still run?"
expect 11 as watcher faketime -f +73h pgpublish watch "$URL" --root-sha256 "$ROOT"
says "role timestamp of $URL expired"
expect 11 as watcher faketime -f +363d pgpublish watch "$URL" --root-sha256 "$ROOT"
says "more roles)"

step "what is served is not what was signed, or nothing is"
expect 2 watch --min-valid 5
expect 2 watch --min-valid nobody=5d
stderr_is "pgpublish: error: --min-valid nobody=...: this tree has no role nobody that is watched"
expect 10 as watcher pgpublish watch "$URL" --root-sha256 "$(printf '0%.0s' $(seq 64))"
cp "$T/site/metadata/1.blocked.json" "$T/saved"
sed -i 's/"version":1/"version":2/' "$T/site/metadata/1.blocked.json"
expect 10 watch
says "1.blocked.json"
cp "$T/saved" "$T/site/metadata/1.blocked.json"
expect 3 as watcher pgpublish watch "$URL/nothing" --root-sha256 "$ROOT"
kill "$SERVER"; wait "$SERVER" 2>/dev/null || true
expect 5 watch
