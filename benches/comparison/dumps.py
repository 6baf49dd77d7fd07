#!/usr/bin/env python3
"""Writes the part of docs/src/compared.md about large inputs: dumps of clusters, and a repository of 100,000 files.

    dumps.py CORPUS [MEGABYTES…]

CORPUS is that of `run`, and MEGABYTES are the sizes of the dumps [200 1000]. They are written by dump.py to a temporary
directory, one at a time, and deleted. The findings of the first dump are compared with those of the same objects in
single files. A tool that takes more than TIMEOUT seconds is stopped.

    PODWRIGHT, KUBECONFORM_SCHEMAS   as for `run`
    TIMEOUT                          [900]
"""

import collections
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PODWRIGHT = os.path.abspath(os.environ.get("PODWRIGHT", "target/dist/podwright"))
TIMEOUT = float(os.environ.get("TIMEOUT", "900"))
VERSION = "1.34"


WHY = """
Objects of one file are applied together, and those of a directory perhaps not. In a dump, a credential of one object is also
hidden in messages about another one. The ApplicationSets of one file are compared: the corpus has many that make the same
Application."""


def run(command, cwd, out, err=subprocess.DEVNULL):
    """Wall time and CPU time in seconds, peak memory in megabytes, and the exit code. No time if it was stopped."""
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=cwd, stdout=out, stderr=err)
    signal.signal(signal.SIGALRM, lambda *_: child.kill())
    signal.setitimer(signal.ITIMER_REAL, TIMEOUT)
    _, status, usage = os.wait4(child.pid, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start if child.returncode >= 0 else None
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6, child.returncode


def tools():
    kubeconform = ["kubeconform", "-strict", "-ignore-missing-schemas", "-summary", "-kubernetes-version", VERSION + ".0"]
    schemas = os.environ.get("KUBECONFORM_SCHEMAS")
    if schemas:
        kubeconform += ["-schema-location", os.path.abspath(schemas) + "/{{.ResourceKind}}{{.KindSuffix}}.json"]
    yield "podwright", [PODWRIGHT, "check", "--kubernetes-version", VERSION]
    yield "kubeconform", kubeconform
    yield "kube-score", ["kube-score", "score", "--output-format", "ci"]
    yield "kube-linter", ["kube-linter", "lint"]


def row(name, command, directory, size):
    with tempfile.TemporaryFile() as out:
        wall, cpu, memory, code = run(command, directory, out, subprocess.STDOUT)
        out.seek(max(0, out.seek(0, os.SEEK_END) - 2000))
        lines = out.read().decode(errors="replace").strip().splitlines()
    shown = f"{wall:.1f} s" if wall is not None else "stopped" if cpu > TIMEOUT / 2 else f"signal {-code}"
    times = f" ({memory * 1e6 / size:.1f} times the input)" if size else ""
    last = lines[-1][:120].replace("|", "\\|").replace("`", "'") if lines else ""
    print(f"| {name} | {shown} | {cpu:.1f} s | {memory:,.0f} MB{times} | `{last}` |", flush=True)


def head():
    print("| | wall time | CPU time | memory | end of its output |")
    print("|---|---|---|---|---|")


def findings(directory, path):
    """The findings without their places, counted."""
    with tempfile.TemporaryFile() as out:
        run([PODWRIGHT, "check", "--kubernetes-version", VERSION, "--level", "info", "--format", "json", path], directory, out)
        out.seek(0)
        report = json.load(out)
    keys = ("rule", "level", "message", "object", "field")
    return collections.Counter(json.dumps([one.get(key) for key in keys]) for one in report["findings"])


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    corpus = pathlib.Path(sys.argv[1]).resolve()
    sizes = [int(one) for one in sys.argv[2:]] or [200, 1000]
    print("\n## Dumps of clusters\n")
    print("One List in JSON, as `kubectl get --output json` prints it, of the objects in `manifests` with what a cluster adds to them.")
    print("The last column shows what a tool says at the end, because some stop early.")
    for size in sizes:
        with tempfile.TemporaryDirectory() as directory:
            dump = pathlib.Path(directory, "dump.json")
            split = pathlib.Path(directory, "split")
            command = [sys.executable, HERE / "dump.py", corpus / "manifests", str(size)]
            if size == sizes[0]:
                split.mkdir()
                command += ["--split", split]
            with dump.open("w") as out:
                subprocess.run(command, stdout=out, check=True)
            os.link(dump, dump.with_suffix(".yaml"))
            print(f"\n{dump.stat().st_size / 1e6:,.0f} MB:\n")
            head()
            for name, tool in tools():
                if shutil.which(tool[0]):
                    # kube-linter does not read files with another name.
                    file = "dump.yaml" if name == "kube-linter" else "dump.json"
                    row(name, [*tool, file], directory, dump.stat().st_size)
            if size == sizes[0]:
                found, expected = findings(directory, "dump.json"), findings(directory, "split")
                print(f"\nIn single files, podwright finds {expected.total():,} problems in these objects, and in the dump {found.total():,}.")
                for where, only in (("in single files", expected - found), ("in the dump", found - expected)):
                    by_rule = collections.Counter()
                    for key, count in only.items():
                        by_rule[json.loads(key)[0]] += count
                    for rule, count in by_rule.items():
                        print(f"- only {where}: {count} of `{rule}`")
                print(WHY)
    print("\n## 100,000 files\n")
    print("`bench-10k` ten times, in directories next to each other. kube-score is left out, because it stops at a file that it cannot read.\n")
    head()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as directory:
        for copy in range(10):
            shutil.copytree(corpus / "bench-10k", pathlib.Path(directory, f"copy-{copy}"), copy_function=shutil.copyfile)
        for name, tool in tools():
            if shutil.which(tool[0]) and name != "kube-score":
                row(name, [*tool, "."], directory, 0)


if __name__ == "__main__":
    main()
