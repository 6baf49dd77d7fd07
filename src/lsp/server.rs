use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    Diagnostic, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, MessageType, PublishDiagnosticsParams, ShowMessageParams,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::capabilities::{ClientCapabilities, server_capabilities};
use super::charts::{Charts, ValuesSets};
use super::copies::Copies;
use super::documents::Document;
use super::from_proto;
use super::ide::Chart;
use super::on_disk::is_ignore_file;
use super::session::Session;
use super::to_proto::Places;
use podwright_lint::config;
use podwright_rule::finding::Finding;
use podwright_session::discover::ConfigurationError;
use podwright_syntax::text::FileId;

/// URI schemes of documents that belong to the workspace.
const SCHEMES: [&str; 2] = ["file", "untitled"];
/// State of the server, and what it has sent to the client.
pub(super) struct Server {
    pub(super) connection: Connection,
    pub(super) client: ClientCapabilities,
    pub(super) session: Session,
    /// Charts with files that the client asks about.
    pub(super) charts: Charts,
    /// Documents made for the client.
    pub(super) copies: Copies,
    /// Received messages that are not handled yet.
    pub(super) queue: VecDeque<Message>,
    /// Documents whose text has changed since it was parsed.
    changed: Vec<PathBuf>,
    /// Last published diagnostics by file.
    published: BTreeMap<PathBuf, Published>,
    /// Configurations that are not in force and that the user knows of.
    told: BTreeSet<PathBuf>,
    pub(super) is_shut_down: bool,
    /// Whether the client has closed its end of the connection.
    pub(super) is_gone: bool,
    pub(super) looked: Instant,
    sent: i32,
}

#[derive(Debug, PartialEq)]
struct Published {
    version: Option<i32>,
    diagnostics: Vec<Diagnostic>,
}

impl Server {
    /// Performs the handshake. Returns `None` if the client exits or disconnects before it is complete.
    pub(super) fn start(connection: Connection) -> Option<Self> {
        let (id, params) = initialize_request(&connection)?;
        let client = ClientCapabilities::new(&params);
        let response = Response::new_ok(id, server_capabilities(&client));
        connection.sender.send(response.into()).ok()?;
        let queue = until_initialized(&connection)?;
        let session = Session::open(client.directories.clone());
        Some(Self {
            connection,
            client,
            session,
            charts: Charts::default(),
            copies: Copies::default(),
            queue,
            changed: Vec::new(),
            published: BTreeMap::new(),
            told: BTreeSet::new(),
            is_shut_down: false,
            is_gone: false,
            looked: Instant::now(),
            sent: 0,
        })
    }

    /// Calls `handle` with the parameters of the notification. Invalid parameters are ignored, because notifications
    /// have no response.
    pub(super) fn with<P: DeserializeOwned>(&mut self, params: Value, handle: fn(&mut Self, P)) {
        if let Ok(params) = serde_json::from_value(params) {
            handle(self, params);
        }
    }

