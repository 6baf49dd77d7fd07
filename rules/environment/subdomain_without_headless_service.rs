use podwright_cluster::environment::{has_cluster_ip, is_added_later};
use podwright_cluster::workspace::Resolution;
use podwright_model::{Body, Field, Pod, Service};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "subdomain-without-headless-service",
    summary: "no headless Service matches the subdomain of the Pods",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let (Some((name, node)), Some((id, object))) = (pod.subdomain.known(), cx.object) else {
        return;
    };
    // A StatefulSet sets the subdomain to its `serviceName`.
    let is_stateful = object.is("apps", "StatefulSet");
    if name.is_empty() || is_stateful || cx.is_custom() || !cx.workspace.is_unmodified(id) {
        return;
    }
    let help = "use a Service with `clusterIP: None` that selects these Pods";
    match cx.workspace.resolve_exact(id, "", "Service", name) {
        Resolution::Missing => {
            let place = cx.workspace.described_namespace(id);
            cx.report(node, format!("Service `{name}` not found in {place}"))
                .note("the Pods get the domain, but DNS has no records for it")
                .help(help);
        }
        Resolution::Found(service) => {
            let Body::Service(body) = &cx.workspace.object(service).body else {
                return;
            };
            let place = cx.workspace.object_place(service);
            if has_cluster_ip(body) == Some(true) {
                cx.report(node, format!("Service `{name}` is not headless"))
                    .related(place, "this Service has a cluster IP")
                    .note("DNS has records for individual Pods only with headless Services")
                    .help(help);
            } else if selects(body, pod) == Some(false) {
                cx.report(node, format!("Service `{name}` does not select these Pods"))
                    .related(place, "Service defined here")
                    .note("DNS has records only for Pods that the Service selects")
                    .help(help);
            }
        }
        Resolution::Unknown => {}
    }
}

/// Whether the Service selects the Pods; `None` if that is not known or the Service has no selector.
fn selects(service: &Service, pod: &Pod) -> Option<bool> {
    let selector = service.spec.value()?.selector.value()?;
    let labels = match &pod.metadata.labels {
        Field::Value(labels, _) => labels.as_slice(),
        Field::Missing | Field::Null(_) => &[],
        Field::Unknown(_) | Field::Invalid(_) => return None,
    };
    if selector.is_empty() {
        return None;
    }
    let mut all = true;
    for (key, _, value) in selector {
        let wanted = value.text()?;
        all &= match labels.iter().find(|(own, ..)| own == key) {
            Some((_, _, own)) => own.text()? == wanted,
            None if is_added_later(key) => return None,
            None => false,
        };
    }
    Some(all)
}
