#!/usr/bin/env python3
"""Compares podwright's verdicts for several releases of Kubernetes with those of their API servers.

releases.py [--mutated N] [--seed N] [--openapi FILE] [--write FILE] [--table FILE] [--dropped] BINARY DIRECTORY CASES...
releases.py --update FILE BINARY DIRECTORY

DIRECTORY has a program `oracle-1.NN.P` for each release, as `oracle.py` makes them, and CASES are files of cases
(`api.jsonl.xz`). N changed objects are added as `mutate.py` makes them, for which the newest release decides what is
valid. Prints the disagreements by release and cause.

`--write` writes objects whose verdict differs between releases, for `tests/data/api-validation/releases.tsv`.
`--table` writes the numbers by release, for `tests/data/api-validation/release-agreement.tsv`.
`--update` asks the programs about the objects of a file in that form, and writes it again: after adding a line whose
verdicts are not known yet (any word, a tab, and the object), or a release.
`--dropped` prints which fields of accepted objects each release does not store instead: those behind a feature gate
belong into `xtask/src/api_table/enforced.txt`.
"""
import argparse, collections, concurrent.futures, json, lzma, os, random, re, subprocess

import yaml

import mutate

# Before 1.34, the API server does not validate the template and the claims of a StatefulSet, but the Pods and claims
# that its controller makes of them.
MADE_LATER = re.compile(r"^spec\.(template|volumeClaimTemplates|serviceName)\b")
# What the metadata of every object loses, and what conversion moves to another field.
NOT_STORED = re.compile(r"metadata\.(namespace|selfLink|uid|managedFields|deletion\w+|creationTimestamp|annotations)|stringData"
                        r"|status|configSource|deprecatedTopology|sessionAffinityConfig")
WORDS = ("agreed", "later", "missed", "false")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutated", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--openapi")
    parser.add_argument("--write", metavar="FILE")
    parser.add_argument("--dropped", action="store_true")
    parser.add_argument("--update", metavar="FILE")
    parser.add_argument("--table", metavar="FILE")
    parser.add_argument("--examples", action="store_true", help="print an object of each disagreement")
    parser.add_argument("binary")
    parser.add_argument("directory")
    parser.add_argument("cases", nargs="*")
    return parser.parse_args()


def read(text):
    try:
        value = yaml.load(text, yaml.CSafeLoader)
        json.dumps(value)
    except (yaml.YAMLError, TypeError, ValueError):
        return None
    is_object = isinstance(value, dict) and isinstance(value.get("kind"), str)
    return value if is_object and not value["kind"].endswith("List") else None


def objects(args, newest):
    """The objects of the cases, and changed ones."""
    texts = [json.loads(line)["yaml"] for file in args.cases for line in lzma.open(file, "rt")]
    values = [value for text in texts if len(text) < 20000 and (value := read(text))]
    answers = mutate.ask_oracle(newest, [json.dumps(value) for value in values])
    bases = [value for value, answer in zip(values, answers) if not mutate.is_rejected(answer)]
    known = collections.defaultdict(dict)
    for value in values:
        for path in mutate.places(value):
            own = mutate.get(value, path)
            known[mutate.pattern(value["kind"], path)].setdefault(json.dumps(own, sort_keys=True), own)
    known = {name: list(own.values()) for name, own in known.items()}
    mutator = mutate.Mutator(mutate.Schema(args.openapi), known, random.Random(args.seed))
    values += [mutator.change(mutator.rand.choice(bases)) for _ in range(args.mutated)]
    texts = dict.fromkeys(json.dumps(value, ensure_ascii=False) for value in values)
    return [text for text in texts if len(text) < 20000 and not re.search(r"\$\(|\{\{|\$\{", text)]


def is_made_later(text, errors, minor):
    return minor < 34 and '"kind": "StatefulSet"' in text and all(MADE_LATER.match(f["field"] or "") for f in errors)


def missing(written, stored, path=()):
    """Paths of the values that are written and not stored."""
    if isinstance(written, dict) and isinstance(stored, dict):
        for key, value in written.items():
            if value in (None, [], {}, "", 0, False):
                continue
            if key in stored:
                yield from missing(value, stored[key], path + (key,))
            else:
                yield path + (key,)
    elif isinstance(written, list) and isinstance(stored, list) and len(written) == len(stored):
        for at, (one, other) in enumerate(zip(written, stored)):
            yield from missing(one, other, path + (at,))


