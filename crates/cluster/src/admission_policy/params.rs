//! Parameters of a binding (`CollectParams` in `plugin/policy/generic/policy_dispatcher.go`).

use podwright_cel::Value;
use podwright_schema::Admitted;
use rustc_hash::FxHashSet;

use super::policy::{Binding, Policy};
use super::request::{Request, seen, value};
use crate::selector::Labels;
use crate::workspace::ObjectId;

/// Why a policy cannot be evaluated with its parameters.
pub(super) enum NoParams {
    /// They are not known, for this reason.
    Unknown(String),
    /// The API server cannot use the binding, with this error.
    Wrong(String),
}

/// The values of the variable `params` to evaluate a policy with, one after the other, and the objects that they are.
pub(super) fn collect(
    policy: &Policy,
    binding: &Binding,
    request: &Request<'_>,
) -> Result<Vec<(Option<ObjectId>, Value)>, NoParams> {
    let (Some((api_version, kind)), Some(wanted)) = (&policy.param_kind, &binding.params) else {
        return Ok(vec![(None, Value::Null)]);
    };
    let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
    let resources = &request.policies.resources;
    let Some(is_namespaced) = resources.is_namespaced(group, version, kind) else {
        let reason = format!("the kind `{kind}` of the parameters is not known");
        return Err(NoParams::Unknown(reason));
    };
    let mut namespace = Some("");
    if is_namespaced {
        namespace = match wanted.namespace.as_str() {
            "" => request.request_namespace(),
            name => Some(name),
        };
        if namespace == Some("") {
            let message = "cannot use namespaced paramRef in policy binding that matches \
                           cluster-scoped resources";
            return Err(NoParams::Wrong(message.to_owned()));
        }
    } else if !wanted.namespace.is_empty() {
        let message = "paramRef.namespace must not be provided for a cluster-scoped `paramKind`";
        return Err(NoParams::Wrong(message.to_owned()));
    }
    let workspace = request.workspace;
    let is_there = |id: ObjectId| match is_namespaced {
        false => Some(true),
        true => match (workspace.namespace(id), namespace) {
            (Some(own), Some(namespace)) => Some(own == namespace),
            // Both are applied to the namespace of the client.
            (None, None) if wanted.namespace.is_empty() => {
                workspace.shares_namespace(id, request.id)
            }
            _ => None,
        },
    };
    let mut found = Vec::new();
    let mut texts: FxHashSet<&str> = FxHashSet::default();
    for id in policy.params(workspace, group, kind, &wanted.name) {
        let object = workspace.object(id);
        let is_named = wanted.name.is_empty() || object.metadata.name.text() == Some(&*wanted.name);
        if !is_named || !workspace.coexist(id, request.id) {
            continue;
        }
        let name = object.metadata.name.text().unwrap_or_default();
        let unknown =
            |what: &str| NoParams::Unknown(format!("{what} of parameter `{name}` is not known"));
        match is_there(id) {
            Some(true) => {}
            Some(false) => continue,
            None => return Err(unknown("the namespace")),
        }
        // A cluster has only one of a name, so a copy in another file adds nothing.
        if !texts.insert(workspace.object_text(id)) {
            continue;
        }
        let is_version = object.api_version.text() == Some(api_version);
        let own_namespace = match is_namespaced {
            true => workspace.namespace(id),
            false => Some(""),
        };
        let content = (is_version && workspace.is_unmodified(id))
            .then(|| seen(workspace, id, own_namespace))
            .flatten();
        let Some(content) = content else {
            return Err(unknown("the content"));
        };
        if let Some(selector) = &wanted.selector {
            match labels(&content) {
                Some(labels) if selector.matches(&labels) => {}
                Some(_) => continue,
                None => return Err(unknown("a label")),
            }
        }
        found.push((Some(id), value(&content)));
    }
    if !found.is_empty() {
        return Ok(found);
    }
    if !workspace.file(request.id.file).context.complete {
        let reason = match wanted.name.as_str() {
            "" => format!("no {kind} that the parameters select is among the files"),
            name => format!("parameter `{name}` of kind `{kind}` is not among the files"),
        };
        return Err(NoParams::Unknown(reason));
    }
    if wanted.is_required {
        let message = "no params found for policy binding with `Deny` parameterNotFoundAction";
        return Err(NoParams::Wrong(message.to_owned()));
    }
    Ok(Vec::new())
}

fn labels(object: &Admitted) -> Option<Labels<'_>> {
    match object
        .get("metadata")
        .and_then(|metadata| metadata.get("labels"))
    {
        None => Some(Vec::new()),
        Some(Admitted::Map(labels)) => {
            let labels = labels.iter();
            labels
                .map(|(key, value)| Some((&**key, value.text()?)))
                .collect()
        }
        Some(_) => None,
    }
}
