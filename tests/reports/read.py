"""Reads reports with third-party programs, and compares their counts with the JSON report of podwright."""

import json
import sys
import xml.etree.ElementTree
from pathlib import Path

from junitparser import Failure, JUnitXml


def compare(directory: Path) -> None:
    findings = json.loads((directory / "podwright.json").read_text())["findings"]
    assert len(findings) > 20, len(findings)
    suites = JUnitXml.fromfile(str(directory / "junit.xml"))
    cases = [case for suite in suites for case in suite]
    assert len(cases) == len(findings) == suites.tests, (len(cases), len(findings))
    failures = [case for case in cases if any(isinstance(one, Failure) for one in case.result)]
    failing = [one for one in findings if one["level"] in ("error", "warning")]
    assert len(failures) == len(failing) == suites.failures, (len(failures), len(failing))
    assert 0 < len(failing) < len(findings)
    checkstyle = xml.etree.ElementTree.parse(directory / "checkstyle.xml").getroot()
    errors = checkstyle.findall("file/error")
    places = [(int(error.get("line")), int(error.get("column"))) for error in errors]
    assert places == [(one["start"]["line"], one["start"]["column"]) for one in findings]
    sarif = json.loads((directory / "podwright.sarif").read_text())
    assert len(sarif["runs"][0]["results"]) == len(findings)
    gitlab = json.loads((directory / "gitlab.json").read_text())
    assert [quality(issue) for issue in gitlab] == [
        (with_help(one), one["rule"], one["path"], one["start"]["line"]) for one in findings
    ]
    assert len({issue["fingerprint"] for issue in gitlab}) == len(findings)
    print(f"{len(findings)} findings in JUnit, checkstyle, SARIF, GitLab's report and JSON alike")


def with_help(finding: dict) -> str:
    help = finding.get("help")
    return f"{finding['message']}; help: {help}" if help else finding["message"]


def quality(issue: dict) -> tuple:
    """Checks that an issue has the fields that a GitLab code quality report requires, with their types."""
    for key in ("description", "check_name", "fingerprint", "severity"):
        assert isinstance(issue[key], str) and issue[key], issue
    assert issue["severity"] in ("info", "minor", "major", "critical", "blocker"), issue
    path, begin = issue["location"]["path"], issue["location"]["lines"]["begin"]
    assert type(begin) is int and begin >= 1, issue
    assert not path.startswith(("/", "./")), issue
    return issue["description"], issue["check_name"], path, begin


def reviewdog(directory: Path) -> None:
    """Checks that reviewdog reads everything that podwright writes."""
    written = json.loads((directory / "rdjson.json").read_text())
    read = json.loads((directory / "read.json").read_text())

    def known(one: dict, related: str) -> tuple:
        suggestions = [(each["range"], each.get("text", "")) for each in one.get("suggestions", [])]
        places = [(each["message"], each["location"]) for each in one.get(related, [])]
        return one["message"], one["location"], one["severity"], one["code"], suggestions, places

    expected = [known(one, "relatedLocations") for one in written["diagnostics"]]
    assert [known(one, "related_locations") for one in read["diagnostics"]] == expected
    assert any(one[4] for one in expected) and any(one[5] for one in expected)
    print(f"reviewdog read {len(expected)} findings, with suggestions and related places")


def validate(report: Path) -> None:
    results = json.loads(report.read_text(encoding="utf-8-sig"))["runs"][0].get("results", [])
    wrong = [one for one in results if one.get("level", "warning") in ("error", "warning")]
    for one in wrong:
        print(one["ruleId"], one["message"], file=sys.stderr)
    assert not wrong, f"{len(wrong)} complaints about the SARIF"
    print("the SARIF is valid, with GitHub's rules too")


if sys.argv[1] == "--validation":
    validate(Path(sys.argv[2]))
elif sys.argv[1] == "--reviewdog":
    reviewdog(Path(sys.argv[2]))
else:
    compare(Path(sys.argv[1]))
