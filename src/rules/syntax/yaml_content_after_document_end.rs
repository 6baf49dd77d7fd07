use crate::finding::{Edit, Fix, Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::syntax;
use crate::text::{Place, Span};
use crate::workspace::File;

/// Options of `yaml-content-after-document-end`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct YamlContentAfterDocumentEnd {}

impl Rule for YamlContentAfterDocumentEnd {
    const META: Meta = Meta {
        name: "yaml-content-after-document-end",
        chapter: "syntax",
        summary: "what stands behind `...` is dropped",
        page: include_str!("../../../rules/syntax/yaml-content-after-document-end.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for YamlContentAfterDocumentEnd {
    fn file(&self, file: &File, cx: &mut Cx<'_>) {
        for &dropped in file.tree.dropped() {
            let id = cx.file_id;
            let safety = safety(file, dropped);
            let end = document_end(file, dropped.start);
            let finding = cx.report_span(
                first_line(file, dropped),
                "everything from here to the next `---` is dropped",
            );
            finding
                .note("kubectl stops reading a document at `...` and says nothing: what follows is never applied")
                .help("write `---` to begin another document, or remove what is not wanted");
            let Some(span) = end else { continue };
            let place = Place { file: id, span };
            finding.related(place, "the document ends here").fix(Fix {
                title: "Begin a document: write `---`".to_owned(),
                safety,
                edits: vec![Edit {
                    place,
                    content: "---".to_owned(),
                }],
            });
        }
    }
}

/// What is an object was meant to be applied; of other text that is not certain.
fn safety(file: &File, dropped: Span) -> Safety {
    let tree = syntax::parse(file.tree.slice(dropped).into());
    let mut documents = tree.documents().iter();
    let is_object = |root| {
        ["apiVersion", "kind"]
            .iter()
            .all(|key| tree.get(root, key).is_some())
    };
    if tree.errors().is_empty() && documents.all(|document| is_object(document.root)) {
        Safety::Safe
    } else {
        Safety::Unsafe
    }
}

/// The part of the first line: what is dropped may be long.
fn first_line(file: &File, dropped: Span) -> Span {
    let text = file.tree.slice(dropped);
    let end = text.find(['\n', '\r']).unwrap_or(text.len());
    Span::new(
        dropped.start,
        dropped.start + u32::try_from(end).unwrap_or(0),
    )
}

/// The three dots that end the document before `at`, if nothing but a comment stands behind them.
fn document_end(file: &File, at: u32) -> Option<Span> {
    let (text, lines) = (&file.source.text, &file.source.lines);
    let last = lines.line_of(at);
    let ends = (0..=last).rev().map(|line| lines.line_span(line, text));
    let line = ends
        .into_iter()
        .find(|&line| file.tree.slice(line).starts_with("..."))?;
    let rest = file.tree.slice(line).get(3..)?.trim();
    (rest.is_empty() || rest.starts_with('#')).then_some(Span::new(line.start, line.start + 3))
}
