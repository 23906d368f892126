# G-13 The git host is the enemy: it rewinds, forks, rewrites and exchanges main, with content that is validly signed. Each person's
# own trust store refuses it: nothing is signed, and what was trusted before still is.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"

new_world
new_key bob mallory
clone bob
seq 1 100 >"$T/abc.txt"; seq 1 200 >"$T/other.txt"
hub() { git -C "$T/hub.git" "$@"; }
at() { git -C "$T/$1" rev-parse HEAD; }
fetch() { git -C "$T/$1" fetch -q origin && git -C "$T/$1" reset -q --hard origin/main; }
trusted() { by "$1" trust show --json >"$T/trusted" 2>/dev/null; node -p 'JSON.parse(require("fs").readFileSync(0)).main.commit' <"$T/trusted"; }
hint="nothing was signed. If this clone is only old: git fetch. If that does not help, ask the others what the branch should say; 'pgsign trust forget' only after that"
verified() { by "$1" trust show --json 2>/dev/null | node -p 'JSON.parse(require("fs").readFileSync(0)).main.since'; }
described() { printf "commit %s of %s ('%s')" "$(git -C "$1" rev-parse --short=8 "$2")" \
  "$(TZ=UTC git -C "$1" log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd "$2")" "$(git -C "$1" log -1 --format=%s "$2")"; }

step "first use: pinned, told once; a wrong SHA-256 is refused; the person can compare it later"
expect 10 by alice trust --root-sha256 "$(printf 'ab%.0s' {1..32})"
says "but the pinned root has abab"
absent "$T/home/alice/state/pg/signer"
expect 2 by alice trust --root-sha256 ab
expect 2 by alice trust
expect 0 by alice status
says "pgsign: first look at repository playground: its root with the SHA-256 $ROOT is trusted from now on; compare it with what the administrators say"
expect 0 by alice trust --root-sha256 "$ROOT"
says "  root SHA-256: $ROOT (compared by you, "
expect 0 by alice trust show --json
[ "$(json pinned) $(json root_versions) $(json main.commit)" = "given 1 $(at alice)" ] || fail "trust show"
expect 0 as admin pgsign -C "$T/admin" trust show --json
[ "$(json pinned)" = made ] || fail "the maker's root is not pinned"

step "a project and two releases: the store follows main"
expect 0 by alice project create abc --yes
expect 0 by alice push
expect 0 by alice release add abc 1.0.0 "$T/abc.txt" --yes
expect 0 by alice push
[ "$(trusted alice)" = "$(at alice)" ] || fail "the push is not remembered"
one=$(at alice)
expect 0 by alice release add abc 1.1.0 "$T/abc.txt" --yes
expect 0 by alice push
good=$(at alice)
fetch bob; expect 0 by bob status
[ "$(trusted bob)" = "$good" ] || fail "bob has not verified main"

# hostile WHO WHAT: alice's next command on what the host shows is refused, whole message, and still trusts $good.
hostile() {
  local what=$1 who=${2:-alice}
  fetch "$who"
  refused 12 "branch main of origin $what: it does not contain commit ${good:0:8}, which was its last good one here on $(verified "$who"); it says $(described "$T/hub.git" main) now" \
    "$hint" -- by "$who" release add abc 9.0.0 "$T/other.txt" --yes
  expect 12 by "$who" sign --yes
  expect 12 by "$who" push
  expect 12 by "$who" status --json
  [ "$(json error.code)" = rollback ] || fail "code"
  [ "$(trusted "$who")" = "$good" ] || fail "trusts $(trusted "$who")"
}
put_right() { hub update-ref refs/heads/main "$good"; fetch alice; expect 0 by alice status; }

step "G-13 rewound to a commit that was valid"
hub update-ref refs/heads/main "$one"
hostile "was rewound"
put_right

step "G-13 forked with valid signatures: the same maintainer's key, another release 1.1.0"
git clone -q "$T/hub.git" "$T/forge"; git -C "$T/forge" reset -q --hard "$one"; git -C "$T/forge" update-ref refs/remotes/origin/main "$one"
expect 0 with_key_of alice pgsign -C "$T/forge" release add abc 1.1.0 "$T/other.txt" --yes
git -C "$T/forge" push -q --force origin HEAD:main
hostile "was forked at commit ${one:0:8}"
put_right

step "G-13 rewritten: another history with the very same tree at its tip"
tree=$(hub rev-parse main^{tree}); commit=
for old in $(hub rev-list --reverse "$good"); do
  commit=$(GIT_COMMITTER_DATE='2026-01-01T00:00:00Z' git -C "$T/hub.git" commit-tree ${commit:+-p $commit} -m again "$(hub rev-parse "$old^{tree}")")
