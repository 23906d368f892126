#!/usr/bin/env bash
# Every attack of the catalogue has a test or a reason, every published weakness has its tests, and the libraries here are the
# mended ones. Usage: advisories_test.sh; PG_SOURCE is the source folder.
set -u
source_folder=${PG_SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$source_folder" || exit 1
failures=0

step() { printf -- '--- %s\n' "$*"; }
fail() { echo "FAILED: $*"; failures=$((failures + 1)); }

# What a run of the tests prints as its name: titles of test cases, of the rows of tables, and the steps of scenarios. A title that
# is broken over two lines is one title.
titles() {
  cat tests/unit/*.cpp | perl -0777 -ne 's/"\s*\n\s*"//g; print "$1\n" while /TEST_CASE\(\s*"([^"]*)"/g; print "$1\n" while /\{"([A-Z]-[0-9]{2} [^"]*)"/g'
  sed -nE 's/^ *(step|attack) "([^"]*)".*/\2/p' tests/scenarios/*_test.sh tests/*_test.sh
}
all_titles=$(titles)
[ "$(wc -l <<<"$all_titles")" -gt 400 ] || fail "only $(wc -l <<<"$all_titles") titles found; is the pattern still right?"
twice=$(sort <<<"$all_titles" | grep -E '^[A-Z]-[0-9]{2} ' | uniq -d)
[ -z "$twice" ] || fail "two tests have one title:"$'\n'"$twice"

step "every id of the catalogue is in the title of a test, or docs/threat-model.md says why it does not apply"
ids() {  # GROUP LAST
  seq -f "$1-%02g" 1 "$2"
}
checked=0
for id in $(ids T 20) $(ids S 16) $(ids J 11) $(ids P 13) $(ids H 14) $(ids G 20) $(ids C 12) $(ids D 9); do
  checked=$((checked + 1))
  case $id in  # of what is not there: templates of CI jobs, a watch for expiry
    C-02 | C-03) [ -n "$(find examples -name '*.yml' -o -name '*.yaml')" ] || continue ;;
    C-12) grep -q '"min-valid"' publisher/*.cpp || continue ;;
  esac
  grep -qE "(^| )$id " <<<"$all_titles" && continue
  grep -qE "^\| $id \| does not apply: ." docs/threat-model.md && continue
  fail "$id is in no test's title, and docs/threat-model.md does not say why"
done
[ "$checked" = 115 ] || fail "$checked ids instead of 115"

step "every published weakness names tests, and each of them is there"
rows=0
while IFS= read -r row; do
  rows=$((rows + 1))
  quoted=$(grep -o '“[^”]*”' <<<"$row" | tr -d '“”')
  [ -n "$quoted" ] || fail "no test: $row"
  while IFS= read -r title; do
    grep -qxF -- "$title" <<<"$all_titles" ||
      fail "docs/advisories.md names a test that is not there: $title"
  done <<<"$quoted"
done < <(sed -n '/^| source /,/^$/p' docs/advisories.md | tail -n +3 | grep '^|')
[ "$rows" -ge 40 ] || fail "only $rows published weaknesses found"

step "a library with a published weakness is not what the tests run with"
# at_least PACKAGE VERSION: by Debian's own comparison; other distributions number their patches otherwise.
at_least() {
  local here
  here=$(dpkg-query -W -f '${Version}' "$1" 2>/dev/null) || { fail "package $1 is not installed"; return; }
  dpkg --compare-versions "$here" ge "$2" || fail "$1 is $here; $2 has the fixes (docs/advisories.md)"
}
if grep -qs '^VERSION_ID="12"' /etc/os-release && grep -qs '^ID=debian' /etc/os-release; then
  at_least libgit2-1.5 1.5.1+ds-1+deb12u2
  at_least libsodium23 1.0.18-1+deb12u1
else
  echo "skipped: the versions of libgit2 and libsodium (this is not Debian 12)"
fi

[ "$failures" -eq 0 ] || { echo "$failures problem(s)"; exit 1; }
echo "$checked ids and $rows published weaknesses have their tests"
