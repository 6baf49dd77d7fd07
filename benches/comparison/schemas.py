#!/usr/bin/env python3
"""Writes strict JSON Schemas of all kinds, one file per kind, with the file names that kubeconform expects.

    schemas.py DEFINITIONS.json DIRECTORY

DEFINITIONS.json is `_definitions.json` of one release of https://github.com/yannh/kubernetes-json-schema, which the Python
package kubernetes-validate contains (`v1.34.0-local/_definitions.json`). The result corresponds to `standalone-strict` of
that repository, which kubeconform downloads otherwise.
"""

import json
import os
import sys

OPEN = {"x-kubernetes-preserve-unknown-fields", "additionalProperties"}


def main(source, directory):
    with open(source, encoding="utf-8") as text:
        definitions = json.load(text)["$defs"]
    os.makedirs(directory, exist_ok=True)
    for name, definition in definitions.items():
        for served in definition.get("x-kubernetes-group-version-kind", []):
            group = served["group"].split(".")[0]
            parts = [served["kind"], group, served["version"]]
            file = "-".join(part for part in parts if part).lower() + ".json"
            with open(os.path.join(directory, file), "w", encoding="utf-8") as out:
                json.dump(inlined(definition, definitions, {name}), out)


def inlined(schema, definitions, above):
    """Returns the schema without references. A recursive type allows any content."""
    reference = schema.get("$ref")
    if reference:
        name = reference.rsplit("/", 1)[1]
        return {} if name in above else inlined(definitions[name], definitions, above | {name})
    own = {}
    for key, value in schema.items():
        if key == "properties":
            own[key] = {name: inlined(field, definitions, above) for name, field in value.items()}
        elif key in ("items", "additionalProperties", "not") and isinstance(value, dict):
            own[key] = inlined(value, definitions, above)
        elif key in ("allOf", "anyOf", "oneOf"):
            own[key] = [inlined(each, definitions, above) for each in value]
        elif key != "description":
            own[key] = value
    if "properties" in own and not OPEN & own.keys():
        own["additionalProperties"] = False
    return own


if __name__ == "__main__":
    main(*sys.argv[1:])
