//! Floor 11: the language server, over standard input and output. The only user of LSP's types.
//!
//! One loop owns everything and handles messages in the order in which they arrive. It never waits for itself: what
//! a change is felt in is judged at once, and the rest between two messages ([`crate::lint::Live`]).

mod client;
mod convert;
mod documents;
mod project;
mod requests;
mod server;

use std::process::ExitCode;

pub use lsp_server::Connection;

/// Serves the client at standard input and output until it says `exit`.
#[must_use]
pub fn run() -> ExitCode {
    let (connection, threads) = Connection::stdio();
    let code = serve(connection);
    // The client may be gone; there is nobody to tell.
    let _ = threads.join();
    code
}

/// Serves the client at the other end of `connection`: 0 if it shut the server down by the book, else 1.
#[must_use]
pub fn serve(connection: Connection) -> ExitCode {
    match server::Server::start(connection) {
        Some(server) => server.run(),
        None => ExitCode::FAILURE,
    }
}
