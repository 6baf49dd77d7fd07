//! What goes wrong when the container runtime merges its files.

use super::fixes::{at_top, remove_name, rename_table};
use podwright_cluster::runtime::{Failure, PassedOver, Release, Replaced, Spot, setups};
use podwright_model::{RuntimeConfig, runtime_config::CriId};
use podwright_rule::{Applicability, RuleContext, Severity, declare_rules};
use podwright_syntax::NodeId;

declare_rules! {
    hooks: { runtime_config: check },
    CONTAINERD_CRI_DISABLED {
        name: "containerd-cri-disabled",
        summary: "containerd CRI plugin is disabled",
        severity: Error,
        since: "0.1.0",
    }
    CONTAINERD_DEFAULT_RUNTIME_MISSING {
        name: "containerd-default-runtime-missing",
        summary: "default runtime of containerd does not exist",
        severity: Error,
        since: "0.1.0",
    }
    CONTAINERD_DROPIN_REPLACES_TABLE {
        name: "containerd-dropin-replaces-table",
        summary: "drop-in file replaces an entire containerd table",
        severity: Warning,
        since: "0.1.0",
    }
    CONTAINERD_MISSING_VERSION {
        name: "containerd-missing-version",
        summary: "containerd ignores a table because `version` is missing",
        severity: Error,
        since: "0.1.0",
    }
    CONTAINERD_TABLE_WRONG_FOR_VERSION {
        name: "containerd-table-wrong-for-version",
        summary: "containerd ignores a table of another configuration version",
        severity: Error,
        since: "0.1.0",
    }
    CONTAINERD_VERSION_TOO_NEW {
        name: "containerd-version-too-new",
        summary: "configuration version is too new for containerd",
        severity: Error,
        since: "0.1.0",
    }
    CRIO_DEFAULT_RUNTIME_MISSING {
        name: "crio-default-runtime-missing",
        summary: "default runtime of CRI-O does not exist",
        severity: Error,
        since: "0.1.0",
    }
}

/// Several nodes may have the file. What is found for each of them is reported once, as the engine drops duplicates.
fn check(config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let is_here = |at: Spot, cx: &RuleContext<'_>| at.0 == cx.file_id;
    for setup in setups(cx.workspace, cx.file_id) {
        let release = setup.release;
        for failure in &setup.failures {
            fails(failure, release, config, cx);
        }
        for replaced in &setup.replaced {
            if is_here(replaced.after, cx) {
                replaces(replaced, release, cx);
            }
        }
        for passed in &setup.passed_over {
            if is_here(passed.at, cx) {
                let is_main = setup.files.first() == Some(&cx.file_id);
                passed_over(passed, release, is_main, cx);
            }
        }
    }
}

fn fails(failure: &Failure, release: Release, config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let (Failure::NoDefault { at: Some(at), .. }
    | Failure::FormatTooNew { at, .. }
    | Failure::CriDisabled { at }
    | Failure::DisabledName { at, .. }
    | Failure::PluginName { at, .. }) = failure
    else {
        return;
    };
    let &(file, at) = at;
    if file != cx.file_id {
        return;
    }
    match failure {
        Failure::NoDefault { name, .. } => no_default(at, name, release, cx),
        Failure::FormatTooNew { format, .. } => {
            let Release::Containerd(number) = release else {
                return;
            };
            let newest = number.newest_format();
            cx.as_rule(&CONTAINERD_VERSION_TOO_NEW)
                .report(at, format!("{release} does not support configuration version {format}"))
                .note(format!("it supports version {newest} and older, and does not start with this file"))
                .help(format!(
                    "use configuration version {newest}, or set the containerd release of the nodes with \
                     `containerd:` in the configuration or with `--containerd-version`"
                ));
        }
        Failure::CriDisabled { .. } => disabled(at, None, release, config, cx),
        Failure::DisabledName { name, .. } => disabled(at, Some(name), release, config, cx),
        Failure::PluginName { name, .. } => {
            let fix = (name == CriId::Short.name())
                .then(|| rename_table(cx, CriId::Short, CriId::Grpc, Applicability::Safe))
                .flatten();
            cx.as_rule(&CONTAINERD_TABLE_WRONG_FOR_VERSION)
                .report(at, format!("`{name}` is not a valid plugin name with `version = 2`"))
                .note(format!(
                    "{release} does not start (`invalid plugin key URI \"{name}\" expect io.containerd.x.vx`)"
                ))
                .help("use the full name, such as `io.containerd.grpc.v1.cri`")
                .fix(fix);
        }
        Failure::Syntax(_) | Failure::BadDefault(_) => {}
    }
}

