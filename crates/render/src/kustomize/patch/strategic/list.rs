//! Lists that a patch merges by keys (`associative_sequence.go`).

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    DIRECTIVE, Directive, Kept, Kind, Side, Walker, is_empty_map, raw, remove_directive, wrong_item,
};
use crate::Text;
use crate::error::RenderError;
use crate::kustomize::schema::Definition;
use crate::node::{Node, Scalar, Value};

/// Most items of a list whose items do not all have the same merge keys. Merging them takes time with the square of
/// their number.
const MAX_IRREGULAR: usize = 1024;

/// The items of both sides. A list of numbers stands for a list of items, and one item can be in several lists.
struct Items {
    all: Vec<Node>,
    target: Vec<usize>,
    /// `None` if there is no such side. The same as `target` if the list comes from the patch.
    patch: Option<Vec<usize>>,
    is_itself: bool,
}

impl<'s> Walker<'s> {
    /// `walkAssociativeSequence` with `Merger.VisitList`. `keys` is empty for a list of scalars.
    pub(super) fn walk_list(
        &self,
        target: Option<&mut Node>,
        side: Side<'_>,
        keys: &[&str],
        definition: Option<Definition<'s>>,
    ) -> Result<Kept, RenderError> {
        let target = target.filter(|own| !own.is_null());
        let Some(target) = target else {
            return match side {
                // Without a look at directives.
                Side::Patch(patch) => self.adopt_list(patch.clone(), keys, definition),
                Side::Nothing | Side::Itself => Ok(Kept::Nothing),
            };
        };
        let patch = match side {
            Side::Nothing => None,
            Side::Itself => {
                let directive = directive(target)?;
                if directive == Some(Directive::Delete) {
                    return Ok(Kept::Nothing);
                }
                if directive.is_some() {
                    remove_directives(target)?;
                }
                None
            }
            Side::Patch(patch) if patch.is_null() => return Ok(Kept::Nothing),
            Side::Patch(patch) => {
                let mut patch = patch.clone();
                match directive(&patch)? {
                    Some(Directive::Delete) => return Ok(Kept::Nothing),
                    Some(Directive::Replace) => {
                        remove_directives(&mut patch)?;
                        return self.adopt_list(patch, keys, definition);
                    }
                    Some(Directive::Merge) => remove_directives(&mut patch)?,
                    None => {}
                }
                Some(patch)
            }
        };
        let is_itself = matches!(side, Side::Itself);
        self.merge_list(target, patch, is_itself, keys, definition)?;
        Ok(Kept::Target)
    }

    /// Takes a list of the patch, merged with itself.
    fn adopt_list(
        &self,
        mut patch: Node,
        keys: &[&str],
        definition: Option<Definition<'s>>,
    ) -> Result<Kept, RenderError> {
        self.merge_list(&mut patch, None, true, keys, definition)?;
        Ok(Kept::Patch(patch))
    }

    /// `setAssociativeSequenceElements`.
    fn merge_list(
        &self,
        target: &mut Node,
        patch: Option<Node>,
        is_itself: bool,
        keys: &[&str],
        definition: Option<Definition<'s>>,
    ) -> Result<(), RenderError> {
        let place = target.place;
        let Some(list) = target.list_mut() else {
            return Ok(());
        };
        let mut all = std::mem::take(list);
        let target_items: Vec<usize> = (0..all.len()).collect();
        let patch_items = patch.map(|patch| {
            let start = all.len();
            if let Value::List(items) = patch.value {
                all.extend(items);
            }
            (start..all.len()).collect()
        });
        let items = Items {
            all,
            target: target_items,
            patch: patch_items,
            is_itself,
        };
        // Scalars are their own key.
        let keys = if keys.is_empty() { &[""] } else { keys };
        let merged = match regular_keys(&items, keys) {
            Some(keys) => self.merge_regular(items, &keys, definition)?,
            None if items.all.len() > MAX_IRREGULAR => {
                let message = format!(
                    "the list has more than {MAX_IRREGULAR} items, and not all have the same merge keys"
                );
                let help = "give all items the same merge keys";
                return Err(RenderError::limit(place, message, help));
            }
            None => self.merge_irregular(items, keys, definition)?,
        };
        *list = merged;
        Ok(())
    }

