#!/usr/bin/env bash
# Which branches of the verification code do the unit tests and the kept fuzz inputs take? Builds the core with gcc's counters
# in build-coverage/ (or $PG_COVERAGE_BUILD), runs both, prints a table and every branch that was not taken.
#   tests/coverage.sh [--no-install] [FILE...]     for example: tests/coverage.sh libtufcore/key.cpp
# Not counted: branches that only an exception takes (gcc makes one behind nearly every call) and those that gcc knows to be
# unreachable. Fails when a line with such a branch is not quoted in docs/fuzzing.md, which says why.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0; fi
if [ "${1:-}" = --no-install ]; then shift; else
  bash cmake/install_packages.sh test
  bash cmake/install_packages.sh coverage
fi
files=("$@")
if [ ${#files[@]} -eq 0 ]; then
  files=(libtufcore/{verify,client_workflow,find_target,json,json_reader}.cpp)
fi

build=${PG_COVERAGE_BUILD:-build-coverage}
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DPG_COVERAGE=ON >/dev/null
cmake --build "$build" --target unit_tests all_fuzz_targets >&2
find "$build" -name '*.gcda' -delete
"$build/bin/unit_tests" >"$build/unit_tests.log" || { tail -n 40 "$build/unit_tests.log" >&2; exit 1; }
tail -n 1 "$build/unit_tests.log" >&2
for source in tests/fuzz/*_fuzzer.cpp; do
  target=${source##*/} target=${target%_fuzzer.cpp}
  "$build/bin/fuzz_$target" "tests/fuzz/corpus/$target" | tail -n 1 >&2
done

filters=()
for file in "${files[@]}"; do filters+=(--filter "${file//./\\.}\$"); done
gcovr --root . --object-directory "$build" --exclude-throw-branches --exclude-unreachable-branches "${filters[@]}" \
  --json "$build/coverage.json" --json-pretty
python3 - "$build/coverage.json" <<'PYTHON'
import json, sys
explained = open("docs/fuzzing.md").read()
left = []
print(f'{"file":40}{"lines":>16}{"branches":>18}')
for file in json.load(open(sys.argv[1]))["files"]:
    source = open(file["file"]).read().splitlines()
    lines = [l for l in file["lines"] if not l.get("gcovr/noncode")]
    branches = [(l, b) for l in lines for b in l["branches"] if not b["throw"]]
    taken = sum(b["count"] > 0 for _, b in branches)
    ran = sum(l["count"] > 0 for l in lines)
    share = lambda part, of: f"{part}/{of} {100 * part / max(of, 1):.1f} %"
    print(f'{file["file"]:40}{share(ran, len(lines)):>16}{share(taken, len(branches)):>18}')
    for l in lines:
        missed = sum(b["count"] == 0 and not b["throw"] for b in l["branches"])
        if missed or l["count"] == 0:
            text = source[l["line_number"] - 1].strip()
            left.append((text in explained, f'{file["file"]}:{l["line_number"]}: {missed} of {len(l["branches"])} branches: {text}'))
for ok, line in left:
    print("explained" if ok else "NOT TAKEN", line)
sys.exit(0 if all(ok for ok, _ in left) else 1)
PYTHON
