# The downloader's journey: trust once, look, fetch, look again; and every mistake that a person can make on the way.
source "$(dirname "$0")/lib.sh"

new_world
seq 1 3000 >"$T/abc-1.txt"; seq 1 4000 >"$T/abc-2.txt"; seq 1 10 >"$T/doc.txt"
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0 "$T/abc-1.txt" "$T/doc.txt" --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.1.0 "$T/abc-2.txt" --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 2.0.0-rc.1 "$T/abc-2.txt" --yes
cp "$T/doc.txt" "$T/a+b~1.txt"
expect 0 as alice pgsign -C "$T/alice" project create plus --yes
expect 0 as alice pgsign -C "$T/alice" release add plus 0.4.0+build.5 "$T/a+b~1.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
start_nginx "$T/site"
mkdir "$T/work"; cd "$T/work"
state=$T/home/.local/state/pg/client

step "before anything is trusted"
expect 0 pgclient status
says "no repository is set up"
expect 14 pgclient fetch abc
says "pgclient init URL --root-sha256 HEX"

step "init: wrong digest, wrong URL, no pin: nothing is set up"
expect 10 pgclient init "$URL" --root-sha256 "$(printf 'a%.0s' {1..64})"
says "expected sha256 aaaa"
expect 5 pgclient init "$URL/elsewhere" --root-sha256 "$ROOT"
expect 5 pgclient init "$URL/elsewhere" --root "$T/site/metadata/1.root.json"
expect 5 pgclient init http://127.0.0.1:1 --root-sha256 "$ROOT"
expect 2 pgclient init "$URL"
expect 2 pgclient init "$URL" --root-sha256 abc
expect 2 pgclient init ftp://example.org --root-sha256 "$ROOT"
expect 2 pgclient init "$T/site" --root-sha256 "$ROOT"
expect 6 pgclient init "$URL" --root "$T/no-such-file"
expect 10 pgclient init "$URL" --root "$T/doc.txt"
[ -z "$(ls -A "$state" 2>/dev/null)" ] || fail "left behind: $(ls -A "$state")"

step "init, again, and with another root under the same name"
expect 0 pgclient init "$URL" --root-sha256 "$ROOT" --json
[ "$(json name)" = playground ] || fail "name $(json name)"

step "a plus and a tilde in version and file name: from a web server and from a disk"
expect 0 pgclient fetch plus 0.4.0+build.5 --dir "$T/by-http"
cmp "$T/doc.txt" "$T/by-http/a+b~1.txt"
expect 0 pgclient fetch-target plus/plus/0.4.0+build.5/a+b~1.txt --root "$T/site/metadata/1.root.json" \
  --metadata-url "file://$T/site/metadata" --targets-url "file://$T/site/targets" -o "$T/from-disk"
cmp "$T/doc.txt" "$T/from-disk"
rm -r "$T/home/.local/state/pg/other"
expect 0 pgclient init "$URL" --root-sha256 "$ROOT"
says "already set up"
expect 0 pgclient init "$URL" --root "$T/site/metadata/1.root.json"
says "already set up"
as other pgsign key new other --no-passphrase >/dev/null 2>&1
expect 0 as other pgsign init "$T/other" --name playground --online "$(pubkey other)" --yes
expect 8 pgclient init "$URL" --root "$T/other/admin/root.json"
says "another root"
[ "$(stat -c %a "$state/playground")" = 700 ] || fail "the trusted state is open to others"

step "list, info, status"
expect 0 pgclient list abc
says "abc 1.1.0"; says "latest"; says "pre-release"
expect 0 pgclient list abc --json
[ "$(json releases.1.files.0.sha256)" = "$(sha256sum <"$T/abc-2.txt" | cut -c1-64)" ] || fail "another digest"
expect 0 pgclient info abc 1.0.0
says "registered by the online key only"; says "targets > new > abc > abc.rel"; says "signed by  1 of alice "; says "$(sha256sum <"$T/doc.txt" | cut -c1-64)"
expect 0 pgclient status --json
[ "$(json repositories.0.timestamp.version)" = 1 ] || fail "timestamp $(json repositories.0.timestamp)"

step "fetch: latest is no pre-release; a release of several files; an own name; again"
expect 0 pgclient fetch abc
same_file abc-2.txt "$T/abc-2.txt"
before=$(stat -c %Y.%i abc-2.txt)
expect 0 pgclient fetch abc latest
says "already there"
[ "$(stat -c %Y.%i abc-2.txt)" = "$before" ] || fail "the file was written again"
expect 0 pgclient fetch abc/abc 1.0.0 --dir a/new/folder
same_file a/new/folder/abc-1.txt "$T/abc-1.txt"; same_file a/new/folder/doc.txt "$T/doc.txt"
expect 2 pgclient fetch abc 1.0.0 -o one
says "has 2 files"
expect 0 pgclient fetch abc 2.0.0-rc.1 -o candidate
same_file candidate "$T/abc-2.txt"

