"""openmetrics_strict.py GENERATOR FOLDER: OpenMetrics output as the strict
parser of python3-prometheus-client reads it: every label of every cell comes
back. Exit code 77: the package is missing.

SPDX-License-Identifier: BSD-2-Clause
"""
import json
import os
import subprocess
import sys

try:
    from prometheus_client.openmetrics import parser
except ImportError:
    print("skipped: needs the Debian package python3-prometheus-client",
          file=sys.stderr)
    sys.exit(77)


def generated(sample, form):
    path = os.path.join(sys.argv[2], f"{sample}.{form}")
    subprocess.run([sys.argv[1], sample, form, path], check=True)
    with open(path, encoding="utf-8") as file:
        return file.read()


def check(sample):
    families = {family.name: family for family in
                parser.text_string_to_metric_families(
                    generated(sample, "openmetrics"))}
    cells = json.loads(generated(sample, "json"))["cells"]
    costs = families.get("knotestat_operation_seconds")
    found = sorted(s.value for s in costs.samples) if costs else []
    figures = [p["ns_per_op"]["median"] for c in cells
               for p in c["paths"].values() if "ns_per_op" in p]
    assert len(found) == len(figures), (sample, len(found), len(figures))
    for ours, theirs in zip(sorted(figures), found):
        assert abs(ours * 1e-9 - theirs) <= 1e-12 * theirs, (ours, theirs)
    assert families["knotestat_run_info"].type == "gauge"
    return {s.labels["strategy"] for f in families.values()
            for s in f.samples if "strategy" in s.labels}


os.makedirs(sys.argv[2], exist_ok=True)
assert "psref" in check("full")
check("empty"), check("bare")
hostile = check("hostile")
# Markup is harmless here and comes back whole; control characters do not.
assert '<img src=x onerror="window.injected=2">' in hostile, hostile
assert not any(c < " " for name in hostile for c in name if c != "\n"), hostile
try:
    check_text = generated("full", "openmetrics").replace("# EOF\n", "")
    list(parser.text_string_to_metric_families(check_text))
except ValueError:
    print("strict parser takes all samples")
else:
    sys.exit("the parser takes a text without its end")
