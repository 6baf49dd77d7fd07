#!/usr/bin/env python3
"""differential.py [-n CASES] [--seed SEED] [--oracle COMMAND] [BINARY]: compares `podwright render` with kustomize.

Makes kustomizations with random combinations of features and builds each with both. BINARY is target/debug/podwright by
default. The oracle is `kubectl kustomize`, or COMMAND, which is called with the directory. kubectl sorts the objects and
has an older kustomize, so objects are compared by identity then, and differences that its version explains are not made.

Exit codes: 0 equal or skipped (no oracle), 1 different. A difference is kept in a directory that is named in the output."""
import argparse, os, random, shutil, subprocess, sys, tempfile

try:
    import yaml
except ImportError:
    sys.exit(print("skipped: PyYAML is not installed") or 0)

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("-n", type=int, default=200)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--oracle")
parser.add_argument("binary", nargs="?", default="target/debug/podwright")
options = parser.parse_args()
oracle = options.oracle.split() if options.oracle else ["kubectl", "kustomize"]
if not shutil.which(oracle[0]):
    sys.exit(print(f"skipped: {oracle[0]} is not installed") or 0)
binary = os.path.abspath(options.binary)

KINDS = {
    "Deployment": ("apps/v1", True),
    "StatefulSet": ("apps/v1", True),
    "CronJob": ("batch/v1", False),
    "Service": ("v1", False),
    "ConfigMap": ("v1", False),
    "Secret": ("v1", False),
    "ServiceAccount": ("v1", False),
    "Role": ("rbac.authorization.k8s.io/v1", False),
    "RoleBinding": ("rbac.authorization.k8s.io/v1", False),
    "ClusterRole": ("rbac.authorization.k8s.io/v1", False),
    "ClusterRoleBinding": ("rbac.authorization.k8s.io/v1", False),
    "Ingress": ("networking.k8s.io/v1", False),
    "HorizontalPodAutoscaler": ("autoscaling/v2", False),
    "Namespace": ("v1", False),
    "Widget": ("example.org/v1", False),
}
NAMES = ["web", "api", "db"]
VALUES = ["x", "1", "true", "yes", "a b", "on", "1.20", "null", "~", "0x1F", "12:30", "2001-01-01", "a: b", "# x", "é", "", "a\nb\n", "-", "<&>", "*x"]


def pod(rng):
    container = {"name": rng.choice(["main", "side"]), "image": rng.choice(["nginx", "nginx:1.25", "ghcr.io/o/app:v1@sha256:" + "a" * 64, "redis:7"])}
    if rng.random() < 0.5:
        container["env"] = [{"name": "A", "value": rng.choice(VALUES)}, {"name": "B", "valueFrom": {"configMapKeyRef": {"name": rng.choice(NAMES), "key": "k"}}}]
    if rng.random() < 0.5:
        container["envFrom"] = [{rng.choice(["configMapRef", "secretRef"]): {"name": rng.choice(NAMES)}}]
    if rng.random() < 0.4:
        container["ports"] = [{"containerPort": 80, "name": "http"}, {"containerPort": 443, "protocol": "TCP"}]
    if rng.random() < 0.4:
        container["args"] = ["--x=$(A)", rng.choice(VALUES)]
    spec = {"containers": [container]}
    if rng.random() < 0.3:
        spec["serviceAccountName"] = rng.choice(NAMES)
    if rng.random() < 0.4:
        spec["volumes"] = [{"name": "v", rng.choice(["configMap"]): {"name": rng.choice(NAMES)}}, {"name": "s", "secret": {"secretName": rng.choice(NAMES)}}]
    if rng.random() < 0.2:
        spec["initContainers"] = [{"name": "init", "image": "busybox"}]
    return spec


