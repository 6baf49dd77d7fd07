use super::{Field, Releases, Type, custom, table};

/// What may stand at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape<'s> {
    /// Anything.
    Any,
    /// A text.
    Text,
    /// Bytes, written in base64.
    Bytes,
    /// A time, as RFC 3339 writes it.
    Time,
    /// `true` or `false`.
    Boolean,
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// Any number.
    Number,
    /// A quantity: `500m`, `1Gi`, `2`.
    Quantity,
    /// A whole number, or a text: a port, a percentage.
    IntOrString,
    /// A list.
    List(Inner<'s>),
    /// A mapping with any keys.
    Map(Inner<'s>),
    /// A mapping with certain keys.
    Record(Record<'s>),
}

/// What the items of a list, or the values of a mapping, are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Inner<'s> {
    /// As the table of the Kubernetes API says.
    Table(u16),
    /// As a CustomResourceDefinition says.
    Custom(&'s custom::Node),
}

/// A mapping with certain keys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Record<'s> {
    /// A type of the Kubernetes API.
    Type(Type),
    /// A part of a custom resource.
    Custom(&'s custom::Node),
}

impl<'s> Inner<'s> {
    /// The shape.
    #[must_use]
    pub fn shape(self) -> Shape<'s> {
        match self {
            Self::Table(id) => table::shape(id),
            Self::Custom(node) => node.shape(),
        }
    }
}

/// What a record knows of a key.
pub(super) enum Found<'s> {
    /// The field, and its place among the fields of the record.
    Here(usize, Field<'s>),
    /// The field is there, but in no or not in all of the releases that are asked for: those that have it.
    Elsewhen(Releases, Field<'s>),
    /// There is no such field.
    Nowhere,
}

impl<'s> Record<'s> {
    /// The field `name` as `releases` have it.
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
        let mut best: Option<Field<'s>> = None;
        for form in forms {
            all = all.and(form.releases);
            // Of several forms the newest that is asked for; the others are too rare to judge by them.
            if best.is_none() || form.releases.hold_any(releases) {
                best = Some(*form);
            }
        }
        match best {
            None => Found::Nowhere,
            Some(field) if all.hold_all(releases) => Found::Here(at, field),
            Some(field) => Found::Elsewhen(all, field),
        }
    }

    /// The fields that one of `releases` has.
    pub fn fields(self, releases: Releases) -> impl Iterator<Item = Field<'s>> {
        let (own, custom) = self.parts();
        let own = own.iter().copied();
        own.filter(move |field| field.releases.hold_any(releases))
            .chain(custom.into_iter().flat_map(custom::Node::fields))
    }

    /// The fields without which `releases` refuse an object, with their places among the fields of the record.
    pub(super) fn required(self, releases: Releases) -> impl Iterator<Item = (usize, Field<'s>)> {
        let (own, custom) = self.parts();
        let own = own.iter().copied().enumerate();
        let custom = custom.into_iter().flat_map(custom::Node::fields);
        own.chain(custom.enumerate())
            .filter(move |(_, field)| field.required.hold_any(releases))
    }

    /// The fields of a type, or the part of a custom resource.
    fn parts(self) -> (&'s [Field<'s>], Option<&'s custom::Node>) {
        match self {
            Self::Type(own) => (own.fields(), None),
            Self::Custom(node) => (&[], Some(node)),
        }
    }

    /// Whether a key that is no field is kept as it is.
    pub(super) fn is_open(self) -> bool {
        match self {
            Self::Type(_) => false,
            Self::Custom(node) => node.is_open(),
        }
    }

    /// Its name, if it has one.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Type(own) => Some(own.name()),
            Self::Custom(_) => None,
        }
    }
}
