"""Generates a section of docs/src/compared.md: compares the rules of the profile `security` with the checks of kube-linter and polaris, object by object.

    benches/comparison/checks.py CORPUS > section.md

CORPUS is a directory with `manifests/`. Each tool reads the same copies: files that PyYAML can read, reduced to objects
with a name, because kube-linter and polaris stop at others. Each project is one run, because references matter. polaris
does not say which file an object is in, so that objects with the same name in one project count as one.
"""

import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

PODWRIGHT = os.path.abspath(os.environ.get("PODWRIGHT", "target/dist/podwright"))
# Rules, and the check of each tool that asks the same question.
PAIRS = [
    ("container-privileged", "privileged-container", "runAsPrivileged"),
    ("host-pid", "host-pid", "hostPIDSet"),
    ("host-ipc", "host-ipc", "hostIPCSet"),
    ("host-network", "host-network", "hostNetworkSet"),
    ("host-port", None, "hostPortSet"),
    ("host-path-sensitive", "sensitive-host-mounts", None),
    ("host-path-volume", None, "hostPathSet"),
    ("host-path-writable", "writable-host-mount", None),
    ("container-runtime-socket", "docker-sock", None),
    ("capabilities-dangerous", None, "dangerousCapabilities"),
    ("capabilities-not-dropped", "drop-net-raw-capability", "insecureCapabilities"),
    ("privilege-escalation-allowed", "privilege-escalation-container", "privilegeEscalationAllowed"),
    ("run-as-root", "run-as-non-root", "runAsRootAllowed"),
    ("root-filesystem-writable", "no-read-only-root-fs", "notReadOnlyRootFilesystem"),
    ("sysctl-unsafe", "unsafe-sysctls", None),
    ("proc-mount-unmasked", "unsafe-proc-mount", "procMount"),
    ("windows-host-process", None, "hostProcess"),
    ("service-account-default", "default-service-account", None),
    ("service-account-token-automounted", None, "automountServiceAccountToken"),
    ("env-secret-literal", "env-var-secret", "sensitiveContainerEnvVar"),
    ("secret-in-config-map", None, "sensitiveConfigmapContent"),
    ("rbac-cluster-admin-binding", "cluster-admin-role-binding", "clusterrolebindingClusterAdmin"),
    ("rbac-exec-attach", None, "clusterrolePodExecAttach"),
    ("rbac-wildcard", "wildcard-in-rules", None),
    ("rbac-secrets-access", "access-to-secrets", None),
]
WORKLOADS = {"Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "PodTemplate"}
PATCHES = ("patches", "patchesStrategicMerge", "patchesJson6902")


class Project:
    """Copies of the objects of a project, and what each tool says about them."""

    def __init__(self, source, copies):
        self.name = source.name
        self.objects, self.by_name = {}, collections.defaultdict(list)
        self.patches = set()
        for file in sorted(source.rglob("*.y*ml")):
            if file.is_file():
                self.read(file, file.relative_to(source), copies)

    def read(self, file, path, copies):
        try:
            documents = list(yaml.load_all(file.read_text(), yaml.CSafeLoader))
        except (yaml.YAMLError, ValueError):
            return
        if file.stem == "kustomization":
            self.patches |= {os.path.normpath(path.parent / patch) for one in documents for patch in patches(one)}
        kept = [one for one in documents if is_object(one)]
        if not kept:
            return
        copy = copies / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(yaml.dump_all(kept, sort_keys=False, Dumper=yaml.CSafeDumper))
        for one in kept:
            key = (str(path), one["kind"], plain(one["metadata"]["name"]))
            self.objects[key] = one
            self.by_name[key[1:]].append(key)


def patches(document):
    for field in PATCHES if isinstance(document, dict) else ():
        for one in document.get(field) or []:
            path = one.get("path") if isinstance(one, dict) else one
            if isinstance(path, str) and "\n" not in path:
                yield path


def is_object(one):
    return (isinstance(one, dict) and isinstance(one.get("kind"), str) and isinstance(one.get("apiVersion"), str)
            and isinstance(one.get("metadata"), dict) and isinstance(one["metadata"].get("name"), str))


def plain(name):
    """A name; empty if another tool fills it in, because podwright then does not know it."""
    return "" if name is None or "{{" in name or "$" in name else name


def run(command, cwd):
    try:
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300).stdout
    except subprocess.TimeoutExpired:
        return ""