def resource(rng, kind, name):
    version, _ = KINDS[kind]
    metadata = {"name": name}
    if rng.random() < 0.3 and kind not in ("Namespace", "ClusterRole", "ClusterRoleBinding"):
        metadata["namespace"] = rng.choice(["shop", "default", "other"])
    if rng.random() < 0.4:
        metadata["labels"] = {"app": rng.choice(NAMES)}
    if rng.random() < 0.2:
        metadata["annotations"] = {"note": rng.choice(VALUES)}
    made = {"apiVersion": version, "kind": kind, "metadata": metadata}
    if kind in ("Deployment", "StatefulSet"):
        made["spec"] = {"selector": {"matchLabels": {"app": name}}, "template": {"metadata": {"labels": {"app": name}}, "spec": pod(rng)}}
        if rng.random() < 0.5:
            made["spec"]["replicas"] = rng.randint(0, 5)
        if kind == "StatefulSet":
            made["spec"]["serviceName"] = rng.choice(NAMES)
    elif kind == "CronJob":
        made["spec"] = {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": {"spec": pod(rng)}}}}
    elif kind == "Service":
        made["spec"] = {"selector": {"app": name}, "ports": [{"port": 80, "targetPort": "http"}, {"port": 443, "name": "https"}]}
    elif kind == "ConfigMap":
        made["data"] = {f"k{i}": rng.choice(VALUES) for i in range(rng.randint(1, 3))}
    elif kind == "Secret":
        made["stringData"] = {"k": rng.choice(VALUES)}
    elif kind in ("Role", "ClusterRole"):
        made["rules"] = [{"apiGroups": [""], "resources": ["secrets"], "resourceNames": [rng.choice(NAMES)], "verbs": ["get"]}]
    elif kind in ("RoleBinding", "ClusterRoleBinding"):
        made["roleRef"] = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": rng.choice(NAMES)}
        made["subjects"] = [{"kind": "ServiceAccount", "name": rng.choice(NAMES + ["default"]), "namespace": rng.choice(["shop", "default"])}]
    elif kind == "Ingress":
        made["spec"] = {"rules": [{"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": rng.choice(NAMES), "port": {"number": 80}}}}]}}]}
    elif kind == "HorizontalPodAutoscaler":
        made["spec"] = {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": rng.choice(NAMES)}, "maxReplicas": 3}
    elif kind == "Widget":
        made["spec"] = {"items": [{"name": "a", "value": rng.choice(VALUES)}, {"name": "b"}], "ref": rng.choice(NAMES)}
    return made


def patch(rng, objects):
    target = rng.choice(objects) if objects and rng.random() < 0.98 else resource(rng, "Deployment", "missing")
    kind, name = target["kind"], target["metadata"]["name"]
    body = {"apiVersion": target["apiVersion"], "kind": kind, "metadata": {"name": name}}
    if "namespace" in target["metadata"]:
        body["metadata"]["namespace"] = target["metadata"]["namespace"]
    choice = rng.random()
    if choice < 0.15:
        body["$patch"] = "delete"
    elif kind in ("Deployment", "StatefulSet"):
        container = rng.choice([{"name": "main", "image": "patched:2"}, {"name": "side", "$patch": "delete"}, {"name": "new", "image": "new"}, {"name": "main", "env": [{"name": "A", "$patch": "delete"}, {"name": "C", "value": rng.choice(VALUES)}]}])
        body["spec"] = {"template": {"spec": {"containers": [container]}}}
        if rng.random() < 0.3:
            body["spec"]["replicas"] = rng.choice([None, 7])
    elif kind == "ConfigMap":
        body["data"] = {"k0": rng.choice(VALUES + [None]), "new": rng.choice(VALUES)}
    else:
        body["metadata"]["annotations"] = {"patched": rng.choice(VALUES)}
    if rng.random() < 0.3:
        operations = [
            {"op": "add", "path": "/metadata/labels", "value": {"p": rng.choice(VALUES)}},
            {"op": "replace", "path": "/metadata/name", "value": "renamed"},
            {"op": "add", "path": "/metadata/annotations", "value": {"a~1b": "x"}},
            {"op": "test", "path": "/kind", "value": kind},
        ]
        if kind in ("Deployment", "StatefulSet"):
            operations += [{"op": "add", "path": "/spec/template/spec/containers/-", "value": {"name": "z", "image": "z"}}]
            if "replicas" in target["spec"]:
                operations += [{"op": "remove", "path": "/spec/replicas"}, {"op": "copy", "from": "/spec/replicas", "path": "/spec/copied"}]
        operations = [rng.choice(operations)]
        selector = rng.choice([{"kind": kind, "name": name}] * 4 + [{"kind": kind}, {"name": ".*b"}, {"labelSelector": "app=web"}, {"kind": "Deploy.*"}])
        return {"target": selector, "patch": yaml.safe_dump(operations)}
    entry = {"patch": yaml.safe_dump(body)}
    if rng.random() < 0.3:
        entry["target"] = {"kind": kind}
    if rng.random() < 0.1:
        entry["options"] = {"allowNameChange": True}
    return entry


def generator(rng, directory, secret):
    made = {"name": rng.choice(NAMES + ["generated-" + os.path.basename(directory)] * 9)}
    if rng.random() < 0.6:
        made["literals"] = [f"l{i}={rng.choice(VALUES)}" for i in range(rng.randint(1, 2))]
    if rng.random() < 0.4:
        with open(os.path.join(directory, "app.properties"), "w", encoding="utf-8") as file:
            file.write("a=1\nb=<&>\n")
        made["files"] = [rng.choice(["app.properties", "key=app.properties"])]
    if rng.random() < 0.3:
        with open(os.path.join(directory, "app.env"), "w", encoding="utf-8") as file:
            file.write("# comment\nE=1\n  F=a=b\n\nG=\n")
        made["envs"] = ["app.env"]
    if rng.random() < 0.05:
        made["behavior"] = rng.choice(["create", "merge", "replace"])
    if rng.random() < 0.3:
        made["options"] = {rng.choice(["disableNameSuffixHash", "immutable"]): True, "labels": {"g": "1"}}
    if rng.random() < 0.2:
        made["namespace"] = "shop"
    if secret and rng.random() < 0.3:
        made["type"] = "kubernetes.io/tls"
    return made


def kustomization(rng, directory, bases, is_component=False):
    """Writes a kustomization and returns the objects that are written in it and its bases."""
    os.makedirs(directory)
    made = {"resources": []}
    if is_component:
        made = {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component"}
    objects = []
    for path, inner in bases:
        made.setdefault("resources", []).append(path)
        objects += inner
    own = []
    for _ in range(0 if is_component and rng.random() < 0.5 else rng.randint(0, 4)):
        one = resource(rng, rng.choice(list(KINDS)), rng.choice(NAMES))
        identity = lambda o: (o["kind"], o["metadata"]["name"])
        if identity(one) not in map(identity, objects + own):
            own.append(one)
    if own:
        made.setdefault("resources", []).append("objects.yaml")
        with open(os.path.join(directory, "objects.yaml"), "w", encoding="utf-8") as file:
            yaml.safe_dump_all(own, file, sort_keys=rng.random() < 0.5, allow_unicode=True)
    objects = objects + own
    maybe = lambda share: rng.random() < share
    if maybe(0.3): made["namespace"] = rng.choice(["shop", "prod"])
    if maybe(0.3): made["namePrefix"] = rng.choice(["p-", "dev-"])
    if maybe(0.2): made["nameSuffix"] = "-s"
    if maybe(0.2): made["commonLabels"] = {"team": rng.choice(["a", "true"])}
    if maybe(0.3): made["labels"] = [{"pairs": {"l": rng.choice(["x", "1"])}, rng.choice(["includeSelectors", "includeTemplates"]): maybe(0.7)}]
    if maybe(0.2): made["commonAnnotations"] = {"a": rng.choice(VALUES)}
    if maybe(0.3): made["images"] = [{"name": rng.choice(["nginx", "ghcr.io/o/app", "redis"]), rng.choice(["newTag", "newName", "digest"]): rng.choice(["2", "x/y", "sha256:" + "b" * 64])}]
    workloads = [o for o in objects if o["kind"] in ("Deployment", "StatefulSet")]
    if workloads and maybe(0.2): made["replicas"] = [{"name": rng.choice(workloads)["metadata"]["name"], "count": rng.randint(0, 9)}]
    if maybe(0.4): made["configMapGenerator"] = [generator(rng, directory, False)]
    if maybe(0.2): made["secretGenerator"] = [generator(rng, directory, True)]
    if maybe(0.1): made["generatorOptions"] = {"disableNameSuffixHash": maybe(0.5), "annotations": {"go": "1"}}
    if objects and maybe(0.5): made["patches"] = [patch(rng, objects) for _ in range(rng.randint(1, 2))]
    if objects and maybe(0.15):
        source, target = rng.choice(objects), rng.choice(objects)
        made["replacements"] = [{
            "source": {"kind": source["kind"], "name": source["metadata"]["name"], "fieldPath": rng.choice(["metadata.name"] * 5 + ["kind", "metadata.labels.app"])},
            "targets": [{"select": {"kind": target["kind"]}, "fieldPaths": [rng.choice(["metadata.annotations.copied"] * 3 + ["metadata.name", "spec.template.spec.containers.*.image", "spec.template.spec.containers.[name=main].image"])],
                         "options": rng.choice([{"create": True}] * 4 + [{"delimiter": "-", "index": 0}, {}])}],
        }]
    if objects and maybe(0.1):
        source = rng.choice(objects)
        made["vars"] = [{"name": "A", "objref": {"apiVersion": source["apiVersion"], "kind": source["kind"], "name": source["metadata"]["name"]}, "fieldref": {"fieldpath": "metadata.name"}}]
    if not made.get("resources") and not is_component:
        made["resources"] = []
    with open(os.path.join(directory, "kustomization.yaml"), "w", encoding="utf-8") as file:
        yaml.safe_dump(made, file, sort_keys=False, allow_unicode=True)
    return objects


def case(rng, root):
    """Writes a base, perhaps a component, and an overlay. Returns the directory to build."""
    base = kustomization(rng, os.path.join(root, "base"), [])
    bases = [("../base", base)]
    if rng.random() < 0.4:
        bases.append(("../other", kustomization(rng, os.path.join(root, "other"), [])))
    overlay = os.path.join(root, "overlay")
    kustomization(rng, overlay, bases)
    if rng.random() < 0.3:
        kustomization(rng, os.path.join(root, "component"), [], is_component=True)
        with open(os.path.join(overlay, "kustomization.yaml"), "a", encoding="utf-8") as file:
            file.write("components: [../component]\n")
    return overlay


def build(command, cwd):
    done = subprocess.run(command, cwd=cwd, capture_output=True, timeout=60)
    return done.returncode == 0, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def documents(text):
    found = [one for one in yaml.safe_load_all(text) if one is not None]
    if not options.oracle:
        found.sort(key=lambda one: repr((one.get("kind"), one.get("metadata"))))
    return found


rendered = failed = different = 0
for number in range(options.n):
    root = tempfile.mkdtemp(prefix="kustomize-")
    overlay = case(random.Random(options.seed * 1_000_003 + number), root)
    want, expected, why = build([*oracle, overlay], root)
    have, text, message = build([binary, "render", overlay], root)
    rendered, failed = rendered + want, failed + (not want)
    if want == have and (not want or documents(text) == documents(expected)):
        shutil.rmtree(root)
        continue
    different += 1
    print(f"case {number} in {root}: {'differs' if want == have else (why if have else message).strip()[:400]}")
print(f"{rendered} render, {failed} are errors, {different} different")
sys.exit(different > 0)
