# What a newcomer meets: others complete my change, refuse it, are faster; offline, by stick, with more than one project.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"

new_world
new_key bob
clone bob
seq 1 100 >"$T/abc.txt"; seq 1 99 >"$T/other.txt"
at() { git -C "$T/$1" rev-parse "${2:-HEAD}"; }
hub() { git -C "$T/hub.git" "$@"; }
short_id_of() { hub for-each-ref --format='%(refname:short)' "refs/heads/sign/$1" | sed 's|.*/||'; }   # of the one that waits
two() { expect 0 by alice project create "$1" --owner "$(pubkey bob)" --maintainer "$(pubkey alice)" --maintainer "$(pubkey bob)" --release-threshold 2 --yes; expect 0 by alice push; expect 0 by bob sign "$(short_id_of "$1")" --yes; says "complete: "; }

step "others complete what alice proposed: her status says so, her next command goes on from there"
two abc
proposed=$(at alice)
expect 0 by alice status abc                                         # not fetched yet
git -C "$T/alice" fetch -q
expect 0 by alice status abc
says "complete: others signed it, and main has it at $(hub rev-parse --short=8 main); this shows that state"
says "pgsign: next: pgsign push   (moves branch main there)"
cp -a "$T/alice" "$T/alice-2"
expect 0 as alice pgsign -C "$T/alice-2" push --dry-run
[ "$(at alice-2)" = "$proposed" ] || fail "a dry run moved the branch"
echo mine >"$T/alice-2/note"                                        # not committed, and in nobody's way
expect 0 as alice pgsign -C "$T/alice-2" push
says "complete: branch main of origin has commit ${proposed:0:8} of yours, as others signed it"
[ "$(at alice-2) $(cat "$T/alice-2/note")" = "$(hub rev-parse main) mine" ] || fail "main did not follow"
expect 0 as alice pgsign -C "$T/alice-2" push
says "branch main of origin has everything already"
[ -z "$(git -C "$T/alice-2" branch --list 'before-reapply/*')" ] || fail "a branch of nothing is left"
expect 0 by alice release add abc 1.0.0 "$T/abc.txt" --yes
[ "$(at alice HEAD~1)" = "$(hub rev-parse main)" ] || fail "not on top of what others completed"

step "a push that finds its proposal there does nothing; main may have gone on since it was completed"
expect 0 by alice push
id=$(short_id_of abc); branch=sign/abc/$id; one=$(at alice)
refs=$(hub for-each-ref)
expect 0 by alice push
says "branch $branch of origin has ${one:0:8} already; it still needs signatures:"
[ "$(hub for-each-ref)" = "$refs" ] || fail "something was pushed"
expect 0 by alice sign "$id" --yes
says "branch $branch of origin has it already"
git -C "$T/alice" update-ref refs/pg/found/from/stick/heads/old "$one"
expect 0 by bob sign "$id" --yes
to_main bob
expect 0 by bob release add abc 1.1.0 "$T/abc.txt" --yes; expect 0 by bob push
expect 0 by alice sign "$(short_id_of abc)" --yes
expect 0 by alice inbox --all
stdout_is "nothing waits for a signature"
[ -z "$(git -C "$T/alice" for-each-ref refs/pg)" ] || fail "what is finished stays"
git -C "$T/alice" fetch -q
expect 0 by alice push
[ "$(at alice)" = "$(hub rev-parse main)" ] || fail "main did not follow"

step "a clone that is behind goes forward, and leaves no branch behind"
git -C "$T/alice" reset -q --hard HEAD~1
expect 0 by alice push
says "branch main has nothing that main of origin does not have"
[ "$(at alice) $(git -C "$T/alice" branch --list 'before-reapply/*')" = "$(hub rev-parse main) " ] || fail "not only moved"

step "the same version from two people: the one who is second reads which commit it is and how to drop it"
to_main bob
expect 0 by alice project create solo --maintainer "$(pubkey alice)" --maintainer "$(pubkey bob)" --yes; expect 0 by alice push
to_main bob
expect 0 by alice release add solo 1.0.0 "$T/abc.txt" --yes
expect 0 by bob release add solo 1.0.0 "$T/other.txt" --yes
expect 0 by alice push
mine=$(at bob)
expect 8 by bob push --yes
says "your commit ${mine:0:8} ('Add solo 1.0.0') cannot be made again on top of what others did: "
says "git reset --keep $(git -C "$T/bob" rev-parse --short=8 HEAD~1) drops it"
[ "$(at bob)" = "$mine" ] || fail "the commit is lost"
to_main bob

