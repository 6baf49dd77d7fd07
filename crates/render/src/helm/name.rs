//! Names of releases.

use std::rc::Rc;
use std::sync::Arc;

use podwright_go_template::{Executor, Limits, MissingKey, Templates, Value};
use podwright_syntax::provenance::Text;

use super::functions::{self, State};

/// The name that `--name-template` makes (`TemplateName` of `pkg/action/install.go`).
///
/// # Errors
///
/// Returns the message of the template.
pub fn release_name(template: &Text) -> Result<Text, String> {
    const NAME: &str = "name-template";
    let functions = functions::all();
    let mut set = Templates::new();
    let is_function = |name: &str| functions.contains(name);
    set.parse(NAME, &Arc::new(template.clone()), &is_function)
        .map_err(|error| error.root().message.clone())?;
    let state = State::default();
    let mut executor = Executor::new(
        &functions,
        Rc::new(set),
        &state,
        MissingKey::Invalid,
        Limits::default(),
    );
    executor
        .execute(NAME, Value::nil())
        .map_err(|error| error.root().message.clone())
}
