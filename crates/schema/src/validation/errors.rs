//! The errors of validation, as `field.ErrorList` of apimachinery.

use std::borrow::Cow;

use podwright_model::name::NameError;
use podwright_syntax::NodeId;
use podwright_syntax::text::nearest;

use super::value::{Rest, Value};
use crate::releases::Releases;

/// Type of an error: `field.ErrorType` of apimachinery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorType {
    /// A field that must be set is not.
    Required,
    /// The value does not have the required form.
    Invalid,
    /// The value is not one of those that the API server knows.
    NotSupported,
    /// The field or value is not allowed here.
    Forbidden,
    /// Another item has the same value.
    Duplicate,
    /// The string, or the content as a whole, is too long.
    TooLong,
    /// The list has too many items.
    TooMany,
    /// Not an error: the API server warns that the value has no effect, or a surprising one.
    Warning,
    /// Not an error: the API server warns that the field or value is deprecated.
    Deprecated,
    /// Not an error: the API server silently drops the field.
    Dropped,
    /// Not an error: podwright cannot evaluate the expression.
    NotEvaluated,
}

impl ErrorType {
    /// Whether the API server rejects the object.
    #[must_use]
    pub const fn is_rejected(self) -> bool {
        !matches!(
            self,
            Self::Warning | Self::Deprecated | Self::Dropped | Self::NotEvaluated
        )
    }

    /// Words of the API server.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Required => "Required value",
            Self::Invalid => "Invalid value",
            Self::NotSupported => "Unsupported value",
            Self::Forbidden => "Forbidden",
            Self::Duplicate => "Duplicate value",
            Self::TooLong => "Too long",
            Self::TooMany => "Too many",
            Self::Warning | Self::Deprecated | Self::Dropped | Self::NotEvaluated => "Warning",
        }
    }
}

/// An error that the API server answers a create request with.
#[derive(Clone, Debug)]
pub struct Invalid {
    /// Type of the error.
    pub error: ErrorType,
    /// The field, or the nearest mapping around it if it is absent.
    pub node: NodeId,
    /// Path from `node` to the absent field.
    pub rest: Rest,
    /// Node to report at, if it is not the field that the API server names.
    pub at: Option<NodeId>,
    /// What is wrong, to follow the name of the field: "must be at least 0".
    pub message: Cow<'static, str>,
    /// What to do.
    pub help: Cow<'static, str>,
    /// Value that was probably meant. The help names it.
    pub near: Option<Box<str>>,
    /// Part of the decoded string that is wrong.
    pub within: Option<std::ops::Range<usize>>,
    /// Values that the API server accepts, for [`ErrorType::NotSupported`].
    pub supported: Vec<Cow<'static, str>>,
    /// The earlier item, for [`ErrorType::Duplicate`].
    pub first: Option<NodeId>,
    /// Releases in which the API server answers with the error.
    pub releases: Releases,
    /// Releases in which it accepts the object, and rejects what the controller makes of it: the Pods or claims of a
    /// StatefulSet.
    pub later: Releases,
    /// Target releases that serve the kind, and do neither.
    pub accepted: Releases,
}

impl Invalid {
    /// Sets the help.
    pub(super) fn help(&mut self, help: impl Into<Cow<'static, str>>) -> &mut Self {
        self.help = help.into();
        self
    }

    /// Suggests the nearest of these values, if one is near.
    pub(super) fn near<'n>(
        &mut self,
        written: &str,
        values: impl IntoIterator<Item = &'n str>,
    ) -> &mut Self {
        if let Some(near) = nearest(written, values) {
            self.help = format!("use `{}`", near.name).into();
            self.near = near.is_only.then(|| near.name.into());
        }
        self
    }

    /// Sets the place to report at.
    pub(super) fn at(&mut self, place: Value<'_>) -> &mut Self {
        self.at = Some(place.node);
        self
    }

    /// Sets the wrong part of the string.
    pub(super) fn within(&mut self, within: std::ops::Range<usize>) -> &mut Self {
        self.within = Some(within);
        self
    }
}

