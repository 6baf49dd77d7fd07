//! A language server client in the same process.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Timeout of every wait, longer than any answer takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Capabilities of a modern editor that uses UTF-16.
pub(crate) fn capabilities() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "textDocument": {
            "publishDiagnostics": {
                "relatedInformation": true,
                "codeDescriptionSupport": true,
                "dataSupport": true,
                "versionSupport": true,
            },
        },
        "window": { "showDocument": { "support": true } },
        "workspace": {
            "applyEdit": true,
            "workspaceEdit": { "documentChanges": true },
            "didChangeWatchedFiles": { "dynamicRegistration": true },
        },
    })
}

pub(crate) struct Editor {
    pub(crate) directory: Arc<TempDir>,
    pub(crate) initialized: Value,
    client: Connection,
    server: Option<JoinHandle<ExitCode>>,
    sent: i32,
    versions: BTreeMap<PathBuf, i32>,
    /// Last published diagnostics by URI.
    pub(crate) published: BTreeMap<String, Value>,
    /// Requests of the server.
    pub(crate) asked: Vec<Request>,
    /// Notifications other than diagnostics.
    pub(crate) told: Vec<Notification>,
}

impl Editor {
    /// Opens a directory with these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, json!({ "capabilities": capabilities() }))
    }

    pub(crate) fn with(files: &[(&str, &str)], params: Value) -> Self {
        let directory = TempDir::new().unwrap();
        for (name, text) in files {
            let path = directory.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self::at(Arc::new(directory), params)
    }

    /// Opens a directory as it is.
    pub(crate) fn at(directory: Arc<TempDir>, params: Value) -> Self {
        let (server, client) = Connection::memory();
        let server = std::thread::spawn(move || podwright::lsp::serve(server));
        let mut editor = Self {
            directory,
            initialized: Value::Null,
            client,
            server: Some(server),
            sent: 0,
            versions: BTreeMap::new(),
            published: BTreeMap::new(),
            asked: Vec::new(),
            told: Vec::new(),
        };
        let mut params = params;
        if params.get("workspaceFolders").is_none() {
            let uri = editor.uri("");
            params["workspaceFolders"] = json!([{ "uri": uri, "name": "here" }]);
        }
        editor.initialized = editor.request("initialize", params).unwrap();
        editor.notify("initialized", json!({}));
        editor.settle();
        editor
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        let root = self.directory.path().canonicalize().unwrap();
        if name.is_empty() {
            root
        } else {
            root.join(name)
        }
    }

    pub(crate) fn uri(&self, name: &str) -> String {
        url::Url::from_file_path(self.path(name))
            .unwrap()
            .to_string()
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        let notification = Notification::new(method.to_owned(), params);
        self.client.sender.send(notification.into()).unwrap();
    }

    /// Sends a request and waits for its response.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Result<Value, String> {
        let id = self.send(method, params);
        self.answer(id)
    }

    /// Sends a request without waiting.
    pub(crate) fn send(&mut self, method: &str, params: Value) -> RequestId {
        self.sent += 1;
        let id = RequestId::from(self.sent);
        let request = Request::new(id.clone(), method.to_owned(), params);
        self.client.sender.send(request.into()).unwrap();
        id
    }

    pub(crate) fn answer(&mut self, id: RequestId) -> Result<Value, String> {
        loop {
            let message = self.client.receiver.recv_timeout(PATIENCE).unwrap();
            if let Some(response) = self.take(message)
                && response.id == id
            {
                return response
                    .response_result
                    .map_err(|error| format!("{}: {}", error.code, error.message));
            }
        }
    }

    fn take(&mut self, message: Message) -> Option<Response> {
        match message {
            Message::Response(response) => return Some(response),
            Message::Request(request) => {
                let response = Response::new_ok(request.id.clone(), Value::Null);
                self.client.sender.send(response.into()).unwrap();
                self.asked.push(request);
            }
            Message::Notification(one) if one.method == "textDocument/publishDiagnostics" => {
                let uri = one.params["uri"].as_str().unwrap().to_owned();
                self.published.insert(uri, one.params);
            }
            Message::Notification(one) => self.told.push(one),
        }
        None
    }

    /// Waits until the server has handled everything that was sent.
    pub(crate) fn settle(&mut self) {
        let nowhere = json!({ "textDocument": { "uri": "untitled:nowhere" }, "position": { "line": 0, "character": 0 } });
        self.request("textDocument/hover", nowhere).unwrap();
    }

    /// Waits until the published diagnostics satisfy `is_so`.
    pub(crate) fn until(&mut self, is_so: impl Fn(&Self) -> bool) {
        self.settle();
        while !is_so(self) {
            let message = self.client.receiver.recv_timeout(PATIENCE).unwrap();
            self.take(message);
        }
    }

    pub(crate) fn open(&mut self, name: &str, text: &str) {
        self.versions.insert(name.into(), 1);
        let document =
            json!({ "uri": self.uri(name), "languageId": "yaml", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Replaces the whole text.
    pub(crate) fn change(&mut self, name: &str, text: &str) {
        self.change_by(name, json!([{ "text": text }]));
    }

    pub(crate) fn change_by(&mut self, name: &str, changes: Value) {
        let version = self.versions[Path::new(name)] + 1;
        self.versions.insert(name.into(), version);
        let document = json!({ "uri": self.uri(name), "version": version });
        let params = json!({ "textDocument": document, "contentChanges": changes });
        self.notify("textDocument/didChange", params);
    }

    pub(crate) fn close(&mut self, name: &str) {
        let document = json!({ "uri": self.uri(name) });
        self.notify("textDocument/didClose", json!({ "textDocument": document }));
    }

    /// Sends a request about the first occurrence of `at` in the text of the file on disk.
    pub(crate) fn ask(&mut self, method: &str, name: &str, at: &str) -> Value {
        let text = std::fs::read_to_string(self.path(name)).unwrap();
        let position = position(&text, text.find(at).unwrap());
        let params = json!({
            "textDocument": { "uri": self.uri(name) },
            "position": position,
            "context": { "includeDeclaration": true, "triggerKind": 1 },
        });
        self.request(method, params).unwrap()
    }

    /// Requests the code actions for a range, limited to the kinds in `only`.
    pub(crate) fn code_actions(&mut self, name: &str, range: &Value, only: Value) -> Vec<Value> {
        let params = json!({
            "textDocument": { "uri": self.uri(name) },
            "range": range,
            "context": { "diagnostics": [], "only": only },
        });
        let answer = self.request("textDocument/codeAction", params).unwrap();
        answer.as_array().unwrap().clone()
    }

    /// Rules with findings in a file.
    pub(crate) fn rules(&self, name: &str) -> Vec<String> {
        let all = self.diagnostics(name);
        all.iter()
            .map(|one| one["code"].as_str().unwrap_or("").to_owned())
            .collect()
    }

    pub(crate) fn diagnostics(&self, name: &str) -> Vec<Value> {
        let published = self.published.get(&self.uri(name));
        published.map_or_else(Vec::new, |one| {
            one["diagnostics"].as_array().unwrap().clone()
        })
    }

    /// Shuts the server down as the protocol specifies.
    pub(crate) fn quit(mut self) -> String {
        assert_eq!(self.request("shutdown", Value::Null), Ok(Value::Null));
        self.exit()
    }

    pub(crate) fn exit(mut self) -> String {
        self.notify("exit", Value::Null);
        let server = self.server.take().unwrap();
        format!("{:?}", server.join().unwrap())
    }
}

/// Position in UTF-16.
pub(crate) fn position(text: &str, at: usize) -> Value {
    let before = &text[..at];
    let line = before.matches('\n').count();
    let column: usize = before
        .rsplit('\n')
        .next()
        .unwrap()
        .chars()
        .map(char::len_utf16)
        .sum();
    json!({ "line": line, "character": column })
}
