//! Floor 6: what a rule is, what it is shown, and what it may say.

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

/// The facts of a rule.
#[derive(Debug)]
pub struct Meta {
    /// Its name: says what is wrong, and reads after "ignore".
    pub name: &'static str,
    /// The chapter of the rule book; no part of the rule's identity.
    pub chapter: &'static str,
    /// What is wrong, in one line.
    pub summary: &'static str,
    /// Its page in the rule book, Markdown.
    pub page: &'static str,
    /// The level at which it reports unless the configuration says otherwise.
    pub level: Level,
    /// The version of podwright that brought it.
    pub since: &'static str,
}

impl Meta {
    /// Where the page can be read.
    #[must_use]
    pub fn url(&self) -> String {
        let repository = env!("CARGO_PKG_REPOSITORY");
        format!(
            "{repository}/blob/main/rules/{}/{}.md",
            self.chapter, self.name
        )
    }
}

/// A rule: a struct whose fields are its options, its facts, and the hooks that it overrides.
pub trait Rule: Check + Default + DeserializeOwned + JsonSchema + 'static {
    /// The facts.
    const META: Meta;
    /// Whether it runs only where the configuration gives it a level, or where it is selected: advice that many do not
    /// want.
    const OPT_IN: bool = false;
}

/// The hooks of a rule. The engine walks and calls; a rule only judges, and passes where it has no hook of its own.
pub trait Check: Send + Sync {
    /// A file of manifests, skipped ones not; the text layer.
    fn file(&self, _file: &File, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// Any object.
    fn object(&self, _object: &Object, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// A pod spec, whatever holds it.
    fn pod(&self, _pod: &Pod, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// A container of a pod: regular, init, sidecar or ephemeral.
    fn container(&self, _container: &Container, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// An image that a container or an image volume gets, kustomizations applied.
    fn image(&self, _image: &ImageUse<'_>, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// A hook of a container: its field name (`postStart`, `preStop`) and what it runs.
    fn hook(&self, _name: &'static str, _hook: &LifecycleHandler, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// A Secret.
    fn secret(&self, _secret: &Secret, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// A docker configuration: a file of its own, or what a pull Secret holds.
    fn docker_config(&self, _document: &DockerDocument, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// A file of the configuration of a container runtime.
    fn runtime_config(&self, _config: &RuntimeConfig, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// A ServiceAccount.
    fn service_account(&self, _account: &ServiceAccount, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// Something in an object that its schema does not have.
    fn problem(&self, _problem: &Problem<'_>, cx: &mut Cx<'_>) {
        cx.pass();
    }
    /// A RuntimeClass.
    fn runtime_class(&self, _class: &RuntimeClass, cx: &mut Cx<'_>) {
        cx.pass();
    }
}

/// A rule of the book.
#[derive(Debug)]
pub struct Entry {
    /// Its facts.
    pub meta: Meta,
    /// Whether it is off unless it is asked for.
    pub opt_in: bool,
    build: fn(serde_json::Value) -> Result<Box<dyn Check>, String>,
    schema: fn(&mut SchemaGenerator) -> Schema,
}

impl Entry {
    /// The entry of `R`.
    #[must_use]
    pub const fn of<R: Rule>() -> Self {
        Self {
            meta: R::META,
            opt_in: R::OPT_IN,
            build: build::<R>,
            schema: SchemaGenerator::subschema_for::<R>,
        }
    }

    /// The rule with its options at their defaults.
    #[must_use]
    pub fn with_defaults(&self) -> Box<dyn Check> {
        self.with_options(serde_json::Value::Object(serde_json::Map::new()))
            .unwrap_or_else(|_| Box::new(Silent))
    }

    /// The rule with the given options; the error says which option is wrong.
    ///
    /// # Errors
    /// If the options are not an object, hold a name that the rule does not have, or a value of the wrong type.
    pub fn with_options(&self, options: serde_json::Value) -> Result<Box<dyn Check>, String> {
        (self.build)(options)
    }

    /// The JSON Schema of the options.
    pub fn options_schema(&self, generator: &mut SchemaGenerator) -> Schema {
        (self.schema)(generator)
    }
}

/// A rule that is switched on, at the level at which it reports.
pub struct ActiveRule {
    /// Its facts.
    pub meta: &'static Meta,
    /// The rule with its options.
    pub check: std::sync::Arc<dyn Check>,
    /// The level at which it reports.
    pub level: Level,
    /// Whether comments and annotations can ignore what it finds.
    pub ignorable: bool,
    /// The hooks at which it has passed.
    pub passed: Passed,
}

/// Stands in for a rule whose options have no defaults; `tests/rule_book.rs` holds that there is none.
struct Silent;

impl Check for Silent {}

fn build<R: Rule>(options: serde_json::Value) -> Result<Box<dyn Check>, String> {
    let rule: R = serde_json::from_value(options).map_err(|error| error.to_string())?;
    Ok(Box::new(rule))
}
