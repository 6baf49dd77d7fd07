"""Prints the script of the GitLab job as a runner would run it: variables, then the lines."""

import shlex
import sys

from ruamel.yaml import YAML

with open(sys.argv[1], encoding="utf-8") as file:
    job = YAML(typ="safe").load(file)["podwright"]
for name, value in job["variables"].items():
    print(f"export {name}=${{{name}-{shlex.quote(value)}}}")
for line in job["script"]:
    print(line)
