# Every policy of the signed configuration, switched by an administrator: what was accepted before is refused after it by check, by the hook of
# a bare repository and by the publisher. What is offered was signed before the switch, and is put on top of main by plain git.
source "$(dirname "$0")/lib.sh"

new_world
new_key nora
echo one >"$T/one"; head -c 3000 /dev/zero >"$T/large"
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0 "$T/one" --yes
expect 0 as alice pgsign -C "$T/alice" push
git -C "$T/admin" pull -q
expect 0 as admin pgsign -C "$T/admin" admin promote abc --yes
expect 0 as admin pgsign -C "$T/admin" push
expect 0 publish
expect 0 pgpublish hook install "$T/hub.git" --root-sha256 "$ROOT" --previous "$T/site"
git clone -q "$T/hub.git" "$T/anybody"

main() { git -C "$T/hub.git" rev-parse main; }
update() { git -C "$T/$1" fetch -q; git -C "$T/$1" reset -q --hard origin/main; }
# made WHO COMMAND...: what pgsign commits for WHO and nobody pushes; sets $OFFER, in the clone of anybody.
made() {
  local who=$1; shift
  update "$who"
  expect 0 as "$who" pgsign -C "$T/$who" "$@" --yes
  git -C "$T/anybody" fetch -q "$T/$who" HEAD
  OFFER=$(git -C "$T/anybody" rev-parse FETCH_HEAD)
  update "$who"
}
# on_main PATH...: these of $OFFER as an unsigned commit on top of main.
on_main() {
  git -C "$T/anybody" fetch -q origin
  git -C "$T/anybody" checkout -q -B offered origin/main
  git -C "$T/anybody" checkout -q "$OFFER" -- "$@"
  git -C "$T/anybody" commit -q -m offered
}
check() { pgpublish check --repository "$T/anybody" --commit offered --root-sha256 "$ROOT" --previous "$T/site"; }
accepted_before() { on_main "$@"; expect 0 check; }
switch() {  # KEY VALUE: takes effect for what comes after it
  update admin
  expect 0 as admin pgsign -C "$T/admin" admin config set "$1" "$2" --yes
  expect 0 as admin pgsign -C "$T/admin" push
  expect 0 publish
}
refused_after() {  # TEXT PATH...
  local text=$1 before; shift
  on_main "$@"
  before=$(main)
  expect 10 check
  says "$text"
  expect 1 git -C "$T/anybody" push origin offered:main
  says "$text"
  [ "$(main)" = "$before" ] || fail "main moved"
  if [ -z "${WAITS:-}" ]; then not_published "$text"; else not_published "$WAITS" 0; fi
}
# The commit itself, on its branch that left main before the switch, brought in by a merge.
refused_when_merged() {  # TEXT
  git -C "$T/anybody" fetch -q origin
  local first second
  for first in origin/main "$OFFER"; do
    second=$OFFER; [ "$first" = origin/main ] || second=origin/main
    git -C "$T/anybody" checkout -q -B offered "$first"
    git -C "$T/anybody" merge -q --no-ff -m merged "$second"
    expect 10 check
    says "$1"
    [ "$first" = origin/main ] || continue
    expect 1 git -C "$T/anybody" push origin offered:main
    says "$1"
  done
}
not_published() {  # TEXT [CODE]: also when main has it, by a way around the hook
  cp -a "$T/site" "$T/site-before"; cp -a "$T/pub.git" "$T/pub-before"
  git -C "$T/pub.git" fetch -q "$T/anybody" +offered:main
  expect "${2:-10}" as online pgpublish publish --repository "$T/pub.git" --to "$T/site" --root-sha256 "$ROOT" --online-key "$T/home/online/config/pg/keys/online.key"
  says "$1"
  [ "$(fingerprint "$T/site")" = "$(fingerprint "$T/site-before")" ] || fail "something was published"
  rm -rf "$T/pub.git" "$T/site-before"; mv "$T/pub-before" "$T/pub.git"
}

step "max_file_bytes"
made alice release add abc 2.0.0 "$T/large"
accepted_before projects
switch max_file_bytes 2999
refused_after "projects/ab/abc/files/abc/2.0.0/large: has 3000 bytes; a file of this repository may have up to 2999" projects
refused_when_merged "may have up to 2999"
switch max_file_bytes 3000
accepted_before projects

step "expiry_days.project: five years were allowed"
made alice release add abc 2.0.0 "$T/one"
accepted_before projects
switch expiry_days.project 10
refused_after "at most 10 days from now are allowed" projects
refused_when_merged "at most 10 days from now are allowed"
switch expiry_days.project 2000
accepted_before projects

step "expiry_days.claimed: of an administrators' role as well"
made admin admin reserve bank
accepted_before admin/claimed.json
switch expiry_days.claimed 20
refused_after "states that role claimed is valid until" admin/claimed.json
refused_when_merged "both sides of the merge changed admin/"
switch expiry_days.claimed 365

step "expiry_days.timestamp: the publisher keeps to it itself"
switch expiry_days.timestamp 1
expect 0 pgpublish watch "$T/site" --root-sha256 "$ROOT" --min-valid timestamp=1h --json
[ "$(json roles.1.role)" = timestamp ] || fail "not the timestamp"
[ "$(json roles.1.valid_seconds)" -le 86400 ] || fail "valid for $(json roles.1.valid_seconds) seconds"
switch expiry_days.timestamp 3

step "transfer_days: owners have longer to object"
made admin admin transfer abc --owner "$(pubkey nora)" --reason 'keys lost'
accepted_before admin/claimed.json
switch transfer_days 60
refused_after "admin/claimed.json: the transfer is announced for less than 60 days after" admin/claimed.json
refused_when_merged "both sides of the merge changed admin/"

step "new_names_per_day"
made alice project create first
first=$OFFER
made alice project create second
accepted_before projects
switch new_names_per_day 1
second=$OFFER OFFER=$first
accepted_before projects
expect 0 git -C "$T/anybody" push -q origin offered:main
expect 0 publish
OFFER=$second
WAITS="project second is one new name too many; 1 a day are taken"  # until tomorrow; what is published is kept fresh
refused_after "projects/se/second/claim.json: is one new name too many; this repository takes 1 a day" projects
says "'pgsign admin promote second' lets it go on"
WAITS=
absent "$T/site/metadata/1.second.json"
switch new_names_per_day 0
accepted_before projects

step "commit_signatures: who puts a commit together from what others signed"
made alice release add abc 2.0.0 "$T/one"
accepted_before projects
switch commit_signatures required
refused_after "this repository requires signed commits: the commit is not signed" projects
update alice
expect 0 as alice pgsign -C "$T/alice" release add abc 2.0.0 "$T/one" --yes
expect 0 as alice pgsign -C "$T/alice" push
says "to branch main of origin"
expect 0 publish
switch commit_signatures optional
made alice release add abc 3.0.0 "$T/one"
accepted_before projects
echo "each policy counts from the commit after the one that sets it"
