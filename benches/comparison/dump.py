#!/usr/bin/env python3
"""Writes a List as `kubectl get --all-namespaces --output json` prints it, from the manifests of a corpus.

    benches/comparison/dump.py CORPUS MEGABYTES [json|list|stream] > dump.json

Each object gets what a cluster adds: `uid`, `resourceVersion`, `creationTimestamp`, `generation`, `managedFields`, and,
for kinds that have one, a `status`. `list` is a List in YAML, and `stream` is a YAML file with a document for each
object. With `--split DIRECTORY`, each object is also written to a separate file.
"""

import argparse
import hashlib
import json
import pathlib
import sys

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NAMESPACED = {"Deployment", "StatefulSet", "DaemonSet", "Pod", "Service", "ConfigMap", "Secret", "ServiceAccount", "Job",
              "CronJob", "Ingress", "Role", "RoleBinding", "PersistentVolumeClaim", "HorizontalPodAutoscaler", "NetworkPolicy"}


def objects(corpus):
    """The objects of the corpus that have a name, each once."""
    seen = set()
    for path in sorted(pathlib.Path(corpus).rglob("*.y*ml")):
        try:
            documents = list(yaml.load_all(path.read_text(), LOADER))
            text = json.dumps(documents, allow_nan=False)
        except (OSError, yaml.YAMLError, UnicodeDecodeError, TypeError, ValueError, RecursionError):
            continue
        if len(text) > 200_000:
            continue
        for one in json.loads(text):
            metadata = one.get("metadata") if isinstance(one, dict) else None
            if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
                continue
            if not isinstance(one.get("kind"), str) or not isinstance(one.get("apiVersion"), str):
                continue
            if one["kind"].endswith("List") or one["kind"] in ("Kustomization", "Application"):
                continue
            key = hashlib.sha256(json.dumps(one, sort_keys=True).encode()).digest()
            if key not in seen:
                seen.add(key)
                yield one


def pods(one):
    """The Pod of a workload, as its controller creates it."""
    template = (one.get("spec") or {}).get("template") if isinstance(one.get("spec"), dict) else None
    if one["kind"] not in ("Deployment", "StatefulSet", "DaemonSet") or not isinstance(template, dict):
        return
    spec = template.get("spec")
    if not isinstance(spec, dict) or not isinstance(spec.get("containers"), list):
        return
    metadata = {**(template.get("metadata") or {}), "name": one["metadata"]["name"] + "-5d4f8c7b9-x2x7k"}
    if "namespace" in one["metadata"]:
        metadata["namespace"] = one["metadata"]["namespace"]
    metadata["ownerReferences"] = [{
        "apiVersion": "apps/v1", "blockOwnerDeletion": True, "controller": True,
        "kind": "ReplicaSet", "name": one["metadata"]["name"] + "-5d4f8c7b9", "uid": uid(one["metadata"]["name"]),
    }]
    yield {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def status_of(one):
    """`status` of a workload that runs."""
    at = "2026-03-04T05:06:07Z"
    if one["kind"] == "Deployment":
        condition = {"lastTransitionTime": at, "lastUpdateTime": at, "message": "Deployment has minimum availability.",
                     "reason": "MinimumReplicasAvailable", "status": "True", "type": "Available"}
        return {"availableReplicas": 1, "conditions": [condition], "observedGeneration": 1, "readyReplicas": 1, "replicas": 1}
    containers = [one for one in one["spec"].get("containers", []) if isinstance(one, dict)]
    return {
        "conditions": [{"lastProbeTime": None, "lastTransitionTime": at, "status": "True", "type": kind}
                       for kind in ("Initialized", "Ready", "ContainersReady", "PodScheduled")],
        "containerStatuses": [
            {"containerID": "containerd://" + hashlib.sha256(str(each.get("name")).encode()).hexdigest(),
             "image": str(each.get("image")), "imageID": f"{each.get('image')}@sha256:" + hashlib.sha256(b"image").hexdigest(),
             "lastState": {}, "name": str(each.get("name")), "ready": True, "restartCount": 0, "started": True,
             "state": {"running": {"startedAt": at}}}
            for each in containers
        ],
        "hostIP": "10.0.0.7", "phase": "Running", "podIP": "10.244.1.17", "podIPs": [{"ip": "10.244.1.17"}],
        "qosClass": "BestEffort", "startTime": at,
    }


def owned(value):
    """`fieldsV1` for a value."""
    if not isinstance(value, dict):
        return {}
    return {"f:" + key: {".": {}, **owned(inner)} if isinstance(inner, dict) else {} for key, inner in value.items()}


def uid(*of):
    digest = hashlib.sha256(repr(of).encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


def live(one, number):
    """The object as a cluster returns it, with another name for each number."""
    one = json.loads(json.dumps(one))
    metadata = one["metadata"]
    fields = owned({key: value for key, value in one.items() if key not in ("apiVersion", "kind", "status")})
    if number:
        metadata["name"] = f"{metadata['name']}-{number}"
    if one["kind"] in NAMESPACED:
        metadata.setdefault("namespace", "default")
    at = "2026-03-04T05:06:07Z"
    metadata["creationTimestamp"] = at
    metadata["resourceVersion"] = str(10_000 + number)
    metadata["uid"] = uid(one["kind"], metadata.get("namespace"), metadata["name"], number)
    version = one["apiVersion"]
    metadata["managedFields"] = [
        {"apiVersion": version, "fieldsType": "FieldsV1", "fieldsV1": fields, "manager": "kubectl-client-side-apply",
         "operation": "Update", "time": at},
    ]
    if one["kind"] in ("Deployment", "Pod") and isinstance(one.get("spec"), dict):
        metadata["generation"] = 1
        one["status"] = status_of(one)
    return one


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("megabytes", type=int)
    parser.add_argument("form", nargs="?", default="json", choices=("json", "list", "stream"))
    parser.add_argument("--split", metavar="DIRECTORY")
    arguments = parser.parse_args()
    size, form, split = arguments.megabytes * 1_000_000, arguments.form, arguments.split
    all_objects = [each for one in objects(arguments.corpus) for each in (one, *pods(one))]
    out, written, number = sys.stdout, 0, 0

    def write(text):
        nonlocal written
        written += len(text)
        out.write(text)

    if form == "json":
        write('{\n    "apiVersion": "v1",\n    "items": [\n')
    elif form == "list":
        write("apiVersion: v1\nitems:\n")
    while written < size:
        for one in all_objects:
            one = live(one, number // len(all_objects))
            if split:
                pathlib.Path(split, f"{number:06}.json").write_text(json.dumps(one, indent=4, ensure_ascii=False) + "\n")
            if form == "json":
                text = json.dumps(one, indent=4, ensure_ascii=False).replace("\n", "\n        ")
                write(("" if number == 0 else ",\n") + "        " + text)
            else:
                text = yaml.dump(one, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), width=1 << 20)
                if form == "list":
                    lines = text.splitlines()
                    write("- " + lines[0] + "\n" + "".join("  " + line + "\n" if line else "\n" for line in lines[1:]))
                else:
                    write("---\n" + text)
            number += 1
            if written >= size:
                break
    if form == "json":
        write('\n    ],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n')
    elif form == "list":
        write('kind: List\nmetadata:\n  resourceVersion: ""\n')


if __name__ == "__main__":
    main()
