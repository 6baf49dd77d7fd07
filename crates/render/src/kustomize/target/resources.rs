//! The entries of `resources` and `components`: files, and directories with a kustomization.

use std::rc::Rc;

use podwright_syntax::text::FileId;

use super::super::accumulate::Accumulated;
use super::super::build::{Role, Why};
use super::super::loader::{Directory, LoadError, Loader};
use super::super::object::objects;
use super::super::provenance::{self, Recorded};
use super::{Builder, MISSING, TOO_DEEP, Target};
use crate::Text;
use crate::error::RenderError;

impl Builder<'_, '_> {
    /// Adds the objects of files and directories (`accumulateResources`).
    pub(super) fn resources(
        &mut self,
        all: &mut Accumulated,
        target: &Target<'_>,
        paths: &[Text],
    ) -> Result<(), RenderError> {
        for path in paths {
            let entry = path.location();
            let in_file = match self.loader.file(target.directory, path.as_str(), entry) {
                Ok(file) => {
                    self.read_by(entry);
                    match self.file_objects(all, target, file, path) {
                        Ok(()) => continue,
                        Err(error) => error,
                    }
                }
                Err(LoadError::Remote) if !Loader::is_to_clone(path.as_str()) => {
                    self.not_known(entry, Why::RemoteFile, path.as_str())?;
                    continue;
                }
                Err(LoadError::Remote) => RenderError::at(entry, "not a file"),
                Err(LoadError::Local(_)) if self.loader.is_kept_out() => {
                    self.kept_out(entry, path.as_str())?;
                    continue;
                }
                Err(LoadError::Local(message) | LoadError::Limit(message)) => {
                    RenderError::at(entry, message)
                }
            };
            let from = target.directory;
            match self.loader.directory(from, path.as_str(), entry) {
                Ok(directory) => {
                    let collected = std::mem::take(all);
                    *all = self.directory(collected, target, directory, path, false)?;
                }
                Err(LoadError::Remote) => {
                    self.not_known(entry, Why::RemoteDirectory, path.as_str())?;
                }
                Err(LoadError::Limit(message)) => {
                    return Err(RenderError::limit(entry, message, TOO_DEEP));
                }
                Err(LoadError::Local(message)) if Loader::is_repository(path.as_str()) => {
                    return Err(RenderError::at(entry, message));
                }
                // A directory that cannot be used is found, but not as a file.
                Err(LoadError::Local(message))
                    if self.is_directory(target.directory, path.as_str()) =>
                {
                    return Err(RenderError::at(entry, message));
                }
                Err(LoadError::Local(_)) if self.is_left_out(target.directory, path) => {
                    self.not_known(entry, Why::LeftOut, path.as_str())?;
                }
                Err(LoadError::Local(_))
                    if !self.loader.exists(target.directory, path.as_str()) =>
                {
                    return Err(in_file.help(MISSING));
                }
                Err(LoadError::Local(_)) => return Err(in_file),
            }
        }
        Ok(())
    }

    fn is_directory(&self, from: &Directory, path: &str) -> bool {
        self.loader.is_directory(from, path)
    }

    fn file_objects(
        &mut self,
        all: &mut Accumulated,
        target: &Target<'_>,
        file: FileId,
        path: &Text,
    ) -> Result<(), RenderError> {
        self.used(file, Role::Resource);
        let through = |error: RenderError| match path.location() {
            Some(entry) => error.through(entry),
            None => error,
        };
        let text = self.loader.text(file).map_err(through)?;
        let mut resources = objects(&text).map_err(through)?;
        if self.recorded.origins || self.recorded.transformers {
            let shown = provenance::join(&target.shown, path.as_str());
            for resource in &mut resources {
                provenance::set_file(resource, &shown);
            }
        }
        all.append(resources, path.location())
    }

    /// Adds what the kustomization of a directory collects (`accumulateDirectory`).
    pub(super) fn directory(
        &mut self,
        mut all: Accumulated,
        target: &Target<'_>,
        directory: Rc<Directory>,
        path: &Text,
        is_component: bool,
    ) -> Result<Accumulated, RenderError> {
        let entry = path.location();
        let through = |error: RenderError| match entry {
            Some(entry) if error.place != Some(entry) => error.through(entry),
            _ => error,
        };
        // The result of a component depends on what it is applied to, and recorded origins on the way to a directory.
        let is_shared = !is_component && self.recorded == Recorded::default();
        let namespace = target.chart_namespace().clone();
        let key = (directory.root.clone(), namespace.to_string());
        if is_shared && let Some(done) = self.done.get(&key) {
            let done = Accumulated::clone(done);
            all.merge(done, entry)?;
            return Ok(all);
        }
        let loaded = self.load(&directory, entry, None).map_err(through)?;
        let inner = Target {
            directory: &directory,
            loaded: &loaded,
            shown: provenance::join(&target.shown, path.as_str()),
            outer_namespace: namespace,
        };
        self.set_schema(&inner, false).map_err(through)?;
        if is_component != loaded.kustomization.is_component() {
            let message = match is_component {
                true => {
                    "an entry of `components` must be a directory with a kustomization of kind `Component`"
                }
                false => "a component belongs in `components`, not in `resources`",
            };
            let help = match is_component {
                true => "move the entry to `resources`",
                false => "move the entry to `components`",
            };
            return Err(RenderError::at(entry, message).help(help));
        }
        if is_component {
            let inner = self.accumulate(&inner, all).map_err(through)?;
            let mut all = Accumulated::default();
            all.merge(inner, entry)?;
            return Ok(all);
        }
        let inner = self
            .accumulate(&inner, Accumulated::default())
            .map_err(through)?;
        if is_shared {
            self.done.insert(key, Rc::new(inner.clone()));
        }
        all.merge(inner, entry)?;
        Ok(all)
    }
}
