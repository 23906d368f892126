#!/usr/bin/env bash
# Sets up everything and runs every test: Debian packages, Release build in build/, ctest.
#   tests/run.sh [--no-install] [CTEST OPTIONS...]      for example: tests/run.sh -R client
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then sed -n '2,3s/^# \{0,1\}//p' "$0"; exit 0; fi
if [ "${1:-}" = --no-install ]; then shift; else bash cmake/install_packages.sh test; fi

cmake --preset release -DPG_TESTS=ON
cmake --build --preset release
exec ctest --preset release -j "$(nproc)" "$@"
