//! Text output of `podwright explain`.

mod environment;
mod shutdown;

use std::io::{self, Write};

use crate::{Positions, visible::visible};
use podwright_explain::{
    Credentials, ImageExplanation, Kept, NodeExplanation, PerVersion, PodExplanation,
    PullSecretExplanation, runtime_words, words,
};
use podwright_syntax::text::{Location, Source};

/// Writes the answers to `out`, with an empty line between Pods; `sources` are the files of the run.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(pods: &[PodExplanation], sources: &[Source], out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page {
        positions: Positions::new(sources),
        lines: Vec::new(),
    };
    for pod in pods {
        page.pod(pod);
    }
    for line in &page.lines {
        writeln!(out, "{}", visible(line))?;
    }
    Ok(())
}

/// Column width of the keyword at the start of a line.
const WIDTH: usize = 14;

/// Maximum number of unrelated registries that are listed.
const MAX_SHOWN: usize = 6;

struct Page<'a> {
    positions: Positions<'a>,
    lines: Vec<String>,
}

impl Page<'_> {
    fn pod(&mut self, pod: &PodExplanation) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        let object = &pod.object;
        let namespace = object.namespace.as_ref().map(|name| format!("{name}/"));
        let name = format!(
            "{}{}/{}",
            namespace.unwrap_or_default(),
            object.kind,
            object.name
        );
        self.heading(&name, pod.place);
        self.said("pull secrets", &words::pull_secrets(pod));
        for (secret, number) in pod.secrets.iter().zip(1..) {
            self.secret(number, secret, pod);
        }
        for (head, text) in runtime_words::runtime_lines(&pod.runtime, |place| self.at(place)) {
            self.said(head, &text);
        }
        for (head, text) in runtime_words::resource_lines(&pod.resources) {
            self.said(head, &text);
        }
        for image in &pod.images {
            self.image(image, pod);
        }
        self.environments(pod);
        self.shutdown(&pod.shutdown);
    }

    fn secret(&mut self, number: usize, secret: &PullSecretExplanation, pod: &PodExplanation) {
        let name = match secret.name.as_deref() {
            Some("") => "(entry without a name)".to_owned(),
            Some(name) => format!("`{name}`"),
            None => "(placeholder)".to_owned(),
        };
        let place = self.at(secret.secret.unwrap_or(secret.place));
        let fate = words::fate(secret, pod.versions);
        self.item(&format!("{number}. {name}, {place}"), &fate);
        if let Some((problem, place)) = &secret.problem {
            let place = self.at(*place);
            self.lines.push(format!("       {place}: {problem}"));
        }
    }

    fn image(&mut self, image: &ImageExplanation, pod: &PodExplanation) {
        self.lines.push(String::new());
        let shown = match &image.image {
            Some(image) => image.as_str(),
            None => "unknown image",
        };
        let title = format!("{}: {shown}", words::user(&image.user));
        self.heading(&title, image.place);
        if let Some(place) = image.overridden {
            let own = self.at(place);
            self.said(
                "replaced",
                &format!("a kustomization replaces the image at {own}"),
            );
        }
        if image.lacks_feature {
            let note =
                "requires the feature gate ImageVolume before 1.35; not supported before 1.31";
            self.said("image volume", note);
        }
        self.over(
            "resolves to",
            &image.reference,
            |reference| match reference {
                None => "unknown".to_owned(),
                Some(Ok(reference)) => words::complete(reference),
                Some(Err(error)) => format!("invalid image: {error}"),
            },
        );
        self.over("policy", &image.policy, |policy| words::policy(*policy));
        let is_known = image.absent.parts().iter().any(|(_, step)| step.is_some());
        if is_known {
            self.over("if absent", &image.absent, |step| {
                words::absent(*step).to_owned()
            });
        }
        for node in &image.nodes {
            self.on(node, image, pod, is_known);
        }
    }

    fn on(
        &mut self,
        node: &NodeExplanation,
        image: &ImageExplanation,
        pod: &PodExplanation,
        is_known: bool,
    ) {
        if let Some(name) = &node.node {
            self.said("on the node", name);
        }
        if is_known {
            let doubt = if node.node.is_some() && !node.is_verification_known {
                " (kubelet defaults; the node's KubeletConfiguration is not known)"
            } else {
                ""
            };
            self.over("if present", &node.present, |step| {
                let needs_node = matches!(step, Some(podwright_cluster::pull::Step::Check(_)));
                let doubt = if needs_node { doubt } else { "" };
                format!("{}{doubt}", words::present(*step))
            });
        }
        if image
            .policy
            .parts()
            .iter()
            .all(|(_, policy)| policy.is_never())
        {
            let note = "not used to pull; they only matter where the kubelet verifies that the Pod may use the image";
            self.said("credentials", note);
        } else {
            self.pull(node, image, pod);
        }
        self.failures(node);
    }

    fn pull(&mut self, node: &NodeExplanation, image: &ImageExplanation, pod: &PodExplanation) {
        let parts = node.credentials.parts();
        for (range, credentials) in parts {
            let Some(credentials) = credentials else {
                continue;
            };
            let label = if parts.len() > 1 {
                format!("{}: ", words::range(*range))
            } else {
                String::new()
            };
            self.said(
                "credentials",
                &format!("{label}{}", words::attempt(credentials)),
            );
            self.credentials(credentials);
        }
        for secret in &image.unlisted {
            let place = self.at(secret.source.place);
            let head = format!("{}, {place}", words::source(&secret.source));
            self.said(
                "not listed",
                "this Secret has a matching registry key, but the Pod does not reference it:",
            );
            self.item(&format!("- {head}"), &secret.why);
        }
        if node
            .credentials
            .parts()
            .iter()
            .any(|(_, one)| one.is_some())
        {
            self.unknown(node, pod);
        }
    }

    fn failures(&mut self, node: &NodeExplanation) {
        for (range, failures) in node.failures.parts() {
            let label = if node.failures.only().is_none() {
                format!("{}: ", words::range(*range))
            } else {
                String::new()
            };
            for (failure, index) in failures.iter().zip(0..) {
                let head = if index == 0 { "on failure" } else { "" };
                self.said(head, &format!("{label}{}", words::failure(failure)));
            }
            if failures.iter().any(|failure| failure.backs_off) {
                self.said("", &format!("{label}{}", words::back_off()));
            } else if !failures.is_empty() {
                self.said("", &format!("{label}the kubelet retries without back-off"));
            }
        }
    }

    fn credentials(&mut self, credentials: &Credentials) {
        for (tried, number) in credentials.tried.iter().zip(1..) {
            let mut why = tried.why.clone();
            if tried.is_anonymous {
                why.push_str("; it is empty, so the kubelet pulls anonymously");
            }
            if tried.is_unknown {
                why.push_str("; its value comes from a template");
            }
            if tried.is_order_random {
                why.push_str(
                    "; another entry has the same normalized key, and the order of the two is random",
                );
            }
            let head = self.source(&tried.source);
            self.item(&format!("{number}. {head}"), &why);
        }
        for asked in &credentials.asked {
            let name = asked.name.as_deref().unwrap_or("(placeholder)");
            let place = self.at(asked.place);
            let why = match &asked.pattern {
                Some(pattern) => format!("`matchImages` entry `{pattern}` matches"),
                None => "`matchImages` contains a placeholder that may match".to_owned(),
            };
            let token = if asked.with_token {
                "; the kubelet passes it a token of the Pod's ServiceAccount"
            } else {
                ""
            };
            self.item(
                &format!("- plugin `{name}`, {place}"),
                &format!("{why}{token}"),
            );
        }
        let (near, far): (Vec<_>, Vec<_>) =
            credentials.passed.iter().partition(|passed| passed.is_near);
        if !credentials.passed.is_empty() {
            self.said("not tried", "");
        }
        for passed in near {
            let head = self.source(&passed.source);
            self.item(&format!("- {head}"), &passed.why);
        }
        let mut registries: Vec<String> = far
            .iter()
            .map(|passed| format!("`{}`", passed.source.registry))
            .collect();
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

    fn unknown(&mut self, node: &NodeExplanation, pod: &PodExplanation) {
        let has_more = node.credentials.newest().and_then(Option::as_ref);
        if !has_more.is_some_and(|credentials| credentials.may_have_more) {
            return;
        }
        let mut what = Vec::new();
        let unknown = pod
            .secrets
            .iter()
            .filter(|secret| secret.fate == podwright_cluster::keyring::SecretUse::Unknown);
        let names: Vec<String> = unknown
            .filter_map(|secret| Some(format!("`{}`", secret.name.as_ref()?)))
            .collect();
        if !names.is_empty() {
            what.push(format!("the contents of {}", names.join(", ")));
        }
        if matches!(
            pod.source,
            podwright_cluster::service_account::SecretSource::Unknown(_)
        ) {
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
        self.said("unknown", &what.join("; "));
    }

    fn source(&self, source: &podwright_explain::CredentialSource) -> String {
        let key = match &source.kept {
            Kept::Secret(_, key) => format!("{key} "),
            Kept::NodeFile(_) => String::new(),
        };
        let place = self.at(source.place);
        format!(
            "{}, {place}, {key}{}",
            words::source(source),
            source.json_path
        )
    }

    fn at(&self, place: Location) -> String {
        let start = self.positions.start(place);
        let path = self.positions.path(place.file);
        format!("{path}:{}:{}", start.line, start.column)
    }

    fn heading(&mut self, title: &str, place: Location) {
        let place = self.at(place);
        self.lines.push(format!("{title}  ({place})"));
    }

    fn said(&mut self, head: &str, text: &str) {
        let line = format!("  {head:WIDTH$}{text}");
        self.lines.push(line.trim_end().to_owned());
    }

    fn item(&mut self, head: &str, text: &str) {
        self.lines.push(format!("    {head}"));
        self.lines.push(format!("       {text}"));
    }

    /// Writes a single answer, or one line for each part of the version range.
    fn over<T>(&mut self, head: &str, answers: &PerVersion<T>, said: impl Fn(&T) -> String) {
        if let Some(only) = answers.only() {
            self.said(head, &said(only));
            return;
        }
        for ((range, answer), index) in answers.parts().iter().zip(0..) {
            let head = if index == 0 { head } else { "" };
            self.said(head, &format!("{}: {}", words::range(*range), said(answer)));
        }
    }
}
