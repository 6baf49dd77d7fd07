//! `config_path` of containerd, and the `hosts.toml` files that it does not read.

use podwright_cluster::registries::{Roots, host_roots};
use podwright_cluster::runtime::{Release, setup_in_force, setups};
use podwright_model::{RegistryConfig, RuntimeConfig};
use podwright_rule::{RuleContext, declare_rules};
use podwright_syntax::text::Span;

declare_rules! {
    hooks: { runtime_config: list, registry_config: hosts },
    CONTAINERD_CONFIG_PATH_LIST {
        name: "containerd-config-path-list",
        summary: "containerd does not split `config_path` into several directories",
        severity: Warning,
        since: "0.1.0",
    }
    HOSTS_TOML_NOT_READ {
        name: "hosts-toml-not-read",
        summary: "containerd does not read a `hosts.toml` file",
        severity: Warning,
        since: "0.1.0",
    }
}

fn list(_: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    // Each of many drop-in files would look at all of them.
    if !cx.file().source.text.contains("config_path") {
        return;
    }
    for setup in setups(cx.workspace, cx.file_id) {
        let roots = host_roots(cx.workspace, &setup);
        let (Roots::UnsplitList(list), Some((file, node))) = (&roots.roots, roots.at) else {
            continue;
        };
        if file != cx.file_id {
            continue;
        }
        let first = list.split(':').next().unwrap_or_default();
        cx.as_rule(&CONTAINERD_CONFIG_PATH_LIST)
            .report(node, "`config_path` must be one directory, not a list with `:`")
            .note(format!(
                "{} pulls with the transfer service, which takes `{list}` for the path of one directory; it does not exist, \
                 so no `hosts.toml` is read",
                setup.release
            ))
            .help(format!(
                "use one directory, such as `{first}`, or set `use_local_image_pull = true` in this plugin"
            ));
    }
}

fn hosts(config: &RegistryConfig, cx: &mut RuleContext<'_>) {
    if config.hosts_toml().is_none() {
        return;
    }
    for node in cx.workspace.nodes(cx.file_id) {
        let own = node.files.iter().find(|(_, file)| *file == cx.file_id);
        let Some((path, setup)) = own.zip(setup_in_force(cx.workspace, &node)) else {
            continue;
        };
        let path = path.0.as_str();
        if !path.ends_with("/hosts.toml") {
            let name = cx.file().name().to_owned();
            cx.as_rule(&HOSTS_TOML_NOT_READ)
                .report_span(Span::at(0), format!("containerd does not read a file called `{name}`"))
                .note("in the directory of a registry, containerd reads only `hosts.toml` and certificates")
                .help("rename it to `hosts.toml`");
            continue;
        }
        if !matches!(setup.release, Release::Containerd(_)) {
            continue;
        }
        let roots = host_roots(cx.workspace, &setup);
        let directory = path.strip_suffix("/hosts.toml").unwrap_or(path);
        let root = directory.rsplit_once('/').map_or("", |(root, _)| root);
        let (reason, help) = match &roots.roots {
            Roots::Unset => (
                "`config_path` is not set".to_owned(),
                format!("set `config_path = \"{root}\"` in the `registry` table of the CRI plugin"),
            ),
            // `containerd-config-path-list` reports a list in the file.
            Roots::UnsplitList(list) if roots.at.is_none() => (
                format!(
                    "the default of `config_path` is `{list}`, which the transfer service does not split"
                ),
                format!("set `config_path = \"{root}\"` in the `registry` table of the CRI plugin"),
            ),
            Roots::Directories(roots) if !roots.iter().any(|one| one == root) => (
                format!("`config_path` is `{}`", roots.join(":")),
                format!(
                    "move it to `{}/HOST/hosts.toml`, where `HOST` is the host and port of the images",
                    roots.first().map_or("", String::as_str)
                ),
            ),
            _ => continue,
        };
        let release = setup.release;
        let place = roots.at.map(|(file, node)| cx.workspace.place(file, node));
        let finding = cx.as_rule(&HOSTS_TOML_NOT_READ).report_span(
            Span::at(0),
            format!("{release} does not read this file: {reason}"),
        );
        if let Some(place) = place {
            finding.related(place, "`config_path` is set here");
        }
        finding
            .note(format!(
                "{release} asks the registry itself, without the settings of this file"
            ))
            .help(help);
    }
}
