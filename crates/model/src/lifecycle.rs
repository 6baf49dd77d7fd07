use super::{Field, decode::Record};
use podwright_syntax::NodeId;

/// `lifecycle` of a container.
#[derive(Clone, Debug)]
pub struct Lifecycle {
    /// Mapping node.
    pub node: NodeId,
    /// `postStart`
    pub post_start: Field<LifecycleHandler>,
    /// `preStop`
    pub pre_stop: Field<LifecycleHandler>,
    /// `stopSignal`
    pub stop_signal: Field<String>,
}

/// Lifecycle hook. Exactly one handler must be set.
#[derive(Clone, Debug)]
pub struct LifecycleHandler {
    /// Mapping node.
    pub node: NodeId,
    /// `exec`: the command with its arguments.
    pub exec: Field<Field<Vec<Field<String>>>>,
    /// `httpGet`
    pub http_get: Field<HttpGet>,
    /// `tcpSocket`. The API server accepts it, but the kubelet always fails the hook.
    pub tcp_socket: Field<TcpSocket>,
    /// `sleep.seconds`
    pub sleep: Field<Field<i64>>,
    /// Keys that are not handlers.
    pub others: Vec<NodeId>,
}

/// HTTP request that the kubelet sends.
#[derive(Clone, Debug)]
pub struct HttpGet {
    /// Mapping node.
    pub node: NodeId,
    /// `host`. Defaults to the Pod's IP address.
    pub host: Field<String>,
    /// `path`
    pub path: Field<String>,
    /// `port`
    pub port: Field<Port>,
    /// `scheme`
    pub scheme: Field<String>,
    /// `httpHeaders`
    pub http_headers: Field<Vec<NodeId>>,
}

/// TCP connection that the kubelet opens.
#[derive(Clone, Debug)]
pub struct TcpSocket {
    /// `host`. Defaults to the Pod's IP address.
    pub host: Field<String>,
}

/// Port by number or by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Port {
    /// Port number, in or out of bounds.
    Number(i64),
    /// Name of one of the container's ports, valid or not.
    Name(String),
}

impl Lifecycle {
    /// Reads `lifecycle`.
    #[must_use]
    pub fn decode(record: Record<'_>) -> Self {
        Self {
            node: record.node(),
            post_start: record.record("postStart").map(LifecycleHandler::decode),
            pre_stop: record.record("preStop").map(LifecycleHandler::decode),
            stop_signal: record.text("stopSignal"),
        }
    }

    /// Hooks that are set, with their field names.
    pub fn hooks(&self) -> impl Iterator<Item = (&'static str, &LifecycleHandler)> {
        [("postStart", &self.post_start), ("preStop", &self.pre_stop)]
            .into_iter()
            .filter_map(|(name, hook)| Some((name, hook.value()?)))
    }
}

impl LifecycleHandler {
    /// Field names of the handlers.
    pub const HANDLERS: [&'static str; 4] = ["exec", "httpGet", "tcpSocket", "sleep"];

    /// Reads a hook.
    #[must_use]
    pub fn decode(record: Record<'_>) -> Self {
        let tree = record.tree();
        let known = |key: NodeId| Self::HANDLERS.contains(&tree.key_text(key).as_ref());
        Self {
            node: record.node(),
            exec: record.record("exec").map(|exec| exec.scripts("command")),
            http_get: record.record("httpGet").map(HttpGet::decode),
            tcp_socket: record.record("tcpSocket").map(TcpSocket::decode),
            sleep: record.record("sleep").map(|sleep| sleep.integer("seconds")),
            others: record
                .entries()
                .iter()
                .map(|entry| entry.key)
                .filter(|&key| !known(key))
                .collect(),
        }
    }

    /// Handlers that are set, by name and node; `None` if placeholders make this uncertain.
    #[must_use]
    pub fn handlers(&self) -> Option<Vec<(&'static str, NodeId)>> {
        let nodes = [
            presence(&self.exec)?,
            presence(&self.http_get)?,
            presence(&self.tcp_socket)?,
            presence(&self.sleep)?,
        ];
        let given = Self::HANDLERS.into_iter().zip(nodes);
        Some(
            given
                .filter_map(|(name, node)| Some((name, node?)))
                .collect(),
        )
    }
}

impl HttpGet {
    /// Reads `httpGet` of a hook or a probe.
    #[must_use]
    pub fn decode(record: Record<'_>) -> Self {
        let port = match record.integer("port") {
            Field::Invalid(_) => record.text("port").map(Port::Name),
            port => port.map(Port::Number),
        };
        Self {
            node: record.node(),
            host: record.text("host"),
            path: record.text("path"),
            port,
            scheme: record.text("scheme"),
            http_headers: record.list("httpHeaders"),
        }
    }
}

impl TcpSocket {
    /// Reads `tcpSocket` of a hook or a probe.
    #[must_use]
    pub fn decode(record: Record<'_>) -> Self {
        Self {
            host: record.text("host"),
        }
    }
}

/// Node of a field if it is set; the outer `None` means that this is unknown.
fn presence<T>(field: &Field<T>) -> Option<Option<NodeId>> {
    match field {
        Field::Missing | Field::Null(_) => Some(None),
        Field::Value(_, node) | Field::Invalid(node) => Some(Some(*node)),
        Field::Unknown(_) => None,
    }
}
