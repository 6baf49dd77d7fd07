#!/usr/bin/env python3
"""helm-differential.py [-n CASES] [--seed SEED] [--helm COMMAND] [--charts DIR] [BINARY]: compares `podwright render` with helm 4.

Three kinds of charts are rendered with both:
  created    what `helm create` writes, with random values
  templates  random templates: expressions with all functions, control structures, named templates, errors. 40 in a chart
  syntax     random damage to templates: what the parser says
  charts     the charts below DIR, with each of their values files and random options

Documents must be equal as values within each `# Source:`, and an error must name the file and the line that helm names.
BINARY is target/debug/podwright by default. `go install helm.sh/helm/v4/cmd/helm@v4.3.2` installs the oracle.

Exit codes: 0 equal or skipped (no oracle), 1 different. A difference is kept in a directory that is named in the output."""
import argparse, collections, glob, json, os, random, re, shutil, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor

try:
    import yaml
except ImportError:
    sys.exit(print("skipped: PyYAML is not installed") or 0)

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("-n", type=int, default=40, help="charts of each kind")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--helm", default="helm")
parser.add_argument("--charts", help="directory with charts")
parser.add_argument("--kind", action="append", choices=["created", "templates", "syntax", "charts"])
parser.add_argument("binary", nargs="?", default="target/debug/podwright")
options = parser.parse_args()
if not shutil.which(options.helm):
    sys.exit(print(f"skipped: {options.helm} is not installed") or 0)
helm, binary = os.path.abspath(shutil.which(options.helm)), os.path.abspath(options.binary)
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
HOME = tempfile.mkdtemp(prefix="helm-home-")
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": HOME}


# Both commands.

def call(command, cwd):
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, timeout=120, env=ENVIRONMENT)
    except subprocess.TimeoutExpired:
        return False, "", "timeout"
    return done.returncode == 0, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def by_helm(chart, flags, cwd):
    return call([helm, "template", "rel", chart, "--namespace", "ns", "--kube-version", "1.34.0", *flags], cwd)


def by_podwright(chart, flags, cwd):
    names = {"--kube-version": "--kubernetes-version", "--values": "-f"}
    command = [binary, "render", chart, "--release", "rel", "--namespace", "ns", "--capabilities", "helm"]
    if "--kube-version" not in flags:
        command += ["--kubernetes-version", "1.34.0"]
    return call(command + [names.get(flag, flag) for flag in flags], cwd)


def documents(text):
    found, source, lines = collections.defaultdict(list), None, []

    def close():
        if lines:
            try:
                found[source].extend(d for d in yaml.load_all("\n".join(lines), LOADER) if d is not None)
            except yaml.YAMLError:
                # What Go reads and PyYAML does not is compared as text.
                found[source].append("\n".join(lines).strip())

    for line in text.splitlines():
        if line.rstrip() == "---":
            close()
            lines = []
        elif line.startswith("# Source: "):
            source = line[10:].strip()
        else:
            lines.append(line)
    close()
    return {source: repr(found) for source, found in found.items() if found}


PLACE = re.compile(r"([\w.+-]+\.(?:yaml|yml|tpl|txt)):(\d+)")


def places(text):
    return [f"{name}:{line}" for name, line in PLACE.findall(text)]


def difference(want, have):
    """Why two results differ, or None."""
    if want[0] != have[0]:
        return f"helm: {want[2].strip()[:600]}" if have[0] else f"podwright: {have[2].strip()[:600]}"
    if want[0]:
        a, b = documents(want[1]), documents(have[1])
        names = [name for name in sorted(set(a) | set(b), key=str) if a.get(name) != b.get(name)]
        return f"differs in {', '.join(map(str, names))}"[:300] if names else None
    expected = places(want[2].split("cannot parse template")[0])
    if expected and not {expected[0], expected[-1]} <= set(places(have[2])):
        return f"error elsewhere:\n  helm: {want[2].strip()[:400]}\n  podwright: {have[2].strip()[:400]}"
    return None


# Random expressions.

