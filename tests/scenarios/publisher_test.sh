# Whatever is pushed, nothing reaches the tree that the signatures do not cover: hostile commits, each made with plain git, are
# refused with commit, file and reason; the tree stays as it was; and when the branch is put right, publication works again.
source "$(dirname "$0")/lib.sh"

new_world
new_key mallory
printf 'abc one\n' >"$T/abc-1.txt"; printf 'abc two\n' >"$T/abc-2.txt"
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0 "$T/abc-1.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push

check() { as online pgpublish check --repository "$T/pub.git" --root-sha256 "$ROOT" "$@"; }
sync_pub

step "the first publication must be asked for, once"
expect 3 pub
stderr_is "pgpublish: error: '$T/site' holds no previous publication
pgpublish: hint: restore it, or name it with --previous; only the very first publication of a repository starts with publish --first"
[ ! -e "$T/site" ] || fail "a publication that was not made left $T/site"
expect 0 pub --first
expect 2 pub --first
stderr_is "pgpublish: error: '$T/site' holds a publication already, so this is not the first
pgpublish: hint: leave --first away"
expect 0 pub
says "nothing to publish: $T/site is up to date until"

step "the root is pinned, the online key must be the right one"
expect 2 as online pgpublish check --repository "$T/pub.git"
stderr_is "pgpublish: error: pin the root with --root-sha256 HEX or --root FILE
pgpublish: hint: 'pgsign status' prints the SHA-256; get it from the administrators"
wrong=$(printf '0%.0s' $(seq 64))
expect 10 as online pgpublish check --repository "$T/pub.git" --root-sha256 "$wrong"
says "but the pinned root has $wrong"
expect 10 as online pgpublish publish --repository "$T/pub.git" --to "$T/site" --root-sha256 "$wrong" --online-key "$ONLINE"
expect 4 as online pgpublish refresh --to "$T/site" --root-sha256 "$ROOT" --online-key "$T/home/mallory/config/pg/keys/mallory.key"
says "role timestamp needs 1 of the keys"
expect 2 as online pgpublish refresh --to "$T/site" --root-sha256 "$ROOT"
expect 6 as online pgpublish refresh --to "$T/site" --root-sha256 "$ROOT" --online-key "$T/none.key"
expect 3 as online pgpublish check --repository "$T/nothing-here" --root-sha256 "$ROOT"
expect 3 check --commit no-such-branch

step "a key with a passphrase: wrong, missing, right"
printf 'right\n' >"$T/right"; printf 'wrong\n' >"$T/wrong"
expect 0 as robot pgsign key new robot --passphrase-file "$T/right"
robot=$T/home/robot/config/pg/keys/robot.key
expect 4 as robot pgpublish refresh --to "$T/site" --root-sha256 "$ROOT" --online-key "$robot" --passphrase-file "$T/wrong"
stderr_is "pgpublish: error: wrong passphrase for $robot (or the file was changed)"
expect 2 as robot pgpublish refresh --to "$T/site" --root-sha256 "$ROOT" --online-key "$robot"

# --- Hostile commits -------------------------------------------------------------------------------------------------
git clone -q "$T/hub.git" "$T/mallory"
M=$T/mallory
good=$(git -C "$T/hub.git" rev-parse main)

# attack WHAT CODE TEXT: what $M has committed is pushed; check and publish refuse it, the tree is untouched, and the branch put
# right is publishable again.
attack() {
  step "$1"
  git -C "$M" push -q --force origin HEAD:main
  sync_pub
  local before; before=$(fingerprint "$T/site")
  expect "$2" check --previous "$T/site"
  says "$3"
  expect "$2" pub
  says "$3"
  [ "$(fingerprint "$T/site")" = "$before" ] || fail "the tree changed"
  expect "$2" pub --json
  [ "$(json error.exit)" = "$2" ] || fail "error.exit"
  put_right
}
# The clone forgets the attack, too: on a main that is refused pgsign signs nothing.
put_right() { git -C "$T/hub.git" update-ref refs/heads/main "$good"; git -C "$M" update-ref refs/remotes/origin/main "$good"; git -C "$M" reset -q --hard "$good"; git -C "$M" clean -qfd; sync_pub; }
commit_all() { git -C "$M" add -A && git -C "$M" commit -qm "${1:-change}"; }
short() { git -C "$M" rev-parse --short=8 HEAD; }
# with_entry MODE OBJECT PATH MESSAGE: an index entry that git add refuses
with_entry() { git -C "$M" update-index --add --cacheinfo "$1,$2,$3" && git -C "$M" commit -qm "$4"; }
P=projects/ab/abc

