# Runs the commands of a page of docs/: each line of its blocks is looked up there by how it begins and given to the shell as it
# stands, with the places and ids of the story. In the end none may be left over. Source it after lib.sh.

# guide PAGE AT_LEAST: every command of the page, one a line: continued lines joined, comments off.
guide() {
  PAGE=$1
  sed -n '/^```sh/,/^```/p' "$PG_SOURCE/docs/$PAGE" | grep -v '^```' | sed -e ':a' -e '/\\$/N; s/\\\n *//; ta' |
    sed -E 's/ {2,}#.*//; s/^#.*//; s/ +$//' | grep -v '^$' >"$T/commands"
  [ "$(wc -l <"$T/commands")" -gt "$2" ] || fail "only $(wc -l <"$T/commands") commands found in docs/$PAGE"
  : >"$T/done"
}

WHO=alice DIR=$T ID=0123456789ab
# said BEGINNING: the command of the page that is so, else the one that begins so; it counts as done.
said() {
  local found
  found=$(grep -xF -- "$1" "$T/commands" | sort -u) || true
  [ -n "$found" ] || found=$(awk -v start="$1" 'index($0, start) == 1' "$T/commands" | sort -u)
  [ "$(printf '%s\n' "$found" | grep -c .)" = 1 ] || fail "not one command of docs/$PAGE begins with: $1
$found"
  printf '%s\n' "$found" >>"$T/done"
  printf '%s' "$found" | sed -e "s|0123456789ab|$ID|g" -e "s|/media/stick|$T/stick|g" -e "s|/srv/git|$T/srv|g" -e "s|HEX|${ROOT:-}|g"
}
# run CODE BEGINNING: gives it to a shell of $WHO in $DIR.
run() {
  local code=$1 command
  command=$(said "$2") || { printf '%s\n' "$command"; exit 1; }
  expect "$code" as "$WHO" bash -c "cd '$DIR' && $command"
}
yes_run() {  # as run, and agrees
  local code=$1 command
  command=$(said "$2") || { printf '%s\n' "$command"; exit 1; }
  expect "$code" as "$WHO" bash -c "cd '$DIR' && $command --yes"
}
every_command_was_run() {
  local left
  left=$(sort -u "$T/commands" | comm -23 - <(sort -u "$T/done"))
  [ -z "$left" ] || fail "not run: $left"
}
