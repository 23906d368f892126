# What 'pgsign push' brings to main is what the publisher accepts: it judges with the same rules before anything leaves. What the
# publisher's hook says reaches the person; and a main that holds a refused commit all the same is put right (docs/operator.md).
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"
source "$(dirname "$0")/guide_lib.sh"

new_world
new_key bob
clone bob
hub() { git -C "$T/hub.git" "$@"; }
at() { git -C "$T/$1" rev-parse HEAD; }
follow() { git -C "$T/$1" fetch -q origin && git -C "$T/$1" reset -q --hard origin/main; }

step "the administrators require signed commits; two settings are one signed change"
expect 0 by admin admin config set commit_signatures required new_names_per_day 1 --yes
says "committed "; says ": Set commit_signatures to required, new_names_per_day to 1"
[ "$(git -C "$T/admin" rev-list --count HEAD)" = 2 ] || fail "not one commit"
expect 2 by admin admin config set max_file_bytes 100 transfer_days --yes
stderr_is "pgsign: error: setting transfer_days has no value
pgsign: hint: KEY VALUE KEY VALUE ..."
expect 2 by admin admin config set max_file_bytes 100 max_file_bytes 200 --yes
says "max_file_bytes is given twice"
expect 2 by admin admin config set max_file_bytes 200MiB --yes
stderr_is "pgsign: error: '200MiB' is no value of max_file_bytes: 1 to 9007199254740991 bytes"
expect 0 by admin push
expect 0 publish

step "an unsigned commit is not pushed: the publisher would refuse it, and everybody after it"
mkdir -p "$T/admin/operations"; echo "call ben" >"$T/admin/operations/notes.txt"
git -C "$T/admin" add operations; git -C "$T/admin" commit -qm "Notes for the operators"
before=$(hub for-each-ref)
expect 10 by admin push
stderr_is "pgsign: error: commit $(git -C "$T/admin" rev-parse --short=8 HEAD) is refused: this repository requires signed commits: the commit is not signed
pgsign: hint: nothing was pushed; pgsign signs the commits that it makes"
[ "$(hub for-each-ref)" = "$before" ] || fail "it was pushed"
follow bob
expect 0 by bob status

step "nor one that waits under a signed change of the same person"
expect 0 by admin admin reserve openssl --yes
expect 10 by admin push
[ "$(hub for-each-ref)" = "$before" ] || fail "it was pushed"
git -C "$T/admin" reset -q --hard origin/main

step "changes that are made again on top of what others did are signed again, as commits"
expect 0 by alice project create abc --yes
expect 0 by admin admin reserve openssl --yes
expect 0 by admin push
expect 0 by alice push --yes
[ "$(hub rev-parse main)" = "$(at alice)" ] || fail "the push did not arrive"
expect 0 publish
[ "$(git -C "$T/pub.git" rev-parse main)" = "$(at alice)" ] || fail "publisher"

step "main holds a commit that is refused, pushed by git to a host without the hook: the commands of operator.md"
git -C "$T/bob" fetch -q; git -C "$T/bob" reset -q --hard origin/main
echo "oops" >"$T/bob/README"; git -C "$T/bob" add README; git -C "$T/bob" commit -qm "A README"
git -C "$T/bob" push -q origin HEAD:main
bad=$(at bob)
expect 10 publish
says "commit ${bad:0:8} is refused"
git -C "$T/alice" fetch -q
expect 10 by alice status
says "commit ${bad:0:8} on branch main of origin is refused"
guide operator.md 20
good=$(git -C "$T/bob" rev-parse "$bad^")
put_right() { said "$1" | sed -e "s|BAD|$bad|g; s|GOOD|$good|g; s|content.git|$T/pub.git|g; s|--previous site|--previous $T/site|g"; }
expect 10 as admin bash -c "$(put_right 'pgpublish check --repository content.git --root-sha256 HEX --previous site')"
says "commit ${bad:0:8} is refused"
expect 0 as admin bash -c "cd $T/admin && $(put_right 'git fetch origin && git log')"
says "$(git -C "$T/bob" rev-parse --short "$good")"
expect 0 as admin bash -c "cd $T/admin && $(put_right 'git push --force-with-lease=main:BAD')"
[ "$(hub rev-parse main)" = "$good" ] || fail "main is not put right"
expect 0 publish
git -C "$T/alice" fetch -q
expect 0 by alice status
expect 0 as bob bash -c "cd $T/bob && $(put_right 'git fetch origin && git rebase')"
git -C "$T/bob" reset -q --hard origin/main

