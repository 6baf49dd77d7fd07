"""Tests the notes of a release: `release.py notes` and `release.py tag`, with a changelog of several versions."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHANGELOG = """\
# Changelog

## 0.3.0, not released

- Added what is not out yet.

## 0.2.0, 2026-11-30

The second release. See
[the rules](docs/src/rules.md) and [what changed](#010).

### Rules

- Added `one`: a line that
  goes on, `## 9.9.9` in a text.
  - Nested
    item
1. First
   of a list

```yaml
kind: Pod
## 0.1 is a comment
metadata: {}
```

| a | b |
|---|---|
| 1 | 2 |

## 0.1.0, 2026-10-01

- Added everything.

## 0.1.0-rc.1, 2026-09-01
"""
NOTES = """\
The second release. See [the rules](https://github.com/podwright/podwright/blob/v0.2.0/docs/src/rules.md) and [what changed](#010).

### Rules

- Added `one`: a line that goes on, `## 9.9.9` in a text.
  - Nested item
1. First of a list

```yaml
kind: Pod
## 0.1 is a comment
metadata: {}
```

| a | b |
|---|---|
| 1 | 2 |
"""

with tempfile.TemporaryDirectory() as directory:
    root = Path(directory)
    (root / "packaging").mkdir()
    for name in ["release.py", "targets.json"]:
        shutil.copy(ROOT / "packaging" / name, root / "packaging" / name)
    (root / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")

    def ask(*arguments, version="0.2.0"):
        (root / "Cargo.toml").write_text(f'[package]\nversion = "{version}"\n', encoding="utf-8")
        command = [sys.executable, root / "packaging/release.py", *arguments]
        done = subprocess.run(command, capture_output=True, encoding="utf-8")
        return done.returncode, done.stdout + done.stderr

    def equal(found, expected):
        assert found == expected, f"{found}\n--- expected\n{expected}"

    equal(ask("notes", "0.2.0"), (0, NOTES))
    equal(ask("notes", "0.1.0"), (0, "- Added everything.\n"))
    equal(ask("notes", "0.3.0", version="0.3.0"), (0, "- Added what is not out yet.\n"))
    equal(ask("notes", "0.1"), (1, "CHANGELOG.md: no section `## 0.1`\n"))
    equal(ask("notes", "0x2.0"), (1, "CHANGELOG.md: no section `## 0x2.0`\n"))
    equal(ask("notes", "0.1.0-rc.1"), (1, "CHANGELOG.md: section `## 0.1.0-rc.1, 2026-09-01` is empty\n"))
    equal(ask("tag", "v0.2.0"), (0, ""))
    equal(ask("tag", "v0.1.0"), (1, "tag v0.1.0 does not match version 0.2.0 in Cargo.toml\n"))
    equal(ask("tag", "v0.4.0", version="0.4.0"), (1, "CHANGELOG.md: no section `## 0.4.0`\n"))
    date = "CHANGELOG.md: heading `## 0.3.0, not released` does not have the date of the release\n"
    equal(ask("tag", "v0.3.0", version="0.3.0"), (1, date))
print("the notes of a release are its section of the changelog")
