//! Answers a question with the library. Each operation is one line in [`answer`] and one function.

use std::sync::Arc;

use podwright_cluster::admission::{Tolerated, merge_tolerations};
use podwright_cluster::environment::{
    Port, expand, is_relaxed_name, is_strict_name, service_variables,
};
use podwright_cluster::keyring::{Keyring, urls_match};
use podwright_cluster::pull::default_pull_policy;
use podwright_cluster::runtime::setups_for;
use podwright_cluster::workspace::{
    ClusterContext, File, NodeDirectory, NodePath, NodeRole, OnNodes, Workspace,
};
use podwright_model::docker_config::{Entry, Shape};
use podwright_model::{DockerConfig, Engine, ImageReference, KubernetesVersion, RuntimeReleases};
use podwright_syntax::json;
use podwright_syntax::text::{FileId, Source};
use serde_json::{Value, json};

use super::{custom, kubectl, object};

/// Returns the answer to a question of the conformance set, or `{"unsupported": true}` for an unknown operation.
pub(crate) fn answer(question: &Value) -> Value {
    match text(question, "op") {
        "containerd" => containerd_runtimes(question),
        "custom" => custom::custom(&question["schema"], &question["object"]),
        "envname" => environment_name(text(question, "name")),
        "expand" => expansion(question),
        "image" => image(text(question, "image")),
        "object" => object::object(text(question, "yaml")),
        "mergetol" => merged_tolerations(question),
        "secretlookup" => secret_lookup(question),
        "svcenv" => service_environment(question),
        "urlmatch" => url_match(text(question, "glob"), text(question, "target")),
        "yaml" => yaml(text(question, "yaml")),
        "yamlstream" => yaml_stream(text(question, "yaml")),
        _ => json!({ "unsupported": true }),
    }
}

/// Returns the runtimes that each containerd release reads from the files of a node.
fn containerd_runtimes(question: &Value) -> Value {
    let directory = NodeDirectory {
        name: "node".to_owned(),
        root: "/node".into(),
    };
    let on = |release: &str| {
        let releases = RuntimeReleases {
            containerd: release.parse().unwrap_or_default(),
            ..RuntimeReleases::default()
        };
        let context = Arc::new(ClusterContext {
            nodes: vec![directory.clone()],
            releases,
            ..ClusterContext::default()
        });
        let files = question["files"].as_object().into_iter().flatten();
        let files = files.map(|(path, text)| {
            let on_nodes = OnNodes {
                role: NodeRole::Runtime(Engine::Containerd),
                paths: vec![NodePath {
                    root: directory.root.clone(),
                    path: path.clone(),
                }],
            };
            let source = Source::new(path.clone(), text.as_str().unwrap_or(""));
            File::on_nodes(source, &context, Some(Box::new(on_nodes)))
        });
        let workspace = Workspace::new(files.collect());
        let setups = setups_for(&workspace, FileId(0));
        let Some(setup) = setups.first().filter(|setup| setup.failures.is_empty()) else {
            return json!({ "down": true });
        };
        let mut handlers: Vec<&str> = setup.handlers.iter().map(|one| one.name.as_str()).collect();
        handlers.sort_unstable();
        let default = setup.default.as_ref().map(|(name, _)| name);
        json!({ "handlers": handlers, "default": default })
    };
    json!({ "1.7": on("1.7"), "2.1": on("2.1"), "2.3": on("2.3") })
}

fn image(text: &str) -> Value {
    let version = KubernetesVersion::NEWEST;
    let image = ImageReference::parse(text, version);
    let parsed = image.as_ref().ok();
    json!({
        "repo": parsed.map(ImageReference::repository).unwrap_or_default(),
        "tag": parsed.and_then(ImageReference::effective_tag).unwrap_or_default(),
        "digest": parsed.and_then(|image| image.digest.as_deref()).unwrap_or_default(),
        "defaultPullPolicy": default_pull_policy(text, version).name(),
        "err": image.as_ref().err().map(|error| format!("{:?}", error.kind)),
    })
}

fn url_match(glob: &str, target: &str) -> Value {
    let answer = urls_match(glob, target);
    json!({
        "match": answer.unwrap_or(false),
        "err": answer.err().map(|error| format!("{error:?}")),
    })
}

