//! Layer 9: what the cluster does with a Pod, from pulling its images to shutdown, and what its events mean. Returns
//! data that `report` formats as text and JSON, and `ide` for editors. The decisions are made in [`podwright_cluster`].

mod choice;
mod credentials;
pub mod environment;
pub mod event;
mod failure;
mod image;
mod per_version;
mod pod;
mod runtime;
pub mod runtime_words;
mod shutdown;
pub mod words;

pub use choice::{PodName, PodNotFound, choose, explainable};
pub use credentials::{
    AskedPlugin, CredentialSource, Credentials, Kept, PassedCredential, TriedCredential,
};
pub use failure::{Expected, When};
pub use image::{ImageExplanation, NodeExplanation, Policy, UnlistedSecret, User};
pub use per_version::PerVersion;
pub use pod::{PodExplanation, PullSecretExplanation, explain_object, explain_pod};
pub use runtime::{
    Added, ClassExplanation, ResourcesExplanation, RuntimeExplanation, RuntimeNode, RuntimeOutcome,
    explain_runtime, runtime_nodes,
};
pub use shutdown::{
    Part, ProbeGrace, Row, ShutdownExplanation, Stretch, end_in_words, kind_in_words, rows,
    timeline_lines,
};
