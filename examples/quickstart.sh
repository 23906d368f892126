#!/usr/bin/env bash
# The whole story on this machine: builds the programs, then plays an administrator, a maintainer, the publisher job, a web
# server and a downloader, each command printed before it runs. Everything it makes is in quickstart-playground/.
#
#   examples/quickstart.sh [--no-install] [--programs BIN] [FOLDER]
#
#   --no-install     do not install Debian packages (others manage this machine's packages)
#   --programs BIN   use the programs in BIN; builds and installs nothing
#   FOLDER           play there instead of quickstart-playground/ (must be absent, empty, or made by an earlier run)
set -euo pipefail
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

install=yes
folder=""
programs=""
while [ $# -gt 0 ]; do
  argument=$1
  shift
  case $argument in
    -h|--help) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    --no-install) install=no ;;
    --programs) programs=$(cd "${1:?--programs needs a folder}" && pwd); shift ;;
    -*) echo "quickstart: error: unknown option $argument (see --help)" >&2; exit 2 ;;
    *) [ -z "$folder" ] || { echo "quickstart: error: one FOLDER only" >&2; exit 2; }; folder=$argument ;;
  esac
done
folder=$(realpath -m "${folder:-$source_dir/quickstart-playground}")

# --- Set-up -----------------------------------------------------------------------------------------------------------
if [ -z "$programs" ]; then
  [ "$install" = no ] || bash "$source_dir/cmake/install_packages.sh" build
  echo "Building (a Release build in build/) ..." >&2
  cd "$source_dir"
  build_log=$(mktemp)
  if ! { cmake --preset release -DPG_TESTS=OFF && cmake --build --preset release --target pgsign pgpublish pgclient; } >"$build_log" 2>&1; then
    tail -n 40 "$build_log" >&2
    echo "quickstart: error: the build failed; the whole log is in $build_log" >&2
    [ "$install" = yes ] || echo "quickstart: hint: the packages it needs are in cmake/packages.txt" >&2
    exit 1
  fi
  rm -f "$build_log"
  programs=$source_dir/build/bin
fi
export PATH=$programs:$PATH

# --- The stage --------------------------------------------------------------------------------------------------------
if [ -e "$folder" ] && [ ! -e "$folder/.made-by-quickstart" ] && [ -n "$(ls -A "$folder" 2>/dev/null)" ]; then
  echo "quickstart: error: $folder is not empty and not from an earlier run" >&2
  exit 1
fi
rm -rf "$folder"
mkdir -p "$folder"
touch "$folder/.made-by-quickstart"
cd "$folder"

server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true' EXIT

bold=$'\e[1m' green=$'\e[32m' plain=$'\e[0m'
if [ ! -t 1 ] || [ -n "${NO_COLOR:-}" ]; then bold="" green="" plain=""; fi
chapter() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
# Prints a command as one would type it, then runs it.
run() { printf '%s$ %s%s\n' "$green" "${*@Q}" "$plain" | sed "s/'\([A-Za-z0-9@%+=:,./_^-]*\)'/\1/g"; "$@"; }
# Everybody has a home of their own here: keys and trusted state never meet.
person() { export XDG_CONFIG_HOME=$folder/people/$1/config XDG_STATE_HOME=$folder/people/$1/state; }
key() { printf '%s' "people/$1/config/pg/keys/$1.$2"; }
# For a play the keys have no passphrase. Leave --no-passphrase away and pgsign asks for one.

chapter "1. An administrator makes a key and a content repository"
person publisher
run pgsign key new publisher --no-passphrase
person admin
run pgsign key new admin --no-passphrase
run pgsign init admin --name playground --online "$(key publisher pub)" --yes
root_sha256=$(sha256sum admin/admin/root_history/1.root.json | cut -d' ' -f1)
run git init --quiet --bare --initial-branch=main hub.git
run git -C admin remote add origin "$folder/hub.git"
run pgsign -C admin push

chapter "2. A maintainer, in a clone of her own, creates project abc and releases two versions"
person alice
run pgsign key new alice --no-passphrase
run git clone --quiet hub.git alice
run pgsign -C alice project create abc --yes
mkdir -p dist
seq 1 2000 | sed 's/^/abc 1.0.0 line /' >dist/abc-1.0.0.txt
seq 1 3000 | sed 's/^/abc 1.1.0 line /' >dist/abc-1.1.0.txt
run pgsign -C alice release add abc 1.0.0 ../dist/abc-1.0.0.txt --yes
run pgsign -C alice release add abc 1.1.0 ../dist/abc-1.1.0.txt --yes
run pgsign -C alice status abc
run pgsign -C alice push

chapter "3. The publisher job clones, checks every commit, signs with its online key and writes a static tree"
person publisher
run git clone --quiet --bare hub.git publisher.git
run pgpublish check --repository publisher.git --root-sha256 "$root_sha256"
run pgpublish publish --repository publisher.git --root-sha256 "$root_sha256" --online-key "$(key publisher key)" --to site --first

chapter "4. Any web server will do; here is the one for trying out"
echo '$ pgpublish serve site &'
pgpublish serve site >server.log 2>&1 &
server=$!
for _ in $(seq 200); do
  url=$(grep -o 'http://[^ ]*' server.log | head -n 1 || true)
  [ -z "$url" ] || break
  kill -0 "$server" 2>/dev/null || { cat server.log >&2; exit 1; }
  sleep 0.05
done
url=${url%/}
echo "serving at $url"

chapter "5. A downloader pins the root once, then fetches and proves"
person downloader
run pgclient init "$url" --root-sha256 "$root_sha256"
mkdir -p downloads
run pgclient list abc
run pgclient fetch abc latest --dir downloads
run pgclient fetch abc 1.0.0 --dir downloads
cmp downloads/abc-1.1.0.txt dist/abc-1.1.0.txt
cmp downloads/abc-1.0.0.txt dist/abc-1.0.0.txt

chapter "6. Somebody takes over the web host and changes one byte of 1.1.0"
served=$(echo site/targets/abc/abc/1.1.0/*.abc-1.1.0.txt)
cp "$served" 1.1.0-as-published
run sh -c "printf X | dd of=$served bs=1 seek=100 conv=notrunc status=none"
code=0
run pgclient fetch abc latest --dir downloads-tampered || code=$?
echo "(exit code $code)"
if [ "$code" != 10 ]; then echo "quickstart: error: expected exit code 10" >&2; exit 1; fi
if [ -e downloads-tampered/abc-1.1.0.txt ]; then echo "quickstart: error: a tampered file was written" >&2; exit 1; fi
cp 1.1.0-as-published "$served"
rm 1.1.0-as-published

chapter "What was proved"
cat <<TXT
  * abc 1.1.0 (latest) and 1.0.0 arrived byte for byte as alice signed them, over plain HTTP, with no server of ours.
  * The publisher read only commits whose signatures it had checked; its online key vouches for freshness, not for files.
  * One changed byte on the web host: refused with exit code 10, nothing written.

Look around in $folder:
  site/       what a web host serves       alice/, admin/   clones of the content repository hub.git
  people/     each person's keys and trusted state

Try next (the programs are in build/bin/):
  git -C alice log --stat                                       every change is one commit: files and signatures together
  pgsign --help; pgclient --help; pgpublish --help
  XDG_CONFIG_HOME=people/admin/config pgsign -C admin status
  docs/maintainer.md, docs/operator.md, docs/threat-model.md
TXT