/// Returns the credentials from image pull secrets that the kubelet tries for an image, in order.
fn secret_lookup(question: &Value) -> Value {
    let repository = match ImageReference::parse(text(question, "image"), KubernetesVersion::NEWEST)
    {
        Ok(image) => image.repository(),
        Err(error) => return json!({ "err": format!("{:?}", error.kind) }),
    };
    let mut configs = Vec::new();
    for secret in question["secrets"].as_array().into_iter().flatten() {
        let shape = match (text(secret, "Type"), text(secret, "Key")) {
            ("kubernetes.io/dockerconfigjson", ".dockerconfigjson") => Shape::Modern,
            ("kubernetes.io/dockercfg", ".dockercfg") => Shape::Legacy,
            _ => continue,
        };
        let data = text(secret, "Data");
        if data.is_empty() {
            continue;
        }
        let config = DockerConfig::decode(&json::read(data.into()), shape);
        if !config.is_usable() {
            return json!({ "err": format!("{:?}", config.problems) });
        }
        configs.push(config);
    }
    let keyring = Keyring::of(configs.iter().map(|config| (config, |_: &Entry| ())));
    let tried = keyring.lookup(&repository).tried;
    let credentials = tried.iter().map(|tried| {
        let (user, password) = tried.entry.credential.as_ref()?.expose();
        Some(String::from_utf8_lossy(&[user, b":", password].concat()).into_owned())
    });
    let credentials: Option<Vec<String>> = credentials.collect();
    json!({
        "found": credentials.as_ref().is_some_and(|all| !all.is_empty()),
        "creds": credentials,
        "err": null,
    })
}

fn environment_name(name: &str) -> Value {
    let verdict = |is_valid: bool| (!is_valid).then_some("invalid");
    json!({
        "strict": verdict(is_strict_name(name)),
        "relaxed": verdict(is_relaxed_name(name)),
    })
}

fn expansion(question: &Value) -> Value {
    let variables = &question["vars"];
    let expanded = expand(text(question, "in"), |name| variables.get(name)?.as_str());
    json!({ "out": expanded })
}

fn merged_tolerations(question: &Value) -> Value {
    let of = |field: &str| {
        let list = question[field].as_array().into_iter().flatten();
        list.map(toleration).collect::<Vec<_>>()
    };
    let merged = merge_tolerations(&of("pod"), &of("rc"));
    let merged: Vec<Value> = merged.iter().map(written_toleration).collect();
    json!({ "out": if merged.is_empty() { Value::Null } else { merged.into() } })
}

fn toleration(from: &Value) -> Tolerated<'_> {
    Tolerated {
        key: text(from, "Key"),
        operator: text(from, "Operator"),
        value: text(from, "Value"),
        effect: text(from, "Effect"),
        seconds: from.get("TolerationSeconds").and_then(Value::as_i64),
    }
}

fn written_toleration(toleration: &Tolerated<'_>) -> Value {
    json!({
        "Key": toleration.key,
        "Operator": toleration.operator,
        "Value": toleration.value,
        "Effect": toleration.effect,
        "TolerationSeconds": toleration.seconds,
    })
}

fn service_environment(question: &Value) -> Value {
    let services = question["services"].as_array().into_iter().flatten();
    let variables = services.flat_map(|service| {
        let spec = &service["spec"];
        let ip = Some(text(spec, "clusterIP")).filter(|ip| !ip.is_empty() && *ip != "None");
        let ip = ip.filter(|_| text(spec, "type") != "ExternalName");
        let ports = spec["ports"].as_array().into_iter().flatten();
        let ports: Vec<Port<'_>> = ports.map(port).collect();
        let name = text(&service["metadata"], "name");
        ip.map_or_else(Vec::new, |ip| service_variables(name, Some(ip), &ports))
    });
    let pairs: Vec<Value> = variables
        .map(|variable| json!([variable.name, variable.value]))
        .collect();
    json!({ "env": pairs })
}

fn port(from: &Value) -> Port<'_> {
    let protocol = text(from, "protocol");
    Port {
        name: text(from, "name"),
        number: from["port"].as_i64().unwrap_or_default(),
        protocol: if protocol.is_empty() { "TCP" } else { protocol },
    }
}

fn yaml(text: &str) -> Value {
    let conversion = kubectl::document(text);
    let error = conversion
        .json
        .as_ref()
        .err()
        .map(|error| format!("{:?}", error.kind));
    let strict_error = conversion
        .strict_error
        .map(|error| format!("{:?}", error.kind));
    json!({
        "json": conversion.json.unwrap_or_default(),
        "err": error,
        "strictErr": strict_error,
    })
}

fn yaml_stream(text: &str) -> Value {
    let stream = kubectl::stream(text);
    json!({
        "docs": stream.documents,
        "err": stream.error.map(|error| format!("{error:?}")),
    })
}

fn text<'q>(question: &'q Value, field: &str) -> &'q str {
    question
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
}
