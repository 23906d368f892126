# The workloads of tests/bench/run.sh. Each is a repository, a command of pgclient, the state that it finds, and
# a target for the ratio to curl.
all_ids=(C1 C2 C3 C4a C4b C4c C5a C5b C6 C7 C7w C10 C10w)
rows=()
curl_trust=()  # options

kib=1024 mib=1048576
small_projects=10 middle_projects=3300 large_projects=20000 flat_projects=100000 huge_file=$((100 * mib))
[ -z "$small" ] || { middle_projects=50; large_projects=60; flat_projects=70; huge_file=$((2 * mib)); }

say() { [ "$style" = markdown ] || printf '# %s\n' "$*" >&2; }

# site NAME LAYOUT PROJECTS: a published tree behind nginx, made once; sets $URL, $HTTPS_URL and $LOG.
declare -A urls https_urls logs
site() {
  local name=$1
  if [ -z "${urls[$name]:-}" ]; then
    chrt -o 0 make_site "$T/$name" "$2" "$3" 1.0.0:$((4 * kib)) 2.0.0:$mib 3.0.0:$huge_file >"$T/$name.root"
    start_bench_nginx "$T/$name"
    urls[$name]=$URL https_urls[$name]=$HTTPS_URL logs[$name]=$LOG
  fi
  URL=${urls[$name]} HTTPS_URL=${https_urls[$name]} LOG=${logs[$name]}
}

# As start_nginx of the scenarios, but with sendfile, as every web host has it, and with https.
start_bench_nginx() {
  local port https_port dir
  [ -e "$T/ca.pem" ] || make_authority
  port=$(free_port) https_port=$(free_port) dir=$(mktemp -d "$T/nginx.XXXX")
  chmod 755 "$T"
  sed -e "s|@PORT@|$port|; s|@ROOT@|$1|; s|@DIR@|$dir|g" \
    -e "s|^  access_log .*|  log_format bench '\$connection \"\$request\"'; access_log $dir/access.log bench;|" \
    -e "s|^  default_type.*|&\n  sendfile on; tcp_nopush on;|" \
    -e "s|^    listen .*|&\n    listen 127.0.0.1:$https_port ssl http2;\n    ssl_certificate $T/server.pem;\n    ssl_certificate_key $T/server.key;|" \
    "$PG_SOURCE/tests/scenarios/nginx.conf" >"$dir/nginx.conf"
  nginx -p "$dir" -c "$dir/nginx.conf" -e "$dir/error.log" &
  BACKGROUND+=($!)
  wait_for_port "$port" $!
  URL=http://127.0.0.1:$port HTTPS_URL=https://localhost:$https_port LOG=$dir/access.log
}

# An authority of our own and a certificate by it for localhost.
make_authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$T/ca.key" -out "$T/ca.pem" -days 2 \
    -subj '/CN=Authority of the benchmark' 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$T/server.key" -out "$T/server.csr" \
    -subj /CN=localhost 2>/dev/null
  openssl x509 -req -in "$T/server.csr" -CA "$T/ca.pem" -CAkey "$T/ca.key" -CAcreateserial -days 2 -out "$T/server.pem" \
    -extfile <(echo subjectAltName=DNS:localhost) 2>/dev/null
}

# The system's authorities and ours, in the form in which Debian keeps them: a folder of hashed names and a bundle.
make_trust_store() {
  [ ! -e "$T/certs" ] || return 0
  cp -a /etc/ssl/certs "$T/certs"
  cp "$T/ca.pem" "$T/certs/bench.pem"
  ln -s bench.pem "$T/certs/$(openssl x509 -hash -noout -in "$T/ca.pem").0"
  cat "$T/ca.pem" >>"$T/certs/ca-certificates.crt"
}

# in_trust COMMAND...: with our authority among the system's. A mount that only this command sees keeps both
# programs on their real defaults; where that is not allowed, pgclient is told the folder and curl the bundle.
in_trust() {
  if [ -n "${trust_by_mount:-}" ]; then
    unshare -m --propagation private sh -c 'mount --bind "$0" /etc/ssl/certs && exec "$@"' "$T/certs" "$@"
  else
    SSL_CERT_DIR=$T/certs "$@"
  fi
}
choose_trust() {
  make_trust_store
  if unshare -m --propagation private mount --bind "$T/certs" /etc/ssl/certs 2>/dev/null; then
    trust_by_mount=yes
    say "the system's trust store is replaced by a mount: both programs run with their defaults"
  else
    curl_trust=(--cacert "$T/certs/ca-certificates.crt")
    say "no private mounts here: pgclient is told the trust store by SSL_CERT_DIR, curl by --cacert"
  fi
}

