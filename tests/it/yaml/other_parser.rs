//! Compares events with granit-parser, a YAML 1.2 parser, for documents that both accept.

use std::fmt::Write;
use std::path::Path;

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle, Tag};
use podwright_syntax::{SyntaxTree, yaml};

use crate::yaml::events;
use crate::yaml::samples;

/// Events of the only document of `text` with numbered anchors; `None` if granit-parser rejects it.
fn granit(text: &str) -> Option<String> {
    let mut options = Options::default();
    options.max_buffered_comment_events = usize::MAX;
    let mut out = String::new();
    for step in Parser::new_from_str_with_options(text, options) {
        let (event, span) = step.ok()?;
        match event {
            Event::Alias(target) => writeln!(out, "=ALI *{target}").unwrap(),
            Event::Scalar(value, style, anchor, tag) => {
                out.push_str("=VAL");
                write_properties(anchor, tag.as_deref(), &mut out);
                let nothing = style == ScalarStyle::Plain && value == "~" && span.is_empty();
                out.push_str(match style {
                    ScalarStyle::Plain => " :",
                    ScalarStyle::SingleQuoted => " '",
                    ScalarStyle::DoubleQuoted => " \"",
                    ScalarStyle::Literal => " |",
                    ScalarStyle::Folded => " >",
                });
                events::push_escaped(if nothing { "" } else { &value }, &mut out);
                out.push('\n');
            }
            Event::SequenceStart(style, anchor, tag) => {
                out.push_str(if style == StructureStyle::Flow {
                    "+SEQ []"
                } else {
                    "+SEQ"
                });
                write_properties(anchor, tag.as_deref(), &mut out);
                out.push('\n');
            }
            Event::MappingStart(style, anchor, tag) => {
                out.push_str(if style == StructureStyle::Flow {
                    "+MAP {}"
                } else {
                    "+MAP"
                });
                write_properties(anchor, tag.as_deref(), &mut out);
                out.push('\n');
            }
            Event::SequenceEnd => out.push_str("-SEQ\n"),
            Event::MappingEnd => out.push_str("-MAP\n"),
            _ => {}
        }
    }
    Some(out)
}

fn write_properties(anchor: usize, tag: Option<&Tag>, out: &mut String) {
    if anchor > 0 {
        write!(out, " &{anchor}").unwrap();
    }
    if let Some(tag) = tag {
        write!(out, " <{}{}>", tag.handle(), tag.suffix()).unwrap();
    }
}

/// Compares the valid documents of a file one by one. Returns their number and those that differ.
fn compare(name: &str, text: &str, wrong: &mut Vec<String>) -> usize {
    // Without a final line break, a block scalar has none in YAML 1.1 either, but in YAML 1.2 it has one.
    let text = format!("{}\n", text.strip_suffix('\n').unwrap_or(text));
    let tree: SyntaxTree = yaml::read(text.as_str().into());
    let mut compared = 0;
    for document in tree.documents() {
        let span = document.span;
        let dropped = tree.dropped().iter().any(|d| span.contains(*d));
        if document.broken || dropped {
            continue;
        }
        let slice = tree.slice(span);
        let Some(theirs) = granit(slice) else {
            continue;
        };
        let ours = events::with_numbered_anchors(&events::of_node(&tree, document.root));
        let nothing = theirs.is_empty() && ours == "=VAL :\n";
        compared += 1;
        if ours != theirs && !nothing {
            wrong.push(format!("{name}\n{slice}\nours:\n{ours}\ngranit:\n{theirs}"));
        }
    }
    compared
}

/// Files that have different meanings in YAML 1.1 and 1.2.
fn is_listed(name: &str) -> bool {
    include_str!("../../data/yaml-granit-deviations.tsv")
        .lines()
        .filter_map(|line| line.split('\t').next())
        .any(|listed| name.ends_with(listed))
}

#[test]
fn samples_match_granit_parser() {
    let mut wrong = Vec::new();
    let mut compared = 0;
    for set in ["suite", "probes", "mutated"] {
        for (path, _) in samples::verdicts(set) {
            if let Some(text) = samples::text(path) {
                let before = wrong.len();
                compared += compare(path, text, &mut wrong);
                if (wrong.len() > before) == is_listed(path) {
                    wrong.truncate(before);
                } else if wrong.len() == before {
                    wrong.push(format!("{path} is listed and does not differ"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n----\n"));
    assert!(compared > 1500, "{compared}");
}

#[test]
fn corpus_matches_granit_parser() {
    let Some(corpus) = std::env::var_os("PODWRIGHT_CORPUS") else {
        println!("skipped: PODWRIGHT_CORPUS does not name a directory with manifests");
        return;
    };
    let mut wrong = Vec::new();
    let compared = walk(Path::new(&corpus), &mut wrong);
    println!("{compared} documents compared");
    assert!(wrong.is_empty(), "{} differ: {}", wrong.len(), wrong[0]);
    assert!(compared > 0);
}

fn walk(directory: &Path, wrong: &mut Vec<String>) -> usize {
    let mut compared = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            compared += walk(&path, wrong);
        } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
            // A symbolic link may be broken, and not every YAML file is text.
            let name = path.display().to_string();
            if let Ok(text) = std::fs::read_to_string(&path)
                && !is_listed(&name)
            {
                compared += compare(&name, &text, wrong);
            }
        }
    }
    compared
}
