use std::path::Path;

use super::{Cache, PathId, Reads, Setters, Step, Symbols, read};
use crate::files::Sources;
use crate::helm::tests::Memory;

const CHART: &str = "apiVersion: v2\nname: app\nversion: 1.0.0\n";

/// The symbols of a chart, and the texts of its files by their numbers.
fn symbols(files: &[(&str, &str)]) -> (Symbols, Vec<String>) {
    let chart = [("Chart.yaml", CHART)];
    let is_given = files.iter().any(|(name, _)| *name == "Chart.yaml");
    let all = chart
        .into_iter()
        .filter(|_| !is_given)
        .chain(files.iter().copied());
    let memory = Memory::new(all);
    let mut sources = Sources::new(&memory);
    let symbols = read(&mut sources, Path::new("/"), &[], &mut Cache::default()).expect("a chart");
    let texts = sources.into_files();
    let texts = texts
        .iter()
        .map(|file| file.text().expect("text").to_string());
    (symbols, texts.collect())
}

fn path(symbols: &Symbols, shown: &str) -> PathId {
    let mut path = PathId::ROOT;
    for part in shown.split('.') {
        let (key, items) = part
            .split_once("[]")
            .map_or((part, false), |(key, _)| (key, true));
        let known = symbols.paths().known(path, &Step::Key(key.into()));
        path = known.unwrap_or_else(|| panic!("nothing at {shown}"));
        if items {
            path = symbols.paths().known(path, &Step::Any).expect("items");
        }
    }
    path
}

/// Who reads each entry of the values files: the texts of the places, `never`, or `unknown`.
fn reads(files: &[(&str, &str)]) -> String {
    let (symbols, texts) = symbols(files);
    let mut lines = Vec::new();
    for entry in &symbols.entries {
        let who = match symbols.reads(entry.path) {
            Reads::Never => "never".to_owned(),
            Reads::Unknown(_) => "unknown".to_owned(),
            Reads::Found(places) => {
                let texts = places
                    .iter()
                    .map(|place| texts[place.file.0 as usize][place.span.range()].to_owned());
                let mut texts: Vec<String> = texts.collect();
                texts.dedup();
                match texts.is_empty() {
                    true => "helm".to_owned(),
                    false => texts
                        .join(", ")
                        .split_whitespace()
                        .collect::<Vec<_>>()
                        .join(" "),
                }
            }
        };
        lines.push(format!("{}: {who}", symbols.paths().shown(entry.path)));
    }
    lines.join("\n")
}

fn values_and(values: &str, template: &str) -> String {
    reads(&[("values.yaml", values), ("templates/a.yaml", template)])
}

#[track_caller]
fn is(actual: &str, expected: &str) {
    let expected: Vec<&str> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(actual, expected.join("\n"));
}

#[test]
fn fields_are_read_and_the_rest_is_not() {
    is(
        &values_and("a:\n  b: 1\n  c: 2\nd: 3\n", "x: {{ .Values.a.b }}"),
        "a: a
        a.b: b
        a.c: never
        d: never",
    );
}

#[test]
fn scopes_and_variables_are_followed() {
    is(
        &values_and(
            "a: {b: {c: 1, d: 2}}\nl: [{o: 1, m: 2}]\nmap: {k: {v: 1, w: 2}}\n",
            "{{ $x := .Values.a }}{{ with $x.b }}{{ .c }}{{ end }}
             {{ range .Values.l }}{{ .o }}{{ end }}
             {{ range $k, $v := $.Values.map }}{{ $k }}: {{ $v.v }}{{ end }}",
        ),
        "a: a
        a.b: b
        a.b.c: c
        a.b.d: never
        l: l
        l[].o: o
        l[].m: never
        map: map
        map.k: $.Values.map
        map.k.v: v
        map.k.w: never",
    );
}

#[test]
fn a_subtree_that_is_printed_is_read_with_all_in_it() {
    is(
        &values_and(
            "a: {b: {c: 1}}\nd: {e: 1}\n",
            "{{ toYaml .Values.a | nindent 2 }}{{ if .Values.d }}{{ end }}",
        ),
        "a: a
        a.b: .Values.a
        a.b.c: .Values.a
        d: d
        d.e: .Values.d",
    );
}