VALUES = """
s: text
e: ""
sp: " a b "
up: Hello World
ml: "line one\\nline two\\n"
u: "é😀x"
n: 3
neg: -7
f: 1.5
big: 12345678901
million: 1000000
zero: 0
b: true
nob: false
none: null
l: [1, two, null, 3.5, {a: b}, [x]]
sl: [c, a, b, a]
nl: [3, 1, 2]
el: []
m: {a: 1, b: x, m: {c: d, l: [1]}, n: null}
sm: {k1: v1, k2: v2}
em: {}
date: 2020-01-02
str: "1.20"
oct: "0o17"
quoted: "a'b\\"c\\\\d"
html: "<a href='x'>&</a>"
json: '{"a": [1, 2.5, null, "x"], "b": {"c": true}}'
yaml: "a: 1\\nb: [x, 2]\\nc: {d: null}\\n"
version: 1.2.3-beta.1+build
url: "https://user:pw@host.example:8443/a/b?q=1#frag"
b64: aGVsbG8=
path: /a/b/../c.tar.gz
tpl: "{{ .Values.s }}-{{ include \\"h\\" . }}"
"""
ATOMS = {
    "str": ['"a"', '""', '"Hello World"', '`raw\\n`', '"a-b_c.d"', "$s", '"é😀"', '"1.5"', '"12"', '"0x1F"', '"true"', ".Values.s", ".Values.e", ".Values.sp", ".Values.ml", ".Values.u", ".Values.up", ".Values.str", ".Values.quoted", ".Values.html", ".Values.json", ".Values.yaml", ".Values.version", ".Values.url", ".Values.b64", ".Values.path", ".Values.date", ".Values.oct", ".Release.Name", ".Chart.Name", ".Chart.Version", ".Template.Name", "'x'", ".Values.m.b", '"a,b,c"', '"x y  z"', ".Capabilities.KubeVersion.Version"],
    "int": ["0", "1", "2", "3", "-1", "7", "10", "0x1f", "1_000", "$i", "(.Values.num | int)", "(len .Values.l)", "1e3", "(int64 .Values.neg)"],
    "float": ["1.5", "0.1", "-2.25", "1e21", "1e-7", ".Values.f", "3.0", "100000.0", "123456789.125", ".Values.million", "$f", ".Values.num", ".Values.neg", ".Values.zero", ".Values.big"],
    "bool": ["true", "false", ".Values.b", ".Values.nob", "$b"],
    "list": [".Values.l", ".Values.sl", ".Values.nl", ".Values.el", "(list)", '(list 1 "a" nil)', '(list 3 1 2)', "$l", "(until 3)", '(splitList "," "a,b,c")', ".Values.m.m.l", "(tuple 1 2)", ".Chart.Keywords"],
    "map": [".Values.m", ".Values.sm", ".Values.em", "(dict)", '(dict "a" 1 "b" "x")', "$m", ".Values.m.m", ".Values.m", ".Values.sm", ".Release", '(dict "k1" nil)', '(split "-" "a-b")'],
    "any": [".Values.none", ".Values.missing", ".Values.m.n", ".Values.l", ".Values.s", ".Values.num", ".Values", ".Chart"],
}
NAMES = list(ATOMS)
# Function: types of the arguments, and of the result. `?` may be missing, `*` are any number.
FUNCTIONS = """
trim str:str|trimAll str str:str|trimSuffix str str:str|trimPrefix str str:str|nospace str:str|trunc int str:str|abbrev int str:str
abbrevboth int int str:str|substr int int str:str|repeat small str:str|wrap small str:str|wrapWith small str str:str|contains str str:bool
hasPrefix str str:bool|hasSuffix str str:bool|quote any*:str|squote any*:str|cat any*:str|indent small str:str|nindent small str:str
replace str str str:str|plural str str int:str|toString any:str|toStrings list:list|join str list:str|sortAlpha list:list|split str str:map
splitn str int str:map|splitList str str:list|upper str:str|lower str:str|title str:str|untitle str:str|swapcase str:str|camelcase str:str
kebabcase str:str|snakecase str:str|initials str:str|camelcase str:str|
default any any:any|empty any:bool|coalesce any*:any|all any*:bool|any any*:bool|ternary any any bool:any|required str any:any
add any*:int|add1 any:int|sub any any:int|mul any any*:int|div any any:int|mod any any:int|max any any*:int|min any any*:int|biggest any any:int
addf any*:float|subf any any:float|mulf any any:float|divf any any:float|maxf any any*:float|minf any any*:float|add1f any:float
floor any:float|ceil any:float|round any small:float|int any:int|int64 any:int|float64 any:float|atoi str:int|toDecimal any:int
until small:list|untilStep small small small:list|seq small:str|seq small small:str|
list any*:list|first list:any|last list:any|rest list:list|initial list:list|append list any:list|prepend list any:list|concat list*:list
reverse list:list|uniq list:list|without list any*:list|has any list:bool|compact list:list|slice list small?:list|slice list small small:list|chunk small list:list
mustFirst list:any|mustRest list:list|mustAppend list any:list|mustUniq list:list|mustHas any list:bool|mustSlice list small:list|index list small:any
dict str any:map|dict str any str any:map|get map str:any|hasKey map str:bool|keysX map*:list|valuesX map:list|pick map str*:map|omit map str*:map
pluck str map*:list|dig str any map:any|dig str str any map:any|merge map map*:map|mergeOverwrite map map*:map|mustMerge map map:map|deepCopy any:any
mustDeepCopy any:any|set map str any:map|unset map str:map|index map str:any|
kindOf any:str|kindIs str any:bool|typeOf any:str|typeIs str any:bool|typeIsLike str any:bool|deepEqual any any:bool
toYaml any:str|toYamlPretty any:str|mustToYaml any:str|fromYaml str:map|fromYamlArray str:list|toJson any:str|toPrettyJson any:str|toRawJson any:str|mustToJson any:str
fromJson str:map|fromJsonArray str:list|mustFromJson str:any|toToml any:str|fromToml str:map
b64enc str:str|b64dec str:str|b32enc str:str|b32dec str:str|sha256sum str:str|sha1sum str:str|sha512sum str:str|adler32sum str:str
base str:str|dir str:str|ext str:str|clean str:str|isAbs str:bool|osBase str:str|osDir str:str|osExt str:str|osClean str:str|osIsAbs str:bool
regexMatch re str:bool|mustRegexMatch re str:bool|regexFind re str:str|regexFindAll re str int:list|regexReplaceAll re str str:str|regexReplaceAllLiteral re str str:str|regexSplit re str int:list|regexQuoteMeta str:str
semver str:any|semverCompare con str:bool|urlParse str:map|urlJoin map:str|
eq any any*:bool|ne any any:bool|lt any any:bool|le any any:bool|gt any any:bool|ge any any:bool|and any any*:any|or any any*:any|not any:bool
len any:int|print any*:str|println any*:str|printf fmt any*:str|html any*:str|js any*:str|urlquery any*:str
date str any:str|dateInZone str any str:str|duration any:str|durationRound any:str|toDate str str:any|dateModify str any:any|unixEpoch any:str|htmlDate any:str
include name any:str|tpl tpl any:str|lookup str str str str:map|fail str:str|call any:any|getHostByName str:str
""".replace("\n", "|")
TABLE = []
for one in FUNCTIONS.split("|"):
    if one.strip():
        left, result = one.strip().split(":")
        TABLE.append((left.split()[0], left.split()[1:], result))
