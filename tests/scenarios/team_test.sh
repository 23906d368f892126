# Who signs for a project changes, again and again, and no administrator takes part: maintainers, owners (by hops), thresholds,
# invitations, a new device. Clients that were up to date before, fresh ones and tuf-js fetch before, between and after.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"

install_tuf_js

new_world
mv "$T/home/admin" "$T/administrator"   # their keys are on no machine of this story until its end
new_key bob carol mallory

release() {  # WHO VERSION
  echo "abc $2" >"$T/abc-$2.txt"
  expect 0 by "$1" release add abc "$2" "$T/abc-$2.txt" --yes
}
# proposal WHO: the branch on which that person's HEAD was pushed.
proposal() {
  local branch
  for branch in $(git -C "$T/hub.git" for-each-ref --format='%(refname:short)' refs/heads/sign/); do
    [ "$(git -C "$T/hub.git" rev-parse "$branch")" != "$(git -C "$T/$1" rev-parse HEAD)" ] || { printf '%s' "$branch"; return; }
  done
  fail "no branch has the proposal of $1"
}
go_to() { git -C "$T/$1" fetch -q; git -C "$T/$1" switch -q --detach; git -C "$T/$1" switch -q -C "$2" "origin/$2"; }   # WHO BRANCH
proposes() { expect 0 by "$1" push; says "it still needs signatures:"; BRANCH=$(proposal "$1"); }
completes() { expect 0 by "$1" push; says "to branch main of origin"; }

step "alice's project, with a release; everybody fetches"
expect 0 by alice project create abc --yes
release alice 1.0.0
expect 0 by alice push
expect 0 publish
start_nginx "$T/site"
everybody 0 1.0.0
clone bob; clone carol; clone mallory

step "who is who: names, whole key ids"
expect 0 by alice maintainer list abc
says "$(key_id alice)  alice"
says "1 of 1 must sign"
expect 0 by alice owner list abc --json
[ "$(json role) $(json owners.keys.0.keyid) $(json owners.needed)" = "abc $(key_id alice) 1" ] || fail "owner list"

step "words that name nobody, numbers that nobody can meet, people without the right: nothing changes"
before=$(repositories)
expect 2 by alice maintainer add abc robert --yes
says "'robert' is neither a public key file nor the first 8 digits of a key id"
expect 3 by alice maintainer add abc 0123456789 --yes
says "this repository has no key 0123456789"
expect 8 by alice maintainer add abc "$(pubkey alice)" --yes
says "is one of the maintainers of project abc already"
expect 2 by alice maintainer add abc "$(pubkey bob)" --threshold 3 --yes
says "3 of the maintainers must sign, but there would be only 2"
expect 2 by alice maintainer remove abc alice --yes
says "nobody would be left among the maintainers"
expect 3 by alice maintainer remove abc bob --yes
says "the list of maintainers of abc has no key bob"
expect 4 by mallory maintainer add abc "$(pubkey mallory)" --yes
says "may not sign changes of the maintainers of abc; these may: $(label alice)"
expect 2 by alice threshold set abc everything 2 --yes
expect 2 by alice threshold set abc releases two --yes
expect 2 by alice threshold set abc releases 2 --yes
expect 8 by alice threshold set abc releases 1 --yes
says "project abc has it so already; nothing changes"
expect 3 by alice threshold set abc references 1 --yes
says "project abc has no references yet, so nobody attaches any (there is no role abc.refs)"
expect 3 by alice owner add xyz "$(pubkey bob)" --yes
expect 2 by alice maintainer add abc "$(pubkey bob)"
says "--yes"
expect 0 by alice maintainer add abc "$(pubkey bob)" --dry-run
says "adds to the maintainers of project abc: bob key $(key_id bob)"
[ "$(repositories)" = "$before" ] || fail "something changed"

