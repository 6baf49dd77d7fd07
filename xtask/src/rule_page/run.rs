//! Runs an example through the engine.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use podwright_cluster::workspace::node::{
    FLAG_FILES, MISNAMED_REGISTRIES_YAML, docker_config_paths, misplaced_docker_configs,
    runtime_of_path,
};
use podwright_cluster::workspace::{
    ClusterContext, File, NodeDirectory, NodePath, NodeRole, OnNodes, Workspace,
};
use podwright_lint::fix::{FixOptions, repair};
use podwright_lint::{DefaultRules, lint};
use podwright_model::{Engine, KubeletFlags, RegistryFormat, RuntimeReleases};
use podwright_report::{Positions, text};
use podwright_rule::finding::{Finding, Severity};
use podwright_syntax::text::Source;

use super::Fence;

/// Returns the output for the example's findings.
pub(super) fn render(rule: &str, fence: &Fence) -> String {
    let (workspace, findings) = run(rule, fence);
    let files = workspace.files.iter();
    let sources: Vec<&Source> = files.map(|file| &file.source).collect();
    let positions = Positions::new(&sources);
    let own = findings.iter().filter(|finding| finding.rule == rule);
    let rendered: Vec<String> = own
        .map(|finding| text::format_finding(finding, &positions, text::TextStyle::PLAIN))
        .collect();
    rendered.join("\n")
}

/// Returns the example with all fixes applied, including unsafe ones. Applying them again must change nothing.
pub(super) fn fixed(rule: &str, fence: &Fence) -> String {
    let wish = FixOptions {
        unsafe_too: true,
        from: Severity::Info,
    };
    let rules = rules(rule, fence);
    let fix = |workspace| repair(workspace, &rules, wish, &|_| true);
    let once = fix(read(fence));
    let text = joined(fence, &once.workspace);
    let twice = fix(once.workspace);
    assert!(
        twice.changes.is_empty(),
        "fixes are not idempotent:\n{text}"
    );
    text
}

/// Joins the files as they appear in a fence.
fn joined(fence: &Fence, workspace: &Workspace) -> String {
    let mut joined = String::new();
    let previous = fence.files().into_iter().filter(is_earlier);
    let inputs = &workspace.files[..workspace.inputs()];
    let now = inputs.iter().map(|file| &file.source);
    let now = now.map(|source| (source.path.clone(), source.text.to_string()));
    for (index, (path, text)) in previous.chain(now).enumerate() {
        if index > 0 || !fence.begins_unnamed() {
            joined.push_str(&format!("# file: {path}\n"));
        }
        joined.push_str(&text);
    }
    joined
}

pub(super) fn run(rule: &str, fence: &Fence) -> (Workspace, Vec<Finding>) {
    let workspace = read(fence);
    let findings = lint(&workspace, &rules(rule, fence)).findings;
    (workspace, findings)
}

fn read(fence: &Fence) -> Workspace {
    let files = fence.files();
    let nodes = if fence.has("nodes") {
        node_directories(&files)
    } else {
        Vec::new()
    };
    let context = Arc::new(ClusterContext {
        nodes: nodes.clone(),
        namespace: fence.option("namespace").map(str::to_owned),
        complete: fence.has("complete"),
        releases: RuntimeReleases {
            containerd: release(fence, "containerd"),
            crio: release(fence, "crio"),
        },
        ..ClusterContext::default()
    });
    let read = |files: Vec<(String, String)>| {
        let files = files.into_iter().map(|(name, text)| {
            let on_nodes = on_nodes(&name, &nodes);
            File::on_nodes(Source::new(name, text), &context, on_nodes.map(Box::new))
        });
        Workspace::new(files.collect())
    };
    let (previous, now): (Vec<_>, Vec<_>) = files.into_iter().partition(is_earlier);
    read(now).with_previous(Arc::new(read(previous)))
}

/// Returns whether a file is part of the deployed state.
fn is_earlier((path, _): &(String, String)) -> bool {
    path.starts_with("earlier/")
}

fn release<R: FromStr<Err = String> + Default>(fence: &Fence, name: &str) -> R {
    let written = fence.option(name);
    written.map_or_else(R::default, |text| text.parse().expect("a release"))
}

/// Returns the directories `nodes/NAME` that contain files.
fn node_directories(files: &[(String, String)]) -> Vec<NodeDirectory> {
    let names = files.iter().filter_map(|(path, _)| {
        let rest = path.strip_prefix("nodes/")?;
        Some(format!("nodes/{}", rest.split('/').next()?))
    });
    let names: BTreeSet<String> = names.collect();
    let directory = |name: String| NodeDirectory {
        root: PathBuf::from(format!("/{name}")),
        name,
    };
    names.into_iter().map(directory).collect()
}

/// Returns the role of a file on a node. The kubelets of the examples run without flags.
fn on_nodes(path: &str, nodes: &[NodeDirectory]) -> Option<OnNodes> {
    let node = nodes
        .iter()
        .find(|node| path.starts_with(&format!("{}/", node.name)))?;
    let path = &path[node.name.len()..];
    let flags = KubeletFlags::default();
    let mut places = docker_config_paths(&flags).to_vec();
    places.extend(misplaced_docker_configs(&flags));
    let shape = places
        .into_iter()
        .find_map(|(place, shape)| (place == path).then_some(shape));
    let mut flag_files = FLAG_FILES.iter();
    let is_misnamed = MISNAMED_REGISTRIES_YAML.contains(&path);
    let misnamed = is_misnamed.then_some(RegistryFormat::RegistriesYaml);
    let registries = RegistryFormat::of_file(path).or(misnamed);
    let role = match shape {
        None if registries.is_some() => {
            registries.map_or(NodeRole::Configuration, NodeRole::Registries)
        }
        None if runtime_of_path(path).is_some() || path.ends_with(".toml") => {
            NodeRole::Runtime(runtime_of_path(path).unwrap_or(Engine::Containerd))
        }
        Some(shape) => NodeRole::DockerConfig(shape),
        None if flag_files.any(|place| path.starts_with(place)) => NodeRole::KubeletFlags,
        None => NodeRole::Configuration,
    };
    Some(OnNodes {
        role,
        paths: vec![NodePath {
            root: node.root.clone(),
            path: path.to_owned(),
        }],
    })
}

fn rules(rule: &str, fence: &Fence) -> DefaultRules {
    let versions = fence
        .option("kubernetes")
        .map(|range| range.parse().expect("a version"));
    let versions = versions.unwrap_or_default();
    let Some(json) = fence.option("options") else {
        return DefaultRules::and(versions, rule);
    };
    let options = serde_json::from_str(json).expect("options are JSON without spaces");
    DefaultRules::and_with(versions, rule, options).expect("options of the rule")
}