/// Collects errors.
pub(super) struct Errors {
    pub(super) list: Vec<Invalid>,
    /// Target releases.
    pub(super) releases: Releases,
    /// Releases that the next errors are limited to.
    limit: Releases,
    /// Releases that validate the current part only in what a controller makes of it.
    later: Releases,
    /// Takes the errors that are not reported.
    scratch: Invalid,
}

impl Errors {
    pub(super) fn new(releases: Releases) -> Self {
        Self {
            list: Vec::new(),
            releases,
            limit: Releases::ALL,
            later: Releases(0),
            scratch: Invalid {
                error: ErrorType::Invalid,
                node: NodeId(0),
                rest: [""; 4],
                at: None,
                message: Cow::Borrowed(""),
                help: Cow::Borrowed(""),
                near: None,
                within: None,
                supported: Vec::new(),
                first: None,
                releases: Releases::ALL,
                later: Releases(0),
                accepted: Releases(0),
            },
        }
    }

    /// Runs a part of the validation that the releases before 1.`since` do not run on the object, but on what its
    /// controller makes of it.
    pub(super) fn earlier_in_made(&mut self, since: u16, part: impl FnOnce(&mut Self)) {
        let outer = self.later;
        self.later = Releases::ALL.without(Releases::since(since));
        part(self);
        self.later = outer;
    }

