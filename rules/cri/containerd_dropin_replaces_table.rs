use super::each_once;
use podwright_cluster::runtime::Replaced;
use podwright_model::RuntimeConfig;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "containerd-dropin-replaces-table",
    summary: "drop-in file replaces an entire containerd table",
    severity: Warning,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(_config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let found: Vec<(Replaced, _)> = each_once(cx, |setup| {
        let replaced = setup.replaced.iter().cloned();
        replaced.map(|one| (one, setup.release)).collect()
    });
    for (replaced, release) in found {
        if replaced.after.0 != cx.file_id {
            continue;
        }
        let place = cx.workspace.place(replaced.before.0, replaced.before.1);
        let lost: Vec<String> = replaced
            .lost
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let lost = match lost.is_empty() {
            true => "its settings are lost".to_owned(),
            false => format!(
                "its settings are lost, including the runtimes {}",
                lost.join(", ")
            ),
        };
        cx.report(
            replaced.after.1,
            "this table replaces the entire table from the importing file",
        )
        .related(place, lost)
        .note(format!(
            "{release} does not merge plugin tables; the last file with the table wins"
        ))
        .help("write the entire table in one file, or use containerd 2.0 or later");
    }
}