step "a file of the user is kept, unless --force; nothing goes through a link"
echo mine >abc-2.txt
expect 8 pgclient fetch abc --json
[ "$(json error.code)" = conflict ] || fail "$(json error)"
[ "$(cat abc-2.txt)" = mine ] || fail "overwritten"
expect 0 pgclient fetch abc --force
same_file abc-2.txt "$T/abc-2.txt"
echo mine >victim; rm abc-2.txt; ln -s victim abc-2.txt
expect 6 pgclient fetch abc --force
says "symbolic link"
[ "$(cat victim)" = mine ] || fail "written through the link"
rm abc-2.txt
# One of two is in the way: the other is not written either.
mkdir half; echo mine >half/doc.txt
expect 8 pgclient fetch abc 1.0.0 --dir half
[ "$(ls half)" = doc.txt ] || fail "half a release: $(ls half)"

step "what does not exist, and what cannot"
expect 3 pgclient fetch abc 9.9
says "versions of abc: 2.0.0-rc.1, 1.1.0, 1.0.0"
expect 3 pgclient fetch abd
says "did you mean 'abc'?"
expect 3 pgclient fetch abc/tool
expect 2 pgclient fetch ../abc
expect 2 pgclient fetch abc ../1
expect 2 pgclient fetch abc --repository nothing
expect 2 pgclient fetch
expect 6 pgclient fetch abc -o "$T/doc.txt/below"

expect 3 pgclient fetch zzzzzz
stderr_is "pgclient: error: there is no project zzzzzz in this repository
pgclient: hint: other projects: abc, plus"
expect 3 pgclient fetch abc 77
says "pgclient versions abc lists what there is"
expect 2 pgclient fetch 'abc@1.0.0'
says "abc '1.0.0'; only 'pgclient lock' takes 'abc@1.0.0'"
expect 2 pgclient fetch abc -o -
says "is not standard output"; absent ./-
expect 2 pgclient install abc
says "did you mean 'pgclient fetch'?"
expect 2 pgclient search abc
says "did you mean 'pgclient list'?"
expect 2 pgclient show abc
says "did you mean 'pgclient info'?"
expect 2 pgclient update
says "did you mean 'pgclient lock'?"
expect 0 pgclient fetch --help
says "usage: pgclient fetch [options] PROJECT [VERSION] | --locked [PROJECT...]"
expect 2 pgclient init "$URL" --root-sha256 "$ROOT" --name 'a b'
says "cannot be the name of a repository"

step "another URL for a known name is said; a web page is no root"
expect 0 pgclient init "file://$T/site" --root-sha256 "$ROOT"
says "warning: repository playground was at $URL and is now asked at file://$T/site; its root and what was seen of it stay"
expect 0 pgclient init "$URL" --root-sha256 "$ROOT"
says "was at file://$T/site and is now asked at $URL"
mkdir -p "$T/portal/metadata"; echo '<html>log in</html>' >"$T/portal/metadata/1.root.json"
expect 5 pgclient init "file://$T/portal" --root-sha256 "$ROOT" --name portal
says "1.root.json is a web page, not metadata"; says "log-in"

step "two repositories: never a guess; file URLs"
expect 0 pgclient init "file://$T/site" --root-sha256 "$ROOT" --name disk
expect 2 pgclient fetch abc
says "several repositories are set up: disk, playground"
expect 0 pgclient fetch abc --repository disk
same_file abc-2.txt "$T/abc-2.txt"

step "a damaged trusted state: all heals, but root, which the message leads back"
for file in timestamp snapshot targets abc.rel; do echo garbage >"$state/disk/metadata/$file.json"; done
expect 0 pgclient list abc --repository disk
echo garbage >"$state/disk/metadata/root.json"
expect 14 pgclient list abc --repository disk
says "pgclient init"
expect 0 pgclient init "file://$T/site" --root-sha256 "$ROOT" --name disk
expect 0 pgclient list abc --repository disk
cp "$state/disk/repository.json" "$T/kept.json"; echo '{' >"$state/disk/repository.json"
expect 14 pgclient list abc --repository disk
says "the set-up of repository disk is damaged"; says "'pgclient trust remove disk', then 'pgclient init"
cp "$T/kept.json" "$state/disk/repository.json"
chmod 777 "$state/disk"
expect 10 pgclient list abc --repository disk
says "chmod"

step "info says when administrators vouch for the project"
git -C "$T/admin" pull -q --ff-only
expect 0 as admin pgsign -C "$T/admin" admin promote abc --yes
expect 0 as admin pgsign -C "$T/admin" push
git -C "$T/alice" pull -q --ff-only
expect 0 publish
expect 0 pgclient info abc 1.0.0 --repository playground
says "promoted: the administrators of the repository vouch"; says "targets > claimed > abc > abc.rel"
expect 0 pgclient info abc 1.0.0 --repository playground --json
[ "$(json promoted)" = true ] || fail "$(cat "$OUT")"

step "flat memory: 90 MB arrive in a process that may have 48"
truncate -s 90M "$T/large"
expect 0 as alice pgsign -C "$T/alice" release add abc 3.0.0 "$T/large" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
in_little_memory() { (ulimit -d 49152; "$@"); }
expect 0 in_little_memory pgclient fetch abc 3.0.0 --repository playground
same_file large "$T/large"
echo "trusted, fetched, refused"
