# The quick start plays its whole story, twice in the same folder, and refuses a folder that is not its own.
source "$(dirname "$0")/lib.sh"

step "the story"
expect 0 bash "$PG_SOURCE/examples/quickstart.sh" --programs "$BIN" "$T/play"
says "(exit code 10)"
says "What was proved"
cmp "$T/play/downloads/abc-1.1.0.txt" "$T/play/dist/abc-1.1.0.txt"

step "its server is gone"
url=$(grep -o 'http://127.0.0.1:[0-9]*' "$T/play/server.log" | head -n 1)
expect 7 curl -s "$url/metadata/timestamp.json"

step "a second run works"
expect 0 bash "$PG_SOURCE/examples/quickstart.sh" --programs "$BIN" "$T/play"

step "somebody's own folder is left alone"
mkdir "$T/mine"; echo precious >"$T/mine/file"
expect 1 bash "$PG_SOURCE/examples/quickstart.sh" --programs "$BIN" "$T/mine"
stderr_is "quickstart: error: $T/mine is not empty and not from an earlier run"
[ "$(cat "$T/mine/file")" = precious ] || fail "the file changed"

step "wrong arguments"
expect 2 bash "$PG_SOURCE/examples/quickstart.sh" --wrong
stderr_is "quickstart: error: unknown option --wrong (see --help)"
