#!/usr/bin/env python3
"""Changes valid objects, and compares podwright's verdict on the results with that of the API server.

mutate.py [--count N] [--seed N] [--kinds A,B] [--corpus DIR] [--openapi FILE] [--paths] [--warnings]
          [--sample N FILE] [--table FILE] BINARY ORACLE CASES...

BINARY is podwright, ORACLE the program in ../shared/conformance/api/oracle, and CASES are files of cases
(`api.jsonl.xz`): the accepted objects are changed, and the values of all of them are tried in other objects. DIR has
manifests, of which more objects are taken. FILE is `api/openapi-spec/swagger.json` of Kubernetes: with it, fields that
no case has are added, too.

Prints the disagreements by kind, field and cause, with the smallest object of each. `--paths` also prints where both
reject, but no finding has a field of an error. `--sample` writes N diverse objects with the verdicts, for
`tests/data/api-validation/mutated.tsv`; remove those that are not agreed on. `--table` writes the numbers by kind, for
`tests/data/api-validation/agreement.tsv`.
"""
import argparse, collections, concurrent.futures, copy, json, lzma, os, random, re, subprocess, sys, tempfile

import yaml

# Rules about what happens after the API server's own validation: admission, the controllers, the kubelet.
BEYOND = {"pod-overhead-set", "subpathexpr-missing-var", "image-pull-secret-invalid-name",
          "lifecycle-tcpsocket-unsupported", "prestop-exceeds-grace", "prestop-with-zero-grace", "image-invalid-reference",
          "image-whitespace", "image-has-scheme", "pull-secret-type-near-miss", "env-resourcefieldref-unknown-container",
          "service-account-deprecated-field", "probe-port-unknown", "run-as-non-root-conflict",
          "pod-security-label-invalid"}

STRINGS = ["", "a", "A", "Foo", "-a", "a-", "a.b", "a..b", "a/b", "a_b", "a b", " a", "1", "0", "-1", "1.5", "1e3", "100m",
           "1Gi", "1Ei", "10%", "150%", "-5%", "5 %", "10.0.0.1", "10.0.0.01", "fd00::1", "10.0.0.0/8", "10.0.0.1/8",
           "::ffff:1.2.3.4", "/abs", "/a/../b", "../x", "a:b", "é", "a=b", "a,b", "*", "*.a.b", "a.b.c/d", "http://a", "kubernetes.io/a",
           "example.com/a", "a" * 15, "a" * 16, "a" * 63, "a" * 64, "a" * 254, "a" * 300, "a" * 2000, "true", "null", "1h", "2024-01-01T00:00:00Z",
           "None", "Always", "Never", "TCP", "IPv4", "Linux", "windows", "default", "*/5 * * * *", "@daily", "v1", "self", "apps/v1"]
INTEGERS = [0, 1, -1, 2, 10, 64, 100, 101, 255, 1000, 3600, 65535, 65536, 30000, 86401, 1 << 31, (1 << 31) - 1, 1 << 63, -(1 << 31), 1000000001]
KEYS = ["a", "A", "a.b", "", "-a", "a b", "a/b/c", "/a", "a/", "a" * 64, "kubernetes.io/a", "requests.cpu", "cpu", "memory",
        "hugepages-2Mi", "example.com/a", "pods", "storage", "..a", "a_b", "ephemeral-storage", "count/pods"]
POD_SPECS = {"Pod": "", "PodTemplate": "template.", "CronJob": "spec.jobTemplate.spec.template."}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default="")
    parser.add_argument("--kubernetes-version", default="1.36")
    parser.add_argument("--corpus")
    parser.add_argument("--openapi")
    parser.add_argument("--paths", action="store_true")
    parser.add_argument("--warnings", action="store_true", help="compare the warnings, not the verdicts")
    parser.add_argument("--sample", nargs=2, metavar=("N", "FILE"))
    parser.add_argument("--table", metavar="FILE", help="write the numbers by kind, for docs/src/accuracy.md")
    parser.add_argument("--examples", type=int, default=1, help="objects printed per disagreement")
    parser.add_argument("binary")
    parser.add_argument("oracle")
    parser.add_argument("cases", nargs="+")
    return parser.parse_args()


