//! Typed Kubernetes objects, read from a syntax tree. Every value keeps its node.

mod affinity;
mod config_map;
mod container;
mod credential;
mod credential_provider;
pub mod decode;
pub mod docker_config;
mod env;
mod field;
pub mod image;
mod kind;
mod kubelet_config;
mod kubelet_flags;
mod kustomization;
mod lifecycle;
mod metadata;
pub mod name;
mod node_object;
mod object;
mod pod;
pub mod quantity;
mod reference;
mod runtime_class;
pub mod runtime_config;
mod secret;
mod secret_maker;
mod service;
mod service_account;
mod template;
mod too_large;
mod version;
mod volume;
mod workload;

pub use affinity::{NodeRequirement, NodeSelectorTerm};
pub use config_map::{ConfigMap, DataValue};
pub use container::{Container, ContainerKind, ContainerPort, Probe, Resources};
pub use credential::{
    credentials_in, is_credential, is_object_name, may_name_credential, names_credential,
    without_credentials,
};
pub use credential_provider::{CredentialProvider, CredentialProviderConfig, TokenAttributes};
pub use decode::{MappingReader, QuantityMap, StringMap};
pub use docker_config::{DockerConfig, DockerDocument};
pub use env::{
    EnvFrom, EnvSource, EnvVar, FieldRef, FileKeyRef, KeyRef, ObjectRef, ResourceFieldRef,
};
pub use field::Field;
pub use image::ImageReference;
pub use kubelet_config::KubeletConfig;
pub use kubelet_flags::{KubeletFlag, KubeletFlags};
pub use kustomization::{GeneratedKey, Generator, ImageOverride, Kustomization, PatchTarget};
pub use lifecycle::{HttpGet, Lifecycle, LifecycleHandler, Port, TcpSocket};
pub use metadata::Metadata;
pub use node_object::{NodeObject, NodeTaint};
pub use object::{Body, Object, decode};
pub use pod::{ImageVolume, LocalObjectReference, Pod, PodOrigin};
pub use quantity::Quantity;
pub use reference::{NameReference, ReferenceKind, references};
pub use runtime_class::{Overhead, RuntimeClass, Scheduling, Toleration};
pub use runtime_config::{Engine, RuntimeConfig, RuntimeReleases};
pub use secret::{Encoding, Secret, TYPE_DOCKER_CONFIG_JSON, TYPE_DOCKERCFG};
pub use service::{Service, ServicePort, ServiceSpec};
pub use service_account::ServiceAccount;
pub use template::{has_delimiter, has_template_syntax, is_placeholder};
pub use too_large::{MAX_ITEMS, TooLarge};
pub use version::{KubernetesVersion, VersionRange};
pub use volume::{DownwardFile, Volume, VolumeMount};
pub use workload::PodTemplatePath;
