use lsp_server::{ErrorCode, ResponseError};
use lsp_types::ExecuteCommandParams;
use serde_json::{Value, json};

use super::{EXPLAIN, error, invalid};
use crate::lsp::ide;
use crate::lsp::server::Server;
use crate::lsp::to_proto;

/// Shows the page of a rule: in a document if the client supports it, otherwise in a message. The page is also the
/// result.
pub(super) fn execute(server: &mut Server, params: Value) -> Result<Value, ResponseError> {
    let params: ExecuteCommandParams = serde_json::from_value(params).map_err(invalid)?;
    let arguments = params.arguments.unwrap_or_default();
    let rule = arguments.first().and_then(Value::as_str);
    let page = rule.and_then(|rule| Some((rule, ide::rule_page(rule)?)));
    let Some((rule, page)) = page.filter(|_| params.command == EXPLAIN) else {
        let message = format!("unknown command {}", params.command);
        return Err(error(ErrorCode::InvalidParams, message));
    };
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
