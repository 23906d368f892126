# A bare repository that takes nothing that does not verify: real pushes over file://, with the pre-receive hook that pgpublish installs.
source "$(dirname "$0")/lib.sh"

new_world
new_key mallory bob
printf 'abc one\n' >"$T/abc-1.txt"; printf 'abc two\n' >"$T/abc-2.txt"
H=$T/hub.git
P=projects/ab/abc
git -C "$T/alice" remote set-url origin "file://$H"
hub() { git -C "$H" rev-parse "${1:-main}"; }
install() { pgpublish hook install "$H" --root-sha256 "$ROOT" "$@"; }

step "the hook is installed once main is right, and never over somebody else's"
expect 2 install --root-sha256 "$ROOT" --root x
expect 10 pgpublish hook install "$H" --root-sha256 "$(printf '0%.0s' $(seq 64))"
says "but the pinned root has"
absent "$H/hooks/pre-receive"
expect 2 pgpublish hook install "$T/alice" --root-sha256 "$ROOT"
says "has a work tree; the hook is for a bare repository, to which people push"
printf '#!/bin/sh\necho mine\n' >"$H/hooks/pre-receive"
expect 8 install
stderr_is "pgpublish: error: there is another hook: '$H/hooks/pre-receive'
pgpublish: hint: keep it elsewhere, or replace it: --replace"
[ "$(tail -n 1 "$H/hooks/pre-receive")" = "echo mine" ] || fail "the foreign hook was changed"
expect 2 install --replace --previous https://content.example.org
says "a hook asks no server: --previous must be a folder of this machine"
git -C "$H" config core.hooksPath /elsewhere
expect 8 install --replace
says "git looks for hooks in '/elsewhere', not in this repository"
git -C "$H" config --unset core.hooksPath
expect 0 install --replace
[ "$(wc -l <"$H/hooks/pre-receive")" = 2 ] || fail "the hook has not two lines"
[ -x "$H/hooks/pre-receive" ] || fail "the hook cannot be run"
expect 0 install --max-proposals 2 --max-proposal-bytes 100000

step "what verifies goes through, by pgsign and by git"
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0 "$T/abc-1.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
[ "$(hub)" = "$(git -C "$T/alice" rev-parse HEAD)" ] || fail "the push did not arrive"
expect 0 as alice pgsign -C "$T/alice" release add abc 2.0.0 "$T/abc-2.txt" --yes
expect 0 git -C "$T/alice" push -q origin HEAD:main
good=$(hub)
[ "$good" = "$(git -C "$T/alice" rev-parse HEAD)" ] || fail "the push did not arrive"

