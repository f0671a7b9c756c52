#!/bin/sh
# install_packages.sh LIST...: installs the Debian packages named in the lists
# (one a line, `#` begins a comment) that are missing, and says which.
# Quick and without network if there is nothing to do.
# SPDX-License-Identifier: BSD-2-Clause
set -eu

missing=
for package in $(sed 's/#.*//' "$@"); do
  # npm and nodejs may also come from elsewhere than Debian's packages.
  case $package in
    nodejs) command -v node >/dev/null 2>&1 && continue ;;
    npm) command -v npm >/dev/null 2>&1 && continue ;;
  esac
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "Installing Debian packages:$missing" >&2
if [ "$(id -u)" -eq 0 ]; then
  as_root=
elif command -v sudo >/dev/null 2>&1; then
  as_root=sudo
else
  echo "They need root: run this as root, install sudo, or install them" \
    "yourself and try again." >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -q >&2
# shellcheck disable=SC2086  # a list of words
$as_root apt-get install -q -y --no-install-recommends $missing >&2
