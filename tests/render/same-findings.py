#!/usr/bin/env python3
"""same-findings.py BINARY ANSWERS [STEP]: findings in what the real kustomize builds, and in the sources of the build.

For every STEP-th kustomization of ANSWERS/kustomize/corpus, `podwright check -` on the expected output and `podwright check
KUSTOMIZATION` must find the same rules at the same fields of the same objects, each at a place in a source. Prints a line, and the
differences; exit code 1 if more than one in a hundred findings differs."""
import collections
import json
import os
import subprocess
import sys
import tarfile
import tempfile

binary, answers = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
step = int(sys.argv[3]) if len(sys.argv) > 3 else 1
# Rules about the files themselves, and what is said once per run.
ABOUT_FILES = ("kustomize-", "yaml-", "unknown-kind", "unused-ignore")


def findings(arguments, cwd, text=None):
    command = [binary, "check", "--no-config", "--level", "info", "--format", "json", *arguments]
    run = subprocess.run(command, input=text, capture_output=True, cwd=cwd, timeout=300)
    found = json.loads(run.stdout)["findings"]
    return [one for one in found if one.get("object") and not one["rule"].startswith(ABOUT_FILES)]


def keys(found):
    # The name of an object differs by prefix and hash, so that its kind has to do.
    return collections.Counter({(one["rule"], one["object"]["kind"], one.get("field")): 1 for one in found})


total = missing = more = 0
with tempfile.TemporaryDirectory() as cwd:
    with tarfile.open(f"{answers}/kustomize/corpus.tar.gz") as archive:
        archive.extractall(cwd)
    rows = [json.loads(line) for line in open(f"{answers}/kustomize/corpus.jsonl", encoding="utf-8")]
    for row in [row for row in rows if row["ok"]][::step]:
        # A Component is a part of other builds. podwright does not build it separately.
        names = ("kustomization.yaml", "kustomization.yml", "Kustomization")
        paths = [os.path.join(row["dir"], name) for name in names]
        kustomization = next(path for path in paths if os.path.exists(os.path.join(cwd, path)))
        if "kind: Component" in open(os.path.join(cwd, kustomization), encoding="utf-8").read():
            continue
        with open(os.path.join(cwd, row["expected"]), "rb") as expected:
            rendered = keys(findings(["-"], cwd, expected.read()))
        # Not the directory, which may have other kustomizations below it.
        in_sources = findings([kustomization], cwd)
        sources = keys(in_sources)
        for one in in_sources:
            assert os.path.exists(os.path.join(cwd, one["path"])), one["path"]
        total += len(rendered)
        lost, others = set(rendered - sources), set(sources - rendered)
        # A patch with a `target` may be of another kind than the object that it changes, and is what a finding names.
        for key in sorted(lost, key=str):
            alike = next((one for one in others if one[0] == key[0] and one[2] == key[2]), None)
            if alike:
                lost.remove(key)
                others.remove(alike)
        for what, keys_only in (("missing", lost), ("more", others)):
            for key in keys_only:
                print(f"  {row['dir']}: {what}: {key}")
            if what == "missing":
                missing += len(keys_only)
            else:
                more += len(keys_only)
print(f"findings in builds: {total}, of these {missing} not in the sources; {more} more there")
sys.exit((missing + more) * 100 > total)
