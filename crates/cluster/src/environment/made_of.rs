//! Which variables the value of another one consists of.

use rustc_hash::FxHashSet;

use super::{Environment, Lookup, Origin, expand};
use podwright_model::{Container, EnvVar};

impl Environment {
    /// Returns the indices of the `env` items with `valueFrom` that the value of `$(name)` consists of, if it has no
    /// other characters: the value is empty if all of them are.
    ///
    /// Follows references from one `env` item to earlier ones, as `makeEnvironmentVariables` expands them.
    #[must_use]
    pub fn made_of(&self, container: &Container, name: &str) -> Option<Vec<usize>> {
        let variables: &[EnvVar] = container.env.value()?;
        let mut sources = Vec::new();
        let mut seen = FxHashSet::default();
        let mut left = vec![(name, usize::MAX)];
        while let Some((name, before)) = left.pop() {
            let Lookup::Defined(definition) = self.lookup_before(name, before) else {
                return None;
            };
            let position = definition.position?;
            if !seen.insert(position) {
                continue;
            }
            if definition.origin != Origin::Written {
                sources.push(position);
                continue;
            }
            let text = variables.get(position)?.value.text()?;
            if !expand(text, |_| Some("")).is_empty() {
                return None;
            }
            left.extend(super::references(text).map(|reference| (reference.name, position)));
        }
        (!sources.is_empty()).then_some(sources)
    }
}
