# Large files as git-lfs pointers: signer and publisher check them without the content, and the publisher takes the content from what
# git-lfs itself keeps and brings. The other side is Debian's git-lfs.
source "$(dirname "$0")/lib.sh"
git lfs version >/dev/null || fail "git-lfs is not installed"

new_world
head -c 3000000 /dev/urandom >"$T/big.bin"; printf 'small\n' >"$T/small.txt"
oid=$(sha256sum "$T/big.bin" | cut -c1-64)
P=projects/ab/abc/files/abc/1.0.0
object=lfs/objects/${oid:0:2}/${oid:2:2}/$oid
expect 0 as alice pgsign -C "$T/alice" project create abc --yes

step "release add --lfs: the pointer is git-lfs's own, the content is where git-lfs looks for it"
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0 "$T/big.bin" --lfs --dry-run
absent "$T/alice/.git/lfs"
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0 "$T/big.bin" --lfs --yes
says "adds release 1.0.0 of product abc of project abc with 1 file: big.bin (3000000 bytes, sha256 $oid)"
same_file "$T/alice/.git/$object" "$T/big.bin"
git -C "$T/alice" show "HEAD:$P/big.bin" >"$T/pointer"
git lfs pointer --file="$T/big.bin" 2>/dev/null | cmp - "$T/pointer" || fail "git-lfs makes another pointer"
git lfs pointer --check --file="$T/pointer" || fail "git-lfs does not take the pointer"
expect 0 git -C "$T/alice" lfs fsck
says "Git LFS fsck OK"
git -C "$T/alice" lfs ls-files -l | grep -q "^$oid" || fail "git-lfs does not see the file"
[ -z "$(git -C "$T/alice" status --porcelain)" ] || fail "the work tree is not what was committed"

step "both sides agree without the content: pushed, proposed and judged as pointers"
expect 0 as alice pgsign -C "$T/alice" push
sync_pub
expect 0 as online pgpublish check --repository "$T/pub.git" --root-sha256 "$ROOT"
[ "$(git -C "$T/pub.git" count-objects -v | sed -n 's/^size-pack: //p')" -lt 1000 ] || fail "the content went through git"

step "who asks for the contents before main moves is told which one is missing: check, and the hook of a bare repository"
missing="$P/big.bin at commit $(git -C "$T/pub.git" rev-parse --short=8 main): its LFS object $oid is missing in"
expect 10 pgpublish check --repository "$T/pub.git" --root-sha256 "$ROOT" --lfs "$T/store"
says "$missing '$T/pub.git/lfs/objects', '$T/store'"
git clone -q --bare "$T/hub.git" "$T/gate.git"
git -C "$T/gate.git" update-ref refs/heads/main "$(git -C "$T/gate.git" rev-list --max-parents=0 main)"
before=$(git -C "$T/gate.git" rev-parse main)
expect 0 pgpublish hook install "$T/gate.git" --root-sha256 "$ROOT" --lfs "$T/gate.git/lfs/objects"
expect 1 git -C "$T/alice" push --no-verify "$T/gate.git" main
says "$missing '$T/gate.git/lfs/objects'"
says "hint: git lfs push --all origin brings the contents; push again after it"
[ "$(git -C "$T/gate.git" rev-parse main)" = "$before" ] || fail "main moved"
there=$T/gate.git/$object
mkdir -p "$(dirname "$there")"; head -c 3000000 /dev/zero >"$there"
expect 1 git -C "$T/alice" push --no-verify "$T/gate.git" main
says "has the SHA-256 $(sha256sum "$there" | cut -c1-64)"
head -c 10 "$T/big.bin" >"$there"
expect 1 git -C "$T/alice" push --no-verify "$T/gate.git" main
says "has 10 bytes; 3000000 are stated"
git -C "$T/alice" remote add gate "file://$T/gate.git"
rm "$there"
git -C "$T/alice" lfs push --all gate >"$OUT" 2>"$ERR" || fail "git lfs push"
expect 0 git -C "$T/alice" push gate main
expect 0 pgpublish check --repository "$T/pub.git" --root-sha256 "$ROOT" --lfs "$T/gate.git/lfs/objects" --json
[ "$(json contents)" = 1 ] || fail "not one content was checked"

