use std::path::PathBuf;
use std::sync::Arc;

use super::*;
use crate::workspace::{ClusterContext, File, NodeDirectory, NodePath, NodeRole, OnNodes};
use podwright_model::RuntimeReleases;
use podwright_syntax::text::Source;

/// Creates a node with these configuration files of the engine (absolute paths on the node).
fn node(engine: Engine, release: &str, files: &[(&str, &str)]) -> Workspace {
    let directory = NodeDirectory {
        name: "node".into(),
        root: PathBuf::from("/node"),
    };
    let mut releases = RuntimeReleases::default();
    match engine {
        Engine::Containerd => releases.containerd = release.parse().unwrap(),
        Engine::Crio => releases.crio = release.parse().unwrap(),
    }
    let context = Arc::new(ClusterContext {
        nodes: vec![directory.clone()],
        releases,
        ..ClusterContext::default()
    });
    let files = files.iter().map(|(path, text)| {
        let on_nodes = OnNodes {
            role: NodeRole::Runtime(engine),
            paths: vec![NodePath {
                root: directory.root.clone(),
                path: (*path).to_owned(),
            }],
        };
        let source = Source::new(format!("node{path}"), *text);
        File::on_nodes(source, &context, Some(Box::new(on_nodes)))
    });
    Workspace::new(files.collect())
}

fn in_force(workspace: &Workspace) -> Arc<Setup> {
    setups_for(workspace, FileId(0)).remove(0)
}

/// Lists the runtimes and, after a `*`, the default one; adds `?` if there may be more and `!` if nothing starts.
fn summary(setup: &Setup) -> String {
    let mut words: Vec<String> = setup
        .handlers
        .iter()
        .map(|handler| handler.name.clone())
        .collect();
    words.sort();
    if let Some((name, _)) = &setup.default {
        words.push(format!("*{name}"));
    }
    if setup.is_uncertain() {
        words.push("?".to_owned());
    }
    if !setup.failures.is_empty() {
        words.push("!".to_owned());
    }
    words.join(" ")
}

const MAIN: &str = "/etc/containerd/config.toml";
const KATA_1: &str =
    "[plugins.cri.containerd.runtimes.kata]\nruntime_type = 'io.containerd.kata.v2'\n";
const KATA_2: &str = "[plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes.kata]\nruntime_type = \
'io.containerd.kata.v2'\n";
const KATA_3: &str = "[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.kata]\nruntime_type = \
'io.containerd.kata.v2'\n";

/// Matrix of the tables that each release uses, by version of the file.
#[test]
fn which_table_counts_depends_on_release_and_format() {
    let runtimes = |release: &str, format: &str, table: &str| {
        let text = format!("{format}\n{table}");
        let workspace = node(Engine::Containerd, release, &[(MAIN, &text)]);
        summary(&in_force(&workspace))
    };
    let both = "kata runc *runc";
    let only_built_in = "runc *runc";
    // Version 1.
    assert_eq!(runtimes("1.3", "", KATA_1), both);
    assert_eq!(
        runtimes("1.7", "", KATA_1),
        "kata *runc !",
        "configured runtimes replace runc"
    );
    assert_eq!(runtimes("1.7", "", KATA_2), only_built_in);
    assert_eq!(runtimes("1.7", "version = 1", KATA_2), only_built_in);
    assert_eq!(runtimes("2.1", "", KATA_1), only_built_in);
    assert_eq!(runtimes("2.1", "", KATA_2), only_built_in);
    assert_eq!(runtimes("2.1", "", KATA_3), both);
    assert_eq!(runtimes("2.3", "", KATA_1), both);
    // Version 2.
    assert_eq!(runtimes("1.4", "version = 2", KATA_2), both);
    assert_eq!(runtimes("1.7", "version = 2", KATA_3), only_built_in);
    assert_eq!(runtimes("1.7", "version = 2", KATA_1), "runc *runc !");
    assert_eq!(runtimes("2.2", "version = 2", KATA_2), both);
    assert_eq!(runtimes("2.2", "version = 2", KATA_1), only_built_in);
    // Version 3.
    assert_eq!(runtimes("1.7", "version = 3", KATA_3), "!");
    assert_eq!(runtimes("2.2", "version = 3", KATA_3), both);
    assert_eq!(runtimes("2.2", "version = 3", KATA_2), only_built_in);
    assert_eq!(runtimes("2.3", "version = 3", KATA_2), both);
    // Version 4.
    assert_eq!(runtimes("2.2", "version = 4", KATA_3), "!");
    assert_eq!(runtimes("2.3", "version = 4", KATA_3), both);
    assert_eq!(runtimes("2.3", "version = 4", KATA_2), only_built_in);
}

