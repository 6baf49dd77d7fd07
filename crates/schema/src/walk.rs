//! Walk over an object that compares it with its schema.

mod embedded;
mod gate;
mod list;
mod missing;
mod name;
mod object;
mod operator;
mod release;
mod requirement;
mod scalar;
mod unknown;

pub(crate) use embedded::embedded_around;
pub use object::problems;
pub(crate) use operator::operated;

use super::custom::CustomKinds;
use super::field::{Field, Validation, Values};
use super::problem::{Bound, Problem, ProblemKind};
use super::record::Found;
use super::releases::Releases;
use super::shape::{Inner, Record, Shape};
pub use name::is_port_name;
use podwright_model::{
    Object, VersionRange, has_template_syntax, is_filled_in, is_filled_in_comment,
};
use podwright_syntax::{Entry, NodeId, NodeKind, Scalar, SyntaxTree};
use rustc_hash::FxHashMap;

/// The object to check, with its context.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Syntax tree that contains the object.
    pub tree: &'a SyntaxTree,
    /// The object.
    pub object: &'a Object,
    /// Target releases of the object.
    pub range: VersionRange,
    /// Whether the object is partial and will be merged into another one. Missing fields are not reported then.
    pub is_partial: bool,
    /// Kinds that CustomResourceDefinitions define.
    pub custom: &'a CustomKinds,
}

/// Maximum number of nodes per object, with aliases expanded. Real objects are far smaller.
const MAX_NODES: u32 = 1_000_000;

/// Maximum nesting depth of mappings and lists.
const MAX_DEPTH: usize = 128;

struct Walk<'a> {
    tree: &'a SyntaxTree,
    releases: Releases,
    is_partial: bool,
    /// Whether the object is in no namespace.
    is_cluster_scoped: bool,
    problems: Vec<Problem<'a>>,
    /// Records around the current position, outermost first.
    around: Vec<Around<'a>>,
    nodes_left: u32,
    /// Why a part of the object is not checked.
    unchecked: Option<Bound>,
    /// Names of the fields of a mapping by their lower case.
    folded: Option<(NodeId, FxHashMap<String, &'a str>)>,
}

/// A record on the path to the current position, and the steps from the previous record to it.
struct Around<'a> {
    record: Record<'a>,
    steps: Vec<PathStep<'a>>,
}

#[derive(Clone, Copy)]
enum PathStep<'a> {
    Field(&'a str),
    Item,
    Key,
}

/// Field that a value belongs to. The value may be an item of its list or a value of its map.
#[derive(Clone, Copy)]
struct Of<'a> {
    field: &'a str,
    values: Values<'a>,
    check: Validation,
    /// Whether the field is required.
    is_required: bool,
    is_inner: bool,
}

impl<'a> Walk<'a> {
    /// Checks a value of any type.
    fn value(&mut self, node: NodeId, shape: Shape<'a>, of: Of<'a>, steps: &mut Vec<PathStep<'a>>) {
        if self.around.len() + steps.len() > MAX_DEPTH {
            self.unchecked = Some(Bound::Depth(MAX_DEPTH));
            return;
        }
        if self.nodes_left == 0 {
            self.unchecked = Some(Bound::Values(MAX_NODES));
            return;
        }
        self.nodes_left -= 1;
        let node = self.tree.resolve(node);
        let kind = self.tree.kind(node);
        match shape {
            Shape::Any => {}
            Shape::Record(record) if kind.is_mapping() => self.record(node, record, steps),
            Shape::Map(inner) if kind.is_mapping() => self.map(node, inner, of, steps),
            Shape::List(inner) if kind.is_sequence() => {
                if self.tree.items(node).next().is_none() && self.must_be_filled(of) {
                    self.add(node, of, ProblemKind::Empty);
                }
                self.items(node, inner, of, steps);
            }
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
            // Slow path: resolve `<<` and duplicate keys.
            self.problems.truncate(from);
            seen = Seen {
                is_lenient: true,
                ..Seen::default()
            };
            let fields = self.tree.fields(mapping);
            self.entries(mapping, record, fields.into_iter(), &mut seen);
        }
        // `custom::judge` reports missing fields of custom resources, because it knows their defaults.
        let is_table = matches!(record, Record::Type(_));
        if is_table && !self.is_partial && !self.tree.is_recovered(mapping) {
            let is_checked = !self.is_owner_of_template();
            for (at, field) in record.required(self.releases) {
                if is_checked && !seen.holds(at) {
                    let of = of(&field, self.releases);
                    self.add(mapping, of, ProblemKind::Missing(field.name));
                }
            }
            self.missing_spec(mapping, record, &seen);
            self.requirement(mapping, record);
        }
        if let Some(around) = self.around.pop() {
            *steps = around.steps;
        }
    }