# What pgclient asks for when it runs now: request targets from the server's log, up to a marker.
requests_of() {
  : >"$LOG"
  "$@" >"$OUT" 2>"$ERR" </dev/null || fail "$*"
  curl -q -s -o /dev/null "$URL/end-of-run" || fail "the server does not answer"
  until grep -q ' /end-of-run ' "$LOG"; do sleep 0.01; done
  sed -n '/ \/end-of-run /q; s/^.*"GET \([^ ]*\) HTTP.*/\1/p' "$LOG"
}
connections_made() { sed '/ \/end-of-run /,$d; s/ .*//' "$LOG" | sort -u | wc -l; }

restore() { rm -rf "$T/state" "$T/output"; cp -a "$1" "$T/state"; }

# compare ID TITLE TARGET-RATIO MOST-MIB PREPARED-STATE BASE-URL COMMAND...: PREPARED-STATE is what pgclient finds
# before every run. With the variable keeps_output it finds what the run before left, the file that it fetched included.
compare() {
  local id=$1 title=$2 target=$3 most=$4 prepared=$5 base=$6
  shift 6
  local request curl_command=(curl -q -sg --path-as-is "${curl_trust[@]}") number=0 options=(--runs "$runs")
  [ -n "$small" ] || options+=(--sync "$T")
  [ -n "${keeps_output:-}" ] || options+=(--copy "$prepared" "$T/state" --remove "$T/output")
  mkdir -p "$T/curl"
  if [ -n "${keeps_output:-}" ]; then rm -rf "$T/state"; cp -a "$prepared" "$T/state"; else restore "$prepared"; fi
  local requests
  requests=$(requests_of ${wrap:-} "$@")
  while read -r request; do
    number=$((number + 1))
    curl_command+=(-o "$T/curl/$number" "$base$request")
  done <<<"$requests"
  local numbers
  numbers=$(${wrap:-} time_pairs "${options[@]}" -- "$@" -- "${curl_command[@]}") || fail "$id"
  report "$id" "$title" "$target" "$most" "$number" "$(connections_made)" $numbers
}