def ask_oracle(oracle, texts):
    """The answers of the API server, in the order of the texts."""
    with tempfile.TemporaryFile("w+") as file:
        for text in texts:
            file.write(json.dumps({"yaml": text}) + "\n")
        file.seek(0)
        out = subprocess.run([oracle], stdin=file, capture_output=True, check=True).stdout
    answers = [json.loads(line) for line in out.splitlines()]
    assert len(answers) == len(texts)
    return answers


def ask_podwright(binary, text, level="error", release="1.36"):
    command = [binary, "check", "--no-config", "--kubernetes-version", release, "--level", level, "--fail-on", "never",
               "--format", "json", "-"]
    out = subprocess.run(command, input=text.encode(), capture_output=True)
    try:
        if level != "error":
            return json.loads(out.stdout)["findings"]
        return [f for f in json.loads(out.stdout)["findings"] if f["level"] == "error" and not is_beyond(f)]
    except ValueError:
        return [{"rule": "NO-ANSWER", "field": None, "message": out.stderr.decode()[:200]}]


def is_beyond(finding):
    # The Job of such a template is rejected later, and kubectl needs a name where the API server makes one.
    is_later = finding["rule"] == "label-invalid" and (finding["field"] or "").startswith("spec.jobTemplate.metadata.")
    is_whole = finding["rule"] == "image-whitespace" and finding["object"]["kind"] == "Pod" and "within" not in finding["message"]
    is_nameless = finding["message"] == "object has no name" and finding["object"]["kind"] == "LimitRange"
    return finding["rule"] in BEYOND and not is_whole or is_later or is_nameless


def is_rejected(answer):
    return bool(answer["errs"] or answer.get("decodeErr") or answer.get("strictErr"))


# Errors that depend on the cluster: its address ranges and families, other objects, or what admission adds before
# validation (the ServiceAccount of a Pod).
UNKNOWABLE = re.compile(r"not configured (on|for) |not in the valid range|provided (IP|port) is not in|not a valid nodePort|resourceResolver is nil"
                        r"|admin access to devices requires|must not be specified when serviceAccountName is not set|outside of the allowed")


def is_unknowable(error):
    return bool(UNKNOWABLE.search(error.get("detail") or ""))


# Objects to change

def same_shape(value):
    if isinstance(value, dict):
        return tuple(sorted((key, same_shape(v)) for key, v in value.items()))
    if isinstance(value, list):
        return tuple(sorted({repr(same_shape(v)) for v in value}))
    return type(value).__name__


def corpus_objects(directory, kinds, limit):
    """Objects of the kinds with different sets of fields, at most `limit` of a kind."""
    found, shapes = collections.defaultdict(list), set()
    for root, _, files in sorted(os.walk(directory)):
        for name in sorted(files):
            if not name.endswith((".yaml", ".yml")) or not os.path.isfile(os.path.join(root, name)):
                continue
            text = open(os.path.join(root, name), encoding="utf-8", errors="replace").read()
            if len(text) > 200000 or "{{" in text:
                continue
            for part in re.split(r"(?m)^---.*\n", text):
                kind = re.search(r"(?m)^kind: *(\w+)", part)
                if not kind or kind[1] not in kinds or len(found[kind[1]]) >= limit or len(part) > 8000:
                    continue
                try:
                    value = yaml.load(part, yaml.CSafeLoader)
                    json.dumps(value)
                except (yaml.YAMLError, TypeError, ValueError):
                    continue
                if isinstance(value, dict) and (shape := same_shape(value)) not in shapes:
                    shapes.add(shape)
                    found[kind[1]].append(value)
    return [value for values in found.values() for value in values]


