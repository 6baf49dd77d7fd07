use crate::finding::Level;
use crate::model::decode::Record;
use crate::model::name::dns_label;
use crate::model::{Field, Object};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `statefulset-hostname-invalid`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct StatefulsetHostnameInvalid {}

impl Rule for StatefulsetHostnameInvalid {
    const META: Meta = Meta {
        name: "statefulset-hostname-invalid",
        chapter: "environment",
        summary: "the Pods of a StatefulSet cannot have their names as host names",
        page: include_str!("../../../rules/environment/statefulset-hostname-invalid.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

/// Longer names do not fit in a label with `-` and a hash of 10 characters; some hashes are shorter.
const SAFE_LENGTH: usize = 52;

impl Check for StatefulsetHostnameInvalid {
    fn object(&self, object: &Object, cx: &mut Cx<'_>) {
        if cx.is_partial() || !object.is("apps", "StatefulSet") {
            return;
        }
        let Some(record) = Record::new(cx.tree(), object.node) else {
            return;
        };
        let Some(&spec) = record.record("spec").value() else {
            return;
        };
        let Some(last) = last_ordinal(spec) else {
            return;
        };
        if let Some((name, node)) = object.metadata.name.known() {
            let pod = format!("{name}-{last}");
            if dns_label(&pod).is_err() {
                cx.report(node, format!("the Pod `{pod}` cannot be created"))
                    .note("a StatefulSet's Pod has its name as host name: lower-case letters, digits and `-`, at most 63; the API server answers 422, though it takes the StatefulSet")
                    .help("give the StatefulSet a short name without dots");
            } else if name.len() > SAFE_LENGTH {
                cx.report(node, "the name is too long for the Pods of a StatefulSet")
                    .at_most(Level::Warning)
                    .note("each Pod gets the label `controller-revision-hash: <name>-<hash>`, with up to 10 characters of hash, and a label's value has at most 63: the API server refuses the Pods with 422")
                    .help("give the StatefulSet a name of at most 52 characters");
            }
        }
        let service = spec.text("serviceName");
        if let Some((name, node)) = service.known()
            && !name.is_empty()
            && dns_label(name).is_err()
        {
            cx.report(node, format!("`{name}` cannot be a subdomain"))
                .note("a StatefulSet's Pods have `serviceName` as subdomain: lower-case letters, digits and `-`, at most 63; the API server answers 422, though it takes the StatefulSet")
                .help("name a Service, without its namespace and domain");
        }
    }
}

/// The highest number of a Pod; `None` if there is no Pod, or that is not known.
fn last_ordinal(spec: Record<'_>) -> Option<i64> {
    let start = match spec.record("ordinals") {
        Field::Is(ordinals, _) => or_default(&ordinals.integer("start"), 0)?,
        Field::Absent | Field::Null(_) => 0,
        Field::Unknown(_) | Field::Invalid(_) => return None,
    };
    let replicas = or_default(&spec.integer("replicas"), 1)?;
    (replicas > 0 && start >= 0).then(|| start.saturating_add(replicas - 1))
}

fn or_default(field: &Field<i64>, default: i64) -> Option<i64> {
    if field.is_unset() {
        return Some(default);
    }
    field.value().copied()
}
