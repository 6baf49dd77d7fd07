//! Charts of one feature or trap each, and expressions. What is expected is what helm 4.3.2 prints.

mod limits;
mod missing;
mod origins;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use podwright_syntax::provenance::Text;
use podwright_syntax::text::LineIndex;

use super::json::{Form, to_json};
use super::{Options, Release, SetKind, read, render};
use crate::RenderError;
use crate::files::{Files, Found, SourceFile, Sources};

/// Files that exist only here, by their path.
#[derive(Default)]
pub(in crate::helm) struct Memory(BTreeMap<PathBuf, String>);

impl Memory {
    pub(in crate::helm) fn new<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let file = |(path, text): (&str, &str)| (Path::new("/").join(path), text.to_owned());
        Self(files.into_iter().map(file).collect())
    }
}

impl Files for Memory {
    fn find(&self, path: &Path) -> Option<Found> {
        if self.0.contains_key(path) {
            return Some(Found::File(path.to_owned()));
        }
        let is_directory = self.0.keys().any(|file| file.starts_with(path));
        is_directory.then(|| Found::Directory(path.to_owned()))
    }

    fn read(&self, path: &Path) -> Result<Arc<SourceFile>, String> {
        let text = self.0.get(path).ok_or("no such file")?;
        Ok(Arc::new(SourceFile::new(
            path.to_owned(),
            text.clone().into_bytes(),
        )))
    }

    fn entries(&self, directory: &Path) -> Vec<String> {
        let inside = self
            .0
            .keys()
            .filter_map(|file| file.strip_prefix(directory).ok());
        let first = |rest: &Path| Some(rest.iter().next()?.to_str()?.to_owned());
        let mut names: Vec<String> = inside.filter_map(first).collect();
        names.dedup();
        names
    }
}

/// Options of the command line of `helm template`.
fn options(words: &[&str]) -> Options {
    let mut options = Options {
        release: "rel".to_owned(),
        namespace: "ns".to_owned(),
        ..Options::default()
    };
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        let mut set = |kind, text: &str| options.set.push((kind, text.to_owned()));
        match word {
            "--is-upgrade" => options.is_upgrade = true,
            "--include-crds" => options.includes_crds = true,
            flag => {
                let argument = words.next().unwrap_or_default();
                match flag {
                    "--namespace" => options.namespace = argument.to_owned(),
                    "--kube-version" => options.kubernetes_version = argument.to_owned(),
                    "--api-versions" => options.api_versions.push(argument.to_owned()),
                    "--values" | "-f" => options.values.push(Path::new("/").join(argument)),
                    "--set" => set(SetKind::Typed, argument),
                    "--set-string" => set(SetKind::String, argument),
                    "--set-json" => set(SetKind::Json, argument),
                    "--set-file" => set(SetKind::File, argument),
                    "--set-literal" => set(SetKind::Literal, argument),
                    other => panic!("unknown flag {other}"),
                }
            }
        }
    }
    options
}

/// A chart with one file below `templates/`.
fn chart(template: &str, values: &str) -> Memory {
    Memory::new([
        ("t/Chart.yaml", "apiVersion: v2\nname: t\nversion: 1.0.0\n"),
        ("t/values.yaml", values),
        ("t/templates/t.yaml", template),
    ])
}

fn run(files: &Memory, words: &[&str]) -> Result<Release, RenderError> {
    let mut sources = Sources::new(files);
    render(&mut sources, Path::new("/t"), &options(words))
}

/// `file:line` of the place of an error, and of the ways there.
fn places(sources: &Sources<'_>, error: &RenderError) -> Vec<String> {
    let places = error.place.iter().chain(&error.through);
    let place = |at: &podwright_syntax::text::Location| {
        let file = sources.get(at.file);
        let text = file.text().expect("text");
        let name = file.path.file_name().unwrap_or_default().to_string_lossy();
        format!(
            "{name}:{}",
            LineIndex::new(text).position(at.span.start, text).line
        )
    };
    places.map(place).collect()
}

/// The documents of each template, as JSON.
fn documents(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for part in text.split("---\n# Source: ").skip(1) {
        let (source, body) = part.split_once('\n').unwrap_or((part, ""));
        let value = read::yaml(&Text::constant(body)).expect("YAML");
        let form = Form {
            is_pretty: false,
            escapes_html: false,
        };
        if !value.is_nil() {
            let json = to_json(&value, form).expect("JSON").as_str().to_owned();
            found
                .entry(source.trim().to_owned())
                .or_default()
                .push(json);
        }
    }
    found
}

fn decoded(text: &str) -> String {
    text.replace('␍', "\r").replace('␂', "\u{feff}")
}