done
[ "$(hub rev-parse "$commit^{tree}")" = "$tree" ] || fail "the tree"
hub update-ref refs/heads/main "$commit"
hostile "was rewritten from its first commit on"
step "G-13 the same, seen by a fresh clone of the same person"
git clone -q "file://$T/hub.git" "$T/fresh"
expect 12 as alice pgsign -C "$T/fresh" release add abc 9.0.0 "$T/other.txt" --yes
says "branch main of origin was rewritten, or this clone is older: it does not contain commit "
expect 12 as bob pgsign -C "$T/fresh" status  # what a fetch showed counts for every remote
says "branch main of origin was rewritten, or this clone is older: it does not contain commit ${good:0:8}"
put_right

step "G-14 another repository under the same URL, from its own administrators"
new_key eve
expect 0 as eve pgsign init "$T/eve" --name playground --online "$(pubkey online)" --yes
mv "$T/hub.git" "$T/hub-kept.git"; git clone -q --bare "$T/eve" "$T/hub.git"
other=$(sha256sum <"$T/eve/admin/root_history/1.root.json" | cut -d' ' -f1)
since=$(by alice trust show --json 2>/dev/null | node -p 'JSON.parse(require("fs").readFileSync(0)).since')
git clone -q "$T/hub.git" "$T/alice-new"
refused 10 "branch main of origin is another repository than the one that you trust at $T/hub.git: its 1.root.json has the SHA-256 $other, you trust $ROOT since $since" \
  "ask the administrators for the SHA-256 of the root; only when they say that the repository was made anew: pgsign trust forget --root-sha256 $ROOT" -- \
  as alice pgsign -C "$T/alice-new" project create xyz --yes
expect 10 as alice pgsign -C "$T/alice-new" trust --root-sha256 "$other"
fetch alice
expect 10 by alice release add abc 9.0.0 "$T/other.txt" --yes
rm -rf "$T/hub.git" "$T/alice-new"; mv "$T/hub-kept.git" "$T/hub.git"; put_right

step "a branch and a tag that are called origin/main do not stand for the main branch"
git -C "$T/alice" update-ref refs/heads/origin/main "$one"
git -C "$T/alice" update-ref refs/tags/origin/main "$one"
git -C "$T/alice" update-ref refs/tags/refs/remotes/origin/main "$one"
expect 0 by alice release add abc 1.2.0 "$T/abc.txt" --dry-run
[ "$(trusted alice)" = "$good" ] || fail "trusts another"
git -C "$T/alice" update-ref -d refs/remotes/origin/main
git -C "$T/alice" reset -q --hard "$one"
expect 12 by alice release add abc 1.1.0 "$T/other.txt" --yes
says "commit ${good:0:8} is not in the history of this branch: it is the last good one of the main branch, verified here on "
git -C "$T/alice" update-ref -d refs/heads/origin/main
git -C "$T/alice" update-ref -d refs/tags/origin/main; git -C "$T/alice" update-ref -d refs/tags/refs/remotes/origin/main
put_right

step "replace references do not hide what was rewound; grafts and shallow clones are refused"
hub update-ref refs/heads/main "$one"
git -C "$T/alice" replace -f "$one" "$good"
fetch alice 2>/dev/null || true
git -C "$T/alice" update-ref refs/remotes/origin/main "$one"; GIT_NO_REPLACE_OBJECTS=1 git -C "$T/alice" reset -q --hard "$one"
expect 12 by alice release add abc 1.1.0 "$T/other.txt" --yes
says "branch main of origin was rewound"
git -C "$T/alice" replace -d "$one" >/dev/null
mkdir -p "$T/alice/.git/info"; echo "$one $good" >"$T/alice/.git/info/grafts"
expect 10 by alice release add abc 1.1.0 "$T/other.txt" --yes
says "has grafts: its history is not what its commits say"
rm "$T/alice/.git/info/grafts"
put_right
git clone -q --depth 1 "file://$T/hub.git" "$T/shallow"
expect 10 as mallory pgsign -C "$T/shallow" trust --root-sha256 "$(printf 'ab%.0s' {1..32})"
expect 0 as mallory pgsign -C "$T/shallow" trust --root-sha256 "$ROOT"
refused 10 "git repository '$T/shallow/.git/' is a shallow clone: what its branches contain cannot be seen" "git fetch --unshallow" -- \
  as mallory pgsign -C "$T/shallow" project create xyz --yes
refused 10 "git repository '$T/shallow/.git/' is a shallow clone: what its branches contain cannot be seen" "git fetch --unshallow" -- \
  as mallory pgsign -C "$T/shallow" status
expect 0 git -C "$T/shallow" fetch -q --unshallow
expect 0 as mallory pgsign -C "$T/shallow" status

