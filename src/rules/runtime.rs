//! RuntimeClasses, and the Pods that refer to one.

mod pod_overhead_set;
mod runtimeclass_handler_changed;
mod runtimeclass_handler_not_label;
mod runtimeclass_invalid;
mod runtimeclass_nodeselector_conflict;
mod runtimeclassname_not_found;

pub(super) use pod_overhead_set::PodOverheadSet;
pub(super) use runtimeclass_handler_changed::RuntimeclassHandlerChanged;
pub(super) use runtimeclass_handler_not_label::RuntimeclassHandlerNotLabel;
pub(super) use runtimeclass_invalid::RuntimeclassInvalid;
pub(super) use runtimeclass_nodeselector_conflict::RuntimeclassNodeselectorConflict;
pub(super) use runtimeclassname_not_found::RuntimeclassnameNotFound;
