//! What a kustomization renders to, as a document.

use lsp_types::{CodeLens, CodeLensParams, Command, ExecuteCommandParams, Uri};
use serde_json::{Value, json};

use super::position;
use crate::lsp::capabilities::SHOW_RENDERED;
use crate::lsp::ide;
use crate::lsp::server::Server;
use crate::lsp::to_proto;
use podwright_syntax::text::{FileId, Location, Span};

/// Returns the lenses that show what the builds make of the file.
pub(super) fn code_lenses(server: &Server, params: CodeLensParams) -> Option<Vec<CodeLens>> {
    let file = position::file(server, &params.text_document.uri)?;
    if !server.client.has_lenses {
        return None;
    }
    let workspace = server.session.live.workspace();
    let source = &workspace.file(file).source;
    let places = server.places();
    let lenses = ide::lenses(workspace, file).into_iter();
    let lenses = lenses.filter_map(|lens| {
        let build = places.uri(Location {
            file: lens.build,
            span: Span::at(0),
        })?;
        let mut arguments = vec![json!(params.text_document.uri), json!(build)];
        arguments.extend(lens.object.map(|object| json!(object)));
        Some(CodeLens {
            range: to_proto::range(source, lens.span, server.client.unit),
            command: Some(Command {
                title: lens.title,
                tooltip: None,
                command: SHOW_RENDERED.to_owned(),
                arguments: Some(arguments),
            }),
            data: None,
        })
    });
    Some(lenses.collect())
}

/// Shows what a build makes of a file. The arguments are the URI of the file and, optionally, the URI of the
/// kustomization whose build is meant, and the index of an object in the file. The result has the name and the text of
/// the document, which the client shows itself if it said so; otherwise it is asked to open a copy.
pub(super) fn execute(server: &mut Server, params: ExecuteCommandParams) -> Result<Value, String> {
    let arguments = params.arguments.unwrap_or_default();
    let file_of = |argument: &Value| -> Result<FileId, String> {
        let uri: Uri =
            serde_json::from_value(argument.clone()).map_err(|error| error.to_string())?;
        position::file(server, &uri)
            .ok_or_else(|| format!("podwright does not read {}", uri.as_str()))
    };
    let file = file_of(arguments.first().ok_or("the URI of a file is missing")?)?;
    let named = |index: usize| arguments.get(index).filter(|argument| !argument.is_null());
    let build = named(1).map(file_of).transpose()?;
    let object = match named(2) {
        Some(index) => Some(
            index
                .as_u64()
                .and_then(|index| usize::try_from(index).ok())
                .ok_or("invalid index")?,
        ),
        None => None,
    };
    let shown = ide::show(server.session.live.workspace(), file, build, object)?;
    if server.client.show_document && !server.client.shows_rendered {
        let uri = server
            .copies
            .write(&shown.name, &shown.text)
            .map_err(|error| error.to_string())?;
        server.ask(
            "window/showDocument",
            json!({ "uri": uri, "takeFocus": true }),
        );
    }
    Ok(json!({ "name": shown.name, "languageId": "yaml", "text": shown.text }))
}
