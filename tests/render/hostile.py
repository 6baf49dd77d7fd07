#!/usr/bin/env python3
"""Charts that try to make podwright hang, fill the memory, or read what is outside of them.

    tests/render/hostile.py BINARY [--cpu SECONDS] [--memory MIB] [--all] [NAME...]

Writes each chart to a temporary directory and runs `podwright check` on it. A chart fails if the run takes more processor
time or memory than given, ends in another way than with exit code 0 or 1, panics, or prints a line of /etc/passwd. NAME
selects the charts whose names start with it; `--all` prints what every chart took. Ends with 1 if a chart fails.
"""

import argparse
import gzip
import io
import json
import os
import pathlib
import random
import resource
import subprocess
import sys
import tarfile
import tempfile
import threading

CHART = "apiVersion: v2\nname: t\nversion: 1.0.0\n"
SUBCHART = CHART.replace("name: t", "name: s")

# Functions that are called with a map or a list that contains itself, or others twice at each level.
OF_VALUES = """toYaml|toJson|toPrettyJson|toYamlPretty|toToml|toRawJson|mustToYaml|mustToToml|mustToJson|toString|print
println|printf "%#v"|quote|squote|cat|html|js|urlquery|deepCopy|mustDeepCopy|deepEqual $d|eq $d|keys|values|len|typeOf
kindOf|empty|has|list|dict "x"|uniq (list $d $d) \\| has|toStrings (list $d $d)|join "," (list $d $d)|without (list $d)
merge (deepCopy $d)|mergeOverwrite (dict)|mustMerge (dict)|pluck "a"|sortAlpha (list $d $d) \\| cat
sha256sum (toString $d) \\| cat|b64enc (toJson $d) \\| cat|fromYaml (toYaml $d) \\| cat|compact (list $d) \\| cat
reverse (list $d) \\| cat|initial (list $d $d) \\| cat|trunc 5 (toString $d) \\| cat|dig "a" "b" "c"|omit $d "b" \\| cat
ternary $d $d true \\| cat|default $d|coalesce|required "x"|toDecimal|int|float64|get $d "a" \\| cat"""

# Functions that are called many times with a text of a million bytes.
OF_TEXTS = """upper|lower|title|untitle|trim|nospace|camelcase|snakecase|kebabcase|swapcase|quote|squote|html|js|urlquery
splitList ","|splitList ""|split ""|splitn "," 3|toJson|toYaml|toRawJson|fromYaml|fromJson|fromToml|contains "b"
hasPrefix "b"|hasSuffix "b"|trimAll "b"|sortAlpha (list 1) \\| cat|initials|wrap 3|wrapWith 3 "\\n"|plural "a" "b" 1 \\| cat
reverse (splitList "" $x) \\| cat|uniq (splitList "" $x) \\| len \\| cat|without (splitList "" $x) "a" \\| len \\| cat
compact (splitList "" $x) \\| len \\| cat|join "aaaaaaa" (splitList "" $x) \\| len \\| cat|replace "a" "b"|repeat 2|abbrev 100
substr 0 1000000|trunc 900000|semver|semverCompare ">1"|urlParse|toDate "2006"|mustToDate "2006"|htmlDate|ago|date $x \\| cat
duration|durationRound|toDuration|base|dir|clean|ext|osBase|osClean|atoi|int|float64|toDecimal|indent 1|cat|print
printf "%q"|printf "%x"|printf "%s"|tpl $x $ \\| cat|regexMatch "b"|regexFindAll "a" -1 \\| len \\| cat|regexQuoteMeta
regexSplit "a" $x -1 \\| len \\| cat|regexSplit "" $x -1 \\| len \\| cat|regexReplaceAll "a" $x|regexReplaceAllLiteral "a" $x
b64enc|b64dec|b32dec|sha256sum|adler32sum|toString|lookup $x $x $x|required $x|dict $x|set (dict) $x|list|has|eq $x|lt $x
slice $x 1 \\| cat|index $x 1 \\| cat|len|getHostByName|derivePassword 1 "long" $x $x|encryptAES "k"|decryptAES "k"
buildCustomCert $x|fail|seq"""