#[test]
fn of_both_tables_in_one_file_the_new_one_wins_by_key() {
    let text = format!(
        "version = 2\n{KATA_2}[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.gvisor]\n"
    );
    for release in ["2.0", "2.3"] {
        let workspace = node(Engine::Containerd, release, &[(MAIN, &text)]);
        assert_eq!(summary(&in_force(&workspace)), "gvisor runc *runc");
    }
}

#[test]
fn imports_replace_tables_in_1_and_are_merged_in_2() {
    let main = format!(
        "version = 2\nimports = ['conf.d/*.toml']\n{KATA_2}\
         [plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes.runc]\nruntime_type = 'io.containerd.runc.v2'\n"
    );
    let drop_in =
        "[plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes.gvisor]\nruntime_type = 'x'\n";
    let files = [
        (MAIN, main.as_str()),
        ("/etc/containerd/conf.d/a.toml", drop_in),
    ];
    let workspace = node(Engine::Containerd, "1.7", &files);
    let setup = in_force(&workspace);
    assert_eq!(summary(&setup), "gvisor *runc !");
    assert_eq!(setup.replaced[0].lost, ["kata", "runc"]);
    let workspace = node(Engine::Containerd, "2.3", &files);
    let setup = in_force(&workspace);
    assert_eq!(summary(&setup), "gvisor kata runc *runc");
    assert!(setup.replaced.is_empty());
    assert_eq!(setup.files.len(), 2);
}

/// In 2.0 to 2.2, one file of version 3 disables the old tables of all files.
#[test]
fn formats_that_are_mixed() {
    let main = format!("version = 2\nimports = ['conf.d/*.toml']\n{KATA_2}");
    let files = [
        (MAIN, main.as_str()),
        ("/etc/containerd/conf.d/a.toml", "version = 3\n"),
    ];
    let workspace = node(Engine::Containerd, "2.1", &files);
    let setup = in_force(&workspace);
    assert_eq!(summary(&setup), "runc *runc");
    assert_eq!(setup.passed_over[0].at.0, FileId(0));
    let workspace = node(Engine::Containerd, "2.3", &files);
    assert_eq!(summary(&in_force(&workspace)), "kata runc *runc");
}

#[test]
fn an_import_that_is_not_there_leaves_room_for_more() {
    let with = |imports: &str| {
        let text = format!("version = 3\nimports = [{imports}]\n{KATA_3}");
        let workspace = node(Engine::Containerd, "2.3", &[(MAIN, &text)]);
        let setup = in_force(&workspace);
        (summary(&setup), setup.serve("gvisor") == Served::Missing)
    };
    assert_eq!(
        with("'/opt/kata/kata.toml'"),
        ("kata runc *runc ?".to_owned(), false)
    );
    assert_eq!(
        with("'/run/k0s/*.toml'"),
        ("kata runc *runc ?".to_owned(), false)
    );
    assert_eq!(
        with("'${DIR}/a.toml'"),
        ("kata runc *runc ?".to_owned(), false)
    );
    assert_eq!(
        with("'/etc/containerd/conf.d/*.toml'"),
        ("kata runc *runc".to_owned(), true)
    );
}

#[test]
fn circular_imports_end() {
    let a = "version = 3\nimports = ['b.toml']\n";
    let b = format!("version = 3\nimports = ['config.toml', '/etc/containerd/b.toml']\n{KATA_3}");
    let files = [(MAIN, a), ("/etc/containerd/b.toml", b.as_str())];
    let workspace = node(Engine::Containerd, "2.3", &files);
    assert_eq!(summary(&in_force(&workspace)), "kata runc *runc");
}

#[test]
fn what_keeps_containerd_from_serving_pods() {
    let failures = |release: &str, text: &str| {
        let workspace = node(Engine::Containerd, release, &[(MAIN, text)]);
        in_force(&workspace).failures.clone()
    };
    assert!(matches!(
        failures("1.7", "disabled_plugins = ['cri']")[..],
        [Failure::CriDisabled { .. }]
    ));
    assert!(matches!(
        failures("1.7", "version = 2\ndisabled_plugins = ['cri']")[..],
        [Failure::DisabledName { .. }]
    ));
    assert!(failures("1.7", "disabled_plugins = ['io.containerd.grpc.v1.cri']").is_empty());
    assert!(matches!(
        failures(
            "2.3",
            "version = 3\ndisabled_plugins = ['io.containerd.grpc.v1.cri']"
        )[..],
        [Failure::CriDisabled { .. }]
    ));
    let default =
        "version = 3\n[plugins.'io.containerd.cri.v1.runtime'.containerd]\ndefault_runtime_name = ";
    assert!(failures("2.3", &format!("{default}'runc'")).is_empty());
    assert!(matches!(
        failures("2.3", &format!("{default}'kata'"))[..],
        [Failure::NoDefault { .. }]
    ));
    assert!(matches!(
        failures("2.3", &format!("{default}''"))[..],
        [Failure::NoDefault { .. }]
    ));
    assert!(failures("2.3", &format!("imports = ['/x.toml']\n{default}'kata'")).is_empty());
    assert!(matches!(
        failures("2.3", "version = 3\n[a\n")[..],
        [Failure::Syntax(_)]
    ));
}

