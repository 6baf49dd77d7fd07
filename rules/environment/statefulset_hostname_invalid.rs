use podwright_model::{Field, MappingReader, Object, name::dns_label};
use podwright_rule::{RuleContext, Severity, declare_rule};

use crate::object::object_name_invalid::STATEFULSET_LABEL_SINCE;

declare_rule! {
    name: "statefulset-hostname-invalid",
    summary: "invalid host name or subdomain of StatefulSet Pods",
    severity: Error,
    since: "0.1.0",
    hooks: { object: check },
}

/// Maximum name length in bytes that fits in a label value with `-` and a hash of 10 characters; some hashes are
/// shorter.
const SAFE_LENGTH: usize = 52;

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    if cx.is_partial() || !object.is("apps", "StatefulSet") {
        return;
    }
    let Some(record) = MappingReader::new(cx.tree(), object.node) else {
        return;
    };
    let Some(&spec) = record.mapping("spec").value() else {
        return;
    };
    let Some(last) = last_ordinal(spec) else {
        return;
    };
    if let Some((name, node)) = object.metadata.name.known() {
        let pod = format!("{name}-{last}");
        let is_rejected =
            dns_label(name).is_err() && cx.versions.all_since(STATEFULSET_LABEL_SINCE);
        if is_rejected {
            // `object-name-invalid` reports it.
        } else if dns_label(&pod).is_err() {
            cx.report(node, format!("Pod `{pod}` cannot be created"))
                .note("a StatefulSet Pod uses its name as host name: lowercase letters, digits and `-`, at most 63 characters; the API server rejects the Pod (422)")
                .help("give the StatefulSet a short name without dots");
        } else if name.len() > SAFE_LENGTH {
            cx.report(node, "name is too long for the Pods of a StatefulSet")
                .at_most(Severity::Warning)
                .note("each Pod gets the label `controller-revision-hash: <name>-<hash>` with a hash of up to 10 characters, and a label value has at most 63; the API server rejects the Pods (422)")
                .help("use a name of at most 52 characters");
        }
    }
    let service = spec.string("serviceName");
    if let Some((name, node)) = service.known()
        && !name.is_empty()
        && dns_label(name).is_err()
    {
        cx.report(node, format!("invalid subdomain `{name}`"))
            .note("StatefulSet Pods use `serviceName` as subdomain: lowercase letters, digits and `-`, at most 63 characters; the API server accepts the StatefulSet but rejects the Pods (422)")
            .help("use the name of the Service without namespace and domain");
    }
}

/// Returns the highest Pod ordinal; `None` if there are no Pods or it is not known.
fn last_ordinal(spec: MappingReader<'_>) -> Option<i64> {
    let start = match spec.mapping("ordinals") {
        Field::Value(ordinals, _) => or_default(&ordinals.integer("start"), 0)?,
        Field::Missing | Field::Null(_) => 0,
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