BY_RESULT = collections.defaultdict(list)
for entry in TABLE:
    BY_RESULT[entry[2]].append(entry)
    BY_RESULT["any"].append(entry)
SPECIAL = {
    "small": ["0", "1", "2", "3", "4", "5", "8", "-1", "-2", "$i"],
    "re": ['"a+"', '"[a-z]+"', '"(l)(.)"', '"^H"', '"(?i)hello"', '"\\\\s"', '"x*"', '""', '"("', '"(?P<n>o)"', '"[[:alpha:]]"', '"\\\\bW"', '".$"', '"[^a-z]"', '"a{2"', '"(?s)."'],
    "con": ['">=1.2.0"', '"^1.2"', '"~1.20.x"', '">1.0.0-0 <2"', '"1.2.3 - 2"', '"!=1.3"', '"*"', '">= 1.19-0 || 0.x"', '"=1.20"', '"x"', '">=1.2.3-alpha"', '"<1.34.0"', '">1.33.0, <1.35"', '"~>1"', '""'],
    "fmt": ['"%s"', '"%v"', '"%d"', '"%q"', '"%5d|%-5d"', '"%05d"', '"%x"', '"%X"', '"%t"', '"%.2f"', '"%8.3f"', '"%g"', '"%e"', '"%T"', '"%%"', '"%s-%s"', '"%-10s|"', '"%10s|"', '"%.3s"', '"%+v"', '"%#v"', '"%c"', '"%U"', '"%o"', '"%b"', '"%#x"', '"% d"', '"%+d"', '"%z"', '"%[2]v %[1]v"', '"%*d"', '"%!"', '"%G"', '"%v %d %s"', '"%6.2f%%"', '"%x %X"', '"% x"', '"%#q"', '"%+q"', '"%O"'],
    "name": ['"h"', '"args"', '"dot"', '"missing"', '(print "h")', '"rec"'],
    "tpl": ['"{{ .Values.s }}"', '.Values.tpl', '"{{ . }}"', '"plain"', '"{{ define \\"in\\" }}i{{ . }}{{ end }}{{ include \\"in\\" 1 }}"', '"{{ .a.b.c }}"', '"{{ include \\"h\\" $ }}{{- 3 }}"', '(toYaml .Values.m)', '"{{ $x := 1 }}{{ $x }}\\n {{- /* c */ -}} z"', '"{{ range .sl }}{{ . }},{{ else }}none{{ end }}"'],
}
DATES = ['"2006-01-02"', '"15:04:05"', '"Mon Jan _2 2006"', '"02/01/06"', '"2006-01-02T15:04:05Z07:00"', '"January 2, 2006 at 3:04pm (MST)"', '"Monday 002"', '".000"']


