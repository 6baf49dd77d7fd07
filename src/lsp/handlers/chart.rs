//! Requests about files of charts.

use std::path::PathBuf;
use std::sync::Arc;

use lsp_types::{
    Location, Position, RenameParams, TextDocumentPositionParams, TextEdit, Uri, WorkspaceEdit,
};
use podwright_syntax::text::{self, FileId};
use serde_json::{Value, json};

use crate::lsp::edits::Edits;
use crate::lsp::ide::chart::{self, Chart, ChartCursor};
use crate::lsp::ide::{Completions, Hover};
use crate::lsp::server::Server;
use crate::lsp::{from_proto, to_proto};

/// A position in a file of a chart.
pub(super) struct InChart {
    chart: Arc<Chart>,
    path: PathBuf,
    file: FileId,
    offset: u32,
}

impl InChart {
    /// The position, if the file belongs to a chart.
    pub(super) fn new(server: &Server, uri: &Uri, position: Position) -> Option<Self> {
        let path = from_proto::key_of(uri);
        let chart = server.chart(&path)?;
        let file = chart.id(&path)?;
        let offset = from_proto::offset(chart.source(file), position, server.client.unit);
        Some(Self {
            chart,
            path,
            file,
            offset,
        })
    }

    fn cursor(&self) -> ChartCursor<'_> {
        ChartCursor {
            chart: &self.chart,
            file: self.file,
            offset: self.offset,
        }
    }

    /// The source of the file.
    pub(super) fn source(&self) -> &text::Source {
        self.chart.source(self.file)
    }

    /// Whether the file has values.
    pub(super) fn is_values(&self) -> bool {
        self.cursor().is_values()
    }

    pub(super) fn hover(&self) -> Option<Hover> {
        chart::hover(&self.cursor())
    }

    pub(super) fn completions(&self, server: &Server) -> Option<Completions> {
        let with = |text: String| {
            let documents = &server.session.documents;
            server.charts.with(&self.chart, &self.path, text, documents)
        };
        chart::completions(&self.cursor(), &with)
    }

    pub(super) fn definitions(&self, server: &Server) -> Vec<Location> {
        self.locations(server, chart::definitions(&self.cursor()))
    }

    pub(super) fn references(&self, server: &Server, own: bool) -> Vec<Location> {
        self.locations(server, chart::references(&self.cursor(), own))
    }

    fn locations(&self, server: &Server, places: Vec<text::Location>) -> Vec<Location> {
        let places = places.into_iter();
        places
            .filter_map(|place| self.location(server, place))
            .collect()
    }

    fn location(&self, server: &Server, place: text::Location) -> Option<Location> {
        let path = self.chart.path(place.file)?;
        let source = self.chart.source(place.file);
        Some(Location {
            uri: server.places().uri_of(&path)?,
            range: to_proto::range(source, place.span, server.client.unit),
        })
    }
}

/// The range and the text of the name that can be renamed.
///
/// # Errors
///
/// Returns why the name cannot be renamed.
pub(super) fn prepare_rename(
    server: &Server,
    params: &TextDocumentPositionParams,
) -> Result<Value, String> {
    let Some(at) = InChart::new(server, &params.text_document.uri, params.position) else {
        return Ok(Value::Null);
    };
    let found = chart::rename(&at.cursor())?;
    Ok(found.map_or(Value::Null, |found| {
        let range = to_proto::range(at.source(), found.span, server.client.unit);
        json!({ "range": range, "placeholder": found.name })
    }))
}

/// The edits that rename a key of values or a named template.
///
/// # Errors
///
/// Returns why the name cannot be renamed.
pub(super) fn rename(
    server: &Server,
    params: &RenameParams,
) -> Result<Option<WorkspaceEdit>, String> {
    let position = &params.text_document_position_params;
    let Some(at) = InChart::new(server, &position.text_document.uri, position.position) else {
        return Ok(None);
    };
    let places = chart::renamed(&at.cursor(), &params.new_name)?;
    let mut edits = Edits::default();
    for place in places {
        let path = at.chart.path(place.file);
        if let (Some(path), Some(location)) = (path, at.location(server, place)) {
            let edit = TextEdit {
                range: location.range,
                new_text: params.new_name.clone(),
            };
            edits.add(server, &path, edit);
        }
    }
    Ok(Some(edits.into_workspace_edit(server)))
}
