//! Text output of `podwright explain`.

mod environment;
mod events;
mod shutdown;

pub use events::write_events;

use std::io::{self, Write};

use crate::escape::escape_line;
use podwright_cluster::keyring::SecretUse;
use podwright_cluster::pull::Step;
use podwright_cluster::service_account::SecretSource;
use podwright_explain::{
    CredentialSource, Credentials, IfPresent, ImageExplanation, NodeExplanation, PerVersion,
    PodExplanation, PullSecretExplanation, PullSources, SourceLocation, Storage, back_off_delays,
    resource_lines, runtime_lines,
};
use podwright_model::VersionRange;

/// Writes the explanations of Pods to `out`, with an empty line between them.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_pods(pods: &[PodExplanation<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::default();
    for pod in pods {
        page.pod(pod);
    }
    for line in &page.lines {
        writeln!(out, "{}", escape_line(line))?;
    }
    Ok(())
}

/// Column width of the keyword at the start of a line.
const WIDTH: usize = 14;

/// Maximum number of unrelated registries that are listed.
const MAX_SHOWN: usize = 6;

#[derive(Default)]
struct Page {
    lines: Vec<String>,
}

impl Page {
    fn pod(&mut self, pod: &PodExplanation<'_>) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.heading(&pod.object.to_string(), pod.place);
        self.field("pull secrets", &pod.pull_secrets.text);
        for (secret, number) in pod.pull_secrets.secrets.iter().zip(1..) {
            self.secret(number, secret);
        }
        for (name, text) in runtime_lines(&pod.runtime, |place| place.to_string()) {
            self.field(name, &text);
        }
        for (name, text) in resource_lines(&pod.resources) {
            self.field(name, &text);
        }
        for image in &pod.images {
            self.image(image, pod);
        }
        self.environments(pod);
        self.shutdown(&pod.shutdown);
    }

    fn secret(&mut self, number: usize, secret: &PullSecretExplanation<'_>) {
        let name = match secret.name.as_deref() {
            Some("") => "(entry without a name)".to_owned(),
            Some(name) => format!("`{name}`"),
            None => "(placeholder)".to_owned(),
        };
        let place = secret.secret.unwrap_or(secret.place);
        self.item(&format!("{number}. {name}, {place}"), &secret.text);
        if let (Some(problem), Some(place)) = (&secret.problem, secret.problem_place) {
            self.lines.push(format!("       {place}: {problem}"));
        }
    }

    fn image(&mut self, image: &ImageExplanation<'_>, pod: &PodExplanation<'_>) {
        self.lines.push(String::new());
        let name = image.image.as_deref().unwrap_or("unknown image");
        self.heading(&format!("{}: {name}", image.user), image.place);
        if let Some(place) = image.overridden {
            self.field(
                "replaced",
                &format!("a kustomization replaces the image at {place}"),
            );
        }
        if image.lacks_feature {
            let note =
                "requires the feature gate ImageVolume before 1.35; not supported before 1.31";
            self.field("image volume", note);
        }
        self.per_version("resolves to", &image.reference, ToString::to_string);
        self.per_version("policy", &image.policy, ToString::to_string);
        let mut steps = image.if_absent.parts().iter();
        let is_known = steps.any(|(_, step)| step.0.is_some());
        if is_known {
            self.per_version("if absent", &image.if_absent, ToString::to_string);
        }
        for node in &image.nodes {
            self.node(node, image, pod, is_known);
        }
    }

    fn node(
        &mut self,
        node: &NodeExplanation<'_>,
        image: &ImageExplanation<'_>,
        pod: &PodExplanation<'_>,
        is_known: bool,
    ) {
        if let Some(name) = &node.node {
            self.field("on the node", name);
        }
        if is_known {
            let is_assumed = node.node.is_some() && !node.is_verification_known;
            self.per_version("if present", &node.if_present, |step| match step {
                IfPresent(Some(Step::Check(_))) if is_assumed => format!(
                    "{step} (kubelet defaults; the node's KubeletConfiguration is not known)"
                ),
                _ => step.to_string(),
            });
        }
        let mut policies = image.policy.parts().iter();
        if let Some(sources) = &node.pulled_from {
            self.pull_sources(sources);
        }
        if policies.all(|(_, policy)| policy.is_never()) {
            let note = "not used to pull; they only matter where the kubelet verifies that the Pod may use the image";
            self.field("credentials", note);
        } else {
            self.pull(node, image, pod);
        }
        self.failures(node);
    }

    fn pull_sources(&mut self, sources: &PullSources<'_>) {
        for (source, number) in sources.places.iter().zip(1..) {
            let name = if number == 1 { "pulled from" } else { "" };
            self.field(name, &format!("{number}. {source}"));
        }
        if let Some(refusal) = &sources.refused {
            let text = format!("nowhere: {}, {}", refusal.text, refusal.place);
            self.field("pulled from", &text);
        }
    }

