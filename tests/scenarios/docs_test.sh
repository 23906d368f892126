# Every command in the docs exists with the options that it is shown with, and every test that the threat model names is there.
source "$(dirname "$0")/lib.sh"

step "commands in docs/ and README"
checked=0
while IFS= read -r line; do
  # shellcheck disable=SC2086
  set -- $line
  program=$1; shift
  while [ "${1:-}" = -C ]; do shift 2; done
  command=()
  while [ $# -gt 0 ] && [ ${#command[@]} -lt 3 ] && [[ $1 =~ ^[a-z-]+$ ]] && "$program" help "${command[@]}" "$1" >/dev/null 2>&1; do
    command+=("$1"); shift
  done
  [ ${#command[@]} -gt 0 ] || [[ ${1:-} == --* ]] || fail "docs show an unknown command: $line"
  help=$("$program" "${command[@]}" --help)
  for word in "$@"; do
    case $word in
      '#'*) break ;;
      --*) grep -qF -- "${word%%=*}" <<<"$help" || fail "docs show '$word', which '$program ${command[*]}' does not have: $line" ;;
    esac
  done
  checked=$((checked + 1))
done < <(cat "$PG_SOURCE"/README.md "$PG_SOURCE"/docs/*.md | awk '/^```(sh|console)/{on=1;next} /^```/{on=0} on' |
  sed 's/^\$ //; s/.*&& \(pg\)/\1/' | grep -E '^pg(sign|publish|client) ')
[ "$checked" -gt 20 ] || fail "only $checked commands found"

step "tests in docs/threat-model.md"
missing=0
while IFS= read -r title; do
  grep -qrF -- "$title" "$PG_SOURCE/tests/unit" "$PG_SOURCE/tests/scenarios" || { echo "no test says: $title"; missing=1; }
done < <(grep -o '“[^”]*”' "$PG_SOURCE/docs/threat-model.md" | tr -d '“”' | sort -u)
[ "$missing" = 0 ] || fail "the threat model names tests that are not there"
echo "$checked commands checked"
