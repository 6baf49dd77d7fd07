use super::pattern::{self, patterns};
use podwright_model::Object;
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "credprovider-match-has-scheme",
    summary: "`matchImages` pattern starts with a scheme and never matches",
    severity: Error,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    for (entry, node) in patterns(object) {
        let Some(bare) = pattern::without_scheme(entry) else {
            continue;
        };
        let meant = pattern::docker_hub(bare).unwrap_or_else(|| bare.to_owned());
        let (help, fix) = if meant.is_empty() {
            (
                "add the registry host, or remove the entry".to_owned(),
                None,
            )
        } else {
            let fix = cx.replace(node, &meant, Applicability::Safe);
            (format!("use `{meant}`"), Some(fix))
        };
        let fix = fix.filter(|_| !cx.tree().is_anchored(node));
        cx.report(node, format!("`{entry}` never matches an image"))
            .note(
                "unlike in `config.json`, the kubelet does not strip the scheme from a `matchImages` entry; it \
                 reads the scheme as the host",
            )
            .help(help)
            .fix(fix);
    }
}
