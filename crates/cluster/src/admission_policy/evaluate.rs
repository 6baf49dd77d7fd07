//! Evaluation of a policy for a request (`validator.Validate` in `plugin/policy/validating/validator.go`).

use std::sync::Arc;

use podwright_cel::{Budget, EvaluationError, Value, Variables};
use podwright_syntax::NodeId;

use super::policy::{Expression, Policy};
use super::request::Request;

/// Cost of all validations of a policy at which the API server stops: `RuntimeCELCostBudget`.
const BUDGET: u64 = 10_000_000;

/// The same for match conditions: `RuntimeCELCostBudgetMatchConditions`.
const CONDITIONS_BUDGET: u64 = BUDGET / 4;

/// Maximum length of the result of `messageExpression` in bytes: `MaxEvaluatedMessageExpressionSizeBytes`.
const MAX_MESSAGE: usize = 5 * 1024;

const OUT_OF_BUDGET: &str =
    "validation failed due to running out of cost budget, no further validation rules will be run";

/// What a policy decides.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    pub(super) denied: Vec<Decision>,
    /// Why it may decide something else.
    pub(super) unknown: Option<String>,
}

/// A reason to deny the request.
#[derive(Debug)]
pub(super) struct Decision {
    pub(super) message: String,
    /// The message of the policy, or why there is none.
    pub(super) summary: String,
    /// Whether the texts are made of values of the object or the parameters.
    pub(super) is_computed: bool,
    pub(super) status: u16,
    pub(super) expression: Option<NodeId>,
    /// Index of the validation that is violated.
    pub(super) validation: Option<usize>,
    /// Whether the actions of the binding do not count.
    pub(super) is_always_denied: bool,
}

/// Why a value is missing.
enum Failure {
    /// With this error of the API server.
    Error(String),
    /// It is not known, for this reason.
    Unknown(String),
    /// The budget is spent.
    Budget,
}

/// Decides about a request with a parameter.
pub(super) fn decide(policy: &Policy, request: &Request<'_>, params: &Value) -> Decisions {
    let mut decisions = Decisions::default();
    match condition(policy, request, params) {
        Ok(true) => {}
        Ok(false) => return decisions,
        Err(Failure::Unknown(reason)) => {
            decisions.unknown = Some(reason);
            return decisions;
        }
        Err(Failure::Error(message)) => {
            decisions.fail(policy, message, None);
            return decisions;
        }
        Err(Failure::Budget) => {
            decisions.fail(policy, OUT_OF_BUDGET.to_owned(), None);
            return decisions;
        }
    }
    let mut evaluation = Evaluation::new(policy, request, params.clone(), BUDGET);
    evaluation.set("namespaceObject", request.namespace_value());
    for (index, validation) in policy.validations.iter().enumerate() {
        let own = &validation.expression;
        match evaluation.run(own) {
            Ok(Value::Bool(true)) => {}
            Ok(_) => {
                let (own_message, is_computed) = evaluation.message(index);
                let made = || format!("failed expression: {}", own.text.trim());
                decisions.denied.push(Decision {
                    summary: own_message
                        .clone()
                        .unwrap_or_else(|| "its expression is false".to_owned()),
                    message: own_message.unwrap_or_else(made),
                    is_computed,
                    status: validation.status,
                    expression: Some(own.node),
                    validation: Some(index),
                    is_always_denied: false,
                });
            }
            Err(Failure::Error(message)) => {
                decisions.fail(policy, message, Some((index, own.node)))
            }
            Err(Failure::Unknown(reason)) => {
                decisions.unknown.get_or_insert(reason);
            }
            Err(Failure::Budget) => {
                decisions.denied.clear();
                decisions.fail(policy, OUT_OF_BUDGET.to_owned(), None);
                return decisions;
            }
        }
    }
    let mut evaluation = evaluation.again(BUDGET);
    for annotation in &policy.annotations {
        match evaluation.run(annotation) {
            Err(Failure::Error(message)) if policy.fails => decisions.denied.push(Decision {
                summary: short(&message),
                message,
                is_computed: true,
                status: 422,
                expression: Some(annotation.node),
                validation: None,
                is_always_denied: true,
            }),
            _ => {}
        }
    }
    decisions
}

/// An error without the text of its expression.
fn short(message: &str) -> String {
    match message.rsplit_once("' resulted in error: ") {
        Some((_, error)) => format!("its expression fails: {error}"),
        None => message.to_owned(),
    }
}

impl Decisions {
    /// Adds an error, which denies the request if the policy says so.
    fn fail(&mut self, policy: &Policy, message: String, at: Option<(usize, NodeId)>) {
        if policy.fails {
            self.denied.push(Decision {
                summary: short(&message),
                message,
                is_computed: true,
                status: 422,
                expression: at.map(|(_, node)| node),
                validation: at.map(|(index, _)| index),
                is_always_denied: false,
            });
        }
    }
}

/// Whether a validation is violated if the request is to create `object`.
pub(super) fn is_violated(
    policy: &Policy,
    request: &Request<'_>,
    params: &Value,
    object: Value,
    validation: usize,
) -> bool {
    let mut evaluation = Evaluation::of(policy, request, object, params.clone(), BUDGET);
    evaluation.set("namespaceObject", request.namespace_value());
    match evaluation.run(&policy.validations[validation].expression) {
        Ok(value) => value.as_bool() == Some(false),
        Err(failure) => matches!(failure, Failure::Error(_)),
    }
}

