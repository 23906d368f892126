#!/usr/bin/env bash
# What a job does for a content repository: in a forge's CI (examples/ci), from cron or systemd (examples/systemd). In CI it lies
# in the content repository as operations/pgpublish.sh (a plain file: it is not executable there).
#
#   pgpublish.sh install             builds pgpublish from one pinned commit into $PG_TOOLS
#   pgpublish.sh fetch               brings the bare clone $PG_REPOSITORY up to date
#   pgpublish.sh check COMMIT        judges a proposed commit, without any key, by what $PG_SITE_URL has if that is set; the report is
#                                    in report.md
#   pgpublish.sh publish [--first]   publishes main to $PG_TO, or renews the timestamp when half of its life is over
#   pgpublish.sh pages [--first]     the same into the branch $PG_PAGES_BRANCH of origin, which has one commit
#   pgpublish.sh clean               removes from $PG_TO what no publication of the last $PG_KEEP_DAYS days needs
#   pgpublish.sh watch               fails when a new client cannot use $PG_SITE_URL, or could not soon
#
# Environment:
#   PG_ROOT_SHA256       SHA-256 of 1.root.json, from the administrators
#   PG_TO                a folder, or s3://BUCKET/PREFIX with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL, AWS_REGION
#   PG_KEY               the online key as --online-key takes it (default: env:PG_ONLINE_KEY)
#   PG_REPOSITORY        the content repository (default: .)
#   PG_SITE_URL          where clients read the tree
#   PG_MIN_VALID         for watch (default: 5d; of what the publisher signs itself a quarter of its life is enough)
#   PG_KEEP_DAYS         for clean (default: 7)
#   PG_TOOLS             folder of the programs (default: /tmp/pg-tools); PG_TOOLS_URL, PG_TOOLS_COMMIT: their source
#   PG_PAGES_BRANCH      (default: pages); PG_PUSH_TOKEN: a token that may push it
set -euo pipefail
umask 022

tools=${PG_TOOLS:-/tmp/pg-tools}
repository=${PG_REPOSITORY:-.}
key=${PG_KEY:-env:PG_ONLINE_KEY}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PATH=$tools:$PATH

die() { printf 'pgpublish.sh: error: %s\n' "$*" >&2; exit 1; }
root() { printf '%s' "${PG_ROOT_SHA256:?the SHA-256 of 1.root.json, from the administrators}"; }

# The program comes from one commit that the operator chose, whatever a branch or tag of that name is today.
install_tools() {
  local commit=${PG_TOOLS_COMMIT:?the commit to build, 40 hex digits} source=$work/source
  [[ $commit =~ ^[0-9a-f]{40}$ ]] || die "PG_TOOLS_COMMIT must be a whole commit id, not '$commit'"
  [ "$(cat "$tools/commit" 2>/dev/null)" != "$commit" ] || return 0
  git init -q "$source"
  git -C "$source" fetch -q --depth 1 -- "${PG_TOOLS_URL:?where the source is}" "$commit"
  git -C "$source" checkout -q --detach FETCH_HEAD
  [ "$(git -C "$source" rev-parse HEAD)" = "$commit" ] || die "the source is not commit $commit"
  bash "$source/cmake/install_packages.sh" build
  (cd "$source" && cmake --preset release -DPG_TESTS=OFF && cmake --build --preset release --target pgpublish)
  mkdir -p "$tools"
  install -m 755 "$source"/build/bin/pgpublish "$tools"/
  printf '%s\n' "$commit" >"$tools/commit"
}

fetch() { git -C "$repository" fetch -q --prune origin '+refs/heads/main:refs/heads/main'; }

# Nothing that a stranger wrote is a command to the CI system.
quietly() {
  local token code=0
  if [ -z "${GITHUB_ACTIONS:-}" ]; then "$@"; return; fi
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '::stop-commands::%s\n' "$token"
  "$@" || code=$?
  printf '::%s::\n' "$token"
  return "$code"
}

check() {
  local commit=${1:?the commit to judge} code=0 previous=()
  [[ $commit =~ ^[0-9a-f]{40}$ ]] || die "not a commit id: '$commit'"
  [ -z "${PG_SITE_URL:-}" ] || previous=(--previous "$PG_SITE_URL")
  quietly pgpublish check --repository "$repository" --root-sha256 "$(root)" --commit "$commit" "${previous[@]}" --markdown report.md || code=$?
  [ ! -e report.md ] || [ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat report.md >>"$GITHUB_STEP_SUMMARY"
  return "$code"
}

publish_to() {
  local to=$1
  shift
  quietly pgpublish publish --repository "$repository" --commit "${PG_COMMIT:-main}" --root-sha256 "$(root)" --to "$to" --online-key "$key" "$@"
}

# shellcheck disable=SC2016  # git starts a shell for it
remote_git() {  # the token is seen by this git alone, and on no command line
  git -c credential.helper= -c credential.helper='!f() { echo username=x-access-token; printf "password=%s\n" "$PG_PUSH_TOKEN"; }; f' "$@"
}

# The state is the branch itself: it is read, extended, and replaced only if nobody replaced it in between.
pages() {
  local branch=${PG_PAGES_BRANCH:-pages} site=$work/site url old=
  url=$(git -C "$repository" remote get-url origin)
  if remote_git clone -q --depth 1 --branch "$branch" -- "$url" "$site" 2>"$work/error"; then
    old=$(git -C "$site" rev-parse HEAD)
  else
    [ "${1:-}" = --first ] || { cat "$work/error" >&2; die "origin has no branch $branch; 'pages --first' makes it"; }
    git init -q "$site"
    git -C "$site" remote add origin "$url"
  fi
  publish_to "$site" "$@"
  PG_TO=$site clean
  touch "$site/.nojekyll"
  printf '.publish.lock\n' >"$site/.git/info/exclude"
  git -C "$site" checkout -q --orphan next
  git -C "$site" add -A
  if [ -n "$old" ] && git -C "$site" diff --cached --quiet "$old"; then return; fi
  git -C "$site" -c user.name=pgpublish -c user.email=pgpublish@localhost commit -q -m "The published tree"
  remote_git -C "$site" push -q --force-with-lease="$branch:$old" origin "HEAD:refs/heads/$branch"
}

watch() {
  pgpublish watch "${PG_SITE_URL:?where clients read the tree}" --root-sha256 "$(root)" --min-valid "${PG_MIN_VALID:-5d}"
}

clean() { pgpublish clean --to "${PG_TO:?a folder}" --root-sha256 "$(root)" --keep-days "${PG_KEEP_DAYS:-7}"; }

case ${1:-} in
  install) install_tools ;;
  fetch | clean | watch) "$1" ;;
  check | pages) "$@" ;;
  publish) shift; publish_to "${PG_TO:?a folder or s3://BUCKET/PREFIX}" "$@" ;;
  *) sed -n '2,26s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