step "what waits in one project holds up no other"
expect 0 by alice release add abc 2.0.0 "$T/abc.txt" --yes
waiting=$(at alice)
expect 3 by alice release add solo 2.0.0 "$T/nowhere.txt" --yes      # arguments first
refused 20 "the last change on branch main still waits: projects/ab/abc/releases.json is signed by 1 of the 2 keys it needs (missing: $(label bob))" \
  "'pgsign push' shows it to the others, and then other projects can go on here; for another change of this one: git switch -c NAME origin/main" -- \
  by alice release add solo 2.0.0 "$T/other.txt" --yes
expect 0 by alice status solo
says_not "adds release 2.0.0"
expect 0 by alice push
id=$(short_id_of abc)
expect 20 by alice release add abc 2.1.0 "$T/abc.txt" --yes
expect 0 by alice release add solo 2.0.0 "$T/other.txt" --dry-run
[ "$(at alice)" = "$waiting" ] || fail "a dry run moved the branch"
expect 0 by alice release add solo 2.0.0 "$T/other.txt" --yes
says "pgsign: proposal $id waits on branch sign/abc/$id; branch main goes on without it"
expect 0 by alice push
says "to branch main of origin"
[ "$(at alice refs/pg/signed/$id)" = "$waiting" ] || fail "what waited is lost"
[ "$(short_id_of abc)" = "$id" ] || fail "the proposal is gone"

step "the proposer reads who rejected it; withdrawn, it is not proposed again without a yes"
to_main alice bob
git -C "$T/alice" reset -q --hard "$waiting"
expect 0 by bob reject "$id" --reason "not built from the tag" --yes
expect 0 by alice inbox
says "REJECTED by $(label bob): not built from the tag"
says "to take it back: pgsign withdraw $id"
expect 0 by alice status abc
says "REJECTED by $(label bob): not built from the tag"
expect 0 by alice withdraw "$id" --yes
says "drops commit ${waiting:0:8}"
to_main alice bob; git -C "$T/alice" reset -q --hard "$waiting"; git -C "$T/alice" rebase -q origin/main
expect 2 by alice push
says "you withdrew proposal $id"
says "--yes"
[ -z "$(hub for-each-ref refs/heads/sign/)" ] || fail "proposed again"
expect 0 by alice push --yes

step "two contents for one version: the inbox says that they collide, the hint takes mine back, and trust says where one still is"
expect 0 by bob release add abc 2.0.0 "$T/other.txt" --yes; expect 0 by bob push
theirs=$(hub for-each-ref --format='%(refname:short)' refs/heads/sign/abc | sed 's|.*/||' | grep -v "$id")
expect 0 by alice inbox
says "collides with $id: both are the same version, so only one can be completed"
expect 10 by alice sign "$theirs" --yes
says "pgsign: hint: let the others sign that one; or, when all agree to drop it: pgsign withdraw $id"
expect 0 by alice trust withdraw abc.rel 4 --dry-run
says "still public: branch sign/abc/$id of origin"
expect 0 by alice withdraw "$id" --yes
expect 0 by alice sign "$theirs" --yes
says "complete: "

step "outdated ones: whose they are is known; rejected and withdrawn all the same"
to_main alice bob
expect 0 by alice release add abc 3.0.0 "$T/abc.txt" --yes; expect 0 by alice push
old=$(short_id_of abc); git -C "$T/alice" reset -q --hard origin/main
expect 0 with_key_of alice pgsign -C "$T/alice" release add abc 3.1.0 "$T/abc.txt" --yes
expect 0 with_key_of alice pgsign -C "$T/alice" push
new=$(hub for-each-ref --format='%(refname:short)' refs/heads/sign/abc | sed 's|.*/||' | grep -v "$old")
expect 0 by bob sign "$new" --yes; says "complete: "
expect 8 by bob sign "$old" --yes
says "pgsign: hint: $(label alice) can make the change again on top of that"
expect 0 by bob reject "$old" --reason "too late" --yes
expect 4 by bob withdraw "$old" --yes
expect 0 by alice withdraw "$old" --yes
[ -z "$(hub for-each-ref refs/heads/sign/)" ] || fail "it is still there"

step "a version cannot be called latest"
to_main alice bob
refused 2 "'latest' is no version: it is the word for the highest one" "name the version, for example 1.0.0" -- by alice release add solo latest "$T/abc.txt" --yes

