//! Rules for Services, Ingresses, network policies and autoscalers: what they select and refer to.

pub(crate) mod hpa_min_replicas;
pub(crate) mod hpa_target_missing;
pub(crate) mod ingress_backend_missing;
pub(crate) mod ingress_snippet_annotation;
pub(crate) mod ingress_tls;
pub(crate) mod ingress_without_tls;
pub(crate) mod network_policy_missing;
pub(crate) mod selects_nothing;
pub(crate) mod service_exposed;
pub(crate) mod service_monitor_selects_nothing;
pub(crate) mod service_target_port_unknown;
pub(crate) mod statefulset_service_missing;