def expression(rng, kind, depth):
    if kind in SPECIAL:
        return rng.choice(SPECIAL[kind]) if rng.random() < 0.97 else expression(rng, rng.choice(["str", "int", "any"]), depth)
    if rng.random() < 0.02:
        kind = rng.choice(NAMES)
    if kind == "any" and rng.random() < 0.8:
        kind = rng.choice(NAMES)
    if depth <= 0 or rng.random() < 0.35:
        return rng.choice(ATOMS[kind])
    chosen = rng.random()
    if kind == "map" and chosen < 0.1:
        return "(fromYaml .Values.yaml)"
    entries = BY_RESULT.get(kind) or BY_RESULT["any"]
    name, kinds, _ = rng.choice(entries)
    return "(" + command(rng, name, kinds, depth - 1) + ")"


def arguments(rng, kinds, depth):
    made = []
    for kind in kinds:
        count = rng.randint(0, 3) if kind.endswith("*") else rng.randint(0, 1) if kind.endswith("?") else 1
        made += [expression(rng, kind.rstrip("*?"), depth) for _ in range(count)]
    return made


def command(rng, name, kinds, depth):
    made = arguments(rng, kinds, depth)
    if name in ("date", "dateInZone", "toDate"):
        made[0] = rng.choice(DATES)
        if name == "date":
            made[1] = rng.choice(['(toDate "2006-01-02" "2021-03-04")', "86400", "$i"])
        elif name == "dateInZone":
            made[1:] = ['(toDate "2006-01-02" "2021-03-04")', rng.choice(['"UTC"', '"GMT"', '"Nowhere/X"'])]
        elif name == "toDate":
            made[0], made[1] = '"2006-01-02"', rng.choice(['"2021-03-04"', ".Values.date", '"x"'])
    if name in ("lt", "le", "gt", "ge", "eq", "ne") and rng.random() < 0.85:
        kind = rng.choice(["int", "str", "float", "bool" if name in ("eq", "ne") else "int"])
        made = [expression(rng, kind, depth) for _ in range(2)]
    if name in ("required", "fail") and rng.random() < 0.7:
        name, made = "default", made[:1] + [rng.choice(ATOMS["any"])]
    if name in ("keysX", "valuesX"):
        # Go has no order of the keys of a map.
        name, made = "sortAlpha", [f"({name[:-1]} {' '.join(made)})"]
    if name == "htmlDate":
        made = ['(toDate "2006-01-02" "2021-03-04")']
    if name in ("kindIs", "typeIs", "typeIsLike"):
        made[0] = rng.choice(['"string"', '"map"', '"slice"', '"int"', '"float64"', '"bool"', '"invalid"', '"map[string]interface {}"', '"[]interface {}"', '"int64"'])
    if name == "lookup":
        made = ['"v1"', '"Secret"', '"ns"', rng.choice(['"x"', '""'])]
    if name in ("hasKey", "get", "unset") and len(made) > 1 and rng.random() < 0.7:
        made[1] = rng.choice(['"a"', '"b"', '"m"', '"k1"', '"s"', '"zz"'])
    if name == "dig" and rng.random() < 0.8:
        for at in range(len(made) - 2):
            made[at] = rng.choice(['"a"', '"m"', '"c"', '"zz"'])
    if rng.random() < 0.02:
        made = made[:-1]
    elif rng.random() < 0.02:
        made.append("1")
    if made and rng.random() < 0.25:
        last = made.pop()
        last = last[1:-1] if last.startswith("(") and last.endswith(")") and rng.random() < 0.7 and balanced(last[1:-1]) else last
        if True:
            return f"{last} | {' '.join([name, *made])}"
        made.append(last)
    return " ".join([name, *made])


def balanced(text):
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0


def action(rng, depth=3):
    name, kinds, _ = rng.choice(TABLE)
    made = command(rng, name, kinds, depth - 1)
    for _ in range(rng.choice([0, 0, 0, 1, 2])):
        piped = rng.choice([e for e in TABLE if e[1]])
        made += " | " + " ".join([piped[0], *arguments(rng, piped[1][:-1], 0)])
    left, right = rng.choice(["{{ "] * 8 + ["{{- ", "{{"]), rng.choice([" }}"] * 8 + [" -}}", "}}"])
    return f"{left}{made}{right}"


