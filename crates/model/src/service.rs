use super::{
    Field,
    decode::{StringMap, object},
};

object! {
    /// Service, limited to the fields that affect the environment and the names of Pods.
    pub struct Service {
        pub spec: Field<ServiceSpec> = object("spec"),
    }
}

object! {
    /// `spec` of a Service.
    pub struct ServiceSpec {
        /// Defaults to `ClusterIP`.
        pub type_: Field<String> = string("type"),
        /// `None` makes the Service headless.
        pub cluster_ip: Field<String> = string("clusterIP"),
        /// Label keys and values.
        pub selector: Field<StringMap> = string_map("selector"),
        /// In order.
        pub ports: Field<Vec<ServicePort>> = objects("ports"),
    }
}

object! {
    /// Item of `spec.ports`.
    pub struct ServicePort {
        pub name: Field<String> = string("name"),
        pub port: Field<i64> = integer("port"),
        /// Defaults to `TCP`.
        pub protocol: Field<String> = string("protocol"),
    }
}
