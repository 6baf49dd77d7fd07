//! What a container finds in its environment, and what it is called.

mod env_fieldpath_unsupported;
mod env_forward_reference;
mod env_name_invalid;
mod env_value_and_valuefrom;
mod hostname_fqdn_without_subdomain;
mod statefulset_hostname_invalid;

pub(super) use env_fieldpath_unsupported::EnvFieldpathUnsupported;
pub(super) use env_forward_reference::EnvForwardReference;
pub(super) use env_name_invalid::EnvNameInvalid;
pub(super) use env_value_and_valuefrom::EnvValueAndValuefrom;
pub(super) use hostname_fqdn_without_subdomain::HostnameFqdnWithoutSubdomain;
pub(super) use statefulset_hostname_invalid::StatefulsetHostnameInvalid;
