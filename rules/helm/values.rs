use podwright_cluster::workspace::{ChartRelease, NoticeKind, Problem, ProblemKind, Render};
use podwright_rule::{RuleContext, declare_rules};

declare_rules! {
    hooks: { release: check },
    HELM_VALUE_UNUSED {
        name: "helm-value-unused",
        summary: "value that no template reads",
        severity: Info,
        since: "0.1.0",
    }
    HELM_VALUE_UNSET {
        name: "helm-value-unset",
        summary: "template reads a value that is not set",
        severity: Info,
        since: "0.1.0",
    }
    HELM_VALUE_REPLACES_MAPPING {
        name: "helm-value-replaces-mapping",
        summary: "value replaces a mapping of the chart",
        severity: Warning,
        since: "0.1.0",
    }
}

fn check(render: &Render, _: &ChartRelease, cx: &mut RuleContext<'_>) {
    let Some(rendered) = super::rendered(render) else {
        return;
    };
    for notice in &rendered.notices {
        if notice.kind == NoticeKind::ReplacedMapping {
            let name = &notice.subject;
            let message = format!("`{name}` is a mapping in the chart, but not here");
            let finding = cx.as_rule(&HELM_VALUE_REPLACES_MAPPING).report_build(
                render,
                notice.place,
                message,
            );
            finding
                .note(
                    "helm warns `cannot overwrite table with non table`, and templates that read a field of it fail",
                )
                .help(format!("write `{name}` as a mapping, or `null` to remove it"));
            if let Some(mapping) = notice.related.filter(|&at| at != notice.place) {
                finding.related(mapping, "the mapping of the chart");
            }
        }
    }
    let Some(loose) = &rendered.loose else {
        return;
    };
    for (place, path) in &loose.unread {
        let message = format!("no template reads the value `{path}`");
        super::report_for_all(*place, message, &HELM_VALUE_UNUSED, render, cx)
            .note("it has no effect, whatever is set")
            .help("remove it, or use it in a template");
    }
    for unset in &loose.unset {
        let path = &unset.path;
        let is_nil = |problem: &Problem| {
            let at = problem.error.place;
            problem.kind == ProblemKind::Nil
                && at.file == unset.place.file
                && at.span.contains(unset.place.span)
        };
        // Then it is more than advice.
        if rendered.problems.iter().any(is_nil) {
            continue;
        }
        let message = format!("no values file sets `{path}`");
        let near = unset.near.as_ref();
        let meant = near.map(|(near, _)| {
            // The place is that of the last key.
            let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
            cx.suggest_at(unset.place, &last(path), &last(&near.name))
                .unless(!near.is_only)
        });
        let finding = super::report_for_all(unset.place, message, &HELM_VALUE_UNSET, render, cx);
        finding.note("without a value, the action prints nothing");
        finding.meant(
            meant,
            |_| near.map_or_else(String::new, |(near, _)| format!("read `{}`", near.name)),
            format!("add `{path}` to `values.yaml`, or use `default`"),
        );
        if let Some((_, entry)) = &unset.near {
            finding.related(*entry, "a similar name");
        }
        if let Some(parent) = unset.parent {
            finding.related(parent, "the nearest entry that exists");
        }
    }
}