# Functions that are called many times with a list of 20,000 numbers, or of 2,000 maps.
OF_LISTS = """uniq|mustUniq|sortAlpha|reverse|initial|rest|compact|without $x 1 \\| cat|has 5|has (list 1)|join ","|toStrings
concat $x|append $x|prepend $x|slice|chunk 1|toJson|toYaml|toToml|print|quote|toString|deepCopy|deepEqual $x|first|last|len
index $x 5 \\| cat|max|list|dict "a"|pluck "a" (dict) \\| cat|coalesce|all|any"""

# Functions that are called many times with a map of 20,000 entries.
OF_MAPS = """keys|values|toJson|toPrettyJson|toYaml|toYamlPretty|toToml|print|quote|html|deepCopy|deepEqual $x|merge (dict)
mergeOverwrite (dict)|pick $x "a" \\| cat|omit $x "a" \\| cat|len|pluck "a"|dict "a"|get $x "a" \\| cat|hasKey $x "a" \\| cat
unset $x "a" \\| cat|set $x "a"|dig "a" "b"|list|urlJoin"""

# Templates that do something without end, or nearly.
TEMPLATES = {
    "repeat": '{{ $x := "xxxxxxxx" }}{{ range until 60 }}{{ $x = repeat 8 $x }}{{ end }}',
    "printf-width": '{{ range until 1000 }}{{ $_ := printf "%999999d" 1 }}{{ end }}',
    "printf-precision": '{{ range until 1000 }}{{ $_ := printf "%.999999f" 1.5 }}{{ end }}',
    "printf-star": '{{ range until 1000 }}{{ $_ := printf "%*d" 1000000 1 }}{{ end }}',
    "nindent": '{{ $x := "a\\nb" }}{{ range until 60 }}{{ $x = nindent 1000 $x }}{{ $x = print $x $x }}{{ end }}',
    "nindent-lines": '{{ $x := repeat 100000 "\\n" }}{{ range until 60 }}{{ $x = indent 10 $x }}{{ end }}',
    "replace": '{{ $x := "a" }}{{ range until 60 }}{{ $x = replace "a" "aaaaaaaa" $x }}{{ end }}',
    "replace-empty": '{{ $x := "a" }}{{ range until 60 }}{{ $x = replace "" "aaaaaaaa" $x }}{{ end }}',
    "join": '{{ $l := list "aaaaaaaa" }}{{ range until 60 }}'
    '{{ $l = list (join "," (concat $l $l)) (join "," $l) }}{{ end }}',
    "join-separator": '{{ $x := "aaaaaaaaaaaa" }}{{ range until 60 }}{{ $x = join $x (list 1 2 3 4) }}{{ end }}',
    "range": "{{ range 1000000000 }}x{{ end }}",
    "range-empty": "{{ range 1000000000 }}{{ end }}",
    "until": "{{ range until 1000000000 }}x{{ end }}",
    "until-step": "{{ range untilStep 0 1000000000 1 }}x{{ end }}",
    "until-step-0": "{{ range untilStep 0 10 0 }}x{{ end }}x",
    "seq": "{{ seq 1 1000000000 }}",
    "include-itself": '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
    "template-itself": '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}',
    "include-tree": '{{ define "a" }}{{ if gt . 0 }}{{ include "a" (sub . 1) }}{{ include "a" (sub . 1) }}{{ end }}'
    '{{ end }}{{ include "a" 60 }}',
    "include-chain": "".join(f'{{{{ define "a{i}" }}}}{{{{ include "a{i + 1}" . }}}}{{{{ end }}}}' for i in range(3000))
    + '{{ define "a3000" }}x{{ end }}{{ include "a0" . }}',
    "nested-blocks": '{{ define "a" }}{{ if gt . 0 }}{{ with 1 }}{{ range list 1 }}{{ template "a" (sub $ 1) }}{{ end }}'
    '{{ end }}{{ end }}{{ end }}{{ template "a" 100000 }}',
    "tpl-text": '{{ $x := repeat 100000 "{{ 1 }}" }}{{ range until 100 }}{{ $y := tpl $x $ }}{{ end }}',
    "deep-if": "{{ if 1 }}" * 100_000 + "{{ end }}" * 100_000,
    "deep-parentheses": "{{ " + "(" * 100_000 + "1" + ")" * 100_000 + " }}",
    "deep-pipe": "{{ 1 " + "| add 1 " * 100_000 + " }}",
    "append": "{{ $l := list }}{{ range until 100000 }}{{ $l = append $l . }}{{ end }}",
    "prepend": "{{ $l := list }}{{ range until 50000 }}{{ $l = prepend $l . }}{{ end }}",
    "concat": "{{ $l := list 1 }}{{ range until 60 }}{{ $l = concat $l $l }}{{ end }}",
    "nested-lists": "{{ $l := list }}{{ range until 100000 }}{{ $l = list $l }}{{ end }}{{ toYaml $l }}{{ toJson $l }}",
    "nested-maps": '{{ $l := dict }}{{ range until 100000 }}{{ $l = dict "a" $l }}{{ end }}{{ toYaml $l }}{{ toJson $l }}',
    "regex-backtracking": "{{ range until 1000 }}"
    '{{ $_ := regexMatch "(a+)+$" (print (repeat 100000 "a") "b") }}{{ end }}',
    "regex-find": '{{ range until 1000 }}{{ $_ := regexFindAll "(a|b|ab)*c" (repeat 100000 "ab") -1 }}{{ end }}',
    "regex-rescan": '{{ $x := repeat 300000 "ab" }}{{ $_ := regexFindAll "a.*c|b" $x -1 }}'
    '{{ $_ := regexReplaceAll "a.*c|b" $x "d" }}',
    "regex-large": '{{ regexMatch "((a{100}){100}){100}" "a" }}',
    "regex-many": '{{ range until 100000 }}{{ $_ := regexMatch (printf "(a{%d}b){500}" (mod . 500)) "a" }}{{ end }}',
    "regex-classes": "{{ range until 100000 }}"
    '{{ $_ := regexMatch (printf "(\\\\pL{%d}|\\\\pN){50}" (mod . 100)) "a" }}{{ end }}',
    "regex-replace": '{{ $x := "a" }}{{ range until 60 }}{{ $x = regexReplaceAll "a" $x "aaaaaaaa" }}'
    '{{ $x = regexReplaceAll "" "aaa" $x }}{{ end }}',
    "regex-expand": '{{ $x := "aaaaaaaa" }}{{ range until 60 }}'
    '{{ $x = regexReplaceAll "(.*)" $x "$1$1$1$1$1" }}{{ end }}',
    "values-of-values": '{{ $_ := set .Values "a" .Values }}{{ toYaml .Values }}',
    "dot-of-dot": '{{ $_ := set . "Values" (dict "Values" $) }}{{ toYaml . }}{{ . }}',
    "from-deep": '{{ $a := fromYaml (repeat 100000 "[") }}{{ $a }}{{ $b := fromJsonArray (repeat 100000 "[") }}{{ $b }}'
    '{{ $c := fromJson (repeat 100000 "{\\"a\\":") }}{{ $c }}{{ $d := fromYaml (repeat 100000 "- ") }}{{ $d }}'
    '{{ $e := fromToml (print "a = " (repeat 100000 "[")) }}{{ $e }}',
    "keys": '{{ range until 100000 }}{{ $_ := genPrivateKey "rsa" }}{{ $c := genCA "x" 1 }}{{ end }}',
    "bcrypt": '{{ range until 100000 }}{{ $_ := bcrypt "x" }}{{ $_ := htpasswd "x" "y" }}{{ end }}',
    "derive": '{{ range until 1000 }}{{ $_ := derivePassword 1 "long" "p" "u" "s" }}{{ end }}',
    "b64dec": '{{ $x := repeat 1000000 "YWFh" }}{{ range until 1000 }}{{ $_ := b64dec $x }}{{ end }}',
    "b64enc": '{{ $x := "a" }}{{ range until 1000 }}{{ $x = b64enc $x }}{{ end }}',
    "b32enc": '{{ $x := "a" }}{{ range until 1000 }}{{ $x = b32enc $x }}{{ end }}',
    "sha512": '{{ $x := repeat 10000000 "a" }}{{ range until 100000 }}{{ $_ := sha512sum $x }}{{ end }}',
    "sha1": '{{ $x := repeat 10000000 "a" }}{{ range until 100000 }}{{ $_ := sha1sum $x }}{{ end }}',
    "documents": "a: b\n---\n" * 300_000,
    "documents-in-loops": "{{ range until 100 }}{{ range until 5000 }}a: b\n---\n{{ end }}{{ end }}",
    "variables": "{{ range until 100000 }}{{ $x := 1 }}{{ end }}" + "{{ $a := 1 }}" * 100_000,
    "definitions": "".join(f'{{{{ define "b{i}" }}}}x{{{{ end }}}}' for i in range(50_000)),
    "comment": "{{/* " + "x" * 5_000_000 + " */}}",
    "text": 'a: "' + "x" * 9_000_000 + '"',
    "action": '{{ "' + "x" * 5_000_000 + '" | len }}',
    "output-deep": "a: " + "[" * 100_000 + "]" * 100_000 + "\n",
    "capabilities": "{{ range until 100000 }}{{ $_ := toYaml $.Capabilities }}{{ $_ := print $.Capabilities }}"
    '{{ $_ := $.Capabilities.APIVersions.Has "x" }}{{ end }}',
    "map-range": "{{ $x := dict }}{{ range until 20000 }}{{ $_ := set $x (toString .) . }}{{ end }}"
    "{{ range until 100000 }}{{ range $x }}{{ break }}{{ end }}{{ end }}",
}