    /// Merges the item `patch` into the item `target`, and returns the item that is kept.
    fn merge_item(
        &self,
        items: &mut Items,
        target: Option<usize>,
        patch: Option<usize>,
        definition: Option<Definition<'s>>,
    ) -> Result<Option<usize>, RenderError> {
        let mut own = target.map(|at| std::mem::replace(&mut items.all[at], Node::empty_map(None)));
        let side = match patch {
            None => Side::Nothing,
            Some(_) if items.is_itself => Side::Itself,
            Some(at) => Side::Patch(&items.all[at]),
        };
        let kept = self.walk(own.as_mut(), side, definition);
        if let (Some(at), Some(own)) = (target, own) {
            items.all[at] = own;
        }
        // A directive counts once, also if the item is asked for again.
        if let Some(at) = patch
            && Directive::of_map(&items.all[at]).is_ok()
        {
            remove_directive(&mut items.all[at]);
        }
        Ok(match (kept?, patch) {
            (Kept::Target, _) => target,
            (Kept::Patch(value), Some(at)) => {
                items.all[at] = value;
                Some(at)
            }
            (Kept::Patch(_), None) | (Kept::Nothing, _) => None,
        })
    }

    /// Merges lists in which every item has the same merge keys, each value once: the ordinary case.
    fn merge_regular(
        &self,
        mut items: Items,
        keys: &[&str],
        definition: Option<Definition<'s>>,
    ) -> Result<Vec<Node>, RenderError> {
        let by_key: FxHashMap<Vec<&str>, usize> = items
            .target
            .iter()
            .map(|&at| (key_of(&items.all[at], keys), at))
            .collect();
        let mut order: Vec<(Option<usize>, Option<usize>)> = Vec::new();
        let mut in_patch = FxHashSet::default();
        for &at in items.patch.iter().flatten() {
            let own = by_key.get(&key_of(&items.all[at], keys)).copied();
            in_patch.extend(own);
            order.push((own, Some(at)));
        }
        let rest = items.target.iter().filter(|at| !in_patch.contains(at));
        order.extend(rest.map(|&at| (Some(at), items.is_itself.then_some(at))));
        let mut kept = Vec::with_capacity(order.len());
        for (target, patch) in order {
            let Some(item) = self.merge_item(&mut items, target, patch, definition)? else {
                continue;
            };
            if !items.all[item].is_null() && !is_empty_map(&items.all[item]) {
                // As in the general case, an item that the target has wins over one that replaces it.
                kept.push((target, target.unwrap_or(item)));
            }
        }
        if keys.len() > 1 {
            // With several keys, kyaml removes the items that the target has, and adds them at the end.
            kept.sort_by_key(|(target, _)| *target);
        }
        let take =
            |(_, at): (_, usize)| std::mem::replace(&mut items.all[at], Node::empty_map(None));
        Ok(kept.into_iter().map(take).collect())
    }

    /// Merges any lists, step by step as kyaml does.
    fn merge_irregular(
        &self,
        mut items: Items,
        keys: &[&str],
        definition: Option<Definition<'s>>,
    ) -> Result<Vec<Node>, RenderError> {
        let mut values = values(&items, keys);
        if values.is_empty() {
            return Ok(items.all);
        }
        if keys.len() > 1 {
            complete(&mut values);
        }
        let with_value = |keys: &[usize], value: &[Text]| -> Vec<usize> {
            let some: Vec<usize> = keys
                .iter()
                .copied()
                .filter(|&at| !value[at].is_empty())
                .collect();
            if some.is_empty() { keys.to_vec() } else { some }
        };
        let every: Vec<usize> = (0..keys.len()).collect();
        // Keys that any item has.
        let mut valid: Vec<usize> = every
            .iter()
            .copied()
            .filter(|&at| values.iter().any(|value| !value[at].is_empty()))
            .collect();
        if valid.is_empty() {
            valid = every;
        }
        let valid_keys: Vec<&str> = valid.iter().map(|&at| keys[at]).collect();
        let mut added: Vec<usize> = Vec::new();
        for value in &values {
            let own = with_value(&valid, value);
            let wanted: Vec<(&str, &str)> = own
                .iter()
                .map(|&at| (keys[at], value[at].as_str()))
                .collect();
            let target = items.find(&items.target, &wanted);
            let patch = match (&items.patch, items.is_itself) {
                (_, true) => target,
                (Some(patch), false) => items.find(patch, &wanted),
                (None, false) => None,
            };
            let kept = self.merge_item(&mut items, target, patch, definition)?;
            let valid_values: Vec<&str> = valid.iter().map(|&at| value[at].as_str()).collect();
            let kept = kept.filter(|&at| !items.all[at].is_null() && !is_empty_map(&items.all[at]));
            let Some(kept) = kept else {
                let mut list = std::mem::take(&mut items.target);
                items.set(&mut list, None, &valid_keys, &valid_values)?;
                items.target = list;
                continue;
            };
            for &at in &valid {
                if let Some(map) = items.all[kept].map_mut()
                    && map.index(keys[at]).is_none()
                    && !value[at].is_empty()
                {
                    let key = Scalar::string(Text::constant(keys[at]));
                    map.set(key, Node::scalar(Scalar::plain(value[at].clone())));
                }
            }
            items.set(&mut added, Some(kept), &valid_keys, &valid_values)?;
        }
        items.append(&mut added, &valid_keys)?;
        Ok(items.pick(&added))
    }
}

