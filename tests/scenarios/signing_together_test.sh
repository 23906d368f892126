# Several people sign one change: two administrators make a repository, two owners claim a name, two maintainers release.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"

new_key ann ben cleo online alice bob mallory
git init -q --bare "$T/hub.git"
proposal() { git -C "$T/hub.git" for-each-ref --format='%(refname:short)' "refs/heads/sign/$1"; }   # the one branch of it
switch_to() { git -C "$T/$1" fetch -q && git -C "$T/$1" switch -q "$2"; }
back_to_main() { git -C "$T/$1" switch -q main && git -C "$T/$1" pull -q; }

step "ann makes a repository of three administrators, two of whom must sign; it is pending"
expect 0 as ann pgsign init "$T/ann" --name playground --online "$(pubkey online)" --admin "$(pubkey ann)" --admin "$(pubkey ben)" \
  --admin "$(pubkey cleo)" --threshold 2 --yes
says "admin/root.json is signed by 1 of the 2 keys it needs (missing: "
says "pgsign: the root's SHA-256 is known when the other administrators have signed"
says_not "root SHA-256: "
git -C "$T/ann" remote add origin "$T/hub.git"
expect 0 by ann push
branch=$(proposal admin)
says "pushed $(git -C "$T/ann" rev-parse --short=8 HEAD) to branch $branch of origin; it still needs signatures:"
says "  pgsign sign ${branch#sign/admin/}"
id=$(for name in blocked blocked.void claimed claimed.void root targets; do
  printf '%s  admin/%s.json\n' "$(sed 's/.*"signed"://; s/}$//' "$T/ann/admin/$name.json" | tr -d '\n' | sha256sum | cut -c1-64)" "$name"
done | sha256sum | cut -c1-12)
[ "$branch" = "sign/admin/$id" ] || fail "the branch is $branch instead of sign/admin/$id"
[ -z "$(git -C "$T/hub.git" for-each-ref refs/heads/main)" ] || fail "a pending repository reached the main branch"
expect 0 by ann status
says "waits for signatures:"
says_not "root SHA-256: "

step "nothing can be built on it, and a stranger cannot sign it"
refused 20 "the last change on branch main still waits: admin/claimed.json is signed by 1 of the 2 keys it needs (missing: $(
  for id in $(for who in ben cleo; do printf '%s=%s\n' "$(key_id $who)" $who; done | sort); do label "${id#*=}"; printf ', '; done | sed 's/, $//'))" \
  "'pgsign push' shows it to the others, and then other projects can go on here; for another change of this one: git switch -c NAME origin/main" -- \
  by ann project create abc --yes
clone ben 2>/dev/null
clone mallory 2>/dev/null
switch_to mallory "$branch"
expect 4 by mallory sign --yes
says "the key $(label mallory) may sign nothing that waits: admin/claimed.json is signed by 1 of the 2 keys it needs"
expect 0 by ann sign --yes
says "$(label ann) has signed already; others must still sign:"

step "ben signs in a clone: complete, both places of the root are one file, and it reaches the main branch"
switch_to ben "$branch"
expect 0 by ben sign --dry-run --json
[ "$(json changes.0.change) $(json verdict)" = "create-repository pending" ] || fail "dry run"
expect 0 by ben sign --yes
says "creates repository playground at "; says "; administrators (2 of 3 must sign): "
ROOT=$(sha256sum <"$T/ben/admin/root.json" | cut -d' ' -f1)
says "root SHA-256: $ROOT"
same_file "$T/ben/admin/root.json" "$T/ben/admin/root_history/1.root.json"
expect 0 by ben push
says "to branch main of origin"
back_to_main ann
expect 0 by ann status --json
[ "$(json verdict) $(json root_sha256)" = "accepted $ROOT" ] || fail "status"
git -C "$T/hub.git" symbolic-ref HEAD refs/heads/main
clone alice; clone bob

