# Everything that a maintainer or an administrator may type wrong: one clear message, the right exit code, nothing changed.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"

step "keys: names, passphrases, modes"
refused 2 "'a/b' cannot be a key's name" \
  "letters, digits and . _ + - (not at the start), at most 64, for example: pgsign key new alice" -- as alice pgsign key new a/b
refused 2 "key 'alice' needs a passphrase and nobody can be asked here" \
  "give --passphrase-file FILE, or set PG_PASSPHRASE, or run this on a terminal" -- as alice pgsign key new alice
refused 3 "you have no key yet" "pgsign key new NAME" -- as alice pgsign init "$T/x" --name x --online "$T/nowhere.pub"
echo 'correct horse' >"$T/passphrase"; echo 'battery staple' >"$T/wrong"; : >"$T/nothing"
refused 2 "the passphrase is empty" "--no-passphrase asks for none at all" -- \
  as alice pgsign key new alice --passphrase-file "$T/nothing"
refused 2 "--no-passphrase and --passphrase-file contradict each other" -- \
  as alice pgsign key new alice --no-passphrase --passphrase-file "$T/passphrase"
expect 0 as alice pgsign key new alice --passphrase-file "$T/passphrase"
keys=$T/home/alice/config/pg/keys
[ "$(stat -c %a "$keys" "$keys/alice.key" | xargs)" = "700 600" ] || fail "modes of the key folder and file"
refused 8 "'$keys/alice.key' is there already and is never overwritten" \
  "choose another name, or move the file away if you are sure" -- as alice pgsign key new alice --no-passphrase
refused 3 "there is no key 'bob'; there are: alice" "pgsign key list" -- as alice pgsign key show bob
expect 0 as alice pgsign key list --json
[ "$(json keys.0.name)" = alice ] || fail "key list"
[ "$(json keys.0.encrypted)" = true ] || fail "key list says not encrypted"

step "init: what it needs, where it goes"
new_key admin online bob mallory
init() { as admin pgsign init "$T/admin" --name playground --yes --max-file-size 10000 "$@"; }
refused 2 "the new repository has no timestamp-key" \
  "--online FILE names the publisher's public key for all three online roles (pgsign key new publisher)" -- init
refused 2 "--threshold asks for 2 signatures, but there is only 1 key" -- init --online "$(pubkey online)" --threshold 2
refused 3 "there is no public key file '$T/nowhere.pub'" \
  "ask the key's holder for it; 'pgsign key show NAME' tells them where it is" -- init --online "$T/nowhere.pub"
refused 2 "--admin names one key twice: $(label bob)" -- init --online "$(pubkey online)" --admin "$(pubkey bob)" --admin "$(pubkey bob)"
refused 2 "--online already says who has the snapshot-key: give one of the two" -- \
  init --online "$(pubkey online)" --snapshot-key "$(pubkey online)"
refused 2 "nobody can be asked here: Sign this with $(label admin) and commit it?" "give --yes to agree without being asked" -- \
  as admin sh -c "pgsign init '$T/admin' --name playground --online '$(pubkey online)' --json 2>&1 >/dev/null | grep . ||
    exec pgsign init '$T/admin' --name playground --online '$(pubkey online)' >/dev/null"
mkdir "$T/used"; touch "$T/used/file"
refused 8 "folder '$T/used' is not empty (it has 'file')" "name a new folder" -- \
  as admin pgsign init "$T/used" --name playground --online "$(pubkey online)" --yes
absent "$T/admin"
expect 0 init --online "$(pubkey online)" --dry-run
says "creates repository playground at "; says "; administrators (1 of 1 must sign): admin key $(key_id admin)"
absent "$T/admin"
expect 0 init --online "$(pubkey online)" --json
ROOT=$(json root_sha256)
[ "$ROOT" = "$(sha256sum <"$T/admin/admin/root_history/1.root.json" | cut -d' ' -f1)" ] || fail "the root's SHA-256"
[ "$(json verdict)" = accepted ] || fail "verdict"
[ "$(json changes.0.change)" = create-repository ] || fail "changes"
refused 2 "this repository knows no other to push to" "git remote add origin URL" -- by admin push
git init -q --bare "$T/hub.git"
git -C "$T/admin" remote add origin "$T/hub.git"
expect 0 by admin push
stdout_is "pushed $(git -C "$T/admin" rev-parse --short=8 HEAD) to branch main of origin"
[ "$(git -C "$T/admin" rev-parse --abbrev-ref '@{upstream}')" = origin/main ] || fail "main follows nothing"
for who in alice bob mallory; do clone $who; done

