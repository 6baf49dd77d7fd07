use podwright_cluster::admission::{NamedClass, OverheadRefusal, Refusal, admit, named_class};
use podwright_model::{Pod, PodOrigin};
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "pod-overhead-set",
    summary: "overhead of a Pod does not match its RuntimeClass",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let (Some(overhead), Some((from, _))) = (cx.tree().get(pod.node, "overhead"), cx.object) else {
        return;
    };
    let named = named_class(cx.workspace, from, pod);
    let refusals = admit(pod, named).refusals.into_iter();
    let mut refusals = refusals.filter_map(|refusal| match refusal {
        Refusal::Overhead(refusal) => Some(refusal),
        Refusal::NotFound | Refusal::Selector(_) => None,
    });
    let Some(refusal) = refusals.next() else {
        return;
    };
    let class = match named {
        NamedClass::Found(id, _) => Some((pod.runtime_class_name.text().unwrap_or("?"), id)),
        _ => None,
    };
    if cx.is_partial() {
        return;
    }
    let message = match (class, refusal) {
        (None, _) => "a Pod without a RuntimeClass cannot have an overhead".to_owned(),
        (Some((name, ..)), OverheadRefusal::WithoutClassOverhead) => {
            format!("RuntimeClass `{name}` has no overhead, so the Pod cannot have one")
        }
        (Some((name, ..)), OverheadRefusal::Differs) => {
            format!("the overhead differs from that of RuntimeClass `{name}`")
        }
    };
    let who = match pod.origin {
        PodOrigin::Pod => "the Pod",
        PodOrigin::Template | PodOrigin::Custom => "each Pod",
    };
    let why = match refusal {
        OverheadRefusal::WithoutClassOverhead => {
            "Pod Overhead set without corresponding RuntimeClass defined Overhead"
        }
        OverheadRefusal::Differs => "Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    };
    let fix = cx.remove(pod.node, "overhead", Applicability::Manual);
    let ceiling = cx.ceiling();
    let place = class.map(|(_, id)| cx.workspace.object_place(id));
    let finding = cx.report(overhead.key, message);
    finding
        .at_most(ceiling)
        .note(format!(
            "the API server rejects {who} (403, `pod rejected: {why}`)"
        ))
        .help("remove `overhead`; the API server sets it from the RuntimeClass when the Pod is created")
.fix(fix);
    if let Some(place) = place {
        finding.related(place, "RuntimeClass");
    }
}
