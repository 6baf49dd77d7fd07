//! `.Files` (`pkg/engine/files.go`).

use std::any::Any;
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
pub(in crate::helm) struct Files(Vec<Rc<File>>);

impl Files {
    /// These files, in the order of their names.
    pub(in crate::helm) fn new(files: &[File]) -> Self {
        let mut files: Vec<Rc<File>> = files.iter().cloned().map(Rc::new).collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Self(files)
    }

    fn get(&self, name: &str) -> Option<&File> {
        let found = self.0.iter().find(|file| file.name == name);
        found.map(|file| &**file)
    }

    fn config(&self, content: impl Fn(&File) -> Value) -> Text {
        let entries: Entries = self
            .0
            .iter()
            .map(|file| {
                let name = file.name.rsplit('/').next().unwrap_or(&file.name);
                let key = Text::new(name, Origin::made_at(file.start()));
                (Key(Arc::new(key)), content(file))
            })
            .collect();
        to_yaml(&Value::map(entries), Lists::Flush).unwrap_or_default()
    }
}

fn bytes(file: &File) -> Value {
    Value::new(
        Data::Bytes(file.bytes().into()),
        Origin::made_at(file.start()),
    )
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
        let argument = arguments
            .first()
            .and_then(Value::as_str)
            .unwrap_or_default();
        Ok(match name {
            "Get" => match self.get(argument) {
                Some(file) => file.text().into(),
                None => call.string("", &arguments),
            },
            "GetBytes" => match self.get(argument) {
                Some(file) => bytes(file),
                None => call.value(Data::Bytes(Arc::new([])), &arguments),
            },
            "Glob" => {
                let is_valid = glob_match(argument, "").is_some();
                let pattern = if is_valid { argument } else { "**" };
                let found = self
                    .0
                    .iter()
                    .filter(|file| glob_match(pattern, &file.name) == Some(true));
                let found = Self(found.cloned().collect());
                Value::constant(Data::Object(Rc::new(found)))
            }
            "Lines" => {
                let content = self.get(argument).map(File::text).unwrap_or_default();
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
        self.get(name).map(bytes)
    }

    fn items(&self) -> Option<Vec<(Key, Value)>> {
        let item = |file: &Rc<File>| {
            let key = Text::new(file.name.as_str(), Origin::made_at(file.start()));
            (Key(Arc::new(key)), bytes(file))
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
