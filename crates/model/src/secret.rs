use std::sync::{Arc, OnceLock};

use super::{DataValue, DockerDocument, Field, decode::object, docker_config::Shape};
use podwright_syntax::text::distance;

object! {
    /// Secret. The values stay in the syntax tree; only their nodes are stored here, and the docker config once it is
    /// requested.
    pub struct Secret {
        pub type_: Field<String> = string("type"),
        /// Base64 by key.
        pub data: Field<Vec<DataValue>> = data_values("data"),
        /// Strings by key, which override `data`.
        pub string_data: Field<Vec<DataValue>> = data_values("stringData"),
        pub immutable: Field<bool> = boolean("immutable"),
    }
    given {
        /// Cached result of [`DockerDocument::in_secret`].
        pub(super) pull_document: OnceLock<Option<Arc<DockerDocument>>>,
    }
}

/// `kubernetes.io/dockerconfigjson`, with the document under `.dockerconfigjson`.
pub const TYPE_DOCKER_CONFIG_JSON: &str = "kubernetes.io/dockerconfigjson";
/// `kubernetes.io/dockercfg`, with the document under `.dockercfg`.
pub const TYPE_DOCKERCFG: &str = "kubernetes.io/dockercfg";

impl Secret {
    /// Format of the docker config that the kubelet reads from the Secret; `None` if the type is not one of the two
    /// that it reads.
    #[must_use]
    pub fn pull_shape(&self) -> Option<Shape> {
        match self.type_.text()? {
            TYPE_DOCKER_CONFIG_JSON => Some(Shape::Modern),
            TYPE_DOCKERCFG => Some(Shape::Legacy),
            _ => None,
        }
    }

    /// Key of that docker config.
    #[must_use]
    pub fn pull_key(&self) -> Option<&'static str> {
        self.pull_shape().map(Shape::secret_key)
    }

    /// Intended type, if the type differs from one of the two only in case, punctuation or a missing `kubernetes.io/`.
    /// Types with another domain are custom types.
    #[must_use]
    pub fn type_near_miss(&self) -> Option<&'static str> {
        let type_ = self.type_.text()?.trim();
        if self.pull_shape().is_some() {
            return None;
        }
        let (domain, name) = type_.split_once('/').unwrap_or(("kubernetes.io", type_));
        let is_own =
            |wanted: &str, text: &str, most| distance(wanted, &text.to_ascii_lowercase()) <= most;
        if !is_own("kubernetes.io", domain, 2) {
            return None;
        }
        let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        match () {
            () if is_own("dockercfg", &letters, 1) => Some(TYPE_DOCKERCFG),
            () if is_own("dockerconfigjson", &letters, 2)
                || is_own("dockerconfig", &letters, 1) =>
            {
                Some(TYPE_DOCKER_CONFIG_JSON)
            }
            () => None,
        }
    }

    /// Whether it is an image pull secret by its type, or contains what one contains.
    #[must_use]
    pub fn is_meant_for_pulling(&self) -> bool {
        let keys = [Shape::Modern, Shape::Legacy].map(Shape::secret_key);
        self.pull_shape().is_some() || keys.iter().any(|key| self.find(key).is_some())
    }

    /// Finds the value of `name`. `stringData` takes precedence over `data`.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(&DataValue, Encoding)> {
        let lists = [
            (&self.string_data, Encoding::Text),
            (&self.data, Encoding::Base64),
        ];
        lists.into_iter().find_map(|(list, encoding)| {
            let value = list.value()?.iter().find(|value| value.name == name)?;
            Some((value, encoding))
        })
    }

    /// Whether there may be keys that cannot be determined.
    #[must_use]
    pub fn has_unknown_keys(&self) -> bool {
        let unknown = |list: &Field<Vec<DataValue>>| match list {
            Field::Unknown(_) | Field::Invalid(_) => true,
            Field::Value(values, _) => values
                .iter()
                .any(|value| super::is_placeholder(&value.name)),
            Field::Missing | Field::Null(_) => false,
        };
        unknown(&self.data) || unknown(&self.string_data)
    }
}

/// Encoding of a Secret's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `stringData`
    Text,
    /// `data`
    Base64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Body, decode};

    #[test]
    fn types_that_are_almost_right() {
        for (written, meant) in [
            (
                "kubernetes.io/dockerConfigJson",
                Some(TYPE_DOCKER_CONFIG_JSON),
            ),
            (
                "kubernetes.io/.dockerconfigjson",
                Some(TYPE_DOCKER_CONFIG_JSON),
            ),
            (
                "kubernetes.io/docker-config-json",
                Some(TYPE_DOCKER_CONFIG_JSON),
            ),
            ("kubernetes.io/dockerconfig", Some(TYPE_DOCKER_CONFIG_JSON)),
            (
                "kubernete.io/dockerconfigjson",
                Some(TYPE_DOCKER_CONFIG_JSON),
            ),
            ("dockerconfigjson", Some(TYPE_DOCKER_CONFIG_JSON)),
            ("kubernetes.io/DockerCfg", Some(TYPE_DOCKERCFG)),
            (TYPE_DOCKER_CONFIG_JSON, None),
            (TYPE_DOCKERCFG, None),
            ("Opaque", None),
            ("docker-registry", None),
            ("kubernetes.io/basic-auth", None),
            ("kubernetes.io/tls", None),
            ("example.com/dockerconfigjson", None),
        ] {
            let text = format!("apiVersion: v1\nkind: Secret\ntype: {written}\n");
            let tree = podwright_syntax::parse(text.into());
            let objects = decode(&tree, &[]);
            let Body::Secret(secret) = &objects[0].body else {
                panic!("{objects:?}");
            };
            assert_eq!(secret.type_near_miss(), meant, "{written}");
        }
    }
}
