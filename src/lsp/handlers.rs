//! Requests of the client: each is a line in [`answer`] and a small function.

mod chart;
pub(super) mod code_action;
mod configuration;
pub(super) mod explain;
mod fix_all;
mod position;
mod rename;
mod rendered;

use std::panic::{AssertUnwindSafe, catch_unwind};

use lsp_server::{ErrorCode, RequestId, Response, ResponseError};
use lsp_types::ExecuteCommandParams;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::capabilities::{EXPLAIN, FIX_WORKSPACE, SHOW_RENDERED};
use super::server::Server;

/// Answers a request.
pub(super) fn answer(server: &mut Server, id: RequestId, method: &str, params: Value) -> Response {
    guarded(id, method, || route(server, method, params))
}

/// Calls `answer`. If podwright panics, the response is an error and the server continues.
fn guarded(
    id: RequestId,
    method: &str,
    answer: impl FnOnce() -> Result<Value, ResponseError>,
) -> Response {
    match catch_unwind(AssertUnwindSafe(answer)) {
        Ok(response_result) => Response {
            id,
            response_result,
        },
        Err(_) => {
            let message =
                format!("internal error: podwright panicked in {method}; please report it");
            Response::new_err(id, ErrorCode::InternalError as i32, message)
        }
    }
}

fn route(server: &mut Server, method: &str, params: Value) -> Result<Value, ResponseError> {
    match method {
        "textDocument/hover" => read(server, params, position::hover),
        "textDocument/definition" => read(server, params, position::definition),
        "textDocument/references" => read(server, params, position::references),
        "textDocument/completion" => read(server, params, position::completion),
        "textDocument/prepareRename" => try_read(server, params, rename::prepare),
        "textDocument/rename" => try_read(server, params, rename::rename),
        "textDocument/inlayHint" => read(server, params, position::inlay_hints),
        "textDocument/codeAction" => read(server, params, code_action::code_actions),
        "textDocument/codeLens" => read(server, params, rendered::code_lenses),
        "workspace/executeCommand" => {
            let params: ExecuteCommandParams = serde_json::from_value(params).map_err(invalid)?;
            let answer = match params.command.as_str() {
                SHOW_RENDERED => rendered::execute(server, params),
                EXPLAIN => explain::execute(server, params),
                FIX_WORKSPACE => fix_all::execute(server, params),
                other => Err(format!("unknown command {other}")),
            };
            answer.map_err(invalid)
        }
        _ => Err(error(
            ErrorCode::MethodNotFound,
            format!("unknown request {method}"),
        )),
    }
}

/// Answers a request that does not change the server's state.
fn read<P: DeserializeOwned, R: Serialize>(
    server: &Server,
    params: Value,
    answer: fn(&Server, P) -> R,
) -> Result<Value, ResponseError> {
    let params = serde_json::from_value(params).map_err(invalid)?;
    serde_json::to_value(answer(server, params)).map_err(invalid)
}

/// Answers a request that does not change the server's state, and that may be refused for a reason that the user sees.
fn try_read<P: DeserializeOwned, R: Serialize>(
    server: &Server,
    params: Value,
    answer: fn(&Server, P) -> Result<R, String>,
) -> Result<Value, ResponseError> {
    let params = serde_json::from_value(params).map_err(invalid)?;
    let refused = |why| error(ErrorCode::RequestFailed, why);
    serde_json::to_value(answer(server, params).map_err(refused)?).map_err(invalid)
}

fn invalid(why: impl ToString) -> ResponseError {
    error(ErrorCode::InvalidParams, why.to_string())
}

fn error(code: ErrorCode, message: String) -> ResponseError {
    ResponseError {
        code: code as i32,
        message,
        data: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_answer() {
        let response = guarded(RequestId::from(7), "textDocument/hover", || {
            panic!("secret")
        });
        let error = response.response_result.unwrap_err();
        assert_eq!(response.id, RequestId::from(7));
        assert_eq!(error.code, ErrorCode::InternalError as i32);
        assert!(error.message.contains("textDocument/hover"));
        assert!(!error.message.contains("secret"));
    }
}
