use crate::finding::{Level, Safety};
use crate::model::LifecycleHandler;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::text::nearest;

/// Options of `lifecycle-unknown-handler`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct LifecycleUnknownHandler {}

impl Rule for LifecycleUnknownHandler {
    const META: Meta = Meta {
        name: "lifecycle-unknown-handler",
        chapter: "lifecycle",
        summary: "the hook has a key that no handler has",
        page: include_str!("../../../rules/lifecycle/lifecycle-unknown-handler.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for LifecycleUnknownHandler {
    fn hook(&self, name: &'static str, hook: &LifecycleHandler, cx: &mut Cx<'_>) {
        if cx.container.is_some_and(|c| !c.kind.has_hooks()) {
            return;
        }
        let is_empty = hook.handlers().is_some_and(|handlers| handlers.is_empty());
        for &key in &hook.others {
            let written = cx.tree().key_text(key).into_owned();
            if written.contains(['{', '$']) {
                continue;
            }
            let nearest = nearest(&written, LifecycleHandler::HANDLERS);
            let fix = nearest.filter(|_| is_empty && hook.others.len() == 1);
            let fix = fix.map(|handler| cx.replace(key, handler, Safety::Unsafe));
            let (ceiling, note) = if is_empty {
                (
                    cx.ceiling(),
                    "the API server refuses the unknown field where the client asks for strict validation, as kubectl \
                     does, and drops it otherwise: the hook then has no handler, which is refused too",
                )
            } else {
                (
                    Level::Warning,
                    "the API server refuses the unknown field where the client asks for strict validation, as kubectl \
                     does, and drops it otherwise",
                )
            };
            let help = match (nearest, written.as_str()) {
                (_, "grpc") => "use `exec`, `httpGet` or `sleep`; `grpc` is for probes".to_owned(),
                (Some(handler), _) => format!("write `{handler}`"),
                (None, _) => {
                    "a hook has `exec`, `httpGet` or `sleep`: check the indentation".to_owned()
                }
            };
            let finding = cx.report(key, format!("`{name}` has no handler `{written}`"));
            finding.at_most(ceiling).note(note).help(help);
            finding.fixes.extend(fix);
        }
    }
}
