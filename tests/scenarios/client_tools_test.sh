# What a downloader asks besides "fetch": whom do I trust, is this file a release, is all well on this machine?
source "$(dirname "$0")/lib.sh"

# on_terminal INPUT COMMAND...: as a person at a terminal, who types INPUT.
on_terminal() {
  local input=$1
  shift
  printf '%s\n' "$input" | script -qec "$(printf '%q ' "$@")" /dev/null >"$OUT" 2>"$ERR"
}

new_world
seq 1 3000 >"$T/abc-1.0.0.txt"; seq 1 4000 >"$T/abc-1.1.0.txt"; seq 1 10 >"$T/abc-doc.txt"
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0 "$T/abc-1.0.0.txt" "$T/abc-doc.txt" --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.1.0 "$T/abc-1.1.0.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
start_nginx "$T/site"
mkdir "$T/work"; cd "$T/work"
state=$T/home/.local/state/pg/client

step "trust add with mirrors; again, with others, with none; init is the same"
expect 0 pgclient trust show
says "no repository is set up"
expect 2 pgclient trust add "$URL" --root-sha256 "$ROOT" --mirror "$URL/"
says "is the repository's own URL"
expect 2 pgclient trust add "$URL" --root-sha256 "$ROOT" --mirror ftp://example.org
expect 2 pgclient trust add "$URL"
absent "$state/playground"
expect 0 pgclient trust add "$URL" --root-sha256 "$ROOT" --mirror "file://$T/site" --mirror http://127.0.0.1:1/pg --json
[ "$(json mirrors)" = "[\"file://$T/site\",\"http://127.0.0.1:1/pg\"]" ] || fail "mirrors $(json mirrors)"
before=$(fingerprint "$state/playground")
expect 0 pgclient init "$URL" --root-sha256 "$ROOT"
says "already set up: repository playground"
[ "$(fingerprint "$state/playground")" = "$before" ] || fail "a set-up that was there was written again"
expect 0 pgclient trust add "$URL" --root-sha256 "$ROOT" --mirror "file://$T/site"
says "other mirrors for repository playground"
expect 0 pgclient trust show --json
[ "$(json repositories.0.mirrors)" = "[\"file://$T/site\"]" ] || fail "mirrors $(json repositories.0.mirrors)"
expect 2 pgclient trust add "$URL" --root-sha256 "$ROOT" --mirror "file://$T/site" --no-mirrors
expect 0 pgclient trust add "$URL" --root-sha256 "$ROOT" --no-mirrors
expect 0 pgclient trust show --json
[ "$(json repositories.0.mirrors)" = "[]" ] || fail "mirrors $(json repositories.0.mirrors)"

step "the digest decides, so a mirror may give the first root when the repository itself is down"
expect 0 pgclient trust add http://127.0.0.1:1 --root-sha256 "$ROOT" --mirror http://127.0.0.1:2 --mirror "$URL" --name lame
says "warning"
expect 0 pgclient trust remove lame --yes
expect 10 pgclient trust add "$URL" --root-sha256 "$(printf 'a%.0s' {1..64})" --mirror "file://$T/site" --name lame
absent "$state/lame"

step "trust show: roots, keys and their people, expiry; a damaged repository does not hide the others"
expect 0 pgclient trust show
says "playground  $URL"; says "pinned root   sha256 $ROOT"; says "version 1, as pinned"
says "1 of admin "; says "1 of online "; says "$state/playground"
[ "$(grep -c 'valid until' "$OUT")" = 4 ] || fail "not every role has its expiry"
expect 0 pgclient trust show --json
[ "$(json repositories.0.roles.root.keys.0.name)" = admin ] || fail "root's key is of $(json repositories.0.roles.root)"
[ "$(json repositories.0.roles.timestamp.keys.0.name)" = online ] || fail "$(json repositories.0.roles.timestamp)"
[ "$(json repositories.0.roles.targets.version)" = 1 ] || fail "$(json repositories.0.roles.targets)"
expect 0 pgclient trust add "file://$T/site" --root "$T/site/metadata/1.root.json" --name disk
echo garbage >"$state/disk/metadata/root.json"
expect 14 pgclient trust show --json
[ "$(json repositories.0.failure | grep -c damaged)" = 1 ] || fail "$(json repositories.0)"
[ "$(json repositories.1.roles.root.version)" = 1 ] || fail "the sound one is hidden: $(json repositories.1)"
expect 2 pgclient trust show --repository nothing

