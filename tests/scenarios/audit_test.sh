# An auditor who believes nobody replays the whole history: who held what when, for all projects and for one; a history that breaks
# is refused with commit, file and reason, wherever it breaks.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"

new_world
new_key bob mallory
echo one >"$T/abc-1.txt"
expect 0 by alice project create abc --yes
expect 0 by alice release add abc 1.0.0 "$T/abc-1.txt" --yes
created=$(git -C "$T/alice" rev-parse --short=8 main~1)
expect 0 by alice maintainer add abc "$(pubkey bob)" --yes
added=$(git -C "$T/alice" rev-parse --short=8 main)
expect 0 by alice maintainer remove abc bob --yes
removed=$(git -C "$T/alice" rev-parse --short=8 main)
expect 0 by alice project create xyz --yes
expect 0 by alice push
git clone -q --bare "$T/hub.git" "$T/audit.git"
audit() { as auditor pgpublish audit "$T/audit.git" --root-sha256 "$ROOT" "$@"; }
date_of() { git -C "$T/hub.git" log -1 --date=format:%Y-%m-%dT%H:%M:%SZ --format=%cd "$1"; }

step "one project: whole key ids, first and last commit, and how many had to sign"
expect 0 audit abc
first=$(git -C "$T/hub.git" rev-parse --short=8 main)
stdout_is "accepted: 6 commits, from the pinned root to $first
project abc: new, the online key vouches for it
project abc, maintainers: 1 of 1 must sign
  from $created $(date_of "$created")                                   $(key_id alice)  alice
  from $added $(date_of "$added") to $removed $(date_of "$removed")  $(key_id bob)  bob
  from $created $(date_of "$created") to $added $(date_of "$added")  1 of 1 had to sign
  from $added $(date_of "$added") to $removed $(date_of "$removed")  1 of 2 had to sign
  from $removed $(date_of "$removed")                                   1 of 1 had to sign
project abc, owners: 1 of 1 must sign
  from $created $(date_of "$created")                                   $(key_id alice)  alice"
expect 0 audit abc --json
[ "$(json projects.abc.roles.maintainers.holders.1.key)" = "$(key_id bob)" ] || fail "bob's key"
[ "$(json projects.abc.roles.maintainers.holders.1.to.commit)" = "$(git -C "$T/hub.git" rev-parse "$removed")" ] || fail "bob's last commit"
[ "$(json projects.xyz)" = undefined ] || fail "another project"

step "all of it: administrators, online keys, every project"
expect 0 audit
says "role root: 1 of 1 must sign"
says "$(key_id admin)  admin"
says "role timestamp: 1 of 1 must sign"
says "$(key_id online)  online"
says "project xyz, owners: 1 of 1 must sign"
expect 3 audit abcd
stderr_is "pgpublish: error: there is no project abcd in this history"

step "a promotion is part of the story"
git -C "$T/admin" pull -q --rebase
expect 0 as admin pgsign -C "$T/admin" admin promote abc --yes
promoted=$(git -C "$T/admin" rev-parse --short=8 main)
expect 0 as admin pgsign -C "$T/admin" push
sync() { git -C "$T/audit.git" fetch -q "$T/hub.git" '+refs/heads/*:refs/heads/*'; }
sync
expect 0 audit abc
says "project abc: promoted from $promoted $(date_of "$promoted")"
says "  from $created $(date_of "$created")                                   $(key_id alice)  alice"
good=$(git -C "$T/hub.git" rev-parse main)

step "a tip that waits for signatures does not count"
git -C "$T/alice" pull -q --rebase
expect 0 by alice project create duo --maintainer "$(pubkey alice)" --maintainer "$(pubkey bob)" --release-threshold 2 --yes
waiting=$(git -C "$T/alice" rev-parse --short=8 main)
git -C "$T/alice" push -q origin main; sync
expect 0 audit abc
says "warning: commit $waiting waits for signatures and does not count"
says "accepted: 7 commits, from the pinned root to ${good:0:8}"
git -C "$T/hub.git" update-ref refs/heads/main "$good"; sync
git -C "$T/alice" fetch -q; git -C "$T/alice" reset -q --hard "$good"

