use std::path::PathBuf;

use rustc_hash::FxHashSet;
use serde_json::{Value, json};

use super::from_proto;
use crate::lsp::ide::HintKind;
use podwright_rule::finding::Severity;
use podwright_syntax::text::ColumnUnit;

/// Command that explains a rule, a finding or an object.
pub(super) const EXPLAIN: &str = "podwright.explain";

/// Command that shows what a kustomization renders to.
pub(super) const SHOW_RENDERED: &str = "podwright.showRendered";

/// Command that applies the fixes of all files.
pub(super) const FIX_WORKSPACE: &str = "podwright.fixAll";

/// Kind of the code action that applies all safe fixes of a file.
pub(super) const FIX_ALL: &str = "source.fixAll.podwright";

/// Capabilities and settings of the client. Parsed leniently: a capability with an unexpected type is treated as
/// missing.
#[derive(Clone, Debug, Default)]
pub(super) struct ClientCapabilities {
    /// Unit in which the client counts columns.
    pub(super) unit: ColumnUnit,
    /// Whether diagnostics may refer to locations in other files.
    pub(super) related_information: bool,
    /// Whether diagnostics may contain a link.
    pub(super) code_description: bool,
    /// Whether diagnostics may contain data that is returned with a code action request.
    pub(super) data: bool,
    /// Whether edits may contain the version of the document that they apply to.
    pub(super) document_changes: bool,
    /// Whether the client applies edits on request.
    pub(super) applies_edits: bool,
    /// Whether the client can watch files on request.
    pub(super) watches_files: bool,
    /// Whether the client can show a document on request.
    pub(super) show_document: bool,
    /// Whether the client can refresh inlay hints on request.
    pub(super) refreshes_hints: bool,
    /// Whether it answers `workspace/configuration`.
    pub(super) has_configuration: bool,
    /// Open workspace directories.
    pub(super) directories: Vec<PathBuf>,
    /// Inlay hints that the user has disabled.
    pub(super) hidden_hints: FxHashSet<HintKind>,
    /// Whether the client shows the result of [`SHOW_RENDERED`] itself.
    pub(super) shows_rendered: bool,
    /// Whether the user wants code lenses that show what is rendered.
    pub(super) has_lenses: bool,
    /// Lowest level of the findings that the user wants to see.
    pub(super) level: Severity,
    /// Whether the user wants completions for fields and values in addition to names.
    pub(super) completes_fields: bool,
}

impl ClientCapabilities {
    /// Parses `InitializeParams`.
    pub(super) fn new(params: &Value) -> Self {
        let has = |pointer: &str| {
            let value = params.pointer(&format!("/capabilities/{pointer}"));
            value.is_some_and(|value| value.as_bool() != Some(false) && !value.is_null())
        };
        let mut client = Self {
            unit: unit(params),
            related_information: has("textDocument/publishDiagnostics/relatedInformation"),
            code_description: has("textDocument/publishDiagnostics/codeDescriptionSupport"),
            data: has("textDocument/publishDiagnostics/dataSupport"),
            document_changes: has("workspace/workspaceEdit/documentChanges"),
            applies_edits: has("workspace/applyEdit"),
            watches_files: has("workspace/didChangeWatchedFiles/dynamicRegistration"),
            show_document: has("window/showDocument/support"),
            refreshes_hints: has("workspace/inlayHint/refreshSupport"),
            has_configuration: has("workspace/configuration"),
            directories: directories(params),
            hidden_hints: FxHashSet::default(),
            shows_rendered: false,
            has_lenses: true,
            level: Severity::Info,
            completes_fields: false,
        };
        if let Some(options) = params.get("initializationOptions") {
            client.configure(options);
        }
        client
    }

