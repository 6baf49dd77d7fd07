"""Writes the files that a page shows: a fence whose first line is a comment with a path becomes a file.

  docs.py PAGE OUT
"""

import re
import sys
from pathlib import Path

page, out = Path(sys.argv[1]), Path(sys.argv[2])
out.mkdir(parents=True)
for name, text in re.findall(r"^```yaml\n# (\S+)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
    (out / name.replace("/", "_")).write_text(text, encoding="utf-8")
