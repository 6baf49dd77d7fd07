//! What runs when a container starts and ends, and how long it may take.

mod lifecycle_handler_count;
mod lifecycle_init_container;
mod lifecycle_sleep_out_of_range;
mod lifecycle_tcpsocket_unsupported;
mod pre_stop_wait;
mod prestop_exceeds_grace;
mod prestop_leaves_little_time;
mod prestop_with_zero_grace;
mod repair;
mod termination_grace_negative;

pub(super) use lifecycle_handler_count::LifecycleHandlerCount;
pub(super) use lifecycle_init_container::LifecycleInitContainer;
pub(super) use lifecycle_sleep_out_of_range::LifecycleSleepOutOfRange;
pub(super) use lifecycle_tcpsocket_unsupported::LifecycleTcpsocketUnsupported;
pub(super) use prestop_exceeds_grace::PrestopExceedsGrace;
pub(super) use prestop_leaves_little_time::PrestopLeavesLittleTime;
pub(super) use prestop_with_zero_grace::PrestopWithZeroGrace;
pub(super) use termination_grace_negative::TerminationGraceNegative;
