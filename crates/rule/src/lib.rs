//! Layer 6: definition of a rule, its inputs, and how it reports findings.

mod cx;
mod declare;
mod docker;
pub mod finding;
mod hook;
mod image;

use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};

pub use cx::RuleContext;
#[doc(hidden)]
pub use declare::{group_of, with_options, without_options};
pub use hook::{Hook, Passed};

use crate::finding::Severity;
use podwright_cluster::workspace::{File, ImageUse};
use podwright_model::{
    Container, DockerDocument, LifecycleHandler, Object, Pod, RuntimeClass, RuntimeConfig, Secret,
    ServiceAccount,
};
use podwright_schema::Problem;

/// Metadata of a rule.
#[derive(Debug)]
pub struct RuleMetadata {
    /// Rule ID in kebab-case, as used in `ignore[...]` comments.
    pub name: &'static str,
    /// Category of the rule in the documentation. Not part of the rule's identity.
    pub group: &'static str,
    /// One-line summary of the problem.
    pub summary: &'static str,
    /// Documentation page in Markdown.
    pub page: &'static str,
    /// Default level.
    pub level: Severity,
    /// Version of podwright that introduced the rule.
    pub since: &'static str,
}

impl RuleMetadata {
    /// URL of the documentation page.
    #[must_use]
    pub fn url(&self) -> String {
        let repository = env!("CARGO_PKG_REPOSITORY");
        format!(
            "{repository}/blob/main/rules/{}/{}.md",
            self.group, self.name
        )
    }
}

/// Hooks of a rule. The engine walks the files and calls the hooks; the default implementations only record that the
/// rule lacks the hook.
pub trait Rule: Send + Sync {
    /// Called for each manifest file that is not skipped, for checks on the source text.
    fn file(&self, _file: &File, cx: &mut RuleContext<'_>) {
        cx.pass();
    }
    /// Called for each object.
    fn object(&self, _object: &Object, cx: &mut RuleContext<'_>) {
        cx.pass();
    }
    /// Called for each pod spec, in any workload.
    fn pod(&self, _pod: &Pod, cx: &mut RuleContext<'_>) {
        cx.pass();
    }
    /// Called for each container of a pod: regular, init, sidecar or ephemeral.
    fn container(&self, _container: &Container, cx: &mut RuleContext<'_>) {
        cx.pass();
    }
    /// Called for each image of a container or an image volume, after applying kustomizations.
    fn image(&self, _image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
        cx.pass();
    }
    /// Called for each lifecycle hook of a container, with its field name (`postStart`, `preStop`) and handler.
    fn hook(&self, _name: &'static str, _hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
        cx.pass();
    }
    /// Called for each Secret.
    fn secret(&self, _secret: &Secret, cx: &mut RuleContext<'_>) {
        cx.pass();
    }
    /// Called for each docker config: a separate file, or the content of an image pull secret.
    fn docker_config(&self, _document: &DockerDocument, cx: &mut RuleContext<'_>) {
        cx.pass();
    }
    /// Called for each configuration file of a container runtime.
    fn runtime_config(&self, _config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
        cx.pass();
    }
    /// Called for each ServiceAccount.
    fn service_account(&self, _account: &ServiceAccount, cx: &mut RuleContext<'_>) {
        cx.pass();
    }
    /// Called for each deviation of an object from its schema.
    fn problem(&self, _problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
        cx.pass();
    }
    /// Called for each RuntimeClass.
    fn runtime_class(&self, _class: &RuntimeClass, cx: &mut RuleContext<'_>) {
        cx.pass();
    }
}

/// Registry entry of a rule.
#[derive(Debug)]
pub struct RuleDefinition {
    /// Metadata of the rule.
    pub meta: RuleMetadata,
    /// Whether the rule is off by default.
    pub opt_in: bool,
    /// Builds the rule from its options; see [`Self::with_options`].
    #[doc(hidden)]
    pub build: fn(Value) -> Result<Box<dyn Rule>, String>,
    /// The JSON Schema of the options; `None` for a rule without options.
    #[doc(hidden)]
    pub schema: Option<fn(&mut SchemaGenerator) -> Schema>,
}

impl RuleDefinition {
    /// Returns the rule with its default options.
    #[must_use]
    pub fn with_defaults(&self) -> Box<dyn Rule> {
        self.with_options(Value::Object(Map::new()))
            .unwrap_or_else(|_| Box::new(Silent))
    }

    /// Creates the rule with the given options.
    ///
    /// # Errors
    /// Returns a message that names the option if `options` is not an object, contains an unknown option, or contains a
    /// value of the wrong type.
    pub fn with_options(&self, options: Value) -> Result<Box<dyn Rule>, String> {
        (self.build)(options)
    }

    /// JSON Schema of the options.
    pub fn options_schema(&self, generator: &mut SchemaGenerator) -> Option<Schema> {
        self.schema.map(|schema| schema(generator))
    }
}

/// Enabled rule with its level.
pub struct ActiveRule {
    /// Metadata of the rule.
    pub meta: &'static RuleMetadata,
    /// The rule with its options.
    pub check: std::sync::Arc<dyn Rule>,
    /// Level at which the rule reports.
    pub level: Severity,
    /// Whether comments and annotations can suppress the rule.
    pub ignorable: bool,
    /// Hooks that the rule is known to lack.
    pub passed: Passed,
}

/// Placeholder for a rule whose options have no defaults. `tests/it/rule_book.rs` asserts that there is no such rule.
struct Silent;

impl Rule for Silent {}
