use podwright_cluster::workspace::File;
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::text::{Location, Span};

declare_rule! {
    name: "kustomize-file-unlisted",
    summary: "manifest next to a kustomization that no kustomization lists",
    severity: Info,
    since: "0.1.0",
    hooks: { file: check },
}

/// Maximum number of files that a finding names and points to.
const MAX_NAMED: usize = 5;

fn check(file: &File, cx: &mut RuleContext<'_>) {
    if file.kustomization.is_none() {
        return;
    }
    let unlisted = cx.workspace.unlisted_files(cx.file_id);
    let Some(root) = file.tree.documents().first().map(|document| document.root) else {
        return;
    };
    let directory = file.directory();
    let name = |path: &str| {
        let below = path.strip_prefix(directory).unwrap_or(path);
        format!("`{}`", below.trim_start_matches('/'))
    };
    let paths = unlisted
        .iter()
        .map(|&id| cx.workspace.file(id).source.path.as_str());
    let mut names: Vec<String> = paths.take(MAX_NAMED).map(name).collect();
    let message = match unlisted.len() {
        0 => return,
        1 => format!("no kustomization lists {}", names[0]),
        count => format!("no kustomization lists {count} manifests in this directory"),
    };
    if unlisted.len() > MAX_NAMED {
        names.push(format!("{} more", unlisted.len() - MAX_NAMED));
    }
    let is_partial = |id| cx.workspace.skipped(id).is_some();
    let note = match unlisted.iter().any(|&id| is_partial(id)) {
        false => "`kubectl apply -k` does not apply a file that no kustomization lists",
        true => {
            "`kubectl apply -k` does not apply a file that no kustomization lists; podwright does not check a file that is \
             not a complete object"
        }
    };
    let places: Vec<Location> = unlisted
        .iter()
        .take(MAX_NAMED)
        .map(|&file| Location {
            file,
            span: Span::at(0),
        })
        .collect();
    let finding = cx.report_missing(root, message);
    for place in places {
        finding.related(place, "not listed");
    }
    if unlisted.len() > 1 {
        finding.note(format!("not listed: {}", names.join(", ")));
    }
    finding
        .note(note)
        .help("add the files to `resources` or `patches`, or delete those that are not needed");
}