step "a stick to a machine that has nothing: cloned, compared with the root's SHA-256, signed, and back"
expect 0 by alice release add abc 4.0.0 "$T/abc.txt" --yes; expect 0 by alice push
id=$(short_id_of abc)
expect 0 by alice export --full "$id" "$T/stick.bundle"
mv "$T/hub.git" "$T/hub-away.git"
git clone -q "$T/stick.bundle" "$T/island"
bob_there() { XDG_CONFIG_HOME=$T/home/bob/config XDG_STATE_HOME=$T/home/island pgsign -C "$T/island" "$@"; }
expect 10 bob_there trust --root-sha256 "$(printf 'ab%.0s' {1..32})"
expect 0 bob_there trust --root-sha256 "$ROOT"
expect 0 bob_there review "$id" --expect "$T/abc.txt"
expect 0 bob_there sign "$id" --yes --no-push
expect 0 bob_there export "$id" "$T/back.bundle" --no-fetch
refused 3 "there is no folder '$T/nowhere' to write into" -- by alice export "$id" "$T/nowhere/x" --no-fetch
refused 3 "there is no file or folder '$T/nowhere'" -- by alice inbox --no-fetch --from "$T/nowhere"

step "offline the inbox does not say that all is well"
expect 5 by alice inbox
says "origin could not be asked, so nothing is known beyond what was fetched before"
expect 5 by alice inbox --json
[ "$(json error.code)" = network ] || fail "code"
mv "$T/hub-away.git" "$T/hub.git"
expect 0 by alice import "$T/back.bundle"
expect 0 by alice sign "$id" --yes
says "complete: pushed "
truncate -s 5G "$T/large.bundle"
expect 13 by alice import "$T/large.bundle"
git clone -q "$T/hub.git" "$T/young"; git -C "$T/young" reset -q --hard HEAD~3; git -C "$T/young" update-ref -d refs/remotes/origin/main; git -C "$T/young" reflog expire --expire=all --all; git -C "$T/young" gc -q --prune=now
git -C "$T/young" remote remove origin
expect 8 as bob pgsign -C "$T/young" import "$T/back.bundle"
says "stands on commits of the main branch that this clone does not have"

step "a host whose main takes pull requests only: the branch, and the address that opens one"
to_main alice bob
printf '#!/bin/sh\ncase $1 in refs/heads/main) echo "protected" >&2; exit 1;; esac\n' >"$T/hub.git/hooks/update"; chmod +x "$T/hub.git/hooks/update"
git -C "$T/alice" config "url.$T/hub.git.insteadOf" https://git.example.org/o/r.git
git -C "$T/alice" remote set-url origin https://git.example.org/o/r.git
git -C "$T/alice" config pg.forge sourceforge
expect 0 by alice release add solo 5.0.0 "$T/abc.txt" --yes
expect 7 by alice push
git -C "$T/alice" config pg.forge forgejo
expect 0 by alice push
says "origin does not let this into branch main: "
says "open a pull request: https://git.example.org/o/r/compare/main...sign/solo/"
expect 0 by alice push --json
[ "$(json branch)" = "sign/solo/$(short_id_of solo)" ] || fail "the branch"
rm "$T/hub.git/hooks/update"

step "G-13 the host shows two people two mains: whoever sees both, refuses the second, and says where they part"
git -C "$T/alice" remote set-url origin "$T/hub.git"; to_main alice
expect 0 by alice project create duel --maintainer "$(pubkey alice)" --maintainer "$(pubkey bob)" --yes; expect 0 by alice push
to_main bob; expect 0 by bob status
cp -a "$T/hub.git" "$T/hub-of-bob.git"
expect 0 by alice release add duel 1.0.0 "$T/abc.txt" --yes; expect 0 by alice push
ln -s hub-of-bob.git "$T/host.git"  # one URL, which shows bob what the host likes
git -C "$T/bob" remote set-url origin "$T/host.git"
expect 0 by bob release add duel 1.0.0 "$T/other.txt" --yes; expect 0 by bob push
seen=$(at bob)
ln -sfn hub.git "$T/host.git"
expect 12 by bob push
says "branch main of origin was forked at commit $(hub rev-parse --short=8 main~1): it does not contain commit ${seen:0:8}"
expect 0 by alice export --full "$(short_id_of solo)" "$T/view.bundle"
expect 12 by bob sign "$(short_id_of solo)" --yes
expect 12 by bob inbox --from "$T/view.bundle"
expect 0 by bob trust show --json
[ "$(json main.commit)" = "$seen" ] || fail "bob trusts another main"
