//! Services in the input whose variables a container gets (`getServiceEnvVarMap`, `pkg/kubelet/kubelet_pods.go`).

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::{Port, ServiceVariable, service_variable_count, service_variables};
use crate::workspace::{ObjectId, Resolution, Vicinity, Workspace};
use podwright_model::{Body, Field, Pod, Service, ServiceSpec};

/// A Service and the variables that it defines.
#[derive(Clone, Debug)]
pub struct Link {
    /// Name of the Service.
    pub name: String,
    /// Object; `None` for the Service `kubernetes` of the API server in the namespace `default`.
    pub object: Option<ObjectId>,
    /// Variables of the Service.
    pub variables: Vec<ServiceVariable>,
}

/// Whether the Services of the namespace define variables in the Pod; `None` if that is not known.
#[must_use]
pub fn links_enabled(pod: &Pod) -> Option<bool> {
    match &pod.enable_service_links {
        Field::Missing | Field::Null(_) => Some(true),
        Field::Value(enabled, _) => Some(*enabled),
        Field::Unknown(_) | Field::Invalid(_) => None,
    }
}

/// Returns the Service of the API server, which the cluster creates with port 443 and whose variables every container
/// gets.
pub(super) fn of_api_server() -> Link {
    let https = Port {
        name: "https",
        number: 443,
        protocol: "TCP",
    };
    Link {
        name: "kubernetes".to_owned(),
        object: None,
        variables: service_variables("kubernetes", None, &[https]),
    }
}

/// Returns the Service `id` with its variables if it is known to have a cluster IP.
pub(super) fn link(workspace: &Workspace, id: ObjectId) -> Option<Link> {
    let (name, spec, ports) = known_service(workspace, id)?;
    let ip = spec.cluster_ip.text().filter(|ip| !ip.is_empty());
    Some(Link {
        name: name.to_owned(),
        object: Some(id),
        variables: service_variables(name, ip, &ports),
    })
}

/// Returns name, spec and ports of the Service `id` if it is known to have a cluster IP.
fn known_service(
    workspace: &Workspace,
    id: ObjectId,
) -> Option<(&str, &ServiceSpec, Vec<Port<'_>>)> {
    let object = workspace.object(id);
    let Body::Service(service) = &object.body else {
        return None;
    };
    let spec = service.spec.value()?;
    if has_cluster_ip(service) != Some(true) {
        return None;
    }
    Some((object.metadata.name.text()?, spec, ports(spec)?))
}

/// Whether a Service has a cluster IP and therefore defines variables: it is neither headless nor `ExternalName`.
/// `None` if that is not known.
#[must_use]
pub fn has_cluster_ip(service: &Service) -> Option<bool> {
    let spec = service.spec.value()?;
    match &spec.type_ {
        Field::Value(name, _) if name == "ExternalName" => return Some(false),
        Field::Unknown(_) | Field::Invalid(_) => return None,
        Field::Value(..) | Field::Missing | Field::Null(_) => {}
    }
    match &spec.cluster_ip {
        Field::Value(ip, _) => Some(ip != "None"),
        Field::Missing | Field::Null(_) => Some(true),
        Field::Unknown(_) | Field::Invalid(_) => None,
    }
}

/// Returns the ports of a Service as used in its variables; `None` if one of them is not known.
#[must_use]
pub fn ports(spec: &ServiceSpec) -> Option<Vec<Port<'_>>> {
    let list = match &spec.ports {
        Field::Value(list, _) => list.as_slice(),
        Field::Missing | Field::Null(_) => &[],
        Field::Unknown(_) | Field::Invalid(_) => return None,
    };
    list.iter()
        .map(|port| {
            Some(Port {
                name: or(&port.name, "")?,
                number: *port.port.value()?,
                protocol: or(&port.protocol, "TCP")?,
            })
        })
        .collect()
}

fn or<'f>(field: &'f Field<String>, default: &'static str) -> Option<&'f str> {
    if field.is_unset() {
        return Some(default);
    }
    field.text()
}

/// Returns the first Services in the namespace of `from` that define variables, with their variables.
pub(super) fn linked(workspace: &Workspace, from: ObjectId, most: usize) -> Vec<Link> {
    let services = workspace.services_near(from);
    let linked = services
        .iter()
        .filter_map(|&service| link(workspace, service));
    linked.take(most).collect()
}

/// Number of Services that define variables, and of their variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkCount {
    /// Number of Services.
    pub services: usize,
    /// Number of variables.
    pub variables: usize,
}

/// Counts the Services in the namespace of `from` that define variables.
#[must_use]
pub fn linked_count(workspace: &Workspace, from: ObjectId) -> LinkCount {
    let counts = workspace.kept(|_| Counts::default());
    let directory = workspace.file(from.file).directory().into();
    let vicinity = (directory, workspace.namespaces(from).to_vec());
    let known = counts.lock().get(&vicinity).copied();
    known.unwrap_or_else(|| {
        let services = workspace.services_near(from);
        let known = services
            .iter()
            .filter_map(|&service| known_service(workspace, service));
        let variables = known.map(|(_, _, ports)| service_variable_count(&ports));
        let variables: Vec<usize> = variables.collect();
        let count = LinkCount {
            services: variables.len(),
            variables: variables.iter().sum(),
        };
        counts.lock().insert(vicinity, count);
        count
    })
}

/// Counts by directory and namespaces.
#[derive(Default)]
struct Counts(Mutex<FxHashMap<Vicinity, LinkCount>>);

impl Counts {
    fn lock(&self) -> MutexGuard<'_, FxHashMap<Vicinity, LinkCount>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the names of the Services that can define a variable: `A_B_PORT` comes from `a-b`.
#[must_use]
pub fn link_candidates(variable: &str) -> Vec<String> {
    let ends_name = |rest: &str| {
        let is_last = rest == "_SERVICE_HOST";
        let mut parts = ["_SERVICE_PORT", "_PORT"].into_iter();
        let after = parts.find_map(|part| rest.strip_prefix(part));
        is_last || after.is_some_and(|after| after.is_empty() || after.starts_with('_'))
    };
    let mut names: Vec<String> = variable
        .match_indices('_')
        .filter(|&(at, _)| at > 0 && ends_name(&variable[at..]))
        .map(|(at, _)| variable[..at].to_ascii_lowercase().replace('_', "-"))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Returns the Service with this name in the namespace of `from` if it is certain and defines variables.
pub(super) fn resolve_link(workspace: &Workspace, from: ObjectId, name: &str) -> Option<Link> {
    match workspace.resolve_exact(from, "", "Service", name) {
        Resolution::Found(id) => link(workspace, id),
        Resolution::Missing | Resolution::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_derived_from_variable_names() {
        assert_eq!(link_candidates("MY_DB_SERVICE_HOST"), ["my-db"]);
        assert_eq!(link_candidates("DB_PORT"), ["db"]);
        assert_eq!(link_candidates("DB_PORT_80_TCP_ADDR"), ["db"]);
        assert_eq!(link_candidates("DB_SERVICE_PORT_WEB"), ["db", "db-service"]);
        assert!(link_candidates("PORT").is_empty());
        assert!(link_candidates("DB_PORTAL").is_empty());
    }
}