def block(rng, depth):
    """Text of a template: control structures and actions."""
    made = []
    for _ in range(rng.randint(1, 3)):
        chosen = rng.random()
        left, right = rng.choice(["{{ ", "{{ ", "{{- "]), rng.choice([" }}", " }}", " -}}"])
        inner = (lambda: block(rng, depth - 1)) if depth > 0 else (lambda: rng.choice([" x ", "{{ . }}", "\n  y\n"]))
        one = expression(rng, "any", 2)
        if one.startswith("(") and balanced(one[1:-1]):
            one = one[1:-1]
        if chosen < 0.3 or depth <= 0:
            made.append(action(rng))
        elif chosen < 0.4:
            made.append(rng.choice([" text ", "\n", "\n\n  a: b\n", "-", " {{/* comment */}} ", "\t{{- /* c */ -}}\n"]))
        elif chosen < 0.5:
            tail = rng.choice(["", f"{left}else{right}{inner()}", f"{left}else if {expression(rng, 'any', 1)}{right}{inner()}{left}else{right}z"])
            made.append(f"{left}if {one}{right}{inner()}{tail}{left}end{right}")
        elif chosen < 0.6:
            tail = rng.choice(["", f"{left}else{right}{inner()}", f"{left}else with {expression(rng, 'any', 1)}{right}{{{{ . }}}}"])
            head = rng.choice(["", "$w := "])
            made.append(f"{left}with {head}{one}{right}{{{{ . }}}}{tail}{left}end{right}")
        elif chosen < 0.8:
            over = rng.choice([expression(rng, "list", 2), expression(rng, "map", 2), rng.choice(["3", ".Values.num", "(int .Values.num)", "0", "-2"]), one])
            head = rng.choice(["", "$x := ", "$k, $v := ", "$i, $s = "])
            body = {"": "{{ . }};", "$x := ": "{{ $x }};", "$k, $v := ": "{{ $k }}={{ $v }};", "$i, $s = ": "{{ $i }}{{ $s }};"}[head]
            stop = rng.choice(["", "", "{{ if eq (toString .) \"a\" }}{{ continue }}{{ end }}", "{{ if . }}{{ break }}{{ end }}", "{{ break }}", inner()])
            tail = rng.choice(["", "{{ else }}none", "{{- else -}} none "])
            made.append(f"{left}range {head}{over}{right}{rng.choice([stop + body, body + stop])}{tail}{left}end{right}")
        elif chosen < 0.87:
            made.append(f"{{{{ $v{depth} := {one} }}}}{{{{ $v{depth} }}}}{{{{ if $b }}}}{{{{ $v{depth} = {expression(rng, 'any', 1)} }}}}{{{{ end }}}}{{{{ $v{depth} | toJson }}}}")
        elif chosen < 0.93:
            made.append(f"{{{{ template {rng.choice(SPECIAL['name'][:3])} {expression(rng, 'any', 1)} }}}}")
        else:
            field = rng.choice(["Values.m.m.c", "Values.missing.x", "Values.none.x", "Values.s.x", "Values.l.x", "Chart.Annotations.x", "Release.Nope", "Files.Get \"files/a.txt\"", "Files.Lines \"files/a.txt\"", "Values.m.zz.yy", "Capabilities.APIVersions.Has \"v1\"", "Capabilities.KubeVersion.Minor", "Chart.Maintainers", "Template.BasePath", "Subcharts", "Release", "Chart", "Capabilities.HelmVersion.Version", "Files.Glob \"files/*\"", "(Files.Glob \"files/*\").AsConfig", "Capabilities.KubeVersion", "Values.sm.k1.x", "Chart.Type"])
            field = "." + field if not field.startswith("(") else "(." + field[1:]
            made.append(f"{left}{field}{rng.choice(['', ' | toJson', ' | quote', ' | toYaml', ' | len'])}{right}")
    return "".join(made)


HELPERS = """{{- define "h" -}}[{{ .Values.s }}]{{- end -}}
{{- define "args" -}}{{ index . 0 }}-{{ index . 1 }}{{- end -}}
{{- define "dot" -}}{{ . }}{{- end -}}
{{- define "rec" -}}{{ if gt (len .) 0 }}{{ first . }}{{ include "rec" (rest .) }}{{ end }}{{- end -}}
"""
CHART = """apiVersion: v2
name: t
version: 1.2.3
appVersion: "9.8"
description: d
keywords: [a, b]
annotations: {x: y}
maintainers: [{name: n, email: e}]
"""
PRELUDE = '{{ $s := "var" }}{{ $i := 2 }}{{ $f := 2.5 }}{{ $b := true }}{{ $l := list "p" 2 nil }}{{ $m := dict "k1" "w1" "z" 2 }}'


def write(root, files):
    for name, text in files.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)


