//! The files of generators.

use std::rc::Rc;

use podwright_syntax::text::FileId;

use super::super::build::{Role, Why};
use super::super::generate::{Content, Inputs, content_of};
use super::super::loader::{Directory, LoadError};
use super::Builder;
use crate::Text;
use crate::error::RenderError;

impl Inputs for Builder<'_, '_> {
    fn content(
        &mut self,
        directory: &Rc<Directory>,
        path: &str,
        entry: &Text,
    ) -> Result<(FileId, Content), LoadError> {
        let file = self.loader.file(directory, path, entry.location())?;
        self.read_by(entry.location());
        self.used(file, Role::GeneratorInput);
        Ok((file, content_of(file, self.loader.bytes(file))))
    }

    fn unknown(&mut self, entry: &Text) -> Result<(), RenderError> {
        self.not_known(entry.location(), Why::RemoteFile, entry.as_str())
    }

    fn failed(
        &mut self,
        directory: &Rc<Directory>,
        path: &str,
        entry: &Text,
        message: String,
    ) -> Result<(), RenderError> {
        if self.loader.is_kept_out() {
            return self.kept_out(entry.location(), path);
        }
        if !self.options.allows_unknown || self.loader.exists(directory, path) {
            return Err(RenderError::at(entry.location(), message));
        }
        self.not_known(entry.location(), Why::MissingInput, path)
    }
}
