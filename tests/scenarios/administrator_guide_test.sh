# The commands of docs/administrator.md, run.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"
source "$(dirname "$0")/guide_lib.sh"
guide administrator.md 25

step "a new repository"
mkdir "$T/place"; WHO=admin DIR=$T/place
export PG_PASSPHRASE=correct-horse
run 0 "pgsign key new admin"
run 0 "pgsign key new publisher-2"
new_key ann ben dora alice publisher
cp "$(pubkey ann)" "$(pubkey ben)" "$(pubkey dora)" "$(pubkey publisher)" "$T/place/"
cp "$T/home/admin/config/pg/keys/publisher-2.pub" "$T/place/"
said "pgsign key new publisher" >"$OUT"   # new_key made it: without a passphrase, for the job
rm "$T"/home/admin/config/pg/keys/publisher-2.*
yes_run 0 "pgsign init content"
yes_run 0 "pgsign init together"; says "the root's SHA-256 is known when the other administrators have signed"
git init -q --bare "$T/together.git"
git -C "$T/place/together" remote add origin "$T/together.git"
run 0 "pgsign -C together push"; says "it still needs signatures"
expect 0 as admin pgsign -C "$T/place/content" status --json
ROOT=$(json root_sha256)
mkdir "$T/srv"
run 0 "git init --bare -b main"
run 0 "git -C content remote add origin"
run 0 "pgsign -C content push"
ln -s "$T/srv/content.git" "$T/hub.git"
git -C "$T/place/content" fetch -q && git -C "$T/place/content" branch -q --set-upstream-to origin/main
cp "$T"/place/*.pub "$T/place/content/"
printf '/*.pub\n' >>"$T/place/content/.git/info/exclude"
git clone -q "$T/hub.git" "$T/alice"; git clone -q "$T/hub.git" "$T/ben"
WHO=admin DIR=$T/place/content
refresh() { git -C "$DIR" fetch -q; git -C "$DIR" reset -q --hard origin/main; }

step "a project of alice's"
echo one >"$T/abc.txt"
expect 0 by alice project create abc --yes
expect 0 by alice release add abc 1.0.0 "$T/abc.txt" --yes
expect 0 by alice push
refresh

step "at a glance, the configuration, names"
run 0 "pgsign admin status"; says "projects: 1, of which 1 wait"
run 0 "pgsign admin config get"; says "the largest file that a release may hold"
run 0 "pgsign admin config get max_file_bytes"; stdout_is 104857600
yes_run 0 "pgsign admin config set max_file_bytes 209715200"
yes_run 0 "pgsign admin config set new_names_per_day 20"
run 0 "pgsign push"
yes_run 0 "pgsign admin promote abc"; run 0 "pgsign push"
yes_run 0 "pgsign admin promote"; says "nothing to promote"
run 0 "pgsign admin shard --dry-run"
yes_run 0 "pgsign admin shard"; run 0 "pgsign push"
yes_run 0 "pgsign admin reserve openssl linux"; run 0 "pgsign push"
yes_run 0 "pgsign admin reserve --undo linux"; run 0 "pgsign push"

step "a block, and back"
yes_run 0 "pgsign admin block abc/abc/1.0.0"; run 0 "pgsign push"
run 0 "pgsign admin status"; says "blocked: abc/abc/1.0.0: steals passwords"
yes_run 0 "pgsign admin unblock abc/abc/1.0.0"; run 0 "pgsign push"

step "other administrators: ben signs, too"
ben_signs() {
  DIR=$T/place/content WHO=admin run 0 "pgsign push"
  WHO=ben DIR=$T/ben
  run 0 "pgsign inbox"
  expect 0 by ben inbox --json; ID=$(json proposals.0.id); ID=${ID:0:12}
  run 0 "pgsign review 0123456789ab"
  yes_run 0 "pgsign sign 0123456789ab"
  WHO=admin DIR=$T/place/content; refresh
}
yes_run 0 "pgsign admin root rotate --add ben.pub --threshold 2"; ben_signs
yes_run 0 "pgsign admin root rotate --threshold 1"; ben_signs
yes_run 0 "pgsign admin root rotate --remove ben"; run 0 "pgsign push"
run 0 "pgsign admin status"; says "administrators 1 of 1 must sign: admin "

step "other online keys, renewals"
yes_run 0 "pgsign admin online-key rotate"; run 0 "pgsign push"
yes_run 0 "pgsign admin renew --within 366"; run 0 "pgsign push"
yes_run 0 "pgsign admin renew"; says "nothing to renew"

step "owners who lost their keys"
yes_run 0 "pgsign admin transfer abc --owner dora.pub"; run 0 "pgsign push"
yes_run 0 "pgsign admin transfer abc --cancel"; run 0 "pgsign push"
yes_run 0 "pgsign admin transfer abc --owner dora.pub"; run 0 "pgsign push"
yes_run 8 "pgsign admin transfer abc --complete"; says "the transfer is announced for "

step "every command of the page was run"
every_command_was_run
