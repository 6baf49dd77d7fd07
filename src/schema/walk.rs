//! One walk over an object: what stands there, beside what may stand there.

mod guess;
mod list;
mod name;
mod object;
mod requirement;
mod scalar;

pub(super) use scalar::is_unknown;

use super::shape::{Found, Inner, Record, Shape};
use super::{Check, CustomKinds, Field, Problem, ProblemKind, Releases, Values};
use crate::model::{Object, VersionRange, has_template_syntax, is_placeholder};
use crate::syntax::{Entry, Kind, NodeId, Scalar, Tree};

/// What is judged.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The tree in which the object stands.
    pub tree: &'a Tree,
    /// The object.
    pub object: &'a Object,
    /// The releases of the clusters that it is for.
    pub range: VersionRange,
    /// Whether it is only a part, to be merged into another: nothing is missing in it then.
    pub is_partial: bool,
    /// The kinds that are no part of Kubernetes.
    pub custom: &'a CustomKinds,
}

/// What of an object does not fit, in the order in which it is written. Nothing is said of a document that could not
/// be read whole, since the reader may have put a key where it does not belong.
#[must_use]
pub fn problems<'a>(subject: &Subject<'a>) -> Vec<Problem<'a>> {
    object::problems(subject)
}

/// Objects with more nodes than that, aliases followed, are nothing that anybody writes.
const MOST_NODES: u32 = 1_000_000;

/// Mappings and lists within one another.
const MOST_DEPTH: usize = 128;

struct Walk<'a> {
    tree: &'a Tree,
    releases: Releases,
    is_partial: bool,
    problems: Vec<Problem<'a>>,
    /// The records around the place, outermost first.
    around: Vec<Around<'a>>,
    nodes_left: u32,
}

/// A record on the way, and the steps to it from the one before.
struct Around<'a> {
    record: Record<'a>,
    steps: Vec<PathStep<'a>>,
}

#[derive(Clone, Copy)]
enum PathStep<'a> {
    Field(&'a str),
    Item(usize),
    Key(NodeId),
}

/// For what a value is: the field, and whether it is an item of its list, or a value of its mapping.
#[derive(Clone, Copy)]
struct Of<'a> {
    field: &'a str,
    values: Values<'a>,
    check: Check,
    /// Whether the object is refused without it.
    is_required: bool,
    is_inner: bool,
}

impl<'a> Walk<'a> {
    /// A value that is no record, or one.
    fn value(&mut self, node: NodeId, shape: Shape<'a>, of: Of<'a>, steps: &mut Vec<PathStep<'a>>) {
        if self.nodes_left == 0 || self.around.len() + steps.len() > MOST_DEPTH {
            return;
        }
        self.nodes_left -= 1;
        let node = self.tree.resolve(node);
        let kind = self.tree.kind(node);
        match shape {
            Shape::Any => {}
            Shape::Record(record) if kind.is_mapping() => self.record(node, record, steps),
            Shape::Map(inner) if kind.is_mapping() => self.map(node, inner, of, steps),
            Shape::List(inner) if kind.is_sequence() => self.items(node, inner, of, steps),
            _ => self.scalar(node, shape, of),
        }
    }

    fn record(&mut self, mapping: NodeId, record: Record<'a>, steps: &mut Vec<PathStep<'a>>) {
        self.around.push(Around {
            record,
            steps: std::mem::take(steps),
        });
        let mut seen = Seen::default();
        let from = self.problems.len();
        let is_plain = self.entries(mapping, record, self.tree.entries(mapping), &mut seen);
        if !is_plain {
            // What a `<<` brings in, and which of two equal keys counts, takes longer to tell.
            self.problems.truncate(from);
            seen = Seen {
                is_lenient: true,
                ..Seen::default()
            };
            let fields = self.tree.fields(mapping);
            self.entries(mapping, record, fields.into_iter(), &mut seen);
        }
        // What a custom resource lacks is told where its defaults are known.
        let is_table = matches!(record, Record::Type(_));
        if is_table && !self.is_partial && !self.tree.is_recovered(mapping) {
            for (at, field) in record.required(self.releases) {
                if !seen.holds(at) {
                    let of = of(&field, self.releases);
                    self.add(mapping, of, ProblemKind::Missing(field.name));
                }
            }
            self.requirement(mapping, record);
        }
        if let Some(around) = self.around.pop() {
            *steps = around.steps;
        }
    }

    /// Judges the entries of a record; gives up where a key is there twice, or is `<<`.
    fn entries(
        &mut self,
        mapping: NodeId,
        record: Record<'a>,
        entries: impl Iterator<Item = Entry>,
        seen: &mut Seen,
    ) -> bool {
        let mut steps = Vec::new();
        for entry in entries {
            if !seen.is_lenient && self.tree.is_merge(entry.key) {
                return false;
            }
            let name = self.tree.key_text(entry.key);
            let field = match record.find(&name, self.releases) {
                Found::Here(at, field) => {
                    let is_null = self.is_null(entry.value);
                    if !seen.add(at, is_null) && !seen.is_lenient {
                        return false;
                    }
                    field
                }
                Found::Elsewhen(releases, field) => {
                    let kind = ProblemKind::FieldNotAvailable(releases);
                    self.add(entry.key, of(&field, self.releases), kind);
                    continue;
                }
                Found::Nowhere => {
                    self.unknown(mapping, record, entry, &name);
                    continue;
                }
            };
            // What the cluster writes; nobody reads what a file says of it.
            if self.around.len() == 1 && field.name == "status" {
                continue;
            }
            steps.clear();
            steps.push(PathStep::Field(field.name));
            self.value(
                entry.value,
                field.shape,
                of(&field, self.releases),
                &mut steps,
            );
            if let (Some(unique), true) = (field.unique, self.is_list(entry.value)) {
                self.duplicates(
                    self.tree.resolve(entry.value),
                    unique,
                    of(&field, self.releases),
                );
            }
        }
        true
    }