step "one person is shown two mains: no second content for a version that went out"
expect 0 by alice release add abc 2.0.0 "$T/abc.txt" --yes
git -C "$T/alice" reset -q --hard "$good"
expect 0 by alice release add abc 2.0.0 "$T/other.txt" --yes         # the first never left this machine
git -C "$T/alice" push -q origin HEAD:refs/heads/somewhere            # by hand, and the host says that it never came
refused_again() {
  git -C "$T/alice" reset -q --hard "$good"
  expect 10 by alice release add abc 2.0.0 "$T/abc.txt" --yes
  says "version 4 of role abc.rel was signed with another content on "
  says "and that one has left this machine: two contents for one version could be shown to two people"
  says "pgsign: hint: that one is complete: bring it to the main branch"
}
sent=$(at alice)
refused_again
expect 0 as alice git -C "$T/alice" push -q origin --delete somewhere
git -C "$T/alice" reset -q --hard "$sent"
expect 0 by alice push
hub update-ref refs/heads/main "$good"                               # taken, and hidden again
git -C "$T/alice" fetch -q; git -C "$T/alice" reset -q --hard "$good"
expect 12 by alice release add abc 2.0.0 "$T/abc.txt" --yes
says "branch main of origin was rewound: it does not contain commit ${sent:0:8}"
expect 10 by alice trust withdraw abc.rel 4 --yes
says "version 4 of role abc.rel is complete and has left this machine: it counts without anybody's help, so it cannot be withdrawn"
expect 2 by alice trust forget
says "--yes"
kept=$(fingerprint "$T/home/alice/state")
for root in '' "--root-sha256 $ROOT" "--signatures"; do
  expect 0 by alice trust forget $root --dry-run
  stderr_is "pgsign: dry run: nothing was signed or changed"
  stdout_is ""
done
expect 0 by alice trust forget --root-sha256 "$ROOT" --dry-run --json
[ "$(json root_sha256)" = "$ROOT" ] || fail "another root"
expect 3 by alice trust forget --root-sha256 "$(printf 'ab%.0s' {1..32})" --dry-run
says "nothing is trusted of a repository whose root has the SHA-256 abab"
expect 2 by alice trust forget --root-sha256 ab --dry-run
[ "$(fingerprint "$T/home/alice/state")" = "$kept" ] || fail "something was forgotten"
expect 0 by alice trust forget --yes
says "the record of what your keys have signed in it stays"
expect 10 by alice release add abc 2.0.0 "$T/abc.txt" --yes           # trusts the rewound main now, but not a second version 4
says "version 4 of role abc.rel was signed with another content on "
hub update-ref refs/heads/main "$sent"; fetch alice
expect 0 by alice status
good=$sent

step "a host that takes a signature and words its refusal as git words its own"
cat >"$T/hub.git/hooks/proc-receive" <<'JS'
#!/usr/bin/env node
const fs = require("fs");
const bytes = (count) => { const b = Buffer.alloc(count); for (let at = 0; at < count;) at += fs.readSync(0, b, at, count - at); return b; };
const read = () => { const size = parseInt(bytes(4), 16); return size ? bytes(size - 4).toString() : null; };
const write = (line) => fs.writeSync(1, (line.length + 4).toString(16).padStart(4, "0") + line);
const lines = () => { const all = []; for (let line; (line = read()) !== null;) all.push(line); return all; };
lines();
write("version=1\0\n"); fs.writeSync(1, "0000");
for (const line of lines()) write(`ng ${line.trim().split(" ")[2]} no)\t[rejected] (fetch first\n`);
fs.writeSync(1, "0000");
JS
chmod +x "$T/hub.git/hooks/proc-receive"
hub config receive.procReceiveRefs refs/heads/main
expect 0 by alice release add abc 3.0.0 "$T/abc.txt" --yes
expect 8 by alice push
hub cat-file -e "$(at alice)" || fail "the host did not get it"
git -C "$T/alice" reset -q --hard "$good"
expect 10 by alice release add abc 3.0.0 "$T/other.txt" --yes
says "version 5 of role abc.rel was signed with another content on "
says "and that one has left this machine"
hub config --unset receive.procReceiveRefs

fetch bob; expect 0 by bob status
step "a damaged store: fatal, with the way out, and nothing is signed"
file=$(find "$T/home/bob/state/pg/signer" -name repository)
sed -i 's/"name":"playground"/"name":"playgrounD"/' "$file"
expect 14 by bob project create xyz --yes
says "'$file' in your trust store is damaged: line 1 is not what was written"
says "pgsign trust forget"
expect 0 by bob trust forget --yes
expect 0 by bob trust --root-sha256 "$ROOT"
expect 0 by bob project create xyz --yes

step "two pgsign at once in two clones of one person: both verify, one store"
expect 0 by bob push; fetch alice
cp -a "$T/alice" "$T/alice-2"
(by alice status >/dev/null 2>"$T/err-1"; echo $? >"$T/code-1") & (as alice pgsign -C "$T/alice-2" status >/dev/null 2>"$T/err-2"; echo $? >"$T/code-2") & wait
[ "$(cat "$T/code-1" "$T/code-2" | tr '\n' ' ')" = "0 0 " ] || fail "$(cat "$T/err-1" "$T/err-2")"
[ "$(trusted alice)" = "$(at alice)" ] || fail "the store"
