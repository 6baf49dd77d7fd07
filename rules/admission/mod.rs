//! Rules for what admission decides after the API server's validation.

pub(crate) mod pod_security_label_invalid;
pub(crate) mod pod_security_violation;
