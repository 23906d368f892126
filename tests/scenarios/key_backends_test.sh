# Keys that live in a real ssh-agent, in tokens (SoftHSM2), behind a program and in the environment: each makes a project,
# releases and publishes, and a client fetches. Commits are signed with the same keys, and the git program says so.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"
# A CI system that runs this for a pull request must not decide what it shows.
unset "${!CI_@}" "${!GITHUB_@}" PG_PIN PG_PKCS11_MODULE SSH_AUTH_SOCK SSH_ASKPASS 2>/dev/null || true
SOFTHSM=$(find /usr/lib -name libsofthsm2.so | head -n 1)

# imports ACCOUNT SOURCE [OPTION...]: the key comes under the person's own name.
imports() { local who=$1; shift; expect 0 as "$who" pgsign key import "$who" "$@"; says "imported key"; }

# whole_journey WHO VERSION: project WHO-s of WHO, a release, on the web, fetched.
whole_journey() {
  local who=$1
  clone "$who"
  echo "made by $who" >"$T/$who.txt"
  expect 0 by "$who" project create "project-$who" --yes "${@:2}"
  expect 0 by "$who" release add "project-$who" 1.0.0 "$T/$who.txt" --yes "${@:2}"
  expect 0 by "$who" push
  expect 0 publish
  expect 0 as reader pgclient fetch "project-$who" --dir "$T/got-$who"
  same_file "$T/$who.txt" "$T/got-$who/$who.txt"
}

# signed_by WHO / not_signed: what git says of the newest commit on the hub, believing who may sign there.
allowed() { pgpublish allowed-signers --repository "$T/hub.git" --root-sha256 "$ROOT" --output "$T/allowed"; }
git_says() { git -C "$T/hub.git" -c gpg.ssh.allowedSignersFile="$T/allowed" log -1 --format='%G? %GS' main 2>&1; }
signed_by() {
  expect 0 allowed
  [ "$(git_says)" = "G $1@$(key_id "$1" | cut -c1-16)" ] || fail "git says: $(git_says)"
}

step "a repository, and a web server"
new_world
expect 0 publish
start_nginx "$T/site"
expect 0 as reader pgclient trust add "$URL" --root-sha256 "$ROOT"

step "back ends are listed without a question; what does not work says why"
expect 0 pgsign key backends
says "ssh-agent  no   SSH_AUTH_SOCK is not set"
says "file       yes"

step "ssh-agent: Ed25519 and P-256"
ssh-agent -D -a "$T/agent" >/dev/null 2>&1 & BACKGROUND+=($!)
export SSH_AUTH_SOCK=$T/agent
until ssh-add -l >/dev/null 2>&1 || [ $? = 1 ]; do sleep 0.05; done
ssh-keygen -q -t ed25519 -N '' -C ada@home -f "$T/ada.ssh"; ssh-keygen -q -t ecdsa -b 256 -N '' -C ben@home -f "$T/ben.ssh"
ssh-keygen -q -t rsa -b 2048 -N '' -C old@home -f "$T/old.ssh"
ssh-add -q "$T/ada.ssh" "$T/ben.ssh" "$T/old.ssh"
fingerprint_of() { ssh-keygen -lf "$1" | cut -d' ' -f2; }
expect 0 pgsign key backends
says "ssh-agent  yes  3 keys, 2 of them can sign"
says "ssh-agent:$(fingerprint_of "$T/ada.ssh")  ada@home"
refused 10 "'$T/ada.ssh.pub' holds the public half of a key; what signs is the secret half" \
  "ssh's is the file of that name without .pub; a key in an agent: ssh-agent:SHA256:..." -- pgsign key import ada "$T/ada.ssh.pub" --no-passphrase
refused 1 "cannot run the program 'nosuch': No such file or directory" \
  "after exec: comes a program's path, or a name that PATH leads to" -- pgsign key import ada exec:nosuch
