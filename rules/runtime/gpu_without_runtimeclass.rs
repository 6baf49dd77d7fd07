use podwright_cluster::runtime::{Handler, Setup, classes_for, setups_for};
use podwright_model::{Container, Pod, Quantity};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "gpu-without-runtimeclass",
    summary: "Pod requests a GPU, but uses a runtime that does not provide it",
    severity: Info,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    if !pod.runtime_class_name.is_unset() || cx.is_partial() {
        return;
    }
    let Some((resource, node)) = pod.containers.iter().find_map(gpu) else {
        return;
    };
    let setups = setups_for(cx.workspace, cx.file_id);
    // Nodes without a runtime of NVIDIA have no GPUs for Pods.
    let with_runtime: Vec<(&Setup, &Handler)> = setups
        .iter()
        .filter_map(|setup| {
            Some((
                &**setup,
                setup.handlers.iter().find(|one| is_nvidia(&one.name))?,
            ))
        })
        .collect();
    let is_other = |setup: &Setup| {
        let default = setup.default.as_ref();
        setup.failures.is_empty() && default.is_some_and(|(name, _)| !is_nvidia(name))
    };
    let Some(&(setup, handler)) = with_runtime.first() else {
        return;
    };
    if !with_runtime.iter().all(|(setup, _)| is_other(setup)) {
        return;
    }
    let default = setup.default.as_ref().map_or("?", |(name, _)| name);
    let place = handler
        .tables
        .last()
        .map(|at| cx.workspace.place(at.0, at.1));
    let name = &handler.name;
    let help = match class_of(name, cx) {
        Some(class) => format!("set `runtimeClassName: {class}`"),
        None => format!(
            "create a RuntimeClass with the handler `{name}`, and name it in `runtimeClassName`"
        ),
    };
    let finding = cx
        .report(node, format!("`{resource}` is requested without `runtimeClassName`"))
        .note(format!(
            "the node runs the Pod with its default runtime `{default}`, not with `{name}`: without CDI, the container \
             starts but does not see the GPU"
        ))
        .help(help);
    if let Some(place) = place {
        finding.related(place, "runtime for GPUs");
    }
}

/// Names that the NVIDIA Container Toolkit and the GPU operator give to their runtimes: `nvidia`, `nvidia-cdi`, ….
fn is_nvidia(handler: &str) -> bool {
    handler == "nvidia" || handler.starts_with("nvidia-")
}

/// Returns the GPU resource that the container requests: whole, shared, or a MIG device.
fn gpu(container: &Container) -> Option<(String, NodeId)> {
    let resources = container.resources.value()?;
    let all = [&resources.limits, &resources.requests];
    let mut all = all.into_iter().filter_map(|list| list.value()).flatten();
    all.find_map(|(name, _, quantity)| {
        let device = name.strip_prefix("nvidia.com/")?;
        let is_gpu = matches!(device, "gpu" | "gpu.shared") || device.starts_with("mig-");
        let (amount, node) = quantity.known()?;
        let is_requested = "0".parse::<Quantity>().is_ok_and(|zero| *amount > zero);
        (is_gpu && is_requested).then(|| (name.clone(), node))
    })
}

/// Returns the name of a RuntimeClass with this handler.
fn class_of<'a>(handler: &str, cx: &RuleContext<'a>) -> Option<&'a str> {
    let classes = classes_for(cx.workspace, handler);
    let mut names = classes
        .into_iter()
        .map(|id| &cx.workspace.object(id).metadata.name);
    names.find_map(|name| name.text())
}