step "not one of ours: no git, no commit, something else, no branch"
mkdir "$T/plain"
refused 3 "'$T/plain' is not in a git repository" "'git clone' one, or 'pgsign init' to start" -- as alice pgsign -C "$T/plain" status
refused 6 "cannot change into folder '$T/nowhere': No such file or directory" -- as alice pgsign -C "$T/nowhere" status
git init -q "$T/other"
refused 14 "branch main has no commit yet, so this is no content repository" \
  "clone one with git, or make one: pgsign init DIR --name NAME --online FILE" -- as alice pgsign -C "$T/other" status
echo hello >"$T/other/README"; git -C "$T/other" add .; git -C "$T/other" commit -qm hello
refused 14 "commit $(git -C "$T/other" rev-parse --short=8 HEAD) is not a content repository (it has no admin/root_history/1.root.json)" \
  "pgsign init DIR --name NAME makes a new one" -- as alice pgsign -C "$T/other" project create abc --yes
git -C "$T/bob" checkout -q --detach
refused 8 "no branch is checked out here (HEAD is detached), so a commit would belong to none" "git switch main" -- \
  by bob project create abc --yes
git -C "$T/bob" switch -q main

step "the first look at the repository is told once; from then on its root is trusted"
for who in alice bob mallory; do
  expect 0 by $who trust show
  says "pgsign: first look at repository playground: its root with the SHA-256 $ROOT is trusted from now on; compare it with what the administrators say"
  says "  root SHA-256: $ROOT (taken at the first look; compare it, "
  expect 0 by $who trust show
  says_not "pgsign: first look"
done

step "projects: names, rights, passphrases"
expect 2 by alice project create Abc --yes
says "Abc"
expect 2 by alice project create root --yes
expect 2 by alice project create a--b --yes
refused 2 "--release-threshold asks for 2 signatures, but there is only 1 key" -- \
  by alice project create abc --release-threshold 2 --yes
expect 4 by alice project create abc --yes --passphrase-file "$T/wrong"
says "pgsign: error: "; says "passphrase"
[ -z "$(git -C "$T/alice" status --porcelain)" ] || fail "a wrong passphrase left something behind"
expect 0 by alice project create abc --dry-run --json
[ "$(json changes.0.change) $(json changes.0.project) $(json commit)" = "create-project abc undefined" ] || fail "dry run"
[ -z "$(git -C "$T/alice" log --oneline origin/main..)" ] || fail "a dry run made a commit"
expect 0 by alice project create abc --yes --passphrase-file "$T/passphrase"
says "creates project abc; owners (1 of 1 must sign): alice key $(key_id alice); maintainers (1 of 1 must sign): alice key $(key_id alice)"
says "pgsign: next: pgsign release add abc VERSION FILE..., then pgsign push"
alice() { PG_PASSPHRASE='correct horse' by alice "$@"; }
expect 0 alice push
git -C "$T/mallory" pull -q
refused 8 "project abc exists already" "pgsign status abc shows who owns it" -- by mallory project create abc --yes
refused 8 "the name a-bc looks too much like project abc, which exists" \
  "names that differ only in hyphens, in o and 0, or in l, i and 1 are one name; choose another" -- by mallory project create a-bc --yes

step "releases: names, versions and files"
seq 1 100 >"$T/abc.txt"; mkdir "$T/second"; seq 1 99 >"$T/second/abc.txt"; head -c 10001 /dev/zero >"$T/large.bin"
mkfifo "$T/pipe"; cp "$T/abc.txt" "$T/a b.txt"
refused 3 "there is no project xyz in this repository" "'git pull' fetches what others added; 'pgsign project create xyz' makes it" -- \
  alice release add xyz 1.0.0 "$T/abc.txt" --yes
expect 2 alice release add abc 1/0 "$T/abc.txt" --yes; says "1/0"
expect 2 alice release add abc -- -1 "$T/abc.txt"; says "-1"
expect 2 alice release add abc 1.0.0 "$T/abc.txt" --product Cli --yes; says "Cli"
expect 2 alice release add abc 1.0.0 --yes; says "FILE is missing"
refused 3 "there is no file '$T/nowhere.txt'" -- alice release add abc 1.0.0 "$T/abc.txt" "$T/nowhere.txt" --yes
refused 2 "'$T/second' is a folder; a release holds files" "pack it first, for example with tar" -- \
  alice release add abc 1.0.0 "$T/second" --yes
refused 2 "'$T/nothing' is empty" -- alice release add abc 1.0.0 "$T/nothing" --yes
refused 2 "'$T/pipe' is not a plain file" -- alice release add abc 1.0.0 "$T/pipe" --yes
refused 13 "'$T/large.bin' has 10001 bytes (9.8 KiB); this repository allows 10000 (9.8 KiB) a file" \
  "split the file, or ask the administrators for a higher limit" -- alice release add abc 1.0.0 "$T/large.bin" --yes
