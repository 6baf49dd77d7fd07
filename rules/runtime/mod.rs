//! Rules for RuntimeClasses and the Pods that reference them.

pub(crate) mod gpu_without_runtimeclass;
pub(crate) mod pod_overhead_set;
pub(crate) mod runtimeclass_affinity_conflict;
pub(crate) mod runtimeclass_default_handler;
pub(crate) mod runtimeclass_duplicate_handler;
pub(crate) mod runtimeclass_feature_conflict;
pub(crate) mod runtimeclass_handler_changed;
pub(crate) mod runtimeclass_handler_docker;
pub(crate) mod runtimeclass_handler_not_label;
pub(crate) mod runtimeclass_invalid;
pub(crate) mod runtimeclass_no_scheduling;
pub(crate) mod runtimeclass_nodeselector_conflict;
pub(crate) mod runtimeclass_overhead_fractional;
pub(crate) mod runtimeclass_overhead_shape;
pub(crate) mod runtimeclass_scheduling_deprecated_label;
pub(crate) mod runtimeclass_taint_without_toleration;
pub(crate) mod runtimeclass_toleration_redundant;
pub(crate) mod runtimeclass_toleration_too_broad;
pub(crate) mod runtimeclass_write_rbac;
pub(crate) mod runtimeclassname_invalid;
pub(crate) mod runtimeclassname_not_found;
pub(crate) mod runtimeclassname_template_order;
