//! `.Capabilities` (`pkg/chart/common/capabilities.go`).

use std::any::Any;
use std::rc::Rc;

use podwright_go_template::{
    Call, Data, Failure, Field, Key, Object, ObjectKind, Signature, Type, Value,
};

/// What `.Capabilities.APIVersions` is in `helm template` without a cluster: the versions that client-go 1.37 knows.
pub const API_VERSIONS: &[&str] = &[
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "lifecycle.k8s.io/v1alpha1",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
];

/// The helm whose behavior this is.
const HELM_VERSION: &str = "v4.3";
const GO_VERSION: &str = "go1.26.8";
const CLIENT_VERSION: &str = "v1.37";

const STRING: Signature = Signature {
    parameters: &[Type::String],
    variadic: None,
};
const NOTHING: Signature = Signature {
    parameters: &[],
    variadic: None,
};

/// `.Capabilities` for a Kubernetes version and these API versions.
pub(in crate::helm) fn capabilities(kubernetes: &str, api_versions: &Rc<Vec<String>>) -> Value {
    let version = KubeVersion::parse(kubernetes);
    object(Capabilities {
        version: Rc::new(version),
        api_versions: api_versions.clone(),
    })
}

fn object(object: impl Object + 'static) -> Value {
    Value::constant(Data::Object(Rc::new(object)))
}

/// The exported fields as JSON has them.
fn exported(object: &dyn Object) -> Option<Value> {
    let fields = object.fields()?.into_iter();
    let entry = |field: Field| Some((Key::from(field.json?), field.value));
    Some(Value::map(fields.filter_map(entry).collect()))
}

/// A field of this name.
fn named(fields: Option<Vec<Field>>, name: &str) -> Option<Value> {
    let mut fields = fields?.into_iter();
    let found = fields.find(|field| field.name == name && field.is_exported());
    found.map(|field| field.value)
}

#[derive(Debug)]
struct Capabilities {
    version: Rc<KubeVersion>,
    api_versions: Rc<Vec<String>>,
}

impl Object for Capabilities {
    fn type_name(&self) -> &str {
        "*common.Capabilities"
    }

    fn kind(&self) -> ObjectKind {
        ObjectKind::Pointer
    }

    fn field(&self, name: &str) -> Option<Value> {
        named(self.fields(), name)
    }

    fn fields(&self) -> Option<Vec<Field>> {
        let field = |name, value| Field {
            name,
            json: Some(name),
            value,
        };
        Some(vec![
            field(
                "KubeVersion",
                Value::constant(Data::Object(self.version.clone())),
            ),
            field("APIVersions", object(VersionSet(self.api_versions.clone()))),
            field("HelmVersion", object(BuildInfo)),
        ])
    }

    fn data(&self) -> Option<Value> {
        exported(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[derive(Debug)]
struct KubeVersion {
    version: String,
    normalized: String,
    major: String,
    minor: String,
}

impl KubeVersion {
    /// `ParseKubeVersion`: `1.28.3-gke.100` is normalized to `v1.28.3`.
    fn parse(text: &str) -> Self {
        let number = text.strip_prefix('v').unwrap_or(text);
        let end = number
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(number.len());
        let number = number[..end].trim_end_matches('.');
        let mut parts = number.split('.').map(str::to_owned);
        let version = match text.starts_with('v') {
            true => text.to_owned(),
            false => format!("v{text}"),
        };
        Self {
            version,
            normalized: format!("v{number}"),
            major: parts.next().unwrap_or_default(),
            minor: parts.next().unwrap_or_default(),
        }
    }
}

impl Object for KubeVersion {
    fn type_name(&self) -> &str {
        "common.KubeVersion"
    }

    fn kind(&self) -> ObjectKind {
        ObjectKind::Struct
    }

    fn method(&self, name: &str) -> Option<Signature> {
        matches!(name, "String" | "GitVersion").then_some(NOTHING)
    }

    fn call(&self, name: &str, _: &mut Call<'_>, _: Vec<Value>) -> Result<Value, Failure> {
        Ok(Value::string(match name {
            "String" => &self.normalized,
            _ => &self.version,
        }))
    }

    fn field(&self, name: &str) -> Option<Value> {
        named(self.fields(), name)
    }

    fn fields(&self) -> Option<Vec<Field>> {
        let field = |name, json, text: &String| Field {
            name,
            json,
            value: Value::string(text.as_str()),
        };
        Some(vec![
            field("Version", Some("Version"), &self.version),
            field("normalizedVersion", None, &self.normalized),
            field("Major", Some("Major"), &self.major),
            field("Minor", Some("Minor"), &self.minor),
        ])
    }

    fn string_of_pointer(&self) -> Option<String> {
        Some(self.normalized.clone())
    }

    fn data(&self) -> Option<Value> {
        exported(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `.Capabilities.APIVersions`
#[derive(Debug)]
struct VersionSet(Rc<Vec<String>>);

impl Object for VersionSet {
    fn type_name(&self) -> &str {
        "common.VersionSet"
    }

    fn kind(&self) -> ObjectKind {
        ObjectKind::Slice
    }

    fn method(&self, name: &str) -> Option<Signature> {
        (name == "Has").then_some(STRING)
    }

    fn call(&self, _: &str, call: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
        let version = arguments[0].as_str().unwrap_or_default();
        let has = self.0.iter().any(|known| known == version);
        Ok(call.value(Data::Bool(has), &arguments))
    }

    fn items(&self) -> Option<Vec<(Key, Value)>> {
        let item = |version: &String| ("".into(), Value::string(version.as_str()));
        Some(self.0.iter().map(item).collect())
    }

    fn len(&self) -> Option<usize> {
        Some(self.0.len())
    }

    fn data(&self) -> Option<Value> {
        let items = self.0.iter().map(|version| Value::string(version.as_str()));
        Some(Value::list(items.collect()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `.Capabilities.HelmVersion`
#[derive(Debug)]
struct BuildInfo;

impl Object for BuildInfo {
    fn type_name(&self) -> &str {
        "version.BuildInfo"
    }

    fn kind(&self) -> ObjectKind {
        ObjectKind::Struct
    }

    fn field(&self, name: &str) -> Option<Value> {
        named(self.fields(), name)
    }

    fn fields(&self) -> Option<Vec<Field>> {
        let field = |name, json, text| Field {
            name,
            json,
            value: Value::string(text),
        };
        // What is empty is not in JSON.
        Some(vec![
            field("Version", Some("version"), HELM_VERSION),
            field("GitCommit", None, ""),
            field("GitTreeState", None, ""),
            field("GoVersion", Some("go_version"), GO_VERSION),
            field(
                "KubeClientVersion",
                Some("kube_client_version"),
                CLIENT_VERSION,
            ),
        ])
    }

    fn data(&self) -> Option<Value> {
        exported(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