refused 2 "two files of one release cannot have the same name: '$T/abc.txt' and '$T/second/abc.txt'" \
  "rename one, or put them into two products (PRODUCT=FILE)" -- alice release add abc 1.0.0 "$T/abc.txt" "$T/second/abc.txt" --yes
expect 2 alice release add abc 1.0.0 "$T/a b.txt" --yes; says "a b.txt"
refused 4 "the key $(label mallory) may not sign releases of abc; these may: $(label alice)" \
  "--key NAME takes another key of yours ('pgsign key list')" -- by mallory release add abc 1.0.0 "$T/abc.txt" --yes
refused 4 "the key $(label mallory) may not sign for the administrators; these may: $(label admin)" \
  "--key NAME takes another key of yours ('pgsign key list')" -- by mallory admin promote abc --yes
expect 0 alice key new second --no-passphrase
refused 2 "which of your keys shall sign? there are: alice, second" "--key NAME" -- alice release add abc 1.0.0 "$T/abc.txt" --yes
rm "$keys"/second.*
chmod 644 "$keys/alice.key"
refused 4 "key file '$keys/alice.key' can be read by others (mode 0644, needed 0600)" \
  "if nobody copied it: chmod 600 '$keys/alice.key'; else make a new key" -- alice release add abc 1.0.0 "$T/abc.txt" --yes
chmod 600 "$keys/alice.key"

step "a dirty work tree: only where the change would write"
folder=projects/ab/abc
echo >>"$T/alice/$folder/releases.json"; mkdir "$T/alice/$folder/files"; echo x >"$T/alice/$folder/files/mine.txt"
refused 8 "uncommitted changes stand where this change would write: $folder/files/mine.txt, $folder/releases.json" \
  "put them aside: git stash --include-untracked (or commit them)" -- alice release add abc 1.0.0 "$T/abc.txt" --yes
git -C "$T/alice" stash -q --include-untracked
touch "$T/alice/.git/index.lock"
refused 8 "another git program works in this repository, or was killed at it: '$T/alice/.git/index.lock' is there" \
  "if none runs any more: rm '$T/alice/.git/index.lock'" -- alice release add abc 1.0.0 "$T/abc.txt" --yes
rm "$T/alice/.git/index.lock"
echo note >"$T/alice/notes.txt"
expect 0 alice release add abc 1.0.0 "$T/abc.txt" --yes
says "adds release 1.0.0 of product abc of project abc with 1 file: abc.txt (292 bytes, sha256 $(sha256sum <"$T/abc.txt" | cut -c1-64))"
same_file "$T/alice/$folder/files/abc/1.0.0/abc.txt" "$T/abc.txt"
[ "$(git -C "$T/alice" status --porcelain)" = "?? notes.txt" ] || fail "the work tree does not follow the commit"
[ "$(git -C "$T/alice" log -1 --format='%s %an %ae')" = "Add abc 1.0.0 Test test@example.org" ] || fail "the commit's title and author"
[ "$(git -C "$T/alice" show --name-only --format= | xargs)" = "$folder/files/abc/1.0.0/abc.txt $folder/releases.json" ] ||
  fail "files and metadata are not in one commit"
refused 8 "version 1.0.0 of abc/abc exists already; what is released never changes" "choose a new version number" -- \
  alice release add abc 1.0.0 "$T/abc.txt" --yes
expect 0 alice release add abc 1.0.0 "$T/second/abc.txt" --product cli --yes
expect 0 env -C "$T/alice/$folder" XDG_CONFIG_HOME="$T/home/alice/config" PG_PASSPHRASE='correct horse' \
  pgsign release add abc 1.1.0 ../../../../abc.txt --yes

step "status, in words and as one JSON document"
expect 0 alice status abc
says "project abc (new: the publisher's online key vouches for it)"
says "owners: $(label alice) (1 must sign)"
[ "$(grep -E '^  (cli )?1\.' "$OUT" | xargs)" = "1.1.0 1.0.0 cli 1.0.0" ] || fail "releases are not listed newest first"
expect 0 alice status abc --json
[ "$(json project) $(json claimed) $(json releases.0.version) $(json releases.0.files.0.name)" = "abc false 1.1.0 abc.txt" ] || fail "json"
expect 0 alice status --json
[ "$(json repository) $(json root_sha256) $(json projects) $(json verdict)" = "playground $ROOT 1 accepted" ] || fail "json"
refused 3 "there is no project xyz in this repository" "'git pull' fetches what others added; 'pgsign project create xyz' makes it" -- sh -c \
  "XDG_CONFIG_HOME=$T/home/alice/config pgsign -C $T/alice status xyz >/dev/null"
