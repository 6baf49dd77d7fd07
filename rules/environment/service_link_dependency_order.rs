use super::undefined::{arguments, environment};
use podwright_cluster::environment::{
    Environment, Lookup, Origin, has_cluster_ip, link_candidates, links_enabled, references,
};
use podwright_cluster::workspace::{ObjectId, Resolution};
use podwright_model::{Body, Container};
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "service-link-dependency-order",
    summary: "reference depends on a variable of a Service",
    severity: Error,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let variables = container.env.value().map_or(&[][..], Vec::as_slice);
    let values = variables
        .iter()
        .enumerate()
        .filter_map(|(position, variable)| {
            let (text, node) = variable.value.known()?;
            Some((text.as_str(), node, position))
        });
    let arguments = arguments(container).map(|(text, node)| (text, node, usize::MAX));
    let texts: Vec<(&str, NodeId, usize)> = values
        .chain(arguments)
        .filter(|(text, ..)| references(text).any(|one| !link_candidates(one.name).is_empty()))
        .collect();
    let Some((id, _)) = cx.object.filter(|_| !texts.is_empty() && !cx.is_partial()) else {
        return;
    };
    let Some(environment) = environment(container, cx) else {
        return;
    };
    for (text, node, position) in texts {
        for reference in references(text) {
            let name = reference.name;
            if link_candidates(name).is_empty() {
                continue;
            }
            let judged = judge(name, position, &environment, id, cx);
            let Some(judged) = judged else {
                continue;
            };
            let place = judged
                .service
                .map(|service| cx.workspace.object_place(service));
            let ceiling = cx.ceiling().min(judged.level);
            let finding = cx.report_within(node, reference.range, judged.message);
            finding
                .at_most(ceiling)
                .note(judged.note)
                .help(match judged.namespace {
                    Some(namespace) => format!("use the DNS name of the Service with its namespace: `<Service>.{namespace}.svc`"),
                    None => "use the Service name: DNS resolves it regardless of the creation order".to_owned(),
                });
            if let Some(place) = place {
                finding.related(place, "Service defined here");
            }
        }
    }
}

struct Judged {
    level: Severity,
    message: String,
    note: &'static str,
    service: Option<ObjectId>,
    /// Namespace of the Service, if it is not that of the Pod.
    namespace: Option<String>,
}

const STAYS: &str = "the kubelet leaves `$(…)` unchanged";

fn judge(
    name: &str,
    position: usize,
    environment: &Environment,
    id: ObjectId,
    cx: &RuleContext<'_>,
) -> Option<Judged> {
    match environment.lookup_before(name, position) {
        Lookup::Defined(definition) => {
            let Origin::Service(service, Some(object)) = &definition.origin else {
                return None;
            };
            let is_later = object.file == id.file && object.index > id.index;
            Some(Judged {
                level: if is_later {
                    Severity::Warning
                } else {
                    Severity::Info
                },
                message: match is_later {
                    true => format!("Service `{service}` is created after this workload"),
                    false => {
                        format!("`{name}` is set only if Service `{service}` is created first")
                    }
                },
                note: "a container gets the variables of the Services that exist when it starts; otherwise the kubelet leaves `$(…)` unchanged",
                service: Some(*object),
                namespace: None,
            })
        }
        Lookup::Undefined if cx.pod.and_then(links_enabled) == Some(false) => Some(Judged {
            level: Severity::Error,
            message: format!("`{name}` is not set with `enableServiceLinks: false`"),
            note: STAYS,
            service: None,
            namespace: None,
        }),
        Lookup::Undefined | Lookup::Unknown => absent(name, id, cx),
    }
}

/// Returns why no Service sets the variable, or `None` if that is not certain.
fn absent(name: &str, id: ObjectId, cx: &RuleContext<'_>) -> Option<Judged> {
    // Patches and `envFrom` may still define it.
    let container = cx.container?;
    if !container.env_from.is_unset() || !cx.workspace.is_unmodified(id) || cx.is_custom() {
        return None;
    }
    let candidates = link_candidates(name);
    let [service] = candidates.as_slice() else {
        return None;
    };
    let own = cx.workspace.namespace(id);
    let elsewhere = cx.workspace.elsewhere(id, "", "Service", service);
    if let (Some(own), [(object, namespace), ..]) = (own, elsewhere.as_slice()) {
        return Some(Judged {
            level: Severity::Warning,
            message: format!("Service `{service}` is in namespace `{namespace}`, not in `{own}`"),
            note: "a container gets only the variables of the Services in its namespace; the kubelet leaves `$(…)` unchanged",
            service: Some(*object),
            namespace: Some((*namespace).to_owned()),
        });
    }
    // Only Services set the first two; `X_PORT` can be anything.
    let is_of_service = name.contains("_SERVICE_HOST") || name.contains("_SERVICE_PORT");
    match cx.workspace.resolve_exact(id, "", "Service", service) {
        Resolution::Found(object) => {
            let Body::Service(body) = &cx.workspace.object(object).body else {
                return None;
            };
            (has_cluster_ip(body) == Some(false)).then(|| Judged {
                level: Severity::Error,
                message: format!("Service `{service}` has no cluster IP, so it sets no variables"),
                note: STAYS,
                service: Some(object),
                namespace: None,
            })
        }
        Resolution::Missing if is_of_service => Some(Judged {
            level: Severity::Warning,
            message: format!(
                "Service `{service}` not found in {}",
                cx.workspace.described_namespace(id)
            ),
            note: STAYS,
            service: None,
            namespace: None,
        }),
        Resolution::Missing | Resolution::Unknown => None,
    }
}