step "a missing content refuses the publication"
expect 10 pub --first
says "$P/big.bin at commit $(git -C "$T/pub.git" rev-parse --short=8 main): its LFS object $oid is missing in '$T/pub.git/lfs/objects'"
absent "$T/site/metadata/timestamp.json"

step "a wrong content refuses it, too"
mkdir -p "$T/store/${oid:0:2}/${oid:2:2}"
head -c 3000000 /dev/zero >"$T/store/${oid:0:2}/${oid:2:2}/$oid"
expect 10 pub --first --lfs "$T/store"
says "has the SHA-256 $(sha256sum "$T/store/${oid:0:2}/${oid:2:2}/$oid" | cut -c1-64)"
absent "$T/site/metadata/timestamp.json" "$T/site/targets/abc/abc/1.0.0/$oid.big.bin"
head -c 10 /dev/zero >"$T/store/${oid:0:2}/${oid:2:2}/$oid"
expect 10 pub --first --lfs "$T/store"
says "has 10 bytes; 3000000 are stated"

step "git lfs push and fetch bring the content to the publisher's own store"
git -C "$T/alice" lfs push --all origin >"$OUT" 2>"$ERR" || fail "git lfs push"
same_file "$T/hub.git/$object" "$T/big.bin"
git -C "$T/pub.git" lfs fetch --all "$T/hub.git" >"$OUT" 2>"$ERR" || git -C "$T/pub.git" lfs fetch --all origin >"$OUT" 2>"$ERR" || fail "git lfs fetch"
same_file "$T/pub.git/$object" "$T/big.bin"
expect 0 pub --first
same_file "$T/site/targets/abc/abc/1.0.0/$oid.big.bin" "$T/big.bin"
expect 0 as reader pgclient init "file://$T/site" --root-sha256 "$ROOT"
expect 0 as reader pgclient fetch abc latest -o "$T/got"
same_file "$T/got" "$T/big.bin"

step "a folder of contents does as well"
mv "$T/pub.git/lfs" "$T/kept"
expect 0 as alice pgsign -C "$T/alice" release add abc 1.1.0 "$T/big.bin" "$T/small.txt" --lfs --yes
expect 0 as alice pgsign -C "$T/alice" push
sync_pub
mkdir "$T/folder"; cp -a "$T/alice/.git/lfs/objects/." "$T/folder"
published=$(git -C "$T/pub.git" rev-parse --short=8 main^)
expect 0 pub
says "nothing after commit $published is published: ${P/1.0.0/1.1.0}/big.bin at commit $(git -C "$T/pub.git" rev-parse --short=8 main): its LFS object $oid is missing in"
absent "$T/site/targets/abc/abc/1.1.0"
expect 0 pub --lfs "$T/nothing" --lfs "$T/folder"
same_file "$T/site/targets/abc/abc/1.1.0/$oid.big.bin" "$T/big.bin"
same_file "$T/site/targets/abc/abc/1.1.0/$(sha256sum "$T/small.txt" | cut -c1-64).small.txt" "$T/small.txt"

step "a pointer to another content, or spelt in another way, is refused with the commit and the file"
git clone -q "$T/hub.git" "$T/forger"
good=$(git -C "$T/hub.git" rev-parse main)
for edit in 's/size 3000000/size 3000001/' "s/$oid/$(printf '0%.0s' $(seq 64))/" 's/^version/ext-0-x sha256:0\nversion/' 's/$/\r/'; do
  expect 0 with_key_of alice pgsign -C "$T/forger" release add abc 2.0.0 "$T/big.bin" --lfs --yes
  sed -i "$edit" "$T/forger/${P/1.0.0/2.0.0}/big.bin"
  git -C "$T/forger" commit -qa --amend -m forged
  git -C "$T/pub.git" fetch -q "$T/forger" '+refs/heads/main:refs/heads/main'
  expect 10 pub --lfs "$T/folder"
  says "is refused: ${P/1.0.0/2.0.0}/big.bin: has"
  git -C "$T/forger" reset -q --hard "$good"