step "trust remove: asks for the name, works on a damaged one, and what a kill left goes with it"
expect 2 pgclient trust remove playground
says "give --yes"
expect 3 pgclient trust remove nothing --yes
says "there is: disk, playground"
expect 2 pgclient trust remove ../playground --yes
expect 1 on_terminal y pgclient trust remove playground
says "the name typed was not 'playground'"
expect 0 pgclient fetch abc 1.0.0 --repository playground --dir got
expect 0 pgclient trust remove disk --yes --json
[ "$(json name)" = disk ] || fail "$(json name)"
absent "$state/disk" "$state/.disk.removed"
expect 0 on_terminal playground pgclient trust remove playground
absent "$state/playground"
expect 14 pgclient fetch abc
mkdir -p "$state/.playground.removed/metadata"
expect 0 pgclient trust remove playground --yes
absent "$state/.playground.removed"
expect 3 pgclient trust remove playground --yes
same_file got/abc-1.0.0.txt "$T/abc-1.0.0.txt"

step "doctor: nothing set up; all well; what the servers say"
expect 0 pgclient doctor
says "no repository is set up"; says "libcurl/"; says "libsodium "; says "all is well"
expect 0 pgclient trust add "$URL" --root-sha256 "$ROOT" --mirror "file://$T/site"
expect 0 pgclient doctor
says "ok       server $URL: timestamp version "; says "ok       mirror file://$T/site: timestamp version "
says "ok       clock: within "; says "ok       root: version 1, valid until "; says "ok       root chain: sound up to version 1"
says "all is well"; says_not "warning"
before=$(fingerprint "$state")
expect 0 pgclient doctor --json
[ "$(json problems_count),$(json warnings_count)" = 0,0 ] || fail "$(json findings)"
[ "$(fingerprint "$state")" = "$before" ] || fail "the doctor changed something"

step "doctor: a mirror that is down or behind is a warning while another one is well, a changed file is a problem"
cp -r "$T/site" "$T/stale"; cp -r "$T/site" "$T/evil"
expect 0 pgclient trust add "$URL" --root-sha256 "$ROOT" --mirror http://127.0.0.1:1 --mirror "file://$T/stale"
expect 0 as alice pgsign -C "$T/alice" release add abc 1.2.0 "$T/abc-1.1.0.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
expect 0 pgclient doctor --retries 0
says "warning  mirror http://127.0.0.1:1: "; says "warning  mirror file://$T/stale: is behind: timestamp version 1, and there is 2"
says "no problem; 2 warnings"
expect 0 pgclient list abc --retries 0
expect 0 pgclient doctor --retries 0
says "is behind: timestamp version 1, and this machine has seen 2"
sed -i 's/"version":1/"version":9/' "$T/evil/metadata/timestamp.json"
expect 0 pgclient trust add "$URL" --root-sha256 "$ROOT" --mirror "file://$T/evil"
expect 1 pgclient doctor --json
[ "$(json error.exit),$(json problems_count)" = 1,1 ] || fail "$(json findings)"
says "is signed by 0 of the 1 key it needs"
expect 0 pgclient trust add "$URL" --root-sha256 "$ROOT" --no-mirrors
mv "$T/site/metadata/timestamp.json" "$T/kept"
expect 1 pgclient doctor --retries 0
says "problem  server $URL: there is no metadata/timestamp.json"; says "next: check the address"
mv "$T/kept" "$T/site/metadata/timestamp.json"

