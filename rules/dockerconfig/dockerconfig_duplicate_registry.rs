use rustc_hash::FxHashMap;

use super::entries;
use podwright_cluster::keyring::NormalKey;
use podwright_model::DockerDocument;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "dockerconfig-duplicate-registry",
    summary: "two entries for the same registry",
    severity: Warning,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    let keyed =
        entries(document).filter_map(|entry| Some((entry, NormalKey::new(&entry.registry).ok()?)));
    let keyed: Vec<_> = keyed.collect();
    let mut firsts = FxHashMap::default();
    for (entry, key) in &keyed {
        let Some(previous) = firsts.get(key) else {
            firsts.insert(key, *entry);
            continue;
        };
        if entry.credential.is_some() && entry.credential == previous.credential {
            continue;
        }
        let first = cx.docker_place(document, document.tree(cx.tree()).span(previous.key));
        let is_mapped = document.is_mapped();
        let message = format!(
            "`{}` and `{}` refer to the same registry `{key}`",
            previous.registry, entry.registry
        );
        let finding = cx.report_registry(document, entry, message);
        if is_mapped {
            finding.related(first, "other entry");
        }
        finding
            .note("the kubelet tries the two credentials in random order, which changes between pulls")
            .help("keep only one of them");
    }
}
