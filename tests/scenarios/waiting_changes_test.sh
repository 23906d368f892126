# Several administrators, and what waits for their signatures: the founders' clones follow, the configuration stays readable, and
# an emergency block waits for nothing.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"

new_key ann ben online alice mallory
git init -q --bare "$T/hub.git"
hub() { git -C "$T/hub.git" "$@"; }
waiting() { hub for-each-ref --format='%(refname:short)' refs/heads/sign | tail -n 1; }

step "ann founds with ben, who signs by the proposal's id in a clone: ann's clone follows"
expect 0 as ann pgsign init "$T/ann" --name playground --online "$(pubkey online)" --admin "$(pubkey ann)" --admin "$(pubkey ben)" --threshold 2 --yes
git -C "$T/ann" remote add origin "$T/hub.git"
expect 0 by ann push
says "after the last of them, you: pgsign push   (brings your branch to what they completed)"
branch=$(waiting)
clone ben 2>/dev/null
expect 0 by ben sign "${branch##*/}" --yes
says "complete: pushed "
hub symbolic-ref HEAD refs/heads/main
mine=$(git -C "$T/ann" rev-parse HEAD)
git -C "$T/ann" fetch -q
[ "$(git -C "$T/ann" merge-base main origin/main)" = "" ] || fail "the histories should have nothing in common"
expect 0 by ann status --json
[ "$(json verdict)" = accepted ] || fail "status"
expect 0 by ann push
says "complete: branch main of origin has commit ${mine:0:8} of yours, as others signed it"
[ "$(git -C "$T/ann" rev-parse HEAD)" = "$(hub rev-parse main)" ] || fail "ann's branch does not follow"
[ -z "$(git -C "$T/ann" status --porcelain)" ] || fail "ann's files do not follow"
expect 0 by ann admin status

step "A main that is not what ann founded is refused as before"
new_key eve
expect 0 as eve pgsign init "$T/eve" --name playground --online "$(pubkey online)" --yes
expect 0 as mallory pgsign init "$T/mallory" --name playground --online "$(pubkey online)" --admin "$(pubkey mallory)" --admin "$(pubkey ben)" --threshold 2 --yes
git init -q --bare "$T/other.git"; git -C "$T/eve" push -q "$T/other.git" main
git -C "$T/mallory" remote add origin "$T/other.git"; git -C "$T/mallory" fetch -q
expect 10 by mallory status
says "branch main has no commit in common with main of origin"

step "a setting that waits: main's value, and what waits"
git -C "$T/ben" fetch -q; git -C "$T/ben" reset -q --hard origin/main
expect 0 by ann admin config set max_file_bytes 2000 new_names_per_day 7 --yes
expect 0 by ann admin config get
says "max_file_bytes          104857600     "
says "pgsign: waits for signatures: max_file_bytes from 104857600 to 2000"
says "pgsign: waits for signatures: new_names_per_day from 0 to 7"
expect 0 by ann admin config get max_file_bytes --json
[ "$(json settings.max_file_bytes) $(json waiting.max_file_bytes) $(json waiting.new_names_per_day)" = "104857600 2000 undefined" ] || fail "json"
expect 0 by ben admin config get max_file_bytes
stdout_is 104857600; says_not "waits for"

step "an emergency: a block waits for nothing, not even for what was never pushed"
clone alice
expect 0 by alice project create abc --yes
echo evil >"$T/evil"; expect 0 by alice release add abc 1.0.0 "$T/evil" --yes
expect 0 by alice project create def --yes
expect 0 by alice push
git -C "$T/ann" fetch -q
pending=$(git -C "$T/ann" rev-parse HEAD)
expect 0 by ann admin block abc/abc/1.0.0 def --reason 'steals passwords' --yes
says "blocks "; says ": Block abc/abc/1.0.0, def"
says " waits here ('pgsign sign "
[ "$(git -C "$T/ann" rev-parse HEAD^)" = "$(hub rev-parse main)" ] || fail "the block does not start from main"
expect 0 by ann push
says "to branch main of origin"
[ "$(hub rev-parse main)" = "$(git -C "$T/ann" rev-parse HEAD)" ] || fail "the block did not arrive"

step "what was put aside is not lost: it is pushed by its id, signed by ben, and both are there"
expect 0 by ann inbox --all --json
id=$(json proposals.0.id); id=${id:0:12}
expect 0 by ann sign "$id" --yes
says "pushed "
expect 0 by ben sign "$id" --yes
says "complete: pushed "
git -C "$T/ann" fetch -q
expect 0 by ann push
expect 0 by ann admin config get max_file_bytes
stdout_is 2000
expect 0 by ann admin unblock def --yes
expect 0 by ann push

step "the same when what waits was pushed already"
expect 0 by ann admin reserve openssl --yes
expect 0 by ann push
expect 0 by ann admin block def --reason 'again' --yes
says " waits on branch sign/admin/"
expect 0 by ann push
says "to branch main of origin"
