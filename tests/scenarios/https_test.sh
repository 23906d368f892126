# H-04 H-13 TLS: who the server is gets checked, the usual variables name other authorities, and https never becomes http.
source "$(dirname "$0")/lib.sh"
unset CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR

port=$(free_port) other=$(free_port)
mkdir -p "$T/site/metadata" "$T/nginx"
chmod 755 "$T"
echo '{"not": "a root"}' >"$T/site/metadata/1.root.json"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$T/key.pem" -out "$T/cert.pem" -days 2 \
  -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
sed -e "s|@PORT@|$other|; s|@ROOT@|$T/site|; s|@DIR@|$T/nginx|g" "$PG_SOURCE/tests/scenarios/nginx.conf" |
  sed "/^  server {/i\\
  server {\\
    listen 127.0.0.1:$port ssl;\\
    ssl_certificate $T/cert.pem;\\
    ssl_certificate_key $T/key.pem;\\
    root $T/site;\\
    location /down/ { return 302 http://localhost:$other/metadata/1.root.json; }\\
    location /along/ { return 302 https://localhost:$port/metadata/1.root.json; }\\
  }" >"$T/nginx/nginx.conf"
nginx -p "$T/nginx" -c "$T/nginx/nginx.conf" -e "$T/nginx/error.log" &
BACKGROUND+=($!)
wait_for_port "$port" $!

digest=$(printf '0%.0s' {1..64})
init() { pgclient init "$1" --root-sha256 "$digest"; }
arrived() { says "expected sha256 $digest, got $(sha256sum <"$T/site/metadata/1.root.json" | cut -c1-64)"; }

step "a certificate of nobody we know: no network, nothing set up"
expect 5 init "https://localhost:$port"
says "certificate"
absent "$T/home/.local/state/pg/client/playground"

step "the same certificate, trusted by SSL_CERT_FILE or CURL_CA_BUNDLE: the file arrives"
SSL_CERT_FILE=$T/cert.pem expect 10 init "https://localhost:$port"
arrived
CURL_CA_BUNDLE=$T/cert.pem expect 10 init "https://localhost:$port"
arrived

step "a certificate for another name"
SSL_CERT_FILE=$T/cert.pem expect 5 init "https://127.0.0.1:$port"

step "a redirect from https to https is followed, one to http is not"
SSL_CERT_FILE=$T/cert.pem expect 10 init "https://localhost:$port/along"
arrived
SSL_CERT_FILE=$T/cert.pem expect 5 init "https://localhost:$port/down"
expect 10 init "http://localhost:$other"
arrived
echo "https stays https"
