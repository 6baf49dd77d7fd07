use podwright_cluster::environment::hostname::{MAX_FQDN_LENGTH, PodName, hostname, shortest_fqdn};
use podwright_model::Pod;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "hostname-fqdn-too-long",
    summary: "fully qualified host name is too long for the kernel",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: check },
    options: {
        /// Domain of the cluster, as set in `clusterDomain` of the kubelets.
        cluster_domain: String = "cluster.local".to_owned(),
    },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let options: &Options = cx.options();
    let Some((true, node)) = pod.set_hostname_as_fqdn.known() else {
        return;
    };
    let Some((id, object)) = cx.object else {
        return;
    };
    let (Some(subdomain), Some(host)) = (pod.subdomain.text(), hostname(object, pod, cx.versions))
    else {
        return;
    };
    if cx.is_partial() || cx.is_custom() {
        return;
    }
    let namespace = cx.workspace.namespace(id);
    let domain = options.cluster_domain.as_str();
    let Some(least) = shortest_fqdn(&host, subdomain, namespace, domain) else {
        return;
    };
    if least <= MAX_FQDN_LENGTH {
        return;
    }
    let shown = match &host.name {
        PodName::Is(name) => name.clone(),
        PodName::Begins(name, ..) => format!("{name}…"),
        PodName::Unknown => "…".to_owned(),
    };
    let namespace = namespace.unwrap_or("…");
    cx.report(node, format!("host name has at least {least} characters, but the limit is {MAX_FQDN_LENGTH}"))
        .note(format!("it is `{shown}.{subdomain}.{namespace}.svc.{domain}`; the kubelet cannot create the Pod sandbox and retries forever (event `FailedCreatePodSandBox`)"))
        .help("use shorter names, or remove `setHostnameAsFQDN`");
}
