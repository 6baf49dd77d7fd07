//! `.Files` (`pkg/engine/files.go`).

use std::any::Any;
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use podwright_go_template::{
    Call, Data, Entries, Failure, Key, ListKind, Object, ObjectKind, Signature, Type, Value, text,
};
use podwright_syntax::provenance::{Origin, Text};

use crate::helm::chart::File;
use crate::helm::functions::encode_base64;
use crate::helm::glob::glob_match;
use crate::helm::yaml::{Lists, to_yaml};

/// Files of a chart that templates can read.
#[derive(Debug)]
pub(in crate::helm) struct Files(Vec<Rc<Entry>>);

#[derive(Debug)]
struct Entry {
    file: File,
    /// The content, once a template has asked for it.
    bytes: OnceCell<Arc<[u8]>>,
}

impl Entry {
    /// The content as a `[]byte`.
    fn value(&self) -> Value {
        let bytes = self.bytes.get_or_init(|| self.file.bytes().into());
        Value::new(
            Data::Bytes(bytes.clone()),
            Origin::made_at(self.file.start()),
        )
    }
}

impl Files {
    /// These files, in the order of their names.
    pub(in crate::helm) fn new(files: &[File]) -> Self {
        let entry = |file: &File| {
            Rc::new(Entry {
                file: file.clone(),
                bytes: OnceCell::new(),
            })
        };
        let mut files: Vec<Rc<Entry>> = files.iter().map(entry).collect();
        files.sort_by(|a, b| a.file.name.cmp(&b.file.name));
        Self(files)
    }

    fn get(&self, name: &str) -> Option<&Entry> {
        let found = self.0.iter().find(|entry| entry.file.name == name);
        found.map(|entry| &**entry)
    }

    /// Bytes of all files.
    fn weight(&self) -> usize {
        self.0.iter().map(|entry| entry.file.bytes().len()).sum()
    }

    fn config(&self, content: impl Fn(&File) -> Value) -> Text {
        let entries: Entries = self
            .0
            .iter()
            .map(|entry| {
                let file = &entry.file;
                let name = file.name.rsplit('/').next().unwrap_or(&file.name);
                let key = Text::new(name, Origin::made_at(file.start()));
                (Key(Arc::new(key)), content(file))
            })
            .collect();
        to_yaml(&Value::map(entries), Lists::Flush).unwrap_or_default()
    }
}

const STRING: Signature = Signature {
    parameters: &[Type::String],
    variadic: None,
};
const NOTHING: Signature = Signature {
    parameters: &[],
    variadic: None,
};

impl Object for Files {
    fn type_name(&self) -> &str {
        "engine.files"
    }

    fn kind(&self) -> ObjectKind {
        ObjectKind::Map
    }

    fn method(&self, name: &str) -> Option<Signature> {
        match name {
            "Get" | "GetBytes" | "Glob" | "Lines" => Some(STRING),
            "AsConfig" | "AsSecrets" => Some(NOTHING),
            _ => None,
        }
    }

    fn call(
        &self,
        name: &str,
        call: &mut Call<'_>,
        arguments: Vec<Value>,
    ) -> Result<Value, Failure> {
        if matches!(name, "AsConfig" | "AsSecrets") {
            call.allocate(4 * self.weight())?;
        }
        let argument = arguments
            .first()
            .and_then(Value::as_str)
            .unwrap_or_default();
        Ok(match name {
            "Get" => match self.get(argument) {
                Some(entry) => {
                    call.allocate(entry.file.bytes().len())?;
                    entry.file.text().into()
                }
                None => call.string("", &arguments),
            },
            "GetBytes" => match self.get(argument) {
                Some(entry) => entry.value(),
                None => call.value(Data::Bytes(Arc::new([])), &arguments),
            },
            "Glob" => {
                let names = self.0.iter().map(|entry| entry.file.name.len());
                call.allocate(argument.len().saturating_mul(names.sum()) / 2)?;
                let is_valid = glob_match(argument, "").is_some();
                let pattern = if is_valid { argument } else { "**" };
                let found = self
                    .0
                    .iter()
                    .filter(|entry| glob_match(pattern, &entry.file.name) == Some(true));
                let found = Self(found.cloned().collect());
                Value::constant(Data::Object(Rc::new(found)))
            }
            "Lines" => {
                let content = self.get(argument).map(|entry| entry.file.text());
                let content = content.unwrap_or_default();
                call.allocate(8 * content.len())?;
                let content = text::part(
                    &content,
                    content
                        .as_str()
                        .strip_suffix('\n')
                        .unwrap_or(content.as_str()),
                );
                let lines = match content.is_empty() {
                    true => Vec::new(),
                    false => text::split(&content, "\n", usize::MAX),
                };
                let mut list =
                    podwright_go_template::List::new(lines.into_iter().map(Value::text).collect());
                list.kind = ListKind::Strings;
                Value::constant(Data::List(list))
            }
            "AsConfig" => self.config(|file| file.text().into()).into(),
            _ => self
                .config(|file| {
                    let text = encode_base64(file.bytes());
                    Value::text(Text::new(text, Origin::made_at(file.start())))
                })
                .into(),
        })
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.get(name).map(Entry::value)
    }

    fn items(&self) -> Option<Vec<(Key, Value)>> {
        let item = |entry: &Rc<Entry>| {
            let file = &entry.file;
            let key = Text::new(file.name.as_str(), Origin::made_at(file.start()));
            (Key(Arc::new(key)), entry.value())
        };
        Some(self.0.iter().map(item).collect())
    }

    fn len(&self) -> Option<usize> {
        Some(self.0.len())
    }

    fn data(&self) -> Option<Value> {
        Some(Value::map(self.items()?.into_iter().collect()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
