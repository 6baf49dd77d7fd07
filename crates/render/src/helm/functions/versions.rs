//! Versions (`semver.go` of sprig).

use std::rc::Rc;

use podwright_go_template::{Call, Data, Failure, Function, Type, Value};

use crate::helm::objects::SemanticVersion;
use crate::helm::semver::{Constraints, Version};
use Type::String as Str;

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("semver", Function::new(&[Str], semver)),
    ("semverCompare", Function::new(&[Str, Str], compare)),
];

fn semver(call: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    let version = Version::parse(super::text(&arguments, 0).as_str())?;
    Ok(call.value(Data::Object(Rc::new(SemanticVersion(version))), &arguments))
}

fn compare(call: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    let constraints = Constraints::parse(super::text(&arguments, 0).as_str())?;
    let version = Version::parse(super::text(&arguments, 1).as_str())?;
    Ok(call.value(Data::Bool(constraints.check(&version)), &arguments))
}