def podwright(directory):
    found = collections.defaultdict(set)
    out = run([PODWRIGHT, "check", "--profile", "all", "--level", "info", "--format", "json", "."], directory)
    for one in json.loads(out)["findings"]:
        if it := one["object"]:
            found[one["rule"]].add((one["path"].removeprefix("./"), it["kind"], plain(it["name"])))
    return found


def kube_linter(directory):
    """Findings by check, and the objects that the tool has read."""
    found, seen = collections.defaultdict(set), set()
    # `schema-validation` downloads schemas.
    out = run(["kube-linter", "lint", "--format", "json", "--add-all-built-in", "--exclude", "schema-validation", "."], directory)
    for one in json.loads(out)["Reports"] or []:
        it = one["Object"]
        path = os.path.relpath(it["Metadata"]["FilePath"], directory)
        key = (path, it["K8sObject"]["GroupVersionKind"]["Kind"], plain(it["K8sObject"]["Name"]))
        found[one["Check"]].add(key)
        seen.add(key)
    return found, seen


def polaris(directory):
    """The same, without files. `None` if the tool stops at one of the objects."""
    out = run(["polaris", "audit", "--audit-path", ".", "--format", "json"], directory)
    if not out.strip():
        return None
    found, seen = collections.defaultdict(set), set()
    for one in json.loads(out)["Results"]:
        key = (one["Kind"], plain(one["Name"]))
        seen.add(key)
        pod = one.get("PodResult") or {}
        results = [one["Results"], pod.get("Results"), *(container["Results"] for container in pod.get("ContainerResults") or [])]
        for check, result in ((check, result) for some in results for check, result in (some or {}).items()):
            if not result["Success"]:
                found[check].add(key)
    return found, seen


# Why only the other tool reports an object: the reason, or `None`.

def pod_of(one):
    spec = one.get("spec") or {}
    if one["kind"] == "CronJob":
        spec = (spec.get("jobTemplate") or {}).get("spec") or {}
    if one["kind"] != "Pod":
        spec = (spec.get("template") or {}).get("spec") if isinstance(spec, dict) and isinstance(spec.get("template"), dict) else {}
    return spec if isinstance(spec, dict) else {}


def containers(one):
    pod = pod_of(one)
    return [it for field in ("containers", "initContainers") for it in pod.get(field) or [] if isinstance(it, dict)]


def on_all(key, one, project, own):
    if os.path.normpath(key[0]) in project.patches:
        return "the file is a patch of a kustomization: podwright checks the result"
    of_pod = containers(one)
    if one["kind"] in WORKLOADS:
        needs_selector = one["apiVersion"] == "apps/v1" and not (one.get("spec") or {}).get("selector")
        if not of_pod or needs_selector or not all(it.get("image") for it in of_pod):
            return "the object is incomplete, such as a patch: podwright checks the result"
    if "status" in one or {"uid", "creationTimestamp", "resourceVersion", "managedFields"} & set(one["metadata"]) or "live" in key[0]:
        return "the object was read from a cluster: podwright does not give advice about it"
    if one["kind"] not in WORKLOADS and ("template" in json.dumps(one) or "containers" in json.dumps(one)) and "roleRef" not in one and "rules" not in one and one["kind"] != "ConfigMap":
        return "a custom resource: the other tool takes any `containers` for those of a Pod"
    if "/templates/" in key[0]:
        return "the file is a template of a Helm chart: podwright checks the result"
    return None


def has(rules, reason):
    def why(key, one, project, own):
        return reason if any(key in own[rule] for rule in rules) else None
    return why


def privileged(key, one, project, own):
    is_privileged = any((it.get("securityContext") or {}).get("privileged") is True for it in containers(one))
    return "the container is privileged, which `container-privileged` reports" if is_privileged else None


