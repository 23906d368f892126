# The commands of docs/maintainer.md, run.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"

source "$(dirname "$0")/guide_lib.sh"
guide maintainer.md 35
in_clone_of() { WHO=$1 DIR=$T/$1; }
the_id() { in_clone_of "$1"; expect 0 by "$1" inbox --all --json; ID=$(json proposals.0.id); ID=${ID:0:12}; }
pull() { local who; for who in "$@"; do git -C "$T/$who" fetch -q && git -C "$T/$who" reset -q --hard origin/main; done; }

step "your key"
export PG_PASSPHRASE=correct-horse
WHO=guide
run 0 "pgsign key new alice"
run 0 "pgsign key list"
run 0 "pgsign key show alice"; says "alice"
run 0 "pgsign key backends"
run 0 "pgsign key test alice"
run 0 "pgsign key export alice --format ssh"; says "ssh-ed25519 "
unset PG_PASSPHRASE

step "keys that live elsewhere"
if [ -n "$(command -v ssh-agent)" ]; then
  eval "$(ssh-agent -s -a "$T/agent")" >/dev/null; BACKGROUND+=("$SSH_AGENT_PID")
  ssh-keygen -q -t ed25519 -N '' -C alice@home -f "$T/ssh-key"; ssh-add -q "$T/ssh-key"
  fingerprint=$(ssh-keygen -lf "$T/ssh-key.pub" | cut -d' ' -f2)
  sed -i "s|SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDzPxnrt7ZtvI2X2c8|$fingerprint|" "$T/commands"
fi
WHO=guide-agent run 0 "pgsign key import alice ssh-agent:"
WHO=guide-agent run 0 "pgsign key test alice"
openssl genpkey -algorithm ed25519 -out "$T/key.pem"
export PG_PASSPHRASE=correct-horse
WHO=guide-pem run 0 "pgsign key import alice key.pem"
printf 'another horse\n' >"$T/new-passphrase"
on_terminal 0 "env XDG_CONFIG_HOME='$T/home/guide-pem/config' $(said "pgsign key change-passphrase alice")" \
  "ew passphrase" "another horse" "once more" "another horse"
unset PG_PASSPHRASE
# Tokens and programs: key_backends_test.sh runs the same commands with SoftHSM and a plug-in.
said "pgsign key import alice 'pkcs11:" >"$OUT"; said "pgsign key import alice 'exec:" >"$OUT"

new_world
new_key bob
clone bob
git config --global url."file://$T/hub.git".insteadOf https://git.example.org/content.git
mkdir -p "$T/place/dist" "$T/stick"
cp "$(pubkey alice)" "$(pubkey bob)" "$T/place/"
seq 1 100 >"$T/place/abc.txt"