echo evil >>"$M/$P/files/abc/1.0.0/abc-1.txt"; commit_all
attack "a released file is changed" 10 "commit $(short) is refused: $P/files/abc/1.0.0/abc-1.txt: is changed; a released file never changes, add a new version"

git -C "$M" rm -q "$P/files/abc/1.0.0/abc-1.txt"; git -C "$M" commit -qm remove
attack "a released file is removed" 10 "$P/files/abc/1.0.0/abc-1.txt: is removed, but releases.json still states it; the files of a release go with the release"

echo hello >"$M/$P/files/abc/1.0.0/extra.txt"; commit_all
attack "G-17 a file that no metadata states" 10 "$P/files/abc/1.0.0/extra.txt: is not stated in releases.json"

echo hello >"$M/$P/notes.txt"; commit_all
attack "a stray file" 10 "$P/notes.txt: is none of the files that a project may have"

echo '{}' >"$M/admin/timestamp.json"; commit_all
attack "G-19 a timestamp in a maintainer's commit" 10 "admin/timestamp.json: is role timestamp, which only the publisher makes"

sed -i 's/"threshold":1/"threshold":2/' "$M/$P/claim.json"; commit_all
attack "a claim is changed" 10 "$P/claim.json: is changed; the claim of a name never changes after the project's creation"

sed -i 's/"version":1/"version":2/' "$M/admin/targets.json"; commit_all
attack "an administrators' role is changed" 10 "admin/targets.json: carries a signature by admin"

echo x >"$M/README.md"; echo y >"$M/$P/files/abc/1.0.0/abc-1.txt"; commit_all
attack "G-15 published and unpublished files in one commit" 10 "README.md: is not published, but is changed together with published files"

blob=$(printf /etc/passwd | git -C "$M" hash-object -w --stdin)
with_entry 120000 "$blob" "$P/files/abc/1.0.0/link" link
attack "G-02 a symbolic link" 10 "entry 'link' is a symbolic link"

blob=$(printf hi | git -C "$M" hash-object -w --stdin)
with_entry 100755 "$blob" "$P/files/abc/1.0.0/run" run
attack "G-02 an executable file" 10 "entry 'run' is an executable file"

with_entry 160000 "$good" "$P/files/sub" submodule
attack "G-03 a submodule" 10 "entry 'sub' is a submodule"

# A tree that git itself would not write: an entry named "..".
hostile() {  # NAME
  local blob tree
  blob=$(printf hi | git -C "$M" hash-object -w --stdin)
  tree=$( (printf '100644 %s\0' "$1"; printf "$(sed 's/../\\x&/g' <<<"$blob")") | git -C "$M" hash-object -w -t tree --literally --stdin)
  tree=$(printf '040000 tree %s\tabc\n' "$tree" | git -C "$M" mktree)
  tree=$(printf '040000 tree %s\tab\n' "$tree" | git -C "$M" mktree)
  tree=$( (git -C "$M" ls-tree HEAD admin; printf '040000 tree %s\tprojects\n' "$tree") | git -C "$M" mktree)
  git -C "$M" update-ref HEAD "$(git -C "$M" commit-tree -p HEAD -m hostile "$tree")"
}
hostile ..
attack "G-01 an entry named '..'" 10 "entry '..' would leave its folder"
hostile .git
attack "G-01 an entry named '.git'" 10 "entry '.git' is a name that git keeps for itself"

step "a release signed by a key without rights, the metadata forged by hand"
expect 4 as mallory pgsign -C "$M" release add abc 6.6.6 "$T/abc-2.txt" --yes
git -C "$M" diff --quiet && [ "$(git -C "$M" rev-parse HEAD)" = "$good" ] || fail "the refused release left something"
# Mallory makes a project of her own with abc's layout and copies her signature over.
expect 0 as mallory pgsign -C "$M" project create abcd --yes
expect 0 as mallory pgsign -C "$M" release add abcd 6.6.6 "$T/abc-2.txt" --yes
sed 's/abcd/abc/g' "$M/projects/ab/abcd/releases.json" >"$T/forged.json"
git -C "$M" reset -q --hard "$good"
cp "$T/forged.json" "$M/$P/releases.json"; mkdir -p "$M/$P/files/abc/6.6.6"; cp "$T/abc-2.txt" "$M/$P/files/abc/6.6.6/abc-2.txt"; commit_all
attack "a forged release" 10 "$P/releases.json: "

