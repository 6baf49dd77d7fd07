#!/usr/bin/env python3
"""Strict JSON Schemas of all kinds, each in a file of its own, as kubeconform looks for them.

    schemas.py DEFINITIONS.json FOLDER

DEFINITIONS.json holds the `$defs` of one release, made of the OpenAPI document of Kubernetes. This is what
https://github.com/yannh/kubernetes-json-schema has as `standalone-strict`, for machines that cannot fetch it.
"""

import json
import os
import sys

OPEN = {"x-kubernetes-preserve-unknown-fields", "additionalProperties"}


def main(source, folder):
    with open(source, encoding="utf-8") as text:
        definitions = json.load(text)["$defs"]
    os.makedirs(folder, exist_ok=True)
    for name, definition in definitions.items():
        for served in definition.get("x-kubernetes-group-version-kind", []):
            group = served["group"].split(".")[0]
            parts = [served["kind"], group, served["version"]]
            file = "-".join(part for part in parts if part).lower() + ".json"
            with open(os.path.join(folder, file), "w", encoding="utf-8") as out:
                json.dump(inlined(definition, definitions, {name}), out)


def inlined(schema, definitions, above):
    """The schema without references; a type within itself holds anything."""
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
