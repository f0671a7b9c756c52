#!/bin/sh
# lint.sh: clang-format over our own sources. (clang-tidy is configured in
# .clang-tidy and takes some ten minutes: run it by hand.)
# SPDX-License-Identifier: BSD-2-Clause
set -eu
cd "$(dirname "$0")/../.."

git ls-files '*.cc' '*.h' '*.c' | xargs clang-format --dry-run -Werror