step "a project's commit touches another project"
expect 0 as mallory pgsign -C "$M" project create zzz --yes
cp "$M/projects/zz/zzz/owners.json" "$M/$P/owners.json"; git -C "$M" add -A; git -C "$M" commit -q --amend -m "Create project zzz"
attack "another project's owners" 10 "$P/owners.json: is changed"

step "a branch is not its namesake: a tag called main"
git -C "$T/pub.git" tag main "$good~1"
expect 0 check --previous "$T/site"
says "$(git -C "$T/pub.git" rev-parse --short=8 refs/heads/main) is published"
git -C "$T/pub.git" tag -d main >/dev/null

step "a look-alike name"
expect 8 as mallory pgsign -C "$M" project create a-bc --yes
says "the name a-bc looks too much like project abc, which exists"

step "G-13 a rewound branch"
expect 0 as alice pgsign -C "$T/alice" release add abc 2.0.0 "$T/abc-2.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
sync_pub
expect 0 pub
newest=$(git -C "$T/hub.git" rev-parse main)
good=$newest
git -C "$M" fetch -q; git -C "$M" reset -q --hard "$newest~1"
attack "G-13 main goes back to a commit that was fully valid" 10 "does not descend from commit ${newest:0:8}, which was published last: the branch was rewound or forked"
git -C "$M" reset -q --hard "$newest~1"; git -C "$M" update-ref refs/remotes/origin/main "$newest~1"
expect 0 with_key_of alice pgsign -C "$M" release add abc 3.0.0 "$T/abc-1.txt" --yes
attack "G-13 main is forked by a valid release" 10 "which was published last: the branch was rewound or forked"

step "old metadata comes back in a new commit"
git -C "$M" show "$newest~1:$P/releases.json" >"$M/$P/releases.json"; commit_all
attack "G-13 a role goes back to an older version" 10 "$P/releases.json: goes back from version 3 to version 2"