imports ada ssh-agent:ada@home
grep -qF "\"uri\": \"ssh-agent:$(fingerprint_of "$T/ada.ssh")\"" "$T/home/ada/config/pg/keys/ada.ref" || fail "a comment was pinned"
imports ben "ssh-agent:$(fingerprint_of "$T/ben.ssh")"
whole_journey ada; signed_by ada
whole_journey ben; signed_by ben
[ "$(as ada pgsign key export ada --format ssh)" = "$(cut -d' ' -f1,2 "$T/ada.ssh.pub") ada" ] || fail "another public key"

step "ssh-keygen verifies a commit's signature, too"
git -C "$T/hub.git" cat-file commit main >"$T/commit"
sed -n '/^gpgsig /,/END SSH SIGNATURE/p' "$T/commit" | sed 's/^gpgsig //; s/^ //' >"$T/commit.sig"
sed '/^gpgsig /,/END SSH SIGNATURE/d' "$T/commit" >"$T/commit.text"
verify_as() { ssh-keygen -Y verify -n git -f "$T/allowed" -I "$1@$(key_id "$1" | cut -c1-16)" -s "$T/commit.sig" <"$T/commit.text"; }
expect 0 verify_as ben
expect 255 verify_as ada

step "keys of the agent that TUF cannot use, or that are not there"
refused 10 "the ssh-agent's key 'old@home' is an RSA key: agents sign with PKCS #1 v1.5, and TUF knows RSA-PSS only" -- \
  as cleo pgsign key import cleo ssh-agent:old@home
refused 3 "the ssh-agent has no key 'nobody'" "'pgsign key backends' lists the agent's keys; ssh-add FILE adds one" -- \
  as cleo pgsign key import cleo ssh-agent:nobody
ssh-add -q -d "$T/ada.ssh"
before=$(git -C "$T/ada" rev-parse HEAD)
expect 3 by ada release add project-ada 2.0.0 "$T/ada.txt" --yes
says "the ssh-agent has no key '$(fingerprint_of "$T/ada.ssh")'"
[ "$(git -C "$T/ada" rev-parse HEAD)" = "$before" ] || fail "something was committed"

step "tokens: Ed25519, P-256, RSA-PSS, and a key that wants its PIN each time"
export SOFTHSM2_CONF=$T/softhsm2.conf
mkdir "$T/tokens"
printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$T/tokens" >"$SOFTHSM2_CONF"
softhsm2-util --init-token --free --label tok1 --so-pin 12345678 --pin 123456 >/dev/null
in_token() { pkcs11-tool --module "$SOFTHSM" --token-label "${TOKEN:-tok1}" -l --pin 123456 --keypairgen "$@" >/dev/null 2>&1 || fail "pkcs11-tool $*"; }
in_token --key-type EC:edwards25519 --id 01 --label dora
in_token --key-type EC:prime256v1 --id 02 --label emil
in_token --key-type rsa:2048 --id 03 --label fay
in_token --key-type EC:prime256v1 --id 04 --label gus --always-auth
in_token --key-type EC:secp384r1 --id 05 --label large
printf 123456 >"$T/pin"
for who in dora emil fay gus; do
  imports "$who" "pkcs11:token=tok1;object=$who"
  refused 2 "token 'tok1' needs its PIN and nobody can be asked here" "give --pin-file FILE, or set PG_PIN, or run this on a terminal" -- \
    as "$who" pgsign key test "$who"
  expect 0 as "$who" pgsign key test "$who" --pin-file "$T/pin"
  whole_journey "$who" --pin-file "$T/pin"
  case $who in
    fay) expect 0 allowed; [ "$(git_says)" = "N " ] || fail "a commit that ssh cannot sign: $(git_says)" ;;
    *) signed_by "$who" ;;
  esac
done

step "the PIN is asked for once, for roles and commit, on a terminal"
on_terminal 0 "XDG_CONFIG_HOME=$T/home/emil/config XDG_STATE_HOME=$T/home/emil/state pgsign -C $T/emil project create typed" \
  "and commit it? [y/N] " y "PIN of token 'tok1': " 123456
[ "$(grep -c 'PIN of token' "$OUT")" = 1 ] || fail "asked more than once"

