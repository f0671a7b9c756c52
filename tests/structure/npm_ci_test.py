#!/usr/bin/env python3
"""What cmake/npm_ci.cmake does where the npm registry cannot be reached: says so
and leaves nothing half done, and builds on where the packages are there already.

    npm_ci_test.py TREE

SPDX-License-Identifier: BSD-2-Clause
"""
import os
import shutil
import subprocess
import sys
import tempfile

TREE = sys.argv[1]


def expect(what, holds, shown=""):
    if not holds:
        sys.exit(f"{what} {shown}")


def install(source, folder):
    nowhere = dict(os.environ, npm_config_registry="http://127.0.0.1:9/",
                   npm_config_fetch_retries="0",
                   npm_config_cache=os.path.join(folder, "cache"))
    return subprocess.run(
        ["cmake", f"-DSOURCE={source}", f"-DFOLDER={folder}",
         f"-DSTAMP={folder}/stamp", f"-DNPM={shutil.which('npm')}",
         "-P", os.path.join(TREE, "cmake/npm_ci.cmake")],
        env=nowhere, capture_output=True, text=True)


def main():
    with tempfile.TemporaryDirectory() as temporary:
        source = os.path.join(temporary, "source")
        folder = os.path.join(temporary, "packages")
        os.mkdir(source)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(os.path.join(TREE, "dashboards/report", name), source)
        lock = os.path.join(source, "package-lock.json")

        failed = install(source, folder)
        expect("it went on", failed.returncode != 0)
        expect("no way out is named", "`npm ping`" in failed.stderr, failed.stderr)
        expect("what failed counts as done",
               not os.path.exists(os.path.join(folder, "stamp")))

        shutil.copy(lock, os.path.join(folder, "installed.json"))
        os.utime(lock)
        offline = install(source, folder)
        expect("it asked the registry again", offline.returncode == 0,
               offline.stderr)

        with open(lock, "a", encoding="utf-8") as file:
            file.write("\n")
        expect("another lock file changes nothing",
               install(source, folder).returncode != 0)


main()
