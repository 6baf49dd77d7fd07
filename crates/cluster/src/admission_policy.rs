//! What ValidatingAdmissionPolicies do with an object when it is created, as Kubernetes 1.36 evaluates them
//! (`k8s.io/apiserver/pkg/admission/plugin/policy` and `plugin/cel`).
//!
//! What the files do not tell makes the answer unknown: the labels of a namespace that is not among them, a parameter
//! that is not, the user, and what other admission plugins change before.

mod evaluate;
mod matching;
mod params;
mod paths;
mod policy;
mod request;
mod resource;

use podwright_syntax::NodeId;

use crate::workspace::{ObjectId, Workspace};

use matching::Match;
use policy::{Binding, Policies, Policy, State};
use request::Request;

pub use policy::{Found, found};

/// API group of policies and bindings.
pub const GROUP: &str = "admissionregistration.k8s.io";

/// What happens to an object that violates a policy: `validationActions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// The API server rejects it.
    Deny,
    /// The API server answers with a warning.
    Warn,
    /// It is recorded in the audit log.
    Audit,
}

/// A violation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The policy.
    pub policy: ObjectId,
    /// The binding. `None` if the policy itself cannot be used.
    pub binding: Option<ObjectId>,
    /// What happens.
    pub action: Action,
    /// Message of the API server, without the names of policy and binding.
    pub message: String,
    /// HTTP status of the answer to a denied request.
    pub status: u16,
    /// Node of the expression in the file of the policy, if one decided it.
    pub expression: Option<NodeId>,
    /// Node of the field in the object that the expression is about, if there is one.
    pub field: Option<NodeId>,
}

/// A policy whose decision is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The policy.
    pub policy: ObjectId,
    /// Why the decision is not known.
    pub reason: String,
}

/// What all policies decide about an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// In the order of the policies and their validations.
    pub violations: Vec<Violation>,
    /// Policies that may decide something else.
    pub unknown: Vec<Unknown>,
}

/// Returns what the policies of the run decide about a request to create the object.
#[must_use]
pub fn judge(workspace: &Workspace, id: ObjectId) -> Verdict {
    let mut verdict = Verdict::default();
    let all = workspace.kept(Policies::of);
    if all.is_empty() {
        return verdict;
    }
    let Some(request) = Request::new(workspace, id, &all) else {
        return verdict;
    };
    for policy in all.iter() {
        if !policy.is_for(workspace, id) {
            continue;
        }
        let unknown = |reason: &str| Unknown {
            policy: policy.id,
            reason: reason.to_owned(),
        };
        match policy.constraints.matches(&request) {
            Match::No => continue,
            Match::Unknown(reason) => {
                if policy.bindings.iter().any(|one| one.is_for(workspace, id)) {
                    verdict.unknown.push(unknown(&reason));
                }
                continue;
            }
            Match::Yes => {}
        }
        for binding in &policy.bindings {
            if !binding.is_for(workspace, id) {
                continue;
            }
            let constraints = binding.constraints.as_ref();
            let is_bound = constraints.map_or(Match::Yes, |own| own.matches(&request));
            let result = match (is_bound, &policy.state) {
                (Match::No, _) => continue,
                (Match::Unknown(reason), _) => Err(reason),
                (Match::Yes, State::Unknown(reason)) => Err(reason.clone()),
                (Match::Yes, State::Valid) => {
                    apply(policy, binding, &request, &mut verdict.violations)
                }
            };
            if let Err(reason) = result {
                verdict.unknown.push(unknown(&reason));
            }
        }
    }
    verdict
}

/// Evaluates a policy for each parameter of a binding.
///
/// # Errors
///
/// Returns why a decision is not known, if none is to deny the object.
fn apply(
    policy: &Policy,
    binding: &Binding,
    request: &Request<'_>,
    violations: &mut Vec<Violation>,
) -> Result<(), String> {
    let violation = |action, message: String, status, expression| Violation {
        policy: policy.id,
        binding: Some(binding.id),
        action,
        message,
        status,
        expression,
        field: None,
    };
    let params = match params::collect(policy, binding, request) {
        Ok(params) => params,
        Err(params::NoParams::Unknown(reason)) => return Err(reason),
        Err(params::NoParams::Wrong(message)) => {
            if policy.fails {
                let message = format!("failed to configure binding: {message}");
                violations.push(violation(Action::Deny, message, 422, None));
            }
            return Ok(());
        }
    };
    let mut unknown = None;
    for params in params {
        let decisions = evaluate::decide(policy, request, params);
        unknown = unknown.or(decisions.unknown);
        for decision in decisions.denied {
            let always = [Action::Deny];
            let actions: &[Action] = match decision.is_always_denied {
                true => &always,
                false => &binding.actions,
            };
            for &action in actions {
                let mut own = violation(
                    action,
                    decision.message.clone(),
                    decision.status,
                    decision.expression,
                );
                let paths = decision.validation.map(|index| policy.paths(index));
                own.field = paths.and_then(|paths| request.field(&paths));
                violations.push(own);
            }
        }
    }
    match unknown {
        Some(reason) => Err(reason),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
