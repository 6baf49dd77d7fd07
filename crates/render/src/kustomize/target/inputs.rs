//! The files of generators.

use std::rc::Rc;

use podwright_syntax::text::FileId;

use super::super::build::{Role, Why};
use super::super::generate::{Content, Inputs, content_of};
use super::super::loader::{Directory, LoadError};
use super::Builder;
use crate::error::RenderError;
use crate::text::Text;

impl Inputs for Builder<'_, '_> {
    fn content(
        &mut self,
        directory: &Rc<Directory>,
        path: &str,
    ) -> Result<(FileId, Content), LoadError> {
        let file = self.loader.file(directory, path)?;
        self.used(file, Role::GeneratorInput);
        Ok((file, content_of(file, self.loader.bytes(file))))
    }

    fn unknown(&mut self, entry: &Text) -> Result<(), RenderError> {
        self.not_known(entry.location(), Why::RemoteFile, entry.as_str())
    }
}
