use crate::cluster::environment::{linked_variables, links_enabled};
use crate::finding::{Level, Safety};
use crate::model::{Field, Pod};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::syntax::Scalar;

/// Options of `service-links-many`.
#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ServiceLinksMany {
    /// So many variables are no burden yet.
    at_most: usize,
}

impl Default for ServiceLinksMany {
    fn default() -> Self {
        Self { at_most: 700 }
    }
}

impl Rule for ServiceLinksMany {
    const META: Meta = Meta {
        name: "service-links-many",
        chapter: "environment",
        summary: "a namespace has so many Services that their variables are a burden",
        page: include_str!("../../../rules/environment/service-links-many.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

impl Check for ServiceLinksMany {
    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        let Some((id, _)) = cx.object else {
            return;
        };
        if links_enabled(pod) != Some(true) || cx.is_partial() || cx.is_custom() {
            return;
        }
        let count = linked_variables(cx.workspace, id);
        if count <= self.at_most {
            return;
        }
        let fix = match pod.enable_service_links {
            Field::Absent => cx.assign(
                pod.node,
                "enableServiceLinks",
                &Scalar::Bool(false),
                Safety::Unsafe,
            ),
            _ => None,
        };
        let finding = cx.report_missing(
            pod.node,
            format!("each container gets {count} variables of Services"),
        );
        finding
            .note("each Service makes two for itself and five for each port; thousands of them slow programs down when they start, and at last none starts: `argument list too long`")
            .help("write `enableServiceLinks: false`; the DNS knows all Services");
        finding.fixes.extend(fix);
    }
}
