//! Images that OpenShift sets after an object is created, so that the image in the manifest does not reach a node.

use super::decode::MappingReader;
use super::{Container, Field, Object};

/// Annotation with the images that OpenShift sets whenever an image is pushed: a JSON list of `from` and `fieldPath`
/// (`pkg/image/apiserver/trigger` in openshift/library-go).
const TRIGGERS: &str = "image.openshift.io/triggers";

/// Annotation that makes OpenShift replace the name of an ImageStream by the image that it refers to.
const RESOLVE_NAMES: &str = "alpha.image.policy.openshift.io/resolve-names";

/// Marks the images that OpenShift sets as unknown.
pub(super) fn forget_triggered_images(record: MappingReader<'_>, object: &mut Object) {
    if object.pods.is_empty() {
        return;
    }
    let mut targets = match object.metadata.annotation(TRIGGERS) {
        Some(json) => annotated_targets(json),
        None => Vec::new(),
    };
    if object.is("apps.openshift.io", "DeploymentConfig") || object.is("", "DeploymentConfig") {
        targets.extend(deployment_config_targets(record));
    }
    let resolves = object.metadata.annotation(RESOLVE_NAMES) == Some("*");
    for pod in &mut object.pods {
        let resolves = resolves || pod.metadata.annotation(RESOLVE_NAMES) == Some("*");
        if targets.is_empty() && !resolves {
            continue;
        }
        let mut positions = [0, 0];
        for container in &mut pod.containers {
            let is_init = matches!(
                container.kind,
                super::ContainerKind::Init | super::ContainerKind::Sidecar
            );
            let position = &mut positions[usize::from(is_init)];
            let is_target = targets
                .iter()
                .any(|target| target.is(container, is_init, *position));
            *position += 1;
            // OpenShift resolves only names of one part.
            let is_name = |image: &str| !image.is_empty() && !image.contains('/');
            let is_resolved = resolves && container.image.text().is_some_and(is_name);
            if let (true, Field::Value(_, node)) = (is_target || is_resolved, &container.image) {
                container.image = Field::Unknown(*node);
            }
        }
    }
}

/// Container whose image is set.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    /// Any container: the annotation cannot be read.
    Any,
    /// Container of this name in `containers`, or in `initContainers`.
    Named { is_init: bool, name: String },
    /// Container at this position in `containers`, or in `initContainers`.
    At { is_init: bool, position: usize },
}

impl Target {
    fn is(&self, container: &Container, in_init: bool, at: usize) -> bool {
        match self {
            Self::Any => true,
            Self::Named { is_init, name } => {
                *is_init == in_init && container.name.text() == Some(name)
            }
            Self::At { is_init, position } => *is_init == in_init && *position == at,
        }
    }
}

/// Reads the triggers of the annotation. A paused trigger sets nothing.
fn annotated_targets(json: &str) -> Vec<Target> {
    let tree = podwright_syntax::parse(json.into());
    let Some(list) = tree
        .documents()
        .first()
        .map(|document| tree.resolve(document.root))
        .filter(|&list| tree.errors().is_empty() && tree.kind(list).is_sequence())
    else {
        return vec![Target::Any];
    };
    let targets = tree.items(list).filter_map(|item| {
        let Some(trigger) = MappingReader::new(&tree, item) else {
            return Some(Target::Any);
        };
        let is_paused = trigger.boolean("paused").value() == Some(&true)
            || trigger.string("paused").text() == Some("true");
        (!is_paused).then(|| {
            let path = trigger.template_string("fieldPath");
            path.text().and_then(path_target).unwrap_or(Target::Any)
        })
    });
    targets.collect()
}

/// Reads `spec.template.spec.containers[?(@.name=="web")].image` or `….containers[0].image`.
fn path_target(path: &str) -> Option<Target> {
    let (list, rest) = path.split_once('[')?;
    let (item, _) = rest.rsplit_once(']')?;
    let is_init = match list.rsplit('.').next()? {
        "containers" => false,
        "initContainers" => true,
        _ => return None,
    };
    if let Ok(position) = item.parse() {
        return Some(Target::At { is_init, position });
    }
    let name = item.strip_prefix("?(@.name==")?.strip_suffix(')')?;
    Some(Target::Named {
        is_init,
        name: name.trim_matches(['"', '\'']).to_owned(),
    })
}

/// Reads `spec.triggers[].imageChangeParams.containerNames` of a DeploymentConfig. They name containers and init
/// containers.
fn deployment_config_targets(record: MappingReader<'_>) -> Vec<Target> {
    let names = |trigger: MappingReader<'_>| {
        let names = trigger.part("imageChangeParams");
        names.known_strings("containerNames")
    };
    let triggers = record.part("spec").mappings("triggers", names);
    let names = triggers.into_value().into_iter().flatten().flatten();
    names
        .flat_map(|(name, _)| {
            [false, true].map(|is_init| Target::Named {
                is_init,
                name: name.clone(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;

    fn targets(json: &str) -> Vec<Target> {
        annotated_targets(json)
    }

    #[test]
    fn triggers_name_containers() {
        let named = |is_init, name: &str| Target::Named {
            is_init,
            name: name.to_owned(),
        };
        assert_eq!(
            targets(
                r#"[{"from":{"kind":"ImageStreamTag","name":"web:latest"},"fieldPath":"spec.template.spec.containers[?(@.name==\"web\")].image"},
                {"fieldPath":"spec.template.spec.initContainers[1].image","paused":false},
                {"fieldPath":"spec.template.spec.containers[?(@.name=='old')].image","paused":"true"}]"#
            ),
            [
                named(false, "web"),
                Target::At {
                    is_init: true,
                    position: 1
                }
            ]
        );
        assert_eq!(targets("web:latest"), [Target::Any]);
        assert_eq!(targets("[]"), []);
    }

    fn images(text: &str) -> Vec<Option<String>> {
        let tree = podwright_syntax::parse(text.into());
        let objects = decode(&tree, &[]);
        let containers = objects[0].pods[0].containers.iter();
        containers
            .map(|container| container.image.text().map(str::to_owned))
            .collect()
    }

    #[test]
    fn images_of_triggers_are_unknown() {
        let text = "
apiVersion: apps.openshift.io/v1
kind: DeploymentConfig
metadata: {name: a}
spec:
  triggers:
  - {type: ConfigChange}
  - {type: ImageChange, imageChangeParams: {automatic: true, containerNames: [web], from: {kind: ImageStreamTag, name: 'web:latest'}}}
  template:
    spec:
      containers:
      - {name: web, image: ' '}
      - {name: log, image: log}
";
        assert_eq!(images(text), [None, Some("log".to_owned())]);
        let text = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: a, annotations: {alpha.image.policy.openshift.io/resolve-names: '*'}}
spec:
  selector: {}
  template:
    spec:
      containers:
      - {name: web, image: 'web:latest'}
      - {name: log, image: registry.example/log}
";
        assert_eq!(
            images(text),
            [None, Some("registry.example/log".to_owned())]
        );
    }
}
