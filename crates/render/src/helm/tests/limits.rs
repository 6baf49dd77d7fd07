//! A chart is foreign code: whatever it does ends soon, with an error.

use std::time::{Duration, Instant};

use super::{Memory, chart, run};

/// The error of a chart that must not take long.
fn error(template: &str) -> String {
    let start = Instant::now();
    let result = run(&chart(template, "a: 1\n"), &[]);
    let taken = start.elapsed();
    assert!(taken < Duration::from_secs(60), "{template}: {taken:?}");
    match result {
        Ok(release) => panic!("{template}: {} documents", release.manifests.len()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn hostile_templates_end_with_an_error() {
    let cases = [
        (
            "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
            "nested reference name",
        ),
        (
            "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}",
            "nested too deeply",
        ),
        (
            "{{ define \"a\" }}{{ include \"b\" . }}{{ end }}{{ define \"b\" }}{{ include \"a\" . }}{{ end }}\
             {{ include \"a\" . }}",
            "nested",
        ),
        ("{{ range until 1000000000 }}x{{ end }}", "too m"),
        ("{{ range untilStep 0 3000000 1 }}{{ end }}", "too m"),
        (
            "{{ range until 3000 }}{{ range until 3000 }}{{ end }}{{ end }}",
            "too m",
        ),
        ("{{ repeat 1000000000 \"xxxxxxxx\" }}", "too m"),
        (
            "{{ $x := \"xxxxxxxx\" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}",
            "too m",
        ),
        (
            "{{ $x := list 1 }}{{ range until 60 }}{{ $x = concat $x $x }}{{ end }}",
            "too m",
        ),
        (
            "{{ $x := \"a\" }}{{ range until 60 }}{{ $x = replace \"a\" \"aaaaaaaa\" $x }}{{ end }}",
            "too m",
        ),
        ("{{ indent 100000000 \"a\\nb\\nc\" }}", "too m"),
        ("{{ randAlphaNum 1000000000 }}", "too m"),
        (
            "{{ define \"a\" }}{{ tpl . . }}{{ end }}{{ tpl \"{{ include \\\"a\\\" . }}\" \"{{ include \\\"a\\\" . }}\" }}",
            "nested",
        ),
        (
            "{{ regexReplaceAll \"\" (repeat 100000 \"a\") (repeat 100000 \"b\") }}",
            "too m",
        ),
        (
            "{{ wrapWith 1 (repeat 100000 \"x\") (repeat 100000 \"a\") }}",
            "too m",
        ),
        ("{{ seq 1 100000000 }}", "too m"),
    ];
    for (template, expected) in cases {
        let error = error(template);
        assert!(error.contains(expected), "{template}: {error}");
    }
}

/// What a map contains that contains others twice at each level, or itself more than once, has no end.
#[test]
fn values_without_end_end_with_an_error() {
    let doubled =
        "{{ $d := dict \"a\" 1 }}{{ range until 60 }}{{ $d = dict \"a\" $d \"b\" $d }}{{ end }}";
    let cyclic = "{{ $d := dict }}{{ $_ := set $d \"a\" $d }}{{ $_ := set $d \"b\" (list $d $d) }}";
    let uses = [
        "toYaml $d",
        "toYamlPretty $d",
        "toJson $d",
        "toPrettyJson $d",
        "toRawJson $d",
        "toToml $d",
        "toString $d",
        "print $d",
        "printf \"%v\" $d",
        "quote $d",
        "cat $d",
        "html $d",
        "deepCopy $d",
        "deepEqual $d (deepCopy $d)",
        "has $d (list $d)",
        "uniq (list $d $d)",
        "without (list $d) $d",
        "join \",\" (list $d)",
        "merge (dict) $d",
        "mergeOverwrite $d (dict \"x\" 1)",
    ];
    for start in [doubled, cyclic] {
        for use_ in uses {
            let error = error(&format!("{start}{{{{ $_ := {use_} }}}}"));
            assert!(error.contains("too large"), "{use_}: {error}");
        }
        let error = error(&format!("{start}{{{{ $d }}}}"));
        assert!(error.contains("too large"), "{error}");
    }
}

#[test]
fn charts_of_many_charts_end_with_an_error() {
    let mut files = Memory::default();
    let mut path = "/t".to_owned();
    for level in 0..8 {
        let name = if level == 0 {
            "t".to_owned()
        } else {
            format!("s{level}")
        };
        let next = level + 1;
        let aliases =
            (0..8).map(|alias| format!("- {{name: s{next}, version: '*', alias: x{alias}}}\n"));
        let aliases: String = aliases.collect();
        let text =
            format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\ndependencies:\n{aliases}");
        files.0.insert(format!("{path}/Chart.yaml").into(), text);
        path = format!("{path}/charts/s{next}");
    }
    let text = "apiVersion: v2\nname: s8\nversion: 1.0.0\n".to_owned();
    files.0.insert(format!("{path}/Chart.yaml").into(), text);
    let error = run(&files, &[]).expect_err("too many").to_string();
    assert!(error.contains("more than 1000 dependencies"), "{error}");
    let imports: String = (0..3000)
        .map(|at| format!("  - {{child: a, parent: b{at}}}\n"))
        .collect();
    let head = "apiVersion: v2\nname: t\nversion: 1.0.0\ndependencies:\n- name: s\n  version: '*'\n  import-values:\n";
    let values: String = (0..3000).map(|at| format!("  k{at}: 1\n")).collect();
    let files = Memory::new([
        ("t/Chart.yaml", format!("{head}{imports}").as_str()),
        (
            "t/charts/s/Chart.yaml",
            "apiVersion: v2\nname: s\nversion: 1.0.0\n",
        ),
        ("t/charts/s/values.yaml", format!("a:\n{values}").as_str()),
    ]);
    let error = run(&files, &[]).expect_err("too many").to_string();
    assert!(error.contains("imports more than"), "{error}");
}

/// The only problem of a chart with these files, which is a limit.
fn limit(files: &[(&str, &str)]) -> String {
    let mut chart = Memory::new([("t/Chart.yaml", "apiVersion: v2\nname: t\nversion: 1.0.0\n")]);
    for (name, text) in files {
        chart
            .0
            .insert(format!("/t/{name}").into(), (*text).to_owned());
    }
    let error = run(&chart, &[]).expect_err("too much");
    assert!(error.is_limit, "{error}");
    error.to_string()
}

#[test]
fn large_inputs_end_with_a_limit() {
    let documents = "a: b\n---\n".repeat(30_000);
    assert!(limit(&[("templates/t.yaml", &documents)]).contains("more than 20000 documents"));
    let values: String = (0..100_000)
        .map(|at| format!("k{at}: {{a: 1}}\n"))
        .collect();
    assert!(limit(&[("values.yaml", &values)]).contains("more than 250000 values"));
}

#[test]
fn schemas_that_take_too_long_end_with_a_limit() {
    let list: Vec<String> = (0..50_000).map(|at| at.to_string()).collect();
    let values = format!("a: [{}]\n", list.join(","));
    let names: Vec<String> = list.iter().map(|at| format!("\"{at}\"")).collect();
    let names = names.join(",");
    let allowed = format!(r#"{{"properties": {{"a": {{"items": {{"enum": [{names}]}}}}}}}}"#);
    let unique = r#"{"properties": {"a": {"uniqueItems": true}}}"#;
    let all = vec![r#"{"additionalProperties": {"type": "integer"}}"#; 2000].join(",");
    let all = format!(r#"{{"allOf": [{all}]}}"#);
    let wide: String = (0..20_000).map(|at| format!("k{at}: 1\n")).collect();
    let patterns: Vec<String> = (0..500)
        .map(|at| format!(r#""^(a|b|{at})*c$": {{"type": "string"}}"#))
        .collect();
    let patterns = format!(r#"{{"patternProperties": {{{}}}}}"#, patterns.join(","));
    for (schema, values) in [
        (allowed.as_str(), &values),
        (unique, &values),
        (&all, &wide),
        (&patterns, &wide),
    ] {
        let error = limit(&[("values.schema.json", schema), ("values.yaml", values)]);
        assert!(error.contains("too many steps"), "{error}");
    }
}

/// Of many allowed values, a message names the first ones.
#[test]
fn messages_of_schemas_are_short() {
    let names: Vec<String> = (0..1000).map(|at| format!("\"{at}\"")).collect();
    let schema = format!(
        r#"{{"properties": {{"a": {{"enum": [{}]}}}}}}"#,
        names.join(",")
    );
    let files = Memory::new([
        ("t/Chart.yaml", "apiVersion: v2\nname: t\nversion: 1.0.0\n"),
        ("t/values.schema.json", schema.as_str()),
        ("t/values.yaml", "a: b\n"),
    ]);
    let error = run(&files, &[]).expect_err("not allowed").to_string();
    assert!(error.ends_with("\"19\", or 980 others"), "{error}");
}

#[test]
fn globs_that_backtrack_end() {
    let name = format!("t/{}", "a".repeat(200));
    let template =
        "a: {{ range until 300 }}{{ $_ := $.Files.Glob \"**a**b**c**d**e**f\" }}{{ end }}\n";
    let files = Memory::new([
        ("t/Chart.yaml", "apiVersion: v2\nname: t\nversion: 1.0.0\n"),
        ("t/.helmignore", "*a*b*c*d*e*f*g*h*i\n"),
        ("t/templates/t.yaml", template),
        (name.as_str(), "x"),
    ]);
    assert!(run(&files, &[]).is_ok());
}

#[test]
fn deep_nesting_is_an_error() {
    let parentheses = format!("{{{{ {}1{} }}}}", "(".repeat(3000), ")".repeat(3000));
    assert!(error(&parentheses).contains("levels of nesting"));
    let branches = format!("{}{}", "{{ if 1 }}".repeat(3000), "{{ end }}".repeat(3000));
    assert!(error(&branches).contains("levels of nesting"));
}

/// A map that contains itself is printed up to some depth.
#[test]
fn maps_that_contain_themselves_end() {
    let start = "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}";
    for use_ in [
        "a: {{ print $d | len }}",
        "a: {{ toYaml $d | len }}",
        "a: {{ toJson $d | len }}",
        "a: {{ deepEqual $d $d }}",
        "a: {{ merge $d $d | len }}",
        "a: {{ deepCopy $d | len }}",
    ] {
        let result = run(&chart(&format!("{start}{use_}"), ""), &[]);
        assert!(result.is_ok(), "{use_}: {result:?}");
    }
}

#[test]
fn nothing_outside_of_the_chart_is_read() {
    let files = Memory::new([
        ("t/Chart.yaml", "apiVersion: v2\nname: t\nversion: 1.0.0\n"),
        (
            "t/templates/t.yaml",
            "a: {{ .Files.Get \"../secret.txt\" | quote }}{{ .Files.Get \"/secret.txt\" }}\n",
        ),
        ("secret.txt", "secret"),
    ]);
    let release = run(&files, &[]).expect("renders");
    assert!(!release.text().as_str().contains("secret"));
}
