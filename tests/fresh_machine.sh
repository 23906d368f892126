#!/usr/bin/env bash
# Shows that README's two commands work on a fresh machine: makes a minimal Debian 12 with debootstrap, clones this commit into
# it, and runs both there. Needs root; about ten minutes; not part of ctest.
#   tests/fresh_machine.sh [FOLDER]        FOLDER keeps the fresh Debian for another run (default: a temporary one)
set -euo pipefail
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ "$(id -u)" = 0 ] || { echo "fresh_machine: error: needs root (debootstrap and chroot)" >&2; exit 1; }
command -v debootstrap >/dev/null || { apt-get update -q && apt-get install -y -q --no-install-recommends debootstrap; }

folder=${1:-$(mktemp -d)}
mkdir -p "$folder"
machine=$folder/machine
mirror=$(cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null |
  sed -n 's/^URIs: *//p; s/^deb \([^ [][^ ]*\) .*/\1/p' | head -n 1 || true)

if [ ! -e "$folder/base.tar" ]; then
  debootstrap --variant=minbase --include=ca-certificates bookworm "$machine" "$mirror"
  # The network settings of this machine: which mirror, which certificates, which npm registry.
  cp /etc/apt/sources.list.d/debian.sources "$machine/etc/apt/sources.list.d/" && rm -f "$machine/etc/apt/sources.list"
  cp /etc/resolv.conf /etc/hosts "$machine/etc/"
  cp /etc/ssl/certs/ca-certificates.crt "$machine/etc/ssl/certs/"
  for settings in /etc/apt/apt.conf.d/99*; do [ ! -e "$settings" ] || cp "$settings" "$machine/etc/apt/apt.conf.d/"; done
  for settings in "$HOME/.npmrc" /usr/etc/npmrc; do [ ! -e "$settings" ] || cat "$settings" >>"$machine/root/.npmrc"; done
  tar -C "$machine" -cf "$folder/base.tar" .
fi

release() { for point in dev/shm dev/pts dev sys proc; do umount "$machine/$point" 2>/dev/null || true; done; }
trap release EXIT
release
rm -rf --one-file-system "$machine"
mkdir -p "$machine"
tar -C "$machine" -xf "$folder/base.tar"
for point in proc sys dev dev/pts dev/shm; do mount --bind "/$point" "$machine/$point"; done

git clone --quiet "$source_dir" "$machine/root/playground"
[ ! -d "$source_dir/../shared/interop" ] || { mkdir -p "$machine/root/shared" && cp -r "$source_dir/../shared/interop" "$machine/root/shared/"; }

in_machine() { chroot "$machine" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb bash -c "cd /root/playground && $1"; }
for command in examples/quickstart.sh "examples/quickstart.sh --no-install" tests/run.sh; do
  echo "=== $command"
  start=$SECONDS
  in_machine "$command"
  echo "=== $command: $((SECONDS - start)) s"
done
in_machine 'ls -l build/bin'
[ -n "${1:-}" ] || { release; rm -rf --one-file-system "$folder"; }
