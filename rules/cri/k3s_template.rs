//! Templates from which k3s and RKE2 write the configuration of containerd.

use podwright_cluster::workspace::node::REGISTRIES_YAML;
use podwright_model::RegistryConfig;
use podwright_model::registry_config::RegistryContent;
use podwright_rule::{RuleContext, declare_rules};
use podwright_syntax::text::{Location, Span};

declare_rules! {
    hooks: { registry_config: check },
    K3S_TEMPLATE_DROPS_REGISTRIES {
        name: "k3s-template-drops-registries",
        summary: "containerd template of k3s ignores `registries.yaml`",
        severity: Warning,
        since: "0.1.0",
    }
    K3S_TEMPLATE_WRONG_VERSION {
        name: "k3s-template-wrong-version",
        summary: "containerd template of k3s has settings of another configuration version",
        severity: Warning,
        since: "0.1.0",
    }
}

fn check(config: &RegistryConfig, cx: &mut RuleContext<'_>) {
    let RegistryContent::ContainerdTemplate(template) = &config.content else {
        return;
    };
    let version = template.version;
    if let Some((name, span)) = &template.other_version {
        let wanted = match version {
            3 => {
                "use the names of version 3, such as `io.containerd.cri.v1.runtime`, or call the file `config.toml.tmpl`"
            }
            _ => {
                "use the names of version 2, such as `io.containerd.grpc.v1.cri`, or call the file `config-v3.toml.tmpl`"
            }
        };
        cx.as_rule(&K3S_TEMPLATE_WRONG_VERSION)
            .report_span(*span, format!("`{name}` does not belong to configuration version {version}"))
            .note(format!(
                "k3s and RKE2 complete a template of this name for configuration version {version}; containerd ignores \
                 tables of another version"
            ))
            .help(wanted);
    }
    if template.has_base || template.has_registries {
        return;
    }
    for node in cx.workspace.nodes(cx.file_id) {
        let is_here = node.files.iter().any(|(_, file)| *file == cx.file_id);
        let registries = REGISTRIES_YAML.iter().find_map(|path| node.file(path));
        let Some(file) = registries.filter(|_| is_here) else {
            continue;
        };
        let place = Location {
            file,
            span: Span::at(0),
        };
        cx.as_rule(&K3S_TEMPLATE_DROPS_REGISTRIES)
            .report_span(Span::at(0), "this template does not include `registries.yaml`")
            .related(place, "registries that have no effect")
            .note(
                "the base template of k3s and RKE2 sets `config_path` and the credentials of `registries.yaml`; this template \
                 replaces it, so mirrors are not used and pulls are anonymous",
            )
            .help("include the base template with `{{ template \"base\" . }}`");
    }
}
