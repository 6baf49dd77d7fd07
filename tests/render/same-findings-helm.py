#!/usr/bin/env python3
"""same-findings-helm.py BINARY ANSWERS [STEP]: findings in what the real helm renders, and in the sources of the chart.

For every STEP-th chart of ANSWERS/helm/corpus that helm renders with all of its sets of values, `podwright check -` on the
expected output and `podwright check CHART` must find the same rules at the same fields of the same kinds, each at a place in a
source. Several findings that come from one entry of the values are one finding there, with the message of one of them. Helm's
offline list of API versions has some that clusters do not serve and lacks others, so that `removed-api` may be found in the
expected output only. Prints a line, and the differences; exit code 1 if more than one in a hundred findings differs."""
import collections
import json
import os
import subprocess
import sys
import tarfile
import tempfile

binary, answers = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
step = int(sys.argv[3]) if len(sys.argv) > 3 else 1
# Rules about charts and files themselves, and what is said once per run.
ABOUT_FILES = ("helm-", "yaml-", "unknown-kind", "unused-ignore")
# What depends on the API versions that helm assumes without a cluster.
OF_CAPABILITIES = ("removed-api",)
# References to objects that whoever installs a chart may bring. In the expected output alone, they are missing.
LEFT_TO_THE_INSTALLER = ("statefulset-service-missing",)


def findings(arguments, cwd, text=None):
    command = [binary, "check", "--no-config", "--level", "info", "--format", "json", "--kubernetes-version", "1.34"]
    command += ["--allow-empty", *arguments]
    run = subprocess.run(command, input=text, capture_output=True, cwd=cwd, timeout=300)
    assert run.returncode in (0, 1), run.stderr.decode()
    found = json.loads(run.stdout)["findings"]
    return [one for one in found if one.get("object") and not one["rule"].startswith(ABOUT_FILES)]


def key(one):
    # Names of objects depend on the name of the release, so that their kind has to do.
    return (one["rule"], one["object"]["kind"], one.get("field"))


total = missing = more = charts = joined = offline = left = 0
with tempfile.TemporaryDirectory() as cwd:
    with tarfile.open(f"{answers}/helm/corpus.tar.gz") as archive:
        archive.extractall(cwd, filter="data")
    rows = collections.defaultdict(list)
    for line in open(f"{answers}/helm/corpus.jsonl", encoding="utf-8"):
        row = json.loads(line)
        rows[row["chart"]].append(row)

    def is_whole(chart, all_of):
        tests = os.path.join(cwd, chart, "ci")
        names = os.listdir(tests) if os.path.isdir(tests) else []
        count = sum(name.endswith("-values.yaml") for name in names)
        return all(row["ok"] for row in all_of) and len(all_of) == count + 1

    whole = [(chart, all_of) for chart, all_of in sorted(rows.items()) if is_whole(chart, all_of)]
    for chart, all_of in whole[::step]:
        charts += 1
        rendered = {}
        for row in all_of:
            with open(os.path.join(cwd, row["expected"]), "rb") as expected:
                rendered |= {key(one): one["message"] for one in findings(["-"], cwd, expected.read())}
        in_sources = findings([chart], cwd)
        sources = {key(one) for one in in_sources}
        # The release of the answers has another name.
        messages = {(one["rule"], one["message"].replace("release-name", "rel")) for one in in_sources}
        for one in in_sources:
            assert os.path.exists(os.path.join(cwd, one["path"])) or ".tgz" in one["path"], one["path"]
        total += len(rendered)
        for one, message in rendered.items():
            if one in sources:
                continue
            if one[0] in OF_CAPABILITIES:
                offline += 1
            elif one[0] in LEFT_TO_THE_INSTALLER:
                left += 1
            elif (one[0], message) in messages:
                joined += 1
            else:
                missing += 1
                print(f"  {chart}: missing: {one}: {message}")
        for one in in_sources:
            # The expected output has no definitions.
            if key(one) not in rendered and "/crds/" not in one["path"]:
                more += 1
                print(f"  {chart}: more: {key(one)}: {one['path']}: {one['message']}")
print(f"findings in {charts} charts: {total}, of these {joined} joined with others, {offline} of offline capabilities, "
      f"{left} left to the installer")
print(f"{missing} not in the sources; {more} more there")
sys.exit((missing + more) * 100 > total)
