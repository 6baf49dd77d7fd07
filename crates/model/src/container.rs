use super::decode::{QuantityMap, object};
use super::{EnvFrom, EnvVar, Field, HttpGet, Lifecycle, TcpSocket, VolumeMount};

/// Kind of a container, determined by the list that contains it and its `restartPolicy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerKind {
    /// `initContainers`: runs to completion.
    Init,
    /// `initContainers` with `restartPolicy: Always`: native sidecar (1.29 and later).
    Sidecar,
    /// `containers`
    Regular,
    /// `ephemeralContainers`
    Ephemeral,
}

object! {
    /// Container of a pod.
    pub struct Container {
        pub name: Field<String> = string("name"),
        pub image: Field<String> = image_string("image"),
        pub image_pull_policy: Field<String> = string("imagePullPolicy"),
        /// In order.
        pub env: Field<Vec<EnvVar>> = strict_objects("env"),
        /// In order.
        pub env_from: Field<Vec<EnvFrom>> = strict_objects("envFrom"),
        /// `$(VAR)` is expanded in it.
        pub command: Field<Vec<Field<String>>> = template_strings("command"),
        /// `$(VAR)` is expanded in it.
        pub args: Field<Vec<Field<String>>> = template_strings("args"),
        pub ports: Field<Vec<ContainerPort>> = objects("ports"),
        pub liveness_probe: Field<Box<Probe>> = boxed_object("livenessProbe"),
        pub readiness_probe: Field<Box<Probe>> = boxed_object("readinessProbe"),
        pub startup_probe: Field<Box<Probe>> = boxed_object("startupProbe"),
        pub restart_policy: Field<String> = string("restartPolicy"),
        pub lifecycle: Field<Box<Lifecycle>> = boxed_object("lifecycle"),
        pub volume_mounts: Field<Vec<VolumeMount>> = objects("volumeMounts"),
        pub resources: Field<Resources> = object("resources"),
    }
    given {
        /// Kind of the container.
        pub kind: ContainerKind,
    }
}

object! {
    /// `resources` of a container or a Pod.
    pub struct Resources {
        pub requests: Field<QuantityMap> = quantity_map("requests"),
        pub limits: Field<QuantityMap> = quantity_map("limits"),
    }
}

object! {
    /// Item of `ports`.
    pub struct ContainerPort {
        pub name: Field<String> = string("name"),
    }
}

object! {
    /// Probe of a container.
    pub struct Probe {
        /// Overrides the Pod's value when the probe fails.
        pub termination_grace_period_seconds: Field<i64> = integer("terminationGracePeriodSeconds"),
        pub http_get: Field<HttpGet> = object("httpGet"),
        pub tcp_socket: Field<TcpSocket> = object("tcpSocket"),
    }
}

impl ContainerKind {
    /// Whether the API server allows lifecycle hooks on this kind, and the kubelet runs them.
    #[must_use]
    pub const fn has_hooks(self) -> bool {
        matches!(self, Self::Regular | Self::Sidecar)
    }
}

impl Container {
    /// Probes that are set, with their field names.
    pub fn probes(&self) -> impl Iterator<Item = (&'static str, &Probe)> {
        [
            ("livenessProbe", &self.liveness_probe),
            ("readinessProbe", &self.readiness_probe),
            ("startupProbe", &self.startup_probe),
        ]
        .into_iter()
        .filter_map(|(name, probe)| Some((name, &**probe.value()?)))
    }
}