def chart_files(templates):
    """A chart that renders each template into an entry of one file. Returns also the template of each line."""
    definitions, lines = "", {}
    for number, text in templates.items():
        start = definitions.count("\n") + 1
        definitions += '{{- define "e%d" -}}%s%s{{- end -}}\n' % (number, PRELUDE, text)
        lines.update(dict.fromkeys(range(start, definitions.count("\n") + 1), number))
    # Each template has values of its own, which it may change.
    calls = "".join('"%d": {{ $_ := set . "Values" (mustDeepCopy $values) }}{{ include "e%d" . | toJson }}\n' % (n, n) for n in templates)
    head = "{{- $values := mustDeepCopy .Values }}\n"
    return {
        "t/Chart.yaml": CHART, "t/values.yaml": VALUES, "t/files/a.txt": "one\ntwo\n", "t/files/b.json": '{"a":1}',
        "t/templates/_h.tpl": HELPERS, "t/templates/_d.tpl": definitions, "t/templates/t.yaml": head + calls,
    }, lines


def fail_number(text, lines):
    found = re.findall(r"_d\.tpl:(\d+)", text)
    call = re.findall(r"templates/t\.yaml:(\d+)", text)
    if call and int(call[0]) > 1:
        return int(call[0]) - 2, True
    return (lines.get(int(found[0])), False) if found else (None, False)


def compare_templates(seed):
    rng = random.Random(seed)
    templates = {number: block(rng, rng.choice([0, 0, 0, 1, 2])) for number in range(40)}
    problems, ran, errors = [], 0, 0
    while templates:
        root = tempfile.mkdtemp(prefix="helm-templates-")
        files, lines = chart_files(templates)
        write(root, files)
        want, have = by_helm("t", [], root), by_podwright("t", [], root)
        order = list(templates)
        shutil.rmtree(root)
        if want[0] and have[0]:
            ran += len(templates)
            try:
                a, b = (yaml.load(one[1], LOADER) for one in (want, have))
            except yaml.YAMLError:
                a, b = documents(want[1]), documents(have[1])
                if a != b:
                    problems.append(f"{seed}: not YAML")
                break
            for number in templates:
                x, y = a.get(str(number)), b.get(str(number))
                # Addresses are printed for pointers. The messages of the TOML reader are its own.
                if x != y and not re.search("0x[0-9a-f]{8}|Error:toml:", str(x)):
                    problems.append(f"{seed}/{number}: {templates[number]!r}\n  helm      {a.get(str(number))!r}\n  podwright {b.get(str(number))!r}")
            break
        if "goroutine stack exceeds" in want[2]:
            break  # A cycle of maps ends helm.
        wrong = []
        for one in (want, have):
            if not one[0]:
                at, by_call = fail_number(one[2], lines)
                wrong.append(order[at] if by_call and at is not None and at < len(order) else at)
        text = (want if not want[0] else have)[2]
        number = wrong[0]
        if number is None or number not in templates:
            problems.append(f"{seed}: no place\n  helm      {want[2].strip()[:300]}\n  podwright {have[2].strip()[:300]}")
            break
        if len(wrong) == 1:
            who = "podwright" if want[0] else "helm"
            problems.append(f"{seed}/{number}: only {who} has an error: {templates[number]!r}\n  {text.strip()[:500]}")
        else:
            reason = difference(want, have)
            if wrong[0] != wrong[1]:
                number = min(wrong, key=lambda n: order.index(n) if n in order else 0)
                one = want if number == wrong[0] else have
                problems.append(f"{seed}/{number}: only {'helm' if one is want else 'podwright'} has an error: {templates[number]!r}\n  {one[2].strip()[:500]}")
            elif reason:
                problems.append(f"{seed}/{number}: {templates[number]!r}: {reason}")
        errors += 1
        templates.pop(number)
    return ran, errors, problems


# Damage to the text of templates.

WORDS = ["{{", "}}", "{{-", "-}}", "(", ")", "|", '"', "`", "'", ".", "$", "$x", ":=", "=", ",", "end", "else", "if", "range", "with", "define", "template", "block", "break", "continue", "nil", "/*", "*/", "{{ end }}", "{{ else }}", "{{/*", "*/}}", " ", "\n", "1", "0x", "1e", "é", "\\", "..", ".a.b", "$.x", "$x := 1", "{{ if 1 }}", "{{ range 1 }}", "{{ break }}", "{{ else if }}", '{{ define "z" }}', '{{ block "y" . }}', '{{ template "h" }}', "%", "#", "1.5.2", "08", "'a", '"\\q"']


