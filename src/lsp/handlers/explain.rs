//! The command that explains a rule, a finding or an object.

use lsp_types::{ExecuteCommandParams, TextDocumentPositionParams};
use serde::Deserialize;
use serde_json::{Value, json};

use super::position;
use crate::lsp::server::Server;
use crate::lsp::{ide, to_proto};
use podwright_rule::finding::Finding;

/// What to explain.
#[derive(Deserialize)]
#[serde(untagged)]
enum Subject {
    /// A rule by its name.
    Rule(String),
    /// What is at a position: `uri` and `position`.
    At {
        uri: lsp_types::Uri,
        position: lsp_types::Position,
    },
}

/// Explains the argument. For the name of a rule, shows its page, in a document if the client supports it, otherwise in a
/// message; the page is also the result. For a position, the result has a title and Markdown, which the client shows: the
/// page of the rule that reports something there, or else what happens to the Pods of the object, or null.
pub(super) fn execute(server: &mut Server, params: ExecuteCommandParams) -> Result<Value, String> {
    let argument = params.arguments.unwrap_or_default().into_iter().next();
    let argument = argument.ok_or("the name of a rule, or a URI and a position, is missing")?;
    let subject = serde_json::from_value(argument)
        .map_err(|_| "expected the name of a rule, or an object with `uri` and `position`")?;
    match subject {
        Subject::Rule(rule) => page(server, &rule),
        Subject::At { uri, position } => {
            let text_document = lsp_types::TextDocumentIdentifier { uri };
            let at = TextDocumentPositionParams {
                text_document,
                position,
            };
            explained(server, &at)
        }
    }
}

fn page(server: &mut Server, rule: &str) -> Result<Value, String> {
    let page = ide::rule_page(rule).ok_or_else(|| format!("unknown rule `{rule}`"))?;
    let shown = server
        .client
        .show_document
        .then(|| to_proto::page_uri(rule))
        .flatten();
    match shown {
        Some(uri) => server.ask(
            "window/showDocument",
            json!({ "uri": uri, "external": true }),
        ),
        None => server.notify("window/showMessage", &json!({ "type": 3, "message": page })),
    }
    Ok(json!(page))
}

fn explained(server: &Server, at: &TextDocumentPositionParams) -> Result<Value, String> {
    let Some(cursor) = position::cursor(server, at) else {
        let uri = at.text_document.uri.as_str();
        return Err(format!("podwright does not read {uri}"));
    };
    let length = |finding: &&Finding| {
        let span = finding.primary.place.span;
        span.end - span.start
    };
    let found = position::findings_at(server, &cursor).min_by_key(length);
    let page = found.and_then(|finding| Some((finding.rule, ide::rule_page(finding.rule)?)));
    Ok(match page {
        Some((rule, page)) => json!({ "title": rule, "markdown": page }),
        None => match ide::explain(&cursor) {
            Some(explained) => {
                json!({ "title": explained.title, "markdown": explained.markdown })
            }
            None => Value::Null,
        },
    })
}
