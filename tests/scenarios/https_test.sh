# H-04 H-13 TLS: who the server is gets checked, other authorities are named as people know it from curl, a proxy is a
# tunnel and sees nothing, and https never becomes http.
source "$(dirname "$0")/lib.sh"

good=$(free_port) expired=$(free_port) elsewhere=$(free_port) self=$(free_port) plain=$(free_port)
mkdir -p "$T/site/metadata" "$T/nginx" "$T/certs"
chmod 755 "$T"
echo '{"not": "a root"}' >"$T/site/metadata/1.root.json"

# An authority, and certificates that it gives: certificate NAME HOST [FAKETIME]
new_key_pair=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
openssl req -x509 "${new_key_pair[@]}" -keyout "$T/ca.key" -out "$T/ca.pem" -days 30 -subj '/CN=Test authority' 2>/dev/null
certificate() {
  openssl req "${new_key_pair[@]}" -keyout "$T/$1.key" -out "$T/$1.csr" -subj "/CN=$2" 2>/dev/null
  faketime -f "${3:-+0d}" openssl x509 -req -in "$T/$1.csr" -CA "$T/ca.pem" -CAkey "$T/ca.key" -CAcreateserial -days 2 -out "$T/$1.pem" \
    -extfile <(echo "subjectAltName=DNS:$2") 2>/dev/null
}
certificate good localhost
certificate expired localhost -10d
certificate elsewhere elsewhere.example
openssl req -x509 "${new_key_pair[@]}" -keyout "$T/self.key" -out "$T/self.pem" -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null

secure_server() {  # NAME PORT
  printf 'server { listen 127.0.0.1:%s ssl http2; ssl_certificate %s; ssl_certificate_key %s; root %s;\n' "$2" "$T/$1.pem" "$T/$1.key" "$T/site"
  printf 'location /down/ { return 302 http://localhost:%s/metadata/1.root.json; }\n' "$plain"
  printf 'location /along/ { return 302 https://localhost:%s/metadata/1.root.json; }\n}\n' "$good"
}
for name in good expired elsewhere self; do secure_server $name "${!name}"; done >"$T/servers.conf"
sed -e "s|@PORT@|$plain|; s|@ROOT@|$T/site|; s|@DIR@|$T/nginx|g" -e "/^  server {/i include $T/servers.conf;" \
  "$PG_SOURCE/tests/scenarios/nginx.conf" >"$T/nginx/nginx.conf"
nginx -p "$T/nginx" -c "$T/nginx/nginx.conf" -e "$T/nginx/error.log" &
BACKGROUND+=($!)
wait_for_port "$good" $!

digest=$(printf '0%.0s' {1..64})
init() { pgclient init "https://localhost:$1${2:-}" --root-sha256 "$digest" "${@:3}"; }
arrived() { says "expected sha256 $digest, got $(sha256sum <"$T/site/metadata/1.root.json" | cut -c1-64)"; }
refused_for() {  # PORT REASON
  stderr_is "pgclient: error: cannot fetch https://localhost:$1/metadata/1.root.json: $2
pgclient: hint: the server does not prove who it is, and nothing was asked: look at the address and at this machine's clock; an authority that the system does not know is named with --cacert FILE"
  absent "$T/home/.local/state/pg/client/playground"
}

step "H-13 an authority that nobody knows, a certificate that vouches for itself"
expect 5 init "$good"
refused_for "$good" 'SSL certificate problem: unable to get local issuer certificate'
expect 5 init "$self"
refused_for "$self" 'SSL certificate problem: self-signed certificate'

step "H-13 an expired certificate and one for another host, from an authority that is believed"
expect 5 init "$expired" '' --cacert "$T/ca.pem"
refused_for "$expired" 'SSL certificate problem: certificate has expired'
expect 5 init "$elsewhere" '' --cacert "$T/ca.pem"
refused_for "$elsewhere" "SSL: no alternative certificate subject name matches target host name 'localhost'"
[ ! -s "$T/nginx/access.log" ] || fail "something was asked: $(cat "$T/nginx/access.log")"

step "H-13 the authority by --cacert, CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR: the file arrives, by HTTP/2"
expect 10 init "$good" '' --cacert "$T/ca.pem"; arrived
grep -q '"GET /metadata/1.root.json HTTP/2.0" 200' "$T/nginx/access.log" || fail "no HTTP/2: $(cat "$T/nginx/access.log")"
CURL_CA_BUNDLE=$T/ca.pem expect 10 init "$good"; arrived
SSL_CERT_FILE=$T/ca.pem expect 10 init "$good"; arrived
cp "$T/ca.pem" "$T/certs/$(openssl x509 -hash -noout -in "$T/ca.pem").0"
SSL_CERT_DIR=$T/certs expect 10 init "$good"; arrived

step "H-13 --cacert wins over the variables, and only what is named is believed"
CURL_CA_BUNDLE=$T/ca.pem expect 5 init "$good" '' --cacert "$T/self.pem"
refused_for "$good" 'SSL certificate problem: unable to get local issuer certificate'
CURL_CA_BUNDLE=$T/self.pem SSL_CERT_FILE=$T/ca.pem expect 5 init "$good"
expect 6 init "$good" '' --cacert "$T/none.pem"
says "cannot read '$T/none.pem': No such file or directory"

step "H-04 a redirect from https to https is followed, one to http is not"
expect 10 init "$good" /along --cacert "$T/ca.pem"; arrived
expect 5 init "$good" /down --cacert "$T/ca.pem"
expect 10 pgclient init "http://localhost:$plain" --root-sha256 "$digest"; arrived

step "H-13 a proxy for https is a tunnel: the server proves itself through it, hosts in no_proxy are asked themselves"
start_squid
asked_squid() { grep -c "CONNECT localhost:$1" "$SQUID/access.log" || true; }
https_proxy=$PROXY expect 10 init "$good" '' --cacert "$T/ca.pem"; arrived
[ "$(asked_squid "$good")" = 1 ] || fail "not through the proxy: $(cat "$SQUID/access.log")"
https_proxy=$PROXY expect 5 init "$expired" '' --cacert "$T/ca.pem"
refused_for "$expired" 'SSL certificate problem: certificate has expired'
https_proxy=$PROXY no_proxy=localhost expect 10 init "$good" '' --cacert "$T/ca.pem"; arrived
[ "$(asked_squid "$good")" = 1 ] || fail "through the proxy: $(cat "$SQUID/access.log")"
! grep -q 1.root.json "$SQUID/access.log" || fail "the proxy has seen a path"
echo "https stays https"
