//! Fields of records, and the shapes of what lists and maps contain.

use super::custom::Node;
use super::field::Field;
use super::releases::Releases;
use super::shape::{Inner, Record, Shape};
use super::table::fields::shape;

impl<'s> Inner<'s> {
    /// Returns the shape.
    #[must_use]
    pub fn shape(self) -> Shape<'s> {
        match self {
            Self::Table(id) => shape(id),
            Self::Custom(node) => node.shape(),
        }
    }
}

/// Result of looking up a key in a record.
pub(super) enum Found<'s> {
    /// The field, and its index among the fields of the record.
    Here(usize, Field<'s>),
    /// A field that not all target releases have, and the releases that have it.
    Elsewhen(Releases, Field<'s>),
    /// The field does not exist.
    Nowhere,
}

impl<'s> Record<'s> {
    /// Looks up the field `name` for the target `releases`.
    pub(super) fn find(self, name: &str, releases: Releases) -> Found<'s> {
        let own = match self {
            Self::Custom(node) => {
                return match node.field(name) {
                    Some((at, field)) => Found::Here(at, field),
                    None => Found::Nowhere,
                };
            }
            Self::Type(own) => own,
        };
        let (at, forms) = own.forms(name);
        let mut all = Releases(0);
        let mut best: Option<&Field<'s>> = None;
        for form in forms {
            all = all.and(form.releases);
            // If a field has several forms, use the newest one in the target releases. Others are too rare to check.
            if best.is_none() || form.releases.hold_any(releases) {
                best = Some(form);
            }
        }
        match best {
            None => Found::Nowhere,
            Some(field) if all.hold_all(releases) => Found::Here(at, *field),
            Some(field) => Found::Elsewhen(all, *field),
        }
    }

    /// Fields that exist in at least one of `releases`.
    pub fn fields(self, releases: Releases) -> impl Iterator<Item = Field<'s>> {
        let (own, custom) = self.parts();
        let own = own.iter();
        own.filter(move |field| field.releases.hold_any(releases))
            .copied()
            .chain(custom.into_iter().flat_map(Node::fields))
    }

    /// Fields that at least one of `releases` requires, with their indexes among the fields of the record.
    pub(super) fn required(self, releases: Releases) -> impl Iterator<Item = (usize, Field<'s>)> {
        let (own, custom) = self.parts();
        let own = own.iter().enumerate();
        let own = own.filter(move |(_, field)| field.required.hold_any(releases));
        let custom = custom.into_iter().flat_map(Node::fields).enumerate();
        let custom = custom.filter(move |(_, field)| field.required.hold_any(releases));
        own.map(|(at, field)| (at, *field)).chain(custom)
    }

    /// Names of the fields that the newest release requires.
    pub fn required_names(self) -> impl Iterator<Item = &'s str> {
        let newest = Releases::of(podwright_model::VersionRange::default());
        self.required(newest).map(|(_, field)| field.name)
    }

    /// Returns the fields of a Kubernetes type, or the schema node of a custom resource.
    fn parts(self) -> (&'s [Field<'s>], Option<&'s Node>) {
        match self {
            Self::Type(own) => (own.fields(), None),
            Self::Custom(node) => (&[], Some(node)),
        }
    }

    /// Returns whether unknown fields are preserved.
    pub(super) fn is_open(self) -> bool {
        match self {
            Self::Type(_) => false,
            Self::Custom(node) => node.is_open(),
        }
    }

    /// Whether the API server drops the field `status` from a new custom resource.
    pub(super) fn drops_status(self) -> bool {
        match self {
            Self::Type(_) => false,
            Self::Custom(node) => node.drops_status(),
        }
    }

    /// Name of the type. `None` for a custom resource.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Type(own) => Some(own.name()),
            Self::Custom(_) => None,
        }
    }
}
