//! What the kubelet puts into a container's environment (`makeEnvironmentVariables`, `pkg/kubelet/kubelet_pods.go`).

mod expand;
mod name;
mod service;

pub use expand::{Reference, expand, references};
pub use name::{is_relaxed_name, is_strict_name};
pub use service::{Port, ServiceVariable, service_variables};
