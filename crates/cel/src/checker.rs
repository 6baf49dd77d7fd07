//! Types of the parts of an expression: `checker/checker.go` of cel-go.

use std::sync::Arc;

use crate::CompileError;
use crate::ast::{Comprehension, Expr, Kind};
use crate::declarations::{self, Overload, PARAMETERS};
use crate::escape::escape_reserved;
use crate::types::{Environment, PATCH, PATCH_OBJECT, Type};
use crate::unify::{Unifier, instantiate, most_general};
use crate::value::Value;

/// Function that only mutating policies have.
const ESCAPE_KEY: &str = "jsonpatch.escapeKey";

/// What the checker knows about the parts of an expression, by their numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checked {
    pub(crate) types: Vec<Type>,
    /// The overloads that a call may use.
    pub(crate) overloads: Vec<Vec<&'static Overload>>,
}

impl Checked {
    pub(crate) fn type_of(&self, expr: &Expr) -> &Type {
        self.types.get(expr.id as usize).unwrap_or(&Type::Dyn)
    }
}

/// Checks an expression. Names of types such as `net.IP` become identifiers.
pub(crate) fn check(
    expr: &mut Expr,
    environment: &Environment,
    count: usize,
) -> Result<Checked, CompileError> {
    let mut checker = Checker {
        environment,
        locals: Vec::new(),
        unifier: Unifier::default(),
        checked: Checked {
            types: vec![Type::Dyn; count],
            overloads: vec![Vec::new(); count],
        },
    };
    checker.check(expr)?;
    let Checker {
        mut unifier,
        mut checked,
        ..
    } = checker;
    for own in &mut checked.types {
        *own = unifier.resolve(own, true);
    }
    if unifier.is_exhausted() {
        return Err(CompileError::limit("has types that are too large"));
    }
    Ok(checked)
}

struct Checker<'a> {
    environment: &'a Environment,
    /// Variables of comprehensions.
    locals: Vec<(Arc<str>, Type)>,
    unifier: Unifier,
    checked: Checked,
}