    /// Checks the entries of a record. Returns false and stops at a duplicate key or `<<`, unless `seen.is_lenient` is
    /// set.
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
            if self.around.len() == 1 && field.name == "status" {
                self.status(entry.value, &field);
                continue;
            }
            let mut of_value = of(&field, self.releases);
            if field.name == "namespace" && self.is_ignored_namespace(record)
                || field.name == "subdomain" && self.is_in_stateful_set()
                || of_value.check == Validation::NonNegative && self.is_in_claim()
            {
                of_value.check = Validation::None;
            }
            let from = self.problems.len();
            steps.clear();
            steps.push(PathStep::Field(field.name));
            self.value(entry.value, field.shape, of_value, &mut steps);
            if let (Some(unique), true) = (field.unique, self.is_list(entry.value)) {
                self.duplicates(
                    self.tree.resolve(entry.value),
                    unique,
                    of(&field, self.releases),
                );
            }
            if let Some(gate) = field.gate {
                self.gated(entry, &field, gate, from);
            }
        }
        true
    }

    /// Checks what cannot be decoded in `status`. The cluster writes its values, so those in a manifest do not matter. A
    /// custom resource is decoded whatever its types are, and the API server drops its `status` before it validates it.
    fn status(&mut self, value: NodeId, field: &Field<'a>) {
        let (from, is_partial) = (self.problems.len(), self.is_partial);
        self.is_partial = true;
        let mut steps = vec![PathStep::Field(field.name)];
        self.value(value, field.shape, of(field, self.releases), &mut steps);
        self.is_partial = is_partial;
        let own = self.problems.split_off(from);
        let outermost = self.around.first().map(|around| around.record);
        let is_dropped = outermost.is_some_and(Record::drops_status);
        self.problems
            .extend(own.into_iter().filter(|problem| match problem.kind {
                ProblemKind::UnknownField { .. } => true,
                ProblemKind::WrongType { .. } => !is_dropped,
                _ => false,
            }));
    }

    /// Whether `metadata.namespace` in the current record has no effect: the API server clears it in a cluster-scoped
    /// object (`rest.BeforeCreate`), and does not read it in a template.
    fn is_ignored_namespace(&self, record: Record<'a>) -> bool {
        let is_metadata = record
            .name()
            .is_some_and(|name| name.ends_with(".ObjectMeta"));
        is_metadata && (self.is_cluster_scoped || self.around.len() > 2)
    }

    /// Whether the object is a StatefulSet, whose controller sets `subdomain`, so that the API server does not check it.
    fn is_in_stateful_set(&self) -> bool {
        let outermost = self.around.first().and_then(|around| around.record.name());
        outermost.is_some_and(|name| name.ends_with(".StatefulSet"))
    }

    /// Whether the current record has the resources of a claim, of which `ValidatePersistentVolumeClaimSpec` checks only
    /// `storage`. Kubernetes 1.28 and older have one type for them and those of a container.
    fn is_in_claim(&self) -> bool {
        let outer = self.around.iter().rev().nth(1);
        let name = outer.and_then(|around| around.record.name());
        name.is_some_and(|name| name.ends_with(".PersistentVolumeClaimSpec"))
    }

    fn map(
        &mut self,
        mapping: NodeId,
        inner: Inner<'a>,
        of: Of<'a>,
        steps: &mut Vec<PathStep<'a>>,
    ) {
        let shape = inner.shape();
        let is_merged = self.tree.has_merge(mapping);
        let of = Of {
            is_inner: true,
            ..of
        };
        let entries = match is_merged {
            true => self.tree.fields(mapping),
            false => self.tree.entries(mapping).collect(),
        };
        for entry in entries {
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
            // `8080: web` becomes `"8080"`, which reads the same.
            if self.tree.source_text(entry.key) != becomes {
                self.add(entry.key, of, ProblemKind::KeyNotText(becomes));
            }
        }
        self.label(entry, of);
        steps.push(PathStep::Key);
        self.value(entry.value, shape, of, steps);
        steps.pop();
    }

    fn unknown(&mut self, mapping: NodeId, record: Record<'a>, entry: Entry, name: &str) {
        let is_directive = self.is_partial && name.starts_with('$');
        if record.is_open() || is_directive || is_filled_in(name) || has_template_syntax(name) {
            return;
        }
        if !self.tree.kind(self.tree.resolve(entry.key)).is_scalar()
            || self.tree.is_recovered(mapping)
        {
            return;
        }
        let name = name.to_owned();
        let same = self.in_other_case(mapping, record, &name);
        let field = same.unwrap_or("");
        let kind = match same {
            Some(right) => ProblemKind::FieldCase {
                mapping,
                name,
                right,
            },
            None => ProblemKind::UnknownField {
                mapping,
                of: self.called(record),
                name,
            },
        };
        self.problems.push(Problem {
            node: entry.key,
            field,
            is_inner: false,
            is_custom: matches!(record, Record::Custom(_)),
            is_embedded: false,
            definition: None,
            operator: None,
            releases: Releases::ALL,
            kind,
        });
    }

    /// The field of a mapping whose name differs only in case.
    fn in_other_case(
        &mut self,
        mapping: NodeId,
        record: Record<'a>,
        name: &str,
    ) -> Option<&'a str> {
        if self.folded.as_ref().is_none_or(|(of, _)| *of != mapping) {
            let mut folded = FxHashMap::default();
            for field in record.fields(self.releases) {
                let lower = field.name.to_ascii_lowercase();
                folded.entry(lower).or_insert(field.name);
            }
            self.folded = Some((mapping, folded));
        }
        let (_, folded) = self.folded.as_ref()?;
        folded.get(&name.to_ascii_lowercase()).copied()
    }

    /// Name of a record: its type, or the field that contains it.
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
            PathStep::Item | PathStep::Key => None,
        });
        field.unwrap_or("custom resource")
    }

    fn add(&mut self, node: NodeId, of: Of<'a>, kind: ProblemKind<'a>) {
        self.problems.push(Problem {
            node,
            field: of.field,
            is_inner: of.is_inner,
            is_custom: self.is_custom(),
            is_embedded: false,
            definition: None,
            operator: None,
            releases: Releases::ALL,
            kind,
        });
    }

    /// Returns whether the schema at the current position comes from a CustomResourceDefinition.
    fn is_custom(&self) -> bool {
        let around = self.around.last();
        around.is_some_and(|around| matches!(around.record, Record::Custom(_)))
    }

    fn is_null(&self, node: NodeId) -> bool {
        let node = self.tree.resolve(node);
        let may_be = matches!(self.tree.kind(node), NodeKind::Empty | NodeKind::Plain);
        may_be
            && !self.tree.is_recovered(node)
            && self.tree.is_null(node)
            && !is_filled_in_comment(self.tree, node)
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

/// Fields of a record that a mapping contains, by their index among the fields of the record.
#[derive(Default)]
struct Seen {
    /// One bit per field, for the first 128 fields. No type has more.
    keys: u128,
    /// Fields in `keys` that are not null.
    set: u128,
    /// Whether duplicate keys are accepted.
    is_lenient: bool,
}

impl Seen {
    /// Adds a field and returns whether it is new.
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

    /// Returns whether the mapping contains the field and it is not null.
    fn holds(&self, at: usize) -> bool {
        let bit = 1_u128
            .checked_shl(u32::try_from(at).unwrap_or(128))
            .unwrap_or(0);
        bit == 0 || self.set & bit != 0
    }
}
