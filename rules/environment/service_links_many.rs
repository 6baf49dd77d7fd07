use podwright_cluster::environment::{linked_count, links_enabled};
use podwright_model::{Field, Pod};
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_syntax::Scalar;

declare_rule! {
    name: "service-links-many",
    summary: "containers get too many variables from Services",
    severity: Info,
    since: "0.1.0",
    hooks: { pod: check },
    options: {
        /// Maximum number of Service variables per container that is not reported.
        at_most: usize = 700,
    },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let options: &Options = cx.options();
    let Some((id, _)) = cx.object else {
        return;
    };
    if links_enabled(pod) != Some(true) || cx.is_partial() || cx.is_custom() {
        return;
    }
    let count = linked_count(cx.workspace, id).variables;
    if count <= options.at_most {
        return;
    }
    let fix = match pod.enable_service_links {
        Field::Missing => cx.assign(
            pod.node,
            "enableServiceLinks",
            &Scalar::Bool(false),
            Applicability::Unsafe,
        ),
        _ => None,
    };
    cx.report_missing(
        pod.node,
        format!("each container gets {count} variables from Services"),
    )
        .note("each Service adds 3 variables, plus 4 for each port (5 if the port has a name); thousands of them slow down the start of programs and finally prevent it (`argument list too long`)")
        .help("set `enableServiceLinks: false`; DNS resolves all Services")
        .fix(fix);
}
