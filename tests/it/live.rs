//! After incremental changes, the findings equal those of a fresh start.

use std::path::Path;
use std::sync::Arc;

use podwright_cluster::workspace::node::runtime_of_path;
use podwright_cluster::workspace::{
    ClusterContext, File, NoDisk, NodeDirectory, NodePath, NodeRole, OnNodes, Workspace,
};
use podwright_lint::{DefaultRules, Live, lint};
use podwright_syntax::text::{FileId, Source};

/// Files of a directory in `fixtures` with their texts.
pub(crate) fn texts(directory: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(directory);
    let mut found = Vec::new();
    let mut directories = vec![root.clone()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            if path.is_dir() {
                directories.push(path);
            } else if [".yaml", ".toml", ".conf"]
                .iter()
                .any(|ending| name.ends_with(ending))
                && !name.starts_with('.')
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                found.push((name, text));
            }
        }
    }
    found.sort();
    found
}

/// Files below `nodes/NAME` belong to a node and its container runtime.
fn read((path, text): &(String, String)) -> Arc<File> {
    let source = Source::new(path.clone(), text.as_str());
    let nodes = ["worker-1", "worker-2", "worker-3"].map(|name| NodeDirectory {
        name: format!("nodes/{name}"),
        root: format!("/nodes/{name}").into(),
    });
    let node = nodes.iter().find(|node| path.starts_with(&node.name));
    let on_nodes = node.and_then(|node| {
        let path = path[node.name.len()..].to_owned();
        let role = NodeRole::Runtime(runtime_of_path(&path)?);
        let root = node.root.clone();
        let paths = vec![NodePath { root, path }];
        Some(Box::new(OnNodes { role, paths }))
    });
    let context = ClusterContext {
        nodes: nodes.to_vec(),
        ..ClusterContext::default()
    };
    Arc::new(File::on_nodes(source, &Arc::new(context), on_nodes))
}

/// Deterministic pseudo-random numbers (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

/// Applies a typical edit: text that people type or delete.
fn edit(text: &mut String, original: &str, dice: &mut Dice) {
    let typed = [
        "a",
        "\n",
        " ",
        "  ",
        ":",
        "-",
        "\"",
        "x: y\n",
        "---\n",
        "#",
        "{{",
        "latest",
        "\n  name: ",
    ];
    match dice.below(10) {
        0..5 => {
            let at = dice.place(text);
            text.insert_str(at, typed[dice.below(typed.len())]);
        }
        5..9 if !text.is_empty() => {
            let (a, b) = (dice.place(text), dice.place(text));
            let end = a.max(b).min(a.min(b) + 12);
            let end = (end..=text.len())
                .find(|&at| text.is_char_boundary(at))
                .unwrap();
            text.replace_range(a.min(b)..end, "");
        }
        _ => *text = original.to_owned(),
    }
}

fn stays_true(directory: &str, edits: usize) {
    let rules = DefaultRules::default();
    let originals = texts(directory);
    let mut now = originals.clone();
    let mut live = Live::new(now.iter().map(read).collect(), Arc::new(NoDisk), &rules);
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for step in 0..edits {
        let index = dice.below(now.len());
        edit(&mut now[index].1, &originals[index].1, &mut dice);
        let id = FileId(u32::try_from(index).unwrap());
        live.replace(vec![(id, read(&now[index]))], &rules);
        // Sometimes the next edit comes before linting has caught up.
        while dice.below(3) > 0 && live.is_stale() {
            live.catch_up(&rules, 1);
        }
        if step % 5 > 0 {
            continue;
        }
        while live.is_stale() {
            live.catch_up(&rules, 2);
        }
        let fresh = lint(&Workspace::of(now.iter().map(read).collect()), &rules).findings;
        let failed = fresh
            .iter()
            .find(|finding| finding.rule == "internal-error");
        assert_eq!(failed, None, "{directory}, step {step}: {now:#?}");
        let ids = (0..now.len()).map(|id| FileId(u32::try_from(id).unwrap()));
        let kept: Vec<_> = ids.flat_map(|id| live.findings(id)).cloned().collect();
        assert_eq!(kept, fresh, "{directory}, step {step}: {now:#?}");
    }
}

#[test]
fn incremental_findings_equal_a_fresh_start() {
    let directories = [
        "other-namespace",
        "kustomize",
        "made-elsewhere",
        "variants",
        "templated",
        "broken",
        "runtimes",
        "environment",
        "generated-environment",
    ];
    for directory in directories {
        stays_true(&format!("workspaces/{directory}"), 400);
    }
}

/// Several overlays of a base, a component, patches, and a build that fails.
#[test]
fn incremental_findings_of_builds_equal_a_fresh_start() {
    stays_true("live/overlays", 1000);
}

/// Kustomizations and a HelmRelease of Flux, variables and values in ConfigMaps, and the chart.
#[test]
fn incremental_findings_of_flux_equal_a_fresh_start() {
    stays_true("live/flux", 600);
}
