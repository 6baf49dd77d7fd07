//! Errors in fields that the API server drops before validation, because their feature gate is off by default.

use podwright_syntax::{NodeId, PathSegment, SyntaxTree};

use super::errors::ErrorType;
use crate::releases::Releases;
use crate::shape::{Record, Shape};
use crate::table::Type;

/// Gate whose field is set to its default instead: what forbids the field in any form still does.
/// `dropDisabledProcMountField` in `pkg/api/pod/util.go`.
const SETS_DEFAULT: &str = "ProcMountType";

/// Those of `releases` that keep the fields around and at `node`, a value in the `object` of the type `own`, and the absent
/// fields `rest` below it. `error` is the error at the value.
pub(super) fn kept(
    tree: &SyntaxTree,
    object: NodeId,
    own: Type,
    node: NodeId,
    rest: &[&str],
    error: ErrorType,
    releases: Releases,
) -> Releases {
    let mut shape = Shape::Record(Record::Type(own));
    let mut kept = releases;
    let mut list = "";
    let mut path = tree.path(node).split_off(tree.path(object).len());
    let absent = rest.iter().filter(|name| !name.is_empty());
    path.extend(absent.map(|&name| PathSegment::Key(name.to_owned())));
    for step in &path {
        shape = match (shape, step) {
            (Shape::Record(Record::Type(record)), PathSegment::Key(key)) => {
                let (_, forms) = record.forms(key);
                let is_in = |form: &&crate::Field<'static>| form.releases.hold_any(releases);
                let Some(field) = forms.iter().find(is_in) else {
                    break;
                };
                let gate = field
                    .gate
                    .filter(|gate| gate.within.is_empty() || gate.within == list)
                    .filter(|gate| gate.name != SETS_DEFAULT || error != ErrorType::Forbidden);
                list = field.name;
                if let Some(gate) = gate {
                    kept = Releases(kept.0 & gate.validated(own.name(), record.name()).0);
                }
                field.shape
            }
            (Shape::List(inner) | Shape::Map(inner), _) => inner.shape(),
            _ => break,
        };
    }
    kept
}
