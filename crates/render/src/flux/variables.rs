//! The variables of a Flux Kustomization (`pkg/kustomize/kustomize_varsub.go`).

use rustc_hash::FxHashMap;

use super::envsubst::{self, Value};
use crate::files::Sources;
use crate::part::{Part, from_base64};
use crate::{Node, RenderError, Text};

/// Where variables are written: a mapping of names to values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariableSource {
    /// The mapping.
    pub part: Part,
    /// Whether the values are written in base64, as in `data` of a Secret.
    pub is_base64: bool,
}

/// What is known about the variables.
#[derive(Debug, Default)]
pub(crate) struct Variables {
    known: FxHashMap<String, Text>,
}

impl Variables {
    /// Reads the sources; later ones override earlier ones (`LoadVariables`).
    ///
    /// # Errors
    ///
    /// Returns an error if a source cannot be read.
    pub(crate) fn read(
        sources: &mut Sources<'_>,
        all: &[VariableSource],
    ) -> Result<Self, RenderError> {
        let mut variables = Self::default();
        for source in all {
            let Some(node) = source.part.read(sources)? else {
                continue;
            };
            for entry in node.map().map_or(&[][..], |map| map.entries.as_slice()) {
                let Some(value) = entry.value.text() else {
                    continue;
                };
                let value = match source.is_base64 {
                    true => from_base64(value),
                    false => Some(value.clone()),
                };
                if let Some(value) = value {
                    let value = podwright_go_template::text::replace(
                        &value,
                        "\n",
                        &Text::default(),
                        usize::MAX,
                    );
                    variables.known.insert(entry.key.as_str().to_owned(), value);
                }
            }
        }
        Ok(variables)
    }

    /// Whether no variable is known. Flux replaces nothing if there is none.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Replaces the variables in an object as it is written. A variable without a value stays as it is: what adds more
    /// variables may not be among the files. `has_all` says that none is added, so that defaults apply.
    ///
    /// # Errors
    ///
    /// Returns an error at a malformed expression.
    pub(crate) fn substitute(&self, text: &Text, has_all: bool) -> Result<Text, RenderError> {
        envsubst::eval(text, &|name| match self.known.get(name) {
            Some(value) => Value::Known(value.clone()),
            None if has_all => Value::Absent,
            None => Value::Unknown,
        })
    }
}

/// Whether an object opts out of the substitution (`SubstituteVariables`).
pub(crate) fn is_disabled(object: &Node) -> bool {
    ["labels", "annotations"].iter().any(|field| {
        let value = object.at(&["metadata", field, "kustomize.toolkit.fluxcd.io/substitute"]);
        value.and_then(Node::str) == Some("disabled")
    })
}