step "alice claims a name with bob: every owner must sign the claim, both maintainers the releases"
expect 0 by alice project create abc --owner "$(pubkey bob)" --maintainer "$(pubkey bob)" --release-threshold 2 --yes
says "projects/ab/abc/claim.json is signed by 1 of the 2 keys it needs (missing: $(label bob))"
expect 0 by alice push
branch=$(proposal abc)
switch_to bob "$branch"
expect 0 by bob sign abc --yes
[ "$(git -C "$T/bob" log -1 --format=%s)" = "Sign abc (claim), abc.rel" ] || fail "title: $(git -C "$T/bob" log -1 --format=%s)"
expect 0 by bob push
says "pgsign: next: git switch main && git pull"
back_to_main alice; back_to_main bob

step "a release of two maintainers: alice proposes, bob's own tool computes the words again and signs"
seq 1 100 >"$T/abc.txt"
expect 0 by alice release add abc 1.0.0 "$T/abc.txt" --yes --json
[ "$(json verdict) $(json missing.0.path) $(json missing.0.signatures.missing.0.name)" = \
  "pending projects/ab/abc/releases.json bob" ] || fail "json of a pending release"
expect 0 by alice push
branch=$(proposal abc | tail -n 1)
for branch in $(proposal abc); do [ "$(git -C "$T/hub.git" rev-parse "$branch")" = "$(git -C "$T/alice" rev-parse HEAD)" ] && break; done
switch_to bob "$branch"
expect 0 by bob status abc
says "adds release 1.0.0 of product abc of project abc with 1 file: abc.txt (292 bytes, sha256 $(sha256sum <"$T/abc.txt" | cut -c1-64))"
says "projects/ab/abc/releases.json is signed by 1 of the 2 keys it needs (missing: $(label bob))"
expect 0 by bob sign xyz --yes
says "nothing of xyz waits for a signature on branch $branch"

step "a proposal whose file is not what it states is not signed"
cp -a "$T/bob" "$T/mallory2"
seq 1 99 >"$T/mallory2/projects/ab/abc/files/abc/1.0.0/abc.txt"
git -C "$T/mallory2" commit -qam "Same, but better"
refused 10 "commit $(git -C "$T/mallory2" rev-parse --short=8 HEAD) is refused: projects/ab/abc/files/abc/1.0.0/abc.txt: has 288 bytes; releases.json states 292" -- \
  as bob pgsign -C "$T/mallory2" sign --yes

step "while bob signs, others reach the main branch elsewhere: both are there in the end, nothing is forced"
expect 0 by bob sign --yes
git -C "$T/mallory" fetch -q; git -C "$T/mallory" switch -q main
expect 0 by mallory project create other --yes
expect 0 by mallory push
main=$(git -C "$T/hub.git" rev-parse main)
expect 0 by bob push
says "complete: pushed "
[ "$(git -C "$T/hub.git" log -1 --format=%P main)" = "$main" ] || fail "not one commit on top of what others did"
git -C "$T/alice" fetch -q; git -C "$T/alice" reset -q --hard origin/main
back_to_main alice
expect 0 by alice status abc --json
[ "$(json verdict) $(json releases.0.version) $(json releases.0.files.0.length)" = "accepted 1.0.0 292" ] || fail "the release"

step "two administrators promote it"
git -C "$T/ann" pull -q
expect 0 by ann admin promote abc other --yes
says "admin/claimed.json is signed by 1 of the 2 keys it needs"
expect 0 by ann push
for branch in $(proposal admin); do [ "$(git -C "$T/hub.git" rev-parse "$branch")" = "$(git -C "$T/ann" rev-parse HEAD)" ] && break; done
clone cleo
switch_to cleo "$branch"
expect 0 by cleo sign --yes
says "promotes abc, other: from now on no online key can touch these names"
says_not "root SHA-256: "
expect 0 by cleo push
back_to_main alice
expect 0 by alice status abc
says "project abc (promoted: the administrators delegate it)"