impl Checker<'_> {
    fn check(&mut self, expr: &mut Expr) -> Result<Type, CompileError> {
        if self.unifier.is_exhausted() {
            return Err(CompileError::limit("has types that are too large"));
        }
        let at = expr.at.clone();
        let id = expr.id;
        let qualified = match &expr.kind {
            Kind::Select { is_test: false, .. } => expr.qualified(),
            _ => None,
        };
        if let Some(name) = qualified
            && self.find(&name).is_some()
        {
            expr.kind = Kind::Ident(name.into());
        }
        let own = match &mut expr.kind {
            Kind::Constant(value) => match value {
                Value::Null => Type::Null,
                Value::Bool(_) => Type::Bool,
                Value::Int(_) => Type::Int,
                Value::Uint(_) => Type::Uint,
                Value::Double(_) => Type::Double,
                Value::Text(_) => Type::Text,
                Value::Bytes(_) => Type::Bytes,
                _ => Type::Dyn,
            },
            Kind::Ident(name) => match self.find(name) {
                Some(own) => own,
                None => {
                    let message = format!("uses the unknown name `{name}`");
                    return Err(CompileError::new(message, at));
                }
            },
            Kind::Select { of, field, is_test } => {
                let inner = self.check(of)?;
                let inner = self.unifier.resolve(&inner, false);
                let name_at = at.end.saturating_sub(field.len() + usize::from(*is_test))..at.end;
                let own = self.field(&inner, field, name_at, false)?;
                if *is_test {
                    Type::Bool
                } else {
                    self.unifier.resolve(&own, false)
                }
            }
            Kind::Call {
                of: None,
                name,
                arguments,
            } if &**name == "_?._" => {
                let [of, field] = arguments.as_mut_slice() else {
                    return Err(CompileError::new("is not CEL", at));
                };
                let inner = self.check(of)?;
                let inner = self.unifier.resolve(&inner, false);
                let own = declarations::overloads("_?._").into_iter().flatten();
                self.checked.overloads[id as usize].extend(own);
                self.check(field)?;
                let text = match &field.kind {
                    Kind::Constant(Value::Text(text)) => Arc::clone(text),
                    _ => "".into(),
                };
                self.field(&inner, &text, field.at.clone(), true)?
            }
            Kind::Call {
                of,
                name,
                arguments,
            } => {
                let name = Arc::clone(name);
                let mut types = Vec::with_capacity(arguments.len() + 1);
                for argument in arguments.iter_mut() {
                    types.push(self.check(argument)?);
                }
                let is_method = of.is_some();
                if let Some(of) = of {
                    types.insert(0, self.check(of)?);
                }
                self.call(id, &name, is_method, &types, &at)?
            }
            Kind::List(items) => {
                let mut of: Option<Type> = None;
                for item in items {
                    let mut own = self.check(&mut item.value)?;
                    if item.is_optional {
                        own = unwrap_optional(own, &item.value)?;
                    }
                    of = Some(self.join(of, own));
                }
                let of = of.unwrap_or_else(|| self.unifier.fresh());
                Type::list(of)
            }
            Kind::Map(entries) => {
                let (mut key, mut value): (Option<Type>, Option<Type>) = (None, None);
                for entry in entries {
                    let own = self.check(&mut entry.key)?;
                    key = Some(self.join(key, own));
                    let mut own = self.check(&mut entry.value)?;
                    if entry.is_optional {
                        own = unwrap_optional(own, &entry.value)?;
                    }
                    value = Some(self.join(value, own));
                }
                let key = key.unwrap_or_else(|| self.unifier.fresh());
                let value = value.unwrap_or_else(|| self.unifier.fresh());
                Type::map(key, value)
            }
            Kind::Message { name, fields } => {
                for (_, value) in fields.iter_mut() {
                    self.check(value)?;
                }
                match name.as_str() {
                    "JSONPatch" if self.environment.has_patches => PATCH,
                    "Object" if self.environment.has_patches => PATCH_OBJECT,
                    name if name.starts_with("Object.") && self.environment.has_patches => {
                        Type::Dyn
                    }
                    name if name.starts_with("google.protobuf.") => Type::Dyn,
                    name => {
                        let message = format!("uses the unknown name `{name}`");
                        return Err(CompileError::new(message, at));
                    }
                }
            }
            Kind::Comprehension(own) => self.comprehension(own)?,
        };
        self.checked.types[id as usize] = own.clone();
        Ok(own)
    }

    fn find(&self, name: &str) -> Option<Type> {
        let locals = self.locals.iter().rev();
        let mut all = locals.chain(&self.environment.variables);
        let own = all.find(|(own, _)| **own == *name);
        own.map(|(_, own)| own.clone())
            .or_else(|| declarations::named(name))
    }

    /// `checkSelectField`
    fn field(
        &mut self,
        inner: &Type,
        field: &str,
        at: std::ops::Range<usize>,
        is_optional: bool,
    ) -> Result<Type, CompileError> {
        let (inner, was_optional) = match inner {
            Type::Optional(of) => (&**of, true),
            own => (own, false),
        };
        let own = match inner {
            Type::Map(_, value) => (**value).clone(),
            Type::Object(object) => {
                let find = |wanted: &str| {
                    let mut fields = object.fields.iter();
                    fields.find(|(name, _)| **name == *wanted)
                };
                let reserved = || find(&escape_reserved(field)?);
                match find(field).or_else(reserved) {
                    Some((_, own)) => own.clone(),
                    None => {
                        let message = format!("uses the unknown field `{field}`");
                        return Err(CompileError::new(message, at));
                    }
                }
            }
            Type::Parameter(_) => {
                self.unifier.agree(&Type::Dyn, inner);
                Type::Dyn
            }
            Type::Dyn => Type::Dyn,
            other => {
                let message = format!("reads the field `{field}` of a value of type {other}");
                return Err(CompileError::new(message, at));
            }
        };
        Ok(if is_optional || was_optional {
            Type::Optional(Arc::new(own))
        } else {
            own
        })
    }

    /// `resolveOverload`
    fn call(
        &mut self,
        id: u32,
        name: &str,
        is_method: bool,
        types: &[Type],
        at: &std::ops::Range<usize>,
    ) -> Result<Type, CompileError> {
        let is_there = self.environment.has_patches || name != ESCAPE_KEY;
        let Some(overloads) = declarations::overloads(name).filter(|_| is_there) else {
            let message = format!("calls the unknown function `{name}`");
            return Err(CompileError::new(message, at.clone()));
        };
        let mut result: Option<Type> = None;
        for overload in overloads.iter().filter(|own| own.is_method == is_method) {
            if overload.arguments.len() != types.len() {
                continue;
            }
            let fresh: Vec<Type> = (0..PARAMETERS).map(|_| self.unifier.fresh()).collect();
            let wanted = overload.arguments.iter();
            let wanted: Vec<Type> = wanted.map(|own| instantiate(own, &fresh)).collect();
            if !self.unifier.agree_all(types.iter().zip(&wanted)) {
                continue;
            }
            self.checked.overloads[id as usize].push(overload);
            let own = instantiate(&overload.result, &fresh);
            let own = self.unifier.resolve(&own, false);
            result = Some(match result {
                None => own,
                Some(known) if known == Type::Dyn || known == own => known,
                Some(_) => Type::Dyn,
            });
        }
        result.ok_or_else(|| {
            let names: Vec<String> = types
                .iter()
                .map(|own| self.unifier.resolve(own, true).to_string())
                .collect();
            let shown = name.replace('_', " ").replace('@', "");
            let message = match (is_method, names.as_slice()) {
                (true, [of]) => format!("calls `{name}` of {of}"),
                (true, [of, rest @ ..]) => {
                    format!("calls `{name}` of {of} with {}", rest.join(" and "))
                }
                _ if names.is_empty() => format!("calls `{name}` without arguments"),
                _ => format!("uses `{}` with {}", shown.trim(), names.join(" and ")),
            };
            CompileError::new(message, at.clone())
        })
    }

    /// `joinTypes`. Whether types may be mixed is decided later.
    fn join(&mut self, known: Option<Type>, own: Type) -> Type {
        match known {
            None => own,
            Some(known) if self.unifier.agree(&known, &own) => most_general(&known, &own),
            Some(_) => Type::Dyn,
        }
    }

    fn comprehension(&mut self, own: &mut Comprehension) -> Result<Type, CompileError> {
        let range = self.check(&mut own.range)?;
        let start = self.check(&mut own.start)?;
        let range = self.unifier.resolve(&range, false);
        let outer = self.locals.len();
        self.locals
            .push((Arc::clone(&own.accumulator), start.clone()));
        let (first, second) = match &range {
            Type::List(of) if own.second.is_some() => (Type::Int, (**of).clone()),
            Type::List(of) => ((**of).clone(), Type::Dyn),
            Type::Map(key, value) => ((**key).clone(), (**value).clone()),
            Type::Dyn => (Type::Dyn, Type::Dyn),
            Type::Parameter(_) => {
                self.unifier.agree(&Type::Dyn, &range);
                (Type::Dyn, Type::Dyn)
            }
            other => {
                let message = format!("goes through a value of type {other}");
                return Err(CompileError::new(message, own.range.at.clone()));
            }
        };
        self.locals.push((Arc::clone(&own.variable), first));
        if let Some(name) = &own.second {
            self.locals.push((Arc::clone(name), second));
        }
        let condition = self.check(&mut own.condition)?;
        self.want(&Type::Bool, &condition, &own.condition)?;
        let step = self.check(&mut own.step)?;
        self.want(&start, &step, &own.step)?;
        self.locals.truncate(outer + 1);
        let result = self.check(&mut own.result)?;
        self.locals.truncate(outer);
        Ok(self.unifier.resolve(&result, false))
    }

    fn want(&mut self, wanted: &Type, own: &Type, expr: &Expr) -> Result<(), CompileError> {
        if self.unifier.agree(wanted, own) {
            return Ok(());
        }
        let message = format!(
            "has the type {}, but needs {}",
            self.unifier.resolve(own, true),
            self.unifier.resolve(wanted, true)
        );
        Err(CompileError::new(message, expr.at.clone()))
    }
}

fn unwrap_optional(own: Type, expr: &Expr) -> Result<Type, CompileError> {
    match own {
        Type::Optional(of) => Ok((*of).clone()),
        Type::Dyn => Ok(Type::Dyn),
        other => {
            let message = format!("has `?` before a value of type {other}");
            Err(CompileError::new(message, expr.at.clone()))
        }
    }
}