    pub(super) fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        // Other schemes show copies or earlier versions, such as a git revision or one side of a diff.
        if !SCHEMES.contains(&document.uri.scheme()) {
            return;
        }
        let path = from_proto::key_of(&document.uri);
        if self.copies.has(&path) {
            return;
        }
        let document = Document {
            uri: document.uri,
            version: document.version,
            text: document.text,
        };
        self.session.documents.insert(path.clone(), document);
        self.charts.touch();
        if self.session.is_found(&path) {
            self.changed.push(path);
        } else {
            self.reload();
        }
    }

    pub(super) fn edited(&mut self, params: DidChangeTextDocumentParams) {
        let path = from_proto::key_of(&params.text_document.text_document_identifier.uri);
        let version = params.text_document.version;
        if let Some(document) = self.session.documents.get_mut(&path) {
            document.change(version, params.content_changes, self.client.unit);
            self.charts.touch();
            self.changed.push(path);
        }
    }

    pub(super) fn closed(&mut self, params: DidCloseTextDocumentParams) {
        let path = from_proto::key_of(&params.text_document.uri);
        if self.session.documents.remove(&path).is_none() {
            return;
        }
        self.charts.touch();
        if self.session.is_found(&path) {
            self.changed.push(path);
        } else {
            self.reload();
        }
    }

    pub(super) fn saved(&mut self, params: DidSaveTextDocumentParams) {
        let path = from_proto::key_of(&params.text_document.uri);
        if is_configuration(&path) || is_ignore_file(&path) {
            self.reload();
        }
    }

    pub(super) fn watched(&mut self, params: DidChangeWatchedFilesParams) {
        self.charts.touch();
        let paths = params
            .changes
            .iter()
            .map(|change| from_proto::key_of(&change.uri));
        let paths: Vec<PathBuf> = paths.collect();
        self.session.forget(paths.iter().map(PathBuf::as_path));
        if paths.iter().any(|path| self.session.is_news(path)) {
            self.reload();
        } else {
            let documents = &self.session.documents;
            let closed = paths.into_iter();
            let closed = closed.filter(|path| !documents.contains_key(path));
            self.changed.extend(closed);
        }
    }

    pub(super) fn directories_changed(&mut self, params: DidChangeWorkspaceFoldersParams) {
        let paths = |directories: Vec<lsp_types::WorkspaceFolder>| {
            let uris = directories.into_iter().map(|directory| directory.uri);
            uris.map(|uri| from_proto::key_of(&uri)).collect::<Vec<_>>()
        };
        let removed = paths(params.event.removed);
        let directories = &mut self.session.directories;
        directories.retain(|directory| !removed.contains(directory));
        directories.extend(paths(params.event.added));
        self.reload();
    }

    /// Findings in a file that the user wants to see.
    pub(super) fn findings(&self, id: FileId) -> impl Iterator<Item = &Finding> {
        let all = self.session.live.findings(id).iter();
        all.filter(|finding| finding.level >= self.client.level)
    }

    pub(super) fn configure(&mut self, settings: &Value) {
        let level = self.client.level;
        self.client.configure(settings);
        if self.client.level != level {
            self.publish_all();
        }
        if self.client.refreshes_hints {
            self.ask("workspace/inlayHint/refresh", Value::Null);
        }
    }

    pub(super) fn response(&mut self, response: Response) {
        let asked = RequestId::from("configuration".to_owned());
        if let (true, Ok(result)) = (response.id == asked, response.response_result) {
            let settings = result.get(0).cloned().unwrap_or(Value::Null);
            self.configure(&settings);
        }
    }

    pub(super) fn reload(&mut self) {
        self.changed.clear();
        self.session.reload();
        self.publish_all();
    }

    /// Parses changed documents and publishes new diagnostics.
    pub(super) fn refresh(&mut self) {
        if self.changed.is_empty() {
            return;
        }
        let mut changed = std::mem::take(&mut self.changed);
        changed.sort_unstable();
        changed.dedup();
        match self.session.reread(changed.clone()) {
            Some(mut changes) => {
                // Publish unchanged findings too, because the document version has changed.
                changes.extend(changed.iter().filter_map(|path| self.session.id(path)));
                self.publish(&changes);
            }
            None => self.publish_all(),
        }
    }

    pub(super) fn publish_all(&mut self) {
        self.tell_of_configurations();
        let mut files: BTreeMap<PathBuf, Published> = BTreeMap::new();
        for bad in &self.session.bad {
            let published = Published {
                version: self
                    .session
                    .documents
                    .get(&bad.file)
                    .map(|open| open.version),
                diagnostics: self.of_configuration(&bad.file).collect(),
            };
            files.insert(bad.file.clone(), published);
        }
        for id in self.session.sources() {
            if let Some((path, published)) = self.diagnostics(id) {
                files.insert(path, published);
            }
        }
        let gone: Vec<PathBuf> = self.published.keys().cloned().collect();
        for path in gone.into_iter().filter(|path| !files.contains_key(path)) {
            let version = self.session.documents.get(&path).map(|open| open.version);
            let published = Published {
                version,
                diagnostics: Vec::new(),
            };
            self.publish_file(path, published);
        }
        for (path, published) in files {
            self.publish_file(path, published);
        }
    }

    pub(super) fn publish(&mut self, files: &BTreeSet<FileId>) {
        for &id in files {
            if let Some((path, published)) = self.diagnostics(id) {
                self.publish_file(path, published);
            }
        }
    }

    /// Publishes the diagnostics of a file unless the client already has them.
    fn publish_file(&mut self, path: PathBuf, published: Published) {
        let is_known = match self.published.get(&path) {
            Some(before) => *before == published,
            None => published.diagnostics.is_empty() && published.version.is_none(),
        };
        let Some(uri) = self.places().uri_of(&path).filter(|_| !is_known) else {
            return;
        };
        let params = PublishDiagnosticsParams {
            uri,
            version: published.version,
            diagnostics: published.diagnostics.clone(),
        };
        if published.diagnostics.is_empty() && published.version.is_none() {
            self.published.remove(&path);
        } else {
            self.published.insert(path, published);
        }
        self.notify("textDocument/publishDiagnostics", &params);
    }

    /// Path and diagnostics of a file; `None` for a rendered file, whose findings are in its sources.
    fn diagnostics(&self, id: FileId) -> Option<(PathBuf, Published)> {
        let path = self.session.path(id)?;
        let places = self.places();
        let findings = self.findings(id);
        let open = self.session.documents.get(&path);
        let findings = findings.map(|finding| places.diagnostic(finding));
        let published = Published {
            version: open.map(|open| open.version),
            diagnostics: findings.chain(self.of_configuration(&path)).collect(),
        };
        Some((path, published))
    }

    /// What is wrong with the configuration at `path`.
    fn of_configuration(&self, path: &Path) -> impl Iterator<Item = Diagnostic> {
        let bad = self.session.bad.iter().filter(move |bad| bad.file == path);
        bad.map(|bad| {
            let line = match &bad.why {
                ConfigurationError::Invalid(error) => error.position.map_or(0, |at| at.line - 1),
                _ => 0,
            };
            let range = lsp_types::Range {
                start: lsp_types::Position { line, character: 0 },
                end: lsp_types::Position {
                    line,
                    character: 1000,
                },
            };
            Diagnostic {
                range,
                severity: Some(lsp_types::DiagnosticSeverity::Error),
                source: Some("podwright".to_owned()),
                message: bad.why.to_string().into(),
                ..Diagnostic::default()
            }
        })
    }

    /// Tells the user of configurations that are not, or not completely, in force: each once until it is valid.
    fn tell_of_configurations(&mut self) {
        let bad: BTreeSet<PathBuf> = self
            .session
            .bad
            .iter()
            .map(|bad| bad.file.clone())
            .collect();
        let told = std::mem::replace(&mut self.told, bad);
        let news: Vec<PathBuf> = self.told.difference(&told).cloned().collect();
        for path in news {
            let message = format!(
                "{} has errors: what they are about is not in force",
                self.session.shown(&path)
            );
            let params = ShowMessageParams {
                kind: MessageType::Warning,
                message,
            };
            self.notify("window/showMessage", &params);
        }
    }

    /// The chart that a file belongs to, with the texts of open documents.
    pub(super) fn chart(&self, path: &Path) -> Option<Arc<Chart>> {
        let here = self.session.directories.first().map(PathBuf::as_path);
        let sets = |root: &Path| self.configured_values(root);
        self.charts.of(path, &self.session.documents, here, &sets)
    }

    /// The values sets that the configuration names for a chart.
    fn configured_values(&self, root: &Path) -> ValuesSets {
        let Some(id) = self.session.id(&root.join("Chart.yaml")) else {
            return Vec::new();
        };
        let file = self.session.live.workspace().file(id);
        let is_meant = |chart: &PathBuf| {
            let real = |path: &Path| path.canonicalize().ok();
            chart == root || real(chart).is_some_and(|chart| Some(chart) == real(root))
        };
        let all = file.context.charts.iter();
        let own = all.filter(|one| one.chart.as_ref().is_none_or(is_meant));
        own.map(|one| (one.shown.clone(), one.values.clone()))
            .collect()
    }

    pub(super) fn places(&self) -> Places<'_> {
        Places {
            session: &self.session,
            client: &self.client,
        }
    }

    pub(super) fn watch_files(&mut self) {
        if !self.client.watches_files {
            return;
        }
        let globs = [
            "**/*.{yaml,yml,json,toml}",
            "**/{.dockercfg,.dockerconfigjson,Kustomization,crio.conf}",
            "**/crio.conf.d/**",
            "**/{.gitignore,.ignore}",
            "**/.git/info/exclude",
        ];
        let watchers: Vec<Value> = globs
            .iter()
            .map(|glob| json!({ "globPattern": glob }))
            .collect();
        let registration = json!({
            "id": "files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": { "watchers": watchers },
        });
        self.ask(
            "client/registerCapability",
            json!({ "registrations": [registration] }),
        );
    }

    pub(super) fn ask_for_configuration(&mut self) {
        if self.client.has_configuration {
            let params = json!({ "items": [{ "section": "podwright" }] });
            let id = RequestId::from("configuration".to_owned());
            let request = Request::new(id, "workspace/configuration".to_owned(), params);
            self.send(request.into());
        }
    }

    /// Sends a request to the client whose response is ignored.
    pub(super) fn ask(&mut self, method: &str, params: Value) {
        self.sent += 1;
        let request = Request::new(RequestId::from(self.sent), method.to_owned(), params);
        self.send(request.into());
    }

    pub(super) fn notify(&mut self, method: &str, params: &impl serde::Serialize) {
        let notification = Notification::new(method.to_owned(), params);
        self.send(notification.into());
    }

    pub(super) fn send(&mut self, message: Message) {
        // If the client is gone, the next receive ends the loop.
        let _ = self.connection.sender.send(message);
    }
}

