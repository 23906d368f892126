# Review and co-signing without a checkout: branches, forks and bundles; the server may swap what it likes.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"

new_world
new_key bob carol mallory
for who in bob carol mallory; do clone $who; done
# proposal_of WHO: the id of the one proposal that WHO's inbox finds.
ids() { expect 0 by "$1" inbox --all --json; node -e 'console.log(JSON.parse(require("fs").readFileSync(process.argv[1])).proposals.map(p=>p.id).join(" "))' "$OUT"; }
waiting_for() { expect 0 by "$1" inbox --json; node -e 'console.log(JSON.parse(require("fs").readFileSync(process.argv[1])).proposals.map(p=>p.id).join(" "))' "$OUT"; }
state_of() { expect 0 by "$1" review "$2" --json; json proposal.verdict; }
folder=projects/ab/abc

step "three maintainers, all of whom must sign; alice proposes the project, the others sign from their inbox"
expect 0 by alice project create abc --maintainer "$(pubkey alice)" --maintainer "$(pubkey bob)" --maintainer "$(pubkey carol)" --release-threshold 3 --yes
expect 0 by alice push
id=$(ids bob)
[ ${#id} = 64 ] || fail "not one proposal: $id"
# The id is what sha256sum says of the list that sha256sum prints of the signed parts.
list=$(for name in claim owners releases; do
  printf '%s  %s\n' "$(sed 's/.*"signed"://; s/}$//' "$T/alice/$folder/$name.json" | tr -d '\n' | sha256sum | cut -c1-64)" "$folder/$name.json"; done)
[ "$id" = "$(printf '%s\n' "$list" | sha256sum | cut -c1-64)" ] || fail "the id is not the hash of what is signed"
[ "$(git -C "$T/hub.git" for-each-ref --format='%(refname:short)' refs/heads/sign/)" = "sign/abc/${id:0:12}" ] || fail "the branch"
before=$(git -C "$T/bob" rev-parse HEAD)
expect 0 by bob sign "${id:0:8}" --yes
says "creates project abc; owners (1 of 1 must sign): alice key $(key_id alice)"
says "it still needs signatures:"
[ "$(git -C "$T/bob" rev-parse HEAD) $(git -C "$T/bob" status --porcelain)" = "$before " ] || fail "the checkout changed"
expect 0 by mallory inbox
says "nothing waits for your signature (1 for others: --all)"
expect 4 by mallory sign "$id" --yes
says "the key $(label mallory) may not sign this proposal: "
expect 0 by carol sign "$id" --yes
says "complete: pushed "
[ -z "$(git -C "$T/hub.git" for-each-ref refs/heads/sign/)" ] || fail "the branch is left"
expect 0 by bob inbox --all
stdout_is "nothing waits for a signature"
to_main alice bob carol

step "a release in the words of the reviewer's own tool, with what the reviewer built"
seq 1 100 >"$T/abc.txt"; seq 1 99 >"$T/other.txt"
expect 0 by alice release add abc 1.0.0 "$T/abc.txt" --yes
expect 0 by alice push
id=$(ids bob); short=${id:0:12}
sha=$(sha256sum <"$T/abc.txt" | cut -c1-64)
expect 0 by bob review "$short" --expect "$T/abc.txt"
says "adds release 1.0.0 of product abc of project abc with 1 file: abc.txt (292 bytes, sha256 $sha)"
says "  $folder/releases.json: version 1 -> 2, expires "
says "  $folder/files/abc/1.0.0/abc.txt: 292 bytes, sha256 $sha"
says "  $folder/releases.json: 1 of 3 signatures (missing: "
says "proposed by $(label alice)"
says "waits for your signature ($(label bob))"
says "every file is one that you expect"
expect 10 by bob review "$short" --expect "$T/other.txt"
says "$folder/files/abc/1.0.0/abc.txt has the SHA-256 $sha, which is none of those that you expect"
refs=$(git -C "$T/hub.git" for-each-ref)
expect 10 by bob sign "$short" --yes --expect "$sha" --expect "$(sha256sum <"$T/other.txt" | cut -c1-64)"
says "but no file of the proposal is that"
[ "$(git -C "$T/hub.git" for-each-ref)" = "$refs" ] || fail "something was pushed"
refused 2 "'xyz' is no proposal's id" "6 to 64 of 0-9a-f; 'pgsign inbox --all' lists them" -- by bob review xyz --no-fetch
refused 3 "no proposal begins with 000000" "'pgsign inbox --all' lists what waits; --from URL|BUNDLE looks elsewhere, too" -- \
  by bob sign 000000 --yes --no-fetch
expect 0 by bob sign "$short" --dry-run --expect "$T/abc.txt"
says "pgsign: dry run: nothing was signed or changed"

step "on a terminal: y or N, and the words before"
export XDG_CONFIG_HOME=$T/home/bob/config
question="Sign this with $(label bob)? [y/N] "
on_terminal 1 "pgsign -C $T/bob sign $short" "$question" n
says "cancelled; nothing was signed or changed"
[ "$(git -C "$T/hub.git" for-each-ref)" = "$refs" ] || fail "something was pushed without consent"
on_terminal 0 "pgsign -C $T/bob sign $short" "$question" y
says "adds release 1.0.0"; says "it still needs signatures:"
unset XDG_CONFIG_HOME

step "carol says no; everybody reads it, it is hers by her key, and her inbox is empty"
expect 2 by carol reject "$short" --yes
says "--reason"
expect 4 by mallory reject "$short" --reason "because" --yes
says "the key $(label mallory) may not sign proposal $short, so its no would say nothing"
expect 0 by carol reject "$short" --reason "not built from the tag" --yes
expect 0 by carol inbox
says "nothing waits for your signature (1 for others: --all)"
expect 0 by alice review "$short"
says "REJECTED by $(label carol): not built from the tag"
git -C "$T/mallory" fetch -q; git -C "$T/mallory" checkout -q "origin/sign/abc/$short"
git -C "$T/mallory" commit -q --allow-empty -m "No

Rejection: {\"keyid\":\"$(key_id bob)\",\"reason\":\"said in bob's name\",\"sig\":\"00\"}"
git -C "$T/mallory" push -q origin "HEAD:sign/abc/$short"; git -C "$T/mallory" switch -q main
expect 0 by alice review "$short"
says "somebody unknown says no (nobody who may sign it): said in bob's name"

step "withdrawn by the one who proposed it, and by nobody else"
expect 4 by bob withdraw "$short" --yes
says "proposal $short is not yours: the key $(key_id alice | cut -c1-8) proposed it"
expect 0 by alice withdraw "$short" --yes
says "removed branch sign/abc/$short of origin"
says "git reset --keep "
expect 0 by bob inbox --all
says_not "$short  abc"
to_main alice bob carol
for who in alice bob carol; do git -C "$T/$who" for-each-ref --format='delete %(refname)' refs/pg | git -C "$T/$who" update-ref --stdin; done

step "any order of three signers, by branch, by fork and by bundle, makes the same bytes"
mkdir "$T/story"
git clone -q --bare "$T/hub.git" "$T/fork.git"
expect 0 by alice release add abc 1.0.0 "$T/abc.txt" --yes
git -C "$T/alice" reset -q --soft origin/main; git -C "$T/alice" restore --staged --worktree . ; git -C "$T/alice" clean -qfd
expect 0 by alice inbox --all --no-fetch
git -C "$T/alice" update-ref refs/heads/sign/abc/mine "$(git -C "$T/alice" rev-parse 'HEAD@{1}')"
cp -a "$T/hub.git" "$T/fork.git" "$T/alice" "$T/bob" "$T/carol" "$T/home" "$T/story"
id=$(ids alice); short=${id:0:12}
first=
by_branch() { expect 0 by "$1" sign "$short" --yes; }
by_fork() { expect 0 by "$1" sign "$short" --yes --from "$T/fork.git" --to "$T/fork.git"; }
by_bundle() { rm -f "$T/$1.bundle"; expect 0 by "$1" sign "$short" --yes --no-push; expect 0 by "$1" export "$short" "$T/$1.bundle"; }
reset_story() { rm -rf "$T"/{hub.git,fork.git,alice,bob,carol,home,stick.bundle}; cp -a "$T"/story/* "$T"; }
for order in "alice bob carol" "alice carol bob" "bob alice carol" "bob carol alice" "carol alice bob" "carol bob alice"; do
  # shellcheck disable=SC2086
  set -- $order
  reset_story
  expect 0 by alice export "$short" "$T/stick.bundle"          # what all begin with: alice's change
  for who in bob carol; do expect 0 by $who import "$T/stick.bundle"; done
  by_branch "$1"; by_fork "$2"; by_bundle "$3"
  expect 0 by alice sign "$short" --yes --from "$T/fork.git" --from "$T/$3.bundle"
  says "complete: "
  now=$(git -C "$T/hub.git" show "main:$folder/releases.json" | sha256sum)
  [ -n "$first" ] || first=$now
  [ "$now" = "$first" ] || fail "another order, other bytes: $order"
done
expect 0 by bob inbox --all
stdout_is "nothing waits for a signature"
to_main alice bob carol

step "the server swaps bytes, or metadata, between the proposal and the approval: no signature is made"
expect 0 by alice release add abc 2.0.0 "$T/abc.txt" --yes
expect 0 by alice push
git -C "$T/alice" reset -q --hard origin/main
id=$(ids bob); short=${id:0:12}; branch=sign/abc/$short
good=$(git -C "$T/hub.git" rev-parse "$branch")
git clone -q "$T/hub.git" "$T/evil"; git -C "$T/evil" switch -q "$branch"
swapped() { git -C "$T/evil" commit -qa --amend --no-edit; git -C "$T/evil" push -qf origin "HEAD:$branch"; }
unsigned() { [ -z "$(git -C "$T/bob" for-each-ref refs/pg/signed)" ] || fail "bob signed"; }
cp "$T/other.txt" "$T/evil/$folder/files/abc/2.0.0/abc.txt"; swapped
expect 10 by bob sign "$short" --yes
says "proposal $short (branch $branch of origin) is refused: $folder/files/abc/2.0.0/abc.txt: has 288 bytes; releases.json states 292"
unsigned
git -C "$T/evil" reset -q --hard "$good"
sed -i "s/2\.0\.0/2.0.1/g" "$T/evil/$folder/releases.json"; swapped
expect 3 by bob sign "$short" --yes
says "no proposal begins with $short"
expect 0 by bob inbox
says "refused: "; says "carries a signature by $(label alice) that is not valid for its contents"
unsigned
expect 0 by bob inbox --json --all
[ "$(json refused.0.where)" = "branch $branch of origin" ] || fail "refused candidates in JSON"

step "one wrong candidate hides no other; a stranger's pull request and odd names are harmless"
git -C "$T/hub.git" update-ref refs/pull/7/head "$good"
git -C "$T/evil" reset -q --hard origin/main; echo hello >"$T/evil/README"; git -C "$T/evil" add README; git -C "$T/evil" commit -qm "A readme"
git -C "$T/evil" push -q origin HEAD:refs/pull/8/head "HEAD:refs/heads/sign/a\$(id)"
expect 0 by bob inbox
says "$short  abc  Add abc 2.0.0"
says "waits for your signature ($(label bob))"
says "refused: "
says "pgsign: warning: origin has a reference with a name that is not fetched: refs/heads/sign/a\$(id)"
says_not "A readme"
expect 0 by bob sign "$short" --yes
says "found: pull request 7 of origin (commit ${good:0:8})"
git -C "$T/hub.git" update-ref -d "refs/heads/sign/a\$(id)" 2>/dev/null || true
git -C "$T/evil" reset -q --hard origin/main
node -e 'require("fs").writeFileSync(process.argv[1], `{"signatures":[],"signed":{"version":9,"x":[${"0,".repeat(4 << 20)}0]}}\n`)' "$T/evil/projects/ab/abc/releases.json"
git -C "$T/evil" commit -qam bomb; git -C "$T/evil" push -q origin HEAD:refs/pull/9/head
expect 0 by bob inbox                                                  # 8 KiB to fetch, 600 MiB to parse
says "projects/ab/abc/releases.json has 8388657 bytes; at most "
git -C "$T/hub.git" update-ref -d refs/pull/9/head

step "a proposal on an older main applies where main moved elsewhere, and is outdated where the same role moved"
git -C "$T/mallory" fetch -q; git -C "$T/mallory" reset -q --hard origin/main
expect 0 by mallory project create other --yes
expect 0 by mallory push
[ "$(state_of carol "$short")" = pending ] || fail "it should apply as it is"
expect 0 by carol sign "$short" --yes
says "complete: pushed "
[ "$(git -C "$T/hub.git" log -1 --format=%P main)" = "$(git -C "$T/mallory" rev-parse HEAD)" ] || fail "not one commit on top of main"
to_main alice bob carol
git -C "$T/hub.git" update-ref refs/heads/sign/abc/old "$good~0"
expect 0 by carol inbox --all
says_not "$short  abc"

step "a bundle that is none, one too new, one that is there already"
echo nonsense >"$T/nonsense.bundle"
expect 10 by bob import "$T/nonsense.bundle"
says "'$T/nonsense.bundle' is no bundle of git: "
refused 3 "there is no file '$T/nowhere'" "pgsign export ID FILE makes one" -- by bob import "$T/nowhere"
refused 8 "'$T/nonsense.bundle' is there already and is never overwritten" "name another file" -- by bob export abcdef "$T/nonsense.bundle"
refused 2 "'--upload-pack=touch' is no URL and no file" -- by bob inbox --no-fetch --from=--upload-pack=touch

step "two maintainers release at once: the second is made again, signed again and pushed; the same version is a conflict"
to_main alice bob carol
expect 0 by alice project create duo --maintainer "$(pubkey alice)" --maintainer "$(pubkey bob)" --yes
expect 0 by alice push
to_main alice bob carol
expect 0 by alice release add duo 1.0.0 "$T/abc.txt" --yes
expect 0 by bob release add duo 1.1.0 "$T/other.txt" --yes
expect 0 by bob release add duo 1.2.0 "$T/abc.txt" --yes
expect 0 by alice push
before=$(git -C "$T/bob" rev-parse HEAD)
expect 2 by bob push
says "nobody can be asked here: Sign this again with $(label bob)?"
[ "$(git -C "$T/bob" rev-parse HEAD)" = "$before" ] || fail "something changed without consent"
expect 0 by bob push --yes
says "  projects/du/duo/releases.json becomes its next version"
says "what you had is kept on branch before-reapply/${before:0:8}"
[ "$(git -C "$T/bob" rev-parse "before-reapply/${before:0:8}")" = "$before" ] || fail "the old commits are lost"
[ "$(git -C "$T/hub.git" rev-parse main)" = "$(git -C "$T/bob" rev-parse HEAD)" ] || fail "not pushed"
[ -z "$(git -C "$T/bob" status --porcelain)" ] || fail "the work tree does not follow"
expect 0 by bob status duo --json
[ "$(json verdict) $(json releases.0.version) $(json releases.1.version) $(json releases.2.version)" = "accepted 1.2.0 1.1.0 1.0.0" ] || fail "not all three"
expect 0 by alice release add duo 1.2.0 "$T/abc.txt" --yes
before=$(git -C "$T/alice" rev-parse HEAD)
expect 8 by alice push --yes
says "1.2.0"
[ "$(git -C "$T/alice" rev-parse HEAD)" = "$before" ] || fail "the commit is lost"

step "with a threshold it is a proposal again, and says why"
to_main alice bob carol
for who in alice bob; do expect 0 by $who release add abc "3.0.$(key_id $who | tr -dc 1-9 | cut -c1)${#who}" "$T/abc.txt" --yes; expect 0 by $who push --yes; done
ids=$(waiting_for carol)
loser=
for who in alice bob carol; do
  by $who sign "${ids%% *}" --yes >"$OUT" 2>"$ERR" </dev/null && continue
  # Whoever proposed the other one has signed that version already, and says first that it is dropped.
  says "and that one has left this machine: two contents for one version could be shown to two people"
  says "when all agree to drop it: pgsign withdraw "
  expect 0 by $who trust withdraw abc.rel "$(sed -n 's/.*version \([0-9]*\) of role abc\.rel was signed.*/\1/p' "$ERR")" --yes
  says "still public: "
  expect 0 by $who sign "${ids%% *}" --yes
  loser=$loser$who
done
case $loser in alice | bob) ;; *) fail "instead of one of them '$loser' had signed another content" ;; esac
says "complete: pushed "
expect 0 by carol inbox --all
says "stale: projects/ab/abc/releases.json was made on version "
expect 8 by carol sign "${ids##* }" --yes
says "is outdated: "
expect 0 by $loser push --yes
says "what was signed before was signed for the version that others have taken, so it needs approval again"
says "it still needs signatures:"
