//! Policies and bindings as they are written, with compiled expressions.

use std::sync::Arc;

use podwright_cel::{CompileError, Environment, Program, Type};
use podwright_model::Object;
use podwright_schema::{CustomKinds, ErrorType, Subject, Value, invalid};
use podwright_syntax::NodeId;
use rustc_hash::FxHashMap;

use super::copies::Copies;
use super::matching::Constraints;
use super::paths::{self, Path};
use super::reach::Reach;
use super::request::Request;
use super::resource::Resources;
use super::{Action, GROUP};
use crate::selector::LabelSelector;
use crate::workspace::{ObjectId, Workspace};

/// All policies with a binding, and what is needed to match them.
#[derive(Debug)]
pub(super) struct Policies {
    all: Copies<Policy>,
    pub(super) resources: Resources,
}

/// A policy and its bindings.
#[derive(Debug)]
pub(super) struct Policy {
    pub(super) id: ObjectId,
    pub(super) state: State,
    /// Whether errors deny a request: `failurePolicy`.
    pub(super) fails: bool,
    pub(super) constraints: Constraints,
    /// API version and kind of parameters.
    pub(super) param_kind: Option<(String, String)>,
    pub(super) conditions: Vec<Expression>,
    pub(super) variables: Vec<Variable>,
    pub(super) validations: Vec<Validation>,
    pub(super) annotations: Vec<Expression>,
    pub(super) bindings: Copies<Binding>,
}

/// Whether a policy can be evaluated.
#[derive(Debug)]
pub(super) enum State {
    Valid,
    /// Not here, for this reason.
    Unknown(String),
}

/// An expression of a policy.
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) node: NodeId,
    pub(super) text: String,
    pub(super) program: Result<Program, CompileError>,
    /// Indexes of the variables that it uses, directly and by others.
    pub(super) uses: Vec<usize>,
}

#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: Arc<str>,
    pub(super) expression: Expression,
}

#[derive(Debug)]
pub(super) struct Validation {
    pub(super) expression: Expression,
    pub(super) message: String,
    pub(super) message_expression: Option<Expression>,
    pub(super) status: u16,
}

/// A binding.
#[derive(Debug)]
pub(super) struct Binding {
    /// `None` if the configuration binds the policy.
    pub(super) id: Option<ObjectId>,
    pub(super) constraints: Option<Constraints>,
    pub(super) params: Option<ParamRef>,
    /// The action is to deny if there are none.
    pub(super) actions: Vec<Action>,
}

/// Parameters that a binding names.
#[derive(Debug)]
pub(super) struct ParamRef {
    pub(super) name: String,
    pub(super) namespace: String,
    pub(super) selector: Option<LabelSelector>,
    /// Whether it is an error if there are none.
    pub(super) is_required: bool,
}

