use lsp_types::{CodeAction, CodeActionKind, CodeActionParams, Command, WorkspaceEdit};
use serde_json::json;

use super::{configuration, position};
use crate::lsp::capabilities::{EXPLAIN, FIX_ALL};
use crate::lsp::edits::Edits;
use crate::lsp::from_proto;
use crate::lsp::server::Server;
use podwright_lint::fix::{self, FixOptions};
use podwright_rule::finding::{Applicability, Edit, Finding};
use podwright_syntax::text::{FileId, Span};

/// Maximum number of findings in a range for which actions are offered. A longer list is not useful, and editors
/// request actions for the whole selection.
const MAX_FINDINGS: usize = 100;

/// Maximum number of findings for which a suppression comment is computed, which requires linting the file
/// repeatedly.
const MAX_SUPPRESSIONS: usize = 8;

/// Returns the code actions for the findings in a range: fixes, suppressions, explanations, and one that applies all
/// safe fixes.
pub(super) fn code_actions(server: &Server, params: CodeActionParams) -> Option<Vec<CodeAction>> {
    let only = params.context.only.as_deref();
    let wants =
        |kind: &str| only.is_none_or(|only| only.iter().any(|asked| is_within(kind, asked)));
    if let Some(actions) = configuration::code_actions(server, &params) {
        return Some(if wants("quickfix") {
            actions
        } else {
            Vec::new()
        });
    }
    let file = position::file(server, &params.text_document.uri)?;
    let source = &server.session.live.workspace().file(file).source;
    let range = from_proto::span(source, params.range, server.client.unit);
    let mut actions = Vec::new();
    let touches = |span: Span| span.start <= range.end && range.start <= span.end;
    let findings = server.findings(file);
    if wants("quickfix") {
        let touched = findings.filter(|finding| touches(finding.primary.place.span));
        for (index, finding) in touched.take(MAX_FINDINGS).enumerate() {
            actions.extend(quick_fixes(server, finding));
            if index < MAX_SUPPRESSIONS {
                actions.extend(ignore(server, file, finding));
            }
            actions.push(explain(finding));
        }
        actions.dedup_by(|later, first| later.title == first.title);
    }
    // It applies to the whole file, so it is offered only on request.
    if only.is_some() && wants(FIX_ALL) {
        actions.extend(fix_all(server, file));
    }
    Some(actions)
}

/// Returns whether an action of `kind` is requested: `source.fixAll` requests all kinds below it.
fn is_within(kind: &str, asked: &CodeActionKind) -> bool {
    let asked = json!(asked);
    let asked = asked.as_str().unwrap_or("");
    asked.is_empty()
        || kind == asked
        || kind
            .strip_prefix(asked)
            .is_some_and(|rest| rest.starts_with('.'))
}

fn quick_fixes(server: &Server, finding: &Finding) -> Vec<CodeAction> {
    let fixes = finding
        .fixes
        .iter()
        .filter(|fix| fix.safety != Applicability::Manual);
    fixes
        .filter_map(|fix| {
            Some(CodeAction {
                title: fix.title.clone(),
                kind: Some(CodeActionKind::QuickFix),
                diagnostics: Some(vec![server.places().diagnostic(finding)]),
                is_preferred: (fix.safety == Applicability::Safe).then_some(true),
                edit: Some(workspace_edit(server, &fix.edits)?),
                ..CodeAction::default()
            })
        })
        .collect()
}

fn explain(finding: &Finding) -> CodeAction {
    let title = format!("Explain {}", finding.rule);
    CodeAction {
        command: Some(Command {
            title: title.clone(),
            tooltip: None,
            command: EXPLAIN.to_owned(),
            arguments: Some(vec![json!(finding.rule)]),
        }),
        title,
        kind: Some(CodeActionKind::QuickFix),
        ..CodeAction::default()
    }
}

/// Returns an action that inserts a suppression comment for the finding, if that is possible.
fn ignore(server: &Server, file: FileId, finding: &Finding) -> Option<CodeAction> {
    let workspace = server.session.live.workspace();
    let edit = podwright_lint::suppression_edit(workspace, server.session.table(), file, finding)?;
    Some(CodeAction {
        title: format!("Ignore {} here", finding.rule),
        kind: Some(CodeActionKind::QuickFix),
        diagnostics: Some(vec![server.places().diagnostic(finding)]),
        edit: Some(workspace_edit(server, &[edit])?),
        ..CodeAction::default()
    })
}

fn fix_all(server: &Server, file: FileId) -> Option<CodeAction> {
    let live = &server.session.live;
    let safe = FixOptions {
        unsafe_too: false,
        from: server.client.level,
    };
    let edits = fix::together(live.workspace(), live.findings(file), safe, file);
    if edits.is_empty() {
        return None;
    }
    Some(CodeAction {
        title: "Apply all safe fixes of podwright".to_owned(),
        kind: Some(CodeActionKind::Custom(FIX_ALL.into())),
        edit: Some(workspace_edit(server, &edits)?),
        ..CodeAction::default()
    })
}

fn workspace_edit(server: &Server, edits: &[Edit]) -> Option<WorkspaceEdit> {
    Some(Edits::of(server, edits)?.into_workspace_edit(server))
}
