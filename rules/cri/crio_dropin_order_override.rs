use podwright_cluster::runtime::setups;
use podwright_model::RuntimeConfig;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "crio-dropin-order-override",
    summary: "setting is overridden by a later CRI-O file",
    severity: Info,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let Some(own) = config.crio() else {
        return;
    };
    let file = cx.file_id;
    for setup in setups(cx.workspace, file) {
        let pairs = setup.handlers.iter().flat_map(|handler| {
            let last = handler.tables.last().copied();
            let previous = handler.tables.iter().rev().skip(1);
            let own = previous.filter(move |before| before.0 == file);
            own.filter_map(move |&before| Some((before, last?)))
        });
        let default = setup.default.as_ref().and_then(|(_, at)| *at);
        let own = own.default_runtime.node().map(|node| (cx.file_id, node));
        let is_read = setup.files.contains(&cx.file_id);
        let default = own
            .zip(default)
            .filter(|(own, last)| is_read && own.0 != last.0);
        for (before, last) in pairs.chain(default) {
            if before.0 != cx.file_id {
                continue;
            }
            let place = cx.workspace.place(last.0, last.1);
            cx.report(before.1, "a later CRI-O file overrides this setting")
                .related(place, "effective setting")
                .note("CRI-O reads `crio.conf`, then the files in `crio.conf.d` by name; a later runtime table replaces \
                    an earlier one entirely")
                .help("remove the overridden setting");
        }
    }
}
