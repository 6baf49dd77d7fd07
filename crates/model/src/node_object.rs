use super::{
    Field,
    decode::{MappingReader, object},
};

object! {
    /// Node object, limited to the fields that determine which Pods it accepts.
    pub struct NodeObject {
        /// `spec.taints`
        pub taints: Field<Vec<NodeTaint>> = taints(),
    }
}

object! {
    /// Item of `taints`.
    pub struct NodeTaint {
        pub key: Field<String> = string("key"),
        pub value: Field<String> = string("value"),
        pub effect: Field<String> = string("effect"),
    }
}

impl MappingReader<'_> {
    fn taints(self) -> Field<Vec<NodeTaint>> {
        self.part("spec").objects("taints")
    }
}