def aliases(levels):
    """YAML whose aliases mean eight times as much at each level."""
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    for at in range(levels):
        inner = ",".join([f"*{chr(97 + at)}"] * 8)
        lines.append(f"{chr(98 + at)}: &{chr(98 + at)} [{inner}]")
    return "\n".join(lines) + "\n"


def chart(template="a: 1\n", values="a: 1\n", **files):
    return {"Chart.yaml": CHART, "values.yaml": values, "templates/t.yaml": template, **files.pop("more", {})}


def with_schema(schema, values="a: 1\n"):
    text = schema if isinstance(schema, str) else json.dumps(schema)
    return chart(values=values, more={"values.schema.json": text})


def templates():
    for name, template in TEMPLATES.items():
        yield name, chart(template)
    functions = lambda listed: [one.replace("\0", "|") for line in listed.replace("\\|", "\0").split("\n") for one in line.split("|")]
    twice = '{{ $d := dict "a" 1 }}{{ range until 60 }}{{ $d = dict "a" $d "b" $d }}{{ end }}'
    itself = '{{ $d := dict "a" 1 }}{{ $_ := set $d "b" $d }}{{ $_ := set $d "c" (list $d $d) }}'
    for function in functions(OF_VALUES):
        yield f"twice {function}", chart(f"{twice}{{{{ $_ := {function} $d }}}}x")
        yield f"itself {function}", chart(f"{itself}{{{{ $_ := {function} $d }}}}x")
    for function in ["merge", "mergeOverwrite", "mustMerge", "deepEqual"]:
        both = twice + twice.replace("$d", "$e")
        yield f"both-twice {function}", chart(f"{both}{{{{ $_ := {function} $d $e }}}}x")
        both = itself + itself.replace("$d", "$e")
        yield f"both-itself {function}", chart(f"{both}{{{{ $_ := {function} $d $e }}}}x")
    many = {
        "long": ('{{ $x := repeat 1000000 "a" }}', OF_TEXTS),
        "lines": ('{{ $x := repeat 100000 "a: b\\n" }}', OF_TEXTS),
        "list": ("{{ $x := until 20000 }}", OF_LISTS),
        "list-of-maps": (
            '{{ $x := list }}{{ range until 2000 }}{{ $x = append $x (dict "a" (printf "%d" .)) }}{{ end }}',
            OF_LISTS,
        ),
        "map": ("{{ $x := dict }}{{ range until 20000 }}{{ $_ := set $x (toString .) . }}{{ end }}", OF_MAPS),
    }
    for name, (start, listed) in many.items():
        for function in functions(listed):
            yield f"{name} {function}", chart(f"{start}{{{{ range until 100000 }}}}{{{{ $_ := {function} $x }}}}{{{{ end }}}}")


