use super::undefined::{arguments, environment, subject};
use podwright_cluster::environment::{Environment, Lookup, Origin, references};
use podwright_cluster::images::{ServiceSetting, service_settings};
use podwright_model::{Container, Field, ImageReference};
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_syntax::{NodeId, Scalar};

declare_rule! {
    name: "service-env-collision",
    summary: "setting of a program is overridden by a Service variable",
    severity: Warning,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    of_image(container, cx);
    if has_port(container)
        && let Some(environment) = environment(container, cx)
    {
        in_texts(container, &environment, cx);
    }
}

/// Reports images whose program reads a Service variable that the container does not set itself.
fn of_image(container: &Container, cx: &mut RuleContext<'_>) {
    let (Some(pod), Some((image, node))) = (cx.pod, container.image.known()) else {
        return;
    };
    let Ok(image) = ImageReference::parse(image, cx.versions.newest) else {
        return;
    };
    for ServiceSetting {
        service, variable, ..
    } in service_settings(&image)
    {
        let Some(of) = subject(container, cx) else {
            return;
        };
        let environment = Environment::with_service(of, service);
        let Lookup::Defined(definition) = environment.lookup(variable) else {
            continue;
        };
        let Origin::Service(_, Some(service)) = &definition.origin else {
            continue;
        };
        let place = cx.workspace.object_place(*service);
        let fix = match pod.enable_service_links {
            Field::Missing => cx.assign(
                pod.node,
                "enableServiceLinks",
                &Scalar::Bool(false),
                Applicability::Unsafe,
            ),
            _ => None,
        };
        cx.report(
            node,
            format!("the program in this image reads `{variable}`, which a Service sets"),
        )
            .related(place, "this Service")
            .note(format!("`{variable}` is `tcp://<cluster IP>:<port>` in every container of the namespace, and the program uses it as its own setting"))
            .help(format!("set `enableServiceLinks: false`, or define `{variable}` in `env`"))
            .fix(fix);
    }
}

fn has_port(container: &Container) -> bool {
    let env = container.env.value().into_iter().flatten();
    let mut values = env.filter_map(|variable| variable.value.text());
    values.any(|value| value.contains("_PORT)"))
        || arguments(container).any(|(text, _)| text.contains("_PORT)"))
}

/// Reports `$(X_PORT)` after a colon, where a port number is expected.
fn in_texts(container: &Container, environment: &Environment, cx: &mut RuleContext<'_>) {
    let variables = container.env.value().map_or(&[][..], Vec::as_slice);
    let values = variables
        .iter()
        .enumerate()
        .filter_map(|(position, variable)| {
            let (text, node) = variable.value.known()?;
            Some((text.as_str(), node, position))
        });
    let arguments = arguments(container).map(|(text, node)| (text, node, usize::MAX));
    let texts: Vec<(&str, NodeId, usize)> = values.chain(arguments).collect();
    for (text, node, position) in texts {
        for reference in references(text) {
            let is_port =
                reference.name.ends_with("_PORT") && !reference.name.ends_with("_SERVICE_PORT");
            let is_number = text[..reference.range.start].ends_with(':');
            let Lookup::Defined(definition) = environment.lookup_before(reference.name, position)
            else {
                continue;
            };
            let Origin::Service(service, object) = &definition.origin else {
                continue;
            };
            if !is_port || !is_number {
                continue;
            }
            let place = object.map(|id| cx.workspace.object_place(id));
            let own = reference.name.trim_end_matches("_PORT").to_owned();
            let finding = cx.report_within(
                node,
                reference.range,
                format!("`{}` is not a port number", reference.name),
            );
            if let Some(place) = place {
                finding.related(place, "Service defined here");
            }
            finding
                .note(format!(
                    "Service `{service}` sets it to `tcp://<cluster IP>:<port>`"
                ))
                .help(format!("use `$({own}_SERVICE_PORT)` for the port number"));
        }
    }
}
