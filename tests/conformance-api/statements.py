#!/usr/bin/env python3
"""Finds an object for each statement and tag of the API server's validation that makes an error.

statements.py [--add FILE.json] PODWRIGHT TRACED_ORACLE [CASES.jsonl.xz ...]

TRACED_ORACLE is the program that `trace.py` makes: it also answers with the call stack of each error. Objects are those
of `statement-cases.tsv`, of CASES (`api.jsonl.xz`), and of FILE, a JSON list of objects. Writes three files in
`tests/data/api-validation`:

- `statements.tsv`: package, function, line, error, and what covers it: a case with the field of the error, podwright's
  rule, and its field where that is another one; or `-` and the reason why nothing does. Reasons are written by hand;
  they are kept unless podwright reports the error at its field. Prints the statements without either.
- `tags.tsv`: the same for the tags in the types of the API, which `tags.py` lists. A case has an error of the tag that
  the API server also answers.
- `statement-cases.tsv`: name, the errors of the API server, and the object. `{"@text": [N, A, B]}` is the string A, N
  times, and B; `{"@list": [N, A]}` is a list of A, N times.
"""
import argparse, collections, json, lzma, os, re, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mutate

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../data/api-validation")
RULES = {"Required": "api-required", "Invalid": "api-invalid", "NotSupported": "api-not-supported", "Forbidden": "api-forbidden",
         "Duplicate": "api-duplicate", "TooLong": "api-too-long", "TooMany": "api-too-many"}
GENERATED = "/zz_generated.validations.go:"
CANDIDATES = 40
MAX_SIZE = 12000


def squeeze(value):
    """Writes long repetitions short."""
    if isinstance(value, dict):
        return {key: squeeze(v) for key, v in value.items()}
    if isinstance(value, list):
        if len(value) > 12 and all(v == value[0] for v in value):
            return {"@list": [len(value), squeeze(value[0])]}
        return [squeeze(v) for v in value]
    if isinstance(value, str) and len(value) > 120:
        repeated = re.match(r"^(.{1,4}?)\1{40,}", value, re.S)
        if repeated:
            part, count = repeated[1], len(repeated[0]) // len(repeated[1])
            return {"@text": [count, part, value[len(repeated[0]):]]}
    return value


def expand(value):
    if isinstance(value, dict):
        if "@text" in value:
            count, part, rest = value["@text"]
            return part * count + rest
        if "@list" in value:
            count, item = value["@list"]
            return [expand(item)] * count
        return {key: expand(v) for key, v in value.items()}
    return [expand(v) for v in value] if isinstance(value, list) else value


def site(frame):
    file, line = frame.rsplit(":", 1)
    directory, _, name = file.rpartition("/")
    return re.sub(r"@v[^/]*", "", directory), int(line)


def reached_by(answer, places):
    """The statements and tags that made an error, with the error that the API server answers."""
    for error in answer["errs"]:
        for place in map(site, error.get("stack", [])):
            if place in places:
                yield place, error
    for tag in answer.get("tags", []):
        place = next(site(frame) for frame in tag["stack"] if GENERATED in frame)
        same = [e for e in answer["errs"] if kind_of(e) == kind_of(tag) and mutate.canon(e["field"]) == mutate.canon(tag["field"])]
        if same and place in places:
            yield place, same[0]
        elif place in places:
            yield place, None


def kind_of(error):
    return error["type"].removeprefix("FieldValue")


def finding_at(error, findings):
    """podwright's rule at the field of the error. The rules of the group `api` must have the type of the error."""
    found = [f["rule"] for f in findings if mutate.canon(f["field"]) == mutate.canon(error["field"])]
    own = RULES.get(kind_of(error))
    special = [rule for rule in found if rule not in RULES.values()]
    return own if own in found else special[0] if special else None


def nearest(error, findings):
    """The finding that shares the most of the field's path, for an error that podwright reports at another field."""
    def shared(finding):
        a, b = (re.findall(r"[^.\[\]]+", mutate.canon(f or "").lower()) for f in (finding["field"], error["field"]))
        return len(os.path.commonprefix([a, b]))
    own = [f for f in findings if f["rule"] == RULES.get(kind_of(error))] or findings
    return max(own, key=shared) if own else None


