"""scrape.py KNOTESTAT SOURCE FOLDER: Prometheus asks a running `knotestat serve
--metrics`, with the shipped configuration, and every query of the dashboard and
the rules finds what it asks for. Exit code 77: Prometheus is missing.

SPDX-License-Identifier: BSD-2-Clause
"""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

KNOTESTAT, SOURCE, FOLDER = sys.argv[1:4]
RULES = os.path.join(SOURCE, "dashboards/prometheus")
DASHBOARD = os.path.join(SOURCE, "dashboards/grafana/knotestat.json")
NAME = re.compile(r"\b(?:strategy:)?knotestat_[a-z0-9_]+(?::[a-z0-9]+)?")
# Only where eBPF can be used is there anything to say about its probes.
OF_PROBES = {"knotestat_probe_slowdown_ratio",
             "knotestat_probe_slowdown_lower_ratio"}
# What a good run has nothing of.
MAY_BE_EMPTY = {"What else happened", "klist_fini() as it is measured"}
PATIENCE_S = 90


def fetch(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read().decode()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def dashboard_queries():
    """Title and expression of each query, variables filled in."""
    with open(DASHBOARD, encoding="utf-8") as file:
        dashboard = json.load(file)
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"].replace(
                "$__rate_interval", "1m").replace("$instance", ".*").replace(
                "$workload", ".*").replace("$cpus", ".*")
    for variable in dashboard["templating"]["list"][1:]:
        yield variable["name"], re.fullmatch(
            r"label_values\((\w+), \w+\)", variable["definition"]).group(1)


def check_layout():
    """What Grafana wants of a dashboard that is imported as it is."""
    with open(DASHBOARD, encoding="utf-8") as file:
        dashboard = json.load(file)
    assert dashboard["uid"] and dashboard["schemaVersion"] >= 36
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)
    taken = set()
    for panel in dashboard["panels"]:
        at = panel["gridPos"]
        assert panel["datasource"]["uid"] == "${datasource}", panel["title"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                 for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24 and not cells & taken, panel["title"]
        taken |= cells


def names_used():
    used = {}
    for title, query in dashboard_queries():
        for name in NAME.findall(query):
            used[name] = f"dashboard, {title}"
    recorded = set()
    for rules in ("recording.rules.yml", "alert.rules.yml"):
        with open(os.path.join(RULES, rules), encoding="utf-8") as file:
            text = re.sub(r"#.*", "", file.read())
        recorded |= set(re.findall(r"record: (\S+)", text))
        for name in NAME.findall(text):
            used[name] = rules
    return {name: where for name, where in used.items()
            if name not in recorded}


def missing(used, metrics, probes):
    """Those of `used` that no sample of `metrics` has."""
    there = set(re.findall(r"^(\w+)[{ ]", metrics, re.M))
    return {name: where for name, where in used.items() if name not in there
            and (probes or name not in OF_PROBES)}


class Prometheus:
    """A server of the shipped configuration that asks `target` each second."""

    def __init__(self, folder, target):
        for name in os.listdir(RULES):
            shutil.copy(os.path.join(RULES, name), folder)
        path = os.path.join(folder, "prometheus.yml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        assert "15s" in text and "127.0.0.1:8417" in text
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("15s", "1s\n  evaluation_interval: 1s")
                       .replace("127.0.0.1:8417", target))
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.log = open(os.path.join(FOLDER, "prometheus.log"), "wb")
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={path}",
             f"--storage.tsdb.path={folder}/data",
             f"--web.listen-address=127.0.0.1:{port}"],
            stdout=self.log, stderr=self.log)

    def ask(self, query):
        try:
            answer = json.loads(fetch(
                self.url + "/api/v1/query?" +
                urllib.parse.urlencode({"query": query})))
        except OSError:
            return []
        assert answer["status"] == "success", answer
        return answer["data"]["result"]

    def await_series(self, query):
        for _ in range(PATIENCE_S * 5):
            found = self.ask(query)
            if found:
                return found
            time.sleep(0.2)
        sys.exit(f"Prometheus finds nothing for {query}")

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.log.close()


def check_values(prometheus, figures):
    """Prometheus returns the costs that the report has."""
    found = {(s["metric"]["strategy"], s["metric"]["path"]):
             float(s["value"][1])
             for s in prometheus.await_series("knotestat_operation_seconds")}
    expected = {(cell["strategy"], path): values["ns_per_op"]["median"] * 1e-9
                for cell in figures["cells"]
                for path, values in cell["paths"].items()}
    assert found.keys() == expected.keys(), (found, expected)
    for key, value in expected.items():
        assert abs(found[key] - value) <= 1e-9 * value, (key, found[key], value)


def check_rules(prometheus):
    rules = json.loads(fetch(prometheus.url + "/api/v1/rules"))
    rules = [rule for group in rules["data"]["groups"]
             for rule in group["rules"]]
    assert len(rules) == 9, len(rules)
    for rule in rules:
        assert rule["health"] == "ok", rule
        assert rule["name"] != "KnotestatPromiseBroken" or not rule["alerts"]


def check_all(folder):
    result = os.path.join(folder, "run.db")
    figures = json.loads(subprocess.run(
        [KNOTESTAT, "run", "--workload", "scan", "--strategy", "epoch,rwlock",
         "--cpus", "1", "--seconds", "1", "--json", "-o", result],
        check=True, stdout=subprocess.PIPE).stdout)
    probes = figures["context"]["bpf"]
    server = subprocess.Popen(
        [KNOTESTAT, "serve", result, "--metrics", "--port", "0"],
        stdout=subprocess.PIPE, text=True)
    url = server.stdout.readline().strip()
    prometheus = Prometheus(folder, urllib.parse.urlparse(url).netloc)
    try:
        metrics = fetch(url + "metrics")
        subprocess.run(["promtool", "check", "metrics"], input=metrics.encode(),
                       check=True)
        used = names_used()
        assert len(used) >= 15, used
        absent = missing(used, metrics, probes)
        assert not absent, absent
        # What the check says of a name that is wrong.
        assert missing({"knotestat_operation_second": "x"}, metrics, probes)
        check_values(prometheus, figures)
        prometheus.await_series("strategy:knotestat_klist_fini_seconds:p99")
        for title, query in dashboard_queries():
            if title in MAY_BE_EMPTY or (not probes and OF_PROBES & set(
                    NAME.findall(query))):
                prometheus.ask(query)
            else:
                prometheus.await_series(query)
        check_rules(prometheus)
    finally:
        prometheus.end()
        server.send_signal(signal.SIGTERM)
        assert server.wait() == 0
    print("Prometheus returns the series"
          + ("" if probes else ", without those of probes: no eBPF here"))


os.makedirs(FOLDER, exist_ok=True)
check_layout()
with tempfile.TemporaryDirectory() as scratch:
    check_all(scratch)
