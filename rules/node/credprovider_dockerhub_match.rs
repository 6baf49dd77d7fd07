use super::pattern::{self, patterns};
use podwright_model::Object;
use podwright_rule::{Applicability, RuleContext, Severity, declare_rule};

declare_rule! {
    name: "credprovider-dockerhub-match",
    summary: "`matchImages` entry never matches Docker Hub images",
    severity: Error,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    for (entry, node) in patterns(object) {
        let Some(meant) = pattern::docker_hub(entry) else {
            continue;
        };
        // An image may be written with the host of Docker Hub's registry. The kubelet then matches that host.
        let is_certain =
            entry.starts_with("index.docker.io") || entry.starts_with("hub.docker.com");
        let level = if is_certain {
            Severity::Error
        } else {
            Severity::Warning
        };
        let fix =
            (!cx.tree().is_anchored(node)).then(|| cx.replace(node, &meant, Applicability::Safe));
        cx.report(node, format!("`{entry}` never matches a Docker Hub image"))
            .at_most(level)
            .note(
                "the kubelet expands `nginx` to `docker.io/library/nginx` before it compares; `index.docker.io` \
                 means Docker Hub only in `config.json`",
            )
            .help(format!("use `{meant}`"))
            .fix(fix);
    }
}
