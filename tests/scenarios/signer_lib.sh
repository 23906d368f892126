# What the signer's scenarios share; source it after lib.sh.

key_id() { local id; id=$(as "$1" pgsign key show "$1" --json); id=${id#*'"keyid":"'}; printf '%s' "${id:0:64}"; }
label() { local id; id=$(key_id "$1"); printf '%s %s' "$1" "${id:0:8}"; }          # "alice 0123abcd"
by() { local who=$1; shift; as "$who" pgsign -C "$T/$who" "$@"; }                    # in that person's clone

to_main() { local who; for who in "$@"; do git -C "$T/$who" fetch -q; git -C "$T/$who" switch -q main; git -C "$T/$who" reset -q --hard origin/main; done; }

fetches=0
# everybody CODE VERSION: the client that knows the repository from before, a fresh one and tuf-js, old and new, fetch it from
# $T/site and $URL, or are told that it is not there.
everybody() {
  local code=$1 version=$2 home path="abc/abc/$2/abc-$2.txt"
  fetches=$((fetches + 1))
  for home in reader "fresh-$fetches"; do
    [ "$home" = reader ] && [ $fetches -gt 1 ] || expect 0 as "$home" pgclient init "file://$T/site" --root-sha256 "$ROOT"
    expect "$code" node "$TUF_JS" "$URL" "$T/site/metadata/1.root.json" "$T/tuf-js-$home" "$path" "$T/js-$home-$fetches"
    [ "$code" != 0 ] || same_file "$T/js-$home-$fetches" "$T/abc-$version.txt"
    expect "$code" as "$home" pgclient fetch abc "$version" -o "$T/got-$home-$fetches"
    [ "$code" != 0 ] || same_file "$T/got-$home-$fetches" "$T/abc-$version.txt"
  done
}

# Every branch and every file of every repository of the story.
repositories() {
  local git
  for git in "$T"/*/.git "$T"/*.git; do
    [ -d "$git" ] || continue
    git -C "$git" for-each-ref 2>&1 || true
    [ "${git%/.git}" = "$git" ] || (cd "${git%/.git}" && find . -path ./.git -prune -o -type f -print0 | sort -z | xargs -0r sha256sum)
  done | sha256sum
}

# Keys, and what they have signed. What else the trust store remembers of the main branch may move whenever it is looked at.
homes() {
  find "$T/home" -type f -not -path '*/state/pg/signer/*' -print0 | sort -z | xargs -0r sha256sum
  find "$T/home" -type f -path '*/state/pg/signer/*/signed' -print0 | sort -z | xargs -0r grep -h '"event":"signed"' | sha256sum
}

# refused CODE MESSAGE [HINT] -- COMMAND...: exits with CODE, says exactly that, gives no result, and changes nothing.
refused() {
  local code=$1 message=$2 hint= homes shared
  shift 2
  [ "$1" = -- ] || { hint=$1; shift; }
  shift
  homes=$(homes); shared=$(repositories)
  expect "$code" "$@"
  stderr_is "pgsign: error: $message${hint:+
pgsign: hint: $hint}"
  stdout_is ""
  [ "$(homes)" = "$homes" ] || fail "a home changed: $*"
  [ "$(repositories)" = "$shared" ] || fail "a repository changed: $*"
}

# on_terminal CODE COMMAND [PROMPT ANSWER]...: types each answer when its prompt is there; the whole talk is in $OUT.
on_terminal() {
  local want=$1 command=$2 typing got=0 tries
  shift 2
  : >"$OUT"; : >"$ERR"
  rm -f "$T/typing"; mkfifo "$T/typing"
  script -qefc "$command" "$OUT" <"$T/typing" >/dev/null 2>&1 &
  local pid=$!
  exec {typing}>"$T/typing"
  while [ $# -gt 0 ]; do
    tries=0
    until grep -qF -- "$1" "$OUT"; do
      kill -0 "$pid" 2>/dev/null || fail "ended before it asked: $1"
      tries=$((tries + 1)); [ $tries -lt 600 ] || fail "never asked: $1"
      sleep 0.05
    done
    printf '%s\n' "$2" >&"$typing"
    shift 2
  done
  wait "$pid" || got=$?
  exec {typing}>&-
  [ "$got" = "$want" ] || fail "exit code $got instead of $want on the terminal: $command"
}