def print_dropped(texts, oracles):
    for minor, oracle in oracles.items():
        os.environ["ORACLE_STORED"] = "1"
        found = collections.Counter()
        for text, answer in zip(texts, mutate.ask_oracle(oracle, texts)):
            value = json.loads(text)
            for path in missing(value, answer.get("stored") or value):
                field = mutate.pattern(value["kind"], path)
                if not NOT_STORED.search(field):
                    found[field] += 1
        for field, count in sorted(found.items()):
            print(f"1.{minor} {count:4} {field}")


def main():
    args = arguments()
    oracles = {}
    for name in os.listdir(args.directory):
        if found := re.fullmatch(r"oracle-1\.(\d+)\.\d+", name):
            oracles[int(found[1])] = os.path.join(args.directory, name)
    oracles = dict(sorted(oracles.items()))
    if args.update:
        return update(args.update, oracles)
    texts = objects(args, oracles[max(oracles)])
    if args.dropped:
        return print_dropped(texts, oracles)
    verdicts, wrong, rows = collections.defaultdict(dict), set(), []
    for minor, oracle in oracles.items():
        answers = mutate.ask_oracle(oracle, texts)
        pairs = [(t, a) for t, a in zip(texts, answers) if not any(map(mutate.is_unknowable, a["errs"]))]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
            ask = lambda pair: mutate.ask_podwright(os.path.abspath(args.binary), pair[0], "error", f"1.{minor}")
            found = list(threads.map(ask, pairs))
        groups, count = collections.defaultdict(list), collections.Counter()
        for (text, answer), errors in zip(pairs, found):
            is_rejected = mutate.is_rejected(answer)
            served = not re.search("^no matches for kind", answer.get("decodeErr") or "")
            verdicts[text][minor] = "-" if not served else "r" if is_rejected else "a"
            if is_rejected == bool(errors):
                count["agreed"] += 1
            elif is_rejected:
                count["missed"] += 1
                groups["missed", mutate.cause(answer)].append(text)
            elif is_made_later(text, errors, minor):
                count["later"] += 1
                verdicts[text][minor] = "l"
                continue
            else:
                count["false"] += 1
                words = re.sub(r"`[^`]*`", "`…`", errors[0]["message"])
                groups["false", f'{errors[0]["rule"]} {mutate.general(errors[0]["field"])}: {words}'].append(text)
            if is_rejected != bool(errors):
                wrong.add(text)
        rows.append([f"1.{minor}", len(pairs)] + [count[word] for word in WORDS])
        print(f"1.{minor}: {len(pairs)} objects, " + ", ".join(f"{count[word]} {word}" for word in WORDS))
        for (verdict, why), own in sorted(groups.items(), key=lambda group: (group[0][0], -len(group[1]))):
            print(f"  {verdict:6} {len(own):4} {why}")
            if args.examples:
                print("        ", min(own, key=len)[:800])
    if args.table:
        with open(args.table, "w") as out:
            out.writelines("\t".join(map(str, row)) + "\n" for row in rows)
    if args.write:
        write(args.write, list(oracles), verdicts, wrong)


def word_of(answer):
    if re.search("^no matches for kind", answer.get("decodeErr") or ""):
        return "-"
    return "r" if mutate.is_rejected(answer) else "a"


def update(file, oracles):
    texts = [line.rstrip("\n").split("\t", 1)[1] for line in open(file) if not line.startswith("#")]
    answers = [mutate.ask_oracle(oracle, texts) for oracle in oracles.values()]
    with open(file, "w") as out:
        out.write("# " + " ".join(f"1.{minor}" for minor in oracles) + "\n")
        for text, own in zip(texts, zip(*answers)):
            out.write("".join(map(word_of, own)) + f"\t{text}\n")


def write(file, minors, verdicts, wrong):
    """The smallest objects of each kind and difference that podwright judges right, at most three of each."""
    chosen = collections.Counter()
    with open(file, "w") as out:
        out.write("# " + " ".join(f"1.{minor}" for minor in minors) + "\n")
        rows = []
        for text, own in sorted(verdicts.items(), key=lambda item: len(item[0])):
            word = "".join(own.get(minor, "-") for minor in minors)
            if text in wrong or len(set(word) - set("-")) < 2:
                continue
            kind = json.loads(text)["kind"]
            if chosen[kind, word] < 3 and len(text) < 3000:
                chosen[kind, word] += 1
                rows.append((kind, word, text))
        for _, word, text in sorted(rows):
            out.write(f"{word}\t{text}\n")


if __name__ == "__main__":
    main()
