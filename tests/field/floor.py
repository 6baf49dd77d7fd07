#!/usr/bin/env python3
"""Compares the verdicts of the field cases with the number that was reached. It may rise, not fall.

floor.py RESULTS
"""

import json
import sys

# Links that lead out of the given paths are not followed, so `sj-symlink-to-file` is not right any more. `sf-right` is a
# Certificate without the fields that cert-manager requires, which is a warning since podwright knows these fields.
RIGHT = 216
FALSE = 0

with open(sys.argv[1]) as file:
    results = json.load(file)
wrong = {name: case for name, case in results.items() if case["verdict"] != "right"}
false = [name for name, case in wrong.items() if case["verdict"] == "false"]
for name, case in sorted(wrong.items()):
    print(f"{case['verdict']:7} {name}: {'; '.join(case['unmet'] + case['forbidden'])}")
right = len(results) - len(wrong)
print(f"{right} of {len(results)} right (at least {RIGHT}), {len(false)} false (at most {FALSE})")
sys.exit(0 if right >= RIGHT and len(false) <= FALSE else 1)
