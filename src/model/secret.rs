use std::sync::{Arc, OnceLock};

use super::{DataValue, DockerDocument, Field, decode::Record, docker_config::Shape};
use crate::text::distance;

/// A Secret. The values stay in the tree: nothing of them is kept here but where they stand, and the docker
/// configuration once it is asked for.
#[derive(Clone, Debug)]
pub struct Secret {
    /// `type`
    pub type_: Field<String>,
    /// `data`: base64, by key.
    pub data: Field<Vec<DataValue>>,
    /// `stringData`: text, by key; it overrides `data`.
    pub string_data: Field<Vec<DataValue>>,
    /// `immutable`
    pub immutable: Field<bool>,
    /// What [`DockerDocument::in_secret`] has made of it.
    pub(super) pull_document: OnceLock<Option<Arc<DockerDocument>>>,
}

/// `kubernetes.io/dockerconfigjson`, whose document stands under `.dockerconfigjson`.
pub const TYPE_DOCKER_CONFIG_JSON: &str = "kubernetes.io/dockerconfigjson";
/// `kubernetes.io/dockercfg`, whose document stands under `.dockercfg`.
pub const TYPE_DOCKERCFG: &str = "kubernetes.io/dockercfg";

impl Secret {
    /// Reads a Secret's mapping.
    #[must_use]
    pub fn decode(object: Record<'_>) -> Self {
        Self {
            type_: object.text("type"),
            data: DataValue::all(object, "data"),
            string_data: DataValue::all(object, "stringData"),
            immutable: object.boolean("immutable"),
            pull_document: OnceLock::new(),
        }
    }

    /// Which document the kubelet reads out of the Secret, for the two types that it reads.
    #[must_use]
    pub fn pull_shape(&self) -> Option<Shape> {
        match self.type_.text()? {
            TYPE_DOCKER_CONFIG_JSON => Some(Shape::Modern),
            TYPE_DOCKERCFG => Some(Shape::Legacy),
            _ => None,
        }
    }

    /// The key under which that document stands.
    #[must_use]
    pub fn pull_key(&self) -> Option<&'static str> {
        self.pull_shape().map(Shape::secret_key)
    }

    /// The type that is meant, if it is not one of the two but nearly: other letters, other signs, no `kubernetes.io/`.
    /// A type below another domain is somebody's own.
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

    /// Whether it is a pull Secret by its type, or holds what one holds.
    #[must_use]
    pub fn is_meant_for_pulling(&self) -> bool {
        let keys = [Shape::Modern, Shape::Legacy].map(Shape::secret_key);
        self.pull_shape().is_some() || keys.iter().any(|key| self.find(key).is_some())
    }

    /// Where the value of `name` stands; `stringData` wins over `data`.
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

    /// Whether keys may be there that cannot be seen.
    #[must_use]
    pub fn has_unknown_keys(&self) -> bool {
        let unknown = |list: &Field<Vec<DataValue>>| match list {
            Field::Unknown(_) | Field::Invalid(_) => true,
            Field::Is(values, _) => values
                .iter()
                .any(|value| super::is_placeholder(&value.name)),
            Field::Absent | Field::Null(_) => false,
        };
        unknown(&self.data) || unknown(&self.string_data)
    }
}

/// How a Secret's value is written.
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
    use crate::model::{Body, decode};

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
            let tree = crate::syntax::parse(text.into());
            let objects = decode(&tree, &[]);
            let Body::Secret(secret) = &objects[0].body else {
                panic!("{objects:?}");
            };
            assert_eq!(secret.type_near_miss(), meant, "{written}");
        }
    }
}
