# Six TUF repositories made by other tools, served by a real web server and read by pgclient fetch-target.
source "$(dirname "$0")/lib.sh"

repositories=${PG_INTEROP:-$PG_SOURCE/../shared/interop}
[ -d "$repositories" ] || skip "there are no repositories of other tools in $repositories (set PG_INTEROP)"
repositories=$(cd "$repositories" && pwd)
cp -r "$repositories" "$T/interop"
chmod -R u+w,a+rX "$T/interop"
start_nginx "$T/interop"
mkdir "$T/got"
cd "$T/got"

# target REPOSITORY ROOT PATH [OPTIONS...]: the command line of a fetch from one of them.
target() {
  local repository=$1 root=$2 path=$3
  shift 3
  pgclient fetch-target "$path" --root "$T/interop/$repository/$root" --metadata-url "$URL/$repository/metadata" \
    --targets-url "$URL/$repository/targets" "$@"
}

step "tuf-on-ci 0.11: ECDSA, a delegated role, consistent snapshots, empty signatures beside good ones"
expect 0 target tuf-on-ci-0.11 initial_root.json "$(cat "$T/interop/tuf-on-ci-0.11/targetpath")" --json
[ "$(json trail)" = '["targets","delegatedrole"]' ] || fail "another trail: $(json trail)"
same_file artifact "$(echo "$T"/interop/tuf-on-ci-0.11/targets/delegatedrole/*.artifact)"
expect 0 target tuf-on-ci-0.11 initial_root.json delegatedrole/artifact
says "already there"
expect 3 target tuf-on-ci-0.11 initial_root.json delegatedrole/nothing
says "the repository has no target 'delegatedrole/nothing'"

step "tough's consistent snapshots: RSA-PSS"
expect 0 target consistent-snapshots metadata/1.root.json data1.txt
expect 0 target consistent-snapshots metadata/1.root.json data2.txt -o second
same_file data1.txt "$(echo "$T"/interop/consistent-snapshots/targets/*.data1.txt)"
same_file second "$(echo "$T"/interop/consistent-snapshots/targets/*.data2.txt)"

step "an early python-tuf: no consistent snapshots, RSA and Ed25519, a delegated target"
expect 0 target tuf-reference-impl metadata/1.root.json file1.txt
expect 0 target tuf-reference-impl metadata/1.root.json file2.txt
expect 0 target tuf-reference-impl metadata/1.root.json file3.txt --json
[ "$(json role)" = role1 ] || fail "role $(json role)"
for file in file1.txt file2.txt file3.txt; do same_file $file "$T/interop/tuf-reference-impl/targets/$file"; done

step "target paths with '..': asked for as they were signed; the local name is the last part, or the user's"
expect 0 target safe-target-paths metadata/1.root.json 'foo/bar/baz/../data2.txt'
same_file data2.txt "$T/interop/safe-target-paths/targets/foo/bar/data2.txt"
expect 0 target safe-target-paths metadata/1.root.json 'foo/../bar/../baz/../data1.txt' -o first
same_file first "$T/interop/safe-target-paths/targets/data1.txt"
# Its delegation is for delegated/*, and the role states a path that does not match: nobody may vouch for that.
expect 3 target safe-target-paths metadata/1.root.json '../delegated/foo/../subdir/data3.txt' -o third
expect 2 target safe-target-paths metadata/1.root.json 'foo/..'
says "is no safe file name"

step "role names full of dots and slashes: refused for dates with fractions of a second"
expect 10 target dubious-role-names metadata/1.root.json 1.txt
says "timestamp.json from $URL/dubious-role-names/metadata: expires must be a time like 2030-01-31T00:00:00Z"
absent 1.txt

step "a root long expired leads to the next; there are no targets, but root 2 is trusted"
expect 3 pgclient fetch-target nothing --root "$T/interop/rotated-root/1.root.json" --metadata-url "$URL/rotated-root" \
  --targets-url "$URL/rotated-root" --json
[ "$(json root_version)" = 2 ] || fail "root $(json root_version)"
same_file "$(json state)/metadata/root.json" "$T/interop/rotated-root/2.root.json"

step "one byte changed on the host: refused, what was expected and what came, nothing written"
printf '~' | dd of="$(echo "$T"/interop/consistent-snapshots/targets/*.data1.txt)" bs=1 seek=3 conv=notrunc status=none
expect 10 target consistent-snapshots metadata/1.root.json data1.txt -o tampered
says "expected sha256 5aa1d2b3bea034a0f9d0b27a1bc72919b3145a2b092b72ac0415a05e07e2bdd1, got "
absent tampered
[ -z "$(find . -name '.tampered*')" ] || fail "a temporary file is left"
echo "six repositories of other tools: read, or refused for the right reason"
