//! Rules for what admission decides after the API server's validation.

pub(crate) mod admission_policy;
pub(crate) mod admission_policy_invalid;
pub(crate) mod cel_not_evaluated;
pub(crate) mod pod_security_label_invalid;
pub(crate) mod pod_security_violation;
pub(crate) mod policy_not_evaluated;
