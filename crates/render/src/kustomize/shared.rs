//! Scalars that are one for kustomize.
//!
//! A transformer of labels or annotations creates one YAML node for each key of an object, and puts it into all fields
//! that do not have the key yet (`filtersutil.SetEntry`). What changes one of these fields later, in an overlay, changes
//! all of them: a patch of the label in a pod template changes the selector, too. JSON patches write the object anew,
//! so nothing is shared after them.

use std::num::NonZeroU32;

use super::resource::Resource;
use crate::Text;
use crate::node::{Node, Value};

/// Gives all scalars that are one the text of the one that was changed.
pub(super) fn spread(resource: &mut Resource) {
    if resource.shared.is_empty() {
        return;
    }
    let known = &resource.shared;
    let mut changed: Vec<(NonZeroU32, Text)> = Vec::new();
    let mut first: Vec<(NonZeroU32, Text)> = Vec::new();
    each(
        &mut resource.node,
        &mut |number, text| match known.get(number.get() as usize - 1) {
            Some(Some(before)) if before.as_str() != text.as_str() => {
                changed.push((number, text.clone()));
            }
            Some(None) => first.push((number, text.clone())),
            _ => {}
        },
    );
    for (number, text) in changed.iter().chain(&first) {
        resource.shared[number.get() as usize - 1] = Some(text.clone());
    }
    if changed.is_empty() {
        return;
    }
    let now = &resource.shared;
    each(&mut resource.node, &mut |number, text| {
        if changed.iter().any(|(other, _)| *other == number)
            && let Some(Some(value)) = now.get(number.get() as usize - 1)
            && value.as_str() != text.as_str()
        {
            *text = value.clone();
        }
    });
}

/// Forgets what is shared.
pub(super) fn separate(resource: &mut Resource) {
    if !resource.shared.is_empty() {
        resource.shared.clear();
        forget(&mut resource.node);
    }
}

/// Calls `found` for each shared scalar. Bounded by the depth of the object.
fn each(node: &mut Node, found: &mut impl FnMut(NonZeroU32, &mut Text)) {
    match &mut node.value {
        Value::Map(map) => {
            for entry in &mut map.entries {
                each(&mut entry.value, found);
            }
        }
        Value::List(items) => items.iter_mut().for_each(|item| each(item, found)),
        Value::Scalar(scalar) => {
            if let Some(number) = scalar.shared {
                found(number, &mut scalar.text);
            }
        }
    }
}

fn forget(node: &mut Node) {
    match &mut node.value {
        Value::Map(map) => map
            .entries
            .iter_mut()
            .for_each(|entry| forget(&mut entry.value)),
        Value::List(items) => items.iter_mut().for_each(forget),
        Value::Scalar(scalar) => scalar.shared = None,
    }
}