#[test]
fn old_keys_make_runtimes_before_2_0() {
    let text = "[plugins.cri.containerd.default_runtime]\nruntime_type = 'io.containerd.runtime.v1.linux'\n\
                [plugins.cri.containerd.untrusted_workload_runtime]\nruntime_type = 'io.containerd.kata.v2'\n";
    let workspace = node(Engine::Containerd, "1.6", &[(MAIN, text)]);
    assert_eq!(
        summary(&in_force(&workspace)),
        "default runc untrusted *default"
    );
    let workspace = node(Engine::Containerd, "2.0", &[(MAIN, text)]);
    assert_eq!(summary(&in_force(&workspace)), "runc *runc");
}

const CRIO: &str = "/etc/crio/crio.conf";

#[test]
fn crio_has_a_runtime_of_its_own() {
    let with = |release: &str, text: &str| {
        let workspace = node(Engine::Crio, release, &[(CRIO, text)]);
        summary(&in_force(&workspace))
    };
    assert_eq!(with("1.30", ""), "runc *runc");
    assert_eq!(with("1.31", ""), "crun *crun");
    assert_eq!(
        with("1.36", "[crio.runtime]\ndefault_runtime = 'runc'"),
        "crun *runc !"
    );
    assert_eq!(
        with("1.36", "[crio.runtime]\ndefault_runtime = ''"),
        "crun *crun"
    );
    let crun = "[crio.runtime]\ndefault_runtime = 'crun'\n[crio.runtime.runtimes.crun]\nruntime_path = \
        '/usr/bin/crun'\n";
    assert_eq!(
        with("1.25", crun),
        "crun *crun",
        "the default replaces the built-in runtime"
    );
    assert_eq!(with("1.26", crun), "crun runc *crun");
}

#[test]
fn crio_reads_every_file_by_its_path() {
    let files = [
        (CRIO, "[crio.runtime]\ndefault_runtime = 'kata'\n"),
        (
            "/etc/crio/crio.conf.d/20-kata.conf.bak",
            "[crio.runtime.runtimes.kata]\nruntime_path = '/old'\n",
        ),
        (
            "/etc/crio/crio.conf.d/10/x",
            "[crio.runtime.runtimes.kata]\nruntime_path = '/new'\n",
        ),
        ("/etc/crio/crio.conf.d/10-a.conf", ""),
    ];
    let workspace = node(Engine::Crio, "1.36", &files);
    let setup = in_force(&workspace);
    assert_eq!(summary(&setup), "crun kata *kata");
    assert_eq!(setup.files, [FileId(0), FileId(2), FileId(3), FileId(1)]);
    assert_eq!(setup.handler("kata").unwrap().runs.as_deref(), Some("/old"));
}

#[test]
fn crio_leaves_out_what_is_wrong() {
    let serve = |release: &str, table: &str| {
        let text = format!("[crio.runtime.runtimes.kata]\n{table}\n");
        let workspace = node(Engine::Crio, release, &[(CRIO, &text)]);
        match in_force(&workspace).serve("kata") {
            Served::By(_) => "served".to_owned(),
            Served::Dropped(dropped) => format!("{:?}", dropped.why),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(
        serve(
            "1.36",
            "runtime_type = 'vm'\nruntime_path = '/bin/containerd-shim-kata-v2'"
        ),
        "served"
    );
    assert_eq!(
        serve(
            "1.36",
            "runtime_type = 'vm'\nruntime_path = '/bin/containerd-shim-runsc-v1'"
        ),
        "ShimName"
    );
    assert_eq!(serve("1.36", "runtime_type = 'VM'"), "Type");
    assert_eq!(serve("1.36", "runtime_type = 'pod'"), "served");
    assert_eq!(serve("1.23", "runtime_type = 'pod'"), "Type");
    assert_eq!(
        serve(
            "1.36",
            "runtime_type = 'oci'\nruntime_config_path = '/a.toml'"
        ),
        "ConfigPath"
    );
    assert_eq!(serve("1.20", "runtime_type = 'x'"), "Down");
    assert_eq!(
        serve("1.36", "inherit_default_runtime = true\nruntime_type = 'x'"),
        "served"
    );
}