step "doctor: a wrong clock, an expired repository, and --offline, which asks nobody"
expect 0 faketime -f '+630' pgclient doctor
says "warning  clock: 10 minutes ahead of the clock of $URL: metadata is refused as expired while it still is valid"
expect 0 faketime -f '-10m' pgclient doctor
says "minutes behind the clock of $URL: metadata that has expired is still believed here"; says "this machine's clock went back"
expect 1 faketime -f '+30d' pgclient doctor
says "problem  server $URL: timestamp version 2 expired "
requests=$(wc -l <"$(ls -d "$T"/nginx.*)/access.log")
expect 0 pgclient doctor --offline
says "no server was asked"; says_not "server $URL"
[ "$(wc -l <"$(ls -d "$T"/nginx.*)/access.log")" = "$requests" ] || fail "a server was asked"

step "doctor: permissions, damaged and left-over files, proxies without their passwords, certificate authorities"
chmod 777 "$state/playground"
expect 1 pgclient doctor --offline
says "can be written by other users"; says "next: chmod go-w"
chmod 700 "$state/playground"
echo garbage >"$state/playground/metadata/targets.json"; touch "$state/playground/.last_refresh.tmp-000001" "$state/playground/mine"
mkdir -p "$state/half/metadata" "$state/.gone.removed"
expect 0 pgclient doctor --offline
says "targets.json' is damaged"; says ".last_refresh.tmp-000001' was left by an update that was killed"; says "mine' is none of ours"
says "half' was left by a set-up that was killed"; says "next: pgclient trust remove gone --yes"
expect 0 pgclient trust remove gone --yes
expect 0 pgclient trust remove half --yes
rm "$state/playground/.last_refresh.tmp-000001" "$state/playground/mine" "$state/playground/metadata/targets.json"
http_proxy=http://me:secret@127.0.0.1:1 no_proxy=example.org expect 1 pgclient doctor --retries 0
says "ok       proxy: http://***@127.0.0.1:1 for $URL (from http_proxy)"; says_not secret
http_proxy=http://me:secret@127.0.0.1:1 no_proxy=.0.0.1,127.0.0.0/8 expect 0 pgclient doctor --retries 0
says "ok       proxy: none for $URL: no_proxy says so, http_proxy does not count"
SSL_CERT_FILE=$T/none.pem expect 1 pgclient doctor --offline
says "problem  https trust: cannot read '$T/none.pem'"
echo garbage >"$state/playground/metadata/root.json"
expect 1 pgclient doctor --offline
says "problem  trusted state: the trusted root in "; says "next: set the repository up again with 'pgclient init'"