step "a wrong PIN is tried once, and nothing is signed"
before=$(git -C "$T/emil" rev-parse HEAD)
expect 4 env PG_PIN=000000 bash -c 'XDG_CONFIG_HOME=$1/home/emil/config pgsign -C "$1/emil" project create wrong --yes' . "$T"
says "error: wrong PIN for token 'tok1'; it was tried once"
[ "$(git -C "$T/emil" rev-parse HEAD)" = "$before" ] || fail "something was committed"

step "a token before its last try takes the PIN from a person only; a locked one is not asked; each PIN is tried once"
if [ -e "$BIN/strict_token.so" ]; then
  export STRICT_TOKEN_SOFTHSM=$SOFTHSM STRICT_TOKEN_LOG=$T/tries
  strict() { PG_PKCS11_MODULE=$BIN/strict_token.so "$@"; }
  tried() { [ "$(sort "$T/tries" 2>/dev/null | tr '\n' ' ')" = "$1" ] || fail "tried: $(cat "$T/tries")"; rm -f "$T/tries"; }
  expect 0 strict as jo pgsign key import jo 'pkcs11:token=tok1;object=gus'
  expect 0 as jo pgsign key test jo --pin-file "$T/pin"
  tried "1 2 "  # as the user, and for the one signature
  expect 4 env PG_PIN=000000 XDG_CONFIG_HOME="$T/home/jo/config" pgsign key test jo
  tried "1 "
  export STRICT_TOKEN_FLAG=final
  refused 2 "token 'tok1' locks after one more wrong PIN, so it takes it from a person on a terminal only" \
    "without --pin-file and PG_PIN, on a terminal: pgsign key test NAME" -- as jo pgsign key test jo --pin-file "$T/pin"
  tried ""
  on_terminal 0 "XDG_CONFIG_HOME=$T/home/jo/config pgsign key test jo" "PIN of token 'tok1': " 123456
  says "token 'tok1' locks after one more wrong PIN!"
  tried "1 2 "
  export STRICT_TOKEN_FLAG=locked
  refused 4 "token 'tok1' is locked: too many wrong PINs" "unlock it with its PUK and its own tool" -- as jo pgsign key test jo --pin-file "$T/pin"
  tried ""
  unset STRICT_TOKEN_FLAG STRICT_TOKEN_LOG
else
  fail "$BIN/strict_token.so is not built (PG_TESTS)"
fi

step "what a URI may not be"
refused 10 "the token's key 'pkcs11:token=tok1;object=large' is of a kind that cannot be used; Ed25519, P-256 and RSA can" -- \
  as cleo pgsign key import cleo 'pkcs11:token=tok1;object=large'
refused 2 "a PKCS #11 URI is no place for a PIN" "--pin-file FILE, PG_PIN, or type it when you are asked" -- \
  as cleo pgsign key import cleo 'pkcs11:token=tok1;object=emil?pin-value=123456'
refused 3 "no token is there that 'pkcs11:token=tok9' means" "'pgsign key backends' lists the tokens and their keys" -- \
  as cleo pgsign key import cleo 'pkcs11:token=tok9'
expect 2 as cleo pgsign key import cleo 'pkcs11:token=tok1'
says "may mean 5 public keys of the token"
expect 3 as cleo pgsign key import cleo 'pkcs11:token=tok1?module-path=/nowhere.so'
says "cannot load the PKCS #11 module '/nowhere.so'"
absent "$T/home/cleo/config/pg/keys"

step "another key in the pinned key's place does not sign"
pkcs11-tool --module "$SOFTHSM" -l --pin 123456 --delete-object --type privkey --id 01 >/dev/null 2>&1
pkcs11-tool --module "$SOFTHSM" -l --pin 123456 --delete-object --type pubkey --id 01 >/dev/null 2>&1
in_token --key-type EC:edwards25519 --id 01 --label dora
expect 10 by dora release add project-dora 2.0.0 "$T/dora.txt" --yes --pin-file "$T/pin"
says "what token 'tok1' gave is no signature of key $(key_id dora | cut -c1-8)"

