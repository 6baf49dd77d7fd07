//! Computes the environment that the kubelet gives to a container (`makeEnvironmentVariables`,
//! `pkg/kubelet/kubelet_pods.go`).

mod builder;
mod definition;
mod expand;
mod field;
pub mod hostname;
mod key;
mod made_of;
mod name;
mod resource;
mod service;
mod service_links;
mod variables;

pub use definition::{Definition, Failure, Missing, Origin, Text, UnknownSource, Value};
pub use expand::{Reference, expand, references};
pub use field::{Sub, is_added_later, subscript};
pub use key::{EnvFromObject, Imported, env_from_object, key_count, keys};
pub use name::{PASSED_THROUGH_SINCE, is_relaxed_name, is_shell_name, is_strict_name};
pub use resource::resource_value;
pub use service::{Port, ServiceVariable, service_variable_count, service_variables};
pub use service_links::{
    Link, LinkCount, has_cluster_ip, link_candidates, linked_count, links_enabled, ports,
};
pub use variables::{Environment, Lookup, Subject};
