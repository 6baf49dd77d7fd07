//! Formats of strings: `library/format.go` of the API server.

use std::sync::Arc;

use podwright_model::name;

use super::{Answer, Context, url};
use crate::EvaluationError;
use crate::value::{ListKind, Value};

/// A format, as in `format.dns1123Label()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format(&'static str);

const NAMES: [&str; 13] = [
    "dns1123Label",
    "dns1123Subdomain",
    "dns1035Label",
    "qualifiedName",
    "dns1123LabelPrefix",
    "dns1123SubdomainPrefix",
    "dns1035LabelPrefix",
    "labelValue",
    "uri",
    "uuid",
    "byte",
    "date",
    "datetime",
];

impl Format {
    /// The format with this name.
    pub(crate) fn find(name: &str) -> Option<Self> {
        NAMES.iter().find(|own| **own == name).map(|own| Self(own))
    }

    /// Whether the text has the format. `None` if that is not known.
    fn accepts(self, text: &str, context: &mut Context<'_>) -> Option<bool> {
        // The API server checks what a generated name would become.
        let prefix = || format!("{}a", text.strip_suffix('-').unwrap_or(text));
        Some(match self.0 {
            "dns1123Label" => name::dns_label(text).is_ok(),
            "dns1123Subdomain" => name::dns_subdomain(text).is_ok(),
            "dns1035Label" => is_1035(text),
            "qualifiedName" => name::qualified_name(text).is_ok(),
            "dns1123LabelPrefix" => name::dns_label(&prefix()).is_ok(),
            "dns1123SubdomainPrefix" => name::dns_subdomain(&prefix()).is_ok(),
            "dns1035LabelPrefix" => is_1035(&prefix()),
            "labelValue" => name::label_value(text).is_ok(),
            "uri" => match url::call("isURL", &[Value::text(text)], context)? {
                Ok(Value::Bool(is)) => is,
                _ => return None,
            },
            "uuid" => is_uuid(text),
            "date" => {
                text.len() == 10 && super::time::timestamp(&format!("{text}T00:00:00Z")).is_some()
            }
            _ => return None,
        })
    }
}

fn is_1035(text: &str) -> bool {
    name::dns_label(text).is_ok() && text.starts_with(|c: char| c.is_ascii_lowercase())
}

/// `UUIDPattern` of kube-openapi.
fn is_uuid(text: &str) -> bool {
    let plain: String = text.chars().filter(|letter| *letter != '-').collect();
    if plain.len() != 32 || !plain.bytes().all(|b| b.is_ascii_hexdigit()) {
        return false;
    }
    // Each of the four separators may be left out.
    let mut digits = 0;
    let mut last_dash = 0;
    text.bytes().all(|byte| {
        if byte != b'-' {
            digits += 1;
            return true;
        }
        let is_right = matches!(digits, 8 | 12 | 16 | 20) && digits != last_dash;
        last_dash = digits;
        is_right
    })
}

pub(super) fn call(name: &str, arguments: &[Value], context: &mut Context<'_>) -> Option<Answer> {
    Some(match (name, arguments) {
        ("format.named", [Value::Text(name)]) => Ok(Value::Optional(
            Format::find(name).map(|own| Arc::new(Value::Format(own))),
        )),
        ("validate", [Value::Format(own), Value::Text(text)]) => match own.accepts(text, context) {
            Some(true) => Ok(Value::Optional(None)),
            Some(false) => {
                // The words of the API server are not repeated here.
                let message =
                    EvaluationError::Unknown("the message of a format is not known".into());
                let list = vec![Value::failed(message)];
                Ok(Value::Optional(Some(Arc::new(Value::list(
                    list,
                    ListKind::Plain,
                )))))
            }
            None => Err(EvaluationError::Unknown(
                format!("podwright does not check the format `{}`", own.0).into(),
            )),
        },
        (name, []) => Ok(Value::Format(Format::find(name.strip_prefix("format.")?)?)),
        _ => return None,
    })
}