#[test]
fn functions_with_constant_keys_read_those() {
    is(
        &values_and(
            "a: {b: 1, 'c-d': 2, e: {f: 3}, g: 4, h: 5}\n",
            r#"{{ index .Values "a" "b" }}{{ get .Values.a "c-d" }}{{ dig "e" "f" 0 .Values.a }}
               {{ if hasKey .Values.a "g" }}{{ end }}"#,
        ),
        "a: a
        a.b: b
        a.c-d: c-d
        a.e: e
        a.e.f: f
        a.g: g
        a.h: never",
    );
}

#[test]
fn named_templates_see_what_they_are_given() {
    let helpers = r#"{{ define "image" }}{{ .image.tag }}{{ end }}
        {{ define "with" }}{{ .v.x }}{{ .ctx.Values.z }}{{ end }}"#;
    let template = r#"{{ include "image" .Values.web }}{{ template "image" .Values.db }}
        {{ include "with" (dict "ctx" $ "v" .Values.web) }}{{ include (print "im" "age") .Values.job }}"#;
    is(
        &reads(&[
            (
                "values.yaml",
                "web: {image: {tag: 1, other: 2}, x: 3}\ndb: {image: {tag: 1}}\nz: 1\njob: {image: {tag: 2}}\n",
            ),
            ("templates/_h.tpl", helpers),
            ("templates/a.yaml", template),
        ]),
        "web: web
        web.image: image
        web.image.tag: tag
        web.image.other: never
        web.x: x
        db: db
        db.image: image
        db.image.tag: tag
        z: z
        job: job
        job.image: image
        job.image.tag: tag",
    );
}

#[test]
fn a_template_in_a_value_may_read_all() {
    let values = "a: 1\nb: '{{ .Values.c }}'\nc: 1\n";
    is(
        &values_and(values, "{{ tpl .Values.b . }}"),
        "a: unknown
        b: b
        c: c",
    );
    let constant = "{{ tpl \"{{ .Values.a }}\" . }}";
    is(
        &values_and("a: 1\nb: 1\n", constant),
        "a: tpl \"{{ .Values.a }}\" .
        b: never",
    );
}

#[test]
fn values_of_subcharts_are_below_their_names() {
    let chart = format!(
        "{CHART}dependencies:\n- {{name: db, version: 1.x.x, alias: store, condition: store.enabled, tags: [data]}}\n"
    );
    let sub = "apiVersion: v2\nname: db\nversion: 1.0.0\n";
    is(
        &reads(&[
            ("Chart.yaml", &chart),
            (
                "values.yaml",
                "store: {enabled: true, size: 1, other: 1}\ntags: {data: true, other: 1}\nglobal: {zone: a, other: 1}\n",
            ),
            ("templates/a.yaml", "{{ .Values.store.size }}"),
            ("charts/db/Chart.yaml", sub),
            ("charts/db/values.yaml", "port: 1\nsize: 2\nother: 2\n"),
            (
                "charts/db/templates/a.yaml",
                "{{ .Values.port }}{{ .Values.global.zone }}",
            ),
        ]),
        "store: store
        store.enabled: enabled
        store.size: size
        store.other: never
        tags: helm
        tags.data: data
        tags.other: never
        global: global
        global.zone: zone
        global.other: never
        store.port: port
        store.size: size
        store.other: never",
    );
}

#[test]
fn imported_values_are_read_where_they_come_from() {
    let chart = format!(
        "{CHART}dependencies:\n- name: db\n  version: 1.0.0\n  import-values:\n  - child: data\n    parent: mine\n  - flags\n"
    );
    is(
        &reads(&[
            ("Chart.yaml", &chart),
            (
                "templates/a.yaml",
                "{{ .Values.mine.port }}{{ .Values.fast }}",
            ),
            (
                "charts/db/Chart.yaml",
                "apiVersion: v2\nname: db\nversion: 1.0.0\n",
            ),
            (
                "charts/db/values.yaml",
                "data: {port: 1, other: 2}\nexports: {flags: {fast: 1}}\n",
            ),
        ]),
        "db.data: child: data parent: mine, mine
        db.data.port: port
        db.data.other: never
        db.exports: helm
        db.exports.flags: flags
        db.exports.flags.fast: fast",
    );
}

