use crate::cluster::environment::{
    ServiceVariable, has_cluster_ip, link_candidates, ports, service_variables,
};
use crate::finding::Level;
use crate::model::{Body, Object};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::Resolution;

/// Options of `service-env-name-collision`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ServiceEnvNameCollision {}

impl Rule for ServiceEnvNameCollision {
    const META: Meta = Meta {
        name: "service-env-name-collision",
        chapter: "environment",
        summary: "two Services define the same variable",
        page: include_str!("../../../rules/environment/service-env-name-collision.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for ServiceEnvNameCollision {
    fn object(&self, object: &Object, cx: &mut Cx<'_>) {
        let (Some((id, _)), Some((name, node))) = (cx.object, object.metadata.name.known()) else {
            return;
        };
        let Some(own) = variables(object) else {
            return;
        };
        if !cx.workspace.is_as_written(id) {
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
            let Resolution::Found(found) = cx.workspace.certain(id, "", "Service", other) else {
                continue;
            };
            let theirs = variables(cx.workspace.object(found)).unwrap_or_default();
            let is_same =
                |one: &&ServiceVariable| theirs.iter().any(|their| their.name == one.name);
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
}

fn variables(object: &Object) -> Option<Vec<ServiceVariable>> {
    let Body::Service(service) = &object.body else {
        return None;
    };
    let ports = ports(service.spec.value()?)?;
    let name = object.metadata.name.text()?;
    (has_cluster_ip(service)?).then(|| service_variables(name, None, &ports))
}
