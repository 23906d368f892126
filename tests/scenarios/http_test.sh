# HTTP with a real web server and a real caching proxy: what is asked for, what a cache may answer, what goes on where.
source "$(dirname "$0")/lib.sh"

seq 1 300000 >"$T/big.txt"
node "$PG_SOURCE/tests/scenarios/small_repository.mjs" "$T/site" "$T/big.txt"
digest=$(sha256sum <"$T/big.txt" | cut -c1-64)
length=$(stat -c %s "$T/big.txt")
start_nginx "$T/site"
nginx_log=$(echo "$T"/nginx.*/access.log)
mkdir "$T/got"; cd "$T/got"

get() { pgclient fetch-target big.txt --root "$T/site/metadata/1.root.json" --metadata-url "$URL/metadata" --targets-url "${TARGETS_URL:-$URL/targets}" "$@"; }
trusted() { find "$T/home/.local/state/pg/other" -name "$1.json"; }  # one of the trusted files
asked() { grep -c -- "$1" "$2" || true; }
asked_of_nginx() { asked "$1" "$nginx_log"; }

step "timestamp.json is asked for by its tag, and 304 says that nothing changed"
touch -d '1 hour ago' "$T/site/metadata/timestamp.json"  # tags of fresh files are not kept
expect 0 get
expect 0 get
says "already there"
[ "$(asked_of_nginx '"GET /metadata/timestamp.json HTTP/1.1" 200')" = 1 ] || fail "asked for: $(cat "$nginx_log")"
[ "$(asked_of_nginx '"GET /metadata/timestamp.json HTTP/1.1" 304')" = 1 ] || fail "asked for: $(cat "$nginx_log")"
[ "$(asked_of_nginx 'GET /metadata/1.snapshot.json')" = 1 ] || fail "snapshot.json was asked for again"

step "H-11 a download that is killed goes on where it was"
slow=$(free_port)
sed -e "s|@PORT@|$slow|; s|@ROOT@|$T/site|; s|@DIR@|$T/slow|g; s|default_type|limit_rate 400k; &|" \
  "$PG_SOURCE/tests/scenarios/nginx.conf" >"$T/slow.conf"
mkdir "$T/slow"
nginx -p "$T/slow" -c "$T/slow.conf" -e "$T/slow/error.log" &
SLOW=$!; BACKGROUND+=("$SLOW"); wait_for_port "$slow" "$SLOW"
rm big.txt
part=.big.txt.${digest:0:16}.part
begin_slowly() {  # in the background; $! is pgclient itself
  pgclient fetch-target big.txt --root "$T/site/metadata/1.root.json" --metadata-url "$URL/metadata" \
    --targets-url "http://127.0.0.1:$slow/targets" "$@" >"$OUT" 2>"$ERR" </dev/null &
  CLIENT=$!
  until [ -s "$part" ]; do kill -0 "$CLIENT" 2>/dev/null || fail "the slow download ended"; sleep 0.05; done
}
begin_slowly; kill -KILL "$CLIENT"; wait "$CLIENT" 2>/dev/null || true
absent big.txt
[ "$(stat -c %a "$part")" = 600 ] || fail "the partial file has mode $(stat -c %a "$part")"
had=$(stat -c %s "$part")
expect 0 get
same_file big.txt "$T/big.txt"; absent "$part"
grep -q "\"GET /targets/$digest.big.txt HTTP/1.1\" 206 $((length - had)) " "$nginx_log" || fail "no range: $(tail -n 1 "$nginx_log")"