def values():
    yield "tpl-itself", chart("{{ tpl .Values.a . }}", 'a: "{{ tpl .Values.a . }}"\n')
    yield "tpl-tree", chart("{{ tpl .Values.a . }}", 'a: "{{ range until 20 }}{{ tpl $.Values.a $ }}{{ end }}"\n')
    inner = aliases(12).replace("\n", "\n  ")
    yield "aliases-in-text", chart("{{ $_ := fromYaml .Values.text }}x{{ toYaml $_ | len }}", f"text: |\n  {inner}\n")
    yield "aliases", chart("{{ toYaml .Values | len }}", aliases(12))
    yield "aliases-in-output", chart(aliases(12))
    yield "values-deep", chart(values="a: " + "[" * 100_000 + "]" * 100_000 + "\n")
    yield "values-many", chart(values="".join(f"k{i}: {{a: {i}}}\n" for i in range(200_000)))
    yield "values-wide", chart(values="".join(f"k{i}: {{a: {i}}}\n" for i in range(80_000)))


def schemas():
    cycle = {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}
    yield "schema-cycle", with_schema(cycle)
    yield "schema-itself", with_schema({"$ref": "#"})
    inner = {"properties": {"a": {"$ref": "#/$defs/a"}}}
    deep = "a:\n" + "".join("  " * i + "  a:\n" for i in range(200))
    yield "schema-doubled", with_schema({"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [inner, inner]}}}, deep)
    levels = {f"a{i}": {"anyOf": [{"$ref": f"#/$defs/a{i + 1}"}] * 2} for i in range(60)}
    yield "schema-any-of", with_schema({"$ref": "#/$defs/a0", "$defs": {**levels, "a60": False}})
    yield "schema-remote", with_schema({"$ref": "http://127.0.0.1:1/x.json"})
    yield "schema-file", with_schema({"$ref": "file:///etc/passwd"})
    patterns = {"properties": {"a": {"pattern": "^(a+)+$"}}, "patternProperties": {"((a{100}){100}){100}": {}}}
    yield "schema-pattern", with_schema(patterns, "a: " + "a" * 100_000 + "b\n")
    keys = "".join(f"k{i}: 1\n" for i in range(20_000))
    many = {"patternProperties": {f"^(a|b|ab|{i})*c$": {"type": "string"} for i in range(2000)}}
    yield "schema-patterns", with_schema(many, keys)
    numbers = "a: [" + ",".join(str(i) for i in range(50_000)) + "]\n"
    yield "schema-unique", with_schema({"properties": {"a": {"uniqueItems": True}}}, numbers)
    maps = "a:\n" + "".join(f"- {{a: {i}}}\n" for i in range(20_000))
    yield "schema-unique-maps", with_schema({"properties": {"a": {"uniqueItems": True}}}, maps)
    enumeration = {"properties": {"a": {"items": {"enum": [str(i) for i in range(50_000)]}}}}
    yield "schema-enum", with_schema(enumeration, numbers)
    yield "schema-deep", with_schema('{"not":' * 50_000 + "{}" + "}" * 50_000)
    yield "schema-wide", with_schema({"allOf": [{"additionalProperties": {"type": "integer"}}] * 2000}, keys)


def subcharts():
    files = chart()
    for i in range(3000):
        files[f"charts/s{i}/Chart.yaml"] = CHART.replace("name: t", f"name: s{i}")
        files[f"charts/s{i}/values.yaml"] = "a: {b: {c: 1}}\nglobal: {x: 1}\n"
        files[f"charts/s{i}/templates/x.yaml"] = "a: {{ .Values.a.b.c }}\n"
    yield "charts-many", files
    files = chart()
    files["Chart.yaml"] += "dependencies:\n" + "".join(
        f"- {{name: s, version: '*', alias: a{i}}}\n" for i in range(5000)
    )
    files["charts/s/Chart.yaml"] = SUBCHART
    files["charts/s/values.yaml"] = "".join(f"k{i}: 1\n" for i in range(1000))
    yield "charts-aliases", files
    files, path = {}, ""
    for level in range(12):
        name = f"s{level}" if level else "t"
        inner = "".join(f"- {{name: s{level + 1}, version: '*', alias: x{i}}}\n" for i in range(8))
        files[f"{path}Chart.yaml"] = f"apiVersion: v2\nname: {name}\nversion: 1.0.0\ndependencies:\n{inner}"
        files[f"{path}templates/x.yaml"] = "a: 1\n"
        path += f"charts/s{level + 1}/"
    files[f"{path}Chart.yaml"] = CHART.replace("name: t", "name: s12")
    yield "charts-tree", files
    files, path = {}, ""
    for level in range(200):
        files[f"{path}Chart.yaml"] = CHART.replace("name: t", f"name: {f's{level}' if level else 't'}")
        path += f"charts/s{level + 1}/"
    yield "charts-deep", files
    files = chart()
    files["Chart.yaml"] += "dependencies:\n- name: s\n  version: '*'\n  import-values:\n" + "".join(
        f"  - {{child: a, parent: b{i}}}\n" for i in range(3000)
    )
    files["charts/s/Chart.yaml"] = SUBCHART
    files["charts/s/values.yaml"] = "a:\n" + "".join(f"  k{i}: 1\n" for i in range(3000))
    yield "import-values", files


def files():
    many = "{{ range until 100000 }}"
    large = {"f.txt": "aaaa\n" * 200_000}
    get = '{{ $_ := $.Files.Get "f.txt" }}{{ $_ := $.Files.Lines "f.txt" }}{{ $_ := $.Files.AsConfig }}'
    yield "files-get", chart(many + get + "{{ $_ := $.Files.AsSecrets }}{{ end }}", more=large)
    yield "files-range", chart(many + "{{ range $k, $v := $.Files }}{{ $_ := toString $v }}{{ end }}{{ end }}", more=large)
    names = {"a" * 200 + str(i): "x" for i in range(300)}
    yield "files-glob", chart(many + '{{ $_ := $.Files.Glob "**a**b**c**d**e**f" }}{{ end }}', more=names)
    yield "files-many", chart(more={f"templates/f{i}.yaml": "a: 1\n" for i in range(20_000)})
    ignored = {"templates/" + "a" * 150 + f"{i}.yaml": "a: 1\n" for i in range(500)}
    ignored[".helmignore"] = "".join(f"*a*b*c*d*e{i}\n" for i in range(2000))
    yield "helmignore", chart(more=ignored)
    yield "chart-deep", chart(more={"Chart.yaml": CHART + "annotations:\n  a: " + "[" * 50_000})


class Zeros(io.RawIOBase):
    """A file of zeros that takes no memory."""

    def read(self, size=-1):
        return bytes(size)


def zeros(size):
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as out:
        for _ in range(size // 1_000_000):
            out.write(bytes(1_000_000))
    return packed.getvalue()


def archive(members):
    """A packed chart of files: name, content or number of zeros, properties."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as out:
        for name, data, properties in members:
            member = tarfile.TarInfo(name)
            member.size = data if isinstance(data, int) else len(data)
            for key, value in properties.items():
                setattr(member, key, value)
            out.addfile(member, Zeros() if isinstance(data, int) else io.BytesIO(data))
    return packed.getvalue()


def archives():
    template = 'a: {{ (index .Subcharts "s").Files.Get "x" | quote }}{{ .Files.Get "charts/s/x" | quote }}\n'
    definition = ("s/Chart.yaml", SUBCHART.encode(), {})
    link = {"linkname": "/etc/passwd"}
    members = {
        "bomb": [("s/x", 500_000_000, {})],
        "many": [(f"s/f{i}", b"", {}) for i in range(200_000)],
        "link": [("s/x", b"", {"type": tarfile.SYMTYPE, **link})],
        "hard-link": [("s/x", b"", {"type": tarfile.LNKTYPE, **link})],
        "absolute": [("/etc/passwd", b"x", {})],
        "dots": [("s/../../x", b"x", {})],
        "fifo": [("s/x", b"", {"type": tarfile.FIFOTYPE})],
        "device": [("s/x", b"", {"type": tarfile.CHRTYPE, "devmajor": 1, "devminor": 5})],
        "twice": [definition] * 1000,
    }
    for name, inner in members.items():
        yield f"packed-{name}", chart(template, more={"charts/s.tgz": archive([definition, *inner])})
    nested = archive([definition])
    for _ in range(40):
        nested = archive([definition, ("s/charts/s.tgz", nested, {})])
    others = {
        "nested": nested,
        "zeros": zeros(500_000_000),
        "noise": b"\x1f\x8b\x08" + random.Random(1).randbytes(1000),
    }
    for name, data in others.items():
        yield f"packed-{name}", chart(template, more={"charts/s.tgz": data})
    large = archive([definition, ("s/x", 9_000_000, {})])
    yield "packed-large", chart(more={f"charts/s{i}.tgz": large for i in range(100)})


def special():
    """Charts with files that are not regular: a function that makes them in the directory of the chart."""
    template = 'a: {{ .Files.Get "x" | quote }}{{ len .Files }}\n'

    def links_out(to):
        (to / "x").symlink_to("/etc/passwd")
        (to / "templates/etc").symlink_to("/etc")
        (to / "templates/p.txt").symlink_to("/etc/passwd")

    def links_around(to):
        (to / "templates/loop").symlink_to("..")
        (to / "self").symlink_to("self")

    def pipe_of_values(to):
        (to / "values.yaml").unlink()
        os.mkfifo(to / "values.yaml")

    yield "links-out", chart(template), links_out
    yield "links-around", chart(template), links_around
    yield "link-to-zeros", chart(template), lambda to: (to / "x").symlink_to("/dev/zero")
    yield "pipe", chart(template), lambda to: os.mkfifo(to / "templates/f.yaml")
    yield "pipe-of-values", chart(template), pipe_of_values
    yield "sparse", chart(template), lambda to: (to / "x").open("wb").truncate(10_000_000_000)


def cases():
    for group in [templates, values, schemas, subcharts, files, archives]:
        for name, written in group():
            yield name, written, lambda to: None
    yield from special()


def run(binary, written, finish, limit):
    """What a chart takes: seconds of processor time, MiB, the exit code, and what is printed."""
    with tempfile.TemporaryDirectory() as root:
        directory = pathlib.Path(root, "t")
        for name, content in written.items():
            file = directory / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        finish(directory)
        output = pathlib.Path(root, "output")
        with output.open("wb") as out:
            process = subprocess.Popen(
                [binary, "check", "t"],
                cwd=root,
                stdout=out,
                stderr=out,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit)),
            )
            timer = threading.Timer(20 * limit, process.kill)
            timer.start()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = status
            timer.cancel()
        code = os.waitstatus_to_exitcode(status)
        text = output.read_text(errors="replace")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, code, text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--cpu", type=float, default=2)
    parser.add_argument("--memory", type=float, default=256)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    binary = os.path.abspath(arguments.binary)
    count, failed = 0, 0
    for name, written, finish in cases():
        if arguments.names and not name.startswith(tuple(arguments.names)):
            continue
        count += 1
        seconds, memory, code, text = run(binary, written, finish, int(3 * arguments.cpu))
        is_wrong = seconds > arguments.cpu or memory > arguments.memory or code not in (0, 1)
        is_wrong |= "panicked" in text or "root:" in text
        failed += is_wrong
        if is_wrong or arguments.all:
            first = text.split("\n", 1)[0][:150]
            print(f"{'FAILED ' if is_wrong else ''}{name}: {seconds:.2f} s, {memory:.0f} MiB, exit {code}: {first}")
    print(f"{count} charts, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
