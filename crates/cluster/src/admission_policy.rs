//! What ValidatingAdmissionPolicies do with an object when it is created, as Kubernetes 1.36 evaluates them
//! (`k8s.io/apiserver/pkg/admission/plugin/policy` and `plugin/cel`).
//!
//! What the files do not tell makes the answer unknown: the labels of a namespace that is not among them, a parameter
//! that is not, the user, and what other admission plugins change before.

mod copies;
mod culprit;
mod evaluate;
mod matching;
mod params;
mod paths;
mod policy;
mod reach;
mod request;
mod resource;

use podwright_syntax::NodeId;

use crate::workspace::{ObjectId, Workspace};

use matching::Match;
use policy::{Binding, Policies, Policy, State};
use reach::Reach;
use request::Request;

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
    /// What is wrong in short: the message of the policy, or why there is none.
    pub summary: String,
    /// Whether the policy is certainly for the cluster of the object.
    pub is_near: bool,
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

/// Stands for a message that is made of values of an object with credentials.
const CONCEALED: &str = "its message is not shown, because the object has credentials";

/// What all policies decide about an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// In the order of the policies and their validations.
    pub violations: Vec<Violation>,
    /// Policies that may decide something else.
    pub unknown: Vec<Unknown>,
}

/// Groups and kinds of the parameters of policies. All of such an object affects the findings in other files.
#[must_use]
pub fn parameter_kinds(workspace: &Workspace) -> Vec<(String, String)> {
    let all = workspace.kept(Policies::of);
    let kinds = all.iter().filter_map(|policy| {
        let (api_version, kind) = policy.param_kind.as_ref()?;
        let group = api_version.rsplit_once('/').map_or("", |(group, _)| group);
        Some((group.to_owned(), kind.clone()))
    });
    kinds.collect()
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
    let reaching = all.reaching(&request, |policy| reach::of(workspace, policy.id, id));
    for (policy, reach) in reaching {
        let unknown = |reason: &str| Unknown {
            policy: policy.id,
            reason: reason.to_owned(),
        };
        match policy.constraints.matches(&request) {
            Match::No => continue,
            Match::Unknown(reason) => {
                let is_near = |one: &Binding| reach::of_binding(workspace, one, id) == Reach::Near;
                if reach == Reach::Near && policy.bindings.iter().any(is_near) {
                    verdict.unknown.push(unknown(&reason));
                }
                continue;
            }
            Match::Yes => {}
        }
        let bindings = &policy.bindings;
        for (binding, own) in
            bindings.reaching(|_| true, |one| reach::of_binding(workspace, one, id))
        {
            let reach = reach.min(own);
            let first = verdict.violations.len();
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
            for own in &mut verdict.violations[first..] {
                own.is_near = reach == Reach::Near;
            }
            if let (Err(reason), Reach::Near) = (result, reach) {
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
    let violation = |action, message: String, summary: String, status, expression| Violation {
        policy: policy.id,
        binding: binding.id,
        action,
        message,
        summary,
        is_near: true,
        status,
        expression,
        field: None,
    };
    let params = match params::collect(policy, binding, request) {
        Ok(params) => params,
        Err(params::NoParams::Unknown(reason)) => return Err(reason),
        Err(params::NoParams::Wrong(message)) => {
            if policy.fails {
                let summary = format!("its binding cannot be used: {message}");
                let message = format!("failed to configure binding: {message}");
                violations.push(violation(Action::Deny, message, summary, 422, None));
            }
            return Ok(());
        }
    };
    let mut unknown = None;
    for (from, params) in params {
        let decisions = evaluate::decide(policy, request, &params);
        unknown = unknown.or(decisions.unknown);
        for mut decision in decisions.denied {
            // An expression may have changed a credential, so that it is not recognized in the text.
            let mut sources = [Some(request.id), from].into_iter().flatten();
            if decision.is_computed && sources.any(|id| request.workspace.has_credentials(id)) {
                CONCEALED.clone_into(&mut decision.summary);
                CONCEALED.clone_into(&mut decision.message);
            }
            let always = [Action::Deny];
            let is_denied = decision.is_always_denied || binding.actions.is_empty();
            let actions: &[Action] = match is_denied {
                true => &always,
                false => &binding.actions,
            };
            let field = decision
                .validation
                .and_then(|validation| culprit::find(policy, request, &params, validation));
            for &action in actions {
                let mut own = violation(
                    action,
                    decision.message.clone(),
                    decision.summary.clone(),
                    decision.status,
                    decision.expression,
                );
                own.field = field;
                violations.push(own);
            }
        }
    }
    match unknown {
        Some(reason) => Err(reason),
        None => Ok(()),
    }
}
