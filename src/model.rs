//! Floor 2: a tree as Kubernetes objects. Typed; every value knows its node.

mod container;

pub mod decode;
pub mod docker_config;
mod env;
mod field;
pub mod image;
mod kustomization;
mod lifecycle;
mod metadata;
pub mod name;
mod object;
mod placeholder;
mod pod;
pub mod quantity;
mod runtime_class;
mod secret;
mod secret_maker;
mod service_account;
mod version;
mod workload;

pub use container::{Container, ContainerKind};

pub use docker_config::DockerConfig;
pub use env::EnvVar;
pub use field::Field;
pub use image::ImageReference;
pub use kustomization::{ImageOverride, Kustomization};
pub use lifecycle::{Lifecycle, LifecycleHandler};
pub use metadata::Metadata;
pub use object::{Body, Object, decode};
pub use placeholder::{has_template_syntax, is_placeholder};
pub use pod::{ImageVolume, LocalObjectReference, Pod, PodOrigin};
pub use quantity::Quantity;
pub use runtime_class::{Overhead, Quantities, RuntimeClass, Scheduling, Texts, Toleration};
pub use secret::{Encoding, Secret, SecretValue, TYPE_DOCKER_CONFIG_JSON, TYPE_DOCKERCFG};
pub use service_account::ServiceAccount;
pub use version::{KubernetesVersion, VersionRange};
pub use workload::PodTemplatePath;
