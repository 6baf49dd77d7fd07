//! The walk through a kustomization and those that it uses (`api/internal/target/kusttarget.go`).

mod charts;
mod configure;
mod inputs;
mod patches;
mod plugin;
mod resources;

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use podwright_syntax::text::{FileId, Location};
use rustc_hash::{FxHashMap, FxHashSet};

use super::accumulate::Accumulated;
use super::build::{Charts, Options, Role, Unknown, Use, Why};
use super::config::{TransformerConfig, read_crds};
use super::generate::{Generated, generate, merged_options};
use super::kustomization::{Kustomization, Loaded, Warning, load};
use super::loader::{Directory, LoadError, Loader};
use super::provenance::{self, ConfiguredBy, Recorded};
use super::resource::Resource;
use super::schema::Schema;
use super::step::{Effects, Transformer};
use crate::Text;
use crate::argo::Overrides;
use crate::error::RenderError;
use crate::node::Node;
use crate::read::{Duplicates, document_in};

pub(super) use configure::selector;

/// A build in progress.
pub(super) struct Builder<'a, 'f> {
    pub loader: Loader<'a, 'f>,
    pub options: &'a Options,
    pub schema: Schema,
    /// Whether a kustomization has chosen the schema. The first one counts.
    schema_is_set: bool,
    pub recorded: Recorded,
    /// Results of directories that others use, with the namespace that their charts get.
    done: FxHashMap<(PathBuf, String), Rc<Accumulated>>,
    pub unknown: Vec<Unknown>,
    pub warnings: Vec<Warning>,
    pub uses: Vec<Use>,
    used: FxHashSet<(FileId, Role)>,
    pub effects: Effects,
    pub outside: Vec<Location>,
    pub charts: Charts,
}

/// What to do about a limit of a chain of kustomizations.
const TOO_DEEP: &str = "make the chain of kustomizations shorter";

/// What to do about a path that does not exist.
const MISSING: &str = "create the file, or correct the path";

/// A kustomization on the walk.
pub(super) struct Target<'t> {
    pub directory: &'t Rc<Directory>,
    pub loaded: &'t Loaded,
    /// The directory as `originAnnotations` show it.
    pub shown: String,
    /// Namespace of the kustomization that uses this one, for charts (`helmRootNamespace`).
    pub outer_namespace: Text,
}

impl Target<'_> {
    fn kustomization(&self) -> &Kustomization {
        &self.loaded.kustomization
    }

    /// Namespace of charts that do not say it.
    fn chart_namespace(&self) -> &Text {
        match self.kustomization().namespace.is_empty() {
            true => &self.outer_namespace,
            false => &self.kustomization().namespace,
        }
    }

    /// A field of the kustomization, for `buildMetadata`.
    fn configured_by(&self, kind: &str) -> ConfiguredBy {
        ConfiguredBy::builtin(provenance::join(&self.shown, self.loaded.file_name), kind)
    }
}

impl<'a, 'f> Builder<'a, 'f> {
    /// A build that has read nothing yet.
    pub(crate) fn new(loader: Loader<'a, 'f>, options: &'a Options) -> Self {
        Self {
            loader,
            options,
            schema: Schema::builtin(),
            schema_is_set: false,
            recorded: Recorded::default(),
            done: FxHashMap::default(),
            unknown: Vec::new(),
            warnings: Vec::new(),
            uses: Vec::new(),
            used: FxHashSet::default(),
            effects: Effects::default(),
            outside: Vec::new(),
            charts: Charts::default(),
        }
    }

    /// Reads the kustomization of a directory.
    pub(crate) fn load(
        &mut self,
        directory: &Directory,
        entry: Option<Location>,
        overrides: Option<&Overrides>,
    ) -> Result<Loaded, RenderError> {
        let (loaded, warnings) = load(&mut self.loader, directory, entry, overrides)?;
        if self.used(loaded.file, Role::Kustomization) {
            self.warnings.extend(warnings);
        }
        Ok(loaded)
    }

    /// Notes that the build uses a file. Returns whether that is new.
    pub(crate) fn used(&mut self, file: FileId, role: Role) -> bool {
        let is_new = self.used.insert((file, role));
        if is_new {
            self.uses.push(Use { file, role });
        }
        is_new
    }

    /// Notes that an entry names the file that was just read.
    pub(super) fn read_by(&mut self, entry: Option<Location>) {
        let Some(entry) = entry.filter(|_| self.loader.was_outside()) else {
            return;
        };
        if !self.outside.contains(&entry) {
            self.outside.push(entry);
        }
    }

    /// Notes that an entry names a file that must not be read.
    ///
    /// # Errors
    ///
    /// The options want that to be an error.
    pub(super) fn kept_out(
        &mut self,
        entry: Option<Location>,
        path: &str,
    ) -> Result<(), RenderError> {
        self.read_by(entry);
        self.not_known(entry, Why::Outside, path)
    }

