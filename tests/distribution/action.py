"""Runs the GitHub action's script under a runner's environment, with a release in a directory.

  action.py ARCHIVES      archives for this machine, as `release.py pack` and `sums` make them
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ARCHIVES = Path(sys.argv.pop()).resolve()
ARCHIVE = "podwright-x86_64-unknown-linux-musl.tar.gz"
BAD = """apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: "registry.example/web:1", imagePullPolicy: always }] }
"""


class Action(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.directory)
        self.workspace = self.directory / "work space"
        self.workspace.mkdir()
        self.release = self.directory / "releases" / "v0.1.0"
        shutil.copytree(ARCHIVES, self.release)
        (self.workspace / "pod.yaml").write_text(BAD)

    def run_it(self, **inputs):
        environment = {
            "PATH": os.environ["PATH"],
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": "X64",
            "RUNNER_TEMP": str(self.directory / "temp"),
            "GITHUB_OUTPUT": str(self.directory / "output"),
            "GITHUB_PATH": str(self.directory / "path"),
            "GITHUB_STEP_SUMMARY": str(self.directory / "summary"),
            "PODWRIGHT_RELEASES": (self.directory / "releases").as_uri(),
            "PODWRIGHT_PATHS": ".",
            "PODWRIGHT_VERSION": "0.1.0",
            **inputs,
        }
        shutil.rmtree(self.directory / "temp", ignore_errors=True)
        (self.directory / "temp").mkdir()
        for name in ["output", "path", "summary"]:
            (self.directory / name).write_text("")
        script = str(ROOT / "action/run.sh")
        ran = subprocess.run(["bash", script], cwd=self.workspace, env=environment, capture_output=True, text=True)
        lines = (self.directory / "output").read_text().splitlines()
        self.outputs = dict(line.split("=", 1) for line in lines)
        self.text = ran.stdout + ran.stderr
        return ran.returncode

    def refused(self, because, **inputs):
        """Asserts that it fails with the reason and does not run podwright."""
        self.assertEqual(self.run_it(**inputs), 2, self.text)
        self.assertIn(because, self.text)
        self.assertEqual(len([line for line in self.text.splitlines() if line.startswith("::")]), 1, self.text)
        self.assertEqual(self.outputs, {})
        self.assertEqual((self.directory / "path").read_text(), "")
        self.assertEqual(list((self.directory / "temp").rglob("bin")), [])

    def test_findings_are_annotations_sarif_and_an_exit_code_for_later(self):
        self.assertEqual(self.run_it(), 0, self.text)
        self.assertEqual(self.outputs["exit-code"], "1")
        self.assertRegex(self.text, r"(?m)^::error file=pod\.yaml,line=4,")
        self.assertIn("pull-policy-invalid", Path(self.outputs["sarif"]).read_text())
        self.assertIn("pull-policy-invalid", (self.directory / "summary").read_text())
        added = Path((self.directory / "path").read_text().strip())
        self.assertEqual(subprocess.run([added / "podwright", "--version"], capture_output=True).returncode, 0)

    def test_nothing_found(self):
        (self.workspace / "pod.yaml").write_text(BAD.replace("always", "Always"))
        self.assertEqual(self.run_it(), 0, self.text)
        self.assertEqual(self.outputs["exit-code"], "0")

    def test_inputs_reach_podwright(self):
        self.assertEqual(self.run_it(**{"PODWRIGHT_FAIL_ON": "never"}), 0, self.text)
        self.assertEqual(self.outputs["exit-code"], "0")
        self.assertEqual(self.run_it(PODWRIGHT_ARGS="--ignore  pull-policy-invalid\n--level error\n"), 0, self.text)
        self.assertEqual(self.outputs["exit-code"], "0")
        self.assertEqual(self.run_it(PODWRIGHT_ARGS="--baseline old.json --write-baseline"), 0, self.text)
        self.assertEqual(self.run_it(PODWRIGHT_BASELINE="old.json"), 0, self.text)
        self.assertEqual(self.outputs["exit-code"], "0")
        (self.workspace / "checked out").mkdir()
        (self.workspace / "checked out/x.yaml").write_text(BAD)
        self.assertEqual(self.run_it(PODWRIGHT_DIRECTORY="checked out"), 0, self.text)
        self.assertRegex(self.text, r"(?m)^::error file=x\.yaml,")

    def test_the_checksum_of_the_release_is_held(self):
        with (self.release / ARCHIVE).open("ab") as archive:
            archive.write(b"more")
        self.refused("has the wrong checksum")

    def test_the_checksum_of_the_input_is_held_whatever_the_release_says(self):
        right = hashlib.sha256((self.release / ARCHIVE).read_bytes()).hexdigest()
        self.refused("has the wrong checksum", PODWRIGHT_SHA256="0" * 64)
        self.refused("64 lowercase hexadecimal digits", PODWRIGHT_SHA256=right.upper())
        (self.release / "SHA256SUMS").unlink()
        self.assertEqual(self.run_it(PODWRIGHT_SHA256=right), 0, self.text)
        self.refused("cannot download")

    def test_an_archive_without_a_checksum_is_refused(self):
        (self.release / "SHA256SUMS").write_text("")
        self.refused("does not contain " + ARCHIVE)

    def test_what_is_not_released_is_said(self):
        self.refused("podwright has no release for the runner Linux RISCV64", RUNNER_ARCH="RISCV64")
        self.refused("cannot download", PODWRIGHT_VERSION="9.9.9")

    def test_a_hostile_version_is_refused(self):
        for version in ["$(touch x)", "0.1.0; touch x", "../../evil", "0.1.0\n::add-mask::x", "", "latest", "0.1.0%0A"]:
            self.refused("not a valid version", PODWRIGHT_VERSION=version)
        self.assertFalse((self.workspace / "x").exists())

    def test_hostile_inputs_stay_data(self):
        for text in ["$(touch x)", "`touch x`", "; touch x;", "a b", "'\"", "*", "--fix", "-"]:
            directory = self.workspace / f"in {text}".replace("/", "")
            directory.mkdir()
            (directory / text).write_text(BAD)
        named = "\n".join(sorted(str(path.relative_to(self.workspace)) for path in self.workspace.glob("in */*")))
        self.assertEqual(self.run_it(PODWRIGHT_PATHS=named + "\n"), 0, self.text)
        self.assertEqual(self.text.count("::error file="), 8, self.text)
        before = sorted(self.workspace.rglob("*"))
        for text in ["$(touch x)", "`touch x`", "; touch x", "&& touch x", "| touch x", "*", "a\nb"]:
            for name in ["ARGS", "PATHS", "FAIL_ON", "BASELINE", "DIRECTORY"]:
                self.run_it(**{f"PODWRIGHT_{name}": text})
        self.assertEqual(sorted(self.workspace.rglob("*")), before)
        # No file has this name, and it must not be expanded to another one.
        self.assertEqual(self.run_it(PODWRIGHT_ARGS="*"), 2, self.text)

    def test_a_path_is_no_option(self):
        self.run_it(PODWRIGHT_PATHS="--fix")
        self.assertEqual((self.workspace / "pod.yaml").read_text(), BAD)
        self.assertIn("could not run", self.text)


unittest.main()