step "H-11 Ctrl-C and SIGTERM keep what came and say so; the same command goes on from there"
rm big.txt
begin_slowly; kill -INT "$CLIENT"
got=0; wait "$CLIENT" || got=$?
[ "$got" = 130 ] || fail "exit code $got"
absent big.txt
had=$(stat -c %s "$part")
stderr_is "pgclient: error: interrupted: $had of $length bytes are kept in './$part'; the same command goes on from there"
begin_slowly --json
until [ "$(stat -c %s "$part")" -gt "$had" ]; do kill -0 "$CLIENT" 2>/dev/null || fail "the slow download ended"; sleep 0.05; done
kill -TERM "$CLIENT"
got=0; wait "$CLIENT" || got=$?
[ "$got" = 143 ] || fail "exit code $got"
[ "$(json error.code) $(json error.exit) $(json schema)" = "interrupted 143 pgclient.fetch-target/1" ] || fail "$(cat "$OUT")"
says "bytes are kept in './$part'"
had=$(stat -c %s "$part")
expect 0 get
same_file big.txt "$T/big.txt"; absent "$part"
grep -q "\"GET /targets/$digest.big.txt HTTP/1.1\" 206 $((length - had)) " "$nginx_log" || fail "no range: $(tail -n 1 "$nginx_log")"
rm big.txt

step "with --json a signal before the download is one document, too"
silent=$(free_port)
node -e 'require("net").createServer(c => { c.on("error", () => {}); console.log("asked") }).listen(+process.argv[1], "127.0.0.1")' "$silent" >"$T/silent" &
BACKGROUND+=("$!"); wait_for_port "$silent" "$!"
until [ -s "$T/silent" ]; do sleep 0.05; done  # that was our own knock
pgclient init "http://127.0.0.1:$silent" --root-sha256 "$digest" --json >"$OUT" 2>"$ERR" </dev/null &
CLIENT=$!
until [ "$(wc -l <"$T/silent")" -gt 1 ]; do kill -0 "$CLIENT" 2>/dev/null || fail "the client ended"; sleep 0.05; done
kill -INT "$CLIENT"
got=0; wait "$CLIENT" || got=$?
[ "$got $(json error.code) $(json error.exit) $(json schema)" = "130 interrupted 130 pgclient.init/1" ] || fail "$got: $(cat "$OUT")"

step "H-11 a server that goes away in the middle: what came is kept, the message says so, the same command goes on"
begin_slowly; workers=$(pgrep -P "$SLOW"); kill -KILL "$SLOW" $workers; wait "$SLOW" 2>/dev/null || true  # the master first: it would replace them
got=0; wait "$CLIENT" || got=$?
[ "$got" = 5 ] || fail "exit code $got"
says "of $length bytes are kept in './$part'; the same command goes on from there"
[ -s "$part" ] || fail "nothing is kept"
expect 0 get
same_file big.txt "$T/big.txt"; absent "$part"

step "H-11 what is not the beginning of this file does no harm"
rm big.txt; head -c 1000 /dev/zero >"$part"; chmod 600 "$part"
expect 0 get
same_file big.txt "$T/big.txt"; absent "$part"

step "a server that is not there is asked again, and the talk says so"
expect 5 env PG_RETRIES=1 pgclient init http://127.0.0.1:1 --root-sha256 "$digest"
says "pgclient: retrying in "; says "s: cannot fetch http://127.0.0.1:1/metadata/1.root.json: "
expect 5 env PG_RETRIES=1 pgclient init http://127.0.0.1:1 --root-sha256 "$digest" --retries 0
says_not "retrying"
expect 2 env PG_RETRIES=-1 pgclient init http://127.0.0.1:1 --root-sha256 "$digest"
says "PG_RETRIES must be a whole number from 0 to 100, not '-1'"

step "behind a caching proxy: by http_proxy, by --proxy, not for hosts in no_proxy"
start_squid
squid_log=$SQUID/access.log
behind() { env http_proxy="$PROXY" "$@"; }
fresh_client() { rm -rf "$T/home/.local/state/pg/other" big.txt; }
through_squid() { asked "$URL" "$squid_log"; }
fresh_client
expect 0 env http_proxy=http://127.0.0.1:1 no_proxy=127.0.0.1 pgclient fetch-target big.txt --root "$T/site/metadata/1.root.json" \
  --metadata-url "$URL/metadata" --targets-url "$URL/targets"
fresh_client
expect 5 env http_proxy=http://127.0.0.1:1 pgclient fetch-target big.txt --root "$T/site/metadata/1.root.json" \
  --metadata-url "$URL/metadata" --targets-url "$URL/targets"
