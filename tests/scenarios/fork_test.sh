# A fork: what its owner pushes to its main says nothing about the main of anybody else, and both keep their alarm.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"

new_world
new_key eve
git clone -q --bare "$T/hub.git" "$T/fork.git"
hub() { git -C "$T/hub.git" "$@"; }
first=$(hub rev-parse main)

step "eve works in a clone of her fork, and pushes to its main"
git clone -q "$T/fork.git" "$T/eve"
expect 0 by eve project create abc --yes
expect 0 by eve push
says "to branch main of origin"
mine=$(git -C "$T/eve" rev-parse HEAD)

step "a clone of upstream before the merge is no alarm, and both stay usable while upstream goes on"
git clone -q "$T/hub.git" "$T/upstream"
up() { as eve pgsign -C "$T/upstream" "$@"; }
expect 0 up status
expect 0 up trust show --json
[ "$(json main.commit)" = "$first" ] || fail "trusts $(json main.commit)"
expect 0 by alice project create other --yes
expect 0 by alice push
second=$(hub rev-parse main)
git -C "$T/upstream" pull -q
expect 0 up status
expect 0 by eve status
expect 0 by eve trust show --json
[ "$(json main.commit)" = "$mine" ] || fail "trusts $(json main.commit)"

step "G-13 upstream still must not go back, nor the fork behind what eve pushed there"
hub update-ref refs/heads/main "$first"
git -C "$T/upstream" fetch -q; git -C "$T/upstream" reset -q --hard origin/main
expect 12 up status
says "branch main of origin was rewound: it does not contain commit ${second:0:8}, which was its last good one here on "
hub update-ref refs/heads/main "$second"
git -C "$T/upstream" fetch -q; git -C "$T/upstream" reset -q --hard origin/main
expect 0 up status
git -C "$T/fork.git" update-ref refs/heads/main "$first"
git -C "$T/eve" fetch -q; git -C "$T/eve" reset -q --hard origin/main
expect 12 by eve status
says "branch main of origin was rewound: it does not contain commit ${mine:0:8}"
git -C "$T/fork.git" update-ref refs/heads/main "$mine"
git -C "$T/eve" fetch -q; git -C "$T/eve" reset -q --hard origin/main
expect 0 by eve status

step "G-13 a URL that was never seen must have what a fetch showed elsewhere"
git clone -q --bare "$T/hub.git" "$T/mirror.git"; git -C "$T/mirror.git" update-ref refs/heads/main "$first"
git clone -q "$T/mirror.git" "$T/mirrored"
expect 12 as eve pgsign -C "$T/mirrored" status
says "branch main of origin was rewound: it does not contain commit ${second:0:8}"
says "If it is a fork that is only behind: bring its main up to date first"
git -C "$T/mirror.git" update-ref refs/heads/main "$second"; git -C "$T/mirrored" pull -q
expect 0 as eve pgsign -C "$T/mirrored" status

step "the request is merged by upstream: both have it, and the fork is brought up to date"
git clone -q "$T/hub.git" "$T/merger"
git -C "$T/merger" pull -q --no-rebase --no-edit "$T/fork.git" main
git -C "$T/merger" push -q origin main
git -C "$T/upstream" pull -q
expect 0 up status abc
git -C "$T/eve" pull -q "$T/hub.git" main
git -C "$T/eve" push -q origin main
expect 0 by eve status abc
expect 0 by eve release add abc 1.0.0 "$PG_SOURCE/CMakeLists.txt" --yes
expect 0 publish
