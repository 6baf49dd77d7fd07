use serde::Deserialize;
use serde_json::{Value, json};

use crate::lsp::ide;
use crate::lsp::server::Server;

/// Parameters of `workspace/symbol`.
#[derive(Deserialize)]
pub(super) struct Query {
    query: String,
}

/// Kind of a symbol that is an object: `SymbolKind.Object`.
const OBJECT: u8 = 19;

/// Returns the objects that match the query.
pub(super) fn workspace_symbols(server: &Server, params: Query) -> Vec<Value> {
    let workspace = server.session.live.workspace();
    let places = server.places();
    let found = ide::symbols(workspace, &params.query).into_iter();
    let symbols = found.filter_map(|symbol| {
        let location = places.location(symbol.place)?;
        let path = &workspace.file(symbol.place.file).source.path;
        Some(json!({
            "name": symbol.name,
            "kind": OBJECT,
            "location": location,
            "containerName": path,
        }))
    });
    symbols.collect()
}
