//! Certificates and keys. Making them takes seconds and chance; what is shown of them here has only their shape.

use std::rc::Rc;

use podwright_go_template::{Call, Data, Failure, Function, Type, Value};

use super::templates::is_unknown;
use crate::helm::Why;
use crate::helm::objects::Pair;
use Type::{Any, Int, String as Str};

const PAIR: Type = Type::Object("sprig.certificate");

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("genPrivateKey", Function::new(&[Str], private_key)),
    ("genCA", Function::new(&[Str, Int], pair)),
    (
        "genCAWithKey",
        Function::new(&[Str, Int, Str], pair_with_key),
    ),
    (
        "genSelfSignedCert",
        Function::new(&[Str, Any, Any, Int], pair),
    ),
    (
        "genSelfSignedCertWithKey",
        Function::new(&[Str, Any, Any, Int, Str], pair_with_key),
    ),
    (
        "genSignedCert",
        Function::new(&[Str, Any, Any, Int, PAIR], pair),
    ),
    (
        "genSignedCertWithKey",
        Function::new(&[Str, Any, Any, Int, PAIR, Str], pair_with_key),
    ),
    ("buildCustomCert", Function::new(&[Str, Str], custom)),
];

type Outcome = Result<Value, Failure>;

/// A PEM block with as many lines as a real one.
fn block(name: &str, lines: usize) -> String {
    let line = "cG9kd3JpZ2h0IHBsYWNlaG9sZGVyIHBvZHdyaWdodCBwbGFjZWhvbGRlciBwb2R3";
    let mut text = format!("-----BEGIN {name}-----\n");
    for _ in 0..lines {
        text.push_str(&line[..64]);
        text.push('\n');
    }
    text.push_str(&format!("-----END {name}-----\n"));
    text
}

fn key(kind: &str) -> String {
    match kind {
        "ecdsa" => block("EC PRIVATE KEY", 3),
        "ed25519" => block("PRIVATE KEY", 1),
        "dsa" => block("DSA PRIVATE KEY", 12),
        _ => block("RSA PRIVATE KEY", 25),
    }
}

fn private_key(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    is_unknown(call, Why::Random);
    let kind = super::text(&arguments, 0);
    Ok(match kind.as_str() {
        "" | "rsa" | "dsa" | "ecdsa" | "ed25519" => call.string(key(kind.as_str()), &arguments),
        other => call.string(format!("Unknown type {other}"), &arguments),
    })
}

fn object(certificate: Value, key: Value) -> Value {
    Value::constant(Data::Object(Rc::new(Pair { certificate, key })))
}

fn pair(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    is_unknown(call, Why::Random);
    let certificate = call.string(block("CERTIFICATE", 17), &arguments);
    let key = call.string(key("rsa"), &arguments);
    Ok(object(certificate, key))
}

fn pair_with_key(call: &mut Call<'_>, mut arguments: Vec<Value>) -> Outcome {
    is_unknown(call, Why::Random);
    let key = arguments.pop().unwrap_or_else(Value::nil);
    let certificate = call.string(block("CERTIFICATE", 17), &arguments);
    Ok(object(certificate, key))
}

/// A certificate and a key in base64.
fn custom(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let decoded = |index| {
        let text = super::text(&arguments, index);
        let bytes = super::encoding::decode(text.as_str());
        match bytes {
            Some(bytes) => {
                Ok(call.string(podwright_go_template::text::from_bytes(&bytes), &arguments))
            }
            None => Err(Failure::message("unable to decode base64 certificate")),
        }
    };
    Ok(object(decoded(0)?, decoded(1)?))
}