    fn map(
        &mut self,
        mapping: NodeId,
        inner: Inner<'a>,
        of: Of<'a>,
        steps: &mut Vec<PathStep<'a>>,
    ) {
        let shape = inner.shape();
        let is_merged = self
            .tree
            .entries(mapping)
            .any(|entry| self.tree.is_merge(entry.key));
        let of = Of {
            is_inner: true,
            ..of
        };
        if is_merged {
            for entry in self.tree.fields(mapping) {
                self.map_entry(entry, shape, of, steps);
            }
            return;
        }
        for entry in self.tree.entries(mapping) {
            self.map_entry(entry, shape, of, steps);
        }
    }

    fn map_entry(
        &mut self,
        entry: Entry,
        shape: Shape<'a>,
        of: Of<'a>,
        steps: &mut Vec<PathStep<'a>>,
    ) {
        let key = self.tree.scalar(entry.key);
        if !matches!(key, Scalar::Str(_) | Scalar::Null | Scalar::Invalid) {
            let becomes = self.tree.key_text(entry.key).into_owned();
            // `8080: web` is written `"8080"` all the same.
            if self.tree.raw(entry.key) != becomes {
                self.add(entry.key, of, ProblemKind::KeyNotText(becomes));
            }
        }
        self.label(entry, of);
        steps.push(PathStep::Key(entry.key));
        self.value(entry.value, shape, of, steps);
        steps.pop();
    }

    fn unknown(&mut self, mapping: NodeId, record: Record<'a>, entry: Entry, name: &str) {
        let is_directive = self.is_partial && name.starts_with('$');
        if record.is_open() || is_directive || is_placeholder(name) || has_template_syntax(name) {
            return;
        }
        if !self.tree.kind(self.tree.resolve(entry.key)).is_scalar()
            || self.tree.is_recovered(mapping)
        {
            return;
        }
        let name = name.to_owned();
        let mut fields = record.fields(self.releases);
        let same = fields.find(|field| field.name.eq_ignore_ascii_case(&name));
        let field = same.map_or("", |field| field.name);
        let kind = match same {
            Some(field) => ProblemKind::FieldCase {
                mapping,
                name,
                right: field.name,
            },
            None => ProblemKind::UnknownField {
                mapping,
                of: self.called(record),
                guess: self.guess(record, &name),
                name,
            },
        };
        self.problems.push(Problem {
            node: entry.key,
            field,
            is_inner: false,
            is_custom: matches!(record, Record::Custom(_)),
            kind,
        });
    }

    /// What a record is called: its type, or the field that holds it.
    fn called(&self, record: Record<'a>) -> &'a str {
        if let Some(name) = record.name() {
            return name.rsplit('.').next().unwrap_or(name);
        }
        let mut steps = self
            .around
            .iter()
            .rev()
            .flat_map(|around| around.steps.iter().rev());
        let field = steps.find_map(|step| match step {
            PathStep::Field(name) => Some(*name),
            PathStep::Item(_) | PathStep::Key(_) => None,
        });
        field.unwrap_or("the custom resource")
    }

    fn add(&mut self, node: NodeId, of: Of<'a>, kind: ProblemKind<'a>) {
        self.problems.push(Problem {
            node,
            field: of.field,
            is_inner: of.is_inner,
            is_custom: self.is_custom(),
            kind,
        });
    }

    /// Whether a CustomResourceDefinition says what belongs here.
    fn is_custom(&self) -> bool {
        let around = self.around.last();
        around.is_some_and(|around| matches!(around.record, Record::Custom(_)))
    }

    fn is_null(&self, node: NodeId) -> bool {
        let node = self.tree.resolve(node);
        let may_be = matches!(self.tree.kind(node), Kind::Empty | Kind::Plain);
        may_be && !self.tree.is_recovered(node) && self.tree.scalar(node) == Scalar::Null
    }

    fn is_list(&self, node: NodeId) -> bool {
        self.tree.kind(self.tree.resolve(node)).is_sequence()
    }
}

fn of<'a>(field: &Field<'a>, releases: Releases) -> Of<'a> {
    Of {
        field: field.name,
        values: field.values,
        check: field.check,
        is_required: field.required.hold_any(releases),
        is_inner: false,
    }
}

/// Which fields of a record stand in a mapping, by their places among its fields.
#[derive(Default)]
struct Seen {
    /// A bit for each of the first fields; no type has more.
    keys: u128,
    /// Those of them that are more than null.
    set: u128,
    /// Whether a key may be there twice.
    is_lenient: bool,
}

impl Seen {
    /// Adds a field; whether it is new.
    fn add(&mut self, at: usize, is_null: bool) -> bool {
        let bit = 1_u128
            .checked_shl(u32::try_from(at).unwrap_or(128))
            .unwrap_or(0);
        let is_new = self.keys & bit == 0;
        self.keys |= bit;
        if !is_null {
            self.set |= bit;
        }
        is_new
    }

    /// Whether the field is there, and not null.
    fn holds(&self, at: usize) -> bool {
        let bit = 1_u128
            .checked_shl(u32::try_from(at).unwrap_or(128))
            .unwrap_or(0);
        bit == 0 || self.set & bit != 0
    }
}