    /// Lets the build go on if only something is absent that a part of it which is not known may have.
    ///
    /// # Errors
    ///
    /// All other errors.
    pub(super) fn unless_absent(&self, result: Result<(), RenderError>) -> Result<(), RenderError> {
        let may_be_there = self.options.allows_unknown
            && self.unknown.iter().any(|part| part.why.may_bring_objects());
        match result {
            Err(error) if error.is_absence && may_be_there => Ok(()),
            other => other,
        }
    }

    /// Whether the build may go on without the file: it is left out on purpose.
    pub(super) fn is_left_out(&self, from: &Directory, path: &Text) -> bool {
        self.options.allows_unknown && self.loader.is_left_out(from, path.as_str())
    }

    /// Notes that something is not known.
    ///
    /// # Errors
    ///
    /// The options want that to be an error.
    pub(crate) fn not_known(
        &mut self,
        place: Option<Location>,
        why: Why,
        name: &str,
    ) -> Result<(), RenderError> {
        if !self.options.allows_unknown {
            let error = RenderError::at(place, format!("{why}: `{name}`"));
            return Err(match why {
                Why::RemoteDirectory => error.help("run `podwright vendor`"),
                _ => error,
            });
        }
        let unknown = Unknown {
            place,
            why,
            name: name.to_owned(),
        };
        if !self.unknown.contains(&unknown) {
            self.unknown.push(unknown);
        }
        Ok(())
    }

    /// Reads a file that an entry names. `None` if it is remote.
    ///
    /// # Errors
    ///
    /// It does not exist or must not be read.
    pub(crate) fn file(
        &mut self,
        directory: &Directory,
        entry: &Text,
        role: Role,
    ) -> Result<Option<FileId>, RenderError> {
        match self
            .loader
            .file(directory, entry.as_str(), entry.location())
        {
            Ok(file) => {
                self.read_by(entry.location());
                self.used(file, role);
                Ok(Some(file))
            }
            Err(LoadError::Remote) => {
                self.not_known(entry.location(), Why::RemoteFile, entry.as_str())?;
                Ok(None)
            }
            Err(LoadError::Local(_)) if self.loader.is_kept_out() => {
                self.kept_out(entry.location(), entry.as_str())?;
                Ok(None)
            }
            Err(LoadError::Local(_)) if self.is_left_out(directory, entry) => {
                self.not_known(entry.location(), Why::LeftOut, entry.as_str())?;
                Ok(None)
            }
            Err(LoadError::Local(message) | LoadError::Limit(message)) => {
                let error = RenderError::at(entry.location(), message);
                Err(match self.loader.exists(directory, entry.as_str()) {
                    true => error,
                    false => error.help(MISSING),
                })
            }
        }
    }

    /// The only document of a file, as `sigs.k8s.io/yaml` reads it. `None` if it has no content.
    pub(crate) fn document(&self, file: FileId) -> Result<Option<Node>, RenderError> {
        let text = self.loader.text(file)?;
        document_in(&text, 0..text.len(), Duplicates::LastWins)
    }

    /// Chooses the schema of the build; the first kustomization that does counts (`openapi.SetSchema`).
    pub(crate) fn set_schema(
        &mut self,
        target: &Target<'_>,
        is_first: bool,
    ) -> Result<(), RenderError> {
        let openapi = &target.kustomization().openapi;
        let Some(path) = openapi.get("path") else {
            return match openapi.get("version").filter(|_| !self.schema_is_set) {
                Some(version) if !version.is_empty() => {
                    self.schema_is_set = true;
                    match version == "v1.21.2" {
                        true => Ok(()),
                        false => Err(RenderError::at(
                            version.location(),
                            "this version of the OpenAPI definitions is not built into kustomize",
                        )),
                    }
                }
                _ => Ok(()),
            };
        };
        let path = path.clone();
        let Some(file) = self.file(target.directory, &path, Role::Schema)? else {
            return Ok(());
        };
        if self.schema_is_set {
            return Ok(());
        }
        if let Some(version) = openapi.get("version") {
            return Err(RenderError::at(
                version.location(),
                "`openapi` can have `path` or `version`, not both",
            ));
        }
        self.schema_is_set = true;
        if let Some(document) = self.document(file)? {
            self.schema = Schema::with_definitions(document, !is_first)?;
        }
        Ok(())
    }

