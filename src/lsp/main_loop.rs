//! Receives messages and dispatches them.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use serde_json::Value;

use super::handlers;
use super::server::Server;

/// Units of work between two messages ([`podwright_lint::Live::catch_up`]): a few milliseconds, because the next message
/// may be a keystroke.
const WORK_AT_ONCE: usize = 16;
/// Interval at which the server checks for changed configurations and files of builds, and for added and removed files,
/// because not every client reports them.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What the server does after a message.
enum Next {
    Message,
    Exit(ExitCode),
}

impl Server {
    /// Handles messages until the client sends `exit` or disconnects.
    pub(super) fn run(mut self) -> ExitCode {
        self.watch_files();
        self.ask_for_configuration();
        self.publish_all();
        loop {
            match self.next() {
                Some(message) => {
                    if let Next::Exit(code) = self.handle(message) {
                        return code;
                    }
                }
                None if self.is_gone => return ExitCode::FAILURE,
                None => self.rest(),
            }
            if self.queue.is_empty() {
                self.refresh();
            }
        }
    }

    /// Returns the next message; `None` if none is available while there is other work.
    fn next(&mut self) -> Option<Message> {
        if self.queue.is_empty() {
            let wait = if self.session.live.is_stale() {
                Duration::ZERO
            } else {
                LOOK_EVERY
            };
            match self.connection.receiver.recv_timeout(wait) {
                Ok(message) => self.queue.push_back(message),
                Err(error) => {
                    self.is_gone = error.is_disconnected();
                    return None;
                }
            }
        }
        self.queue.extend(self.connection.receiver.try_iter());
        self.queue.pop_front()
    }

    /// Performs background work while there are no messages.
    fn rest(&mut self) {
        if self.session.live.is_stale() {
            let changes = self.session.catch_up(WORK_AT_ONCE);
            self.publish(&changes);
        } else if self.looked.elapsed() >= LOOK_EVERY {
            self.looked = Instant::now();
            let session = &mut self.session;
            if session.is_misconfigured() || session.has_other_files() || session.has_found_others()
            {
                self.reload();
            }
        }
    }

    fn handle(&mut self, message: Message) -> Next {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(notification) => return self.notification(notification),
            Message::Response(response) => self.response(response),
        }
        Next::Message
    }

    fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let response = if self.is_shut_down {
            let message = "the server is shut down".to_owned();
            Response::new_err(id, ErrorCode::InvalidRequest as i32, message)
        } else if method == "shutdown" {
            self.is_shut_down = true;
            Response::new_ok(id, Value::Null)
        } else if self.is_cancelled(&id) {
            let message = "cancelled".to_owned();
            Response::new_err(id, ErrorCode::RequestCanceled as i32, message)
        } else {
            self.refresh();
            handlers::answer(self, id, &method, params)
        };
        self.send(response.into());
    }

    /// Returns whether a received message cancels the request.
    fn is_cancelled(&self, id: &RequestId) -> bool {
        self.queue.iter().any(|message| match message {
            Message::Notification(notification) if notification.method == "$/cancelRequest" => {
                let other = notification.params.get("id").cloned();
                let other = other.and_then(|other| serde_json::from_value(other).ok());
                other.as_ref() == Some(id)
            }
            _ => false,
        })
    }

    fn notification(&mut self, notification: Notification) -> Next {
        let Notification { method, params } = notification;
        match method.as_str() {
            "exit" => {
                return Next::Exit(ExitCode::from(u8::from(!self.is_shut_down)));
            }
            "textDocument/didOpen" => self.with(params, Self::opened),
            "textDocument/didChange" => self.with(params, Self::edited),
            "textDocument/didClose" => self.with(params, Self::closed),
            "textDocument/didSave" => self.with(params, Self::saved),
            "workspace/didChangeWatchedFiles" => self.with(params, Self::watched),
            "workspace/didChangeWorkspaceFolders" => self.with(params, Self::directories_changed),
            "workspace/didChangeConfiguration" => {
                self.configure(params.get("settings").unwrap_or(&Value::Null));
                self.ask_for_configuration();
            }
            _ => {}
        }
        Next::Message
    }
}
