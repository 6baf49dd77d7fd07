//! Rules for the probes of containers.

pub(crate) mod missing;
pub(crate) mod probe_port_unknown;
pub(crate) mod probes_identical;