#[test]
fn who_sets_a_value() {
    let (symbols, _) = symbols(&[
        ("values.yaml", "a: {b: 1}\n# c: 2\ne: {}\nlist: []\n"),
        ("ci/x-values.yaml", "f: 1\n"),
        ("values.schema.json", r#"{"properties": {"s": {"properties": {"t": {}}}}}"#),
        (
            "templates/a.yaml",
            "{{ .Values.a.b }}{{ .Values.a.no }}{{ .Values.c }}{{ .Values.d }}{{ .Values.e.x }}{{ .Values.f }}
             {{ .Values.s.t }}{{ range .Values.list }}{{ .name }}{{ end }}{{ $_ := set .Values \"made\" 1 }}{{ .Values.made }}
             {{ default 1 .Values.g }}",
        ),
    ]);
    let who = |shown: &str| symbols.setters(path(&symbols, shown));
    assert!(matches!(who("a.b"), Setters::Entries(entries) if entries.len() == 1));
    assert!(matches!(who("f"), Setters::Entries(entries) if entries.len() == 1));
    for open in ["c", "e.x", "s.t", "list[].name"] {
        assert_eq!(who(open), Setters::Open, "{open}");
    }
    assert_eq!(who("made"), Setters::Templates);
    for nobody in ["a.no", "d", "g"] {
        assert_eq!(who(nobody), Setters::Nobody, "{nobody}");
    }
    assert!(symbols.is_guarded(path(&symbols, "g")));
    assert!(!symbols.is_guarded(path(&symbols, "d")));
}

#[test]
fn definitions_and_calls() {
    let (symbols, texts) = symbols(&[
        (
            "templates/_a.tpl",
            "{{ define \"one\" }}1{{ end }}{{ define \"two\" }}2{{ end }}",
        ),
        ("templates/_b.tpl", "{{ define \"two\" }}other{{ end }}"),
        (
            "templates/a.yaml",
            "{{ include \"one\" . }}{{ template \"two\" }}{{ include \"no\" . }}{{ include (printf \"tw%s\" .Values.x) . }}",
        ),
    ]);
    let shown =
        |place: podwright_syntax::text::Location| &texts[place.file.0 as usize][place.span.range()];
    let used: Vec<_> = symbols
        .definitions
        .iter()
        .filter(|one| one.is_used)
        .collect();
    let names: Vec<&str> = used
        .iter()
        .filter_map(|one| Some(shown(one.place?)))
        .collect();
    assert_eq!(names, ["one", "two"]);
    // The file that helm parses last wins.
    assert_eq!(
        &*symbols.definition("two").unwrap().text,
        "{{ define \"two\" }}2{{ end }}"
    );
    let calls: Vec<&str> = symbols.calls.iter().map(|call| shown(call.place)).collect();
    assert_eq!(calls, ["one", "two", "no"]);
    let undefined: Vec<&str> = symbols
        .undefined_calls()
        .iter()
        .map(|call| &*call.name)
        .collect();
    assert_eq!(undefined, ["no"]);
    assert_eq!(symbols.dynamic_calls.len(), 1);
    assert!(symbols.dynamic_calls[0].may_call("two"));
    assert!(!symbols.dynamic_calls[0].may_call("one"));
}

#[test]
fn a_broken_template_may_read_all() {
    is(
        &values_and("a: 1\nb: 1\n", "{{ .Values.a }}\n{{ if .Values. }}\n"),
        "a: a
        b: unknown",
    );
}

#[test]
fn endless_templates_end() {
    let helpers = r#"{{ define "a" }}{{ include "a" (dict "x" .) }}{{ end }}
        {{ define "b" }}{{ include "b" (list . .) }}{{ range .Values.x }}{{ include "b" . }}{{ end }}{{ end }}"#;
    let (symbols, _) = symbols(&[
        ("values.yaml", "x: 1\n"),
        ("templates/_h.tpl", helpers),
        (
            "templates/a.yaml",
            "{{ include \"a\" . }}{{ include \"b\" . }}{{ $_ := set .Values \"x\" (dict \"y\" .Values) }}{{ $_ := merge .Values.x .Values }}",
        ),
    ]);
    assert!(symbols.definition("a").is_some());
}
