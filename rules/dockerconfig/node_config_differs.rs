use super::candidates;
use podwright_cluster::keyring::{Candidate, Keyring, Usage, differences};
use podwright_model::DockerDocument;
use podwright_model::docker_config::Entry;
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::text::{Location, Span};

declare_rule! {
    name: "node-config-differs",
    summary: "credentials differ between nodes",
    severity: Warning,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    if document.holder.is_some() {
        return;
    }
    let nodes = candidates(cx);
    let is_known = |all: &[Candidate]| all.iter().all(|one| one.usage != Usage::Unknown);
    let used = |all: &[Candidate]| {
        all.iter()
            .find(|one| one.usage == Usage::Used)
            .map(|one| one.file)
    };
    let Some(((first, before), others)) = nodes.split_first() else {
        return;
    };
    for (node, all) in others {
        if !is_known(before) || !is_known(all) {
            continue;
        }
        // Report on the file of the second node, or on that of the first if the second has none.
        let (here, there) = (used(all), used(before));
        if here.or(there) != Some(cx.file_id) || here == there {
            continue;
        }
        let keyring = |file: Option<_>| {
            let config = file.and_then(|file| cx.workspace.file(file).docker_config.as_deref());
            Keyring::of(config.map(|document| (&document.config, |_: &Entry| ())))
        };
        let (left, right) = (keyring(there), keyring(here));
        let keys: Vec<String> = differences(&left, &right)
            .iter()
            .map(|one| format!("`{}`", one.key))
            .collect();
        if keys.is_empty() {
            continue;
        }
        let message = format!(
            "`{first}` and `{node}` have different credentials for {}",
            keys.join(", ")
        );
        let finding = cx.report_span(Span::at(0), message);
        if let Some(file) = there.filter(|_| here.is_some()) {
            finding.related(
                Location {
                    file,
                    span: Span::at(0),
                },
                "file on the other node",
            );
        }
        finding
            .note(
                "whether an image can be pulled depends on the node to which the Pod is scheduled",
            )
            .help("use the same file on all nodes, or use image pull secrets");
    }
}
