//! Layer 6: definition of a rule, its inputs, and how it reports findings.

mod cx;
mod docker;
mod hook;
mod image;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

pub use cx::Cx;
pub use hook::{Hook, Passed};

use crate::finding::Level;
use crate::model::{
    Container, DockerDocument, LifecycleHandler, Object, Pod, RuntimeClass, RuntimeConfig, Secret,
    ServiceAccount,
};
use crate::schema::Problem;
use crate::workspace::{File, ImageUse};

/// Metadata of a rule.
#[derive(Debug)]
pub struct Meta {
    /// Rule ID in kebab-case, as used in `ignore[...]` comments.
    pub name: &'static str,
    /// Category of the rule in the documentation. Not part of the rule's identity.
    pub chapter: &'static str,
    /// One-line summary of the problem.
    pub summary: &'static str,
    /// Documentation page in Markdown.
    pub page: &'static str,
    /// Default level.
    pub level: Level,
    /// Version of podwright that introduced the rule.
    pub since: &'static str,
}

impl Meta {
    /// URL of the documentation page.
    #[must_use]
    pub fn url(&self) -> String {
        let repository = env!("CARGO_PKG_REPOSITORY");
        format!(
            "{repository}/blob/main/rules/{}/{}.md",
            self.chapter, self.name
        )
    }
}

/// A rule: its metadata, its options (the fields of the struct), and the hooks that it implements.
pub trait Rule: Check + Default + DeserializeOwned + JsonSchema + 'static {
    /// Metadata of the rule.
    const META: Meta;
    /// Whether the rule is off by default, because many users do not want its advice. It runs only if the configuration
    /// sets its level or the command line selects it.
    const OPT_IN: bool = false;
}

/// Hooks of a rule. The engine walks the files and calls the hooks; the default implementations only record that the
/// rule lacks the hook.
pub trait Check: Send + Sync {
    /// Called for each manifest file that is not skipped, for checks on the source text.
    fn file(&self, _file: &File, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// Called for each object.
    fn object(&self, _object: &Object, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// Called for each pod spec, in any workload.
    fn pod(&self, _pod: &Pod, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// Called for each container of a pod: regular, init, sidecar or ephemeral.
    fn container(&self, _container: &Container, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// Called for each image of a container or an image volume, after applying kustomizations.
    fn image(&self, _image: &ImageUse<'_>, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// Called for each lifecycle hook of a container, with its field name (`postStart`, `preStop`) and handler.
    fn hook(&self, _name: &'static str, _hook: &LifecycleHandler, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// Called for each Secret.
    fn secret(&self, _secret: &Secret, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// Called for each docker config: a separate file, or the content of an image pull secret.
    fn docker_config(&self, _document: &DockerDocument, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// Called for each configuration file of a container runtime.
    fn runtime_config(&self, _config: &RuntimeConfig, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// Called for each ServiceAccount.
    fn service_account(&self, _account: &ServiceAccount, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// Called for each deviation of an object from its schema.
    fn problem(&self, _problem: &Problem<'_>, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// Called for each RuntimeClass.
    fn runtime_class(&self, _class: &RuntimeClass, cx: &mut Cx<'_>) {
        cx.pass();
    }
}

/// Registry entry of a rule.
#[derive(Debug)]
pub struct Entry {
    /// Metadata of the rule.
    pub meta: Meta,
    /// Whether the rule is off by default.
    pub opt_in: bool,
    build: fn(serde_json::Value) -> Result<Box<dyn Check>, String>,
    schema: fn(&mut SchemaGenerator) -> Schema,
}

impl Entry {
    /// Registry entry of `R`.
    #[must_use]
    pub const fn of<R: Rule>() -> Self {
        Self {
            meta: R::META,
            opt_in: R::OPT_IN,
            build: build::<R>,
            schema: SchemaGenerator::subschema_for::<R>,
        }
    }

    /// Creates the rule with default options.
    #[must_use]
    pub fn with_defaults(&self) -> Box<dyn Check> {
        self.with_options(serde_json::Value::Object(serde_json::Map::new()))
            .unwrap_or_else(|_| Box::new(Silent))
    }

    /// Creates the rule with the given options.
    ///
    /// # Errors
    /// Returns a message that names the option if `options` is not an object, contains an unknown option, or contains a
    /// value of the wrong type.
    pub fn with_options(&self, options: serde_json::Value) -> Result<Box<dyn Check>, String> {
        (self.build)(options)
    }

    /// JSON Schema of the options.
    pub fn options_schema(&self, generator: &mut SchemaGenerator) -> Schema {
        (self.schema)(generator)
    }
}

/// Enabled rule with its level.
pub struct ActiveRule {
    /// Metadata of the rule.
    pub meta: &'static Meta,
    /// The rule with its options.
    pub check: std::sync::Arc<dyn Check>,
    /// Level at which the rule reports.
    pub level: Level,
    /// Whether comments and annotations can suppress the rule.
    pub ignorable: bool,
    /// Hooks that the rule is known to lack.
    pub passed: Passed,
}

/// Placeholder for a rule whose options have no defaults. `tests/rule_book.rs` asserts that there is no such rule.
struct Silent;

impl Check for Silent {}

fn build<R: Rule>(options: serde_json::Value) -> Result<Box<dyn Check>, String> {
    let rule: R = serde_json::from_value(options).map_err(|error| error.to_string())?;
    Ok(Box::new(rule))
}
