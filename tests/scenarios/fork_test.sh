# A fork: what its owner pushes to its main says nothing about the main of anybody else, and both keep their alarm.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/signer_lib.sh"

new_world
new_key eve bob mal
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

step "the fork that eve looked at first says what a new address must have, and the store says so"
expect 0 up trust show
says "  from $T/fork.git: main was at ${mine:0:8}; new addresses must have ${first:0:8} of it"
says "  from $T/hub.git: main was at ${second:0:8}"
says_not "new addresses must have ${second:0:8}"

step "G-13 a URL that was never seen must have what the first one showed"
clone bob
expect 0 by bob status
git clone -q --bare "$T/hub.git" "$T/mirror.git"; git -C "$T/mirror.git" update-ref refs/heads/main "$first"
git clone -q "$T/mirror.git" "$T/mirrored"
expect 12 as bob pgsign -C "$T/mirrored" status
says "branch main of origin was rewound: it does not contain commit ${second:0:8}"
says "This address is new here, and must have what $T/hub.git showed, which you looked at first"
git -C "$T/mirror.git" update-ref refs/heads/main "$second"; git -C "$T/mirrored" pull -q
expect 0 as bob pgsign -C "$T/mirrored" status

step "G-13 a hostile fork that bob looks at once, however far ahead, moves nothing but its own line"
reference() { expect 0 by bob trust show --json; json reference.commit; }
git clone -q --bare "$T/hub.git" "$T/hostile.git"; git clone -q "$T/hostile.git" "$T/mal"
expect 0 by mal project create evil --yes
expect 0 by mal push
evil=$(git -C "$T/hostile.git" rev-parse main)
git clone -q "$T/hostile.git" "$T/look"
expect 0 as bob pgsign -C "$T/look" status
[ "$(reference)" = "$second" ] || fail "the fork moved what new addresses are compared with"
absent "$T/home/bob/state/pg/signer/$ROOT/projects/evil.roles"
expect 0 by alice release add other 1.0.0 "$T/hub.git/HEAD" --yes
expect 0 by alice push
third=$(hub rev-parse main)
git -C "$T/bob" pull -q
expect 0 by bob status
[ "$(reference)" = "$third" ] || fail "the repository does not move it any more"
[ -e "$T/home/bob/state/pg/signer/$ROOT/projects/other.roles" ] || fail "roles are not noted any more"
git clone -q --bare "$T/hub.git" "$T/hub-by-ssh.git"; git clone -q "$T/hub-by-ssh.git" "$T/again"
expect 0 as bob pgsign -C "$T/again" status

step "G-13 a new URL with the hostile fork's line, which hides what the repository showed since, is refused"
git clone -q --bare "$T/hostile.git" "$T/lure.git"; git clone -q "$T/lure.git" "$T/lured"
expect 12 as bob pgsign -C "$T/lured" status
says "branch main of origin was rewritten, or this clone is older: it does not contain commit ${third:0:8}"
expect 12 as bob pgsign -C "$T/lured" project create mine --yes
[ "$(reference)" = "$third" ] || fail "bob trusts another"
expect 0 by bob trust show --json
[ "$(json main.commit)" = "$third" ] || fail "bob's own clone trusts another"
git -C "$T/hostile.git" update-ref refs/heads/main "$first"; git -C "$T/look" fetch -q
expect 12 as bob pgsign -C "$T/look" status
says "branch main of origin was rewound: it does not contain commit ${evil:0:8}"

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
