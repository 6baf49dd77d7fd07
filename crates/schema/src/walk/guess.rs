//! Suggestions for unknown fields.

use super::{PathStep, Walk};
use crate::problem::Guess;
use crate::shape::{Record, Shape};
use podwright_syntax::text::did_you_mean;

/// Number of levels below the record in which a field is searched.
const DOWN: usize = 3;

impl<'a> Walk<'a> {
    /// Finds the same field in an outer or inner record, or else the field with the nearest name.
    pub(super) fn guess(&self, record: Record<'a>, name: &str) -> Option<Guess> {
        let up = (0..self.around.len().saturating_sub(1)).rev();
        let up = up.filter(|&at| has(self.around[at].record, name, self));
        if let Some(at) = up.into_iter().next() {
            return Some(Guess::Path(join(&self.path(at + 1), name)));
        }
        let names: Vec<&str> = record
            .fields(self.releases)
            .map(|field| field.name)
            .collect();
        let near = did_you_mean(name, names.iter().copied());
        if let (Some(near), true) = (near, name.len() > 3)
            && podwright_syntax::text::distance(name, near) <= 1
        {
            return Some(Guess::Name(near.to_owned()));
        }
        let down = self.down(record, name);
        let down = down.map(|below| Guess::Path(join(&self.path(self.around.len()), &below)));
        down.or_else(|| near.map(|near| Guess::Name(near.to_owned())))
    }

    /// Path from `record` to the field in an inner record.
    fn down(&self, record: Record<'a>, name: &str) -> Option<String> {
        let mut level = vec![(record, String::new())];
        for _ in 0..DOWN {
            let mut next = Vec::new();
            for (record, path) in level {
                for field in record.fields(self.releases) {
                    if matches!(field.name, "status" | "metadata") {
                        continue;
                    }
                    let (below, step) = match field.shape {
                        Shape::Record(below) => (below, field.name.to_owned()),
                        Shape::List(inner) => match inner.shape() {
                            Shape::Record(below) => (below, format!("{}[]", field.name)),
                            _ => continue,
                        },
                        _ => continue,
                    };
                    let path = join(&path, &step);
                    if has(below, name, self) {
                        return Some(join(&path, name));
                    }
                    next.push((below, path));
                }
            }
            level = next;
        }
        None
    }

    /// Path from the object to the record at the given depth.
    fn path(&self, depth: usize) -> String {
        let mut path = String::new();
        for around in &self.around[..depth] {
            for step in &around.steps {
                match step {
                    PathStep::Field(name) => path = join(&path, name),
                    PathStep::Item(index) => path.push_str(&format!("[{index}]")),
                    PathStep::Key(key) => path = join(&path, &self.tree.key_text(*key)),
                }
            }
        }
        path
    }
}

fn has(record: Record<'_>, name: &str, walk: &Walk<'_>) -> bool {
    record.fields(walk.releases).any(|field| field.name == name)
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