# report ID TITLE TARGET MOST-MIB REQUESTS CONNECTIONS, then the numbers of time_pairs for pgclient and for curl. A
# TARGET of - is none; `least` is the ratio of the fastest runs.
report() {
  local both
  both=$(awk -v style="$style" -v id="$1" -v title="$2" -v target="$3" -v most="$4" -v requests="$5" \
    -v connections="$6" -v a="$7" -v a_min="$8" -v a_cpu="${10}" -v a_kib="${11}" -v b="${12}" -v b_min="${13}" -v b_cpu="${15}" '
    BEGIN {
      ratio = a / b; mib = a_kib / 1024
      verdict = target == "-" ? "" : ratio <= target && mib <= most ? "ok" : "over"
      memory = sprintf("%.1f", mib) (most < 1e6 ? " of " most : "") " MiB"
      if (style == "markdown")
        printf "| %s | %s | %d on %d | %.2f (%.1f) | %.2f (%.1f) | %.2f | %s | %s | %s |\n",
          id, title, requests, connections, a, a_cpu, b, b_cpu, ratio, target, verdict, memory
      else
        printf "%-4s %-33s %5d on %2d %9.2f %8.2f %9.2f %8.2f %6.2f %6.2f %6s %-4s %s\n",
          id, title, requests, connections, a, a_cpu, b, b_cpu, ratio, a_min / b_min, target, verdict, memory
      printf "{\"id\":\"%s\",\"workload\":\"%s\",\"requests\":%d,\"connections\":%d,", id, title, requests, connections
      printf "\"pgclient_ms\":%s,\"pgclient_least_ms\":%s,\"pgclient_cpu_ms\":%s,", a, a_min, a_cpu
      printf "\"pgclient_rss_kib\":%d,", a_kib
      printf "\"curl_ms\":%s,\"curl_least_ms\":%s,\"curl_cpu_ms\":%s,", b, b_min, b_cpu
      printf "\"ratio\":%.3f,\"target\":%s,\"verdict\":\"%s\"}", ratio, target == "-" ? "null" : target, verdict
    }')
  printf '%s\n' "${both%$'\n'*}"
  rows+=("${both##*$'\n'}")
}

any_memory=1000000000

# set_up SITE [BASE-URL]: the state after `pgclient init` with nothing kept but the trusted root: $T/SITE.cold
set_up() {
  local name=$1 base=${2:-$URL} cold=$T/$1.cold${2:+.https}
  COLD=$cold
  [ ! -e "$cold" ] || return 0
  XDG_STATE_HOME=$T/state
  rm -rf "$T/state"
  ${wrap:-} pgclient init "$base" --root-sha256 "$(cat "$T/$name.root")" >"$OUT" 2>"$ERR" || fail "init of $name"
  find "$T/state/pg/client/bench" -type f ! -name root.json ! -name repository.json -delete
  cp -a "$T/state" "$cold"
}
export XDG_STATE_HOME=$T/state

# warm SITE COMMAND...: the state after that command: $WARM. Its output stays at $T/output.
warm() {
  local name=$1
  shift
  WARM=$T/$name.warm
  restore "$COLD"
  ${wrap:-} "$@" >"$OUT" 2>"$ERR" || fail "$*"
  rm -rf "$WARM"
  cp -a "$T/state" "$WARM"
}

fetch_abc() { echo pgclient fetch abc "$1" -o "$T/output"; }

cold_fetch() {  # ID TITLE TARGET MOST-MIB VERSION
  compare "$1" "$2" "$3" "$4" "$COLD" "${base:-$URL}" $(fetch_abc "$5")
}
warm_fetch() {  # ID SITE TITLE TARGET
  warm "$2" $(fetch_abc 2.0.0)
  keeps_output=yes compare "$1" "$3" "$4" $any_memory "$WARM" "${base:-$URL}" $(fetch_abc 2.0.0)
}

workload_C1() { site small claimed $small_projects; set_up small; cold_fetch C1 'cold, 1 MiB' 1.00 $any_memory 2.0.0; }
workload_C2() { site small claimed $small_projects; set_up small; cold_fetch C2 'cold, 4 KiB' 1.00 $any_memory 1.0.0; }
workload_C3() { site small claimed $small_projects; set_up small; warm_fetch C3 small 'nothing new' 1.00; }
workload_C4a() { site middle claimed $middle_projects; set_up middle; warm_fetch C4a middle "nothing new, $middle_projects projects" 1.00; }
workload_C4b() { site large claimed $large_projects; set_up large; warm_fetch C4b large "nothing new, $large_projects projects" 1.00; }
workload_C4c() { site shards shards $large_projects; set_up shards; warm_fetch C4c shards "nothing new, $large_projects, in shards" 1.00; }
workload_C5a() { site middle claimed $middle_projects; set_up middle; cold_fetch C5a "cold, 1 MiB, $middle_projects projects" 1.00 $any_memory 2.0.0; }
workload_C5b() { site shards shards $large_projects; set_up shards; cold_fetch C5b "cold, 1 MiB, $large_projects, in shards" 1.00 $any_memory 2.0.0; }
workload_C6() { site small claimed $small_projects; set_up small; cold_fetch C6 'cold, 100 MiB' 1.00 16 3.0.0; }
workload_C7() {
  site small claimed $small_projects
  choose_trust
  local wrap=in_trust base=$HTTPS_URL
  set_up small "$HTTPS_URL"
  cold_fetch C7 'https, cold, 1 MiB' 0.50 $any_memory 2.0.0
}
workload_C7w() {
  site small claimed $small_projects
  [ -e "$T/certs" ] || choose_trust
  local wrap=in_trust base=$HTTPS_URL
  set_up small "$HTTPS_URL"
  warm_fetch C7w small-https 'https, nothing new' 0.50
}

# Any TUF repository: fetch-target keeps its state below $XDG_STATE_HOME/pg/other.
fetch_flat() {
  echo pgclient fetch-target abc/1.0.0 --root "$T/flat/metadata/1.root.json" --metadata-url "$URL/metadata" \
    --targets-url "$URL/targets" -o "$T/output"
}
flat_site() {
  site flat flat $flat_projects
  COLD=$T/flat.cold
  mkdir -p "$COLD"
}
workload_C10() {
  flat_site
  compare C10 "cold, $flat_projects roles in one file" 8.00 120 "$COLD" "$URL" $(fetch_flat)
}
workload_C10w() {
  flat_site
  warm flat $(fetch_flat)
  keeps_output=yes compare C10w "the same, nothing new" - 120 "$WARM" "$URL" $(fetch_flat)
}
