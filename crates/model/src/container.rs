use super::{
    EnvFrom, EnvVar, Field, HttpGet, Lifecycle, TcpSocket, VolumeMount, decode::Record,
    runtime_class::Quantities,
};
use podwright_syntax::NodeId;

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

/// Container of a pod.
#[derive(Clone, Debug)]
pub struct Container {
    /// Mapping node.
    pub node: NodeId,
    /// Kind of the container.
    pub kind: ContainerKind,
    /// `name`
    pub name: Field<String>,
    /// `image`
    pub image: Field<String>,
    /// `imagePullPolicy`
    pub image_pull_policy: Field<String>,
    /// `env`, in order
    pub env: Field<Vec<EnvVar>>,
    /// `envFrom`, in order
    pub env_from: Field<Vec<EnvFrom>>,
    /// `command`, in which `$(VAR)` is expanded
    pub command: Field<Vec<Field<String>>>,
    /// `args`, in which `$(VAR)` is expanded
    pub args: Field<Vec<Field<String>>>,
    /// `ports`
    pub ports: Field<Vec<ContainerPort>>,
    /// `livenessProbe`
    pub liveness_probe: Field<Box<Probe>>,
    /// `readinessProbe`
    pub readiness_probe: Field<Box<Probe>>,
    /// `startupProbe`
    pub startup_probe: Field<Box<Probe>>,
    /// `restartPolicy`
    pub restart_policy: Field<String>,
    /// `lifecycle`
    pub lifecycle: Field<Box<Lifecycle>>,
    /// `volumeMounts`
    pub volume_mounts: Field<Vec<VolumeMount>>,
    /// `resources`
    pub resources: Field<Resources>,
}

/// `resources` of a container or a Pod.
#[derive(Clone, Debug)]
pub struct Resources {
    /// `requests`
    pub requests: Field<Quantities>,
    /// `limits`
    pub limits: Field<Quantities>,
}

impl Resources {
    /// Reads the mapping.
    #[must_use]
    pub fn decode(record: Record<'_>) -> Self {
        Self {
            requests: record.quantities("requests"),
            limits: record.quantities("limits"),
        }
    }
}

/// Item of `ports`.
#[derive(Clone, Debug)]
pub struct ContainerPort {
    /// `name`
    pub name: Field<String>,
}

/// Probe of a container.
#[derive(Clone, Debug)]
pub struct Probe {
    /// Mapping node.
    pub node: NodeId,
    /// `terminationGracePeriodSeconds`, in seconds. Overrides the Pod's value when the probe fails.
    pub termination_grace_period_seconds: Field<i64>,
    /// `httpGet`
    pub http_get: Field<HttpGet>,
    /// `tcpSocket`
    pub tcp_socket: Field<TcpSocket>,
}

impl Probe {
    fn decode(record: Record<'_>) -> Self {
        Self {
            node: record.node(),
            termination_grace_period_seconds: record.integer("terminationGracePeriodSeconds"),
            http_get: record.record("httpGet").map(HttpGet::decode),
            tcp_socket: record.record("tcpSocket").map(TcpSocket::decode),
        }
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

    /// Reads a container from the list that `list` identifies.
    #[must_use]
    pub fn decode(record: Record<'_>, list: ContainerKind) -> Self {
        let restart_policy = record.text("restartPolicy");
        let always = restart_policy.text() == Some("Always");
        Self {
            node: record.node(),
            kind: if list == ContainerKind::Init && always {
                ContainerKind::Sidecar
            } else {
                list
            },
            name: record.text("name"),
            image: record.text("image"),
            image_pull_policy: record.text("imagePullPolicy"),
            env: record.all_records("env", EnvVar::decode),
            env_from: record.all_records("envFrom", EnvFrom::decode),
            command: record.scripts("command"),
            args: record.scripts("args"),
            ports: record.records("ports", |port| ContainerPort {
                name: port.text("name"),
            }),
            liveness_probe: record.rare("livenessProbe", Probe::decode),
            readiness_probe: record.rare("readinessProbe", Probe::decode),
            startup_probe: record.rare("startupProbe", Probe::decode),
            restart_policy,
            lifecycle: record.rare("lifecycle", Lifecycle::decode),
            volume_mounts: record.records("volumeMounts", VolumeMount::decode),
            resources: record.record("resources").map(Resources::decode),
        }
    }
}
