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
        ("{{ range until 1000000000 }}x{{ end }}", "too much text"),
        (
            "{{ range untilStep 0 3000000 1 }}{{ end }}",
            "too much text",
        ),
        (
            "{{ range until 3000 }}{{ range until 3000 }}{{ end }}{{ end }}",
            "too m",
        ),
        ("{{ repeat 1000000000 \"xxxxxxxx\" }}", "too much text"),
        (
            "{{ $x := \"xxxxxxxx\" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}",
            "too much text",
        ),
        (
            "{{ $x := list 1 }}{{ range until 60 }}{{ $x = concat $x $x }}{{ end }}",
            "too much text",
        ),
        (
            "{{ $x := \"a\" }}{{ range until 60 }}{{ $x = replace \"a\" \"aaaaaaaa\" $x }}{{ end }}",
            "too much text",
        ),
        ("{{ indent 100000000 \"a\\nb\\nc\" }}", "too much text"),
        ("{{ randAlphaNum 1000000000 }}", "too much text"),
        (
            "{{ define \"a\" }}{{ tpl . . }}{{ end }}{{ tpl \"{{ include \\\"a\\\" . }}\" \"{{ include \\\"a\\\" . }}\" }}",
            "nested",
        ),
        (
            "{{ regexReplaceAll \"\" (repeat 100000 \"a\") (repeat 100000 \"b\") }}",
            "too much text",
        ),
        (
            "{{ wrapWith 1 (repeat 100000 \"x\") (repeat 100000 \"a\") }}",
            "too much text",
        ),
        ("{{ seq 1 100000000 }}", "too much text"),
    ];
    for (template, expected) in cases {
        let error = error(template);
        assert!(error.contains(expected), "{template}: {error}");
    }
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