# Places in an object

def places(value, path=()):
    """Paths of all values below the object, without the head."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in entries:
        if not path and key in ("apiVersion", "kind", "status"):
            continue
        yield path + (key,)
        yield from places(child, path + (key,))


def get(value, path):
    for step in path:
        value = value[step]
    return value


def template_of(kind):
    return POD_SPECS.get(kind, "spec.template.")


def pattern(kind, path):
    """The kind and field of a path without indexes, the same for all Pod templates."""
    field = ".".join("[]" if isinstance(step, int) else step for step in path).replace(".[]", "[]")
    prefix = template_of(kind)
    if prefix + "spec." in field + "." and field.startswith(prefix + "spec.") and (kind in POD_SPECS or "template." in field):
        return "Pod:" + field[len(prefix):]
    return f"{kind}:{field}"


# The API's types

class Schema:
    def __init__(self, file):
        self.types = json.load(open(file))["definitions"] if file else {}
        self.roots = {}
        for name, definition in self.types.items():
            for gvk in definition.get("x-kubernetes-group-version-kind", []):
                version = f'{gvk["group"]}/{gvk["version"]}'.lstrip("/")
                self.roots.setdefault((version, gvk["kind"]), definition)

    def resolve(self, node):
        while node and "$ref" in node:
            name = node["$ref"].rsplit("/", 1)[1]
            node = self.types.get(name)
            if name.endswith(("Quantity", "IntOrString", "Time", "RawExtension")):
                return {"type": "string", "special": name.rsplit(".", 1)[1]}
        return node or {}

    def at(self, value, path):
        node = self.roots.get((value.get("apiVersion"), value.get("kind")), {})
        for step in path:
            node = self.resolve(node)
            if isinstance(step, int):
                node = node.get("items", {})
            else:
                node = node.get("properties", {}).get(step) or node.get("additionalProperties", {})
        return self.resolve(node)

    def make(self, node, rand, depth=0):
        node = self.resolve(node)
        kind = node.get("type")
        if node.get("special") == "Quantity":
            return rand.choice(["1", "100m", "1Gi", "0", "-1"])
        if node.get("special") == "IntOrString":
            return rand.choice([1, 0, 80, "50%", "http", "a b"])
        if node.get("special") == "Time":
            return "2024-01-01T00:00:00Z"
        if kind == "integer":
            return rand.choice([0, 1, 5, 80, 443, -1, 70000])
        if kind == "boolean":
            return rand.random() < 0.5
        if kind == "array":
            return [self.make(node.get("items", {}), rand, depth + 1) for _ in range(rand.choice([1, 1, 1, 2, 0]))]
        if kind == "string":
            words = re.findall(r'`"(\w+)"`', node.get("description", ""))
            return rand.choice(words) if words and rand.random() < 0.8 else rand.choice(["a", "b", "/a", "example.com/a", "10.0.0.1", rand.choice(STRINGS)])
        if "additionalProperties" in node:
            return {rand.choice(KEYS): self.make(node["additionalProperties"], rand, depth + 1)} if rand.random() < 0.9 else {}
        made = {}
        for name, field in node.get("properties", {}).items():
            share = 0.95 if name in node.get("required", []) else 0.35 / (1 + depth)
            if rand.random() < share and depth < 5:
                made[name] = self.make(field, rand, depth + 1)
        return made


# Changes

class Mutator:
    def __init__(self, schema, values, rand):
        self.schema, self.values, self.rand = schema, values, rand
        self.patterns = collections.defaultdict(set)
        for name in values:
            parent, _, key = name.rpartition(".")
            self.patterns[parent].add(key)

    def change(self, base):
        """A changed copy of the object."""
        value = copy.deepcopy(base)
        for _ in range(self.rand.choice([1, 1, 1, 1, 2, 2, 3])):
            for _ in range(20):
                if self.step(value):
                    break
        return value

    def step(self, value):
        rand = self.rand
        every = list(places(value))
        if not every:
            return False
        path = rand.choice(every)
        parent, key = get(value, path[:-1]), path[-1]
        old = parent[key]
        kind = value.get("kind")
        action = rand.choice(["value", "value", "value", "graft", "graft", "add", "add", "add", "remove", "collection", "key", "odd"])
        if action == "value" and not isinstance(old, (dict, list)):
            parent[key] = self.scalar(old)
        elif action == "graft":
            known = self.values.get(pattern(kind, path))
            if not known:
                return False
            parent[key] = copy.deepcopy(rand.choice(known))
        elif action == "add":
            return self.add(value, kind, path[:-1] if rand.random() < 0.3 or not isinstance(old, dict) else path)
        elif action == "remove":
            del parent[key]
        elif action == "collection" and isinstance(old, list):
            way = rand.choice(["empty", "again", "again", "null", "many", "reverse"])
            if way == "empty":
                parent[key] = []
            elif way == "reverse":
                old.reverse()
            elif way == "null":
                old.append(None)
            elif old:
                old.extend(copy.deepcopy(old[0]) for _ in range(1 if way == "again" else rand.choice([10, 33, 70])))
        elif action == "collection" and isinstance(old, dict):
            parent[key] = {}
        elif action == "key" and isinstance(key, str) and not self.schema.at(value, path[:-1]).get("properties"):
            parent[rand.choice(KEYS)] = parent.pop(key)
        elif action == "odd" and rand.random() < 0.25:
            parent[key] = rand.choice([None, {}, [], "x", 1, True, {"foo": 1}, ["x"]])
        else:
            return False
        return True

    def add(self, value, kind, path):
        parent = get(value, path)
        if not isinstance(parent, dict):
            return False
        rand, name = self.rand, pattern(kind, path)
        node = self.schema.at(value, path)
        fields = [f for f in node.get("properties", {}) if f not in parent and (path or f not in ("status", "apiVersion", "kind"))]
        known = sorted(f for f in self.patterns.get(name, ()) if f not in parent and "[" not in f)
        if known and (rand.random() < 0.5 or not fields):
            key = rand.choice(known)
            parent[key] = copy.deepcopy(rand.choice(self.values[f"{name}.{key}"]))
        elif fields:
            key = rand.choice(fields)
            parent[key] = self.schema.make(node["properties"][key], rand)
        elif "additionalProperties" in node:
            parent[rand.choice(KEYS)] = self.schema.make(node["additionalProperties"], rand)
        elif rand.random() < 0.05:
            parent["foo"] = 1
        else:
            return False
        return True

    def scalar(self, old):
        rand = self.rand
        if isinstance(old, bool):
            return not old
        if isinstance(old, (int, float)):
            return rand.choice(INTEGERS + [old + 1, -old, str(old)])
        if isinstance(old, str) and old and rand.random() < 0.4:
            return rand.choice([old.upper(), old.capitalize(), old + "/", "-" + old, old + "." + old, old * 30, old[:-1], old + " ", " " + old, old + "A", old + "-1", old.lower(), "x" + old])
        return rand.choice(STRINGS)


# The comparison

def general(field):
    field = re.sub(r"^(spec\.jobTemplate\.)?(spec\.)?template\.spec\.", "«pod».", field or "")
    return re.sub(r"\[[^\]]*\]", "[]", field)


def canon(field):
    field = re.sub(r"""\[["']?([^\]"']*[^\]"'\d][^\]"']*)["']?\]""", r".\1", field or "")
    return re.sub(r'\."([^"]*)"', r".\1", field)


def cause(answer):
    if answer["errs"]:
        return "; ".join(sorted({f'{e["type"].removeprefix("FieldValue")} {general(e["field"])}: {re.sub(chr(34) + ".*", "", e.get("detail") or "")[:70]}' for e in answer["errs"]})[:2])
    return re.sub(r'"[^"]*"', '"…"', str(answer.get("decodeErr") or answer.get("strictErr")))[:90]


def fields(answer):
    want = {canon(e["field"]) for e in answer["errs"]}
    for text in answer.get("strictErr") or []:
        want |= {canon(m) for m in re.findall(r'(?:unknown|duplicate) field "([^"]*)"', text)}
    return want


def main():
    args = arguments()
    rand = random.Random(args.seed)
    cases = [json.loads(line) for file in args.cases for line in lzma.open(file, "rt")]
    read = []
    for case in cases:
        try:
            value = yaml.load(case["yaml"], yaml.CSafeLoader)
            json.dumps(value)
        except (yaml.YAMLError, TypeError, ValueError):
            continue
        if isinstance(value, dict) and isinstance(value.get("kind"), str) and len(case["yaml"]) < 20000:
            read.append((value, case["rejected"]))
    kinds = {value["kind"] for value, rejected in read if not rejected and not value["kind"].endswith("List")}
    bases = [value for value, rejected in read if not rejected and value["kind"] in kinds]
    if args.corpus:
        more = corpus_objects(args.corpus, kinds, 60)
        bases += [value for value, answer in zip(more, ask_oracle(args.oracle, [json.dumps(v) for v in more])) if not is_rejected(answer)]
    values = collections.defaultdict(dict)
    for value in [value for value, _ in read] + bases:
        for path in places(value):
            own = get(value, path)
            values[pattern(value["kind"], path)].setdefault(json.dumps(own, sort_keys=True), own)
    values = {name: list(own.values()) for name, own in values.items()}
    mutator = Mutator(Schema(args.openapi), values, rand)
    by_kind = collections.defaultdict(list)
    for base in bases:
        by_kind[base["kind"]].append(base)
    wanted = [k for k in args.kinds.split(",") if k] or sorted(by_kind)
    # A Pod has more fields than a ConfigMap: half of the objects are even by kind, half by the number of bases.
    texts, seen = [], set()
    pool = [base for kind in wanted for base in by_kind[kind]]
    while len(texts) < args.count:
        base = rand.choice(by_kind[rand.choice(wanted)] if rand.random() < 0.5 else pool)
        text = json.dumps(mutator.change(base), ensure_ascii=False)
        if text not in seen and len(text) < 60000 and not re.search(r"\$\(|\{\{|\$\{", text):
            seen.add(text)
            texts.append(text)
    answers = ask_oracle(args.oracle, texts)
    # Allocation hides what comes after it.
    texts, answers = zip(*[(t, a) for t, a in zip(texts, answers) if not any(map(is_unknowable, a["errs"]))])
    level = "info" if args.warnings else "error"
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
        findings = list(threads.map(lambda text: ask_podwright(os.path.abspath(args.binary), text, level, args.kubernetes_version), texts))
    if args.warnings:
        return report_warnings(args, texts, answers, findings)
    report(args, texts, answers, findings)


def report(args, texts, answers, findings):
    groups, table = collections.defaultdict(list), collections.defaultdict(collections.Counter)
    for text, answer, errors in zip(texts, answers, findings):
        kind = json.loads(text).get("kind")
        verdict = "agreed" if is_rejected(answer) == bool(errors) else "missed" if is_rejected(answer) else "false"
        table[kind][verdict] += 1
        table[kind]["objects"] += 1
        if verdict == "missed":
            groups["missed", cause(answer)].append((kind, text))
        elif verdict == "false":
            first = errors[0]
            words = re.sub(r"`[^`]*`", "`…`", first["message"])
            groups["false", f'{first["rule"]} {general(first["field"])}: {words}'].append((kind, text))
        elif errors and (want := fields(answer)):
            table[kind]["paths"] += 1
            if want & {canon(f["field"]) for f in errors}:
                table[kind]["same"] += 1
            elif args.paths:
                groups["path", f'{cause(answer)} | {errors[0]["rule"]} {general(errors[0]["field"])}'].append((kind, text))
    for (verdict, why), objects in sorted(groups.items(), key=lambda g: (g[0][0], -len(g[1]))):
        kinds = collections.Counter(kind for kind, _ in objects)
        print(f'{verdict:6} {len(objects):4} {why} ({", ".join(k for k, _ in kinds.most_common(4))})')
        for _, text in sorted(objects, key=lambda o: len(o[1]))[:args.examples]:
            print("       ", text[:900])
    print(f"{'kind':36} objects agreed missed false  same path")
    total = collections.Counter()
    for row in table.values():
        total.update(row)
    for kind, row in [*sorted(table.items(), key=lambda row: str(row[0])), ("all", total)]:
        print(f"{str(kind):36} {row['objects']:7} {row['agreed']:6} {row['missed']:6} {row['false']:5}  {row['same']}/{row['paths']}")
    print(f"agreement {total['agreed'] / total['objects']:.4f}, same path {total['same'] / max(1, total['paths']):.4f}")
    if args.table:
        with open(args.table, "w") as out:
            for kind, row in sorted(table.items(), key=lambda row: str(row[0])):
                if isinstance(kind, str) and row["objects"] > 5:
                    out.write(f"{kind}\t{row['objects']}\t{row['agreed']}\t{row['missed']}\t{row['false']}\n")
    if args.sample:
        write_sample(int(args.sample[0]), args.sample[1], texts, answers)


def report_warnings(args, texts, answers, findings):
    """Warnings of the API server at whose field podwright has no finding, and findings without a warning."""
    groups = collections.defaultdict(list)
    for text, answer, found in zip(texts, answers, findings):
        if is_rejected(answer):
            continue
        own = {general(canon(f["field"])) for f in found}
        for warning in answer["warnings"]:
            path, _, rest = warning.partition(": ")
            path = general(canon(path))
            if not any(field and (field.startswith(path) or path.startswith(field)) for field in own):
                groups["missed", f'{path if rest else ""}: {re.sub(chr(34) + "[^" + chr(34) + "]*" + chr(34), "…", rest or warning)[:80]}'].append(text)
        for f in found:
            if f["rule"] in ("api-warning", "api-deprecated") and not answer["warnings"]:
                groups["false", f'{f["rule"]} {general(f["field"])}: {f["message"]}'].append(text)
    for (verdict, why), objects in sorted(groups.items(), key=lambda g: (g[0][0], -len(g[1]))):
        print(f"{verdict:6} {len(objects):4} {why}")
        for text in sorted(objects, key=len)[:args.examples]:
            print("       ", text[:900])


def write_sample(count, file, texts, answers):
    """The smallest object of each kind and error first, then the smallest of each error's field, half of them accepted at most."""
    groups = collections.defaultdict(list)
    for i in sorted(range(len(texts)), key=lambda i: len(texts[i])):
        if len(texts[i]) < 2000:
            groups[json.loads(texts[i]).get("kind"), cause(answers[i]) if is_rejected(answers[i]) else ""].append(i)
    kept = []
    for nth in range(len(texts)):
        for (_, why), own in groups.items():
            kept += own[nth:nth + 1] if why else own[nth * 3:nth * 3 + 3]
        if len(kept) >= count:
            break
    kept = kept[:count]
    with open(file, "w") as out:
        for i in sorted(kept, key=lambda i: (str(json.loads(texts[i]).get("kind")), i)):
            answer = answers[i]
            errors = [f'{e["type"].removeprefix("FieldValue")} {e["field"]}' for e in answer["errs"]]
            errors += ["decode"] * bool(answer.get("decodeErr")) + [f"strict {e}" for e in answer.get("strictErr") or []]
            out.write(f'{"; ".join(errors) or "accepted"}\t{texts[i]}\n')


if __name__ == "__main__":
    main()
