//! What is random in Go. Here, placeholders of the same shape.

use podwright_go_template::{Call, Data, Failure, Function, IntType, Type, Value};

use super::int;
use super::templates::is_unknown;
use crate::helm::Why;
use Type::{Int, String as Str};

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    (
        "randAlphaNum",
        Function::new(&[Int], |call, a| letters(call, &a, "podwright0")),
    ),
    (
        "randAlpha",
        Function::new(&[Int], |call, a| letters(call, &a, "podwright")),
    ),
    (
        "randNumeric",
        Function::new(&[Int], |call, a| letters(call, &a, "1234567890")),
    ),
    (
        "randAscii",
        Function::new(&[Int], |call, a| letters(call, &a, "podwright0")),
    ),
    ("randInt", Function::new(&[Int, Int], rand_int)),
    ("randBytes", Function::new(&[Int], rand_bytes)),
    ("shuffle", Function::new(&[Str], shuffle)),
    ("uuidv4", Function::new(&[], uuid)),
    ("bcrypt", Function::new(&[Str], bcrypt)),
    ("htpasswd", Function::new(&[Str, Str], htpasswd)),
    (
        "derivePassword",
        Function::new(&[Type::Any, Str, Str, Str, Str], derive_password),
    ),
    ("encryptAES", Function::new(&[Str, Str], encrypt)),
    ("decryptAES", Function::new(&[Str, Str], decrypt)),
];

type Outcome = Result<Value, Failure>;

fn letters(call: &mut Call<'_>, arguments: &[Value], alphabet: &str) -> Outcome {
    is_unknown(call, Why::Random);
    let count = usize::try_from(int(arguments, 0)).unwrap_or(0);
    call.allocate(count)?;
    let text: String = alphabet.chars().cycle().take(count).collect();
    Ok(call.string(text, arguments))
}

fn rand_int(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    is_unknown(call, Why::Random);
    let (low, high) = (int(&arguments, 0), int(&arguments, 1));
    match low < high {
        true => Ok(call.value(Data::Int(IntType::Int, low), &arguments)),
        false => Err("invalid argument to Intn".into()),
    }
}

/// Base64 of so many bytes.
fn rand_bytes(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    is_unknown(call, Why::Random);
    let count = usize::try_from(int(&arguments, 0)).unwrap_or(0);
    call.allocate(count)?;
    let text = super::encode_base64(&vec![b'p'; count]);
    Ok(call.string(text, &arguments))
}

fn shuffle(call: &mut Call<'_>, mut arguments: Vec<Value>) -> Outcome {
    is_unknown(call, Why::Random);
    Ok(arguments.remove(0))
}

fn uuid(call: &mut Call<'_>, _: Vec<Value>) -> Outcome {
    is_unknown(call, Why::Random);
    Ok(call.string("00000000-0000-4000-8000-000000000000", []))
}

const BCRYPT: &str = "$2a$10$podwrightpodwrightpodwOpodwrightpodwrightpodwrightpod";

fn bcrypt(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    is_unknown(call, Why::Random);
    Ok(call.string(BCRYPT, &arguments))
}

fn htpasswd(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    is_unknown(call, Why::Random);
    let user = super::text(&arguments, 0);
    if user.as_str().contains(':') {
        return Ok(call.string(format!("invalid username: {}", user.as_str()), &arguments));
    }
    Ok(call.string(format!("{}:{BCRYPT}", user.as_str()), &arguments))
}

/// The length of each kind of password.
fn derive_password(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    is_unknown(call, Why::Random);
    let kind = super::text(&arguments, 1);
    let password = match kind.as_str() {
        "long" => "PodwFaxrZasoi9",
        "maximum" => "podwrightPODWRIGHT19",
        "medium" => "PodWri9*",
        "basic" => "podwri9A",
        "short" => "Pod9",
        "pin" => "1234",
        other => {
            return Ok(call.string(format!("cannot find password template {other}"), &arguments));
        }
    };
    Ok(call.string(password, &arguments))
}

fn encrypt(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    is_unknown(call, Why::Random);
    let length = super::text(&arguments, 1).len();
    call.allocate(length)?;
    let blocks = 16 + (length / 16 + 1) * 16;
    Ok(call.string(super::encode_base64(&vec![b'p'; blocks]), &arguments))
}

fn decrypt(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    is_unknown(call, Why::Random);
    Ok(call.string("", &arguments))
}
