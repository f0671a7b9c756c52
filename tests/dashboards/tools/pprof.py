"""pprof.py GENERATOR FOLDER: our pprof files as Go's own pprof reads them: the
same stacks with the same values as the folded ones. Exit code 77: pprof is
missing and cannot be fetched. Debian's package is large, so only the one
program that `go tool pprof` starts is taken out of it.

SPDX-License-Identifier: BSD-2-Clause
"""
import os
import re
import shutil
import subprocess
import sys

GENERATOR, FOLDER = sys.argv[1:3]
PACKAGE = "golang-1.19-go"


def skip(reason):
    print("skipped:", reason, file=sys.stderr)
    sys.exit(77)


def from_go():
    go = shutil.which("go")
    if not go:
        return None
    folder = subprocess.run([go, "env", "GOTOOLDIR"], capture_output=True,
                            text=True, check=False).stdout.strip()
    tool = os.path.join(folder, "pprof")
    return tool if os.access(tool, os.X_OK) else None


def fetched():
    tool = os.path.join(FOLDER, "pprof")
    if os.access(tool, os.X_OK):
        return tool
    command = (f"apt-get download {PACKAGE} && dpkg-deb --fsys-tarfile "
               f"{PACKAGE}_*.deb | tar -xO --wildcards './usr/*/tool/*/pprof'"
               f" > pprof.part && chmod +x pprof.part && mv pprof.part pprof"
               f" && rm {PACKAGE}_*.deb")
    done = subprocess.run(["sh", "-c", command], cwd=FOLDER, check=False,
                          capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
        skip(f"no Go, and Debian's package {PACKAGE} cannot be downloaded "
             "(no network, or run apt-get update)")
    return tool


def generated(sample, form):
    path = os.path.join(FOLDER, f"{sample}.{form}")
    subprocess.run([GENERATOR, sample, f"flame-{form}", path], check=True)
    return path


def pprof(path, option):
    return subprocess.run([TOOL, option, path], capture_output=True,
                          text=True, check=False)


def stacks_of(path):
    """As folded lines, from `pprof -raw`, root first."""
    text = pprof(path, "-raw").stdout
    names = {number: name for number, name in re.findall(
        r"^ +(\d+): 0x0 M=1 (.*) :0(?::0)? s=0", text, re.M)}
    samples = re.findall(r"^ +(\d+): ((?:\d+ )+)$", text, re.M)
    return sorted(";".join(names[n] for n in reversed(where.split())) +
                  f" {value}" for value, where in samples)


os.makedirs(FOLDER, exist_ok=True)
TOOL = from_go() or fetched()
with open(generated("full", "folded"), encoding="utf-8") as file:
    expected = sorted(file.read().splitlines())
profile = generated("full", "pprof")
assert len(expected) > 5
assert stacks_of(profile) == expected, (stacks_of(profile), expected)
top = pprof(profile, "-top")
assert top.returncode == 0 and "knote::" in top.stdout, top

for sample in ("hostile", "empty"):
    assert pprof(generated(sample, "pprof"), "-raw").returncode == 0, sample

# What it would not take, and what we would see.
with open(profile, "rb") as file:
    content = file.read()
broken = os.path.join(FOLDER, "broken.pprof")
with open(broken, "wb") as file:
    file.write(content[:len(content) // 2])
assert pprof(broken, "-raw").returncode != 0
assert stacks_of(generated("empty", "pprof")) != expected
print(f"pprof reads {len(expected)} stacks as they are")
