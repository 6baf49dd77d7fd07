#!/usr/bin/env python3
"""Builds the program that answers as the API server of another release of Kubernetes.

oracle.py VERSION SOURCE BINARY

VERSION is a version of Kubernetes such as `1.30.14`, SOURCE the directory of the program for the newest release
(`../shared/conformance/api/oracle`), and BINARY the file to write. Needs Go and its module proxy, and takes about five
minutes for a release. Kinds and versions of the API that the release does not serve by default are left out.
"""
import json, os, re, subprocess, sys, tempfile

# First minor release that serves the kinds of a package in the version of the program, by default
# (`DefaultAPIResourceConfigSource` in `pkg/controlplane`).
SERVED_SINCE = {"validatingadmissionpolicy": 30, "validatingadmissionpolicybinding": 30, "mutatingadmissionpolicy": 36,
                "mutatingadmissionpolicybinding": 36, "ipaddress": 33, "servicecidr": 33, "resourceclaim": 34,
                "resourceclaimtemplate": 34, "deviceclass": 34, "resourceslice": 34, "volumeattributesclass": 34}


def run(directory, *command):
    env = {**os.environ, "GOFLAGS": "-mod=mod -buildvcs=false"}
    return subprocess.run(command, cwd=directory, env=env, check=True, capture_output=True, text=True).stdout


def module(version, directory):
    """go.mod of the program: the requirements of that release, with its staging modules as they were published."""
    answer = json.loads(run(directory, "go", "mod", "download", "-json", f"k8s.io/kubernetes@v{version}"))
    own = open(os.path.join(answer["Dir"], "go.mod")).read()
    go = re.search(r"(?m)^go (\S+)", own)[1]
    published = "v0." + version.split(".", 1)[1]
    staging = sorted(set(re.findall(r"(?m)^\s*(?:replace )?(k8s\.io/\S+) => \./staging/", own)))
    requires = [line for block in re.findall(r"(?ms)^require \((.*?)^\)", own) for line in block.splitlines()
                if line.strip() and line.split()[0] not in staging]
    lines = ["module oracle", f"go {go}", "require (", f"k8s.io/kubernetes v{version}"]
    lines += [f"{name} {published}" for name in staging] + requires + [")", "replace ("]
    return "\n".join(lines + [f"{name} => {name} {published}" for name in staging] + [")", ""]), answer["Dir"]


def adapted(source, minor, kubernetes):
    """The program without what the release does not have."""
    for path in re.findall(r'"k8s\.io/kubernetes/(pkg/apis/[^"]*)"', source):
        if not os.path.isdir(os.path.join(kubernetes, path)):
            source = source.replace(f'\t_ "k8s.io/kubernetes/{path}"\n', "")
    for name in [name for name, since in SERVED_SINCE.items() if minor < since]:
        source = re.sub(rf'(?m)^\t"k8s\.io/kubernetes/pkg/registry/\S*/{name}"\n', "", source)
        source = re.sub(rf'"\w+":\s*{name}\.(?:Strategy|NewStrategy\([^()]*\)),?\s*', "", source)
    source = re.sub(r",\s*\}\)", "})", source)
    source = re.sub(r'(?m)^\tadd\(legacy, "[^"]*", "[^"]*", m\{\}\)\n', "", source)
    if minor < 34:
        source = re.sub(r"(?m)^// Namespaces whose .*\n.*\n", "", source)
        for path in ("k8s.io/client-go/kubernetes/fake", "k8s.io/api/core/v1"):
            source = re.sub(rf'(?m)^\t(?:\w+ )?"{path}"\n', "", source)
    if minor < 36:
        source = source.replace("resourceclaim.NewStrategy(namespaces, nil)", "resourceclaim.NewStrategy(namespaces)")
    if minor < 31:
        source = source.replace("GetRESTOptions(resource schema.GroupResource, _ runtime.Object)", "GetRESTOptions(resource schema.GroupResource)")
    if minor < 27:
        source = source.replace('"k8s.io/apimachinery/pkg/util/managedfields"', 'managedfields "k8s.io/apiserver/pkg/endpoints/handlers/fieldmanager"')
        source = source.replace("managedfields.NewDeducedTypeConverter()", "managedfields.DeducedTypeConverter{}")
    # What is stored, to see which fields the release drops.
    source = source.replace('Warnings  []string     `json:"warnings"`', 'Warnings  []string     `json:"warnings"`\n\tStored    json.RawMessage `json:"stored,omitempty"`')
    return source.replace("\ta.Warnings = append(a.Warnings, warnings.list...)\n", """\ta.Warnings = append(a.Warnings, warnings.list...)
\tif os.Getenv("ORACLE_STORED") != "" && len(a.Errs) == 0 {
\t\tif stored, err := runtime.Encode(s.codecs.LegacyCodec(gvk.GroupVersion()), obj); err == nil {
\t\t\ta.Stored = json.RawMessage(stored)
\t\t}
\t}
""")


def main():
    version, directory, binary = sys.argv[1:]
    minor = int(version.split(".")[1])
    with tempfile.TemporaryDirectory() as work:
        mod, kubernetes = module(version, work)
        source = open(os.path.join(directory, "main.go")).read()
        open(os.path.join(work, "go.mod"), "w").write(mod)
        open(os.path.join(work, "main.go"), "w").write(adapted(source, minor, kubernetes))
        # Old modules link to internals of Go.
        run(work, "go", "build", "-ldflags=-checklinkname=0", "-o", os.path.abspath(binary), ".")


if __name__ == "__main__":
    main()
