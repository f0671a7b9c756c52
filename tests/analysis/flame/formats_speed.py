#!/usr/bin/env python3
"""How fast a million samples become each of the formats of `knotestat flame`,
from the result file on: 8192 distinct stacks of about 30 frames, with 1,000,000
samples in all.

    formats_speed.py KNOTESTAT

Prints CPU time (user and system), which other load disturbs least, and the
largest resident size: medians of five.

SPDX-License-Identifier: BSD-2-Clause
"""
import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile

SAMPLES = 1_000_000
STACKS = 8192
REPEATS = 5


def stacks():
    """Distinct stacks that share beginnings, as those of one program do."""
    draw = random.Random(1)
    found = set()
    while len(found) < STACKS:
        at, stack = draw.randrange(5), []
        for _ in range(draw.randrange(15, 45)):
            stack.append(f"knote::function_{at}<HwEnv>")
            at = (at * 7 + draw.choice((1, 1, 1, 2, 3, 5))) % 3000
        found.add(";".join(stack))
    return sorted(found)


def make(knotestat, path):
    """A result file of a short run, whose stacks are these instead."""
    subprocess.run([knotestat, "run", "--no-bpf", "--strategy", "epoch", "--cpus",
                    "1", "--seconds", "0.1", "-o", path], check=True,
                   capture_output=True)
    draw = random.Random(2)
    values = [1] * STACKS
    for place in draw.choices(range(STACKS), k=SAMPLES - STACKS):
        values[place] += 1
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM stack_sums")
        database.execute("DELETE FROM folded_stacks")
        cell = database.execute("SELECT max(id) FROM cells").fetchone()[0]
        database.executemany("INSERT INTO folded_stacks VALUES(?, ?)",
                             enumerate(stacks(), 1))
        database.executemany(
            "INSERT INTO stack_sums(cell, kind, stack, thread, cpu, part, events, "
            "value) VALUES(?1, 'on_cpu', ?2, 'thread 0', 0, 0, ?3, ?3)",
            [(cell, stack, value) for stack, value in enumerate(values, 1)])
    database.close()


def formats(knotestat):
    """Their names, as the program knows them."""
    help_text = subprocess.run([knotestat, "flame", "--help"], text=True,
                               capture_output=True, check=True).stdout
    names = re.search(r"--format TEXT:\{(.*?)\}", help_text)
    if names is None:
        sys.exit(f"no formats in the help:\n{help_text}")
    return names[1].split(",")


def run(command):
    """CPU time in s, largest resident size in MB."""
    child = subprocess.Popen(command)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} failed: {status}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def main():
    knotestat = os.path.abspath(sys.argv[1])
    total = 0
    print(f"{'format':12} {'CPU s':>7} {'MB':>6} {'bytes':>12}")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "run.db")
        make(knotestat, path)
        for name in formats(knotestat):
            output = os.path.join(folder, name)
            runs = [run([knotestat, "flame", path, "--format", name, "-o",
                         output]) for _ in range(REPEATS)]
            seconds, memory = map(statistics.median, zip(*runs))
            total += seconds
            print(f"{name:12} {seconds:7.3f} {memory:6.0f} "
                  f"{os.path.getsize(output):12,}", flush=True)
    print(f"{'all':12} {total:7.3f}")


main()
