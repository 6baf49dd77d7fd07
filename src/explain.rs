//! Floor 8: what the cluster does with the images of a Pod, and what its events mean. Data, of which `report` makes text
//! and JSON, and `ide` what an editor shows; what is decided is decided in [`crate::cluster`].

mod choice;
mod credentials;
pub mod event;
mod failure;
mod image;
mod over;
mod pod;
pub mod words;

pub use choice::{NoSuchPod, PodName, choose, explainable};
pub use credentials::{
    AskedPlugin, CredentialSource, Credentials, Kept, PassedCredential, TriedCredential,
};
pub use failure::{Expected, When};
pub use image::{ImageAnswer, NodeAnswer, Policy, UnlistedSecret, User};
pub use over::Over;
pub use pod::{PodAnswer, PullSecretAnswer, explain_object, explain_pod};
