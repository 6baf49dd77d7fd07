use podwright_cluster::environment::{
    ServiceVariable, has_cluster_ip, link_candidates, ports, service_variables,
};
use podwright_cluster::workspace::Resolution;
use podwright_model::{Body, Object};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "service-env-name-collision",
    summary: "two Services define the same variable",
    severity: Warning,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let (Some((id, _)), Some((name, node))) = (cx.object, object.metadata.name.known()) else {
        return;
    };
    let Some(own) = variables(object) else {
        return;
    };
    if !cx.workspace.is_unmodified(id) {
        return;
    }
    let mut others: Vec<String> = own
        .iter()
        .flat_map(|one| link_candidates(&one.name))
        .collect();
    others.sort_unstable();
    others.dedup();
    // Of the two Services, the one with the longer name is reported.
    for other in others.iter().filter(|other| other.len() < name.len()) {
        let Resolution::Found(found) = cx.workspace.resolve_exact(id, "", "Service", other) else {
            continue;
        };
        let theirs = variables(cx.workspace.object(found)).unwrap_or_default();
        let is_same = |one: &&ServiceVariable| theirs.iter().any(|their| their.name == one.name);
        let Some(same) = own.iter().find(is_same) else {
            continue;
        };
        let place = cx.workspace.object_place(found);
        cx.report(
            node,
            format!(
                "Services `{name}` and `{other}` both define `{}`",
                same.name
            ),
        )
        .related(place, "other Service")
        .note("it is unpredictable which of the two values a container gets")
        .help("rename one of them or its port, or set `enableServiceLinks: false` in the Pods");
    }
}

fn variables(object: &Object) -> Option<Vec<ServiceVariable>> {
    let Body::Service(service) = &object.body else {
        return None;
    };
    let ports = ports(service.spec.value()?)?;
    let name = object.metadata.name.text()?;
    (has_cluster_ip(service)?).then(|| service_variables(name, None, &ports))
}
