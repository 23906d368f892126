# The publisher's benchmark works: every row is there. How long anything takes is no matter here.
source "$(dirname "$0")/lib.sh"

expect 0 bash "$PG_SOURCE/tests/bench/publisher.sh" --bin "$BIN" --projects 20 --history 10 --runs 2 --json "$T/rows.json"
for id in M gen P5 P2 P2s P3 P4 S0 S1 G3 V1 V1g V3 G2 V2 S2; do says "$id "; done
node -e 'const rows = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).rows; if (rows.length !== 19) throw new Error(rows.length)' "$T/rows.json"
echo "the publisher's benchmark is fit"
