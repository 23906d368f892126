# The benchmark works: every workload runs and is reported. How long anything takes is no matter here.
source "$(dirname "$0")/lib.sh"

chmod 755 "$T"  # the web server's workers are another user

step "every workload once, on small repositories"
expect 0 bash "$PG_SOURCE/tests/bench/run.sh" --bin "$BIN" --small --runs 1 --json "$T/figures.json"
for id in C1 C2 C3 C4a C4b C4c C5a C5b C6 C7 C7w C10 C10w; do says "$id "; done

step "the same figures as a document, with as many requests as the client made"
cp "$T/figures.json" "$OUT"
[ "$(json rows.length)" = 13 ] || fail "not 13 rows"
[ "$(json rows.2.id)" = C3 ] && [ "$(json rows.2.requests)" = 2 ] || fail "a warm fetch is not two requests"
[ "$(json rows.0.requests)" -gt 5 ] || fail "a cold fetch is hardly any requests"
node -e '
  for (const row of JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).rows)
    if (!(row.pgclient_ms > 0 && row.curl_ms > 0 && row.pgclient_rss_kib > 1000)) throw new Error(JSON.stringify(row));' "$OUT"

step "one workload, as Markdown"
expect 0 bash "$PG_SOURCE/tests/bench/run.sh" --bin "$BIN" --small --runs 1 --markdown C2
[ "$(wc -l <"$OUT")" = 3 ] || fail "not a table of one row"
says "| C2 |"

step "no figures from a program that fails"
mkdir "$T/fake"
printf '#!/bin/sh\nexit 3\n' >"$T/fake/curl"
chmod +x "$T/fake/curl"
PATH=$T/fake:$PATH expect 1 bash "$PG_SOURCE/tests/bench/run.sh" --bin "$BIN" --small --runs 1 C2
says_not "cold, 4 KiB"
echo "the benchmark is fit"