def read_tsv(name):
    path = os.path.join(DATA, name)
    return [line.rstrip("\n").split("\t") for line in open(path)] if os.path.exists(path) else []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--add", action="append", default=[])
    parser.add_argument("podwright")
    parser.add_argument("oracle")
    parser.add_argument("cases", nargs="*")
    args = parser.parse_args()
    objects = [expand(json.loads(row[2])) for row in read_tsv("statement-cases.tsv")]
    for file in args.add:
        objects += json.load(open(file))
    for file in args.cases:
        for line in lzma.open(file, "rt"):
            try:
                value = mutate.yaml.load(json.loads(line)["yaml"], mutate.yaml.CSafeLoader)
                json.dumps(value)
            except (mutate.yaml.YAMLError, TypeError, ValueError):
                continue
            if isinstance(value, dict):
                objects.append(value)
    texts = list(dict.fromkeys(json.dumps(v, ensure_ascii=False) for v in objects))
    short = {text: json.dumps(squeeze(json.loads(text)), ensure_ascii=False) for text in texts}
    texts = [text for text in texts if len(short[text]) < MAX_SIZE and "\t" not in short[text]]
    answers = dict(zip(texts, mutate.ask_oracle(args.oracle, texts)))

    tables = {name: {(row[0], int(row[2])): row for row in read_tsv(name)} for name in ("statements.tsv", "tags.tsv")}
    statements = {place: row for table in tables.values() for place, row in table.items()}
    reached = collections.defaultdict(list)
    for text, answer in answers.items():
        for place, error in reached_by(answer, statements):
            if error:
                reached[place].append((text, error))
            elif not answer["errs"]:
                print("only a tag:", *statements[place][:4], text)
    for hits in reached.values():
        hits.sort(key=lambda hit: (len(answers[hit[0]]["errs"]), len(short[hit[0]])))
        del hits[CANDIDATES:]
    asked = sorted({text for hits in reached.values() for text, _ in hits})
    with mutate.concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
        found = dict(zip(asked, threads.map(lambda text: mutate.ask_podwright(os.path.abspath(args.podwright), text), asked)))

    # Few cases, and short ones: the one that covers the most for its size comes first.
    covers = collections.defaultdict(dict)
    for place, hits in reached.items():
        for text, error in hits:
            rule = finding_at(error, found[text])
            if rule and (place not in covers[text]):
                covers[text][place] = (error["field"], rule, "")
    for place, hits in reached.items():
        has_reason = len(statements[place]) > 5 and statements[place][4] == "-" and statements[place][5]
        if not has_reason and not any(place in covers[text] for text, _ in hits):
            for text, error in hits:
                other = nearest(error, found[text])
                if other and len(answers[text]["errs"]) <= 6:
                    covers[text][place] = (error["field"], other["rule"], other["field"] or "")
                    break
    open_places, chosen, by = {p for own in covers.values() for p in own}, [], {}
    while open_places:
        best = max(covers, key=lambda text: (len(open_places & covers[text].keys()) / (400 + len(short[text])), text))
        chosen.append(best)
        for place in open_places & covers[best].keys():
            by[place] = (best, *covers[best][place])
        open_places -= covers[best].keys()

    names, numbers = {}, collections.Counter()
    for text in sorted(chosen, key=lambda text: (json.loads(text)["kind"], text)):
        kind = json.loads(text)["kind"]
        numbers[kind] += 1
        names[text] = f"{kind}-{numbers[kind]}"
    with open(os.path.join(DATA, "statement-cases.tsv"), "w") as out:
        for text, name in names.items():
            errors = "; ".join(f"{kind_of(e)} {e['field']}" for e in answers[text]["errs"])
            out.write(f"{name}\t{errors}\t{short[text]}\n")
    count = collections.Counter()
    for file, table in tables.items():
        with open(os.path.join(DATA, file), "w") as out:
            for place, row in table.items():
                head = row[:4]
                if place in by:
                    text, *rest = by[place]
                    out.write("\t".join([*head, names[text], *rest]).rstrip("\t") + "\n")
                    count["other field" if rest[2] else "covered"] += 1
                else:
                    reason = row[5] if len(row) > 5 and row[4] == "-" else ""
                    out.write("\t".join([*head, "-", reason]) + "\n")
                    count["left out" if reason else "OPEN"] += 1
                    if not reason:
                        print("open:", *head, "reached" if place in reached else "not reached")
    print(dict(count), len(names), "cases")


if __name__ == "__main__":
    main()
