#!/usr/bin/env python3
"""Checks what the compiler cannot: who may include whom, how large files are,
that each memory ordering names its pair.

    check_structure.py TREE        checks the tree, prints what is wrong
    check_structure.py --self-test plants every fault and expects to catch it

SPDX-License-Identifier: BSD-2-Clause
"""
import os
import re
import statistics
import sys
import tempfile

MAY_INCLUDE = {
    "knote": {"knote", "probes/usdt"},
    "probes": {"probes", "knote"},
    "record": {"record"},
    "collector": {"collector", "knote", "probes", "record"},
    "analysis": {"analysis", "record"},
    "dashboards": {"dashboards", "record"},
    "check": {"check", "knote"},
}
OURS = set(MAY_INCLUDE) | {"cli", "tests"}
# Scripts of pages: of analysis, dashboards use what draws a flame graph.
MAY_IMPORT = {
    "analysis": {"analysis"},
    "dashboards": {"dashboards", "analysis/flame/page"},
}
SOURCES = (".cc", ".h", ".c", ".js", ".mjs", ".cjs", ".py", ".cmake", ".css")
LARGEST = 600
TYPICAL = 150
EMPTY_NAMES = re.compile(r"(^|/)(utils?|helpers?|common|misc)([/.]|$)")
INCLUDE = re.compile(r'^\s*#include "([^"]+)"', re.M)
IMPORT = re.compile(r"^(?:import|export)\b[^;]*?\bfrom '(\.[^']+)';", re.M)
ORDER = re.compile(r"memory_order_(acquire|release|acq_rel|seq_cst)")
TAG = re.compile(r"\b[A-Z][0-9]\b")
DECLARED = re.compile(r"^//  ([A-Z][0-9])  ", re.M)


def files_of(tree):
    for folder, folders, names in os.walk(tree):
        folders[:] = [f for f in folders
                      if f not in ("build", "node_modules", ".git")]
        for name in names:
            path = os.path.join(folder, name)
            yield os.path.relpath(path, tree), path


def check_includes(name, text):
    allowed = MAY_INCLUDE.get(name.split("/")[0])
    if allowed is None:
        return
    for included in INCLUDE.findall(text):
        if included.split("/")[0] not in OURS:
            continue
        if not any(included.startswith(a + "/") for a in allowed):
            yield f"{name}: may not include {included}"


def check_imports(name, text):
    allowed = MAY_IMPORT.get(name.split("/")[0])
    if allowed is None or not name.endswith(".js"):
        return
    for imported in IMPORT.findall(text):
        path = os.path.normpath(os.path.join(os.path.dirname(name), imported))
        if not any(path.startswith(a + "/") for a in allowed):
            yield f"{name}: may not import {path}"


def check_orders(name, text):
    """Each non-relaxed atomic of a mechanism carries a tag of its Ordering."""
    if not re.match(r"knote/(strategies|locks)/.*\.h$", name):
        return
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if not ORDER.search(line) or line.lstrip().startswith("//"):
            continue
        near = "\n".join(lines[max(0, i - 2):i + 4])
        if not any(TAG.search(c) for c in re.findall(r"//.*", near)):
            yield f"{name}:{i + 1}: memory order without a tag"


def check_tags(name, text):
    """What an Ordering declares is named at its sites, two at least."""
    if not name.startswith("knote/") or not name.endswith((".h", ".cc")):
        return
    declared = set(DECLARED.findall(text))
    if not declared:
        return
    code = "\n".join(line for line in text.split("\n")
                     if not line.startswith("//"))
    comments = "\n".join(re.findall(r"//.*", code))
    for tag in sorted(declared):
        item = re.search(rf"^//  {tag}  (.*(\n//      .*)*)", text, re.M)
        elsewhere = re.search(r"[a-z_]+\.h", item.group(1))
        sites = len(re.findall(rf"\b{tag}\b", comments))
        if sites < 2 and not elsewhere:
            yield f"{name}: {tag} is declared, but has {sites} tagged sites"


def check_file(name, text):
    lines = text.count("\n")
    if name.endswith(SOURCES):
        if lines > LARGEST:
            yield f"{name}: {lines} lines, at most {LARGEST}"
        if "SPDX-License-Identifier: BSD-2-Clause" not in text:
            yield f"{name}: no SPDX-License-Identifier"
    if EMPTY_NAMES.search(name):
        yield f"{name}: a name that says nothing"
    if name.endswith(".bpf.c") and '"Dual BSD/GPL"' not in text:
        yield f"{name}: a BPF program needs the licence \"Dual BSD/GPL\""


def check_tree(tree):
    problems, sizes = [], []
    for name, path in sorted(files_of(tree)):
        if not name.endswith(SOURCES) and not EMPTY_NAMES.search(name):
            continue
        with open(path, encoding="utf-8") as file:
            text = file.read()
        sizes.append(text.count("\n"))
        for check in (check_includes, check_imports, check_orders, check_tags,
                      check_file):
            problems.extend(check(name, text))
    if sizes and statistics.median(sizes) > TYPICAL:
        problems.append(f"the median file has {statistics.median(sizes)} "
                        f"lines, at most {TYPICAL} are wanted")
    return problems


PLANTED = {
    "analysis/x.cc": '// SPDX-License-Identifier: BSD-2-Clause\n'
                     '#include "knote/knote.h"\n',
    "analysis/x.js": "// SPDX-License-Identifier: BSD-2-Clause\n"
                     "import {a,\n  b} from '../dashboards/report/x.js';\n",
    "record/long.cc": "// SPDX-License-Identifier: BSD-2-Clause\n" + "\n" * 600,
    "record/bare.cc": "int x;\n",
    "cli/utils/x.h": "// SPDX-License-Identifier: BSD-2-Clause\n",
    "probes/x/x.bpf.c": "// SPDX-License-Identifier: BSD-2-Clause\n",
    "knote/locks/x.h": "// SPDX-License-Identifier: BSD-2-Clause\n\n\n\n"
                       "int y = x.load(std::memory_order_acquire);\n",
    "knote/strategies/x/x.h": "//  Q1  one half\n"
                              "// SPDX-License-Identifier: BSD-2-Clause\n"
                              "int y = 0;  // Q1\n",
}


def self_test():
    for name, text in PLANTED.items():
        with tempfile.TemporaryDirectory() as tree:
            path = os.path.join(tree, name)
            os.makedirs(os.path.dirname(path))
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            if not any(name in p for p in check_tree(tree)):
                return [f"the fault planted in {name} was not caught"]
    return []


def main():
    problems = (self_test() if sys.argv[1:] == ["--self-test"]
                else check_tree(sys.argv[1]))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


sys.exit(main())