step "a corrupted object in the publisher's clone"
cp -a "$T/pub.git" "$T/pub-kept.git"
expect 0 as alice pgsign -C "$T/alice" release add abc 2.1.0 "$T/abc-2.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
sync_pub
object=$(git -C "$T/pub.git" rev-parse "main:$P/releases.json")
git -C "$T/pub.git" unpack-objects -q </dev/null 2>/dev/null || true
file=$T/pub.git/objects/${object:0:2}/${object:2}
if [ ! -e "$file" ]; then
  git -C "$T/pub.git" cat-file blob "$object" >"$T/blob"
  for pack in "$T"/pub.git/objects/pack/*.pack; do mv "$pack" "$T/loose.pack"; rm -f "${pack%.pack}".*; git -C "$T/pub.git" unpack-objects -q <"$T/loose.pack"; done
fi
chmod u+w "$file"; printf 'garbage' | dd of="$file" bs=1 seek=10 conv=notrunc status=none
before=$(fingerprint "$T/site")
code=0; pub >"$OUT" 2>"$ERR" </dev/null || code=$?
case $code in 6|10) ;; *) fail "exit code $code for a corrupted object" ;; esac
[ "$(fingerprint "$T/site")" = "$before" ] || fail "the tree changed"
rm -rf "$T/pub.git"; mv "$T/pub-kept.git" "$T/pub.git"; sync_pub
expect 0 pub

step "a release of two maintainers, signed by one: published up to the commit before, and who is missing is said"
new_key bob
expect 0 as alice pgsign -C "$T/alice" project create duo --maintainer "$(pubkey alice)" --maintainer "$(pubkey bob)" --release-threshold 2 --yes
says "bob"
# Both must sign releases.json from its first version on; pending commits are pushed by hand here.
git -C "$T/alice" push -q --force origin HEAD:main
sync_pub
before=$(fingerprint "$T/site")
expect 20 check --previous "$T/site"
says "(missing: bob"
expect 0 pub
says "is not published: it waits for signatures"
git -C "$T/mallory" fetch -q; git clone -q "$T/hub.git" "$T/bob"
expect 0 as bob pgsign -C "$T/bob" sign duo --yes
git -C "$T/bob" push -q origin HEAD:main
sync_pub
expect 0 check --previous "$T/site"
expect 0 pub
[ -e "$T/site/metadata/1.duo.json" ] || fail "duo is not published"

step "the report for a pull request is escaped"
cd "$T/bob"; git pull -q --ff-only
git -C "$T/bob" commit -q --allow-empty -m '<script>alert(1)</script> @everyone [x](http://evil) `code`'
git -C "$T/bob" push -q origin HEAD:main; sync_pub
expect 0 check --previous "$T/site" --markdown "$T/report.md"
if grep -qE '<script|@everyone|\[x\]|`code`' "$T/report.md"; then fail "the report is not escaped: $(cat "$T/report.md")"; fi
cd /

step "C-05 a commit gives no orders to the CI system that runs us"
git -C "$T/bob" commit -q --allow-empty -m '##[error]::error::x ##vso[task.setvariable]'
git -C "$T/bob" push -q origin HEAD:main; sync_pub
expect 0 env CI=true GITHUB_ACTIONS=true XDG_CONFIG_HOME="$T/home/online/config" pgpublish check --repository "$T/pub.git" --root-sha256 "$ROOT" --previous "$T/site"
says 'error]'
if grep -qE '^[[:space:]]*::|##\[|##vso\[' "$OUT" "$ERR"; then fail "a line is a command: $(cat "$OUT" "$ERR")"; fi

step "C-06 nothing is signed in a job for a pull request, wherever the key is"
before=$(fingerprint "$T/site")
expect 4 env GITHUB_EVENT_NAME=pull_request_target XDG_CONFIG_HOME="$T/home/online/config" pgpublish publish --repository "$T/pub.git" --to "$T/site" --root-sha256 "$ROOT" --online-key "$ONLINE"
stderr_is "pgpublish: error: this job is for a pull request (GITHUB_EVENT_NAME=pull_request_target): nothing is signed there
pgpublish: hint: publish in a job for the main branch; 'pgpublish check' needs no key"
expect 4 env CI_MERGE_REQUEST_IID=7 pgpublish refresh --to "$T/site" --root-sha256 "$ROOT" --online-key "$ONLINE"
[ "$(fingerprint "$T/site")" = "$before" ] || fail "the tree changed"

step "C-09 every judged commit leaves one line, and every refused one its reason"
published=$(sed 's/.*"x-pg-commit":"\([0-9a-f]*\)".*/\1/' "$T/site/metadata/timestamp.json")
expect 0 pub
[ "$(grep -cE '^(accepted|pending|refused) +[0-9a-f]{8}  ' "$OUT")" = "$(git -C "$T/pub.git" rev-list --count "$published..main")" ] || fail "not one line a commit"

step "a tree that somebody changed is no base for the next publication"
snapshot=$(ls "$T"/site/metadata/*.snapshot.json | sort -V | tail -n 1)
cp "$snapshot" "$T/kept"
printf '~' | dd of="$snapshot" bs=1 seek=100 conv=notrunc status=none
expect 10 pub
says "$snapshot is not the file that the publication states (its SHA-256 is"
cp "$T/kept" "$snapshot"
expect 0 pub

step "refresh renews the timestamp, and nothing else when time is left"
before=$(ls "$T/site/metadata" | wc -l)
expect 0 as online pgpublish refresh --to "$T/site" --root-sha256 "$ROOT" --online-key "$ONLINE"
[ "$(ls "$T/site/metadata" | wc -l)" = "$before" ] || fail "refresh wrote more than the timestamp"
expect 0 as online faketime -f +12d pgpublish refresh --to "$T/site" --root-sha256 "$ROOT" --online-key "$ONLINE"
expect 0 as reader faketime -f +12d pgclient init "file://$T/site" --root-sha256 "$ROOT"
expect 0 as reader faketime -f +12d pgclient fetch abc latest -o "$T/got"
echo "every hostile commit: refused, the tree untouched"
