//! What functions return that is not plain data: versions and pairs of a certificate and a key.

use std::any::Any;
use std::cmp::Ordering;

use podwright_go_template::{
    Call, Data, Failure, IntType, Object, ObjectKind, Signature, Type, Value,
};

use crate::helm::semver::Version;

/// The result of `semver`.
#[derive(Debug)]
pub(in crate::helm) struct SemanticVersion(pub(in crate::helm) Version);

const TYPE: &str = "*semver.Version";
const NOTHING: Signature = Signature {
    parameters: &[],
    variadic: None,
};
const VERSION: Signature = Signature {
    parameters: &[Type::Object(TYPE)],
    variadic: None,
};

impl Object for SemanticVersion {
    fn type_name(&self) -> &str {
        TYPE
    }

    fn kind(&self) -> ObjectKind {
        ObjectKind::Pointer
    }

    fn method(&self, name: &str) -> Option<Signature> {
        match name {
            "Major" | "Minor" | "Patch" | "Prerelease" | "Metadata" | "Original" | "String" => {
                Some(NOTHING)
            }
            "Compare" | "Equal" | "LessThan" | "GreaterThan" | "LessThanEqual"
            | "GreaterThanEqual" => Some(VERSION),
            _ => None,
        }
    }

    fn call(
        &self,
        name: &str,
        call: &mut Call<'_>,
        arguments: Vec<Value>,
    ) -> Result<Value, Failure> {
        let version = &self.0;
        let number = |number: u64| {
            let number = i64::try_from(number).unwrap_or(i64::MAX);
            Value::constant(Data::Int(IntType::Uint64, number))
        };
        let order = || -> Option<Ordering> {
            match &arguments.first()?.data {
                Data::Object(object) => {
                    let other = object.as_any().downcast_ref::<Self>()?;
                    Some(version.compare(&other.0))
                }
                _ => None,
            }
        };
        let order = order().unwrap_or(Ordering::Equal);
        let is = |holds: bool| call.value(Data::Bool(holds), &arguments);
        Ok(match name {
            "Major" => number(version.major),
            "Minor" => number(version.minor),
            "Patch" => number(version.patch),
            "Prerelease" => Value::string(version.pre.as_str()),
            "Metadata" => Value::string(version.metadata.as_str()),
            "Original" => Value::string(version.original.as_str()),
            "Compare" => Value::constant(Data::Int(IntType::Int, order as i64)),
            "Equal" => is(order.is_eq()),
            "LessThan" => is(order.is_lt()),
            "GreaterThan" => is(order.is_gt()),
            "LessThanEqual" => is(order.is_le()),
            "GreaterThanEqual" => is(order.is_ge()),
            _ => Value::string(version.to_string()),
        })
    }

    fn string(&self) -> Option<String> {
        Some(self.0.to_string())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A certificate with its key, as `genCA` and its like return them.
#[derive(Debug)]
pub(in crate::helm) struct Pair {
    pub(in crate::helm) certificate: Value,
    pub(in crate::helm) key: Value,
}

impl Object for Pair {
    fn type_name(&self) -> &str {
        "sprig.certificate"
    }

    fn kind(&self) -> ObjectKind {
        ObjectKind::Struct
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Cert" => Some(self.certificate.clone()),
            "Key" => Some(self.key.clone()),
            _ => None,
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