/// The directive of a list: an item that has nothing but `$patch` (`determineSequenceNodePatchStrategy`).
fn directive(list: &Node) -> Result<Option<Directive>, RenderError> {
    let items = list.list().unwrap_or_default();
    let first = items.iter().find(|item| item.get(DIRECTIVE).is_some());
    match first.and_then(Node::map) {
        Some(map) if map.len() == 1 => Directive::read(&map.entries[0].value).map(Some),
        _ => Ok(None),
    }
}

/// Removes the items with the directive of the list (`elideSequencePatchDirective`).
fn remove_directives(list: &mut Node) -> Result<(), RenderError> {
    let wanted = list.list().and_then(|items| {
        let value = items.iter().find_map(|item| item.get(DIRECTIVE))?;
        Some(raw(value).to_owned())
    });
    if let (Some(wanted), Some(items)) = (wanted, list.list_mut()) {
        items.retain(|item| {
            let is_directive = item
                .get(DIRECTIVE)
                .is_some_and(|value| raw(value) == wanted);
            !is_directive && !item.is_null() && !is_empty_map(item)
        });
    }
    Ok(())
}

/// Value of a merge key, unless it is missing, null or not a scalar. A scalar is its own key, null included.
fn text_of<'n>(item: &'n Node, key: &str) -> Option<&'n Text> {
    match key {
        "" => item.text(),
        key => item.get(key).filter(|value| !value.is_null())?.text(),
    }
}

/// Value of a merge key, or an empty string.
fn value_of<'n>(item: &'n Node, key: &str) -> &'n str {
    text_of(item, key).map_or("", Text::as_str)
}

fn key_of<'n>(item: &'n Node, keys: &[&str]) -> Vec<&'n str> {
    keys.iter().map(|key| value_of(item, key)).collect()
}

/// The merge keys that all items have, if no item has another one and no value is repeated.
fn regular_keys<'k>(items: &Items, keys: &[&'k str]) -> Option<Vec<&'k str>> {
    let first = items.all.first()?;
    let present: Vec<&str> = keys
        .iter()
        .copied()
        .filter(|key| !value_of(first, key).is_empty())
        .collect();
    let has_same = |item: &Node| {
        let is_kind = match keys {
            [""] => Kind::of(item) == Some(Kind::Scalar),
            _ => Kind::of(item) == Some(Kind::Map),
        };
        let is_present = |key: &&&str| !value_of(item, key).is_empty();
        let has_other = |key: &&str| match *key {
            "" => false,
            key => item.get(key).is_some() && !present.contains(&key),
        };
        is_kind && present.iter().all(|key| is_present(&key)) && !keys.iter().any(has_other)
    };
    if present.is_empty() || !items.all.iter().all(has_same) {
        return None;
    }
    let is_unique = |list: &[usize]| {
        let mut seen = FxHashSet::default();
        list.iter()
            .all(|&at| seen.insert(key_of(&items.all[at], &present)))
    };
    let patch = items.patch.as_deref().unwrap_or_default();
    (is_unique(&items.target) && is_unique(patch)).then_some(present)
}

/// The values of the merge keys, each once, those of the patch first (`elementValues`, `elementPrimitiveValues`).
fn values(items: &Items, keys: &[&str]) -> Vec<Vec<Text>> {
    let mut all = Vec::new();
    let mut seen = FxHashSet::default();
    for &at in items.patch.iter().flatten().chain(&items.target) {
        if seen.insert(key_of(&items.all[at], keys)) {
            all.push(
                keys.iter()
                    .map(|key| text_of(&items.all[at], key).cloned().unwrap_or_default())
                    .collect(),
            );
        }
    }
    all
}

/// Fills in what is missing of a value from one that differs in nothing else (`mergeValues`).
fn complete(values: &mut [Vec<Text>]) {
    for first in 0..values.len() {
        let one = values[first].clone();
        for second in 0..values.len() {
            if let Some(both) = joined(&one, &values[second]) {
                values[first].clone_from(&both);
                values[second] = both;
            }
        }
    }
}

