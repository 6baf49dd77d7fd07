#!/usr/bin/env python3
"""Lists the validation tags in the types of the API (`+k8s:…`) that make errors, for `statements.py`.

tags.py KUBERNETES

KUBERNETES is the directory of the module k8s.io/kubernetes. Reads the code that is generated of the tags
(`zz_generated.validations.go`) for the versions that the API server serves by default, and writes
`tests/data/api-validation/tags.tsv`: package, field, line, validator. What is known about the same tag is kept.
"""
import os, re, sys

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../data/api-validation")
# Versions other than v1 that are served by default.
SERVED = {"autoscaling/v2"}
# Validators that make no error but stop at an unset value, or call another one for a part of the value.
NO_ERROR = re.compile(r"^(Optional\w*|Each\w+|Subfield|IfOption|Discriminated(Rule)?|SemanticDeepEqual|DirectEqual(Ptr)?"
                      r"|NewUnionMember(ship)?|NoModify|NoSet|NoUnset)$")
UPDATES = re.compile(r"^(Immutable|Update\w+)$")


def tags(path, package):
    """The field, line and validator of each tag."""
    field = ""
    for number, line in enumerate(open(path), 1):
        if start := re.match(r"func Validate_(\w+)\(", line):
            field = start[1]
        elif start := re.match(r"\s*(?:\{ )?// field \w+\.([\w.]+)$", line):
            field = start[1]
        elif start := re.match(r"(?:func|var) ", line):
            field = ""
        for name in re.findall(r"\bvalidate\.(\w+)", line):
            if field and not NO_ERROR.match(name):
                yield package, field, str(number), name


def main():
    root = os.path.join(sys.argv[1], "pkg/apis")
    known, rows = {}, []
    target = os.path.join(DATA, "tags.tsv")
    if os.path.exists(target):
        for line in open(target):
            row = line.rstrip("\n").split("\t")
            known.setdefault((row[0], row[1], row[3]), []).append(row[4:])
    for group in sorted(os.listdir(root)):
        for version in sorted(os.listdir(os.path.join(root, group))) if os.path.isdir(os.path.join(root, group)) else ():
            path = os.path.join(root, group, version, "zz_generated.validations.go")
            if os.path.exists(path) and (version == "v1" or f"{group}/{version}" in SERVED):
                rows += tags(path, f"kubernetes/pkg/apis/{group}/{version}")
    with open(target, "w") as out:
        for package, field, number, name in rows:
            before = known.get((package, field, name)) or [[]]
            rest = before.pop(0) if before[0] else (["-", "only when an object is updated"] if UPDATES.match(name) else [])
            out.write("\t".join([package, field, number, name, *rest]) + "\n")


if __name__ == "__main__":
    main()
