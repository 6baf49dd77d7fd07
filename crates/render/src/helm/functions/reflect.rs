//! Types and kinds (`reflect.go` of sprig).

use podwright_go_template::{Call, Data, Failure, Function, Type, Value};

use Type::{Any, String as Str};

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("typeOf", Function::new(&[Any], type_of)),
    ("typeIs", Function::new(&[Str, Any], type_is)),
    ("typeIsLike", Function::new(&[Str, Any], type_is_like)),
    ("kindOf", Function::new(&[Any], kind_of)),
    ("kindIs", Function::new(&[Str, Any], kind_is)),
    ("deepEqual", Function::new(&[Any, Any], equal).deep()),
];

type Outcome = Result<Value, Failure>;

fn type_of(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(call.string(arguments[0].type_name(), &arguments))
}

fn type_is(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let target = super::text(&arguments, 0);
    let holds = target.as_str() == arguments[1].type_name();
    Ok(call.value(Data::Bool(holds), &arguments))
}

fn type_is_like(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let target = super::text(&arguments, 0);
    let name = arguments[1].type_name();
    let holds =
        name.strip_prefix('*').unwrap_or(&name) == target.as_str() || name == target.as_str();
    Ok(call.value(Data::Bool(holds), &arguments))
}

fn kind_of(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(call.string(arguments[0].kind_name(), &arguments))
}

fn kind_is(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let target = super::text(&arguments, 0);
    let holds = target.as_str() == arguments[1].kind_name();
    Ok(call.value(Data::Bool(holds), &arguments))
}

fn equal(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let holds = deep_equal(&arguments[0], &arguments[1]);
    Ok(call.value(Data::Bool(holds), &arguments))
}

/// `reflect.DeepEqual`
pub(in crate::helm) fn deep_equal(a: &Value, b: &Value) -> bool {
    equal_at(a, b, 0)
}

fn equal_at(a: &Value, b: &Value, depth: usize) -> bool {
    // A map can contain itself.
    if depth > 500 {
        return true;
    }
    match (&a.data, &b.data) {
        (Data::Nil, Data::Nil) => true,
        (Data::Bool(a), Data::Bool(b)) => a == b,
        (Data::Int(one, a), Data::Int(other, b)) => one == other && a == b,
        (Data::Float(a), Data::Float(b)) => a == b,
        (Data::Complex(a, b), Data::Complex(c, d)) => a == c && b == d,
        (Data::String(a), Data::String(b)) => a.as_str() == b.as_str(),
        (Data::Bytes(a), Data::Bytes(b)) => a == b,
        (Data::List(a), Data::List(b)) => {
            a.kind == b.kind
                && a.is_nil == b.is_nil
                && a.items.len() == b.items.len()
                && a.items
                    .iter()
                    .zip(b.items.iter())
                    .all(|(a, b)| equal_at(a, b, depth + 1))
        }
        (Data::Map(a), Data::Map(b)) => {
            if a.kind != b.kind || a.is_nil != b.is_nil || a.len() != b.len() {
                return false;
            }
            let (a, b) = (a.entries.borrow(), b.entries.borrow());
            a.iter()
                .zip(b.iter())
                .all(|((one, a), (other, b))| one == other && equal_at(a, b, depth + 1))
        }
        (Data::Object(a), Data::Object(b)) => {
            std::rc::Rc::ptr_eq(a, b)
                || (a.type_name() == b.type_name()
                    && match (a.data(), b.data()) {
                        (Some(a), Some(b)) => equal_at(&a, &b, depth + 1),
                        _ => a.string().is_some() && a.string() == b.string(),
                    })
        }
        _ => false,
    }
}