impl Policies {
    pub(super) fn of(workspace: &Workspace) -> Self {
        let mut bindings: FxHashMap<String, Vec<Binding>> = FxHashMap::default();
        for id in objects(workspace, "ValidatingAdmissionPolicyBinding") {
            if let Some((name, binding)) = Binding::read(workspace, id) {
                bindings.entry(name).or_default().push(binding);
            }
        }
        let mut all = Vec::new();
        for id in objects(workspace, "ValidatingAdmissionPolicy") {
            let object = workspace.object(id);
            let name = object.metadata.name.text().unwrap_or("");
            // Builds may share a name, so a binding can belong to several policies.
            let own = bindings.get(name).into_iter().flatten();
            let own = own.filter(|binding| workspace.coexist(id, binding.id.unwrap_or(id)));
            let mut own: Vec<Binding> = own.map(Binding::copy).collect();
            if own.is_empty() && is_bound_without(workspace, id) {
                own.push(Binding::TO_ALL);
            }
            if !own.is_empty() {
                let own = Copies::new(workspace, own, |binding| binding.id);
                all.extend(Policy::read(workspace, id, own));
            }
        }
        Self {
            resources: Resources::of(workspace),
            all: Copies::new(workspace, all, |policy| Some(policy.id)),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Policy> {
        self.all.iter()
    }

    /// The policies that may be in the cluster of an object and for its kind.
    pub(super) fn reaching(
        &self,
        request: &Request<'_>,
        reach: impl Fn(&Policy) -> Reach,
    ) -> impl Iterator<Item = (&Policy, Reach)> {
        let concerns = |policy: &Policy| policy.constraints.may_match(request);
        self.all.reaching(concerns, reach)
    }
}

/// The objects of a kind that the API server accepts, in the version that it evaluates.
fn objects<'w>(workspace: &'w Workspace, kind: &'w str) -> impl Iterator<Item = ObjectId> + 'w {
    let listed = workspace.in_policy_files(GROUP, kind);
    workspace.of_kind(GROUP, kind).chain(listed).filter(|&id| {
        let object = workspace.object(id);
        is_evaluated(object) && is_accepted(workspace, id, object)
    })
}

fn is_evaluated(object: &Object) -> bool {
    object.api_version.text() == Some("admissionregistration.k8s.io/v1")
}

fn is_accepted(workspace: &Workspace, id: ObjectId, object: &Object) -> bool {
    let file = workspace.file(id.file);
    let custom = CustomKinds::default();
    let subject = Subject {
        tree: &file.tree,
        object,
        range: file.context.versions,
        is_partial: workspace.is_partial_object(id.file, object),
        custom: &custom,
    };
    let is_error = |error| {
        !matches!(
            error,
            ErrorType::Warning | ErrorType::Deprecated | ErrorType::Dropped
        )
    };
    !subject.is_partial && !invalid(&subject).iter().any(|one| is_error(one.error))
}

/// Whether a policy without a binding is evaluated: the configuration lists it, and it needs no parameters.
fn is_bound_without(workspace: &Workspace, id: ObjectId) -> bool {
    let tree = &workspace.file(id.file).tree;
    let spec = Value::new(tree, workspace.object(id).node).get("spec");
    workspace.is_policy_file(id.file) && spec.get("paramKind").is_absent()
}

impl Policy {
    fn read(workspace: &Workspace, id: ObjectId, bindings: Copies<Binding>) -> Option<Self> {
        let object = workspace.object(id);
        let spec = Value::new(&workspace.file(id.file).tree, object.node).get("spec");
        let mut compiler = Compiler::new(!spec.get("paramKind").is_absent());
        let param = spec.get("paramKind");
        let param_kind = match param.is_absent() {
            true => None,
            false => Some((
                param.get("apiVersion").text()?.into_owned(),
                param.get("kind").text()?.into_owned(),
            )),
        };
        let conditions = spec.get("matchConditions");
        let annotations = spec.get("auditAnnotations");
        let variables = spec.get("variables").items().map(|variable| {
            let name = variable.get("name").text()?;
            let expression = compiler.compile(variable.get("expression"))?;
            compiler.add(name.as_ref().into(), &expression);
            Some(Variable {
                name: name.as_ref().into(),
                expression,
            })
        });
        let variables = variables.collect::<Option<Vec<_>>>();
        let all = |list: Value<'_>, field: &'static str| {
            let each = list.items().map(|item| compiler.compile(item.get(field)));
            each.collect::<Option<Vec<_>>>()
        };
        let validations = spec.get("validations").items().map(|validation| {
            let message = validation.get("messageExpression");
            Some(Validation {
                expression: compiler.compile(validation.get("expression"))?,
                message: validation.get("message").text()?.trim().to_owned(),
                message_expression: match message.is_empty() {
                    true => None,
                    false => Some(compiler.compile(message)?),
                },
                status: match &*validation.get("reason").text()? {
                    "Unauthorized" => 401,
                    "Forbidden" => 403,
                    "RequestEntityTooLarge" => 413,
                    _ => 422,
                },
            })
        });
        let validations = validations.collect::<Option<Vec<_>>>();
        let constraints = Constraints::read(spec.get("matchConstraints"));
        let fails = spec.get("failurePolicy").text();
        let is_known = validations.is_some() && variables.is_some() && fails.is_some();
        let is_whole = workspace.is_unmodified(id);
        let state = match (is_known && is_whole, is_limited(&validations)) {
            (false, _) => State::Unknown("the content of the policy is not known".to_owned()),
            (true, true) => State::Unknown("an expression is too large for podwright".to_owned()),
            (true, false) => State::Valid,
        };
        Some(Self {
            id,
            state,
            fails: fails.as_deref() != Some("Ignore"),
            constraints,
            param_kind,
            conditions: all(conditions, "expression")?,
            annotations: all(annotations, "valueExpression")?,
            variables: variables.unwrap_or_default(),
            validations: validations.unwrap_or_default(),
            bindings,
        })
    }

    /// Objects that may be parameters: those with that name, or all if it is empty.
    pub(super) fn params(
        &self,
        workspace: &Workspace,
        group: &str,
        kind: &str,
        name: &str,
    ) -> Vec<ObjectId> {
        let mut all: Vec<ObjectId> = match name {
            "" => workspace.of_kind(group, kind).collect(),
            name => workspace.named(group, kind, name).collect(),
        };
        all.extend(workspace.in_policy_files(group, kind));
        all.retain(|&other| workspace.coexist(self.id, other));
        all
    }

    /// The fields of the object that a validation is about.
    pub(super) fn paths(&self, validation: usize) -> Vec<Path> {
        let own = &self.validations[validation].expression;
        let used = own
            .uses
            .iter()
            .map(|&index| &self.variables[index].expression);
        let texts = std::iter::once(own).chain(used);
        texts.flat_map(|one| paths::of(&one.text)).collect()
    }
}

fn is_limited(validations: &Option<Vec<Validation>>) -> bool {
    let mut all = validations.iter().flatten();
    all.any(|one| matches!(&one.expression.program, Err(error) if error.is_limit))
}

/// Compiles the expressions of a policy, the variables first.
struct Compiler {
    environment: Environment,
    /// Variables so far with their types, and which ones they use.
    variables: Vec<(Arc<str>, Type)>,
    uses: Vec<Vec<usize>>,
}

impl Compiler {
    fn new(has_params: bool) -> Self {
        let mut environment = Environment::new();
        let names = ["object", "oldObject", "request", "namespaceObject"];
        let names = names.into_iter().chain(["authorizer"]);
        for name in names.chain(has_params.then_some("params")) {
            environment.declare(name, Type::Dyn);
        }
        Self {
            environment,
            variables: Vec::new(),
            uses: Vec::new(),
        }
    }

    /// Adds a variable with the type of its expression.
    fn add(&mut self, name: Arc<str>, expression: &Expression) {
        let own = expression.program.as_ref();
        let own = own.map_or(Type::Dyn, |program| program.result_type().clone());
        self.variables.push((name, own));
        self.uses.push(expression.uses.clone());
    }

    fn compile(&self, at: Value<'_>) -> Option<Expression> {
        let text = at.content()?.into_owned();
        let mut uses: Vec<usize> = Vec::new();
        for name in paths::variables(&text) {
            if let Some(index) = self.variables.iter().rposition(|(own, _)| **own == *name) {
                uses.extend(&self.uses[index]);
                uses.push(index);
            }
        }
        uses.sort_unstable();
        uses.dedup();
        // `CompositionEnv` of `k8s.io/apiserver/pkg/admission/plugin/cel`
        let name = format!("kubernetes.variables{}", self.variables.len());
        let variables = Type::object(name, self.variables.iter().cloned());
        let environment = self.environment.clone().with("variables", variables);
        Some(Expression {
            node: at.node,
            program: Program::compile(&text, &environment),
            text,
            uses,
        })
    }
}

impl Binding {
    /// Rejects every object that violates the policy.
    const TO_ALL: Self = Self {
        id: None,
        constraints: None,
        params: None,
        actions: Vec::new(),
    };

    /// Reads a binding, and the name of its policy.
    fn read(workspace: &Workspace, id: ObjectId) -> Option<(String, Self)> {
        if !workspace.is_unmodified(id) {
            return None;
        }
        let object = workspace.object(id);
        let spec = Value::new(&workspace.file(id.file).tree, object.node).get("spec");
        let name = spec.get("policyName").text()?.into_owned();
        let actions = spec.get("validationActions").items();
        let actions = actions.filter_map(|action| match &*action.text()? {
            "Deny" => Some(Action::Deny),
            "Warn" => Some(Action::Warn),
            "Audit" => Some(Action::Audit),
            _ => None,
        });
        let resources = spec.get("matchResources");
        let param = spec.get("paramRef");
        let params = match param.is_absent() {
            true => None,
            false => Some(ParamRef {
                name: param.get("name").text()?.into_owned(),
                namespace: param.get("namespace").text()?.into_owned(),
                selector: match param.get("selector").is_absent() {
                    true => None,
                    false => Some(LabelSelector::read(param.get("selector"))?),
                },
                is_required: param.get("parameterNotFoundAction").text()? == "Deny",
            }),
        };
        let binding = Self {
            id: Some(id),
            constraints: (!resources.is_absent()).then(|| Constraints::read(resources)),
            params,
            actions: actions.collect(),
        };
        Some((name, binding))
    }

    fn copy(&self) -> Self {
        Self {
            id: self.id,
            constraints: self.constraints.clone(),
            params: self.params.as_ref().map(|one| ParamRef {
                name: one.name.clone(),
                namespace: one.namespace.clone(),
                selector: one.selector.clone(),
                is_required: one.is_required,
            }),
            actions: self.actions.clone(),
        }
    }
}
