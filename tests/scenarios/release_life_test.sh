# The life of releases: several products and platforms in one signature, yanked, un-yanked, removed for ever; each published,
# and seen by pgclient and by another TUF client as its maintainers meant it. Then the project and its history are shown.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"

install_tuf_js
tuf_js() { node "$TUF_JS" "$URL" "$T/site/metadata/1.root.json" "$T/tuf-js-state" "$@"; }

new_world
new_key bob mallory
user() { as user pgclient "$@"; }
push_and_publish() { expect 0 by alice push; expect 0 publish; }

step "one release of two products for three platforms is one change and one signature"
mkdir "$T/dist"
for name in abc-linux abc-windows.exe notes.txt cli.tgz; do echo "$name 1.0.0" >"$T/dist/$name"; done
expect 0 by alice project create abc --yes
expect 0 by alice release add abc 1.0.0 "$T/dist/abc-linux" "$T/dist/abc-windows.exe" "$T/dist/notes.txt" "cli=$T/dist/cli.tgz" \
  --platform abc-linux=linux-amd64 --platform "$T/dist/abc-windows.exe=windows-amd64" --dry-run
says "adds release 1.0.0 of product abc of project abc with 3 files: abc-linux for linux-amd64 (16 bytes, sha256 $(
  sha256sum <"$T/dist/abc-linux" | cut -c1-64)), abc-windows.exe for windows-amd64 ("
says "adds release 1.0.0 of product cli of project abc with 1 file: cli.tgz ("
says "dry run: nothing was signed or changed"
expect 0 by alice release add abc 1.0.0 "$T/dist/abc-linux" "$T/dist/abc-windows.exe" "$T/dist/notes.txt" "cli=$T/dist/cli.tgz" \
  --platform abc-linux=linux-amd64 --platform "$T/dist/abc-windows.exe=windows-amd64" --yes
[ "$(git -C "$T/alice" log -1 --format=%s)" = "Add abc 1.0.0 (abc, cli)" ] || fail "title"
[ "$(git -C "$T/alice" show --name-only --format= | wc -l)" = 5 ] || fail "not one commit of four files and their metadata"
push_and_publish
start_nginx "$T/site"
expect 0 user init "$URL" --root-sha256 "$ROOT"

step "what cannot be meant is refused and changes nothing"
refused 2 "--platform names 'other', which is none of the files" -- \
  by alice release add abc 2.0.0 "$T/dist/abc-linux" --platform other=linux-amd64 --yes
refused 2 "--platform needs FILE=PLATFORM, not 'linux'" "--platform abc-linux=linux-amd64" -- \
  by alice release add abc 2.0.0 "$T/dist/abc-linux" --platform linux --yes
refused 2 "'Linux/AMD64' is no name for a platform: lower-case letters and digits, single . _ - inside, at most 64 characters" \
  "for example linux-amd64" -- by alice release add abc 2.0.0 "$T/dist/abc-linux" --platform abc-linux=Linux/AMD64 --yes
refused 8 "version 1.0.0 of abc/cli exists already; what is released never changes" "choose a new version number" -- \
  by alice release add abc 1.0.0 "cli=$T/dist/cli.tgz" --yes

step "a downloader sees the platforms and takes the files for one"
expect 0 user info abc 1.0.0
says "    platform   linux-amd64"
says "    platform   windows-amd64"
mkdir "$T/linux" "$T/all"
expect 0 user fetch abc --platform linux-amd64 --dir "$T/linux"
[ "$(ls "$T/linux" | tr '\n' ' ')" = "abc-linux notes.txt " ] || fail "files for linux: $(ls "$T/linux")"
expect 3 user fetch abc --platform linux-arm64 --dir "$T/linux"
stderr_is "pgclient: error: abc 1.0.0 has no file for platform linux-arm64; it has files for: linux-amd64, windows-amd64
pgclient: hint: did you mean 'linux-amd64'?"
expect 0 user fetch abc --dir "$T/all"
[ "$(ls "$T/all" | wc -l)" = 3 ] || fail "all files: $(ls "$T/all")"
expect 0 user fetch abc/cli --platform linux-amd64 --dir "$T/all"
same_file "$T/all/cli.tgz" "$T/dist/cli.tgz"

step "a yanked release is passed over, told with its reason, and had by its name"
echo "abc 1.1.0" >"$T/abc.txt"
expect 0 by alice release add abc 1.1.0 "$T/abc.txt" --yes
expect 0 by alice release yank abc 1.1.0 --reason "eats data" --yes
says "yanks release 1.1.0 of product abc of project abc: eats data"
push_and_publish
expect 0 user fetch abc latest --dir "$T/all" --force
says "abc 1.0.0"
expect 0 user fetch abc 1.1.0 --dir "$T/all"
says "abc 1.1.0 is yanked: eats data"
refused 8 "version 1.1.0 of product abc of project abc is yanked already: eats data" -- \
  by alice release yank abc 1.1.0 --reason "eats data" --yes
expect 0 by alice release unyank abc 1.1.0 --yes
push_and_publish
expect 0 user fetch abc latest --dir "$T/all"
says "already there, abc 1.1.0"
says_not yanked

step "who may not, and reasons that are none"
refused 2 "--reason TEXT is missing: what the people who use it should know" -- by alice release remove abc 1.1.0 --yes
refused 2 "'a\\x0ab' is no reason: one line of 1 to 200 bytes of plain text" -- \
  by alice release yank abc 1.1.0 --reason $'a\nb' --yes
refused 3 "there is no release abc 9.9.9" "pgsign project show abc lists what there is" -- \
  by alice release remove abc 9.9.9 --reason x --yes
refused 8 "version 1.1.0 of product abc of project abc is not yanked" -- by alice release unyank abc 1.1.0 --yes
clone mallory
expect 4 by mallory release remove abc 1.1.0 --reason x --yes
says "the key $(label mallory) may not sign releases of abc"

step "a removed release is gone for everybody, and everybody is told why"
expect 0 user -C "$T/linux" lock abc@1.1.0
expect 0 tuf_js abc/abc/1.1.0/abc.txt "$T/js-before"
expect 0 by alice release remove abc 1.1.0 --reason "contained a private key" --dry-run
says "removes release 1.1.0 of product abc of project abc and its files for ever: contained a private key"
expect 0 by alice release remove abc 1.1.0 --reason "contained a private key" --yes
absent "$T/alice/projects/ab/abc/files/abc/1.1.0"
[ -z "$(git -C "$T/alice" status --porcelain)" ] || fail "the work tree differs from the commit"
push_and_publish
expect 3 user fetch abc 1.1.0 --dir "$T/linux"
stderr_is "pgclient: error: version 1.1.0 of abc was removed: contained a private key
pgclient: hint: the latest version is 1.0.0"
expect 3 user fetch abc 1.1.0 --dir "$T/linux" --json
[ "$(json error.message)" = "version 1.1.0 of abc was removed: contained a private key" ] || fail "json"
expect 0 user fetch abc latest --dir "$T/all"
says "already there, abc 1.0.0"
expect 10 user -C "$T/linux" fetch --locked
says "'pg.lock' has abc 1.1.0, which was removed: contained a private key"
expect 3 tuf_js abc/abc/1.1.0/abc.txt "$T/js-after"
absent "$T/js-after"
expect 0 tuf_js abc/cli/1.0.0/cli.tgz "$T/js-other"
[ -n "$(find "$T/site/targets/abc/abc/1.1.0" -name '*.abc.txt')" ] || fail "a client in flight would get a 404"

step "its number never comes back, nor does its file by hand"
refused 8 "version 1.1.0 of product abc of project abc was removed: contained a private key; its number never comes back" \
  "add a new version" -- by alice release add abc 1.1.0 "$T/abc.txt" --yes
refused 8 "abc 1.1.0 was removed: contained a private key" -- by alice release yank abc 1.1.0 --reason x --yes
cp -a "$T/alice" "$T/by-hand"
mkdir -p "$T/by-hand/projects/ab/abc/files/abc/1.1.0"
cp "$T/abc.txt" "$T/by-hand/projects/ab/abc/files/abc/1.1.0/"
git -C "$T/by-hand" add -A; git -C "$T/by-hand" commit -qm "Bring it back"
expect 10 as alice pgsign -C "$T/by-hand" push
says "projects/ab/abc/files/abc/1.1.0/abc.txt: is not stated in releases.json"
git -C "$T/by-hand" reset -q --hard HEAD~1
git -C "$T/by-hand" rm -q projects/ab/abc/files/abc/1.0.0/notes.txt
git -C "$T/by-hand" commit -qm "Take one file"
expect 10 as alice pgsign -C "$T/by-hand" push
says "projects/ab/abc/files/abc/1.0.0/notes.txt: is removed, but releases.json still states it; the files of a release go with the release"

step "publishing goes on"
echo "abc 1.2.0" >"$T/abc.txt"
expect 0 by alice release add abc 1.2.0 "$T/abc.txt" --yes
push_and_publish
expect 0 user fetch abc latest --dir "$T/all" --force
says "abc 1.2.0"

step "the project shows its people, its releases and what became of them"
expect 0 by alice release yank abc 1.2.0 --reason "wait for 1.2.1" --yes
expect 0 by alice project show abc
says "owners: $(label alice) (1 must sign)"
says "  1.2.0  yanked: wait for 1.2.1"
says "  cli 1.0.0"
says "  for windows-amd64"
says "removed for ever:"
says "  abc/abc/1.1.0: contained a private key"
expect 0 by alice project show abc --json
[ "$(json releases.0.yanked) $(json claimed) $(json verdict)" = "wait for 1.2.1 false accepted" ] || fail "json of show"
[ "$(json removed)" = '{"abc/abc/1.1.0":"contained a private key"}' ] || fail "json of removed"
expect 3 by alice project show nothing

step "the log tells every change of the project from its files and signatures, whoever wrote the commits"
git -C "$T/admin" pull -q --ff-only
expect 0 as admin pgsign -C "$T/admin" project create other --yes
expect 0 as admin pgsign -C "$T/admin" push
git -C "$T/alice" fetch -q; git -C "$T/alice" reset -q --hard origin/main
git -C "$T/alice" config user.name "The Administrators"
expect 0 by alice release yank abc 1.2.0 --reason "wait for 1.2.1" --yes
expect 0 by alice log abc
says "yanks release 1.2.0 of product abc of project abc: wait for 1.2.1"
says "removes release 1.1.0 of product abc of project abc and its files for ever: contained a private key"
says "takes back the yank of release 1.1.0 of product abc of project abc"
says "creates project abc; owners (1 of 1 must sign): alice key $(key_id alice)"
says "  abc.rel version 1, signed by $(label alice)"
says "  abc (claim) version 1, signed by $(label alice)"
says_not "The Administrators"
says_not "creates project other"
expect 0 by alice log abc --json
[ "$(json commits.0.changes.0.change) $(json commits.0.signed.0.role) $(json commits.0.signed.0.signatures.signed.0.name)" = \
  "yank-release abc.rel alice" ] || fail "json of the log"
expect 3 by alice log nothing
says "there is no project nothing in the history of branch main"

step "a log over a commit that the rule book refuses ends there, with an error"
git -C "$T/by-hand" fetch -q; git -C "$T/by-hand" reset -q --hard origin/main
echo evil >"$T/by-hand/projects/ab/abc/files/abc/1.0.0/notes.txt"
git -C "$T/by-hand" commit -qam "Better notes"
expect 10 as alice pgsign -C "$T/by-hand" log abc
says "is refused: projects/ab/abc/files/abc/1.0.0/notes.txt: is changed; a released file never changes, add a new version"
echo "release life: all steps done"