def compare_syntax(seed):
    rng = random.Random(seed)
    problems = []
    for number in range(10):
        text = block(rng, 1)
        for _ in range(rng.randint(1, 2)):
            at = rng.randrange(len(text) + 1)
            cut = rng.choice([0, 0, 1, 2, 5])
            text = text[:at] + rng.choice(WORDS + [""]) + text[at + cut:]
        root = tempfile.mkdtemp(prefix="helm-syntax-")
        body = "a: |-\n  {{ $x := 1 }}\n  " + text.replace("\n", "\n  ") + "\n"
        write(root, {"t/Chart.yaml": CHART, "t/values.yaml": VALUES, "t/templates/_h.tpl": HELPERS, "t/templates/t.yaml": body})
        want, have = by_helm("t", [], root), by_podwright("t", [], root)
        reason = difference(want, have)
        shutil.rmtree(root)
        if reason:
            problems.append(f"{seed}/{number}: {body!r}: {reason}")
    return 10, 0, problems


# Charts from `helm create`.

CREATED = {
    "replicaCount": [1, 3, 0, "2", None, 1000000],
    "image.repository": ["nginx", "ghcr.io/o/app", 5, None],
    "image.tag": ["", "1.20", 1.2, "latest", 12345678, None],
    "image.pullPolicy": ["Always", "", None],
    "nameOverride": ["", "other", "x" * 80, 7],
    "fullnameOverride": ["", "full-", "ends-" + "y" * 57 + "--", None],
    "imagePullSecrets": [[], [{"name": "regcred"}], "bad", None],
    "serviceAccount": [{"create": False}, {"create": True, "name": "me", "annotations": {"a/b": "c", "n": 1}}, None, {"create": "false"}],
    "podAnnotations": [{}, {"a": "b", "c": True, "d": 1.5, "e": 12345678901}, None],
    "podLabels": [{}, {"x": "y"}],
    "podSecurityContext": [{"fsGroup": 2000, "runAsUser": 1000000}, None],
    "securityContext": [{"capabilities": {"drop": ["ALL"]}, "runAsNonRoot": True}],
    "service": [{"type": "NodePort", "port": 8080}, {"port": "80"}, {"type": "ClusterIP"}],
    "ingress": [{"enabled": True}, {"enabled": True, "className": "nginx", "annotations": {"k": "true"}, "hosts": [{"host": "a.example", "paths": [{"path": "/", "pathType": "Prefix"}]}], "tls": [{"secretName": "t", "hosts": ["a.example"]}]}, {"enabled": True, "hosts": [{"host": 1, "paths": []}]}],
    "httpRoute": [{"enabled": True}, {"enabled": True, "hostnames": ["x"], "rules": [{"matches": [{"path": {"type": "Exact", "value": "/x"}}]}]}],
    "resources": [{"limits": {"cpu": "100m", "memory": "128Mi"}}, {"requests": {"cpu": 1, "memory": 1e9}}],
    "livenessProbe": [None, {"tcpSocket": {"port": 80}}],
    "autoscaling": [{"enabled": True}, {"enabled": True, "minReplicas": 1, "maxReplicas": 5, "targetMemoryUtilizationPercentage": 80}],
    "volumes": [[{"name": "v", "emptyDir": {}}]],
    "volumeMounts": [[{"name": "v", "mountPath": "/v"}]],
    "nodeSelector": [{"kubernetes.io/os": "linux"}],
    "tolerations": [[{"key": "a", "operator": "Exists"}]],
    "affinity": [{"nodeAffinity": {"x": [1, "2", None]}}],
    "extra": [{"deep": [1, {"a": None}]}],
}
SETS = ["replicaCount=2", "image.tag=1.20", "image.tag=null", "service.port=8080", "ingress.enabled=true", "tolerations[0].key=a", "tolerations[1].key=b", "podAnnotations.a\\.b/c=d", "nodeSelector={a,b}", "a.b[2].c=x", "podLabels.x=true,podLabels.y=0123", "image.tag=", "imagePullSecrets[0].name=r", "x={1,a,null}", "affinity=null", "serviceAccount.name=é", "n=9007199254740993", "z=1e3,w=0x1F", "q=a\\,b", "image=1", "replicaCount", "a[0][1]=x", "autoscaling.enabled=true,autoscaling.minReplicas=00", "[0]=a", "a.=b", "=x", "a[-1]=2", "a[99999999]=2", "b={", "c={a,b", "d=TRUE", "e=~"]


def nested(path, value):
    for name in reversed(path.split(".")):
        value = {name: value}
    return value


def merged(a, b):
    return {**a, **{k: merged(a[k], v) if isinstance(a.get(k), dict) and isinstance(v, dict) else v for k, v in b.items()}}