fn no_default(at: NodeId, name: &str, release: Release, cx: &mut RuleContext<'_>) {
    let Release::Containerd(number) = release else {
        cx.as_rule(&CRIO_DEFAULT_RUNTIME_MISSING)
            .report(at, format!("runtime `{name}` does not exist"))
            .note(format!(
                "{release} does not start (`default_runtime set to \"{name}\", but no runtime entry table \
                 [crio.runtime.runtimes.{name}] was found`); the built-in runtime is `crun`, before 1.31 `runc`"
            ))
            .help(format!("add a table `[crio.runtime.runtimes.{name}]`, or correct the name"));
        return;
    };
    let is_written = cx.tree().kind(at).is_scalar() && cx.tree().decoded(at) == name;
    let (message, help) = match (name, is_written) {
        ("", _) => (
            "default runtime name is empty".to_owned(),
            "set it to the name of a runtime, or remove the line to use `runc`".to_owned(),
        ),
        (name, true) => (
            format!("runtime `{name}` does not exist"),
            format!("add a table `runtimes.{name}`, or correct the name"),
        ),
        (name, false) => (
            format!("default runtime `{name}` is not configured here"),
            format!("add a table `runtimes.{name}`, or set `default_runtime_name`"),
        ),
    };
    let finding = cx
        .as_rule(&CONTAINERD_DEFAULT_RUNTIME_MISSING)
        .report(at, message);
    finding
        .note(format!(
            "the CRI plugin of containerd does not load, and no Pod starts on the node (`no corresponding runtime \
             configured in containerd.runtimes for default_runtime_name = \"{name}\"`)"
        ))
        .help(help);
    if !is_written && number.is_1() {
        finding.note("before 2.0, configured runtimes replace the built-in `runc`");
    }
}

/// Reports an item of `disabled_plugins`; `name` if it is invalid.
fn disabled(
    at: NodeId,
    name: Option<&str>,
    release: Release,
    config: &RuntimeConfig,
    cx: &mut RuleContext<'_>,
) {
    // Docker hosts do not need the CRI plugin: the packages of Docker install such a file.
    let ceiling = match cx.file().on_nodes {
        Some(_) => Severity::Error,
        None => Severity::Warning,
    };
    let (message, note) = match name {
        None => (
            "CRI plugin is disabled".to_owned(),
            format!(
                "the kubelet cannot use {release} (`unknown service runtime.v1.RuntimeService`); the configuration \
                 file of Docker's packages contains this line"
            ),
        ),
        Some(name) => (
            format!("`{name}` is not a full plugin name"),
            format!(
                "{release} does not start (`invalid disabled plugin URI \"{name}\" expect io.containerd.x.vx`)"
            ),
        ),
    };
    let config = config.containerd();
    let (help, fix) = match name {
        None | Some("cri") => (
            "remove it from the list",
            config.and_then(|config| remove_name(cx, config, at, Applicability::Safe)),
        ),
        Some(_) => (
            "use the full name, such as `io.containerd.snapshotter.v1.aufs`, or remove it",
            None,
        ),
    };
    cx.as_rule(&CONTAINERD_CRI_DISABLED)
        .report(at, message)
        .at_most(ceiling)
        .note(note)
        .help(help)
        .fix(fix);
}

fn replaces(replaced: &Replaced, release: Release, cx: &mut RuleContext<'_>) {
    let place = cx.workspace.place(replaced.before.0, replaced.before.1);
    let names = replaced.lost.iter().map(|name| format!("`{name}`"));
    let names = names.collect::<Vec<String>>().join(", ");
    let lost = match names.as_str() {
        "" => "its settings are lost".to_owned(),
        names => format!("its settings are lost, including the runtimes {names}"),
    };
    cx.as_rule(&CONTAINERD_DROPIN_REPLACES_TABLE)
        .report(
            replaced.after.1,
            "this table replaces the entire table from the importing file",
        )
        .related(place, lost)
        .note(format!(
            "{release} does not merge plugin tables; the last file with the table wins"
        ))
        .help("write the entire table in one file, or use containerd 2.0 or later");
}

/// Reports a table that the configuration version does not have: because `version` is missing, or because it is another
/// one.
fn passed_over(passed: &PassedOver, release: Release, is_main: bool, cx: &mut RuleContext<'_>) {
    let (at, id) = (passed.at.1, passed.id.name());
    if passed.format_at.is_none() && passed.id == CriId::Grpc {
        // The fix goes into the main file, whose `version` applies to all files.
        let fix = is_main.then(|| {
            at_top(
                cx,
                "Add `version = 2`",
                "version = 2\n",
                Applicability::Safe,
            )
        });
        let (format, wanted) = match passed.wanted {
            CriId::Short => (1, "plugins.cri"),
            _ => (3, "plugins.\"io.containerd.cri.v1.runtime\""),
        };
        cx.as_rule(&CONTAINERD_MISSING_VERSION)
            .report(at, format!("{release} ignores `{id}` without `version = 2`"))
            .note(format!(
                "a file without `version` is read as version {format}, in which the table is named `{wanted}`; there \
                 is no error, but the runtimes are missing, and Pods that use them stay `Pending`"
            ))
            .help("add `version = 2` as the first line of the main containerd file")
            .fix(fix);
        return;
    }
    let format = match passed.format_at {
        Some(_) => format!("with `version = {}`", passed.format),
        None => "without `version`".to_owned(),
    };
    let fix = rename_table(cx, passed.id, passed.wanted, Applicability::Safe);
    let place = passed.format_at.filter(|place| *place != passed.at);
    let place = place.map(|(file, node)| cx.workspace.place(file, node));
    let finding = cx.as_rule(&CONTAINERD_TABLE_WRONG_FOR_VERSION).report(
        at,
        format!("{format}, {release} ignores the runtimes in `{id}`"),
    );
    finding
        .note("there is no error, but the runtimes are missing, and Pods that use them stay `Pending`")
        .help(format!("rename the table to `{}`", passed.wanted.name()))
        .fix(fix);
    if let Some(place) = place {
        finding.related(place, "version set here");
    }
}