def text(pattern, reason, present=True):
    def why(key, one, project, own):
        return reason if bool(re.search(pattern, json.dumps(one))) == present else None
    return why


def bound(key, one, project, own):
    account = pod_of(one).get("serviceAccountName") or pod_of(one).get("serviceAccount") or "default"
    for other in project.objects.values():
        if other["kind"] in ("RoleBinding", "ClusterRoleBinding"):
            for subject in other.get("subjects") or []:
                if subject.get("kind") == "Group" or subject.get("name") == account:
                    return "the ServiceAccount has a role in the project: the Pod uses its token"
    if pod_of(one).get("automountServiceAccountToken") is False:
        return "the Pod does not mount the token"
    for other in project.objects.values():
        if other["kind"] == "ServiceAccount" and other["metadata"]["name"] == account:
            return "the ServiceAccount turns the token off, or has annotations of a cloud for which it is used"
    if account != "default":
        return "the ServiceAccount is not in the project, so that its roles are not known"
    return None


def always(reason):
    return lambda key, one, project, own: reason


THEIRS = {
    "host-port": [text('"hostNetwork": true', "the Pod is in the network of the node, which `host-network` reports")],
    "host-path-volume": [has(["host-path-sensitive", "host-path-writable", "container-runtime-socket"], "another rule reports the same volume: `host-path-sensitive`, `host-path-writable` or `container-runtime-socket`")],
    "capabilities-not-dropped": [
        privileged,
        has(["capabilities-dangerous"], "the container drops `ALL` and adds a capability back, which `capabilities-dangerous` reports"),
        text('"drop": \\["(ALL|all)"\\]', "the container drops `ALL` and adds back only what it names"),
    ],
    "privilege-escalation-allowed": [privileged, has(["capabilities-dangerous"], "the container adds `SYS_ADMIN`, which `capabilities-dangerous` reports")],
    "run-as-root": [text('"runAsGroup": 0', "the user is not root, but the group is"), text('"runAsNonRoot": true', "`runAsNonRoot` is set for the Pod or the container")],
    "root-filesystem-writable": [text('"readOnlyRootFilesystem": true', "another object with the same name")],
    "service-account-token-automounted": [bound],
    "env-secret-literal": [always("the name contains a word such as `SECRET`, but the value is a path, the name of a Secret or a placeholder, or comes from a Secret")],
    "secret-in-config-map": [always("the name of a key contains a word such as `password`, but the value is not a credential, or says that it must be changed")],
    "rbac-cluster-admin-binding": [text('"roleRef": \\{[^}]*"name": "cluster-admin"', "the role is not `cluster-admin`", present=False)],
    "rbac-exec-attach": [has(["rbac-wildcard"], "the role allows everything, which `rbac-wildcard` reports"), text("pods/(exec|attach)|\"\\*\"", "the role does not name `pods/exec` or `pods/attach`", present=False)],
    "rbac-secrets-access": [text('"roleRef"', "kube-linter reports the binding, podwright the role")],
    "sysctl-unsafe": [text("ip_unprivileged_port_start|ping_group_range|ip_local_port_range|tcp_|shm_rmid_forced", "the sysctl is safe: the kubelet allows it (`pkg/kubelet/sysctl/safe_sysctls.go`)")],
}
OLD = text(r'"apiVersion": "(extensions/|apps/v1(alpha|beta))|\$\{|\{\{', "the other tool does not read the object, because its version is removed or a value is a placeholder")
OWNS = {
    "capabilities-dangerous": always("podwright reports more capabilities: all that give control over the node"),
    "capabilities-not-dropped": always("podwright asks for `drop: [ALL]`, as Pod Security does"),
    "privilege-escalation-allowed": always("podwright asks for `allowPrivilegeEscalation: false`, because the default is true"),
    "host-path-sensitive": always("podwright knows more directories: those of the kubelet and of container runtimes, and their parents"),
    "host-path-writable": OLD,
    "container-runtime-socket": always("podwright knows the sockets of all container runtimes"),
    "env-secret-literal": always("podwright looks for passwords, tokens and keys, too"),
    "secret-in-config-map": always("podwright recognizes credentials by their value and in files, too"),
    "service-account-token-automounted": always("an object with the same name in another file"),
    "rbac-exec-attach": always("podwright has one rule for Roles and ClusterRoles; polaris has two checks"),
    "rbac-secrets-access": always("kube-linter reports the binding, podwright the role"),
}


