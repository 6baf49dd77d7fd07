//! Options of rules, which the configuration sets.

use std::any::Any;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Options of an active rule.
pub type RuleOptions = Arc<dyn Any + Send + Sync>;

/// How the options of a rule are read.
#[derive(Debug)]
pub struct OptionsType {
    /// Reads the options from a mapping.
    pub(crate) parse: fn(Value) -> Result<RuleOptions, String>,
    /// Default options.
    pub(crate) default: fn() -> RuleOptions,
    /// JSON Schema of the options; `None` for a rule without options.
    pub(crate) schema: Option<fn(&mut SchemaGenerator) -> Schema>,
}

/// Options of a rule that has none.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoOptions {}

impl OptionsType {
    /// Type of the options of a rule that has none.
    pub const NONE: Self = Self {
        parse: parse::<NoOptions>,
        default: || Arc::new(NoOptions {}),
        schema: None,
    };

    /// Options that are read as `O`.
    #[must_use]
    pub const fn of<O: DeserializeOwned + JsonSchema + Default + Any + Send + Sync>() -> Self {
        Self {
            parse: parse::<O>,
            default: || Arc::new(O::default()),
            schema: Some(|generator| generator.subschema_for::<O>()),
        }
    }
}

fn parse<O: DeserializeOwned + Any + Send + Sync>(options: Value) -> Result<RuleOptions, String> {
    let options: O = serde_json::from_value(options).map_err(|error| error.to_string())?;
    Ok(Arc::new(options))
}
