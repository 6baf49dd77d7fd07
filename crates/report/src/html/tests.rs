use super::*;
use crate::{Counts, Summary};
use podwright_rule::finding::{Label, ObjectReference};
use podwright_syntax::text::{FileId, Location, Source, Span};

const HOSTILE: &str = "</style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

fn finding(name: &str) -> Finding {
    let place = Location {
        file: FileId(0),
        span: Span::new(6, 9),
    };
    let mut finding = Finding::new(
        "image-tag-latest",
        Severity::Warning,
        place,
        format!("image `{name}` uses {name}"),
    );
    finding.object = Some(ObjectReference {
        api_version: "v1".into(),
        kind: "Pod".into(),
        namespace: None,
        name: name.into(),
    });
    finding.related.push(Label {
        place,
        message: name.into(),
    });
    finding.note(name);
    finding.help(name);
    finding
}

fn page(name: &str, pictures: &[Picture]) -> String {
    let sources = [Source::plain(name, format!("name: {name}\n"))];
    let findings = [finding(name)];
    let summary = Summary {
        files: 1,
        objects: 1,
        findings: Counts::of(&findings),
        assumed_kubernetes: Some("1.36".into()),
        ..Summary::default()
    };
    let report = Report {
        findings: &findings,
        sources: &sources.each_ref(),
        summary: &summary,
    };
    let mut out = Vec::new();
    write(&report, pictures, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn content_is_never_markup() {
    let pictures = [Picture {
        object: finding(HOSTILE).object.unwrap().to_string(),
        pulls: vec![Pull {
            title: HOSTILE.into(),
            steps: vec![(HOSTILE.into(), HOSTILE.into())],
        }],
        shutdown: "<svg></svg>".into(),
    }];
    let text = page(HOSTILE, &pictures);
    assert!(text.contains("data-picture"), "{text}");
    assert_eq!(text.matches("<script>").count(), 1);
    assert_eq!(text.matches("</script>").count(), 1);
    assert_eq!(text.matches("<style>").count(), 1);
    assert!(!text.contains("<img"));
    assert!(!text.contains(" onerror=alert(1)>"));
    assert!(text.contains("&lt;img src=x onerror=alert(1)&gt;"));
}

#[test]
fn nothing_is_loaded_and_no_attribute_is_code() {
    let text = page("web", &[]);
    assert!(text.contains("default-src 'none'; style-src 'sha256-"));
    for word in [
        "unsafe-inline",
        " style=",
        " onclick=",
        "src=",
        "@import",
        "url(",
    ] {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn a_finding_has_its_excerpt_and_is_found_by_the_script() {
    let text = page("web", &[]);
    assert!(
        text.contains("<span class=\"number\">1 </span>name: <mark>web</mark>"),
        "{text}"
    );
    assert!(text.contains("data-level=\"warning\" data-rule=\"image-tag-latest\""));
    assert!(text.contains("image <code>web</code> uses web"));
    assert!(text.contains("assuming Kubernetes 1.36"));
    assert!(text.contains("<html lang=\"en\">"));
}
