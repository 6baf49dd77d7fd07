//! Defaults: `ValidateDefaults` in `pkg/apiserver/schema/defaulting`.

use podwright_model::VersionRange;

use crate::custom::default::{Fault, faults};
use crate::limit::Limit;
use crate::problem::ProblemKind;
use crate::validation::errors::Errors;
use crate::validation::value::Value;

const HELP: &str = "use a default that fits its schema, or change the schema";

/// A default that does not fit `schema`, which contains it.
pub(super) fn default(default: Value<'_>, schema: Value<'_>, e: &mut Errors) {
    let tree = default.tree;
    let (Some(oldest), Some(newest)) = (e.releases.first(), e.releases.last()) else {
        return;
    };
    let versions = VersionRange { oldest, newest };
    faults(tree, schema.node, default.node, versions, |fault| {
        let problem = match fault {
            Fault::UnknownField(node) => {
                e.invalid(
                    default,
                    "has a field that its schema does not have",
                    "remove the field, or add it to the schema",
                )
                .at(Value::new(tree, node));
                return;
            }
            Fault::Problem(problem) => problem,
        };
        let at = Value::new(tree, problem.node);
        match &problem.kind {
            ProblemKind::WrongType { expected, .. } => {
                e.invalid(at, format!("must be {expected}, as its schema says"), HELP);
            }
            ProblemKind::OutOfRange(..) => {
                e.invalid(at, "must be a 32-bit integer, as its schema says", HELP);
            }
            // The check of embedded objects reports it.
            ProblemKind::Missing("apiVersion" | "kind") if at.node == default.node => {}
            ProblemKind::Value(values) => e.not_one_of(at, values),
            ProblemKind::Missing(name) => {
                e.required(at, format!("to have `{name}`, which its schema requires"))
                    .help(format!(
                        "add `{name}` to the default, or remove the default"
                    ));
            }
            ProblemKind::Limit(limit @ Limit::TooLong(_)) => {
                e.too_large(at, limit.to_string(), HELP);
            }
            ProblemKind::Limit(limit @ (Limit::ManyItems(_) | Limit::ManyFields(_))) => {
                e.too_many_of(at, limit.to_string(), HELP);
            }
            ProblemKind::Limit(limit) => {
                e.invalid(at, limit.to_string(), HELP);
            }
            _ => {}
        }
    });
}
