#!/usr/bin/env bash
# install_packages.sh build|test|fuzz|coverage: installs the Debian packages that are missing (packages.txt). Nothing to do: no root needed.
set -euo pipefail
kind=${1:?build, test, fuzz or coverage}
list=$(dirname "${BASH_SOURCE[0]}")/packages.txt

missing=()
while read -r needed_for package; do
  [ "$needed_for" = build ] || [ "$needed_for" = "$kind" ] || continue
  # A program that came another way (node from its makers) is as good as the package.
  case $package in
    nodejs) if command -v node >/dev/null; then continue; fi ;;
    npm) if command -v npm >/dev/null; then continue; fi ;;
  esac
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done < <(grep -v '^#' "$list")
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "error: these packages are missing and there is no sudo: ${missing[*]}" >&2
    echo "hint: ask the administrator for 'apt-get install ${missing[*]}', then use --no-install" >&2; exit 1; }
  as_root=(sudo)
fi
echo "Installing Debian packages: ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >&2
