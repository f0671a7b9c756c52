#!/bin/sh
# lint.sh BUILD: clang-format and clang-tidy over our own sources.
# SPDX-License-Identifier: BSD-2-Clause
set -eu
cd "$(dirname "$0")/../.."
build=$1

git ls-files '*.cc' '*.h' '*.c' | xargs clang-format --dry-run -Werror
# One file of each pair is enough: headers are checked through it. Tests are
# left to the compiler and the sanitizers, for time.
git ls-files 'knote/*.cc' 'probes/*.cc' 'record/*.cc' 'collector/*.cc' \
  'analysis/*.cc' 'dashboards/*.cc' 'cli/*.cc' |
  xargs -n 4 -P "$(nproc)" clang-tidy -p "$build" --quiet 2>/dev/null