git clone -q "file://$H" "$T/mallory"
M=$T/mallory
commit_all() { git -C "$M" add -A && git -C "$M" commit -qm "${1:-change}"; }
short() { git -C "$M" rev-parse --short=8 HEAD; }
# rejected TEXT REFSPEC...: the push is refused with this text, the repository is as it was, and holds none of the objects.
rejected() {
  local text=$1 before count; shift
  before=$(git -C "$H" for-each-ref); count=$(git -C "$H" count-objects -v)
  expect 1 git -C "$M" push origin "$@"
  says "$text"
  says "pre-receive hook declined"
  [ "$(git -C "$H" for-each-ref)" = "$before" ] || fail "a reference moved"
  [ "$(git -C "$H" count-objects -v)" = "$count" ] || fail "objects stayed"
  absent "$H"/objects/*incoming-*
  git -C "$M" reset -q --hard "$good"; git -C "$M" clean -qfd
}

echo evil >>"$M/$P/files/abc/1.0.0/abc-1.txt"; commit_all
step "a push to main that does not verify is rejected with the reason"
rejected "commit $(short) is refused: $P/files/abc/1.0.0/abc-1.txt: is changed; a released file never changes, add a new version" HEAD:main
echo '{}' >"$M/admin/timestamp.json"; commit_all; echo x >"$M/README.md"; commit_all
rejected "admin/timestamp.json: is role timestamp, which only the publisher makes" HEAD:main
blob=$(printf /etc/passwd | git -C "$M" hash-object -w --stdin)
git -C "$M" update-index --add --cacheinfo "120000,$blob,$P/files/abc/1.0.0/link"; git -C "$M" commit -qm link
rejected "entry 'link' is a symbolic link" HEAD:main
printf '##[set-env name=X]::set-output::\n' >"$M/README.md"; commit_all; mkdir -p "$M/admin"; echo x >"$M/admin/x"; commit_all "##[error]@all"
rejected "admin/x: is none of the files that admin/ may hold" HEAD:main

step "rewinds, forks and the deletion of main are rejected"
git -C "$M" reset -q --hard HEAD~1
rejected "does not descend from commit ${good:0:8} of branch main: the push would rewind or fork it" +HEAD:main
git -C "$M" reset -q --hard HEAD~1; echo x >"$M/README.md"; commit_all
rejected "does not descend from commit ${good:0:8} of branch main" +HEAD:main
git -C "$H" config receive.denyDeleteCurrent ignore
rejected "branch main is not deleted" :main

step "other references are rejected, and one bad one takes the others along"
rejected "reference refs/tags/main is not taken" HEAD:refs/tags/main
rejected "reference refs/replace/$good is not taken" "HEAD:refs/replace/$good"
rejected "reference refs/heads/other is not taken" HEAD:sign/abc/1 HEAD:other

step "proposals come in, within bounds, and can go again"
echo 'anything' >"$M/$P/stray.txt"; commit_all
expect 0 git -C "$M" push -q origin HEAD:sign/abc/0123456789ab
git -C "$M" reset -q --hard "$good"
rejected "'refs/heads/sign/abc/a,b' is no name of a proposal" 'HEAD:sign/abc/a,b'
expect 0 git -C "$M" push -q origin HEAD:sign/abc/b
rejected "there are more than 1 references refs/heads/sign/" HEAD:sign/abc/c
expect 0 git -C "$M" push -q origin :sign/abc/b
head -c 200000 /dev/urandom >"$M/$P/large"; commit_all
rejected "the push of a proposal has" HEAD:sign/abc/d
orphan=$(git -C "$M" commit-tree -m orphan "$(git -C "$M" mktree </dev/null)")
rejected "shares no history with branch main" "$orphan:refs/heads/sign/abc/e"
git -C "$M" update-index --add --cacheinfo "160000,$good,$P/files/sub"; git -C "$M" commit -qm submodule
rejected "'sub'" HEAD:sign/abc/f
expect 0 git -C "$M" push -q origin :sign/abc/0123456789ab

step "what waits for signatures is a proposal and not for main"
expect 0 install
expect 0 as alice pgsign -C "$T/alice" project create duo --maintainer "$(pubkey alice)" --maintainer "$(pubkey bob)" --maintainer "$(pubkey mallory)" --release-threshold 3 --yes
expect 1 git -C "$T/alice" push origin HEAD:main
says "waits for signatures, so it is not for main yet: projects/du/duo/releases.json is signed by 1 of the 3 keys it needs (missing: "
expect 0 as alice pgsign -C "$T/alice" push
[ "$(hub)" = "$good" ] || fail "main moved"
proposal=$(git -C "$H" for-each-ref --format '%(refname:short)' refs/heads/sign/duo/)
[ -n "$proposal" ] || fail "there is no proposal"

step "who may push may delete or rewind a proposal: whoever has it brings it back, with every signature"
offered=$(hub "$proposal")
expect 0 git -C "$M" push -q origin ":$proposal"
expect 0 as alice pgsign -C "$T/alice" push
[ "$(hub "$proposal^{tree}")" = "$(hub "$offered^{tree}")" ] || fail "the proposal came back changed"
git -C "$M" fetch -q origin "$proposal:stale"
git clone -q "file://$H" "$T/bob"
expect 0 as bob pgsign -C "$T/bob" sign "${proposal##*/}" --yes
signed=$(hub "$proposal^{tree}")
[ "$signed" != "$(hub "$offered^{tree}")" ] || fail "bob's signature is not there"
expect 0 git -C "$M" push -q origin "+stale:$proposal"
expect 0 as bob pgsign -C "$T/bob" sign "${proposal##*/}" --yes
[ "$(hub "$proposal^{tree}")" = "$signed" ] || fail "bob's signature did not come back"

step "hostile settings of the repository change nothing"
git clone -q "file://$H" "$T/carol"
expect 0 as alice pgsign -C "$T/carol" release add abc 3.0.0 "$T/abc-2.txt" --yes
git -C "$H" config core.useReplaceRefs true
printf '#!/bin/sh\ntouch %s\n' "$T/marker" >"$H/hooks/fsmonitor-watchman"; chmod +x "$H/hooks/fsmonitor-watchman"
git -C "$H" config core.fsmonitor "$H/hooks/fsmonitor-watchman"
evil=$(printf evil | git -C "$H" hash-object -w --stdin)
git -C "$H" update-ref "refs/replace/$(git -C "$H" rev-parse "main:$P/files/abc/1.0.0/abc-1.txt")" "$evil"
expect 0 git -C "$T/carol" push -q origin HEAD:main
[ "$(hub)" = "$(git -C "$T/carol" rev-parse HEAD)" ] || fail "the push did not arrive"
absent "$T/marker"
mkdir "$H/objects/info" 2>/dev/null || true
echo "$T/alice/.git/objects" >"$H/objects/info/alternates"
git -C "$T/carol" commit -q --allow-empty -m empty
expect 1 git -C "$T/carol" push origin HEAD:main
says "borrows objects from another one (objects/info/alternates)"
rm "$H/objects/info/alternates"

step "with the published tree beside it, what is new is judged from there"
expect 0 publish
expect 0 install --previous "$T/site"
expect 0 git -C "$T/carol" push -q origin HEAD:main
expect 0 publish
echo "main takes what verifies, proposals come in as sign/..., nothing else does"
