# The configurations of web hosts in examples/web, each on the real server: for each kind of URL the headers are those of the one
# table that `pgpublish serve` and the upload to object storage use, and no cache may keep that something is not there.
source "$(dirname "$0")/lib.sh"

new_world
printf '<script>alert(1)</script>\n' >"$T/page.html"
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0+b.1 "$T/page.html" --yes
expect 0 as alice pgsign -C "$T/alice" push
expect 0 publish
chmod 755 "$T"
echo '<p>a page</p>' >"$T/site/index.html"
printf 'literal' >"$T/site/targets/a%2Fb"
printf "{}" >"$T/site/targets/x.json"
ln -s /etc/hostname "$T/site/link.json"
: >"$T/site/.publish.lock"
target=targets/abc/abc/1.0.0+b.1/$(sha256sum <"$T/page.html" | cut -c1-64).page.html

headers() { curl -s -o "$T/body" -D - "$URL/$1" | tr -d '\r' | grep -iE '^(HTTP/|cache-control:|content-type:|x-content-type-options:)' | sed -E 's|^HTTP/[0-9.]+ ([0-9]+).*|\1|; s|^[^:]+: *||' | sort | tr '\n' ';'; }
FOR_EVER="public, max-age=31536000, immutable"
url_is() {  # PATH STATUS CACHE-CONTROL CONTENT-TYPE
  local want got
  want=$(printf '%s\n' "$2" "$3" "$4" nosniff | sort | tr '\n' ';')
  got=$(headers "$1")
  [ "$got" = "$want" ] || fail "$URL/$1: $got instead of $want"
}
missing_is() {  # PATH: not there, and no cache may keep that
  local got
  got=$(headers "$1")
  case ";$got" in *";404;"* | *";403;"*) ;; *) fail "$URL/$1 is there: $got" ;; esac
  case ";$got" in *";no-store;"*) ;; *) fail "a cache may keep that $URL/$1 is not there: $got" ;; esac
  case "$got" in *max-age*) fail "a 404 with a lifetime: $got" ;; esac
}
host_is_right() {
  url_is metadata/1.root.json 200 "$FOR_EVER" application/json
  url_is metadata/timestamp.json 200 no-cache application/json
  url_is index/projects/ab.json 200 no-cache application/json
  url_is index.html 200 no-cache "text/html; charset=utf-8"
  url_is "$target" 200 "$FOR_EVER" application/octet-stream
  url_is targets/a%252Fb 200 "$FOR_EVER" application/octet-stream
  url_is targets/x.json 200 "$FOR_EVER" application/octet-stream
  missing_is metadata/2.root.json
  missing_is targets/none
  missing_is none.html
  missing_is .publish.lock
  missing_is targets/
  missing_is metadata/
  [ "$1" = serve ] || missing_is link.json
  cp "$T/later.json" "$T/site/metadata/2.root.json"  # what a cache kept would hide it now
  url_is metadata/2.root.json 200 "$FOR_EVER" application/json
  rm "$T/site/metadata/2.root.json"
  expect 0 as "$1" pgclient init "$URL" --root-sha256 "$ROOT"
  rm -f "$T/got"
  expect 0 as "$1" pgclient fetch abc latest -o "$T/got"
  same_file "$T/got" "$T/page.html"
}
echo '{}' >"$T/later.json"
# example FILE PORT: the example as it stands, for this machine: name, folder and port are changed as its first lines ask for.
example() { sed -e "s|/srv/content|$T/site|; s|listen 80;|listen 127.0.0.1:$2;|; s|\*:80|127.0.0.1:$2|; s|^content\.example\.org {|http://127.0.0.1:$2 {|" "$PG_SOURCE/examples/web/$1"; }

step "pgpublish serve"
pgpublish serve "$T/site" >"$T/serve.out" 2>&1 & BACKGROUND+=($!)
until grep -q http "$T/serve.out"; do kill -0 $! || fail "pgpublish serve ended"; sleep 0.05; done
URL=$(grep -o 'http://[0-9.:]*' "$T/serve.out")
host_is_right serve

step "H-10 nginx with examples/web/nginx.conf"
port=$(free_port); mkdir "$T/nginx"
example nginx.conf "$port" >"$T/nginx/site.conf"
printf 'daemon off;\npid %s/pid;\nevents {}\nhttp {\naccess_log off;\n' "$T/nginx" >"$T/nginx/nginx.conf"
for kind in client_body proxy fastcgi uwsgi scgi; do printf '%s_temp_path %s/%s;\n' $kind "$T/nginx" $kind; done >>"$T/nginx/nginx.conf"
printf 'include %s/site.conf;\n}\n' "$T/nginx" >>"$T/nginx/nginx.conf"
nginx -p "$T/nginx" -c "$T/nginx/nginx.conf" -e "$T/nginx/error.log" & BACKGROUND+=($!)
wait_for_port "$port" $!
URL=http://127.0.0.1:$port
host_is_right nginx

step "H-10 Apache with examples/web/apache.conf"
port=$(free_port); mkdir "$T/apache"
modules=/usr/lib/apache2/modules
{
  printf 'ServerRoot %s\nPidFile %s/pid\nListen 127.0.0.1:%s\nServerName localhost\nErrorLog %s/error.log\n' "$T/apache" "$T/apache" "$port" "$T/apache"
  [ "$(id -u)" != 0 ] || printf 'User nobody\nGroup nogroup\n'
  for module in mpm_event authz_core mime dir alias headers; do printf 'LoadModule %s_module %s/mod_%s.so\n' $module $modules $module; done
  printf 'TypesConfig /etc/mime.types\n<Directory />\nRequire all denied\n</Directory>\n'
  example apache.conf "$port"
} >"$T/apache/apache.conf"
/usr/sbin/apache2 -f "$T/apache/apache.conf" -DFOREGROUND >"$T/apache/out" 2>&1 & BACKGROUND+=($!)
wait_for_port "$port" $!
URL=http://127.0.0.1:$port
host_is_right apache

step "H-10 Caddy with examples/web/Caddyfile"
port=$(free_port)
{ printf '{\nadmin off\n}\n'; example Caddyfile "$port"; } >"$T/Caddyfile"
expect 0 caddy validate --adapter caddyfile --config "$T/Caddyfile"
rm "$T/site/link.json"  # Caddy follows links; the publisher makes none
ln -s /nowhere "$T/site/link.json"
caddy run --adapter caddyfile --config "$T/Caddyfile" >"$T/caddy.out" 2>&1 & BACKGROUND+=($!)
wait_for_port "$port" $!
URL=http://127.0.0.1:$port
host_is_right caddy
echo "web hosts: all steps done"