step "alice adds bob to the maintainers; bob releases"
expect 0 by alice maintainer add abc "$(pubkey bob)" --yes --json
[ "$(json verdict) $(json changes.0.change) $(json changes.0.added.0.keyid)" = "accepted change-team $(key_id bob)" ] || fail "json"
completes alice
to_main bob
release bob 1.1.0
completes bob
expect 0 publish
everybody 0 1.1.0

step "bob goes, whose signature the releases need: the same change brings them signed by alice"
to_main alice
cp -a "$T/bob" "$T/bob-before"
expect 0 by alice maintainer remove abc bob --yes
says "removes from the maintainers of project abc: bob key $(key_id bob)"
says "role abc.rel stays valid until"
completes alice
expect 0 publish
everybody 0 1.1.0
to_main bob
expect 4 by bob release add abc 6.6.6 "$T/abc-1.1.0.txt" --yes

step "an owner who maintains nothing: who must sign is said, and the proposal waits for them"
expect 0 by alice maintainer add abc "$(pubkey bob)" "$(pubkey carol)" --yes
completes alice
to_main alice bob carol
expect 0 by alice maintainer remove abc alice --yes
says "projects/ab/abc/releases.json is signed by 0 of the 1 key it needs (missing: "
proposes alice
go_to carol "$BRANCH"
expect 0 by carol sign abc --yes
completes carol
expect 0 publish
everybody 0 1.1.0
to_main alice bob carol
expect 0 by alice maintainer add abc "$(key_id alice | cut -c1-8)" --threshold 2 --yes
says "2 of the maintainers of project abc must sign from now on, not 1"
proposes alice
go_to bob "$BRANCH"
expect 0 by bob sign --yes
completes bob
to_main alice bob carol
expect 0 by alice threshold set abc releases 1 --yes
completes alice
to_main alice bob carol

step "first hop: alice and bob own it, both must sign; everybody fetches between"
expect 0 by alice owner add abc "$(pubkey bob)" --threshold 2 --yes
says "hands project abc over to role abc.o2; owners (2 of 2 must sign): "
says "projects/ab/abc/owners.2.json is signed by 1 of the 2 keys it needs (missing: $(label bob))"
proposes alice
go_to mallory "$BRANCH"
expect 4 by mallory sign --yes
go_to bob "$BRANCH"
expect 0 by bob sign --yes
completes bob
expect 0 publish
[ -e "$T/site/metadata/1.abc.o2.json" ] || fail "abc.o2 is not published"
everybody 0 1.1.0
to_main alice bob carol
release carol 1.2.0
completes carol
expect 0 publish
everybody 0 1.2.0

step "the old owner's file is frozen, whoever edits it"
to_main mallory
cp "$T/bob-before/projects/ab/abc/owners.json" "$T/mallory/projects/ab/abc/owners.json"
git -C "$T/mallory" commit -qam "Take it back"
expect 10 by mallory push
says "it is frozen since its owners handed project abc over to role abc.o2"

step "one owner alone cannot: the second hop removes alice and needs both; everybody fetches"
to_main alice bob
expect 0 by bob owner remove abc alice --threshold 1 --yes
proposes bob
go_to alice "$BRANCH"
expect 0 by alice sign --yes
says "removes from the owners of project abc: alice key $(key_id alice)"
completes alice
expect 0 publish
everybody 0 1.2.0
to_main alice bob carol
expect 4 by alice maintainer remove abc bob --yes
expect 0 by bob owner list abc
says "$(key_id bob)  bob"

step "bob invites dora, who makes a key of her own; an owner compares it and signs"
expect 0 by bob invite abc --as maintainer dora --yes
says "invites dora as maintainer of project abc"
expect 20 by bob invite abc --as maintainer erik --yes
expect 0 by bob push
BRANCH=$(proposal bob)
new_key dora
clone dora
to_main dora
expect 3 by dora accept abc --yes
go_to dora "$BRANCH"
expect 0 by dora accept abc dora --yes
says "key $(key_id dora)"
proposes dora
expect 8 by dora accept abc --yes
expect 4 by dora sign abc --yes
go_to bob "$BRANCH"
expect 0 by bob sign abc --yes
says "adds to the maintainers of project abc: dora key $(key_id dora)"
absent "$T/bob/projects/ab/abc/invitations"
completes bob
to_main bob dora alice carol
release dora 1.3.0
completes dora
expect 0 publish
everybody 0 1.3.0

