use super::each_lookup;
use podwright_cluster::keyring::Fit;
use podwright_model::Pod;
use podwright_rule::{Rule, RuleContext, declare_rule};

declare_rule! {
    DockerhubCredsLeakToBareHost {
        name: "dockerhub-creds-leak-to-bare-host",
        summary: "Docker Hub credential is sent to another host",
        severity: Warning,
        since: "0.1.0",
    }
}

impl Rule for DockerhubCredsLeakToBareHost {
    fn pod(&self, pod: &Pod, cx: &mut RuleContext<'_>) {
        each_lookup(pod, cx, |image, repository, lookup, cx| {
            let host = repository.split('/').next().unwrap_or("");
            if host == "docker.io" {
                return;
            }
            for tried in lookup
                .tried
                .iter()
                .filter(|tried| tried.fit == Fit::DockerHub)
            {
                let is_sent = tried
                    .entry
                    .credential
                    .as_ref()
                    .is_some_and(|credential| !credential.is_empty());
                if !is_sent {
                    continue;
                }
                cx.report_image(image, 0..0, format!("Docker Hub credential is sent to host `{host}`"))
                    .related(tried.entry.origin.place, "credential defined here")
                    .note(
                        "the kubelet treats an image whose host contains neither `.` nor `:` as a Docker Hub image, \
                         but the container runtime pulls it from that host",
                    )
                    .help(format!(
                        "add a port to the host (`{host}:5000`), or use the full name of the Docker Hub image"
                    ));
            }
        });
    }
}