/// `match`
fn joined(one: &[Text], other: &[Text]) -> Option<Vec<Text>> {
    let mut has_common = false;
    let mut both = Vec::with_capacity(one.len());
    for (one, other) in one.iter().zip(other) {
        if one.as_str() == other.as_str() {
            has_common = true;
        } else if !one.is_empty() && !other.is_empty() {
            return None;
        }
        both.push(if one.is_empty() {
            other.clone()
        } else {
            one.clone()
        });
    }
    has_common.then_some(both)
}

impl Items {
    /// The first item of a list with these values (`ElementMatcher`).
    fn find(&self, list: &[usize], wanted: &[(&str, &str)]) -> Option<usize> {
        list.iter().copied().find(|&at| {
            let item = &self.all[at];
            wanted.iter().all(|&(key, value)| match key {
                "" => raw(item) == value,
                key => item.get(key).is_some_and(|own| raw(own) == value),
            })
        })
    }

    /// Whether an item has this value, or any value if it is empty (`FieldMatcher`).
    fn matches(&self, at: usize, key: &str, value: &str) -> Result<bool, RenderError> {
        let item = &self.all[at];
        let (expected, is_match) = match (key, &item.value) {
            ("", Value::Scalar(scalar)) => return Ok(scalar.as_str() == value),
            ("", _) => (Kind::Scalar, None),
            (key, Value::Map(map)) => (Kind::Map, Some(map.get(key))),
            _ => (Kind::Map, None),
        };
        match is_match {
            Some(own) => Ok(own.is_some_and(|own| value.is_empty() || raw(own) == value)),
            None => Err(wrong_item(item, None, expected)),
        }
    }

    /// Replaces, appends, or without an `element` removes the items with these values. Empty items are lost, and with
    /// fewer values than keys the last comparison counts again (`ElementSetter`).
    fn set(
        &self,
        list: &mut Vec<usize>,
        element: Option<usize>,
        keys: &[&str],
        values: &[&str],
    ) -> Result<(), RenderError> {
        let is_for_maps = keys.first().is_some_and(|key| !key.is_empty())
            && values.first().is_some_and(|value| !value.is_empty());
        let mut kept = Vec::with_capacity(list.len() + 1);
        let mut is_found = false;
        for &at in &*list {
            let item = &self.all[at];
            if item.is_null() || is_empty_map(item) {
                continue;
            }
            if is_for_maps && item.map().is_none() {
                kept.push(at);
                continue;
            }
            let mut is_match = false;
            for (index, key) in keys.iter().enumerate() {
                if let Some(value) = values.get(index) {
                    is_match = self.matches(at, key, value)?;
                }
                if !is_match {
                    break;
                }
            }
            if is_match {
                is_found = true;
                kept.extend(element);
            } else if !values.is_empty() {
                kept.push(at);
            }
        }
        let element = element.filter(|&at| !self.all[at].is_null());
        if !is_found {
            kept.extend(element);
        }
        *list = kept;
        Ok(())
    }

    /// Adds the items of the target (`appendListNode`).
    fn append(&self, added: &mut Vec<usize>, keys: &[&str]) -> Result<(), RenderError> {
        for &at in &self.target {
            let item = &self.all[at];
            if keys == [""] {
                self.set(added, Some(at), keys, &[raw(item)])?;
                continue;
            }
            if item.map().is_none() && !item.is_null() {
                return Err(wrong_item(item, None, Kind::Map));
            }
            let mut values: Vec<&str> = Vec::new();
            for key in keys {
                match item.get(key) {
                    Some(value) => values.push(raw(value)),
                    None => added.push(at),
                }
            }
            if keys.len() > 1 {
                self.set(added, None, keys, &values)?;
            }
            self.set(added, Some(at), keys, &values)?;
        }
        Ok(())
    }

    /// The items of a list.
    fn pick(mut self, list: &[usize]) -> Vec<Node> {
        let mut uses: FxHashMap<usize, usize> = FxHashMap::default();
        for &at in list {
            *uses.entry(at).or_default() += 1;
        }
        list.iter()
            .map(|at| {
                let left = uses.get_mut(at);
                match left {
                    Some(left) if *left > 1 => {
                        *left -= 1;
                        self.all[*at].clone()
                    }
                    _ => std::mem::replace(&mut self.all[*at], Node::empty_map(None)),
                }
            })
            .collect()
    }
}