#[test]
fn charts_render_as_in_helm() {
    let mut wrong = Vec::new();
    let text = concat!(
        "
",
        include_str!("tests/small.txt")
    );
    let cases: Vec<&str> = text
        .split(
            "
=== ",
        )
        .skip(1)
        .collect();
    assert!(cases.len() > 100);
    for case in cases {
        let (head, rest) = case.split_once("\n> ").expect("a command");
        let (command, _) = rest.split_once('\n').expect("files");
        let words: Vec<&str> = command.split_whitespace().collect();
        let mut files = Memory::default();
        let (mut expected, mut expected_error) = (None, None);
        for file in rest.split("\n>>> ").skip(1) {
            let (name, text) = file.split_once('\n').unwrap_or((file, ""));
            let text = text.strip_suffix('\n').unwrap_or(text);
            match name {
                "expected" => expected = Some(decoded(text)),
                "error" => expected_error = Some(text.trim()),
                name => {
                    let (name, text) = match name.strip_suffix(" (no newline)") {
                        Some(name) => (name, text.to_owned()),
                        None if text.is_empty() => (name, String::new()),
                        None => (name, format!("{text}\n")),
                    };
                    files.0.insert(Path::new("/").join(name), decoded(&text));
                }
            }
        }
        let mut sources = Sources::new(&files);
        let path = Path::new("/").join(words[1]);
        let result = render(&mut sources, &path, &options(&words[2..]));
        match (result, expected, expected_error) {
            (Ok(release), Some(expected), _) => {
                let (found, expected) = (documents(release.text().as_str()), documents(&expected));
                if found != expected {
                    wrong.push(format!(
                        "{head}\n  found    {found:?}\n  expected {expected:?}"
                    ));
                }
            }
            (Err(error), _, Some(expected)) => {
                // `t/templates/t.yaml:6:8` is in messages of helm that name a place.
                let lines = places(&sources, &error);
                let is_named = |line: &String| expected.contains(line.as_str());
                let names_line = !expected.contains("YAML parse error")
                    && (expected.contains(".yaml:") || expected.contains(".tpl:"));
                if names_line && !lines.iter().any(is_named) {
                    wrong.push(format!(
                        "{head}\n  found    {lines:?} {error}\n  expected {expected}"
                    ));
                }
            }
            (Ok(_), None, _) => wrong.push(format!("{head}: no error")),
            (Err(error), _, None) => wrong.push(format!("{head}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn expressions_have_the_values_of_helm() {
    let mut wrong = Vec::new();
    for line in include_str!("tests/expressions.jsonl").lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let expression = row["template"].as_str().expect("a template");
        let template = format!(
            "{{{{- define \"x\" -}}}}{}{{{{- end -}}}}v: {{{{ include \"x\" . | toJson }}}}",
            expression.replace('␤', "\n")
        );
        let files = Memory::new([
            (
                "t/Chart.yaml",
                "apiVersion: v2\nname: t\nversion: 1.2.3\nappVersion: \"9.8\"\ndescription: d\nkeywords: [a, b]\n\
                 annotations: {x: y}\nmaintainers: [{name: n, email: e}]\n",
            ),
            ("t/values.yaml", include_str!("tests/values.yaml")),
            ("t/files/a.txt", "one\ntwo\n"),
            ("t/files/b.json", "{\"a\":1}"),
            (
                "t/templates/_h.tpl",
                "{{- define \"h\" -}}[{{ .Values.s }}]{{- end -}}\n\
                 {{- define \"args\" -}}{{ index . 0 }}-{{ index . 1 }}{{- end -}}\n",
            ),
            ("t/templates/e0000.yaml", template.as_str()),
        ]);
        let result = run(&files, &["--kube-version", "1.34.0"]);
        let found = result.map(|release| {
            let value = read::yaml(&release.manifests[0].text).expect("YAML");
            let value = value
                .as_map()
                .and_then(|map| map.get("v"))
                .expect("a value");
            value.as_str().expect("a string").to_owned()
        });
        match (found, row["output"].as_str()) {
            (Ok(found), Some(expected))
                if found.replace("e0000", "") == without_number(expected) => {}
            (Err(_), None) => {}
            (found, expected) => wrong.push(format!(
                "{expression}\n  found    {found:?}\n  expected {expected:?}"
            )),
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

/// The table was made with many templates in one chart.
fn without_number(text: &str) -> String {
    let Some(at) = text.find("/e0") else {
        return text.to_owned();
    };
    format!("{}{}", &text[..=at], &text[at + 6..])
}

#[test]
fn placeholders_are_known_to_be_some() {
    let template = "a: {{ randAlphaNum 5 }}\nb: {{ now | date \"2006\" }}\nc: {{ lookup \"v1\" \"Secret\" \"n\" \"x\" | len }}\n";
    let release = run(&chart(template, ""), &[]).expect("renders");
    let why: Vec<super::Why> = release.unknown.iter().map(|unknown| unknown.why).collect();
    assert_eq!(
        why,
        [super::Why::Random, super::Why::Time, super::Why::Lookup]
    );
    let text = &release.manifests[0].text;
    assert_eq!(text.slice(3..8).location(), release.unknown[0].place);
}
