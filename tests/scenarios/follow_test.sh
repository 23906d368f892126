# One process that publishes whenever the branch of a bare repository moves: each push is fetched by a client without another
# command, what is refused is told and changes nothing, and it goes on with the next good commit.
source "$(dirname "$0")/lib.sh"

new_world
follow() { as online pgpublish follow --repository "$T/hub.git" --to "$T/site" --root-sha256 "$ROOT" --online-key "$ONLINE" "$@"; }
start_follower() {
  XDG_CONFIG_HOME=$T/home/online/config pgpublish follow --repository "$T/hub.git" --to "$T/site" --root-sha256 "$ROOT" \
    --online-key "$ONLINE" "$@" >"$T/follow.out" 2>"$T/follow.err" </dev/null &
  FOLLOWER=$!; BACKGROUND+=("$FOLLOWER")
}
# until_it_says FILE TEXT: the follower does, while it lives.
until_it_says() {
  local tries=0
  until grep -qF -- "$2" "$T/follow.$1"; do
    kill -0 "$FOLLOWER" 2>/dev/null || { cp "$T/follow.out" "$OUT"; cp "$T/follow.err" "$ERR"; fail "the follower ended"; }
    tries=$((tries + 1)); [ $tries -lt 600 ] || { cp "$T/follow.out" "$OUT"; cp "$T/follow.err" "$ERR"; fail "it never says: $2"; }
    sleep 0.05
  done
}
tree() { (cd "$T/site" && find . -type f -print0 | sort -z | xargs -0 sha256sum); }
release() {  # VERSION: alice releases and pushes; COMMIT is what she pushed
  echo "content of $1" >"$T/abc-$1.txt"
  expect 0 as alice pgsign -C "$T/alice" release add abc "$1" "$T/abc-$1.txt" --yes
  expect 0 as alice pgsign -C "$T/alice" push
  COMMIT=$(git -C "$T/hub.git" rev-parse main); COMMIT=${COMMIT:0:8}
}
fetched() {
  expect 0 as bob pgclient fetch abc "$1" -o "$T/got"
  same_file "$T/got" "$T/abc-$1.txt"; rm "$T/got"
}

step "where nothing is published, it says how to begin"
expect 3 follow
says "'$T/site' holds no previous publication"
says "only the very first publication of a repository starts with publish --first"

step "what is pushed is published, without another command"
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
start_follower --commit refs/heads/main
until_it_says out "nothing to publish"
expect 0 as bob pgclient init "file://$T/site" --root-sha256 "$ROOT"
release 1.0.0
until_it_says out "published commit $COMMIT to $T/site"
fetched 1.0.0

step "it follows a branch, by whatever name"
expect 2 follow --commit "$COMMIT"
says "--commit must name a branch to follow, not '$COMMIT'"

step "also from packed references, and a second push while the first is at work"
git -C "$T/hub.git" pack-refs --all
release 2.0.0
release 3.0.0
until_it_says out "published commit $COMMIT to $T/site"
fetched 2.0.0
fetched 3.0.0

step "a refused commit is told with the reason, and changes nothing"
good=$(git -C "$T/hub.git" rev-parse main)
tree >"$T/before"
git clone -q "$T/hub.git" "$T/mallory"
echo more >>"$T/mallory/projects/ab/abc/files/abc/1.0.0/abc-1.0.0.txt"
git -C "$T/mallory" commit -qam 'better bytes'
git -C "$T/mallory" push -q
bad=$(git -C "$T/hub.git" rev-parse main)
until_it_says err "commit ${bad:0:8} is refused"

step "what is published does not run out because of a refused commit"
expect 10 as online faketime -f +2d pgpublish publish --repository "$T/hub.git" --to "$T/site" --root-sha256 "$ROOT" --online-key "$ONLINE"
says "what is published is kept fresh: timestamp"
says "commit ${bad:0:8} is refused"
expect 0 as dave faketime -f +4d pgclient init "file://$T/site" --root-sha256 "$ROOT"
expect 0 as dave faketime -f +4d pgclient fetch abc 3.0.0 -o "$T/got"
same_file "$T/got" "$T/abc-3.0.0.txt"; rm "$T/got"

step "the branch is put right, and it goes on"
git -C "$T/hub.git" update-ref refs/heads/main "$good"
release 4.0.0
until_it_says out "published commit $COMMIT to $T/site"
fetched 4.0.0
while read -r sum file; do
  case $file in ./metadata/timestamp.json | ./index/*) continue ;; esac
  [ "$(sha256sum <"$T/site/$file")" = "$sum  -" ] || fail "$file was changed"
done <"$T/before"

step "the folder is free between two publications, and SIGTERM ends it with nothing left behind"
expect 0 pgpublish clean --to "$T/site" --root-sha256 "$ROOT"
kill -TERM "$FOLLOWER"
code=0; wait "$FOLLOWER" || code=$?
[ "$code" = 143 ] || fail "SIGTERM: exit code $code"
[ -z "$(ls -A "$T/site/.publish")" ] || fail "staged files are left"

step "with --json it says in one document why it ended"
start_follower --json
release 5.0.0
tries=0
until as bob pgclient fetch abc 5.0.0 -o "$T/got" >"$OUT" 2>"$ERR"; do tries=$((tries + 1)); [ $tries -lt 100 ] || fail "5.0.0 is not there"; sleep 0.1; done
kill -TERM "$FOLLOWER"; wait "$FOLLOWER" || true
cp "$T/follow.out" "$OUT"
[ "$(json error.exit)" = 143 ] || fail "no document"
echo "follow: all steps done"
