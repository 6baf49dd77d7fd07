use podwright_cluster::admission::{Refusal, admit, named_class};
use podwright_cluster::runtime::{classes_for, drops_sandbox};
use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_model::{Pod, PodOrigin};
use podwright_rule::{Applicability, RuleContext, Severity, declare_rule};

/// Classes that clusters provide without a manifest. A run rarely contains all RuntimeClasses of a cluster.
const OF_CLUSTERS: [&str; 13] = [
    // GKE Sandbox and the minikube addon.
    "gvisor",
    // K3s and RKE2, in addition to `nvidia` and `nvidia-experimental`.
    "crun",
    "lunatic",
    "slight",
    "spin",
    "wasmedge",
    "wasmer",
    "wasmtime",
    "wws",
    // Created by the installers of their runtimes.
    "enclave-cc",
    "habana",
    "runsc",
    "sysbox-runc",
];

/// Name prefixes of such classes: Kata Containers and its distributions, NVIDIA's GPU operator, AKS, and the
/// performance profiles of OpenShift.
const OF_CLUSTERS_WITH_PREFIX: [&str; 4] = ["kata", "nvidia", "wasmtime-", "performance-"];

declare_rule! {
    name: "runtimeclassname-not-found",
    summary: "referenced RuntimeClass does not exist",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let (Some((name, node)), Some((from, _))) = (pod.runtime_class_name.known(), cx.object) else {
        return;
    };
    if name.is_empty()
        || cx.is_partial()
        || !admit(pod, named_class(cx.workspace, from, pod))
            .refusals
            .contains(&Refusal::NotFound)
    {
        return;
    }
    let by_handler = class_with_handler(cx.workspace, name);
    if by_handler.is_none() && is_of_clusters(name) {
        return;
    }
    let place = by_handler.map(|(id, _)| cx.workspace.object_place(id));
    // A class without a sandbox is not what a similar name asks for.
    let classes = cx.workspace.runtime_class_names();
    let meant = match by_handler {
        Some((_, class)) => Some(cx.suggest(node, class, Applicability::Unsafe)),
        None => cx.nearest(node, name, classes.filter(|class| !drops_sandbox(class))),
    };
    let refused = format!("(403, `pod rejected: RuntimeClass \"{name}\" not found`)");
    let note = match pod.origin {
        PodOrigin::Pod => format!("the API server rejects the Pod {refused}"),
        PodOrigin::Template | PodOrigin::Custom => format!(
            "the API server rejects each Pod {refused}; the workload gets no Pods and has the event \
             `FailedCreate`"
        ),
    };
    let ceiling = match is_of_clusters(name) {
        true => Severity::Warning,
        false => cx.ceiling(),
    };
    let finding = cx
        .report(node, format!("RuntimeClass `{name}` does not exist"))
        .at_most(ceiling)
        .note(note)
        .meant(
            meant,
            |meant| match by_handler {
                Some(_) => {
                    format!("use `{meant}`, the name of the class with the handler `{name}`")
                }
                None => format!("use `{meant}`, or add the RuntimeClass `{name}`"),
            },
            "add the RuntimeClass, or declare it under `externals` in the configuration",
        );
    if let Some(place) = place {
        finding.related(place, format!("this class has the handler `{name}`"));
    }
}

/// Returns the only class with this handler, and its name.
fn class_with_handler<'w>(workspace: &'w Workspace, handler: &str) -> Option<(ObjectId, &'w str)> {
    let [id] = classes_for(workspace, handler)[..] else {
        return None;
    };
    Some((id, workspace.object(id).metadata.name.text()?))
}

fn is_of_clusters(name: &str) -> bool {
    OF_CLUSTERS.contains(&name)
        || OF_CLUSTERS_WITH_PREFIX
            .iter()
            .any(|prefix| name.starts_with(prefix))
}