expect 3 alice status xyz --json
[ "$(json ok) $(json error.exit)" = "false 3" ] || fail "json of an error"

step "others were first; a remote that is not there"
git -C "$T/bob" pull -q
expect 0 by bob project create bobs --yes
expect 0 by bob push
before=$(git -C "$T/alice" rev-parse HEAD)
expect 0 alice push
says "others were first: branch main of origin is at $(git -C "$T/bob" rev-parse --short=8 HEAD) now. On top of it:"
says "what you had is kept on branch before-reapply/${before:0:8}"
[ "$(git -C "$T/alice" rev-parse "before-reapply/${before:0:8}")" = "$before" ] || fail "the old commits are lost"
[ "$(git -C "$T/hub.git" rev-parse main)" = "$(git -C "$T/alice" rev-parse HEAD)" ] || fail "not pushed"
git -C "$T/alice" remote set-url origin "$T/gone.git"
refused 5 "git cannot list what origin has: fatal: '$T/gone.git' does not appear to be a git repository" \
  "nothing was pushed; 'git fetch' by hand shows all that git says; then 'pgsign push' again" -- alice push
git -C "$T/alice" remote set-url origin "$T/hub.git"

step "administrators promote names; the project's people go on as before"
git -C "$T/admin" pull -q
expect 0 by admin admin promote --yes
says "promotes abc, bobs: from now on no online key can touch these names"
expect 0 by admin admin promote
says "nothing to promote"
refused 8 "project abc is promoted already" -- by admin admin promote abc --yes
refused 3 "there is no project xyz in this repository" "git pull" -- by admin admin promote xyz --yes
expect 0 by admin push
git -C "$T/alice" pull -q
expect 0 alice release add abc 2.0.0 "$T/abc.txt" --yes
expect 0 alice status abc
says "project abc (promoted: the administrators delegate it)"
expect 0 alice push

step "a commit made by hand that changes a released file is not built upon, not signed and not pushed"
git -C "$T/mallory" pull -q
echo evil >"$T/mallory/$folder/files/abc/1.0.0/abc.txt"; git -C "$T/mallory" commit -qam evil
evil="commit $(git -C "$T/mallory" rev-parse --short=8 HEAD) is refused: "
for command in "push" "sign" "project create mine --yes"; do
  # shellcheck disable=SC2086
  expect 10 by mallory $command
  says "$evil"; says "abc.txt"
done
expect 0 by mallory status
says "pgsign: warning: $evil"
[ "$(git -C "$T/hub.git" rev-parse main)" = "$(git -C "$T/alice" rev-parse HEAD)" ] || fail "the hub moved"

step "a corrupted repository"
cp -a "$T/alice" "$T/corrupt"
object=$(git -C "$T/corrupt" rev-parse "HEAD:$folder/releases.json")
file=$T/corrupt/.git/objects/${object:0:2}/${object:2}
mv "$file" "$file.whole"; head -c 20 "$file.whole" >"$file"
expect 6 as alice pgsign -C "$T/corrupt" release add abc 3.0.0 "$T/abc.txt" --yes
says "pgsign: error: "; says "$folder/releases.json"
mv "$file.whole" "$file"
expect 0 as alice env PG_PASSPHRASE='correct horse' pgsign -C "$T/corrupt" release add abc 3.0.0 "$T/abc.txt" --yes

step "on a terminal: passphrase twice for a new key, y or N before signing, passphrase after"
export XDG_CONFIG_HOME=$T/home/carol/config
clone carol
on_terminal 2 "pgsign key new carol" "new passphrase for key 'carol': " one "the same once more: " two
says "the two passphrases differ"
absent "$XDG_CONFIG_HOME/pg/keys/carol.key"
on_terminal 0 "pgsign key new carol" "new passphrase for key 'carol': " hunter2 "the same once more: " hunter2
says "made key carol"; says_not hunter2
question="Sign this with $(label carol) and commit it? [y/N] "
on_terminal 1 "pgsign -C $T/carol project create carols" "$question" n
says "cancelled; nothing was signed or changed"
on_terminal 1 "pgsign -C $T/carol project create carols" "$question" ""
on_terminal 4 "pgsign -C $T/carol project create carols" "$question" y "passphrase of key 'carol': " hunter3
[ -z "$(git -C "$T/carol" log --oneline origin/main..)" ] || fail "a commit without consent"
on_terminal 0 "pgsign -C $T/carol project create carols" "$question" y "passphrase of key 'carol': " hunter2
says "Create project carols"; says_not hunter2
[ "$(git -C "$T/carol" log -1 --format=%s)" = "Create project carols" ] || fail "no commit"