def main():
    corpus = pathlib.Path(sys.argv[1]).resolve() / "manifests"
    rows, without = collections.defaultdict(collections.Counter), []
    with tempfile.TemporaryDirectory() as directory:
        for source in sorted(path for path in corpus.iterdir() if path.is_dir()):
            copies = pathlib.Path(directory, source.name)
            project = Project(source, copies)
            if not project.objects:
                continue
            own, linter, audit = podwright(copies), kube_linter(copies), polaris(copies)
            if audit is None:
                without.append(source.name)
            for rule, in_linter, in_audit in PAIRS:
                if in_linter:
                    compare(rows["kube-linter", in_linter, rule], rule, own[rule], linter[0][in_linter], linter[1], project, own, lambda key: [key])
                if in_audit and audit:
                    names = {key[1:] for key in own[rule]}
                    compare(rows["polaris", in_audit, rule], rule, names, audit[0][in_audit], audit[1], project, own, lambda key: project.by_name[key])
            shutil.rmtree(copies)
    show(rows, without)


def compare(row, rule, own, theirs, seen, project, all_own, objects_of):
    row["both"] += len(own & theirs)
    for key in own - theirs:
        row["own", why_own(rule, key, seen, project, objects_of)] += 1
    for key in theirs - own:
        row["theirs", why_theirs(rule, key, project, all_own, objects_of)] += 1


def why_own(rule, key, seen, project, objects_of):
    if key not in seen:
        return "the other tool does not read the object"
    reasons = [OWNS[rule], OLD] if rule in OWNS else [OLD]
    if key[-2] == "PodTemplate":
        return "the other tool does not read a PodTemplate"
    said = (why(it, project.objects[it], project, {}) for why in reasons for it in objects_of(key) if it in project.objects)
    return next((reason for reason in said if reason), f"NOT EXPLAINED: {project.name} {key}")


def why_theirs(rule, key, project, own, objects_of):
    objects = [it for it in objects_of(key) if it in project.objects]
    reasons = [on_all, *THEIRS.get(rule, [])]
    said = (why(it, project.objects[it], project, own) for why in reasons for it in objects)
    return next((reason for reason in said if reason), f"NOT EXPLAINED: {project.name} {key}")


def show(rows, without):
    print("\n## Security: comparison with kube-linter and polaris\n")
    print("`manifests`: objects that each tool reports, for the rules of `--profile security` that have a counterpart. The tools read")
    print("the same copies of the files, one project at a time." + (f" polaris stops in {len(without)} projects ({', '.join(without)}), which are left out for it." if without else ""))
    print("\n| tool | check | rule | both | only podwright | only the other tool |")
    print("|---|---|---|---|---|---|")
    for (tool, check, rule), row in sorted(rows.items()):
        only = {side: sum(count for what, count in row.items() if what[0] == side) for side in ("own", "theirs")}
        print(f"| {tool} | {check} | {rule} | {row['both']} | {only['own']} | {only['theirs']} |")
    for side, title in (("theirs", "only the other tool reports"), ("own", "only podwright reports")):
        print(f"\nThe objects that {title}, by reason:\n")
        print("| tool | rule | objects | reason |")
        print("|---|---|---|---|")
        for (tool, check, rule), row in sorted(rows.items()):
            reasons = [(what[1], count) for what, count in row.items() if what[0] == side]
            for reason, count in sorted(reasons, key=lambda one: (-one[1], one[0])):
                print(f"| {tool} | {rule} | {count} | {reason} |")


if __name__ == "__main__":
    main()