step "the hook's own words reach the person: one new name too many fails, and is not pushed beside main"
expect 0 pgpublish hook install "$T/hub.git" --root-sha256 "$ROOT" --previous "$T/site"
follow bob
expect 0 by bob project create def --yes
before=$(hub for-each-ref)
expect 10 by bob push
stderr_is "pgsign: error: origin does not let this into branch main, as its pgpublish says: commit $(git -C "$T/bob" rev-parse --short=8 HEAD) is refused: projects/de/def/claim.json: is one new name too many; this repository takes 1 a day
pgsign: hint: nothing was pushed; $(grep -o 'from [0-9TZ:-]* on the next ones are taken' "$ERR"); names that administrators promote do not count: pgsign admin promote def"
[ "$(hub for-each-ref)" = "$before" ] || fail "a reference moved"

step "check says the same in text, Markdown, JSON and exit code"
git -C "$T/pub.git" fetch -q "$T/bob" HEAD
tip=$(at bob)
check() { pgpublish check --repository "$T/pub.git" --root-sha256 "$ROOT" --previous "$T/site" --commit "$tip" "$@"; }
expect 10 check --markdown "$T/report.md"
grep -q '^refused: 1 commit' "$OUT" || fail "text"
grep -q '^refused  ' "$OUT" || fail "text of the commit"
says "projects/de/def/claim.json: is one new name too many; this repository takes 1 a day"
grep -q '^### refused: 1 commit' "$T/report.md" || fail "Markdown: $(cat "$T/report.md")"
grep -q 'refused\*\* ' "$T/report.md" || fail "Markdown of the commit: $(cat "$T/report.md")"
expect 10 check --json
[ "$(json ok) $(json verdict) $(json commits.0.verdict) $(json error.code) $(json accepted)" = "false refused refused refused null" ] || fail "json"
rm "$T/report.md"
expect 11 faketime '2099-01-01 00:00:00' pgpublish check --repository "$T/pub.git" --root-sha256 "$ROOT" --commit main --markdown "$T/report.md"
says_not "accepted"
absent "$T/report.md"

step "the script of the CI judges since the last publication when it knows the site"
expect 10 env PG_TOOLS="$BIN" PG_REPOSITORY="$T/pub.git" PG_ROOT_SHA256="$ROOT" PG_SITE_URL="$T/site" bash -c "cd $T && bash $PG_SOURCE/examples/pgpublish.sh check $tip"
says "refused: 1 commit since "
expect 0 env PG_TOOLS="$BIN" PG_REPOSITORY="$T/pub.git" PG_ROOT_SHA256="$ROOT" bash -c "cd $T && bash $PG_SOURCE/examples/pgpublish.sh check $tip"

step "what a publication leaves out says the way out"
rm "$T/hub.git/hooks/pre-receive"
expect 0 by bob push
expect 0 publish
says "pgsign admin promote def"

step "main is for pull requests only: the words of the host, the branch, and the next step"
printf '#!/bin/sh\nwhile read -r old new name; do case $name in refs/heads/main) echo "GH006: Protected branch \033[31mupdate failed"; echo "At least 1 approving review is required"; exit 1;; esac; done\n' >"$T/hub.git/hooks/pre-receive"
chmod +x "$T/hub.git/hooks/pre-receive"
expect 0 by bob release add def 1.0.0 "$PG_SOURCE/CMakeLists.txt" --yes
expect 0 by bob push
says "pgsign: warning: origin does not let this into branch main: pre-receive hook declined: GH006: Protected branch \\x1b[31mupdate failed; At least 1 approving review is required"
branch=$(hub for-each-ref --format='%(refname:short)' refs/heads/sign/def)
says "to branch $branch of origin"
says "pgsign: next: somebody who may merges branch $branch into main; then pgsign push   (your branch follows)"
