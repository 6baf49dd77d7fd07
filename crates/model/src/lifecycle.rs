use super::{
    Field,
    decode::{MappingReader, object},
};
use podwright_syntax::NodeId;

object! {
    /// `lifecycle` of a container.
    pub struct Lifecycle {
        pub post_start: Field<LifecycleHandler> = object("postStart"),
        pub pre_stop: Field<LifecycleHandler> = object("preStop"),
        pub stop_signal: Field<String> = string("stopSignal"),
    }
}

object! {
    /// Lifecycle hook. Exactly one handler must be set.
    pub struct LifecycleHandler {
        /// The command with its arguments.
        pub exec: Field<Field<Vec<Field<String>>>> = map("exec", |exec| exec.template_strings("command")),
        pub http_get: Field<HttpGet> = object("httpGet"),
        /// The API server accepts it, but the kubelet always fails the hook.
        pub tcp_socket: Field<TcpSocket> = object("tcpSocket"),
        /// The seconds.
        pub sleep: Field<Field<i64>> = map("sleep", |sleep| sleep.integer("seconds")),
        /// Keys that are not handlers.
        pub others: Vec<NodeId> = keys_other_than_handlers(),
    }
}

object! {
    /// HTTP request that the kubelet sends.
    pub struct HttpGet {
        /// Defaults to the Pod's IP address.
        pub host: Field<String> = string("host"),
        pub path: Field<String> = string("path"),
        pub port: Field<Port> = port("port"),
        pub scheme: Field<String> = string("scheme"),
        pub http_headers: Field<Vec<NodeId>> = list("httpHeaders"),
    }
}

object! {
    /// TCP connection that the kubelet opens.
    pub struct TcpSocket {
        /// Defaults to the Pod's IP address.
        pub host: Field<String> = string("host"),
    }
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

impl MappingReader<'_> {
    fn port(self, key: &str) -> Field<Port> {
        match self.integer(key) {
            Field::Invalid(_) => self.string(key).map(Port::Name),
            port => port.map(Port::Number),
        }
    }

    fn keys_other_than_handlers(self) -> Vec<NodeId> {
        let keys = self.entries().into_iter().map(|entry| entry.key);
        let is_handler = |name: &str| LifecycleHandler::HANDLERS.contains(&name);
        keys.filter(|&key| !is_handler(&self.tree().key_text(key)))
            .collect()
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