    fn pull(
        &mut self,
        node: &NodeExplanation<'_>,
        image: &ImageExplanation<'_>,
        pod: &PodExplanation<'_>,
    ) {
        let mut is_known = false;
        for (range, credentials) in node.credentials.parts() {
            if credentials.attempt.is_none() {
                continue;
            }
            is_known = true;
            let label = label(&node.credentials, *range);
            self.field("credentials", &format!("{label}{credentials}"));
            self.credentials(credentials);
        }
        for secret in &image.unlisted_secrets {
            self.field(
                "not listed",
                "this Secret has a matching registry key, but the Pod does not reference it:",
            );
            let head = format!("- {}, {}", secret.source, secret.source.place);
            self.item(&head, &secret.why);
        }
        if is_known {
            self.unknown(node, pod);
        }
    }

    fn failures(&mut self, node: &NodeExplanation<'_>) {
        for (range, expected) in node.failures.parts() {
            let label = label(&node.failures, *range);
            let failures = &expected.failures;
            for (index, failure) in failures.iter().enumerate() {
                let name = if index == 0 { "on failure" } else { "" };
                self.field(name, &format!("{label}{failure}"));
            }
            if failures.iter().any(|failure| failure.backs_off) {
                self.field("", &format!("{label}{}", back_off_delays()));
            } else if !failures.is_empty() {
                self.field("", &format!("{label}the kubelet retries without back-off"));
            }
        }
    }

    fn credentials(&mut self, credentials: &Credentials<'_>) {
        for (tried, number) in credentials.tried.iter().zip(1..) {
            let value = match tried.is_anonymous {
                Some(true) => "; it is empty, so the kubelet pulls anonymously",
                Some(false) => "",
                None => "; its value comes from a template",
            };
            let order = if tried.is_order_random {
                "; another entry has the same normalized key, and the order of the two is random"
            } else {
                ""
            };
            let head = format!("{number}. {}", location(&tried.source));
            self.item(&head, &format!("{}{value}{order}", tried.why));
        }
        for plugin in &credentials.plugins {
            let name = plugin.name.as_deref().unwrap_or("(placeholder)");
            let why = match &plugin.pattern {
                Some(pattern) => format!("`matchImages` entry `{pattern}` matches"),
                None => "`matchImages` contains a placeholder that may match".to_owned(),
            };
            let token = if plugin.with_token {
                "; the kubelet passes it a token of the Pod's ServiceAccount"
            } else {
                ""
            };
            let head = format!("- plugin `{name}`, {}", plugin.place);
            self.item(&head, &format!("{why}{token}"));
        }
        if !credentials.not_tried.is_empty() {
            self.field("not tried", "");
        }
        let mut registries = Vec::new();
        for one in &credentials.not_tried {
            if one.is_near {
                self.item(&format!("- {}", location(&one.source)), &one.why);
            } else {
                registries.push(format!("`{}`", one.source.registry));
            }
        }
        registries.dedup();
        let more = registries.len().saturating_sub(MAX_SHOWN);
        registries.truncate(MAX_SHOWN);
        if more > 0 {
            registries.push(format!("{more} more"));
        }
        if !registries.is_empty() {
            let line = format!("    - for other images: {}", registries.join(", "));
            self.lines.push(line);
        }
    }

    fn unknown(&mut self, node: &NodeExplanation<'_>, pod: &PodExplanation<'_>) {
        let newest = node.newest_credentials();
        if !newest.is_some_and(|credentials| credentials.may_have_more) {
            return;
        }
        let mut what = Vec::new();
        let secrets = pod.pull_secrets.secrets.iter();
        let names: Vec<String> = secrets
            .filter(|secret| secret.usage == SecretUse::Unknown)
            .filter_map(|secret| Some(format!("`{}`", secret.name.as_ref()?)))
            .collect();
        if !names.is_empty() {
            what.push(format!("the contents of {}", names.join(", ")));
        }
        if matches!(pod.pull_secrets.source, SecretSource::Unknown(_)) {
            what.push("the Pod's image pull secrets".to_owned());
        }
        if node.node.is_none() {
            what.push(
                "node credentials and credential plugins (provide the node files with --node)"
                    .to_owned(),
            );
        }
        if what.is_empty() {
            what.push("the values of placeholders".to_owned());
        }
        self.field("unknown", &what.join("; "));
    }

    fn heading(&mut self, title: &str, place: SourceLocation<'_>) {
        self.lines.push(format!("{title}  ({place})"));
    }

    fn field(&mut self, name: &str, text: &str) {
        let line = format!("  {name:WIDTH$}{text}");
        self.lines.push(line.trim_end().to_owned());
    }

    fn item(&mut self, head: &str, text: &str) {
        self.lines.push(format!("    {head}"));
        self.lines.push(format!("       {text}"));
    }

    /// Writes a single answer, or one line for each part of the version range.
    fn per_version<T>(&mut self, name: &str, answers: &PerVersion<T>, text: impl Fn(&T) -> String) {
        for (index, (range, answer)) in answers.parts().iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            self.field(name, &format!("{}{}", label(answers, *range), text(answer)));
        }
    }
}

/// Returns the releases as the start of a line, unless the answer is the same for all.
fn label<T>(answers: &PerVersion<T>, range: VersionRange) -> String {
    match answers.only() {
        Some(_) => String::new(),
        None => format!("{range}: "),
    }
}

fn location(source: &CredentialSource<'_>) -> String {
    let key = match &source.storage {
        Storage::Secret(_, key) => format!("{key} "),
        Storage::NodeFile(_) => String::new(),
    };
    format!("{source}, {}, {key}{}", source.place, source.json_path)
}
