use podwright_model::{Container, Pod, Quantity, ResourceFieldRef};
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "env-resourcefieldref-invalid",
    summary: "invalid resource or divisor in `resourceFieldRef`",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: pod, container: container },
}

/// Resources that can follow `limits.` or `requests.`.
const RESOURCES: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];
/// Divisors of all resources except `cpu`.
const DIVISORS: [&str; 13] = [
    "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei",
];

fn pod(pod: &Pod, cx: &mut RuleContext<'_>) {
    let volumes = pod.volumes.value().into_iter().flatten();
    for file in volumes.flat_map(|volume| &volume.downward) {
        if let Some(reference) = file.resource_field_ref.value() {
            judge(reference, cx);
        }
    }
}

fn container(container: &Container, cx: &mut RuleContext<'_>) {
    for variable in container.env.value().into_iter().flatten() {
        let source = variable.value_from.value();
        if let Some(reference) = source.and_then(|source| source.resource_field_ref.value()) {
            judge(reference, cx);
        }
    }
}

fn judge(reference: &ResourceFieldRef, cx: &mut RuleContext<'_>) {
    let ceiling = cx.ceiling();
    let Some((resource, node)) = reference.resource.known() else {
        return;
    };
    let kind = resource
        .strip_prefix("limits.")
        .or_else(|| resource.strip_prefix("requests."));
    let is_known = kind.is_some_and(|kind| {
        RESOURCES.contains(&kind)
            || kind
                .strip_prefix("hugepages-")
                .is_some_and(|size| !size.is_empty())
    });
    if !is_known {
        cx.report(node, format!("unsupported resource `{resource}` in `resourceFieldRef`"))
            .at_most(ceiling)
            .note("the API server rejects it (422)")
            .help("use `limits.` or `requests.` followed by `cpu`, `memory`, `ephemeral-storage` or `hugepages-<size>`");
        return;
    }
    let Some((divisor, node)) = reference.divisor.known() else {
        return;
    };
    // The API server compares canonical strings: for 1024 that is `1024`, not `1Ki`.
    let text = divisor.to_string();
    let is_cpu = kind == Some("cpu");
    let is_allowed = match is_cpu {
        true => text == "1" || text == "1m",
        false => DIVISORS.contains(&text.as_str()),
    };
    if is_allowed || *divisor == Quantity::ZERO {
        return;
    }
    let same = |unit: &&str| unit.parse::<Quantity>().is_ok_and(|unit| unit == *divisor);
    let fix = match is_cpu {
        true => None,
        false => DIVISORS.iter().find(|unit| same(unit)),
    };
    let fix = fix.map(|unit| cx.replace(node, unit, Applicability::Safe));
    cx.report(node, format!("invalid divisor `{text}` for `{resource}`"))
        .at_most(ceiling)
        .note("the API server compares divisors as strings and rejects this one (422)")
        .help(match is_cpu {
            true => "use `1` for whole CPUs or `1m` for millicores",
            false => "use `1`, `1k`, `1M`, … or `1Ki`, `1Mi`, …",
        })
        .fix(fix);
}
