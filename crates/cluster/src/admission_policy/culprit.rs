//! The place in an object to change so that it no longer violates a policy, as far as that can be found out.

use podwright_cel::Value;
use podwright_schema::Admitted;
use podwright_syntax::NodeId;

use super::evaluate::is_violated;
use super::paths::Path;
use super::policy::Policy;
use super::request::{Request, value};

/// Maximum number of items that are tried.
const MAX_ITEMS: usize = 64;

/// Finds the first item of a list that violates a validation by itself, or else the field that its expression is about.
pub(super) fn find(
    policy: &Policy,
    request: &Request<'_>,
    params: &Value,
    validation: usize,
) -> Option<NodeId> {
    let paths = policy.paths(validation);
    let item = item(policy, request, params, validation, &paths);
    item.or_else(|| request.field(&paths))
}

/// Tries the object with each item alone: the others cannot be what is wrong if they are not there.
fn item(
    policy: &Policy,
    request: &Request<'_>,
    params: &Value,
    validation: usize,
    paths: &[Path],
) -> Option<NodeId> {
    let object = request.object()?;
    let mut lists: Vec<(&Path, Vec<Admitted>)> = Vec::new();
    for path in paths {
        let known = lists.iter().any(|(other, _)| *other == path);
        let list = path.iter().try_fold(object, |at, name| at.get(name));
        if let Some(Admitted::List(items)) = list
            && !known
        {
            lists.push((path, items.clone()));
        }
    }
    let count: usize = lists.iter().map(|(_, items)| items.len()).sum();
    if count == 0 || count > MAX_ITEMS {
        return None;
    }
    let mut bare = object.clone();
    for (path, _) in &lists {
        set(&mut bare, path, Vec::new());
    }
    let fails = |object: &Admitted| is_violated(policy, request, params, value(object), validation);
    if fails(&bare) {
        return None;
    }
    for (path, items) in lists {
        for (index, item) in items.into_iter().enumerate() {
            let mut alone = bare.clone();
            set(&mut alone, path, vec![item]);
            if fails(&alone) {
                return request.item(path, index);
            }
        }
    }
    None
}

fn set(object: &mut Admitted, path: &Path, items: Vec<Admitted>) {
    let mut at = object;
    for name in path {
        match at {
            Admitted::Map(fields) => match fields.get_mut(name) {
                Some(inner) => at = inner,
                None => return,
            },
            _ => return,
        }
    }
    *at = Admitted::List(items);
}