step "a live site against the history: the same, behind it, and with another file under a name that git knows"
expect 0 publish
start_nginx "$T/site"
for site in "$T/site" "$URL"; do
  expect 0 audit --site "$site"
  stdout_is "$site serves commit ${good:0:8}: 11 roles compared, 0 accepted commits not published yet"
done
newest=$(ls "$T/site/metadata" | grep 'abc.rel.json$' | sort -n | tail -n 1)
cp "$T/site/metadata/$newest" "$T/kept"
sed -i 's/"sig":"./"sig":"/' "$T/site/metadata/$newest"
expect 10 audit --site "$URL"
stdout_is "$URL: role abc.rel version ${newest%%.*} is another file than in git"
stderr_is "pgpublish: error: $URL serves what commit ${good:0:8} does not say: 1 difference
pgpublish: hint: tell the administrators; somebody else may hold the online keys"
expect 10 audit --site "$T/site" --json
[ "$(json site.differences.0.role) $(json site.roles_compared)" = "abc.rel 11" ] || fail "$(json site)"
cp "$T/kept" "$T/site/metadata/$newest"
step "a copy of the site lacks files that its snapshot states, or has others in their place: each is asked for"
cp -r "$T/site" "$T/copy"
rm "$T/copy/metadata/"*.claimed.json "$T/copy/metadata/"*.blocked.json
expect 10 audit --site "$T/copy"
stdout_is "$T/copy: role blocked version 1 is stated, but is not there
$T/copy: role claimed version 2 is stated, but is not there"
cp "$T/site/metadata/1.claimed.void.json" "$T/copy/metadata/2.claimed.json"; cp "$T/site/metadata/1.blocked.json" "$T/copy/metadata/"
expect 10 audit --site "$T/copy"
stdout_is "$T/copy: role claimed version 2 is another file than in git"

step "what has expired is named, with its own exit code: clients refuse an old copy however right it once was"
expect 11 faketime -f +60d pgpublish audit "$T/audit.git" --root-sha256 "$ROOT" --site "$T/site"
says "$T/site: role timestamp version 1 expired on "
says "$T/site: role snapshot version 1 expired on "
says_not "role root"
says "pgpublish: error: $T/site serves what commit ${good:0:8} says, but 3 of its roles have expired
pgpublish: hint: clients refuse it: it is an old copy, or the job that publishes does not run any more"
expect 3 audit --site "$T/nothing"
expect 2 audit abc --site "$T/site"
expect 0 by alice project create late --yes
expect 0 by alice push
sync
expect 0 audit --site "$URL" --json
[ "$(json site.commits_behind) $(json site.differences)" = "1 []" ] || fail "$(json site)"
good=$(git -C "$T/hub.git" rev-parse main)

step "another root, a clone without its beginning"
expect 10 as auditor pgpublish audit "$T/audit.git" --root-sha256 "$(printf '0%.0s' $(seq 64))"
says "but the pinned root has"
git clone -q --depth 2 "file://$T/hub.git" "$T/shallow" 2>/dev/null
expect 10 as auditor pgpublish audit "$T/shallow" --root-sha256 "$ROOT"
says "shallow"

# broken WHAT FILE-AND-REASON: what lies in $M, committed, with an honest commit on top: the audit names the first that is wrong.
git clone -q "$T/hub.git" "$T/mallory"
M=$T/mallory P=projects/ab/abc
broken() {
  local bad
  step "$1"
  git -C "$M" add -A; git -C "$M" commit -qm "$1"
  bad=$(git -C "$M" rev-parse --short=8 HEAD)
  echo later >"$M/README.md"; git -C "$M" add -A; git -C "$M" commit -qm later
  git -C "$M" push -q --force origin HEAD:main; sync
  expect 10 audit
  says "pgpublish: error: commit $bad is refused: $2"
  stdout_is ""
  expect 10 audit abc --json
  [ "$(json projects)" = undefined ] || fail "an answer from a broken history"
  git -C "$M" reset -q --hard "$good"
}
echo evil >>"$M/$P/files/abc/1.0.0/abc-1.txt"
broken "a released file was changed" \
  "$P/files/abc/1.0.0/abc-1.txt: is changed; a released file never changes, add a new version"
printf '{"signatures":[],"signed":{}}' >"$M/admin/targets.json"
broken "a role of the administrators was replaced" "admin/targets.json: "
