//! Reads `Chart.yaml` and `requirements.yaml` as Go decodes them into structs.

use podwright_go_template::{Key, Value, format_float};
use podwright_syntax::provenance::{Origin, Text};
use podwright_syntax::text::Location;
use podwright_syntax::{NodeId, Scalar, SyntaxTree};

use crate::RenderError;
use crate::helm::read::{self, Source};

use super::{Dependency, File, Maintainer, Metadata};

/// Sets what the file says in `metadata`.
///
/// # Errors
///
/// Returns what Go cannot decode.
pub(in crate::helm) fn metadata(file: &File, metadata: &mut Metadata) -> Result<(), RenderError> {
    let decoder = Decoder {
        tree: file.source.tree(),
        file,
    };
    // Syntax errors, and what cannot be converted to JSON.
    read::documents(decoder.tree, Source::File(file.id))?;
    let Some(document) = decoder.tree.documents().first() else {
        return Ok(());
    };
    decoder.metadata(document.root, metadata)
}

struct Decoder<'f> {
    tree: &'f SyntaxTree,
    file: &'f File,
}

impl Decoder<'_> {
    fn place(&self, id: NodeId) -> Location {
        Location {
            file: self.file.id,
            span: self.tree.span(id),
        }
    }

    fn wrong<T>(&self, id: NodeId, expected: &str) -> Result<T, RenderError> {
        Err(RenderError::at(
            self.place(id),
            format!("expected {expected}"),
        ))
    }

    fn is_null(&self, id: NodeId) -> bool {
        self.tree.scalar(id) == Scalar::Null
    }

    /// The entries of a mapping; none for null.
    fn fields(&self, id: NodeId) -> Result<Vec<(String, NodeId, NodeId)>, RenderError> {
        let id = self.tree.resolve(id);
        if self.tree.kind(id).is_mapping() {
            let entries = self.tree.fields(id);
            let field = |entry: &podwright_syntax::Entry| {
                let name = self.tree.key_text(entry.key).to_ascii_lowercase();
                (name, entry.key, entry.value)
            };
            return Ok(entries.iter().map(field).collect());
        }
        match self.is_null(id) {
            true => Ok(Vec::new()),
            false => self.wrong(id, "a mapping"),
        }
    }

    fn items(&self, id: NodeId) -> Result<Vec<NodeId>, RenderError> {
        let id = self.tree.resolve(id);
        if self.tree.kind(id).is_sequence() {
            return Ok(self.tree.items(id).collect());
        }
        match self.is_null(id) {
            true => Ok(Vec::new()),
            false => self.wrong(id, "a list"),
        }
    }

    /// Numbers and booleans become strings where a string is expected.
    fn string(&self, id: NodeId) -> Result<Text, RenderError> {
        let id = self.tree.resolve(id);
        let place = self.place(id);
        let text = match self.tree.scalar(id) {
            Scalar::Str(_) => return Ok(Text::read(self.tree, self.file.id, id)),
            Scalar::Null => return Ok(Text::new("", Origin::made_at(place))),
            Scalar::Bool(value) => value.to_string(),
            Scalar::Int(number) => number.to_string(),
            Scalar::UInt(number) => number.to_string(),
            Scalar::Float(number) => format_float(number, 'g', None),
            Scalar::Invalid => return self.wrong(id, "a string"),
        };
        Ok(match self.tree.source_text(id) == text {
            true => Text::new(text, Origin::Copied(place)),
            false => Text::new(text, Origin::made_at(place)),
        })
    }

    fn strings(&self, id: NodeId) -> Result<Vec<Text>, RenderError> {
        let items = self.items(id)?;
        items.into_iter().map(|item| self.string(item)).collect()
    }

    fn bool(&self, id: NodeId) -> Result<bool, RenderError> {
        match self.tree.scalar(id) {
            Scalar::Bool(value) => Ok(value),
            Scalar::Null => Ok(false),
            _ => self.wrong(id, "a boolean"),
        }
    }

    fn metadata(&self, root: NodeId, metadata: &mut Metadata) -> Result<(), RenderError> {
        for (name, _, value) in self.fields(root)? {
            let text = match name.as_str() {
                "name" => &mut metadata.name,
                "home" => &mut metadata.home,
                "version" => &mut metadata.version,
                "description" => &mut metadata.description,
                "icon" => &mut metadata.icon,
                "apiversion" => &mut metadata.api_version,
                "condition" => &mut metadata.condition,
                "tags" => &mut metadata.tags,
                "appversion" => &mut metadata.app_version,
                "kubeversion" => &mut metadata.kube_version,
                "type" => &mut metadata.kind,
                "sources" => {
                    metadata.sources = self.strings(value)?;
                    continue;
                }
                "keywords" => {
                    metadata.keywords = self.strings(value)?;
                    continue;
                }
                "deprecated" => {
                    metadata.deprecated = self.bool(value)?;
                    continue;
                }
                "annotations" => {
                    metadata.annotations = self.annotations(value)?;
                    continue;
                }
                "maintainers" => {
                    metadata.maintainers = self.maintainers(value)?;
                    continue;
                }
                "dependencies" => {
                    metadata.dependencies = self.dependencies(value)?;
                    continue;
                }
                _ => continue,
            };
            *text = self.string(value)?;
        }
        Ok(())
    }

    fn annotations(&self, id: NodeId) -> Result<Vec<(Key, Text)>, RenderError> {
        let mut all = Vec::new();
        for (_, key, value) in self.fields(id)? {
            let name = self.tree.key_text(key).into_owned();
            let key = Key(Text::new(name, Origin::made_at(self.place(key))).into());
            all.push((key, self.string(value)?));
        }
        Ok(all)
    }

    fn maintainers(&self, id: NodeId) -> Result<Vec<Maintainer>, RenderError> {
        let mut all = Vec::new();
        for item in self.items(id)? {
            if self.is_null(item) {
                return self.wrong(item, "a maintainer");
            }
            let mut maintainer = Maintainer::default();
            for (name, _, value) in self.fields(item)? {
                match name.as_str() {
                    "name" => maintainer.name = self.string(value)?,
                    "email" => maintainer.email = self.string(value)?,
                    "url" => maintainer.url = self.string(value)?,
                    _ => {}
                }
            }
            all.push(maintainer);
        }
        Ok(all)
    }

    fn dependencies(&self, id: NodeId) -> Result<Vec<Dependency>, RenderError> {
        let mut all = Vec::new();
        for item in self.items(id)? {
            if self.is_null(item) {
                return self.wrong(item, "a dependency");
            }
            all.push(self.dependency(item)?);
        }
        Ok(all)
    }

    fn dependency(&self, id: NodeId) -> Result<Dependency, RenderError> {
        let mut dependency = Dependency {
            name: Text::default(),
            version: Text::default(),
            repository: Text::default(),
            condition: Text::default(),
            tags: Vec::new(),
            enabled: false,
            import_values: Vec::new(),
            alias: Text::default(),
            place: Some(self.place(id)),
        };
        for (name, _, value) in self.fields(id)? {
            match name.as_str() {
                "name" => dependency.name = self.string(value)?,
                "version" => dependency.version = self.string(value)?,
                "repository" => dependency.repository = self.string(value)?,
                "condition" => dependency.condition = self.string(value)?,
                "tags" => dependency.tags = self.strings(value)?,
                "enabled" => dependency.enabled = self.bool(value)?,
                "alias" => dependency.alias = self.string(value)?,
                "import-values" => dependency.import_values = self.values(value)?,
                _ => {}
            }
        }
        Ok(dependency)
    }

    fn values(&self, id: NodeId) -> Result<Vec<Value>, RenderError> {
        let items = self.items(id)?;
        let value = |item| read::value(self.tree, Source::File(self.file.id), item);
        Ok(items.into_iter().map(value).collect())
    }
}
