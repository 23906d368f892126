#!/usr/bin/env bash
# The shape of the project as greps: which module may know which library, where errors may be caught, and what the built
# programs link. Usage: architecture_test.sh [folder with the built programs]; PG_SOURCE is the source folder.
set -u
source_folder=${PG_SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
bin=${1:-}
cd "$source_folder" || exit 1
failures=0

fail() { echo "FAILED: $*"; failures=$((failures + 1)); }

sources() { find libtufcore signer publisher client \( -name '*.cpp' -o -name '*.h' \) | sort; }

# only_in PATTERN WHY FILE-PATTERN...: lines that match PATTERN stand in the files of the list only.
only_in() {
  local pattern=$1 why=$2 allowed
  shift 2
  allowed=$(printf '|%s' "$@")
  local offenders
  offenders=$(sources | grep -vE "^(${allowed:1})$" | xargs grep -nE "$pattern" /dev/null)
  [ -z "$offenders" ] || fail "$why:"$'\n'"$offenders"
}

# A rule whose pattern matches nowhere at all would hold for ever: the pattern itself must be alive.
alive() {
  sources | xargs grep -qE "$1" || fail "no source matches '$1' any more; is the rule still right?"
}

# libtufcore's own folder is pure: no files, no clock, no network, no git, no streams.
impure=$(grep -nE '#include [<"](filesystem|fstream|iostream|ctime|curl/|git2|unistd\.h|fcntl\.h|sys/|libtufcore/(io|git)/)' \
  libtufcore/*.cpp libtufcore/*.h)
[ -z "$impure" ] || fail "the flat libtufcore folder touches the world:"$'\n'"$impure"
impure=$(grep -nE 'system_clock|std::time\(|\bgetenv\(|std::(cout|cerr)|\bprintf\(' libtufcore/*.cpp libtufcore/*.h |
  grep -v '//.*system_clock')
[ -z "$impure" ] || fail "the flat libtufcore folder asks for the time, the environment or a terminal:"$'\n'"$impure"

only_in '#include [<"]git2' 'libgit2 outside libtufcore/git' 'libtufcore/git/.*'
only_in '#include [<"]rapidjson' 'RapidJSON outside json.cpp and json_skim.cpp' 'libtufcore/json_strict\.h'
only_in '#include [<"]sodium' 'libsodium outside its modules' 'libtufcore/(key|key_file)\.cpp'
only_in '#include [<"]openssl' 'OpenSSL outside key_openssl.cpp, key_p256.cpp and digest.cpp' 'libtufcore/(key_openssl|key_p256|digest)\.cpp' 'libtufcore/openssl_handles\.h'
only_in '#include "libtufcore/openssl_handles' 'OpenSSL outside key_openssl.cpp and key_p256.cpp' 'libtufcore/(key_openssl|key_p256)\.cpp'
only_in '#include [<"]p11-kit' 'p11-kit outside the module of tokens' 'libtufcore/keys/pkcs11.*'
only_in '#include [<"]cxxopts' 'cxxopts outside command_line.cpp' 'libtufcore/io/command_line\.cpp'
only_in '#include [<"]httplib' 'cpp-httplib outside the web server for trying out' 'publisher/web_server\.cpp'
only_in '#include [<"]utf8proc' 'utf8proc outside the check of trees' 'libtufcore/git/tree_check\.cpp'
only_in '#include [<"]curl/' 'libcurl outside the HTTP fetcher and the uploader' 'client/http_.*' 'publisher/http_get\.cpp' 'publisher/s3_client\..*'
only_in 'system_clock::now' 'the clock outside system_clock.cpp' 'libtufcore/io/system_clock\.cpp'
only_in '\bgit_remote_|\bgit_clone|\bgit_submodule_' "libgit2's network or submodule code"
only_in 'Verified<[A-Za-z]+>\(' 'a Verified made without a check' 'libtufcore/verify\.(h|cpp)'
for pattern in '#include [<"]git2' '#include [<"]rapidjson' '#include [<"]sodium' '#include [<"]openssl' \
  '#include [<"]cxxopts' '#include [<"]p11-kit' '#include [<"]httplib' '#include [<"]utf8proc' 'system_clock::now' 'catch ?\('; do
  alive "$pattern"
done

# Where an error may be caught. C callbacks keep an exception and rethrow it behind the C code. In the signer: one wrong
# candidate, one stranger's line, one remote that does not answer must not hide the others; which of my commits cannot be made
# again is said where it is known. A signature that
# cannot be read is a reason, and so is a back end that does not work on this machine; threads that the system does not give, and what
# goes wrong in one, only mean that the work is done without them; a damaged trust store is told as such.
# The last publication may stand under an older root than the newest that is in the tree. What one publication ends with is no end
# of a process that makes many.
only_in 'catch ?\(' 'an error is caught where nobody decides about it' 'libtufcore/io/command_line\.cpp' 'publisher/(published_site|cmd_follow)\.cpp' \
  'client/metadata_cache\.cpp' 'client/(updater|download|mirrored_download)\.cpp' 'libtufcore/git/(commit_range\.cpp|work_ahead\.h)' 'libtufcore/transition\.cpp' \
  'signer/(proposal_candidate|proposal_sources|reapply|rejection|trust_file)\.cpp' 'libtufcore/client_workflow\.cpp' 'client/http_transfer\.cpp' 'client/failure_of\.h' \
  'libtufcore/git/ssh_signature\.cpp' 'libtufcore/keys/(open_key|pkcs11_key)\.cpp'
grep -q 'rethrow_exception' client/http_transfer.cpp || fail 'client/http_transfer.cpp catches without rethrowing'

# Arrows between folders: programs know the library, never one another; only publisher and signer know git.
for rule in 'libtufcore:(signer|publisher|client)/' 'signer:(publisher|client)/' 'publisher:(signer|client)/' \
  'client:(signer|publisher|libtufcore/git)/'; do
  folder=${rule%%:*}
  offenders=$(find "$folder" \( -name '*.cpp' -o -name '*.h' \) -print0 | xargs -0 grep -nE "#include \"${rule#*:}" /dev/null)
  [ -z "$offenders" ] || fail "$folder includes what it must not know:"$'\n'"$offenders"
done

# Files stay readable: 400 lines.
while read -r file; do
  lines=$(wc -l <"$file")
  [ "$lines" -le 400 ] || fail "$file has $lines lines; split it by purpose (400 at most)"
done < <(sources)
unfinished=$(sources | xargs grep -nE '\b(TODO|FIXME|XXX)\b' /dev/null)
[ -z "$unfinished" ] || fail "unfinished work:"$'\n'"$unfinished"

# The built programs. `ldd` names what they load; `nm` what they take from it.
loads() { ldd "$bin/$1" | grep -q "$2"; }
if [ -z "$bin" ]; then
  echo "skipped: what the programs link (no folder with built programs was given)"
else
  for program in pgsign pgpublish pgclient pgclient-conformance; do
    [ -x "$bin/$program" ] || { echo "skipped: what $program links ($bin/$program is not built)"; continue; }
    undefined=$(nm -D -u "$bin/$program" | grep -E ' (git_remote_|git_clone|git_submodule_)')
    [ -z "$undefined" ] || fail "$program uses libgit2's network or submodule code:"$'\n'"$undefined"
    case $program in
      pgsign) loads pgsign 'libcurl' && fail 'pgsign links libcurl: the signer must be offline' ;;
      pgclient*)
        loads "$program" libgit2 && fail "$program links libgit2"
        readelf -d "$bin/$program" | grep -q 'NEEDED.*libp11-kit' && fail "$program links p11-kit: it has no secret keys" ;;
    esac
    readelf -d "$bin/$program" | grep -qE 'BIND_NOW|NOW' || fail "$program is not linked with -z now"
  done
fi

[ "$failures" -eq 0 ] || { echo "$failures rule(s) broken"; exit 1; }
echo "the shape holds"
