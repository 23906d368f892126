# A large repository: a partial clone (only some files are here) that is sparse (only one project's folder is checked out). What is
# missing is brought by the git program, many files with one question, and released files of others are not.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"

new_world
new_key bob
clone bob
hub() { git -C "$T/hub.git" "$@"; }
part() { as alice pgsign -C "$T/part" "$@"; }
missing() { git -C "$T/part" rev-list --objects --all --missing=print | sed -n 's/^?//p' | sort; }
# What a command asked the remote: sets $ASKED, the number of questions.
asking() {
  local code=$1 got=0
  shift
  GIT_TRACE="$T/trace" part "$@" >"$OUT" 2>"$ERR" </dev/null || got=$?
  [ "$got" = "$code" ] || fail "exit code $got instead of $code from: $*"
  ASKED=$(grep -c 'trace: built-in: git fetch' "$T/trace" 2>/dev/null || true); ASKED=${ASKED:-0}
  rm -f "$T/trace"
}

step "a repository with two projects and large files"
seq 1 1000 >"$T/abc.txt"; seq 1 60000 >"$T/big.txt"; seq 1 70000 >"$T/bigger.txt"
expect 0 by alice project create abc --maintainer "$(pubkey bob)" --yes
expect 0 by alice release add abc 1.0.0 "$T/abc.txt" --yes
expect 0 by alice project create other --yes
expect 0 by alice release add other 1.0.0 "$T/big.txt" --yes
expect 0 by alice push
big=$(git hash-object "$T/big.txt")
hub config uploadpack.allowFilter true
hub config uploadpack.allowAnySHA1InWant true
git clone -q --filter=blob:none --sparse "file://$T/hub.git" "$T/part"
git -C "$T/part" sparse-checkout set projects/ab/abc
all=$(missing | wc -l)
[ "$all" -gt 10 ] || fail "only $all objects are missing: this is no partial clone"

step "the first look brings the metadata that it needs with one question, and no released file"
asking 0 status abc
[ "$ASKED" -le 2 ] || fail "$ASKED questions"
[ "$(missing | wc -l)" -lt "$all" ] || fail "nothing was brought"
missing | grep -q "$big" || fail "the other project's file was brought"
asking 0 status abc
[ "$ASKED" = 0 ] || fail "$ASKED questions for what is here"

step "others go on: main with one question, all commits before it with another, whatever they released"
git -C "$T/bob" pull -q
for version in 1.1.0 1.2.0 1.3.0; do expect 0 by alice release add other $version "$T/bigger.txt" --yes; done
expect 0 by alice push
bigger=$(git hash-object "$T/bigger.txt")
git -C "$T/part" pull -q
before=$(missing | wc -l)
asking 0 status abc
[ "$ASKED" -le 2 ] || fail "$ASKED questions for 3 commits"
missing | grep -q "$bigger" || fail "what others released was brought"
[ "$(missing | wc -l)" -lt "$before" ] || fail "nothing was brought"
[ "$(as alice pgsign -C "$T/part" trust show --json 2>/dev/null | node -p 'JSON.parse(require("fs").readFileSync(0)).main.commit')" = \
  "$(hub rev-parse main)" ] || fail "main is not verified"

step "a release: sparse stays sparse, and nothing of the others is checked out"
asking 0 release add abc 1.1.0 "$T/abc.txt" --yes
[ "$ASKED" -le 1 ] || fail "$ASKED questions"
[ -z "$(git -C "$T/part" status --porcelain)" ] || fail "the work tree does not follow: $(git -C "$T/part" status --porcelain)"
absent "$T/part/projects/ot" "$T/part/admin"
[ "$(git -C "$T/part" ls-files -t admin projects/ot | cut -c1 | sort -u)" = S ] || fail "sparse-checkout was undone"
same_file "$T/part/projects/ab/abc/files/abc/1.1.0/abc.txt" "$T/abc.txt"
asking 0 push
[ "$(hub rev-parse main)" = "$(git -C "$T/part" rev-parse HEAD)" ] || fail "not pushed"
missing | grep -q "$bigger" || fail "pushing brought what others released"

step "a change of what is kept out of the work tree leaves it out"
expect 0 part release add other 2.0.0 "$T/abc.txt" --yes
[ "$(git -C "$T/part" ls-files -t projects/ot/other/releases.json | cut -c1)" = S ] || fail "releases.json of other came into the work tree"
absent "$T/part/projects/ot/other/releases.json"
git -C "$T/part" diff --cached --quiet || fail "the index does not follow"
git -C "$T/part" reset -q --hard origin/main 2>/dev/null

step "what somebody proposes to sign is hashed here: its files are brought"
git -C "$T/bob" pull -q
expect 0 by bob release add abc 1.4.0 "$T/big.txt" --yes
branch=sign/abc/0123456789ab
git -C "$T/bob" push -q origin "HEAD:refs/heads/$branch"
asking 0 inbox --all
missing | grep -q "$big" && fail "what is proposed was not hashed"

step "a main branch that went back is refused here, too"
hub update-ref refs/heads/main main~1
git -C "$T/part" fetch -q
expect 12 part release add abc 1.5.0 "$T/abc.txt" --yes
says "branch main of origin was rewound"

step "the remote is gone: said, with the way out; a sparse index is said before anything is signed"
git clone -q --filter=blob:none --no-checkout "file://$T/hub.git" "$T/alone"
mv "$T/hub.git" "$T/hub-away.git"
expect 5 as bob pgsign -C "$T/alone" status
says "missing file"; says "from origin: "
says "this is a partial clone: it needs its remote; 'git fetch --refetch --no-filter' makes it whole"
mv "$T/hub-away.git" "$T/hub.git"
hub update-ref refs/heads/main "$(git -C "$T/part" rev-parse HEAD)"
git -C "$T/part" fetch -q; git -C "$T/part" sparse-checkout set --sparse-index projects/ab/abc
head=$(git -C "$T/part" rev-parse HEAD)
expect 6 part release add abc 1.5.0 "$T/abc.txt" --yes
says "the index of this clone leaves out whole folders (a sparse index), which pgsign cannot read"
[ "$(git -C "$T/part" rev-parse HEAD)" = "$head" ] || fail "a commit was made"
git -C "$T/part" sparse-checkout reapply --no-sparse-index
expect 0 part release add abc 1.5.0 "$T/abc.txt" --yes
