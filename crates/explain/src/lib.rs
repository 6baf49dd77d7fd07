//! What the cluster does with a Pod, from pulling its images to shutdown, and what its events mean. Returns
//! data that serializes and displays, for the command and for editors. The decisions are made in [`podwright_cluster`].

mod credentials;
pub mod environment;
pub mod event;
mod failure;
mod image;
mod per_version;
mod pod;
mod pod_name;
mod pull_source;
mod runtime;
mod shutdown;
mod source_location;

pub use credentials::{
    CalledPlugin, CredentialSource, Credentials, Storage, TriedCredential, UnmatchedCredential,
};
pub use failure::{ExpectedFailure, ExpectedFailures, FailureCondition, back_off_delays};
pub use image::{
    IfAbsent, IfPresent, ImageExplanation, NodeExplanation, Policy, Reference, UnlistedSecret, User,
};
pub use per_version::PerVersion;
pub use pod::{
    PodExplanation, PullSecretExplanation, PullSecretsExplanation, explain_object, explain_pod,
};
pub use pod_name::{PodName, PodNotFound, explainable, objects_named};
pub use pull_source::{PullRefusal, PullSource, PullSources};
pub use runtime::lines::{node_line, resource_lines, runtime_lines};
pub use runtime::{
    Added, ClassExplanation, NamedValue, ResourcesExplanation, RuntimeExplanation, RuntimeNode,
    RuntimeOutcome, explain_runtime, runtime_nodes,
};
pub use shutdown::{
    KnownTimeline, Part, ProbeGrace, Row, Segment, ShutdownExplanation, describe_end, rows,
    timeline_lines,
};
pub use source_location::SourceLocation;