def flags_of(rng, root):
    flags = []
    chance = lambda share: rng.random() < share
    for flag in ("--set", "--set-string", "--set-literal"):
        for _ in range(2):
            if chance(0.2): flags += [flag, rng.choice(SETS)]
    if chance(0.15):
        flags += ["--set-json", rng.choice(['image={"tag":"j"}', 'tolerations=[{"key":"k"}]', '{"replicaCount":9,"podLabels":{"a":null}}', 'a.b=1.0', 'x="y",z=3', "bad={", "a[1]=true"])]
    if chance(0.15):
        write(root, {"file.txt": "content\nof a file, with a=b\n"})
        flags += ["--set-file", rng.choice(["podAnnotations.f=file.txt", "a.b[1]=file.txt", "x=file.txt,y=file.txt", "x=missing.txt", "nameOverride=file.txt"])]
    if chance(0.2): flags += ["--api-versions", rng.choice(["gateway.networking.k8s.io/v1", "monitoring.coreos.com/v1", "monitoring.coreos.com/v1/ServiceMonitor", "policy/v1/PodDisruptionBudget"])]
    if chance(0.15): flags += ["--is-upgrade"]
    if chance(0.2): flags += ["--include-crds"]
    if chance(0.2): flags += ["--kube-version", rng.choice(["1.18.0", "v1.25.3", "1.33", "1.36.1"])]
    return flags


def compare_created(seed):
    rng = random.Random(seed)
    problems = []
    for number in range(5):
        root = tempfile.mkdtemp(prefix="helm-created-")
        shutil.copytree(CREATED_CHART, os.path.join(root, "web"))
        flags = []
        for file in range(rng.randint(0, 2)):
            values = {}
            for path in rng.sample(list(CREATED), rng.randint(1, 8)):
                values = merged(values, nested(path, rng.choice(CREATED[path])))
            write(root, {f"v{file}.yaml": yaml.safe_dump(values)})
            flags += ["--values", f"v{file}.yaml"]
        flags += flags_of(rng, root)
        want, have = by_helm("web", flags, root), by_podwright("web", flags, root)
        reason = difference(want, have)
        if reason:
            problems.append(f"{seed}/{number} in {root}: {' '.join(flags)}: {reason}")
        else:
            shutil.rmtree(root)
    return 5, 0, problems


# Charts of others.

def compare_chart(item):
    number, (chart, values) = item
    rng = random.Random(options.seed * 1_000_003 + number)
    with tempfile.TemporaryDirectory(prefix="helm-charts-") as root:
        flags = [word for file in values for word in ("--values", os.path.join(chart, file))]
        if options.seed:
            flags += flags_of(rng, root)
        want, have = by_helm(chart, flags, root), by_podwright(chart, flags, root)
        reason = difference(want, have)
        if reason and want[0] and have[0]:
            # Random names, certificates and times differ between two runs of helm, too.
            again, names = documents(by_helm(chart, flags, root)[1]), documents(want[1])
            ours = documents(have[1])
            differ = [name for name in set(names) | set(ours) if names.get(name) != ours.get(name) and names.get(name) == again.get(name)]
            reason = f"differs in {', '.join(map(str, differ))}" if differ else None
    return 1, 0, [f"{chart} {' '.join(flags)}: {reason}"] if reason else []


def charts_below(directory):
    for path in sorted(glob.glob(f"{directory}/**/Chart.yaml", recursive=True)):
        chart = os.path.dirname(path)
        if "/charts/" in os.path.relpath(chart, directory) and os.path.exists(os.path.join(os.path.dirname(os.path.dirname(chart)), "Chart.yaml")):
            continue
        yield chart, []
        found = glob.glob(f"{chart}/ci/*.yaml") + glob.glob(f"{chart}/*values*.yaml")
        for file in sorted(found):
            if os.path.basename(file) != "values.yaml":
                yield chart, [os.path.relpath(file, chart)]


def run(name, compare, items):
    total = errors = different = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for ran, failed, problems in pool.map(compare, items):
            total, errors, different = total + ran + failed, errors + failed, different + len(problems)
            for problem in problems:
                print(f"{name} {problem}", flush=True)
    print(f"{name}: {total} compared, {errors} of them end with an error, {different} different", flush=True)
    return different


kinds = options.kind or ["created", "templates", "syntax", "charts"]
seeds = range(options.seed * 1_000_003, options.seed * 1_000_003 + options.n)
different = 0
if "created" in kinds:
    call([helm, "create", "web"], HOME)
    CREATED_CHART = os.path.join(HOME, "web")
    different += run("created", compare_created, seeds)
if "templates" in kinds:
    different += run("templates", compare_templates, seeds)
if "syntax" in kinds:
    different += run("syntax", compare_syntax, seeds)
if "charts" in kinds and options.charts:
    different += run("charts", compare_chart, enumerate(charts_below(os.path.abspath(options.charts))))
shutil.rmtree(HOME)
sys.exit(different > 0)