    /// Applies the user's settings, such as `{"level": "warning", "hints": {"imagePullPolicy": false}}`, at the top level or
    /// under `podwright`.
    pub(super) fn configure(&mut self, settings: &Value) {
        let settings = settings.get("podwright").unwrap_or(settings);
        match settings.get("level") {
            Some(Value::String(name)) => {
                let levels = [Severity::Info, Severity::Warning, Severity::Error];
                let known = levels.into_iter().find(|level| level.name() == name);
                self.level = known.unwrap_or(self.level);
            }
            Some(Value::Null) => self.level = Severity::Info,
            _ => {}
        }
        if let Some(Value::Bool(fields)) = settings.pointer("/completion/fields") {
            self.completes_fields = *fields;
        }
        if let Some(Value::Bool(lenses)) = settings.pointer("/codeLens/rendered") {
            self.has_lenses = *lenses;
        }
        if let Some(Value::Bool(shows)) = settings.pointer("/client/showsRendered") {
            self.shows_rendered = *shows;
        }
        let kinds = [
            ("imagePullPolicy", HintKind::ImagePullPolicy),
            ("terminationGracePeriod", HintKind::TerminationGracePeriod),
        ];
        for (name, kind) in kinds {
            match settings.pointer(&format!("/hints/{name}")) {
                Some(Value::Bool(false)) => {
                    self.hidden_hints.insert(kind);
                }
                Some(Value::Bool(true)) => {
                    self.hidden_hints.remove(&kind);
                }
                _ => {}
            }
        }
    }
}

/// Capabilities of the server. Unsupported ones are omitted, because some clients cannot handle null.
pub(super) fn server_capabilities(client: &ClientCapabilities) -> Value {
    let encoding = match client.unit {
        ColumnUnit::Utf8 => "utf-8",
        ColumnUnit::Utf16 => "utf-16",
        ColumnUnit::Utf32 => "utf-32",
    };
    json!({
        "capabilities": {
            "positionEncoding": encoding,
            "textDocumentSync": { "openClose": true, "change": 2, "save": {} },
            "hoverProvider": true,
            "definitionProvider": true,
            "referencesProvider": true,
            "completionProvider": { "triggerCharacters": [" ", ".", "\"", "|", "("] },
            "renameProvider": { "prepareProvider": true },
            "inlayHintProvider": true,
            "codeActionProvider": { "codeActionKinds": ["quickfix", FIX_ALL] },
            "codeLensProvider": { "resolveProvider": false },
            "executeCommandProvider": { "commands": [EXPLAIN, SHOW_RENDERED, FIX_WORKSPACE] },
            "workspace": {
                "workspaceFolders": { "supported": true, "changeNotifications": true },
            },
        },
        "serverInfo": { "name": "podwright", "version": env!("CARGO_PKG_VERSION") },
    })
}

/// Returns UTF-8 if the client supports it, because podwright uses it internally; otherwise UTF-16, which every
/// client supports.
fn unit(params: &Value) -> ColumnUnit {
    let offered = params.pointer("/capabilities/general/positionEncodings");
    let offered: Vec<&str> = offered
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let known = [
        ("utf-8", ColumnUnit::Utf8),
        ("utf-32", ColumnUnit::Utf32),
        ("utf-16", ColumnUnit::Utf16),
    ];
    let best = known.into_iter().find(|(name, _)| offered.contains(name));
    best.map_or(ColumnUnit::Utf16, |(_, unit)| unit)
}

fn directories(params: &Value) -> Vec<PathBuf> {
    let listed = params.get("workspaceFolders").and_then(Value::as_array);
    let mut directories: Vec<PathBuf> = listed
        .into_iter()
        .flatten()
        .filter_map(|directory| directory.get("uri")?.as_str())
        .filter_map(from_proto::path_of)
        .collect();
    if directories.is_empty() {
        let root = params.get("rootUri").and_then(Value::as_str);
        directories.extend(root.and_then(from_proto::path_of));
    }
    if directories.is_empty() {
        let root = params.get("rootPath").and_then(Value::as_str);
        directories.extend(root.map(PathBuf::from));
    }
    directories
}
