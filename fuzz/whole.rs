//! Processes a text completely: reads, checks, reports and explains it.

use std::sync::Arc;

use podwright_cluster::workspace::node::runtime_of_path;
use podwright_cluster::workspace::{
    ClusterContext, File, NodeDirectory, NodePath, NodeRole, OnNodes, Workspace,
};
use podwright_explain::{explain_object, explainable};
use podwright_lint::{DefaultRules, lint};
use podwright_report::{Counts, Report, Summary, explain};
use podwright_rule::finding::Severity;
use podwright_syntax::text::Source;

/// Splits a text into files at `# file: NAME` lines. Files below `nodes/NAME` are on a node, if they are part of the
/// configuration of a container runtime.
pub(crate) fn workspace(text: &str) -> Workspace {
    let nodes = ["a", "b"].map(|name| NodeDirectory {
        name: format!("nodes/{name}"),
        root: format!("/nodes/{name}").into(),
    });
    let context = Arc::new(ClusterContext {
        complete: text.len() % 2 == 0,
        nodes: nodes.to_vec(),
        ..ClusterContext::default()
    });
    let mut files = vec![("a.yaml".to_owned(), String::new())];
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("# file: ") {
            Some(name) => files.push((name.trim().to_owned(), String::new())),
            None => files.last_mut().expect("one").1.push_str(line),
        }
    }
    let read = |(name, text): (String, String)| {
        let node = nodes.iter().find(|node| name.starts_with(&node.name));
        let on_nodes = node.and_then(|node| {
            let path = name[node.name.len()..].to_owned();
            let role = NodeRole::Runtime(runtime_of_path(&path)?);
            let root = node.root.clone();
            let paths = vec![NodePath { root, path }];
            Some(Box::new(OnNodes { role, paths }))
        });
        File::on_nodes(Source::new(name, text), &context, on_nodes)
    };
    Workspace::new(files.into_iter().map(read).collect())
}

/// Checks and reports everything. Panics if a location is outside its file or a rule panics.
#[allow(dead_code, reason = "one target only fixes")]
pub(crate) fn judge(workspace: &Workspace) {
    let versions = "1.25-1.36".parse().expect("versions");
    let findings = lint(workspace, &DefaultRules::for_clusters(versions)).findings;
    for finding in &findings {
        assert_ne!(finding.rule, "internal-error", "{finding:?}");
        let place = finding.primary.place;
        let text = &workspace.file(place.file).source.text;
        let (start, end) = (place.span.start as usize, place.span.end as usize);
        assert!(
            text.is_char_boundary(start) && text.is_char_boundary(end),
            "{finding:?}"
        );
    }
    let sources: Vec<&Source> = workspace.files.iter().map(|file| &file.source).collect();
    let summary = Summary {
        files: sources.len(),
        findings: Counts::of(&findings),
        shown_from: Severity::Info,
        ..Summary::default()
    };
    let all = Report {
        findings: &findings,
        sources: &sources,
        summary: &summary,
    };
    let mut out = Vec::new();
    for write in [
        podwright_report::json::write,
        podwright_report::sarif::write,
        podwright_report::junit::write,
        podwright_report::github::write,
        podwright_report::concise::write,
    ] {
        write(&all, &mut out).expect("memory");
    }
    let pods: Vec<_> = explainable(workspace)
        .flat_map(|id| explain_object(workspace, id, versions))
        .collect();
    explain::text::write_pods(&pods, &mut out).expect("memory");
    explain::json::write_pods(&pods, &mut out).expect("memory");
    explain::svg::write(&pods, &mut out).expect("memory");
}
