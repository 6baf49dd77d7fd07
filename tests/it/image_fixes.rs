//! Fixes of the image rules resolve their findings and keep the rest of the text.

use std::sync::Arc;

use podwright_cluster::workspace::{File, Workspace};
use podwright_lint::{DefaultRules, lint};
use podwright_rule::finding::Finding;
use podwright_syntax::text::Source;

const DIGEST: &str = "4d9f4d9f4d9f4d9f4d9f4d9f4d9f4d9f4d9f4d9f4d9f4d9f4d9f4d9f4d9f4d9f";

#[test]
fn block_style_keeps_quotes_and_lines() {
    let pod = |image: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n    - image: {image} # which\n      name: web\n"
        )
    };
    let upper = DIGEST.to_ascii_uppercase();
    for (rule, before, after) in [
        (
            "image-whitespace",
            "'r.example/web:1.4.2 '",
            "'r.example/web:1.4.2'",
        ),
        (
            "image-whitespace",
            "\" r.example/web:1.4.2\"",
            "\"r.example/web:1.4.2\"",
        ),
        (
            "image-whitespace",
            "\"r.example/web:1.4.2\\n\"",
            "\"r.example/web:1.4.2\"",
        ),
        (
            "image-has-scheme",
            "docker://r.example/web:1.4.2",
            "r.example/web:1.4.2",
        ),
        (
            "image-has-scheme",
            "oci://[::1]:5000/web:1.4.2",
            "\"[::1]:5000/web:1.4.2\"",
        ),
        (
            "image-has-scheme",
            "docker://7@sha256:LOWER",
            "7@sha256:LOWER",
        ),
        (
            "image-digest-malformed",
            "r.example/web@sha256:UPPER",
            "r.example/web@sha256:LOWER",
        ),
        (
            "image-digest-malformed",
            "r.example/web@SHA256:LOWER",
            "r.example/web@sha256:LOWER",
        ),
        (
            "image-latest-with-digest",
            "r.example/web:latest@sha256:LOWER",
            "r.example/web@sha256:LOWER",
        ),
        (
            "image-tag-looks-like-latest",
            "r.example/web:LATEST",
            "r.example/web:latest",
        ),
    ] {
        let [before, after] = [before, after]
            .map(|image| pod(&image.replace("LOWER", DIGEST).replace("UPPER", &upper)));
        assert_eq!(fixed(rule, &before).as_deref(), Some(&*after), "{rule}");
    }
}

#[test]
fn block_scalar_becomes_one_line() {
    let before = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - image: |\n        r.example/web:1.4.2\n      name: web\n";
    let after = before.replace("|\n        r", "r");
    assert_eq!(fixed("image-whitespace", before), Some(after));
}

#[test]
fn flow_style_and_json_are_kept() {
    for (before, after) in [
        (
            "{name: web, image: docker://r.example/web:1.4.2}",
            "{name: web, image: r.example/web:1.4.2}",
        ),
        (
            "{\"name\": \"web\", \"image\": \"docker://r.example/web:1.4.2\"}",
            "{\"name\": \"web\", \"image\": \"r.example/web:1.4.2\"}",
        ),
    ] {
        let pod = |container: &str| {
            format!(
                "{{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {{\"name\": \"web\"}}, \"spec\": {{\"containers\": [{container}]}}}}\n"
            )
        };
        assert_eq!(fixed("image-has-scheme", &pod(before)), Some(pod(after)));
    }
}

#[test]
fn anchored_values_are_not_edited() {
    let head = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n";
    for containers in [
        "    - name: a\n      image: &image docker://r.example/web:1.4.2\n    - name: b\n      image: *image\n",
        "    - &base\n      name: a\n      image: docker://r.example/web:1.4.2\n    - <<: *base\n      name: b\n",
    ] {
        let text = format!("{head}{containers}");
        let findings = found("image-has-scheme", &text);
        assert!(!findings.is_empty(), "{text}");
        assert!(
            findings.iter().all(|finding| finding.fixes.is_empty()),
            "{text}"
        );
    }
}

/// Applies the first fix of the first finding of `rule` and asserts that the rule has no more findings.
fn fixed(rule: &str, text: &str) -> Option<String> {
    let findings = found(rule, text);
    let mut edits = findings.first()?.fixes.first()?.edits.clone();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.place.span.start));
    let mut text = text.to_owned();
    for edit in edits {
        text.replace_range(edit.place.span.range(), &edit.content);
    }
    assert!(found(rule, &text).is_empty(), "finding remains in:\n{text}");
    Some(text)
}

fn found(rule: &str, text: &str) -> Vec<Finding> {
    let source = Source::new("pod.yaml", text);
    let workspace = Workspace::new(vec![File::read(source, &Arc::default())]);
    let mut findings = lint(&workspace, &DefaultRules::default()).findings;
    findings.retain(|finding| finding.rule == rule);
    findings
}
