//! Parts of custom resources whose types are known without their definition: the metadata of every object, and the pod
//! templates of well-known kinds.

use super::{MAX_NODES, Subject, Walk};
use crate::problem::{Problem, ProblemKind};
use crate::releases::Releases;
use crate::scope::is_cluster_scoped;
use crate::shape::Record;
use crate::table::Type;
use podwright_model::Object;
use podwright_syntax::text::Span;
use podwright_syntax::{NodeId, SyntaxTree};

/// Type of the Kubernetes API at a path in a custom resource. `*` is each item of a list or value of a map.
struct Embedded {
    group: &'static str,
    kinds: &'static [&'static str],
    paths: &'static [&'static str],
    type_name: &'static str,
}

const POD_TEMPLATE: &str = "core.v1.PodTemplateSpec";
const POD_SPEC: &str = "core.v1.PodSpec";
const JOB_TEMPLATE: &str = "batch.v1.JobTemplateSpec";
const JOB: &str = "batch.v1.JobSpec";

/// Well-known kinds that contain types of `k8s.io/api`. Most definitions of these leave the fields of the template open
/// (`x-kubernetes-preserve-unknown-fields`), or drop unknown ones; in both cases the Pods do not have them.
const EMBEDDED: &[Embedded] = &[
    // argoproj/argo-rollouts pkg/apis/rollouts/v1alpha1/types.go, experiment_types.go
    embedded(
        "argoproj.io",
        &["Rollout"],
        &["spec.template"],
        POD_TEMPLATE,
    ),
    embedded(
        "argoproj.io",
        &["Experiment"],
        &["spec.templates.*.template"],
        POD_TEMPLATE,
    ),
    // openshift/api apps/v1/types.go
    embedded(
        "apps.openshift.io",
        &["DeploymentConfig"],
        &["spec.template"],
        POD_TEMPLATE,
    ),
    // openkruise/kruise apis/apps/v1alpha1
    embedded(
        "apps.kruise.io",
        &["CloneSet", "StatefulSet", "DaemonSet", "BroadcastJob"],
        &["spec.template"],
        POD_TEMPLATE,
    ),
    // kedacore/keda apis/keda/v1alpha1/scaledjob_types.go
    embedded("keda.sh", &["ScaledJob"], &["spec.jobTargetRef"], JOB),
    // kubernetes-sigs/lws api/leaderworkerset/v1/leaderworkerset_types.go
    embedded(
        "leaderworkerset.x-k8s.io",
        &["LeaderWorkerSet"],
        &[
            "spec.leaderWorkerTemplate.leaderTemplate",
            "spec.leaderWorkerTemplate.workerTemplate",
        ],
        POD_TEMPLATE,
    ),
    // kubernetes-sigs/jobset api/jobset/v1alpha2/jobset_types.go
    embedded(
        "jobset.x-k8s.io",
        &["JobSet"],
        &["spec.replicatedJobs.*.template"],
        JOB_TEMPLATE,
    ),
    // ray-project/kuberay ray-operator/apis/ray/v1
    embedded(
        "ray.io",
        &["RayCluster"],
        &[
            "spec.headGroupSpec.template",
            "spec.workerGroupSpecs.*.template",
        ],
        POD_TEMPLATE,
    ),
    embedded(
        "ray.io",
        &["RayJob"],
        &[
            "spec.rayClusterSpec.headGroupSpec.template",
            "spec.rayClusterSpec.workerGroupSpecs.*.template",
            "spec.submitterPodTemplate",
        ],
        POD_TEMPLATE,
    ),
    embedded(
        "ray.io",
        &["RayService"],
        &[
            "spec.rayClusterConfig.headGroupSpec.template",
            "spec.rayClusterConfig.workerGroupSpecs.*.template",
        ],
        POD_TEMPLATE,
    ),
    // kubeflow/training-operator pkg/apis/kubeflow.org/v1
    embedded(
        "kubeflow.org",
        &[
            "PyTorchJob",
            "TFJob",
            "MPIJob",
            "XGBoostJob",
            "PaddleJob",
            "JAXJob",
        ],
        &[
            "spec.pytorchReplicaSpecs.*.template",
            "spec.tfReplicaSpecs.*.template",
            "spec.mpiReplicaSpecs.*.template",
            "spec.xgbReplicaSpecs.*.template",
            "spec.paddleReplicaSpecs.*.template",
            "spec.jaxReplicaSpecs.*.template",
        ],
        POD_TEMPLATE,
    ),
    embedded(
        "kubeflow.org",
        &["Notebook"],
        &["spec.template.spec"],
        POD_SPEC,
    ),
    // volcano-sh/apis pkg/apis/batch/v1alpha1/job.go
    embedded(
        "batch.volcano.sh",
        &["Job"],
        &["spec.tasks.*.template"],
        POD_TEMPLATE,
    ),
    // googleforgames/agones pkg/apis/agones/v1
    embedded(
        "agones.dev",
        &["GameServer"],
        &["spec.template"],
        POD_TEMPLATE,
    ),
    embedded(
        "agones.dev",
        &["Fleet", "GameServerSet"],
        &["spec.template.spec.template"],
        POD_TEMPLATE,
    ),
];

const fn embedded(
    group: &'static str,
    kinds: &'static [&'static str],
    paths: &'static [&'static str],
    type_name: &'static str,
) -> Embedded {
    Embedded {
        group,
        kinds,
        paths,
        type_name,
    }
}

