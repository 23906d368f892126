# What an administrator does day by day: configuration, blocks, reserved names, renewals. After each step the client that knows the repository from before, a fresh one and tuf-js fetch, or may not.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"
install_tuf_js

new_world
new_key mallory
clone mallory
update() { local who; for who in "$@"; do git -C "$T/$who" fetch -q; git -C "$T/$who" reset -q --hard origin/main; done; }
ann() { local code=$1; shift; update admin; expect "$code" as admin pgsign -C "$T/admin" admin "$@" --yes; }  # CODE ARGUMENTS...
push() { expect 0 by "$1" push; says "to branch main of origin"; }

fetches=0
# everybody CODE VERSION: fetches it, or is told that it is not there.
everybody() {
  local code=$1 version=$2 home path="abc/abc/$2/abc-$2.txt"
  fetches=$((fetches + 1))
  for home in reader "fresh-$fetches"; do
    [ "$home" = reader ] && [ $fetches -gt 1 ] || expect 0 as "$home" pgclient init "file://$T/site" --root-sha256 "$ROOT"
    expect "$code" node "$TUF_JS" "$URL" "$T/site/metadata/1.root.json" "$T/tuf-js-$home" "$path" "$T/js-$home-$fetches"
    [ "$code" != 0 ] || same_file "$T/js-$home-$fetches" "$T/abc-$version.txt"
    expect "$code" as "$home" pgclient fetch abc "$version" -o "$T/got-$home-$fetches"
    [ "$code" != 0 ] || same_file "$T/got-$home-$fetches" "$T/abc-$version.txt"
  done
}
release() {  # VERSION [WHO]
  echo "abc $1" >"$T/abc-$1.txt"
  update "${2:-alice}"
  expect 0 by "${2:-alice}" release add abc "$1" "$T/abc-$1.txt" --yes
  push "${2:-alice}"
}

step "a project that the administrator promoted"
expect 0 by alice project create abc --yes
push alice
release 1.0.0; release 1.1.0
ann 0 promote abc
push admin
expect 0 publish
start_nginx "$T/site"
everybody 0 1.1.0

step "the configuration: read, set, refused out of bounds"
ann 0 config set max_file_bytes 2000
says "sets max_file_bytes to 2000 (was 104857600)"
push admin
expect 0 as admin pgsign -C "$T/admin" admin config get max_file_bytes
stdout_is 2000
expect 0 as admin pgsign -C "$T/admin" admin config get --json
[ "$(json settings.max_file_bytes) $(json settings.commit_signatures)" = "2000 optional" ] || fail "config get --json"
ann 2 config set max_file_bytes 0
stderr_is "pgsign: error: '0' is no value of max_file_bytes: 1 to 9007199254740991"
ann 2 config set colour red
says "'colour' is no setting of a repository"
ann 8 config set max_file_bytes 2000
head -c 2001 /dev/zero >"$T/large"
update alice
expect 13 by alice release add abc 9.9.9 "$T/large" --yes
expect 0 publish
everybody 0 1.1.0

step "a block of one version, effective with the next publication; the reason is told"
ann 3 block abc/abc/7.7.7 --reason 'no such'
ann 2 block abc/abc/1.1.0
ann 0 block abc/abc/1.1.0 --reason 'steals passwords'
says "blocks release 1.1.0 of product abc of project abc, so that nobody gets it any more: steals passwords"
push admin
expect 0 publish
everybody 3 1.1.0
stderr_is "pgclient: error: version 1.1.0 of abc is blocked by the administrators of this repository: steals passwords
pgclient: hint: do not use what you have of it"
everybody 0 1.0.0
says "version 1.1.0 of abc is blocked by the administrators: steals passwords"
expect 3 as reader pgclient info abc 1.1.0
says "steals passwords"
expect 0 as reader pgclient status
says "abc/abc/1.1.0: steals passwords"
expect 0 as admin pgsign -C "$T/admin" status
says "blocked: abc/abc/1.1.0: steals passwords"

step "neither the project's people nor an online key can undo it; an administrator can"
update mallory
expect 4 by mallory admin unblock abc/abc/1.1.0 --yes
ann 0 unblock abc/abc/1.1.0
push admin
expect 0 publish
everybody 0 1.1.0
ann 0 block abc --reason 'its server was taken over'
push admin
expect 0 publish
everybody 3 1.0.0
says "project abc is blocked by the administrators of this repository: its server was taken over"
ann 8 block abc/abc --reason again
ann 0 unblock abc
push admin
expect 0 publish
everybody 0 1.0.0

step "a reserved name"
ann 0 reserve openssl linux
says "reserves linux, openssl: nobody can create projects of these names"
push admin
update alice
expect 10 by alice project create openssl --yes
says "the name openssl is reserved by the administrators"
ann 8 reserve abc
ann 0 reserve --undo openssl
push admin
update alice
expect 0 by alice project create openssl --yes
push alice
expect 0 publish
everybody 0 1.0.0

step "everything that runs out is signed again in one go"
ann 0 renew
says "nothing to renew"
ann 0 renew --within 366
for role in root targets blocked blocked.void claimed claimed.void; do says "role $role stays valid until"; done
push admin
expect 0 publish
everybody 0 1.1.0

step "what the administrators answer for, at one glance"
expect 0 as admin pgsign -C "$T/admin" admin status
says "administrators 1 of 1 must sign: $(label admin)"
says "reserved: linux"
expect 0 as admin pgsign -C "$T/admin" admin status --json
[ "$(json keys.administrators.needed) $(json root_version) $(json reserved)" = '1 2 ["linux"]' ] || fail "admin status --json"
echo "admin: all steps done"
