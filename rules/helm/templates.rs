use podwright_cluster::workspace::{
    ChartRelease, Loose, Near, Problem, ProblemKind, Render, function_names,
};
use podwright_rule::finding::Severity;
use podwright_rule::{Meant, RuleContext, declare_rules};
use podwright_syntax::text::{Location, nearest};

declare_rules! {
    hooks: { release: check },
    HELM_TEMPLATE_INVALID {
        name: "helm-template-invalid",
        summary: "Helm cannot parse a template",
        severity: Error,
        since: "0.1.0",
    }
    HELM_TEMPLATE_NOT_FOUND {
        name: "helm-template-not-found",
        summary: "included template does not exist",
        severity: Error,
        since: "0.1.0",
    }
    HELM_TEMPLATE_DUPLICATE {
        name: "helm-template-duplicate",
        summary: "template is defined twice",
        severity: Warning,
        since: "0.1.0",
    }
}

fn check(render: &Render, _: &ChartRelease, cx: &mut RuleContext<'_>) {
    let Some(rendered) = super::rendered(render) else {
        return;
    };
    for problem in &rendered.problems {
        match problem.kind {
            ProblemKind::Parse => parse(problem, render, cx),
            ProblemKind::NoFunction => no_function(problem, render, cx),
            ProblemKind::NoTemplate => no_template(problem, render, cx),
            _ => {}
        }
    }
    if let Some(loose) = &rendered.loose {
        undefined(loose, render, cx);
        twice(loose, render, cx);
    }
}

fn parse(problem: &Problem, render: &Render, cx: &mut RuleContext<'_>) {
    let error = &problem.error;
    let help = help(&error.message);
    cx.as_rule(&HELM_TEMPLATE_INVALID)
        .report_build(render, error.place, error.message.clone())
        .note("helm parses all templates of a chart first, so nothing of it is rendered with any values")
        .help(help);
}

/// What to do about an error of Go's parser.
fn help(message: &str) -> &'static str {
    if message.contains("EOF") {
        "add `{{ end }}` for each `if`, `with`, `range`, `define` and `block`"
    } else if message.contains("unexpected {{end}}") || message.contains("unexpected {{else}}") {
        "remove it, or add the `if`, `with` or `range` that it belongs to"
    } else if message.contains("undefined variable") {
        "declare the variable with `:=` in the same block or in one around it"
    } else if message.contains("unclosed action") {
        "close the action with `}}`"
    } else if message.contains("unterminated quoted string") {
        "close the string with `\"`"
    } else if message.contains("bad character") {
        "use `index` for keys with this character: `index .Values \"my-key\"`"
    } else {
        "correct the action; `helm lint` shows the same error"
    }
}

fn no_function(problem: &Problem, render: &Render, cx: &mut RuleContext<'_>) {
    let name = problem.subject.as_str();
    let place = problem.error.place;
    let is_of_sprig = matches!(name, "env" | "expandenv" | "getHostByName");
    let near = nearest(name, function_names()).filter(|_| !is_of_sprig);
    let meant = near.map(|near| cx.suggest_at(place, name, near.name).unless(!near.is_only));
    let otherwise = match name {
        _ if is_of_sprig => {
            "give the value in `values.yaml`: helm does not have this function of sprig"
        }
        "include" | "tpl" => "use the function",
        _ => "use a function of Go templates, sprig or Helm",
    };
    let message = format!("function `{name}` does not exist");
    cx.as_rule(&HELM_TEMPLATE_INVALID)
        .report_build(render, place, message)
        .note("helm parses all templates of a chart first, so nothing of it is rendered with any values")
        .meant(meant, |near| format!("write `{near}`"), otherwise);
}

fn no_template(problem: &Problem, render: &Render, cx: &mut RuleContext<'_>) {
    let name = problem.subject.as_str();
    let near = super::rendered(render).and_then(|rendered| {
        let undefined = &rendered.loose.as_ref()?.undefined;
        let own = undefined.iter().find(|one| *one.name == *name)?;
        own.near.clone()
    });
    let place = problem.error.place;
    let meant = near.map(|near| meant_template(place, name, &near, cx));
    let message = format!("template `{name}` does not exist");
    let finding = cx
        .as_rule(&HELM_TEMPLATE_NOT_FOUND)
        .report_build(render, place, message);
    finding
        .note(super::STOPS)
        .meant(meant, |near| format!("include `{near}`"), define(name));
    super::add_way(finding, problem);
}

fn define(name: &str) -> String {
    format!("define it: `{{{{ define \"{name}\" }}}}`")
}

/// The name of a template that a call was probably meant to have.
fn meant_template(place: Location, name: &str, near: &Near, cx: &RuleContext<'_>) -> Meant {
    cx.suggest_at(place, name, &near.name).unless(!near.is_only)
}

/// Calls that no set of values reaches.
fn undefined(loose: &Loose, render: &Render, cx: &mut RuleContext<'_>) {
    let renders = cx.workspace.renders_at(render.root).iter();
    let problems = renders
        .filter_map(super::rendered)
        .flat_map(|one| &one.problems);
    let reached: Vec<&str> = problems
        .filter(|problem| problem.kind == ProblemKind::NoTemplate)
        .map(|problem| problem.subject.as_str())
        .collect();
    for call in &loose.undefined {
        if reached.contains(&&*call.name) {
            continue;
        }
        let near = call.near.as_ref();
        let meant = near.map(|near| meant_template(call.place, &call.name, near, cx));
        let message = format!("template `{}` does not exist", call.name);
        super::report_for_all(call.place, message, &HELM_TEMPLATE_NOT_FOUND, render, cx)
            .note(
                "none of the rendered values reach this call; with values that do, helm stops here",
            )
            .meant(
                meant,
                |near| format!("include `{near}`"),
                define(&call.name),
            )
            .at_most(Severity::Warning);
    }
}

fn twice(loose: &Loose, render: &Render, cx: &mut RuleContext<'_>) {
    for one in &loose.twice {
        let message = format!(
            "template `{}` is defined twice, and this one is not used",
            one.name
        );
        let finding =
            super::report_for_all(one.place, message, &HELM_TEMPLATE_DUPLICATE, render, cx);
        finding
            .note(
                "names of templates are global in a chart and its subcharts; the file that helm parses last counts: \
                 subcharts come first, and then the files in reverse order of their names",
            )
            .related(one.used, "this one is used");
        match one.is_in_one_chart {
            true => finding.help("remove one of them, or give it another name"),
            false => finding
                .help("start the name with the name of the chart")
                .at_most(Severity::Info),
        };
    }
}
