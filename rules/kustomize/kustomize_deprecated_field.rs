use podwright_cluster::workspace::{Deprecated, Render};
use podwright_rule::{Applicability, Edit, Fix, RuleContext, declare_rule};

declare_rule! {
    name: "kustomize-deprecated-field",
    summary: "deprecated field of a kustomization",
    severity: Info,
    since: "0.1.0",
    hooks: { build: check },
}

fn check(render: &Render, cx: &mut RuleContext<'_>) {
    let Ok(rendered) = &render.result else {
        return;
    };
    for deprecated in &rendered.deprecated {
        let Deprecated {
            place,
            field,
            replacement,
        } = *deprecated;
        let fix = renamed(*deprecated, cx);
        let help = match field {
            "commonLabels" => {
                "use `labels`; with `includeSelectors: true` it has the same effect"
                    .to_owned()
            }
            "patchesStrategicMerge" => "use `patches` with a `path` or a `patch` for each item".to_owned(),
            "patchesJson6902" => {
                "use `patches`; its items have the same fields, but apply before the other transformers".to_owned()
            }
            _ => format!("use `{replacement}`"),
        };
        cx.report_build(render, place, format!("the field `{field}` is deprecated"))
            .note(format!(
                "kustomize replaces it with `{replacement}` and may remove it in a later version"
            ))
            .help(help)
            .fix(fix);
    }
}

/// Renames the field, where the new one has the same meaning: kustomize appends the old list to the new one, which must
/// not be there yet.
fn renamed(deprecated: Deprecated, cx: &RuleContext<'_>) -> Option<Fix> {
    let Deprecated {
        place,
        field,
        replacement,
    } = deprecated;
    if !matches!(field, "bases" | "imageTags") {
        return None;
    }
    let tree = &cx.workspace.file(place.file).tree;
    let root = tree.documents().first()?.root;
    let mut names = tree.entries(root).map(|entry| tree.key_text(entry.key));
    if names.any(|name| name.eq_ignore_ascii_case(replacement)) || tree.slice(place.span) != field {
        return None;
    }
    Some(Fix {
        title: format!("Rename to `{replacement}`"),
        safety: Applicability::Safe,
        edits: vec![Edit {
            place,
            content: replacement.to_owned(),
        }],
    })
}