step "a program: openssl as a key service"
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$T/service.pem" 2>/dev/null
openssl pkey -in "$T/service.pem" -pubout -out "$T/service.pub" 2>/dev/null
cat >"$T/pg-signer-openssl" <<'PROGRAM'
#!/usr/bin/env node
const fs = require("fs"), crypto = require("crypto");
const request = JSON.parse(fs.readFileSync(0)), folder = process.argv[2].replace("folder=", "");
if (Object.keys(process.env).some((name) => name.startsWith("PG_"))) { console.log('{"error":"I see secrets"}'); process.exit(0); }
if (request.op === "public") {
  console.log(JSON.stringify({key: {keytype: "ecdsa", scheme: "ecdsa-sha2-nistp256", keyval: {public: fs.readFileSync(folder + "/service.pub", "utf8")}}}));
} else {
  const payload = Buffer.from(request.payload_b64, "base64");
  const key = process.argv[3] === "wrong" ? crypto.generateKeyPairSync("ec", {namedCurve: "prime256v1"}).privateKey : fs.readFileSync(folder + "/service.pem");
  console.log(JSON.stringify({sig: crypto.sign("sha256", payload, key).toString("hex")}));
}
PROGRAM
chmod +x "$T/pg-signer-openssl"
PG_PASSPHRASE=secret imports hans "exec:$T/pg-signer-openssl?folder=$T"
whole_journey hans; signed_by hans

step "a publisher whose keys are in a token and behind a program: each role its own"
ROOT_OF_WORLD=$ROOT
expect 0 as admin pgsign init "$T/hsm" --name hsm --timestamp-key "$(pubkey emil)" --snapshot-key "$(pubkey hans)" \
  --registrar-key "$(pubkey fay)" --yes --json
ROOT=$(json root_sha256)
expect 0 pgpublish publish --repository "$T/hsm" --to "$T/site-hsm" --root-sha256 "$ROOT" --first --pin-file "$T/pin" \
  --timestamp-key 'pkcs11:token=tok1;object=emil' --snapshot-key "exec:$T/pg-signer-openssl?folder=$T" --registrar-key 'pkcs11:token=tok1;object=fay'
expect 0 as hsm-reader pgclient init "file://$T/site-hsm" --root-sha256 "$ROOT"
expect 3 as hsm-reader pgclient list abc; says "abc"   # all three roles verify; there is no project yet
ROOT=$ROOT_OF_WORLD

step "a program that signs with another key"
sed -i 's/folder=[^"]*/&\&wrong/' "$T/home/hans/config/pg/keys/hans.ref"
before=$(git -C "$T/hans" rev-parse HEAD)
expect 10 by hans release add project-hans 2.0.0 "$T/hans.txt" --yes
says "what the program '$T/pg-signer-openssl' gave is no signature of key $(key_id hans | cut -c1-8)"
[ "$(git -C "$T/hans" rev-parse HEAD)" = "$before" ] || fail "something was committed"

step "the environment: a key file, for the publisher and for a person"
SECRET=$(cat "$ONLINE")
publish_from_environment() {
  PG_ONLINE_KEY=$SECRET pgpublish publish --repository "$T/pub.git" --to "$T/site" --root-sha256 "$ROOT" --online-key env:PG_ONLINE_KEY "$@"
}
sync_pub
expect 0 publish_from_environment
expect 4 env GITHUB_EVENT_NAME=pull_request_target PG_ONLINE_KEY="$SECRET" pgpublish refresh --to "$T/site" --root-sha256 "$ROOT" --online-key env:PG_ONLINE_KEY
says "this job is for a pull request (GITHUB_EVENT_NAME=pull_request_target): nothing is signed there"
expect 3 pgpublish refresh --to "$T/site" --root-sha256 "$ROOT" --online-key env:PG_ONLINE_KEY
says "there is no key in the environment: PG_ONLINE_KEY is not set"
export PG_IDA_KEY
PG_IDA_KEY=$(printf '%064d' 7)
imports ida env:PG_IDA_KEY
whole_journey ida; signed_by ida
PG_IDA_KEY=$(printf '%064d' 8)
expect 10 by ida release add project-ida 2.0.0 "$T/ida.txt" --yes
says "'env:PG_IDA_KEY' holds key"
unset PG_IDA_KEY