/// Whether all match conditions hold (`matcher.Match` in `plugin/webhook/matchconditions/matcher.go`).
fn condition(policy: &Policy, request: &Request<'_>, params: &Value) -> Result<bool, Failure> {
    if policy.conditions.is_empty() {
        return Ok(true);
    }
    let mut evaluation = Evaluation::new(policy, request, params.clone(), CONDITIONS_BUDGET);
    // The namespace is not passed on to them.
    evaluation.set("namespaceObject", Value::Null);
    let (mut errors, mut unknown) = (Vec::new(), None);
    for condition in &policy.conditions {
        match evaluation.run(condition) {
            Ok(Value::Bool(false)) => return Ok(false),
            Ok(_) => {}
            Err(Failure::Error(message)) => errors.push(message),
            Err(Failure::Unknown(reason)) => unknown = unknown.or(Some(reason)),
            Err(Failure::Budget) if policy.fails => return Err(Failure::Budget),
            Err(Failure::Budget) => return Ok(false),
        }
    }
    if let Some(reason) = unknown {
        return Err(Failure::Unknown(reason));
    }
    match (errors.len(), policy.fails) {
        (0, _) => Ok(true),
        (_, false) => Ok(false),
        (1, true) => Err(Failure::Error(errors.remove(0))),
        (_, true) => Err(Failure::Error(format!("[{}]", errors.join(", ")))),
    }
}

/// Values of the variables, and what may still be spent.
struct Evaluation<'p> {
    policy: &'p Policy,
    values: Variables,
    /// Values of the variables of the policy that were needed so far.
    computed: Vec<Option<Value>>,
    left: u64,
}

impl<'p> Evaluation<'p> {
    fn new(policy: &'p Policy, request: &Request<'_>, params: Value, budget: u64) -> Self {
        Self::of(policy, request, request.value(), params, budget)
    }

    fn of(
        policy: &'p Policy,
        request: &Request<'_>,
        object: Value,
        params: Value,
        budget: u64,
    ) -> Self {
        let values = Variables::new()
            .with("object", object)
            .with("oldObject", Value::Null)
            .with("request", request.request_value())
            .with(
                "authorizer",
                Value::unknown("what the user may do is not known"),
            )
            .with("params", params);
        Self {
            policy,
            values,
            computed: vec![None; policy.variables.len()],
            left: budget,
        }
    }

    fn set(&mut self, name: &str, value: Value) {
        self.values.set(name, value);
    }

    /// The same values with a new budget.
    fn again(self, budget: u64) -> Self {
        Self {
            left: budget,
            ..self
        }
    }

    fn run(&mut self, expression: &Expression) -> Result<Value, Failure> {
        for &index in &expression.uses {
            if self.computed[index].is_none() {
                let variable = &self.policy.variables[index];
                let value = match self.evaluate(&variable.expression) {
                    Ok(value) => value,
                    Err(Failure::Budget) => return Err(Failure::Budget),
                    Err(Failure::Unknown(reason)) => Value::unknown(reason),
                    Err(Failure::Error(message)) => {
                        let name = &variable.name;
                        let message =
                            format!("composited variable \"{name}\" fails to evaluate: {message}");
                        Value::failed(EvaluationError::Failed(message.into()))
                    }
                };
                self.computed[index] = Some(value);
                self.publish();
            }
        }
        self.evaluate(expression).map_err(|failure| match failure {
            Failure::Error(error) => {
                let text = &expression.text;
                Failure::Error(format!("expression '{text}' resulted in error: {error}"))
            }
            other => other,
        })
    }

    /// Makes the computed variables visible.
    fn publish(&mut self) {
        let variables = self.policy.variables.iter().zip(&self.computed);
        let entries = variables
            .filter_map(|(variable, value)| Some((Arc::clone(&variable.name), value.clone()?)));
        self.values.set("variables", Value::object(entries));
    }

    fn evaluate(&mut self, expression: &Expression) -> Result<Value, Failure> {
        let program = match &expression.program {
            Ok(program) => program,
            Err(error) if error.is_limit => {
                return Err(Failure::Unknown(error.message.to_string()));
            }
            // The API server does not accept such a policy.
            Err(error) => return Err(Failure::Error(error.message.to_string())),
        };
        let mut budget = Budget::default();
        let result = program.evaluate_within(&self.values, &mut budget);
        self.left = match self.left.checked_sub(budget.used()) {
            Some(left) => left,
            None => return Err(Failure::Budget),
        };
        result.map_err(|error| match error {
            EvaluationError::Unknown(reason) => Failure::Unknown(reason.into_owned()),
            error => Failure::Error(error.to_string()),
        })
    }

    /// The message for a violated validation, if the policy has one, and whether an expression made it.
    fn message(&mut self, index: usize) -> (Option<String>, bool) {
        let validation = &self.policy.validations[index];
        let own = validation.message_expression.as_ref();
        let computed = own.and_then(|expression| {
            let value = self.run(expression).ok()?;
            let text = value.as_text()?.trim().to_owned();
            let is_usable = !text.is_empty() && text.len() <= MAX_MESSAGE && !text.contains('\n');
            is_usable.then_some(text)
        });
        let is_computed = computed.is_some();
        let own = &validation.message;
        let message = computed.or_else(|| (!own.is_empty()).then(|| own.clone()));
        (message, is_computed)
    }
}