step "verify: which release a file is, whatever its name, and who signs"
expect 0 pgclient trust remove playground --yes
expect 0 pgclient trust add "$URL" --root-sha256 "$ROOT"
expect 0 as alice pgsign -C "$T/alice" project create xyz-tool --yes
seq 1 77 >"$T/xyz-tool-0.1.bin"
expect 0 as alice pgsign -C "$T/alice" release add xyz-tool 0.1.0 "$T/xyz-tool-0.1.bin" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
rm -rf "$T/work"/*; cp "$T"/abc-1.*.txt "$T/abc-doc.txt" "$T/xyz-tool-0.1.bin" .
cp xyz-tool-0.1.bin renamed; seq 1 11 >mine
expect 0 pgclient verify abc-1.0.0.txt
says "abc-1.0.0.txt: proved"; says "release      abc 1.0.0 (not the latest: 1.2.0 is)"; says "path         abc/abc/1.0.0/abc-1.0.0.txt"
says "maintainers  1 of alice "; says "owners       1 of alice "; says "sha256       $(sha256sum <abc-1.0.0.txt | cut -c1-64)"
expect 0 pgclient verify abc-1.1.0.txt --json
[ "$(json files.0.releases.1.version),$(json files.0.releases.0.version)" = 1.1.0,1.2.0 ] || fail "$(json files.0.releases)"
[ "$(json files.0.releases.0.latest),$(json files.0.releases.1.latest)" = true,false ] || fail "$(json files.0.releases)"
[ "$(json files.0.releases.0.signed_by.maintainers.keys.0.name)" = alice ] || fail "$(json files.0.releases.0.signed_by)"
expect 0 pgclient verify abc-1.0.0.txt renamed xyz-tool-0.1.bin
says "renamed: proved"; says "release      xyz-tool 0.1.0 (latest)"
expect 0 pgclient verify --project abc abc-doc.txt

step "verify: changed, unknown, unreadable; it goes on, and the worst counts"
expect 3 pgclient verify mine
says "'mine' is no release of this repository (all projects were searched)"
expect 3 pgclient verify --project abc renamed
says "(searched: abc)"; says "--project PROJECT searches that one"
printf x >>abc-1.0.0.txt
expect 10 pgclient verify abc-1.0.0.txt
stderr_is "pgclient: error: refused 'abc-1.0.0.txt': the repository has a file of that name with other content: expected sha256 $(sha256sum <"$T/abc-1.0.0.txt" | cut -c1-64) ($(stat -c %s "$T/abc-1.0.0.txt") bytes, abc 1.0.0), got sha256 $(sha256sum <abc-1.0.0.txt | cut -c1-64) ($(stat -c %s abc-1.0.0.txt) bytes)
pgclient: hint: do not use it: it was changed after it was signed, or comes from somewhere else"
expect 6 pgclient verify abc-doc.txt nothing-there
says "abc-doc.txt: proved"; says "nothing-there: NOT PROVED"
expect 10 pgclient verify mine abc-1.0.0.txt nothing-there abc-doc.txt --json
[ "$(json error.exit)" = 10 ] || fail "$(json error)"
[ "$(json files.0.status),$(json files.1.status),$(json files.2.status),$(json files.3.status)" = unknown,changed,unreadable,release ] || fail "$(json files)"
[ "$(json files.1.expected.0.sha256)" = "$(sha256sum <"$T/abc-1.0.0.txt" | cut -c1-64)" ] || fail "$(json files.1)"
expect 2 pgclient verify
expect 2 pgclient verify --project ../abc mine
expect 6 pgclient verify .

step "verify --offline: what is known here is proved, what is not cannot be said, and nobody is asked"
requests=$(wc -l <"$(ls -d "$T"/nginx.*)/access.log")
expect 0 pgclient verify --offline abc-doc.txt
says "offline: state of "
expect 0 pgclient verify --offline renamed
expect 0 pgclient trust remove playground --yes
expect 0 pgclient trust add "file://$T/site" --root-sha256 "$ROOT"
expect 0 pgclient list xyz-tool
expect 5 pgclient verify --offline abc-doc.txt
says "project abc: "; says "run it without --offline"
expect 0 pgclient verify --offline renamed
[ "$(wc -l <"$(ls -d "$T"/nginx.*)/access.log")" = "$requests" ] || fail "a server was asked"

step "verify: what the index says is never believed, and what the repository's server changed is refused"
mkdir -p "$T/site/index/sha256/$(sha256sum <mine | cut -c1-2)"
echo '{"path":"abc/abc/1.0.0/abc-1.0.0.txt"}' >"$T/site/index/sha256/$(sha256sum <mine | cut -c1-2)/$(sha256sum <mine | cut -c1-64).json"
expect 3 pgclient verify mine
rm -r "$T/site/index"
expect 0 pgclient verify renamed abc-doc.txt
sed -i 's/"length":[0-9]*/"length":1/' "$T/site/metadata"/*.abc.rel.json
expect 0 pgclient trust remove playground --yes
expect 0 pgclient trust add "file://$T/site" --root-sha256 "$ROOT"
expect 10 pgclient verify abc-doc.txt
says "project abc: "
echo "trusted, well, proved"
