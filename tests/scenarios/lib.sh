# The vocabulary of the scenario tests. Source it first; the bin folder is $1 of the test, $PG_SOURCE the checkout.
# Every test gets an own home ($T/home) and leaves nothing behind: no process, no file.
set -euo pipefail

# A session without a terminal for the whole test: nothing can ask a question, and functions work in `expect`, too.
[ -n "${PG_IN_OWN_SESSION:-}" ] || PG_IN_OWN_SESSION=1 exec setsid -w bash "$0" "$@"

BIN=$(cd "${1:?the first argument is the folder with pgsign, pgpublish and pgclient}" && pwd)
PG_SOURCE=${PG_SOURCE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
PATH=$BIN:$PATH
T=$(mktemp -d)
OUT=$T/stdout ERR=$T/stderr
ORIGINAL_HOME=${HOME:-/root}
export HOME=$T/home TMPDIR=$T LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=Test GIT_AUTHOR_EMAIL=test@example.org
export GIT_COMMITTER_NAME=Test GIT_COMMITTER_EMAIL=test@example.org
export PG_RETRIES=0  # a story about trying again says otherwise
unset XDG_CONFIG_HOME XDG_STATE_HOME PG_PASSPHRASE http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR PG_TIMEOUT
mkdir -p "$HOME"
git config --global init.defaultBranch main
git config --global user.name Test
git config --global user.email test@example.org
touch "$OUT" "$ERR"

BACKGROUND=()
clean_up() {
  local pid
  for pid in "${BACKGROUND[@]:-}"; do [ -z "$pid" ] || kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$T"
}
trap clean_up EXIT

# step SENTENCE: what the story does next.
step() { printf -- '--- %s\n' "$*"; }

fail() {
  printf 'FAILED: %s\n' "$*"
  printf '  stdout: %s\n' "$(head -c 4000 "$OUT")"
  printf '  stderr: %s\n' "$(head -c 4000 "$ERR")"
  exit 1
}

# expect CODE COMMAND...: runs it without a terminal, keeps $OUT and $ERR, fails unless the exit code is CODE.
expect() {
  local want=$1 got=0
  shift
  "$@" >"$OUT" 2>"$ERR" </dev/null || got=$?
  [ "$got" = "$want" ] || fail "exit code $got instead of $want from: $*"
}

# says TEXT: stdout or stderr of the last command holds TEXT. says_exactly FILE-OF-OUTPUT TEXT: is TEXT, whole.
says() { grep -qF -- "$1" "$OUT" "$ERR" || fail "nothing says: $1"; }
says_not() { ! grep -qF -- "$1" "$OUT" "$ERR" || fail "something says: $1"; }
stderr_is() { [ "$(cat "$ERR")" = "$1" ] || fail "stderr is not: $1"; }
stdout_is() { [ "$(cat "$OUT")" = "$1" ] || fail "stdout is not: $1"; }

# json PATH: the member of the JSON document in $OUT ("error.exit", "files.0.sha256"); fails when stdout is not one document.
json() {
  node -e '
    let value = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    for (const part of process.argv[2].split(".").filter(Boolean)) value = value?.[part];
    console.log(typeof value === "object" ? JSON.stringify(value) : String(value));' "$OUT" "$1" || fail "no JSON document on stdout"
}

skip() { printf 'SKIPPED: %s\n' "$*"; exit 77; }

same_file() { cmp -s "$1" "$2" || fail "$1 and $2 differ"; }
absent() { local f; for f in "$@"; do [ ! -e "$f" ] && [ ! -L "$f" ] || fail "$f is there"; done; }

# A fingerprint of everything below a folder: names, modes, contents.
fingerprint() { (cd "$1" && find . -printf '%p %y %m\n' | sort && find . -type f -print0 | sort -z | xargs -0r sha256sum) | sha256sum | cut -c1-64; }

free_port() { node -e 'const s=require("net").createServer();s.listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }

wait_for_port() {  # PORT PID
  local tries=0
  until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
    kill -0 "$2" 2>/dev/null || fail "the server on port $1 ended"
    tries=$((tries + 1)); [ $tries -lt 200 ] || fail "no server on port $1"
    sleep 0.05
  done
}

# start_nginx DIR: a real web server on loopback with the cache headers of docs/operator.md; sets $URL and $SERVER.
start_nginx() {
  local port dir
  port=$(free_port); dir=$(mktemp -d "$T/nginx.XXXX")
  chmod 755 "$T"
  sed -e "s|@PORT@|$port|; s|@ROOT@|$1|; s|@DIR@|$dir|g" "$PG_SOURCE/tests/scenarios/nginx.conf" >"$dir/nginx.conf"
  nginx -p "$dir" -c "$dir/nginx.conf" -e "$dir/error.log" &
  SERVER=$!; BACKGROUND+=("$SERVER")
  wait_for_port "$port" "$SERVER"
  URL=http://127.0.0.1:$port
}

# install_npm FOLDER: what tests/FOLDER locks, once a build; sets $NPM, where it is. The npm registry is reached with the user's
# own npm settings, so their home is used for this one step.
install_npm() {
  NPM=$BIN/../${1//_/-}
  mkdir -p "$NPM"
  cp "$PG_SOURCE/tests/$1"/* "$NPM"/
  [ ! -d "$NPM/node_modules" ] || ! cmp -s "$NPM/package-lock.json" "$NPM/installed.json" || return 0
  env HOME="$ORIGINAL_HOME" npm --prefix "$NPM" ci --ignore-scripts --no-audit --no-fund >"$OUT" 2>"$ERR" || fail "npm could not install $1"
  cp "$NPM/package-lock.json" "$NPM/installed.json"
}
# install_tuf_js: another TUF client, unmodified, with fetch.mjs around it; sets $TUF_JS.
install_tuf_js() { install_npm tuf_js; TUF_JS=$NPM/fetch.mjs; }

# start_squid: sets $PROXY and $SQUID, its folder. Squid has no use for more rights than anybody's.
start_squid() {
  local port as=()
  port=$(free_port); SQUID=$(mktemp -d "$T/squid.XXXX")
  sed -e "s|@PORT@|$port|; s|@DIR@|$SQUID|g" "$PG_SOURCE/tests/scenarios/squid.conf" >"$SQUID/squid.conf"
  if [ "$(id -u)" = 0 ]; then
    as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    chown -R 65534:65534 "$SQUID"
  fi
  "${as[@]}" "$(PATH=$PATH:/usr/sbin command -v squid)" -N -f "$SQUID/squid.conf" >"$SQUID/stdout" 2>&1 &
  SQUID_PID=$!; BACKGROUND+=("$SQUID_PID")
  wait_for_port "$port" "$SQUID_PID"
  PROXY=http://127.0.0.1:$port
}

# --- The story's people --------------------------------------------------------------------------------------------
# Each person has an own XDG configuration: as alice pgsign ...
as() { local who=$1; shift; XDG_CONFIG_HOME=$T/home/$who/config XDG_STATE_HOME=$T/home/$who/state "$@"; }
# with_key_of WHO: a thief who has the key, but not what WHO's machine remembers and refuses.
with_key_of() { local who=$1; shift; XDG_CONFIG_HOME=$T/home/$who/config XDG_STATE_HOME=$(mktemp -d "$T/thief.XXXX") "$@"; }
pubkey() { printf '%s' "$T/home/$1/config/pg/keys/$1.pub"; }
new_key() { local who; for who in "$@"; do as "$who" pgsign key new "$who" --no-passphrase >/dev/null 2>&1 || fail "no key for $who"; done; }

# A content repository with one administrator (admin), an online key (online), a hub and a maintainer alice with a clone.
new_world() {
  new_key admin online alice
  as admin pgsign init "$T/admin" --name playground --online "$(pubkey online)" --yes --json >"$OUT" 2>"$ERR" || fail "init"
  ROOT=$(json root_sha256)
  git init -q --bare "$T/hub.git"
  git -C "$T/admin" remote add origin "$T/hub.git"
  git -C "$T/admin" push -q -u origin main
  clone alice
}
clone() { git clone -q "$T/hub.git" "$T/$1"; }
# The publisher: its clone has the hub's branches; one publication to $T/site; both of them, whether it is the first or not.
ONLINE=$T/home/online/config/pg/keys/online.key
sync_pub() {
  [ -d "$T/pub.git" ] || git clone -q --bare "$T/hub.git" "$T/pub.git"
  git -C "$T/pub.git" fetch -q "$T/hub.git" '+refs/heads/*:refs/heads/*'
}
pub() { as online pgpublish publish --repository "$T/pub.git" --to "$T/site" --root-sha256 "$ROOT" --online-key "$ONLINE" "$@"; }
publish() {
  local first=()
  [ -e "$T/site/metadata/timestamp.json" ] || first=(--first)
  sync_pub
  pub "${first[@]}" "$@"
}
