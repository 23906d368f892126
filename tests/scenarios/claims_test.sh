# Anyone may create a project by pull request, with no key that anybody knew before: what proves that the keys are there, which names
# are free, who was first, and how many a day.
source "$(dirname "$0")/lib.sh"

new_world
new_key bob carol mallory
sync_pub
check() { as online pgpublish check --repository "$T/pub.git" --root-sha256 "$ROOT" "$@"; }
# request WHO: WHO's fork is looked at as the pull request that would become main.
request() { git -C "$T/pub.git" fetch -q "$T/$1" '+HEAD:refs/heads/request'; }
# merge WHO: what WHO has becomes main.
merge() { git -C "$T/hub.git" fetch -q "$T/$1" '+HEAD:refs/heads/main'; git -C "$T/pub.git" fetch -q "$T/hub.git" '+main:main'; }
fork() { rm -rf "${T:?}/$1"; git clone -q "$T/hub.git" "$T/$1"; }

step "a stranger's pull request makes a project, and nobody else's key is in it"
expect 0 pub --first
fork bob
expect 0 as bob pgsign -C "$T/bob" project create tool --yes
request bob
expect 0 check --previous "$T/site" --commit request
says "creates project tool"
merge bob
expect 0 pub
expect 0 as bob pgsign -C "$T/bob" release add tool 1.0.0 "$T/bob/admin/root.json" --yes
merge bob
expect 0 pub
expect 0 as reader pgclient init "file://$T/site" --root-sha256 "$ROOT"
expect 0 as reader pgclient fetch tool latest -o "$T/got"

step "a claim for keys that did not sign it is nothing: without any signature, with another one, with a copied one"
fork mallory
M=$T/mallory
expect 0 as mallory pgsign -C "$M" project create mine --owner "$(pubkey carol)" --yes
request mallory
expect 20 check --previous "$T/site" --commit request
says "projects/mi/mine/claim.json is signed by 1 of the 2 keys it needs (missing: carol"
signature=$(sed 's/.*"sig":"\([0-9a-f]*\)".*/\1/' "$M/projects/mi/mine/claim.json" | head -c 128)
id=$(as carol pgsign key show carol --json | sed 's/.*"keyid":"\([0-9a-f]*\)".*/\1/')
node -e '
  const fs = require("fs"), [file, keyid, sig] = process.argv.slice(1);
  const doc = JSON.parse(fs.readFileSync(file));
  doc.signatures.push({keyid, sig});
  doc.signatures.sort((a, b) => (a.keyid < b.keyid ? -1 : 1));
  fs.writeFileSync(file, JSON.stringify(doc) + "\n");' "$M/projects/mi/mine/claim.json" "$id" "$signature"
git -C "$M" commit -qa --amend -m "copied"
request mallory
expect 10 check --previous "$T/site" --commit request
says "projects/mi/mine/claim.json: carries a signature by carol ${id:0:8} that is not valid for its contents"

step "names that are none, that are taken, that look like another one"
for name in Tool tool_2 -tool tool- to--ol root new claimed "$(printf 'x%.0s' $(seq 65))" '../x' 'tööl'; do
  expect 2 as mallory pgsign -C "$M" project create --yes -- "$name"
done
fork mallory
expect 8 as mallory pgsign -C "$M" project create tool --yes
expect 8 as mallory pgsign -C "$M" project create t-ool --yes
says "the name t-ool looks too much like project tool, which exists"
# By hand, past pgsign: her own project under the other name.
fork mallory
mkdir "$T/empty"; git -C "$M" checkout -q "$(git -C "$M" rev-list --max-parents=0 HEAD)" -b old
expect 0 with_key_of mallory pgsign -C "$M" project create t00l --yes
cp -a "$M/projects" "$T/claimed"
git -C "$M" checkout -q main; cp -a "$T/claimed/." "$M/projects"; git -C "$M" add -A; git -C "$M" commit -qm look-alike
request mallory
expect 10 check --previous "$T/site" --commit request
says "projects/t0/t00l/claim.json: the name t00l looks like the existing project tool"
git -C "$M" reset -q --hard HEAD~1
for name in Mine new x_y; do
  folder=$M/projects/$(printf %.2s "$name")/$name
  mkdir -p "$folder"; cp "$T/claimed/t0/t00l/"*.json "$folder"; git -C "$M" add -A; git -C "$M" commit -qm "$name"
  request mallory
  expect 10 check --previous "$T/site" --commit request
  says "/$name/claim.json: is none of the files that a project may have"
  git -C "$M" reset -q --hard HEAD~1
done

step "of two claims for one name the first in history wins, whichever way the second comes"
fork carol; fork mallory
expect 0 as mallory pgsign -C "$M" project create fresh --yes
expect 0 as carol pgsign -C "$T/carol" project create fresh --yes
merge carol
expect 0 pub
cp "$M/projects/fr/fresh/"*.json "$T/empty"
request mallory
expect 10 check --previous "$T/site" --commit request
says "was rewound or forked"
git -C "$M" fetch -q origin main
git -C "$M" merge -q -s ours -m merge FETCH_HEAD
request mallory
expect 10 check --previous "$T/site" --commit request
says "both sides of the merge changed projects/fr/fresh/"
git -C "$M" reset -q --hard FETCH_HEAD
cp "$T/empty/"*.json "$M/projects/fr/fresh/"; git -C "$M" add -A; git -C "$M" commit -qm "take it"
request mallory
expect 10 check --previous "$T/site" --commit request
says "projects/fr/fresh/"
rm -rf "$M/projects/fr/fresh"; git -C "$M" add -A; git -C "$M" commit -qm gone
request mallory
expect 10 check --previous "$T/site" --commit request
expect 0 pub
expect 0 as reader pgclient fetch tool latest -o "$T/got" --force
echo "a name belongs to whoever claimed it first with keys that signed"
