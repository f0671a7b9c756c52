#!/usr/bin/env python3
"""How fast, and in how much memory, `knotestat flame --from` draws folded
stacks: 100 MB with 100,000 distinct stacks, in three shapes.

    speed.py KNOTESTAT [FLAMEGRAPH_PL]

Prints user CPU time, which other load disturbs least, and the largest resident
size: medians of five. A file is in the page cache when it is read.

SPDX-License-Identifier: BSD-2-Clause
"""
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile

SIZE = 100_000_000
STACKS = 100_000
REPEATS = 5


def stacks(depth, length):
    """Distinct stacks that share beginnings, as those of one program do."""
    draw = random.Random(1)
    names = [f"space::function_{i}<" + "x" * draw.randrange(length) + ">"
             for i in range(3000)]
    found = set()
    while len(found) < STACKS:
        stack, at = [], draw.randrange(5)
        for _ in range(draw.randrange(depth // 2, depth * 3 // 2)):
            stack.append(names[at])
            at = (at * 7 + draw.choice((1, 1, 1, 2, 3, 5))) % len(names)
        found.add(";".join(stack))
    return sorted(found)


def write(path, lines, mixed):
    draw = random.Random(2)
    size, chosen = 0, []
    while size < SIZE:
        some = lines[:]
        if mixed:
            draw.shuffle(some)
        for stack in some:
            if size >= SIZE:
                break
            line = f"{stack} {draw.randrange(1, 1000)}\n"
            size += len(line)
            chosen.append(line)
    if not mixed:
        chosen.sort()
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(chosen)
    return len(chosen)


def make(path, depth, length, mixed):
    return write(path, stacks(depth, length), mixed)


def run(command, output):
    """User and system CPU time in s, largest resident size in MB."""
    with open(output, "wb") as file:
        child = subprocess.Popen(command, stdout=file)
        _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} failed: {status}")
    return usage.ru_utime, usage.ru_stime, usage.ru_maxrss / 1000


def main():
    knotestat = os.path.abspath(sys.argv[1])
    others = [os.path.abspath(other) for other in sys.argv[2:]]
    print(f"{'shape':28} {'program':14} {'user s':>7} {'system s':>8} "
          f"{'MB':>6}")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "stacks.folded")
        for name, depth, length, mixed in (
                ("long stacks, any order", 30, 10, True),
                ("long stacks, sorted", 30, 10, False),
                ("short stacks, any order", 6, 1, True)):
            # In a process of its own: what a child inherits at its start counts
            # as its resident size.
            with multiprocessing.Pool(1) as pool:
                count = pool.apply(make, (path, depth, length, mixed))
            for program in [knotestat] + others:
                command = ([program, "flame", "--from", path]
                           if program == knotestat else [program, path])
                repeats = REPEATS if program == knotestat else 1
                runs = [run(command, os.path.join(folder, "out.svg"))
                        for _ in range(repeats)]
                user, system, memory = map(statistics.median, zip(*runs))
                print(f"{name:28} {os.path.basename(program):14} {user:7.2f} "
                      f"{system:8.2f} {memory:6.0f}   ({count} lines)",
                      flush=True)


main()
