use crate::cluster::environment::hostname::{LONGEST_FQDN, OVERRIDE_KNOWN_SINCE, OVERRIDE_SINCE};
use crate::finding::Level;
use crate::model::Pod;
use crate::model::name::dns_subdomain;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `hostname-override-conflict`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct HostnameOverrideConflict {}

impl Rule for HostnameOverrideConflict {
    const META: Meta = Meta {
        name: "hostname-override-conflict",
        chapter: "environment",
        summary: "the host name that is to override all others cannot be had",
        page: include_str!("../../../rules/environment/hostname-override-conflict.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for HostnameOverrideConflict {
    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        let Some((name, node)) = pod.hostname_override.known() else {
            return;
        };
        let ceiling = cx.ceiling();
        if !cx.versions.all_since(OVERRIDE_SINCE) {
            let oldest = cx.versions.oldest;
            cx.report(node, "`hostnameOverride` is new in Kubernetes 1.35")
                .at_most(Level::Warning)
                .note(format!("this manifest is for {oldest} too: an API server without it drops the field; 1.34 has it behind the feature gate `HostnameOverride`"))
                .help("write `hostname`, which is one label");
        }
        if !cx.versions.any_since(OVERRIDE_KNOWN_SINCE) {
            return;
        }
        if let Err(error) = dns_subdomain(name) {
            cx.report(node, format!("`{name}` is no host name: it {}", error.kind))
                .at_most(ceiling)
                .note("lower-case letters, digits, `-` and `.`; the API server answers 422")
                .help("write a name such as `web.example.org`");
        } else if name.len() > LONGEST_FQDN {
            cx.report(
                node,
                format!(
                    "`hostnameOverride` has {} characters, and may have {LONGEST_FQDN}",
                    name.len()
                ),
            )
            .at_most(ceiling)
            .note("the API server answers 422")
            .help("write a shorter name");
        }
        let conflicts = [
            ("setHostnameAsFQDN", &pod.set_hostname_as_fqdn),
            ("hostNetwork", &pod.host_network),
        ];
        for (field, value) in conflicts {
            let Some((true, other)) = value.known() else {
                continue;
            };
            let place = cx.place(other);
            cx.report(
                node,
                format!("`hostnameOverride` goes not together with `{field}`"),
            )
            .at_most(ceiling)
            .related(place, "this")
            .note("the API server answers 422")
            .help("remove one of them");
        }
    }
}
