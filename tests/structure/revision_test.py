#!/usr/bin/env python3
"""What cmake/Revision.cmake says of a tree: its commit, whether it was changed,
`unknown` outside of git, and that it leaves alone what is right already.

    revision_test.py TREE

SPDX-License-Identifier: BSD-2-Clause
"""
import os
import re
import subprocess
import sys
import tempfile

TREE = sys.argv[1]


def git(tree, *arguments):
    subprocess.run(["git", "-C", tree, "-c", "user.name=x", "-c",
                    "user.email=x@localhost", *arguments], check=True,
                   stdout=subprocess.DEVNULL)


def make_tree(folder):
    os.makedirs(folder)
    with open(os.path.join(folder, "source"), "w", encoding="utf-8") as file:
        file.write("1\n")
    return folder


def commit(tree):
    git(tree, "init", "-q")
    git(tree, "add", ".")
    git(tree, "commit", "-qm", "x")


def revision(tree, output, given=""):
    subprocess.run(["cmake", f"-DSOURCE={tree}", f"-DOUTPUT={output}",
                    f"-DREVISION={given}", "-P",
                    os.path.join(TREE, "cmake/Revision.cmake")], check=True)
    with open(output, encoding="utf-8") as file:
        return re.search(r'return "(.*)";', file.read()).group(1)


def expect(what, got, pattern):
    if not re.fullmatch(pattern, got):
        sys.exit(f"{what}: expected {pattern}, got {got}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "revision.cc")
        tree = make_tree(os.path.join(folder, "tree"))
        expect("a tarball", revision(tree, output), "unknown")
        # As a packager unpacks it.
        commit(folder)
        expect("a tarball in a repository", revision(tree, output), "unknown")
        commit(tree)
        git(tree, "tag", "v1")
        clean = revision(tree, output)
        expect("a commit", clean, "[0-9a-f]{12}")
        os.utime(output, (1, 1))
        revision(tree, output)
        if os.stat(output).st_mtime != 1:
            sys.exit("the same revision is written again")
        with open(os.path.join(tree, "source"), "w", encoding="utf-8") as file:
            file.write("2\n")
        expect("a changed tree", revision(tree, output), clean + r"\+")
        expect("a given one", revision(tree, output, "0.1-2"), "0.1-2")


main()