/// Waits for the request `initialize`. Everything else that arrives before it is rejected or ignored.
fn initialize_request(connection: &Connection) -> Option<(RequestId, Value)> {
    loop {
        match connection.receiver.recv().ok()? {
            Message::Request(request) if request.method == "initialize" => {
                return Some((request.id, request.params));
            }
            Message::Request(request) => {
                let message = "expected the request `initialize`".to_owned();
                let code = ErrorCode::ServerNotInitialized as i32;
                let response = Response::new_err(request.id, code, message);
                connection.sender.send(response.into()).ok()?;
            }
            Message::Notification(notification) if notification.method == "exit" => return None,
            Message::Notification(_) | Message::Response(_) => {}
        }
    }
}

/// Waits for the notification `initialized`, before which the server must not send requests, or for a request of a client
/// that does not send it. Returns what was received instead.
fn until_initialized(connection: &Connection) -> Option<VecDeque<Message>> {
    let mut early = VecDeque::new();
    loop {
        match connection.receiver.recv().ok()? {
            Message::Notification(notification) => match notification.method.as_str() {
                "initialized" => return Some(early),
                "exit" => return None,
                _ => early.push_back(notification.into()),
            },
            Message::Request(request) => {
                early.push_back(request.into());
                return Some(early);
            }
            Message::Response(_) => {}
        }
    }
}

/// Whether the file is a configuration of podwright.
pub(super) fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| config::FILE_NAMES.contains(&name))
}