    /// Runs a part of the validation that all releases run on the object itself.
    pub(super) fn always_in_object(&mut self, part: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.later, Releases(0));
        part(self);
        self.later = outer;
    }

    /// Runs a part of the validation that only the releases since 1.`since` have.
    pub(super) fn since(&mut self, since: u16, part: impl FnOnce(&mut Self)) {
        self.only(Releases::since(since), part);
    }

    /// Runs a part of the validation that only the releases before 1.`until` have.
    pub(super) fn before(&mut self, until: u16, part: impl FnOnce(&mut Self)) {
        self.only(Releases::ALL.without(Releases::since(until)), part);
    }

    fn only(&mut self, releases: Releases, part: impl FnOnce(&mut Self)) {
        let outer = self.limit;
        self.limit = Releases(outer.0 & releases.0);
        if self.limit.hold_any(self.releases) {
            part(self);
        }
        self.limit = outer;
    }

    /// Number of errors so far, as in `len(allErrs) == 0`.
    pub(super) fn count(&self) -> usize {
        self.list.len()
    }

    fn push(
        &mut self,
        error: ErrorType,
        at: Value<'_>,
        message: Cow<'static, str>,
        help: Cow<'static, str>,
    ) -> &mut Invalid {
        let invalid = Invalid {
            error,
            node: at.node,
            rest: at.rest,
            at: None,
            message,
            help,
            near: None,
            within: None,
            supported: Vec::new(),
            first: None,
            releases: self.limit.without(self.later),
            later: Releases(self.limit.0 & self.later.0),
            accepted: Releases(0),
        };
        if at.is_unknown() {
            self.scratch = invalid;
            return &mut self.scratch;
        }
        self.list.push(invalid);
        let last = self.list.len() - 1;
        &mut self.list[last]
    }

    /// `field.Required`. `why` follows the name of the field and "is required": "when …", or is empty.
    pub(super) fn required(
        &mut self,
        at: Value<'_>,
        why: impl Into<Cow<'static, str>>,
    ) -> &mut Invalid {
        self.push(ErrorType::Required, at, why.into(), Cow::Borrowed(""))
    }

    /// `field.Invalid`. `message` follows the name of the field.
    pub(super) fn invalid(
        &mut self,
        at: Value<'_>,
        message: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) -> &mut Invalid {
        self.push(ErrorType::Invalid, at, message.into(), help.into())
    }

    /// `field.NotSupported` with the values that the API server accepts.
    pub(super) fn not_supported(&mut self, at: Value<'_>, supported: &[&'static str]) {
        let invalid = self.push(
            ErrorType::NotSupported,
            at,
            Cow::Borrowed(""),
            Cow::Borrowed(""),
        );
        invalid.supported = supported.iter().map(|&word| Cow::Borrowed(word)).collect();
    }

    /// `field.NotSupported` with values that depend on the object.
    pub(super) fn not_one_of(&mut self, at: Value<'_>, supported: &[&str]) {
        self.not_supported(at, &[]);
        if let Some(invalid) = self.list.last_mut()
            && invalid.node == at.node
        {
            let owned = supported.iter().map(|&word| word.to_owned().into());
            invalid.supported = owned.collect();
        }
    }

    /// `field.Forbidden`. `message` follows the name of the field.
    pub(super) fn forbidden(
        &mut self,
        at: Value<'_>,
        message: impl Into<Cow<'static, str>>,
    ) -> &mut Invalid {
        self.push(ErrorType::Forbidden, at, message.into(), Cow::Borrowed(""))
    }

    /// `field.Duplicate`.
    pub(super) fn duplicate(&mut self, at: Value<'_>, first: Option<Value<'_>>) {
        let invalid = self.push(
            ErrorType::Duplicate,
            at,
            Cow::Borrowed(""),
            Cow::Borrowed("remove one of them, or change its value"),
        );
        invalid.first = first.map(|first| first.node);
    }

    /// `field.TooLong` of a string.
    pub(super) fn too_long(&mut self, at: Value<'_>, limit: usize) {
        self.push(
            ErrorType::TooLong,
            at,
            format!("is longer than {limit} bytes").into(),
            format!("use at most {limit} bytes").into(),
        );
    }

    /// `field.TooLong` of what several values contain in total.
    pub(super) fn too_large(
        &mut self,
        at: Value<'_>,
        message: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) {
        self.push(ErrorType::TooLong, at, message.into(), help.into());
    }

    /// `field.TooMany`.
    pub(super) fn too_many(&mut self, at: Value<'_>, limit: usize) {
        self.push(
            ErrorType::TooMany,
            at,
            format!("has more than {limit} items").into(),
            format!("use at most {limit} items").into(),
        );
    }

    /// `field.TooMany`, with a message that follows the name of the field.
    pub(super) fn too_many_of(
        &mut self,
        at: Value<'_>,
        message: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) {
        self.push(ErrorType::TooMany, at, message.into(), help.into());
    }

    /// `field.Invalid` for a string that is not a valid name: "must be a DNS label".
    pub(super) fn name(
        &mut self,
        at: Value<'_>,
        what: &'static str,
        error: NameError,
        help: &'static str,
    ) {
        let message = format!("must be {what}, but it {}", error.kind);
        self.push(ErrorType::Invalid, at, message.into(), Cow::Borrowed(help))
            .within(error.at);
    }

    /// A warning. `message` follows the name of the field.
    pub(super) fn warn(
        &mut self,
        at: Value<'_>,
        message: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) {
        self.push(ErrorType::Warning, at, message.into(), help.into());
    }

    /// An expression that podwright cannot evaluate. `message` follows the name of the field.
    pub(super) fn not_evaluated(
        &mut self,
        at: Value<'_>,
        message: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) {
        self.push(ErrorType::NotEvaluated, at, message.into(), help.into());
    }

    /// A field that the API server silently drops. `message` follows the name of the field.
    pub(super) fn dropped(
        &mut self,
        at: Value<'_>,
        message: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) {
        self.push(ErrorType::Dropped, at, message.into(), help.into());
    }

    /// A warning about what is deprecated. `detail` follows the name of the field and "is deprecated", or is empty.
    pub(super) fn deprecated(
        &mut self,
        at: Value<'_>,
        detail: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) {
        self.push(ErrorType::Deprecated, at, detail.into(), help.into());
    }
}
