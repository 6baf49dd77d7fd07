"""Reads reports with other people's readers, and compares what they count with podwright's own JSON."""

import json
import sys
import xml.etree.ElementTree
from pathlib import Path

from junitparser import JUnitXml


def compare(folder: Path) -> None:
    findings = json.loads((folder / "podwright.json").read_text())["findings"]
    assert len(findings) > 20, len(findings)
    suites = JUnitXml.fromfile(str(folder / "junit.xml"))
    failures = [case for suite in suites for case in suite if case.result]
    assert len(failures) == len(findings) == suites.failures, (len(failures), len(findings))
    checkstyle = xml.etree.ElementTree.parse(folder / "checkstyle.xml").getroot()
    errors = checkstyle.findall("file/error")
    places = [(int(error.get("line")), int(error.get("column"))) for error in errors]
    assert places == [(one["start"]["line"], one["start"]["column"]) for one in findings]
    sarif = json.loads((folder / "podwright.sarif").read_text())
    assert len(sarif["runs"][0]["results"]) == len(findings)
    print(f"{len(findings)} findings in JUnit, checkstyle, SARIF and JSON alike")


def validate(report: Path) -> None:
    results = json.loads(report.read_text(encoding="utf-8-sig"))["runs"][0].get("results", [])
    wrong = [one for one in results if one.get("level", "warning") in ("error", "warning")]
    for one in wrong:
        print(one["ruleId"], one["message"], file=sys.stderr)
    assert not wrong, f"{len(wrong)} complaints about the SARIF"
    print("the SARIF is valid, with GitHub's rules too")


if sys.argv[1] == "--validation":
    validate(Path(sys.argv[2]))
else:
    compare(Path(sys.argv[1]))
