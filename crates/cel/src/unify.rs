//! Which types agree: `checker/types.go` of cel-go.

use std::sync::Arc;

use crate::types::Type;

/// Most comparisons of types in one expression.
const MAX_WORK: u32 = 2_000_000;

/// The types that were found for parameters.
#[derive(Default)]
pub(crate) struct Unifier {
    bound: Vec<Option<Type>>,
    /// What was changed, to take it back.
    trail: Vec<(u32, Option<Type>)>,
    work: u32,
}

impl Unifier {
    /// A parameter that nothing is known about.
    pub(crate) fn fresh(&mut self) -> Type {
        self.bound.push(None);
        Type::Parameter(u32::try_from(self.bound.len() - 1).unwrap_or(u32::MAX))
    }

    /// Whether the work is more than one expression may make.
    pub(crate) const fn is_exhausted(&self) -> bool {
        self.work > MAX_WORK
    }

    /// Whether a value of one type may be one of the other. Remembers what that says about parameters.
    pub(crate) fn agree(&mut self, a: &Type, b: &Type) -> bool {
        self.agree_all([(a, b)])
    }

    pub(crate) fn agree_all<'t>(
        &mut self,
        pairs: impl IntoIterator<Item = (&'t Type, &'t Type)>,
    ) -> bool {
        self.trail.clear();
        let is = pairs.into_iter().all(|(a, b)| self.internal(a, b));
        if !is {
            while let Some((at, old)) = self.trail.pop() {
                self.bound[at as usize] = old;
            }
        }
        is
    }

    fn bind(&mut self, at: u32, own: Type) {
        let slot = &mut self.bound[at as usize];
        let old = slot.replace(own);
        self.trail.push((at, old));
    }

    /// `internalIsAssignable`
    fn internal(&mut self, a: &Type, b: &Type) -> bool {
        self.work += 1;
        if self.is_exhausted() {
            return true;
        }
        if let Type::Parameter(at) = b {
            match self.substitution(a, *at) {
                (true, _) => return true,
                (false, true) => return false,
                (false, false) => {}
            }
        }
        if let Type::Parameter(at) = a {
            return self.substitution(b, *at).0;
        }
        match (a, b) {
            (Type::Dyn, _) | (_, Type::Dyn) => true,
            (Type::Null, other) | (other, Type::Null) => matches!(
                other,
                Type::Null
                    | Type::Optional(_)
                    | Type::Object(_)
                    | Type::Opaque(_)
                    | Type::Duration
                    | Type::Timestamp
            ),
            (Type::Type(_), Type::Type(_)) => true,
            (Type::List(a), Type::List(b)) | (Type::Optional(a), Type::Optional(b)) => {
                self.internal(a, b)
            }
            (Type::Map(a, x), Type::Map(b, y)) => self.internal(a, b) && self.internal(x, y),
            (a, b) => a == b,
        }
    }

    /// `isValidTypeSubstitution`: whether the parameter may be the type, and whether it is known to be one already.
    fn substitution(&mut self, own: &Type, parameter: u32) -> (bool, bool) {
        if *own == Type::Parameter(parameter) {
            return (true, true);
        }
        if let Some(known) = self.bound[parameter as usize].clone() {
            if *own == known {
                return (true, true);
            }
            if self.internal(own, &known) {
                let general = if less_specific(own, &known) {
                    own.clone()
                } else {
                    known
                };
                if self.is_free(parameter, &general) {
                    self.bind(parameter, general);
                }
                return (true, true);
            }
            return (false, true);
        }
        if self.is_free(parameter, own) {
            self.bind(parameter, own.clone());
            return (true, false);
        }
        (false, false)
    }

    /// `notReferencedIn`
    fn is_free(&mut self, parameter: u32, within: &Type) -> bool {
        self.work += 1;
        if self.is_exhausted() {
            return false;
        }
        match within {
            Type::Parameter(own) if *own == parameter => false,
            Type::Parameter(own) => match self.bound[*own as usize].clone() {
                Some(known) => self.is_free(parameter, &known),
                None => true,
            },
            Type::List(of) | Type::Optional(of) | Type::Type(of) => self.is_free(parameter, of),
            Type::Map(key, value) => self.is_free(parameter, key) && self.is_free(parameter, value),
            _ => true,
        }
    }

    /// The type with everything that is known about parameters. With `is_last`, the others become dynamic.
    pub(crate) fn resolve(&mut self, own: &Type, is_last: bool) -> Type {
        self.work += 1;
        if self.is_exhausted() {
            return Type::Dyn;
        }
        let mut inner = |of: &Arc<Type>| Arc::new(self.resolve(of, is_last));
        match own {
            Type::Parameter(at) => match self.bound[*at as usize].clone() {
                Some(known) => self.resolve(&known, is_last),
                None if is_last => Type::Dyn,
                None => own.clone(),
            },
            Type::List(of) => Type::List(inner(of)),
            Type::Optional(of) => Type::Optional(inner(of)),
            Type::Type(of) => Type::Type(inner(of)),
            Type::Map(key, value) => {
                let key = inner(key);
                Type::Map(key, inner(value))
            }
            _ => own.clone(),
        }
    }
}

/// `mostGeneral`
pub(crate) fn most_general(a: &Type, b: &Type) -> Type {
    if less_specific(a, b) { a } else { b }.clone()
}

/// `isEqualOrLessSpecific`
fn less_specific(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Dyn | Type::Parameter(_), _) => true,
        (_, Type::Dyn | Type::Parameter(_)) => false,
        (Type::List(a), Type::List(b)) | (Type::Optional(a), Type::Optional(b)) => {
            less_specific(a, b)
        }
        (Type::Map(a, x), Type::Map(b, y)) => less_specific(a, b) && less_specific(x, y),
        (Type::Type(_), Type::Type(_)) => true,
        (a, b) => a == b,
    }
}

/// Replaces the parameters of a declaration.
pub(crate) fn instantiate(own: &Type, parameters: &[Type]) -> Type {
    let inner = |of: &Arc<Type>| Arc::new(instantiate(of, parameters));
    match own {
        Type::Parameter(at) => parameters.get(*at as usize).cloned().unwrap_or(Type::Dyn),
        Type::List(of) => Type::List(inner(of)),
        Type::Optional(of) => Type::Optional(inner(of)),
        Type::Type(of) => Type::Type(inner(of)),
        Type::Map(key, value) => Type::Map(inner(key), inner(value)),
        _ => own.clone(),
    }
}
