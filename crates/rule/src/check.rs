//! Checks: the functions that look for problems, by what they are called for.

use podwright_cluster::workspace::{ChartRelease, File, ImageUse, Render};
use podwright_model::{
    Container, DockerDocument, LifecycleHandler, Object, Pod, RegistryConfig, RuntimeClass,
    RuntimeConfig, Secret, ServiceAccount,
};
use podwright_schema::{Invalid, Problem};

use crate::RuleContext;

macro_rules! hooks {
    ($($(#[doc = $doc:literal])+ $hook:ident($($input:ty),+),)+) => {
        /// Functions that find the problems of one or several rules. Most checks have only one of them.
        #[derive(Debug)]
        pub struct Check {
            $($(#[doc = $doc])+ pub $hook: Option<fn($($input,)+ &mut RuleContext<'_>)>,)+
        }

        impl Check {
            /// Check without hooks.
            pub const NONE: Self = Self { $($hook: None,)+ };
        }

        /// Hooks of all active checks, each with the index of the first active rule of its check.
        #[derive(Debug, Default)]
        pub struct Hooks {
            $($(#[doc = $doc])+ pub $hook: Vec<(usize, fn($($input,)+ &mut RuleContext<'_>))>,)+
        }

        impl Hooks {
            pub(crate) fn add(&mut self, rule: usize, check: &Check) {
                $(self.$hook.extend(check.$hook.map(|hook| (rule, hook)));)+
            }
        }
    };
}

hooks! {
    /// Called for each manifest file that is not skipped, for checks on the source text.
    file(&File),
    /// Called for each kustomization that is applied separately, with its build.
    build(&Render),
    /// Called for each chart that is applied separately, with what each set of values makes of it.
    release(&Render, &ChartRelease),
    /// Called for each object.
    object(&Object),
    /// Called for each pod spec, in any workload.
    pod(&Pod),
    /// Called for each container of a pod: regular, init, sidecar or ephemeral.
    container(&Container),
    /// Called for each image of a container or an image volume, after applying kustomizations.
    image(&ImageUse<'_>),
    /// Called for each lifecycle hook of a container, with its field name (`postStart`, `preStop`) and handler.
    hook(&'static str, &LifecycleHandler),
    /// Called for each Secret.
    secret(&Secret),
    /// Called for each docker config: a separate file, or the content of an image pull secret.
    docker_config(&DockerDocument),
    /// Called for each configuration file of a container runtime.
    runtime_config(&RuntimeConfig),
    /// Called for each file that determines how registries are reached.
    registry_config(&RegistryConfig),
    /// Called for each ServiceAccount.
    service_account(&ServiceAccount),
    /// Called for each deviation of an object from its schema.
    problem(&Problem<'_>),
    /// Called for each error of the API server's validation.
    invalid(&Invalid),
    /// Called for each RuntimeClass.
    runtime_class(&RuntimeClass),
}
