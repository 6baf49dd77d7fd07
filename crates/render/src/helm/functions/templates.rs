//! `include`, `tpl` and `lookup` (`engine.go` of helm).

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use podwright_go_template::{Call, Entries, Failure, Function, Type, Value, quoted, text};
use podwright_syntax::provenance::Text;
use podwright_syntax::text::Location;
use regex::Regex;

use crate::RenderError;
use crate::helm::{Unknown, Why};

use Type::{Any, String as Str};

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("include", Function::new(&[Str, Any], include)),
    ("tpl", Function::new(&[Str, Any], tpl)),
    ("lookup", Function::new(&[Str, Str, Str, Str], lookup)),
];

type Outcome = Result<Value, Failure>;

/// Most templates of one name within each other (`recursionMaxNums`).
const MAX_RECURSION: usize = 1000;

/// What functions keep during a render.
#[derive(Debug, Default)]
pub(crate) struct State {
    included: RefCell<HashMap<String, usize>>,
    regexes: RefCell<HashMap<String, Regex>>,
    unknown: RefCell<Vec<Unknown>>,
    required: RefCell<Vec<RenderError>>,
    /// Where `include` and `tpl` are written that are being executed.
    callers: RefCell<Vec<Option<Location>>>,
}

impl State {
    pub(super) fn regex(&self, pattern: &str) -> Option<Regex> {
        self.regexes.borrow().get(pattern).cloned()
    }

    pub(super) fn keep_regex(&self, pattern: &str, regex: &Regex) {
        self.regexes
            .borrow_mut()
            .insert(pattern.to_owned(), regex.clone());
    }

    /// What `required` asked for in vain since the last call of this function.
    pub(in crate::helm) fn take_required(&self) -> Vec<RenderError> {
        // An error leaves callers behind.
        self.callers.take();
        self.required.take()
    }

    /// Calls whose results a static tool cannot know.
    pub(in crate::helm) fn unknown(&self) -> Vec<Unknown> {
        self.unknown.borrow().clone()
    }
}

/// Remembers that a value is missing which a template requires.
pub(super) fn is_required(call: &Call<'_>, message: &str) {
    is_unknown(call, Why::Missing);
    if let Some(state) = call.host::<State>() {
        let callers = state.callers.borrow();
        let error = RenderError {
            through: callers.iter().flatten().copied().collect(),
            ..RenderError::at(call.place(), message)
        };
        state.required.borrow_mut().push(error);
    }
}

/// Remembers that the result of a call is only a placeholder.
pub(super) fn is_unknown(call: &Call<'_>, why: Why) {
    if let Some(state) = call.host::<State>() {
        let mut unknown = state.unknown.borrow_mut();
        let place = call.place();
        if !unknown
            .iter()
            .any(|known| known.place == place && known.why == why)
        {
            unknown.push(Unknown { place, why });
        }
    }
}

/// Counts a template that is included. False if it is included in itself too often.
fn enter(call: &Call<'_>, name: &str) -> bool {
    let Some(state) = call.host::<State>() else {
        return true;
    };
    let mut included = state.included.borrow_mut();
    let count = included.entry(name.to_owned()).or_default();
    if *count > MAX_RECURSION {
        return false;
    }
    *count += 1;
    true
}

fn leave(call: &Call<'_>, name: &str) {
    if let Some(state) = call.host::<State>()
        && let Some(count) = state.included.borrow_mut().get_mut(name)
    {
        *count = count.saturating_sub(1);
    }
}

fn include(call: &mut Call<'_>, mut arguments: Vec<Value>) -> Outcome {
    let name = super::text(&arguments, 0);
    let name = name.as_str();
    if !enter(call, name) {
        return Err(format!(
            "rendering template has a nested reference name: {name}: unable to execute template"
        )
        .into());
    }
    let result = called(call, |call| call.execute(name, arguments.remove(1)));
    leave(call, name);
    Ok(result?.into())
}

/// Executes a template with the call among the callers.
fn called<T>(call: &mut Call<'_>, execute: impl FnOnce(&mut Call<'_>) -> T) -> T {
    let place = call.place();
    if let Some(state) = call.host::<State>() {
        state.callers.borrow_mut().push(place);
    }
    let result = execute(call);
    if let Some(state) = call.host::<State>() {
        state.callers.borrow_mut().pop();
    }
    result
}

/// What an action writes for a value that does not exist.
pub(in crate::helm) const NO_VALUE: &str = "<no value>";

fn tpl(call: &mut Call<'_>, mut arguments: Vec<Value>) -> Outcome {
    let text: Arc<Text> = super::text(&arguments, 0);
    let shown = || quoted(text.as_str());
    match called(call, |call| {
        call.evaluate("gotpl", &text, arguments.remove(1))
    }) {
        Ok(out) => Ok(text::replace(&out, NO_VALUE, &Text::default(), usize::MAX).into()),
        Err(Ok(error)) => Err(Failure::Nested(
            format!("cannot parse template {}", shown()),
            error,
        )),
        Err(Err(Failure::Nested(_, error))) => Err(Failure::Nested(
            format!("error during tpl function execution for {}", shown()),
            error,
        )),
        Err(Err(failure)) => Err(failure),
    }
}

/// Without a cluster, no object exists.
fn lookup(call: &mut Call<'_>, _: Vec<Value>) -> Outcome {
    is_unknown(call, Why::Lookup);
    Ok(Value::map(Entries::new()))
}
