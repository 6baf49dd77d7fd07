//! Writes a value into a field (`setFieldValue` in `api/filters/replacement`).

use crate::Text;
use crate::error::RenderError;
use crate::kustomize::field_spec::made;
use crate::kustomize::fields::Fields;
use crate::node::{Node, Scalar, Value};
use crate::scalar::ScalarType;

/// Which part of a value is read or written (`options`).
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Options {
    /// Separator of the parts; empty for the whole value.
    pub(super) delimiter: Text,
    /// Number of the part, from 0.
    pub(super) index: i64,
    /// Whether a missing field is created.
    pub(super) create: bool,
}

impl Options {
    /// The part of `value` that is meant.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is not a scalar, or if it has no such part.
    pub(super) fn part_of(&self, value: &Node) -> Result<Node, RenderError> {
        let delimiter = self.delimiter.as_str();
        if delimiter.is_empty() {
            return Ok(value.clone());
        }
        let Some(scalar) = value.as_scalar() else {
            return Err(not_scalar(value));
        };
        let text = scalar.as_str();
        let part = usize::try_from(self.index)
            .ok()
            .and_then(|at| text.split(delimiter).nth(at));
        let Some(part) = part else {
            let message = format!(
                "there is no part {} when the source is split at `{delimiter}`",
                self.index
            );
            return Err(RenderError::at(self.delimiter.location(), message));
        };
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        let text = scalar.text.slice(start..start + part.len());
        // kustomize keeps the type of the whole, and fails if the part does not have it.
        let kind = scalar.kind;
        let part = Scalar {
            text,
            kind,
            style: scalar.style,
            shared: None,
        };
        Ok(Node::scalar(part))
    }

    /// The text `old` with the part that is meant replaced, or a part added before or after it.
    fn with_part(&self, old: &Text, new: &Text) -> Text {
        let delimiter = self.delimiter.as_str();
        let separator = Text::new(delimiter, made(self.delimiter.location()));
        if self.index < 0 {
            return Text::concat([new, &separator, old]);
        }
        let mut start = 0;
        let parts = old.as_str().split(delimiter).map(|part| {
            let range = start..start + part.len();
            start = range.end + delimiter.len();
            range
        });
        match usize::try_from(self.index)
            .ok()
            .and_then(|at| parts.into_iter().nth(at))
        {
            // kustomize splits the text and joins it again.
            Some(range) => {
                let mut text = Text::default();
                if let Some(end) = range.start.checked_sub(delimiter.len()) {
                    text.push(&old.slice(0..end));
                    text.push(&separator);
                }
                text.push(new);
                if range.end < old.len() {
                    text.push(&separator);
                    text.push(&old.slice(range.end + delimiter.len()..old.len()));
                }
                text
            }
            None => Text::concat([old, &separator, new]),
        }
    }
}

fn not_scalar(node: &Node) -> RenderError {
    RenderError::at(node.location(), "`delimiter` needs a scalar")
}

/// Reads `options`.
///
/// # Errors
///
/// Returns an error at a field that is unknown or has a wrong type.
pub(super) fn read_options(outer: &Fields<'_>) -> Result<Option<Options>, RenderError> {
    let Some(node) = outer.get("options") else {
        return Ok(None);
    };
    let known = ["delimiter", "index", "encoding", "create"];
    let fields = Fields::new(node, outer.strictness(), &known)?;
    fields.text("encoding")?;
    Ok(Some(Options {
        delimiter: fields.text("delimiter")?.unwrap_or_default(),
        index: fields.integer("index")?.map_or(0, |index| index.value),
        create: fields.boolean("create")?,
    }))
}

/// Writes `value` into `field`. A scalar keeps its type and style.
///
/// # Errors
///
/// Returns an error if a part of a collection is asked for, or if the text does not have the type of the field.
pub(super) fn put(
    field: &mut Node,
    is_new: bool,
    value: &Node,
    options: Option<&Options>,
) -> Result<(), RenderError> {
    let mut value = value.clone();
    if let Some(options) = options.filter(|options| !options.delimiter.is_empty()) {
        let Some(old) = field.text() else {
            return Err(not_scalar(field));
        };
        let new = value.text().cloned().unwrap_or_default();
        let joined = options.with_part(old, &new);
        value = Node::scalar(Scalar::string(joined));
    }
    let Value::Scalar(scalar) = &mut field.value else {
        *field = value;
        return Ok(());
    };
    let text = match &value.value {
        Value::Scalar(new) => new.text.clone(),
        // kustomize writes the text of a collection, which is empty.
        Value::Map(_) | Value::List(_) => Text::new("", made(value.location())),
    };
    if is_new {
        *scalar = match text.is_empty() {
            true => Scalar::string(text),
            false => Scalar::plain(text),
        };
        field.place = scalar.text.location();
        return Ok(());
    }
    let kind = ScalarType::of_plain(text.as_str());
    match (scalar.kind, kind) {
        (ScalarType::String, _) => {}
        (ScalarType::Float, ScalarType::Int) => {}
        (own, new) if own == new => {}
        (own, _) => {
            let wanted = match own {
                ScalarType::Null => "null",
                ScalarType::Bool => "a boolean",
                ScalarType::Int => "an integer",
                ScalarType::Float => "a number",
                ScalarType::Timestamp => "a date",
                ScalarType::String => "a string",
            };
            let message = format!("the value that replaces this is not {wanted}");
            return Err(RenderError::at(
                scalar.text.location().or(field.place),
                message,
            ));
        }
    }
    scalar.text = text;
    field.place = scalar.text.location();
    Ok(())
}
