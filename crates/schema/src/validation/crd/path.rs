//! Paths of fields in a schema: `ValidFieldPath` of `pkg/apiserver/schema/cel`.

use super::Value;

const NO_FIELD: &str = "is not the path of a field of the schema";
const NO_END: &str = "ends too early";

/// Returns the schema of the field at `path`; `None` if a placeholder hides it.
pub(super) fn field<'a>(
    path: &str,
    schema: Value<'a>,
    allows_brackets: bool,
) -> Result<Option<Value<'a>>, &'static str> {
    let mut schema = schema;
    let mut rest = path;
    while !rest.is_empty() {
        if schema.is_unknown() {
            return Ok(None);
        }
        let name;
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[', ']']).unwrap_or(after.len());
            if end == 0 && after.is_empty() {
                return Err(NO_END);
            }
            (name, rest) = after.split_at(end);
        } else if let Some(after) = rest.strip_prefix('[') {
            if !allows_brackets {
                return Err("cannot have brackets");
            }
            let after = after
                .strip_prefix('\'')
                .ok_or("must have a string in single quotes in brackets")?;
            let (quoted, after) = after.split_once("']").ok_or(NO_END)?;
            (name, rest) = (quoted, after);
        } else {
            return Err("must start with `.`");
        }
        let properties = schema.get("properties");
        schema = if properties.is_unknown() {
            return Ok(None);
        } else if !properties.is_empty() {
            properties.find(name).ok_or(NO_FIELD)?
        } else {
            let additional = schema.get("additionalProperties");
            if !additional.is_mapping() {
                return Err(NO_FIELD);
            }
            additional
        };
    }
    Ok(Some(schema))
}