step "an invitation as owner: the new owner shows once more that the key is hers, by signing the new role"
to_main bob dora
expect 0 by bob invite abc --as owner dora --yes
expect 0 by bob push
go_to dora "$(proposal bob)"
expect 0 by dora accept abc --yes
expect 0 by dora push
go_to bob "$(proposal dora)"
expect 0 by bob sign --yes
proposes bob
go_to dora "$BRANCH"
expect 0 by dora sign --yes
completes dora
expect 0 publish
everybody 0 1.3.0

step "an acceptance counts for its invitation only"
to_main bob mallory
expect 0 by bob invite abc --as owner mallory --yes
expect 0 by bob push
go_to mallory "$(proposal bob)"
sed 's/"as":"owner"/"as":"maintainer"/' "$T/mallory/projects/ab/abc/invitations/mallory.json" >"$T/other.json"
expect 0 by mallory accept abc --yes
cp "$T/other.json" "$T/mallory/projects/ab/abc/invitations/mallory.json"
git -C "$T/mallory" commit -qam "Less"
expect 10 by mallory sign --yes
says "commit $(git -C "$T/mallory" rev-parse --short=8 HEAD) is refused: projects/ab/abc/invitations/mallory.json: carries a signature"
to_main mallory

step "a new device: bob replaces his key as owner and as maintainer in one command"
to_main bob
as bob pgsign key new bob-2 --no-passphrase >/dev/null 2>&1
expect 2 by bob key replace bob bob --project abc --yes
expect 0 by bob key replace bob bob-2 --project abc --yes
completes bob
expect 0 by bob owner list abc --json
[ "$(json role)" = "abc.o5" ] || fail "the owners' role is $(json role)"
says_not "$(key_id bob)\""
echo "abc 1.4.0" >"$T/abc-1.4.0.txt"
expect 0 by bob release add abc 1.4.0 "$T/abc-1.4.0.txt" --key bob-2 --yes
completes bob
expect 0 publish
everybody 0 1.4.0

step "a lost key: the co-owner signs"
to_main dora bob
as bob pgsign key new bob-3 --no-passphrase >/dev/null 2>&1
lost=$(as bob pgsign key show bob-2 --json); lost=${lost#*'"keyid":"'}; lost=${lost:0:12}
rm "$T/home/bob/config/pg/keys/bob-2.key"
expect 0 by bob key replace "$lost" bob-3 --project abc --yes
proposes bob
go_to dora "$BRANCH"
expect 0 by dora sign --yes
completes dora
expect 0 publish
everybody 0 1.4.0

step "at last the administrators: the way is shortened, and everybody fetches again"
mv "$T/administrator" "$T/home/admin"
git -C "$T/admin" pull -q --ff-only
expect 0 as admin pgsign -C "$T/admin" admin promote abc --yes
expect 0 as admin pgsign -C "$T/admin" push
expect 0 publish
everybody 0 1.4.0
grep -q '"name":"abc.o6"' "$T/site/metadata/2.claimed.json" || fail "claimed does not delegate to abc.o6"
to_main dora bob
release dora 1.5.0
completes dora
expect 0 by dora owner remove abc bob --yes
completes dora
expect 0 publish
everybody 0 1.5.0
git -C "$T/admin" pull -q --ff-only
expect 0 as admin pgsign -C "$T/admin" admin promote --yes
expect 0 as admin pgsign -C "$T/admin" push
expect 0 as admin pgsign -C "$T/admin" admin promote --yes
says "nothing to promote"
expect 0 publish
everybody 0 1.5.0
echo "team: all steps done"
