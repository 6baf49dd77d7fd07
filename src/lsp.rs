//! The language server, over standard input and output. This is the only user of LSP types.
//!
//! One loop owns all state and handles messages in the order of arrival. It never blocks on itself: files directly
//! affected by a change are linted immediately, the others between messages ([`podwright_lint::Live`]).

mod capabilities;
mod charts;
mod copies;
mod documents;
mod edits;
mod from_proto;
mod handlers;
pub mod ide;
mod main_loop;
mod on_disk;
mod server;
mod session;
mod stamp;
mod to_proto;
mod transport;

use std::process::ExitCode;

pub use lsp_server::Connection;

/// Serves the client over standard input and output until it sends `exit`.
#[must_use]
pub fn run() -> ExitCode {
    let (connection, writer) = transport::stdio();
    let code = serve(connection);
    let _ = writer.join();
    code
}

/// Serves the client at the other end of `connection`. Returns 0 if the client sent `shutdown` before `exit`,
/// otherwise 1.
#[must_use]
pub fn serve(connection: Connection) -> ExitCode {
    match server::Server::start(connection) {
        Some(server) => server.run(),
        None => ExitCode::FAILURE,
    }
}
