use crate::finding::Level;
use crate::model::Pod;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::text::nearest;
use crate::workspace::Resolution;

/// Options of `service-account-not-found`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ServiceAccountNotFound {}

impl Rule for ServiceAccountNotFound {
    const META: Meta = Meta {
        name: "service-account-not-found",
        chapter: "credentials",
        summary: "reference to a ServiceAccount that does not exist",
        page: include_str!("../../../rules/credentials/service-account-not-found.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for ServiceAccountNotFound {
    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        let account = pod.effective_service_account();
        let (Some((name, node)), Some((from, _))) = (account.known(), cx.object) else {
            return;
        };
        // Every namespace has the ServiceAccount `default`.
        if name.is_empty()
            || name == "default"
            || cx.is_partial()
            || cx.is_custom()
            || cx.workspace.service_account(from, name) != Resolution::Missing
        {
            return;
        }
        let help = match nearest(name, cx.workspace.service_account_names(from)) {
            Some(meant) => format!("use `{meant}`, or add the ServiceAccount `{name}`"),
            None => "add the ServiceAccount, or declare it under `externals` in the configuration"
                .to_owned(),
        };
        let place = cx.workspace.described_namespace(from);
        cx.report(
            node,
            format!("ServiceAccount `{name}` not found in {place}"),
        )
        .note(format!(
            "the API server rejects the Pod (403, `serviceaccount \"{name}\" not found`); a workload gets no \
             Pods, only the event `FailedCreate`"
        ))
        .help(help);
    }
}
