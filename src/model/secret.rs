use super::{DataValue, Field, decode::Record, docker_config::Shape};

/// A Secret. The values stay in the tree: nothing of them is kept here but where they stand.
#[derive(Clone, Debug)]
pub struct Secret {
    /// `type`
    pub type_: Field<String>,
    /// `data`: base64, by key.
    pub data: Field<Vec<DataValue>>,
    /// `stringData`: text, by key; it overrides `data`.
    pub string_data: Field<Vec<DataValue>>,
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