done
sync_pub

step "G-17 a stranger's pointer without content: everything before it is published, and with the project blocked everything else"
new_key mallory
git clone -q "$T/hub.git" "$T/mallory"
head -c 1000 /dev/urandom >"$T/none.bin"; none=$(sha256sum "$T/none.bin" | cut -c1-64)
expect 0 as mallory pgsign -C "$T/mallory" project create big --yes
expect 0 as mallory pgsign -C "$T/mallory" release add big 1.0.0 "$T/none.bin" --lfs --yes
expect 0 as mallory pgsign -C "$T/mallory" push
git -C "$T/alice" pull -q --ff-only
expect 0 as alice pgsign -C "$T/alice" release add abc 2.0.0 "$T/small.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
pub_now() { git -C "$T/pub.git" fetch -q "$T/hub.git" '+refs/heads/main:refs/heads/main'; expect 0 pub --lfs "$T/folder" "$@"; }
pub_now --json
[ "$(json commit)" = "$(git -C "$T/pub.git" rev-parse main~2)" ] || fail "published: $(json commit)"
says "its LFS object $none is missing in"
says "warning: 'git lfs fetch --all' brings it where it is kept; 'pgsign admin block big' lets everything else be published without it"
pub_now  # and again: what is there is kept fresh, and nothing is refused
says "nothing to publish"
absent "$T/site/targets/abc/abc/2.0.0"
git -C "$T/admin" pull -q --ff-only
expect 0 as admin pgsign -C "$T/admin" admin block big --reason 'has no content' --yes
expect 0 as admin pgsign -C "$T/admin" push
pub_now
says "published commit $(git -C "$T/pub.git" rev-parse --short=8 main)"
says_not "missing"
expect 0 as reader pgclient fetch abc 2.0.0 -o "$T/got2"
same_file "$T/got2" "$T/small.txt"
expect 3 as reader pgclient fetch big latest -o "$T/got3"
says "has no content"
expect 0 pgpublish check --repository "$T/pub.git" --root-sha256 "$ROOT" --lfs "$T/folder"
expect 0 pub --whole --lfs "$T/folder"
absent "$T/site/targets/big"

step "no longer blocked, its content is asked for, and published when it is there"
expect 0 as admin pgsign -C "$T/admin" admin unblock big --yes
expect 0 as admin pgsign -C "$T/admin" push
pub_now
says "its LFS object $none is missing in"
mkdir -p "$T/folder/${none:0:2}/${none:2:2}"; cp "$T/none.bin" "$T/folder/${none:0:2}/${none:2:2}/$none"
pub_now
expect 0 as reader pgclient fetch big latest -o "$T/got3"
same_file "$T/got3" "$T/none.bin"

if ldd "$BIN/pgpublish" | grep -q libasan; then
  echo "skipped: the limit of memory (the sanitizer takes all address space)"
else
  step "a large content is never in memory as a whole"
  truncate -s 90M "$T/huge.bin"
  limited() { (ulimit -d 60000; "$@"); }
  expect 0 limited as alice pgsign -C "$T/alice" release add abc 3.0.0 "$T/huge.bin" --lfs --yes
  expect 0 as alice pgsign -C "$T/alice" push
  sync_pub
  expect 0 limited pub --lfs "$T/alice/.git/lfs/objects"
  cmp "$T/huge.bin" "$T"/site/targets/abc/abc/3.0.0/*.huge.bin || fail "the published file is another one"
fi
echo "pointers are judged without the content, and nothing is published without the right one"
