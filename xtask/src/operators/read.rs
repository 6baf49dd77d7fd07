//! The kinds of a package with their schemas.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use podwright_schema::{Shape, Type as Builtin};

use super::schema::{Fields, Schema};
use super::typescript::{self, Declaration};
use crate::Result;

/// Group, version and kind.
pub(super) type Kind = (String, String, String);

/// Reads the kinds of an unpacked package. Their files are `GROUP/VERSION/KIND.d.ts`.
pub(super) fn kinds(package: &Path) -> Result<BTreeMap<Kind, Schema>> {
    let mut reader = Reader {
        files: BTreeMap::new(),
        ahead: Vec::new(),
    };
    let mut kinds = BTreeMap::new();
    for group in directories(package)? {
        for version in directories(&package.join(&group))? {
            let is_version = version.starts_with('v') && group.contains('.');
            let directory = package.join(&group).join(&version);
            for file in fs::read_dir(&directory)?.filter(|_| is_version) {
                let path = file?.path();
                let name = path.file_name().and_then(|name| name.to_str());
                let name = name.and_then(|name| name.strip_suffix(".d.ts"));
                let Some(name) = name.filter(|name| *name != "index") else {
                    continue;
                };
                if let Some(schema) = reader.kind(&path, &format!("{group}/{version}"), name)? {
                    kinds.insert((group.clone(), version.clone(), name.to_owned()), schema);
                }
            }
        }
    }
    Ok(kinds)
}

fn directories(of: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(of)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.extend(entry.file_name().into_string());
        }
    }
    names.sort();
    Ok(names)
}

struct Reader {
    files: BTreeMap<PathBuf, Option<Schema>>,
    /// Files that are being read, for types that contain themselves.
    ahead: Vec<PathBuf>,
}

impl Reader {
    /// The schema of the kind that a file declares, if it does, without what each object has.
    fn kind(&mut self, path: &Path, api_version: &str, name: &str) -> Result<Option<Schema>> {
        let Some(Schema::Record(fields)) = self.file(path)? else {
            return Ok(None);
        };
        let is = |field: &str, value: &str| match fields.get(field) {
            Some((Schema::Text(Some(values)), _)) => values.iter().eq([value]),
            _ => false,
        };
        let is_list = name.ends_with("List") && fields.contains_key("items");
        if !is("apiVersion", api_version) || !is("kind", name) || is_list {
            return Ok(None);
        }
        let mut fields = (*fields).clone();
        fields.retain(|name, _| !matches!(name.as_str(), "apiVersion" | "kind" | "metadata"));
        // The definition preserves everything, which the declaration does not show.
        if fields.keys().all(|name| name == "status") {
            return Ok(Some(Schema::Open));
        }
        Ok(Some(Schema::record(fields)))
    }

    fn file(&mut self, path: &Path) -> Result<Option<Schema>> {
        if let Some(known) = self.files.get(path) {
            return Ok(known.clone());
        }
        if self.ahead.iter().any(|other| other == path) {
            return Ok(Some(Schema::Any));
        }
        let text =
            fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let read = typescript::read(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        self.ahead.push(path.to_owned());
        let schema = match read {
            Some(declaration) => Some(self.schema(path, &declaration)?),
            None => None,
        };
        self.ahead.pop();
        self.files.insert(path.to_owned(), schema.clone());
        Ok(schema)
    }

    fn schema(&mut self, path: &Path, declaration: &Declaration) -> Result<Schema> {
        let mut failure = None;
        let directory = path.parent().unwrap_or(path);
        let schema = declaration.own.schema(&mut |name| {
            let Some(module) = declaration.imports.get(name) else {
                failure = Some(format!("{}: unknown name `{name}`", path.display()).into());
                return Schema::Any;
            };
            if !module.starts_with('.') {
                return foreign(module);
            }
            let module = module.strip_suffix(".js").unwrap_or(module);
            match self.file(&normal(&directory.join(format!("{module}.d.ts")))) {
                Ok(schema) => schema.unwrap_or(Schema::Any),
                Err(error) => {
                    failure = Some(error);
                    Schema::Any
                }
            }
        });
        failure.map_or(Ok(schema), Err)
    }
}

/// Resolves `.` and `..`, so that each file has one path.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                out.pop();
            }
            std::path::Component::CurDir => {}
            part => out.push(part),
        }
    }
    out
}

/// The schema of a type of another package: a type of Kubernetes as all releases have it, without what they require,
/// because the release of the operator decides that.
fn foreign(module: &str) -> Schema {
    let name = module.rsplit('/').next().unwrap_or(module);
    let is_of = |package: &str| module.starts_with(package);
    if is_of("@kubernetes-models/apimachinery/") {
        return match name {
            // `Duration` and the times are strings in JSON: `apis/meta/v1/duration.go`, `time.go`.
            "Duration" | "Time" | "MicroTime" => Schema::Text(None),
            "IntOrString" | "Quantity" => Schema::IntOrString,
            "LabelSelector" | "LabelSelectorRequirement" => builtin(&format!("meta.v1.{name}")),
            _ => Schema::Any,
        };
    }
    let Some(rest) = module.strip_prefix("kubernetes-models/") else {
        return Schema::Any;
    };
    let parts: Vec<&str> = rest.split('/').collect();
    match parts[..] {
        ["v1", name] => builtin(&format!("core.v1.{name}")),
        ["apps" | "batch" | "autoscaling" | "policy", version, name] => {
            builtin(&format!("{}.{version}.{name}", parts[0]))
        }
        _ => Schema::Any,
    }
}

fn builtin(name: &str) -> Schema {
    Builtin::named(name).map_or(Schema::Any, |own| of_shape(own, 0))
}

/// Types of Kubernetes contain themselves only in definitions of custom resources.
const MAX_DEPTH: usize = 24;

fn of_shape(own: Builtin, depth: usize) -> Schema {
    if depth > MAX_DEPTH || !own.has_fields() {
        return Schema::Any;
    }
    let mut fields = Fields::new();
    for field in own.fields() {
        let schema = shape(field.shape, depth);
        let known = fields.entry(field.name.to_owned());
        let (known, _) = known.or_insert_with(|| (schema.clone(), false));
        *known = known.or(&schema);
    }
    // The metadata in templates is open in many definitions.
    match own.name().ends_with(".ObjectMeta") {
        true => Schema::Open,
        false => Schema::record(fields),
    }
}

fn shape(own: Shape<'_>, depth: usize) -> Schema {
    match own {
        Shape::Text | Shape::Bytes | Shape::Time => Schema::Text(None),
        Shape::Boolean => Schema::Boolean,
        Shape::Int32 | Shape::Int64 | Shape::Number => Schema::Number,
        Shape::Quantity | Shape::IntOrString => Schema::IntOrString,
        Shape::List(inner) => Schema::List(shape(inner.shape(), depth).into()),
        Shape::Map(inner) => Schema::Map(shape(inner.shape(), depth).into()),
        Shape::Record(podwright_schema::Record::Type(own)) => of_shape(own, depth + 1),
        Shape::Record(_) | Shape::Any => Schema::Any,
    }
}
