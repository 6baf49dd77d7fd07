use lsp_types::ExecuteCommandParams;
use serde_json::{Value, json};

use crate::lsp::capabilities::EXPLAIN;
use crate::lsp::ide;
use crate::lsp::server::Server;
use crate::lsp::to_proto;

/// Shows the page of a rule: in a document if the client supports it, otherwise in a message. The page is also the
/// result.
pub(super) fn execute(server: &mut Server, params: ExecuteCommandParams) -> Result<Value, String> {
    let arguments = params.arguments.unwrap_or_default();
    let rule = arguments.first().and_then(Value::as_str);
    let page = rule.and_then(|rule| Some((rule, ide::rule_page(rule)?)));
    let Some((rule, page)) = page.filter(|_| params.command == EXPLAIN) else {
        return Err(format!("unknown command {}", params.command));
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