step "a project"
WHO=alice DIR=$T/place
run 0 "git clone https://git.example.org/content.git"
DIR=$T/place/content
sed -i -E "s/^(pgsign trust --root-sha256) .*/\\1 $ROOT/" "$T/commands"
run 0 "pgsign trust --root-sha256"
run 0 "pgsign trust show"; says "$ROOT"
mkdir -p "$DIR/dist"
printf '/dist/\n/*.pub\n' >>"$DIR/.git/info/exclude"
cp "$T"/place/*.pub "$DIR/"
for file in abc-1.0.0.tgz abc-1.0.0.whl cli.tgz abc-linux abc-windows.exe; do echo "$file" >"$DIR/dist/$file"; done
yes_run 0 "pgsign project create abc"
run 0 "pgsign push"
yes_run 0 "pgsign project create def"
run 0 "pgsign push"
git -C "$DIR" reset -q --hard origin/main

step "a release"
yes_run 0 "pgsign release add abc 1.0.0 dist/abc-1.0.0.tgz"
yes_run 0 "pgsign release add abc 1.0.0 dist/cli.tgz"
run 0 "pgsign status abc"
run 0 "pgsign push"
yes_run 0 "pgsign release add abc 2.0.0"
run 0 "pgsign push"

step "taking a release back"
yes_run 0 "pgsign release yank abc 1.0.0"
yes_run 0 "pgsign release unyank abc 1.0.0"
yes_run 0 "pgsign release remove abc 1.0.0"
run 0 "pgsign push"
run 0 "pgsign project show abc"; says "contained a private key"
run 0 "pgsign log abc"; says "loses data on a full disk"

step "when more than one signature is needed"
cp -r "$T/place/content/dist" "$T/bob/dist"
bob_finds() {  # the one proposal there is
  WHO=bob DIR=$T/bob
  run 0 "pgsign inbox"
  expect 0 by bob inbox --json; ID=$(json proposals.0.id); ID=${ID:0:12}
}
alice_proposes() {  # VERSION of def
  WHO=alice DIR=$T/place/content
  git -C "$DIR" fetch -q; git -C "$DIR" reset -q --hard origin/main
  expect 0 as alice pgsign -C "$DIR" release add def "$1" "$DIR/dist/abc-1.0.0.tgz" --yes
  run 0 "pgsign push"
  git -C "$DIR" reset -q --hard origin/main
}
bob_finds
yes_run 0 "pgsign sign 0123456789ab"
alice_proposes 1.0.0
bob_finds
run 0 "pgsign review 0123456789ab --expect"; says "every file is one that you expect"
yes_run 0 "pgsign reject"
WHO=alice DIR=$T/place/content
yes_run 0 "pgsign withdraw"
[ -z "$(git -C "$T/hub.git" for-each-ref refs/heads/sign)" ] || fail "the branch is still there"

step "by a stick, for a machine without a network"
git clone -q "$T/hub.git" "$T/lonely"; git -C "$T/lonely" remote set-url origin /nowhere
alice_proposes 1.0.1
bob_finds
run 0 "pgsign export 0123456789ab /media/stick/abc.bundle"
run 0 "pgsign export --full"
cp -r "$T/home/bob" "$T/home/lonely"
cp -r "$T/home/bob" "$T/home/island"; rm -rf "$T/home/island/state"; mkdir "$T/island"; WHO=island DIR=$T/island
run 0 "git clone /media/stick/content.bundle"
DIR=$T/island/content
expect 0 as island pgsign -C "$DIR" trust --root-sha256 "$ROOT"
run 0 "pgsign review 0123456789ab"
WHO=lonely DIR=$T/lonely
run 0 "pgsign import"
yes_run 0 "pgsign sign 0123456789ab --no-push"
run 0 "pgsign export 0123456789ab /media/stick/signed.bundle"
expect 0 by bob import "$T/stick/signed.bundle"
expect 0 by bob sign "$ID" --yes
WHO=alice DIR=$T/place/content
git -C "$DIR" fetch -q; git -C "$DIR" reset -q --hard origin/main
expect 0 as alice pgsign -C "$DIR" project show def; says "1.0.1"

step "the people of a project"
alices() { WHO=alice DIR=$T/place/content; git -C "$DIR" fetch -q; git -C "$DIR" switch -q main; git -C "$DIR" reset -q --hard origin/main; }
bob_signs() { run 0 "pgsign push"; bob_finds; expect 0 by bob sign "$ID" --yes; alices; }
alices
run 0 "pgsign maintainer list abc"; says_not bob
yes_run 0 "pgsign maintainer add abc bob.pub"; run 0 "pgsign push"
yes_run 0 "pgsign maintainer remove abc bob"; run 0 "pgsign push"
yes_run 0 "pgsign maintainer add abc bob.pub --threshold 2"; bob_signs
run 0 "pgsign maintainer list abc"; says bob
yes_run 0 "pgsign threshold set abc releases 1"; run 0 "pgsign push"
yes_run 0 "pgsign maintainer remove abc bob"; run 0 "pgsign push"
run 0 "pgsign owner list abc"; says_not bob
yes_run 0 "pgsign owner add abc bob.pub"; bob_signs
run 0 "pgsign owner list abc"; says bob
yes_run 0 "pgsign owner remove abc bob"; run 0 "pgsign push"
expect 0 as alice pgsign -C "$DIR" owner add abc "$DIR/bob.pub" --yes; bob_signs
yes_run 0 "pgsign threshold set abc owners 2"; bob_signs

step "an invitation"
yes_run 0 "pgsign invite abc --as maintainer bob"; run 0 "pgsign push"
branch=$(git -C "$T/hub.git" for-each-ref --format='%(refname:short)' refs/heads/sign/abc)
WHO=bob DIR=$T/bob; git -C "$DIR" fetch -q; git -C "$DIR" switch -q "$branch"
yes_run 0 "pgsign accept abc bob"; run 0 "pgsign push"
WHO=alice DIR=$T/place/content; git -C "$DIR" fetch -q; git -C "$DIR" switch -q "$branch"; git -C "$DIR" reset -q --hard "origin/$branch"
yes_run 0 "pgsign sign abc"; says "bob"
alices
git -C "$T/hub.git" for-each-ref --format='delete %(refname)' refs/heads/sign | git -C "$T/hub.git" update-ref --stdin
for clone in "$T/bob" "$DIR"; do git -C "$clone" switch -q main; git -C "$clone" fetch -q --prune; git -C "$clone" branch -q -D "$branch"; done
export PG_PASSPHRASE=correct-horse
run 0 "pgsign key new alice-2"
yes_run 0 "pgsign key replace alice alice-2"; bob_signs
unset PG_PASSPHRASE
run 0 "pgsign owner list abc"; says_not "$(key_id alice)"

step "a fork and a request, merged by somebody who may"
new_key eve
git clone -q --bare "$T/hub.git" "$T/fork.git"
git config --global url."file://$T/fork.git".insteadOf git@example.org:me/fork.git
mkdir "$T/forks"; WHO=eve DIR=$T/forks
run 0 "git clone git@example.org:me/fork.git"
DIR=$T/forks/fork
yes_run 0 "pgsign project create ghi"
run 0 "pgsign push"
git clone -q "$T/hub.git" "$T/eves-upstream"
expect 0 as eve pgsign -C "$T/eves-upstream" status
git clone -q "$T/hub.git" "$T/merger"
git -C "$T/merger" pull -q --no-rebase --no-edit "$T/fork.git" main
git -C "$T/merger" push -q origin main
run 0 "git pull --no-rebase"
expect 0 as eve pgsign -C "$DIR" status ghi
git -C "$T/eves-upstream" pull -q
expect 0 as eve pgsign -C "$T/eves-upstream" status ghi

step "a large repository: a clone of one project's folder"
git -C "$T/hub.git" config uploadpack.allowFilter true
mkdir "$T/small"; WHO=alice DIR=$T/small
run 0 "git clone --filter=blob:none --sparse"
DIR=$T/small/content
run 0 "git sparse-checkout set"
expect 0 as alice pgsign -C "$DIR" status abc

step "who made the commits"
DIR=$T/place/content
run 0 "pgpublish allowed-signers"
run 0 "git -c gpg.ssh.allowedSignersFile=signers log --show-signature"
says 'Good "git" signature for '

step "every command of the page was run"
every_command_was_run