/// Problems of an object whose definition is not known.
///
/// The API server decodes the metadata of every object into `ObjectMeta`, and validates it
/// (`ValidateObjectMetaAccessor`). Only a group with a dot can be that of a custom resource.
pub(super) fn problems<'a>(subject: &Subject<'a>) -> Vec<Problem<'a>> {
    let Subject { tree, object, .. } = *subject;
    let (Some(group), Some(kind)) = (object.group(), object.kind.text()) else {
        return Vec::new();
    };
    if !group.contains('.') || object.is_program_configuration() {
        return Vec::new();
    }
    let mut found = walk(subject, object.node, "metadata", "meta.v1.ObjectMeta");
    // A program that reads such a file may define more fields.
    found.retain(|problem| !matches!(problem.kind, ProblemKind::UnknownField { .. }));
    for embedded in EMBEDDED {
        if embedded.group != group || !embedded.kinds.contains(&kind) {
            continue;
        }
        for path in embedded.paths {
            let mut own = walk(subject, object.node, path, embedded.type_name);
            for problem in &mut own {
                problem.is_embedded = true;
            }
            found.extend(own);
        }
    }
    found.sort_by_key(|problem| tree.span(problem.node).start);
    found
}

/// The mapping around `node` whose type is known although the definition of the object is not, and its type.
pub(crate) fn embedded_around<'a>(
    subject: &Subject<'a>,
    node: NodeId,
) -> Option<(NodeId, Record<'a>)> {
    let Subject { tree, object, .. } = *subject;
    let place = tree.span(node);
    known_paths(object).find_map(|(path, type_name)| {
        let mut mappings = at_path(tree, object.node, path).into_iter();
        let around = mappings.find(|&mapping| {
            let span = tree.span(mapping);
            span.start <= place.start && place.end <= span.end
        })?;
        Some((around, Record::Type(Type::named(type_name)?)))
    })
}

/// Places of all mappings whose type is known although the definition of the object is not, in source order.
pub(super) fn embedded_spans(subject: &Subject<'_>) -> Vec<Span> {
    let Subject { tree, object, .. } = *subject;
    let mappings = known_paths(object).flat_map(|(path, _)| at_path(tree, object.node, path));
    let mut spans: Vec<Span> = mappings.map(|mapping| tree.span(mapping)).collect();
    spans.sort_by_key(|span| span.start);
    spans
}

/// Paths of mappings in an object, and the type at each of them.
fn known_paths(object: &Object) -> impl Iterator<Item = (&'static str, &'static str)> {
    let (group, kind) = (object.group(), object.kind.text());
    let is_own = move |embedded: &&Embedded| {
        Some(embedded.group) == group && kind.is_some_and(|kind| embedded.kinds.contains(&kind))
    };
    let paths = |embedded: &'static Embedded| {
        let paths = embedded.paths.iter();
        paths.map(|&path| (path, embedded.type_name))
    };
    let own = EMBEDDED.iter().filter(is_own).flat_map(paths);
    own.chain([("metadata", "meta.v1.ObjectMeta")])
}

/// Checks the mappings at a path below `from`.
fn walk<'a>(subject: &Subject<'a>, from: NodeId, path: &str, type_name: &str) -> Vec<Problem<'a>> {
    let Some(own) = Type::named(type_name) else {
        return Vec::new();
    };
    let mut walk = Walk {
        tree: subject.tree,
        releases: Releases::of(subject.range),
        // A controller may add fields before it creates the Pods.
        is_partial: true,
        is_cluster_scoped: scope(subject.object),
        problems: Vec::new(),
        around: Vec::new(),
        nodes_left: MAX_NODES,
        unchecked: None,
        folded: None,
    };
    for mapping in at_path(subject.tree, from, path) {
        walk.record(mapping, Record::Type(own), &mut Vec::new());
    }
    walk.problems
}

fn scope(object: &Object) -> bool {
    let named = object.group().zip(object.kind.text());
    named.is_some_and(|(group, kind)| is_cluster_scoped(group, kind))
}

/// Mappings at a path.
fn at_path(tree: &SyntaxTree, from: NodeId, path: &str) -> Vec<NodeId> {
    let mut here = vec![tree.resolve(from)];
    for step in path.split('.') {
        here = here
            .into_iter()
            .flat_map(|node| match step {
                "*" if tree.kind(node).is_sequence() => tree.items(node).collect(),
                "*" => tree.entries(node).map(|entry| entry.value).collect(),
                name => tree
                    .get(node, name)
                    .map(|entry| vec![entry.value])
                    .unwrap_or_default(),
            })
            .map(|node| tree.resolve(node))
            .collect();
    }
    here.retain(|&node| tree.kind(node).is_mapping());
    here
}

#[cfg(test)]
mod tests {
    use super::{EMBEDDED, Type, at_path};

    #[test]
    fn every_type_is_in_the_table() {
        for embedded in EMBEDDED {
            assert!(
                Type::named(embedded.type_name).is_some(),
                "{}",
                embedded.type_name
            );
        }
        assert!(Type::named("meta.v1.ObjectMeta").is_some());
    }

    #[test]
    fn a_path_leads_through_lists_and_maps() {
        let text = "spec:\n  jobs: [{t: {a: 1}}, {t: 2}, 3]\n  sets: {x: {t: {b: 1}}, y: {}}\n";
        let tree = podwright_syntax::parse(text.into());
        let root = tree.documents()[0].root;
        let at = |path| at_path(&tree, root, path).len();
        assert_eq!(at("spec.jobs.*.t"), 1);
        assert_eq!(at("spec.sets.*.t"), 1);
        assert_eq!(at("spec.none.*.t"), 0);
        assert_eq!(at("spec"), 1);
    }
}