[ "$(through_squid)" = 0 ] || fail "through the proxy: $(cat "$squid_log")"
expect 0 get --proxy "$PROXY"
[ "$(through_squid)" = 5 ] || fail "through the proxy: $(cat "$squid_log")"
fresh_client
expect 0 env http_proxy=http://127.0.0.1:1 pgclient fetch-target big.txt --root "$T/site/metadata/1.root.json" \
  --metadata-url "$URL/metadata" --targets-url "$URL/targets" --proxy "$PROXY"
grep -q "TCP_MEM_HIT/200 .* GET $URL/targets/" "$squid_log" || fail "the target does not come from the cache: $(cat "$squid_log")"

step "H-11 resuming through the proxy"
rm big.txt; head -c 100000 "$T/big.txt" >"$part"; chmod 600 "$part"
export http_proxy=$PROXY
expect 0 get
same_file big.txt "$T/big.txt"; absent "$part"
grep -q "/206 .* GET $URL/targets/$digest.big.txt" "$squid_log" || fail "no range through the proxy: $(tail -n 1 "$squid_log")"

step "H-10 no root 2, root 2 is published, and the next client behind the same cache has it"
curl -s -o "$T/x" "$URL/metadata/2.root.json"; curl -s -o "$T/x" "$URL/metadata/2.root.json"
expect 0 get --json
[ "$(json root_version)" = 1 ] || fail "root $(json root_version)"
cp "$T/site/later/2.root.json" "$T/site/metadata/"
expect 0 get --json
[ "$(json root_version)" = 2 ] || fail "root $(json root_version)"

step "H-10 a server that lets caches keep its 404 and its timestamp.json does not freeze the client"
rm "$T/site/metadata/2.root.json"
careless=$(free_port)
mkdir "$T/careless"
sed -e "s|@PORT@|$careless|; s|@ROOT@|$T/site|; s|@DIR@|$T/careless|g; s|no-store always|'public, max-age=31536000, immutable' always|" \
  -e 's|"no-cache"|"public, max-age=31536000, immutable"|' "$PG_SOURCE/tests/scenarios/nginx.conf" >"$T/careless.conf"
nginx -p "$T/careless" -c "$T/careless.conf" -e "$T/careless/error.log" &
BACKGROUND+=($!); wait_for_port "$careless" $!
URL=http://127.0.0.1:$careless
fresh_client
cached() { curl -s -o "$T/x" -w '%{http_code}' "$URL/metadata/$1"; }  # what everybody else gets from the cache
expect 0 get --json
[ "$(json root_version)" = 1 ] || fail "root $(json root_version)"
[ "$(cached 2.root.json)" = 404 ] || fail "a root 2 in the cache"
[ "$(cached timestamp.json)" = 200 ] || fail "no timestamp in the cache"
cp "$T/site/later/2.root.json" "$T/site/later/timestamp.json" "$T/site/metadata/"
[ "$(cached 2.root.json)" = 404 ] || fail "the cache does not keep the 404: this step proves nothing"
cached timestamp.json >/dev/null
! cmp -s "$T/x" "$T/site/metadata/timestamp.json" || fail "the cache does not keep timestamp.json: this step proves nothing"
expect 0 get --json
[ "$(json root_version)" = 2 ] || fail "root $(json root_version): frozen by a cached 404"
same_file "$(trusted timestamp)" "$T/site/metadata/timestamp.json"

step "a proxy that wants a password or nonsense: the password is not shown"
expect 5 get --proxy 'http://user:s3cret@127.0.0.1:1'
says_not "s3cret"
expect 5 get --proxy 'nonsense://user:s3cret@127.0.0.1:1'
says_not "s3cret"
says "the address of the proxy is not understood"

step "the proxy ends when it is told to"
kill "$SQUID_PID"; wait "$SQUID_PID" || true
absent "$SQUID/squid.pid"
echo "asked once, kept what came, and no cache stands between"