    /// Everything that a kustomization collects and changes (`accumulateTarget`). `start` is empty, or for a component
    /// what it is applied to.
    pub(crate) fn accumulate(
        &mut self,
        target: &Target<'_>,
        start: Accumulated,
    ) -> Result<Accumulated, RenderError> {
        let mut all = start;
        let kustomization = target.kustomization();
        self.resources(&mut all, target, &kustomization.resources)?;
        let config = self.configuration(target)?;
        all.config = all.config.merge(&config)?;
        let crds = self.crds(target)?;
        all.config = all.config.merge(&crds)?;
        self.generators(&mut all, target)?;
        for path in &kustomization.components {
            let (from, entry) = (target.directory, path.location());
            let found = self.loader.directory(from, path.as_str(), entry);
            match found {
                Ok(directory) => all = self.directory(all, target, directory, path, true)?,
                Err(LoadError::Remote) => {
                    self.not_known(path.location(), Why::RemoteDirectory, path.as_str())?;
                }
                Err(LoadError::Local(message)) => {
                    return Err(RenderError::at(path.location(), message));
                }
                Err(LoadError::Limit(message)) => {
                    return Err(RenderError::limit(path.location(), message, TOO_DEEP));
                }
            }
        }
        let transformers = self.transformers(target, &all.config)?;
        self.apply(&transformers, &mut all)?;
        let validators = self.external_transformers(target, &kustomization.validators)?;
        for validator in &validators {
            let before = all.resources().to_vec();
            self.apply(std::slice::from_ref(validator), &mut all)?;
            let is_same = before.len() == all.resources().len()
                && before
                    .iter()
                    .zip(all.resources())
                    .all(|(one, other)| one.node == other.node);
            if !is_same {
                let place = kustomization.validators.first().and_then(Text::location);
                return Err(RenderError::at(place, "a validator changes objects"));
            }
        }
        let Accumulated { variables, .. } = &mut all;
        let mut variables = std::mem::take(variables);
        let declared = variables.declare(&kustomization.vars, all.resources_mut());
        self.unless_absent(declared)?;
        all.variables = variables;
        Ok(all)
    }

    fn apply(
        &mut self,
        transformers: &[Transformer],
        all: &mut Accumulated,
    ) -> Result<(), RenderError> {
        for transformer in transformers {
            let applied = transformer.apply(all.resources_mut(), &self.schema, &mut self.effects);
            self.unless_absent(applied)?;
        }
        Ok(())
    }

    /// The settings of the transformers: the built-in ones, with those of `configurations`.
    fn configuration(
        &mut self,
        target: &Target<'_>,
    ) -> Result<Arc<TransformerConfig>, RenderError> {
        let mut config = Arc::new(TransformerConfig::default());
        for path in &target.kustomization().configurations {
            if let Some(file) = self.file(target.directory, path, Role::Configuration)?
                && let Some(document) = self.document(file)?
            {
                config = config.merge(&Arc::new(TransformerConfig::read(&document)?))?;
            }
        }
        TransformerConfig::builtin().merge(&config)
    }

    fn crds(&mut self, target: &Target<'_>) -> Result<Arc<TransformerConfig>, RenderError> {
        let mut config = Arc::new(TransformerConfig::default());
        for path in &target.kustomization().crds {
            if let Some(file) = self.file(target.directory, path, Role::Crd)?
                && let Some(document) = self.document(file)?
            {
                config = config.merge(&Arc::new(read_crds(&document)?))?;
            }
        }
        Ok(config)
    }

    /// Makes the generated objects and adds them (`runGenerators`).
    fn generators(
        &mut self,
        all: &mut Accumulated,
        target: &Target<'_>,
    ) -> Result<(), RenderError> {
        let kustomization = target.kustomization();
        let defaults = kustomization.generator_options.as_ref();
        let mut generated: Vec<Resource> = Vec::new();
        let kinds = [
            (
                Generated::ConfigMap,
                &kustomization.config_maps,
                "ConfigMapGenerator",
            ),
            (Generated::Secret, &kustomization.secrets, "SecretGenerator"),
        ];
        for (kind, all_args, name) in kinds {
            for args in all_args {
                let options = merged_options(args.options.as_ref(), defaults);
                let mut resource = generate(kind, args, &options, target.directory, self)?;
                if self.recorded.origins || self.recorded.transformers {
                    provenance::set_generator(&mut resource, &target.configured_by(name));
                }
                generated.push(resource);
            }
        }
        for chart in &kustomization.helm_charts {
            let globals = kustomization.helm_globals.as_ref();
            let home = globals.map(|globals| &globals.chart_home);
            let namespace = target.chart_namespace();
            for mut resource in self.chart(target.directory, chart, home, Some(namespace))? {
                if self.recorded.origins || self.recorded.transformers {
                    let by = target.configured_by("HelmChartInflationGenerator");
                    provenance::set_generator(&mut resource, &by);
                }
                generated.push(resource);
            }
        }
        generated.extend(self.external_generators(target)?);
        for resource in generated {
            let absorbed = all.absorb(resource);
            self.unless_absent(absorbed)?;
        }
        Ok(())
    }
}
