//! Where the bytes of what a chart renders come from.

use std::path::Path;

use podwright_syntax::provenance::Origin;
use podwright_syntax::text::LineIndex;

use super::{Memory, options};
use crate::files::Sources;
use crate::helm::render;

const VALUES: &str = "\
image:
  repository: ghcr.io/acme/shop
  tag: \"1.2\"
  pullPolicy: Always
port: 8080
big: 1000000
labels:
  team: blue
tpl: '{{ .Release.Name }}-x'
root: /
type: ClusterIP
";

const TEMPLATE: &str = "\
kind: Pod
name: {{ .Values.image.repository }}:{{ .Values.image.tag }}
policy: {{ .Values.image.pullPolicy | quote }}
port: {{ .Values.port }}
big: {{ .Values.big }}
int: {{ int .Values.big }}
labels: {{- toYaml .Values.labels | nindent 2 }}
cut: {{ .Values.image.repository | trunc 7 | upper }}
default: {{ .Values.nope | default \"latest\" }}
joined: {{ printf \"%s/%s\" .Release.Name .Values.labels.team }}
sum: {{ sha256sum .Values.labels.team }}
tpl: {{ tpl .Values.tpl . }}
chart: {{ .Chart.Name }}
helper: {{ include \"h\" . }}
path: {{ trimSuffix \"/\" .Values.root }}/health
{{ if or (eq .Values.type \"ClusterIP\") (empty .Values.type) }}service: ClusterIP{{ end }}
other: ClusterIP
";

/// `file:line:text` of the places that the bytes of a value come from, `~` where they are not copied.
fn places(key: &str) -> Vec<String> {
    let files = Memory::new([
        (
            "t/Chart.yaml",
            "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
        ),
        ("t/values.yaml", VALUES),
        (
            "t/templates/_h.tpl",
            "{{ define \"h\" }}<{{ .Values.labels.team }}>{{ end }}\n",
        ),
        ("t/templates/t.yaml", TEMPLATE),
    ]);
    let mut sources = Sources::new(&files);
    let release = render(&mut sources, Path::new("/t"), &options(&[])).expect("renders");
    let text = &release.manifests[0].text;
    let start = text.as_str().find(&format!("{key}: ")).expect("the key") + key.len() + 2;
    let end = start + text.as_str()[start..].find('\n').unwrap_or(0);
    let part = text.slice(start..end);
    let mut all: Vec<String> = Vec::new();
    for (_, origin) in part.runs() {
        let mark = if matches!(origin, Origin::Copied(_)) {
            ""
        } else {
            "~"
        };
        for at in origin.locations() {
            let file = sources.get(at.file);
            let source = file.text().expect("text");
            let line = LineIndex::new(source).position(at.span.start, source).line;
            let name = file.path.file_name().unwrap_or_default().to_string_lossy();
            let written = &source[at.span.start as usize..at.span.end as usize];
            let place = format!("{mark}{name}:{line}:{written}");
            if !all.contains(&place) {
                all.push(place);
            }
        }
    }
    all
}

#[test]
fn values_lead_to_their_entries() {
    let cases: [(&str, &[&str]); 8] = [
        (
            "name",
            &[
                "values.yaml:2:ghcr.io/acme/shop",
                "t.yaml:2::",
                "values.yaml:3:1.2",
            ],
        ),
        ("policy", &["~values.yaml:4:Always", "values.yaml:4:Always"]),
        ("port", &["values.yaml:5:8080"]),
        ("big", &["~values.yaml:6:1000000"]),
        ("int", &["values.yaml:6:1000000"]),
        ("  team", &["values.yaml:8:blue"]),
        ("default", &["t.yaml:9:latest"]),
        ("chart", &["Chart.yaml:2:shop"]),
    ];
    for (key, expected) in cases {
        assert_eq!(places(key), expected, "{key}");
    }
}

/// The text of a template that a value decides leads to the value, too.
#[test]
fn literal_text_remembers_what_decides_it() {
    let cases: [(&str, &[&str]); 3] = [
        ("path", &["~t.yaml:15:/health", "~values.yaml:10:"]),
        (
            "service",
            &["~t.yaml:16:ClusterIP", "~values.yaml:11:ClusterIP"],
        ),
        ("other", &["t.yaml:17:ClusterIP"]),
    ];
    for (key, expected) in cases {
        assert_eq!(places(key), expected, "{key}");
    }
}

#[test]
fn what_is_computed_remembers_what_from() {
    let cases: [(&str, &[&str]); 4] = [
        ("cut", &["~values.yaml:2:ghcr.io"]),
        (
            "sum",
            &[
                "~t.yaml:11:sha256sum .Values.labels.team",
                "~values.yaml:8:blue",
            ],
        ),
        ("tpl", &["~values.yaml:9:.Release.Name", "values.yaml:9:-x"]),
        (
            "helper",
            &["_h.tpl:1:<", "values.yaml:8:blue", "_h.tpl:1:>"],
        ),
    ];
    for (key, expected) in cases {
        assert_eq!(places(key), expected, "{key}");
    }
    // The name of the release comes from nowhere but the template that prints it.
    assert_eq!(
        places("joined"),
        [
            "~t.yaml:10:printf \"%s/%s\" .Release.Name .Values.labels.team",
            "t.yaml:10:/",
            "values.yaml:8:blue"
        ]
    );
}
