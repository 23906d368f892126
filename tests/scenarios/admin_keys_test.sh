# Other administrators, other online keys, other owners of a project. After each step the client that knows the repository from before, a fresh one and tuf-js fetch, or may not.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"
source "$(dirname "$0")/admin_lib.sh"
install_tuf_js

new_world
new_key bea cleo dora new-online mallory
clone bea; clone mallory
project_promoted

step "a second administrator: bea signs, too; from now on both must"
ann 2 root rotate --threshold 2
ann 0 root rotate --add "$(pubkey bea)" --threshold 2
says "adds to the administrators: bea key $(key_id bea)"
expect 0 by admin push
says "it still needs signatures:"
expect 0 by bea inbox --json
ID=$(json proposals.0.id)
expect 0 by bea review "$ID"
says "2 of the administrators must sign from now on, not 1"
expect 4 by mallory sign "$ID" --yes
expect 0 by bea sign "$ID" --yes
says "to branch main of origin"
expect 0 publish
[ -e "$T/site/metadata/2.root.json" ] || fail "2.root.json is not published"
everybody 0 1.1.0
ann 0 config set new_names_per_day 50
expect 0 by admin push
says "it still needs signatures:"
expect 0 by bea inbox --json
ID=$(json proposals.0.id)
expect 0 by bea sign "$ID" --yes
to_main admin
ann 0 block abc/abc/1.1.0 --reason 'one of two is enough'
push admin
expect 0 publish
everybody 3 1.1.0
ann 0 unblock abc/abc/1.1.0
push admin

step "admin goes, cleo comes: clients follow from the first root"
ann 0 root rotate --add "$(pubkey cleo)" --remove admin
expect 0 by admin push
git -C "$T" clone -q "$T/hub.git" "$T/cleo"
expect 0 by cleo inbox --json
ID=$(json proposals.0.id)
expect 0 by cleo sign "$ID" --yes
says "it still needs signatures:"
expect 0 by bea sign "$ID" --yes
says "to branch main of origin"
ann 4 config set transfer_days 2
expect 0 publish
everybody 0 1.1.0

both() {  # ARGUMENTS...: bea proposes, cleo signs
  to_main bea cleo
  expect 0 by bea admin "$@" --yes
  expect 0 by bea push
  expect 0 by cleo inbox --json
  ID=$(json proposals.0.id)
  expect 0 by cleo sign "$ID" --yes
  says "to branch main of origin"
  to_main bea cleo
}

step "other online keys: what the old ones sign is worth nothing any more"
both online-key rotate --online "$(pubkey new-online)"
publish_with_new() {
  sync_pub
  as new-online pgpublish publish --repository "$T/pub.git" --to "$T/site" --root-sha256 "$ROOT" \
    --online-key "$T/home/new-online/config/pg/keys/new-online.key" "$@"
}
cp -r "$T/site" "$T/old-site"
expect 4 publish
expect 0 publish_with_new
everybody 0 1.1.0
cp "$T/old-site/metadata/timestamp.json" "$T/timestamp-by-old"
! cmp -s "$T/timestamp-by-old" "$T/site/metadata/timestamp.json" || fail "the timestamp is the old one"

step "a project whose owners lost their keys: announced, objected to, announced again, done"
both config set transfer_days 1
to_main bea
expect 2 by bea admin transfer abc --reason 'lost' --yes
both transfer abc --owner "$(pubkey dora)" --reason 'all owners lost their keys'
expect 0 by bea admin status
says "announces that project abc gets other owners, not before"
expect 8 by bea admin transfer abc --complete --yes
to_main alice
expect 0 by alice owner renew abc --yes
push alice
for program in pgsign pgpublish pgclient; do eval "$program() { faketime -f '+2d' '$BIN/$program' \"\$@\"; }"; done   # two days later
to_main bea
expect 8 as bea pgsign -C "$T/bea" admin transfer abc --complete --yes
says "the owners of project abc object: they signed version 2 of role abc after the announcement"
both transfer abc --cancel
both transfer abc --owner "$(pubkey dora)" --reason 'all owners lost their keys'
for program in pgsign pgpublish pgclient; do eval "$program() { faketime -f '+4d' '$BIN/$program' \"\$@\"; }"; done   # four days later
expect 0 as bea pgsign -C "$T/bea" admin transfer abc --complete --yes
says "transfers project abc to other owners, role abc.o2, as announced"
expect 0 as bea pgsign -C "$T/bea" push
clone dora
expect 0 by cleo inbox --json
ID=$(json proposals.0.id)
expect 0 by cleo sign "$ID" --yes
expect 0 by dora sign "$ID" --yes
says "to branch main of origin"
expect 0 publish_with_new
everybody 0 1.1.0
release 1.2.0
to_main dora
expect 0 by dora maintainer add abc "$(pubkey dora)" --yes
push dora
to_main alice
expect 4 by alice maintainer add abc "$(pubkey mallory)" --yes
expect 0 publish_with_new
everybody 0 1.2.0

echo "admin keys: all steps done"