step "the publisher's key in an agent"
new_key online2
ssh-keygen -q -t ed25519 -N '' -C publisher -f "$T/publisher.ssh"
ssh-add -q "$T/publisher.ssh"
expect 4 pgpublish refresh --to "$T/site" --root-sha256 "$ROOT" --online-key ssh-agent:publisher
says "role timestamp needs 1 of the keys "; says "; given: "

step "files of other programs"
openssl genpkey -algorithm ed25519 -out "$T/k.pem" 2>/dev/null
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$T/p.pem" 2>/dev/null
openssl pkcs8 -topk8 -in "$T/p.pem" -passout pass:x -out "$T/encrypted.pem" 2>/dev/null
ssh-keygen -q -t ed25519 -N secret -f "$T/encrypted.ssh"
imports kim "$T/k.pem" --no-passphrase
[ "$(as kim pgsign key export kim --format pem)" = "$(openssl pkey -in "$T/k.pem" -pubout)" ] || fail "another public key"
imports leo "$T/p.pem" --no-passphrase
[ "$(as leo pgsign key export leo)" = "$(openssl pkey -in "$T/p.pem" -pubout)" ] || fail "another public key"
whole_journey leo; signed_by leo
printf first >"$T/first"
imports mo "$T/ada.ssh" --passphrase-file "$T/first"
[ "$(key_id mo)" = "$(key_id ada)" ] || fail "another key"
refused 10 "'$T/encrypted.pem' is encrypted" "openssl pkcs8 -in FILE -out PLAIN_FILE decrypts it; shred PLAIN_FILE afterwards" -- as nia pgsign key import nia "$T/encrypted.pem"
refused 10 "'$T/encrypted.ssh' is encrypted, and only ssh can open it" "ssh-add FILE, then: pgsign key import NAME ssh-agent:FINGERPRINT" -- as nia pgsign key import nia "$T/encrypted.ssh"
refused 8 "'$T/home/mo/config/pg/keys/mo.key' is there already and is never overwritten" "choose another name, or move the file away if you are sure" -- \
  as mo pgsign key import mo ssh-agent:ben@home

step "another passphrase; a wrong old one changes nothing"
printf second >"$T/second"
expect 0 as mo pgsign key change-passphrase mo --passphrase-file "$T/first" --new-passphrase-file "$T/second"
refused 4 "wrong passphrase for $T/home/mo/config/pg/keys/mo.key (or the file was changed)" -- as mo pgsign key test mo --passphrase-file "$T/first"
refused 4 "wrong passphrase for $T/home/mo/config/pg/keys/mo.key (or the file was changed)" -- \
  as mo pgsign key change-passphrase mo --passphrase-file "$T/first" --new-passphrase-file "$T/second"
expect 0 as mo pgsign key test mo --passphrase-file "$T/second"
[ "$(stat -c %a "$T/home/mo/config/pg/keys/mo.key")" = 600 ] || fail "the file's mode changed"
refused 2 "key 'ben' is not in a file: ssh-agent:$(fingerprint_of "$T/ben.ssh")" "its passphrase or PIN is changed with the tool of the place where it is" -- \
  as ben pgsign key change-passphrase ben

step "kill -9 at each call that changes a file of a new passphrase: the key opens with one of the two"
if strace -o /dev/null true 2>/dev/null; then
  killed=0
  for call in write fsync rename renameat renameat2 fchmod unlinkat; do
    for when in 1 2 3; do
      strace -f -qq -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$when" -o /dev/null \
        env XDG_CONFIG_HOME="$T/home/leo/config" pgsign key change-passphrase leo --no-passphrase >/dev/null 2>&1 || [ $? != 137 ] || killed=$((killed + 1))
      expect 0 as leo pgsign key test leo
    done
  done
  [ "$killed" -ge 3 ] || fail "only $killed runs were killed"
else
  echo "SKIPPED: strace may not trace here"
fi

step "every document is one JSON value"
for command in "key list" "key backends" "key show leo" "key export leo" "key test leo"; do
  # shellcheck disable=SC2086
  expect 0 as leo pgsign $command --json
  [ "$(json ok)" = true ] || fail "not ok: $command"
done
