# What an administrator does day by day: configuration, blocks, reserved names, renewals. After each step the client that knows the repository from before, a fresh one and tuf-js fetch, or may not.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"
source "$(dirname "$0")/admin_lib.sh"
install_tuf_js

new_world
new_key mallory
clone mallory
project_promoted

step "the configuration: read, set, refused out of bounds"
ann 0 config set max_file_bytes 2000
says "sets max_file_bytes to 2000 (was 104857600)"
push admin
expect 0 as admin pgsign -C "$T/admin" admin config get max_file_bytes
stdout_is 2000
expect 0 as admin pgsign -C "$T/admin" admin config get --json
[ "$(json settings.max_file_bytes) $(json settings.commit_signatures)" = "2000 optional" ] || fail "config get --json"
ann 2 config set max_file_bytes 0
stderr_is "pgsign: error: '0' is no value of max_file_bytes: 1 to 9007199254740991 bytes"
ann 2 config set colour red
says "'colour' is no setting of a repository"
ann 8 config set max_file_bytes 2000
head -c 2001 /dev/zero >"$T/large"
to_main alice
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
to_main mallory
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
to_main alice
expect 10 by alice project create openssl --yes
says "the name openssl is reserved by the administrators"
ann 8 reserve abc
ann 0 reserve --undo openssl
push admin
to_main alice
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

step "a product that is blocked: list says so; what stays blocked is said; the log says who decided it"
ann 0 block abc/abc/1.0.0 --reason 'steals'
push admin
ann 0 block abc/abc --reason 'nobody builds it'
push admin
expect 0 publish
expect 3 as reader pgclient list abc
says "project abc has nothing to fetch: abc/abc is blocked by the administrators of this repository: nobody builds it"
expect 3 as reader pgclient list abc/abc
says "product abc of project abc is blocked by the administrators of this repository: nobody builds it"
ann 0 unblock abc/abc
says "warning: abc/abc/1.0.0 stays blocked: steals"
push admin
expect 0 publish
expect 0 as reader pgclient list abc
says "warning: abc/abc/1.0.0 is blocked by the administrators: steals"
expect 0 as admin pgsign -C "$T/admin" log abc
says "blocks product abc of project abc, so that nobody gets it any more: nobody builds it"
grep -qE "^  blocked version [0-9]+, signed by $(label admin)$" "$OUT" || fail "who blocked it is not said"
says_not "reserves"
expect 0 as admin pgsign -C "$T/admin" log
says "no longer blocks product abc of project abc"
says "reserves linux, openssl: nobody can create projects of these names"
grep -qE "^  root version 2, signed by $(label admin)$" "$OUT" || fail "who renewed root is not said"
says_not "adds release"
echo "admin: all steps done"
