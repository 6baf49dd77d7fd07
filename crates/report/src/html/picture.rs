//! How the images of an object are pulled, and how its Pods stop, as pictures next to its findings.

use podwright_explain::{
    ImageExplanation, NodeExplanation, PerVersion, PodExplanation, back_off_delays,
};

use crate::explain::svg;

/// The pictures of an object.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The object as findings name it.
    pub object: String,
    /// The steps with which each image is pulled.
    pub pulls: Vec<Pull>,
    /// Timeline of the shutdown as SVG.
    pub shutdown: String,
}

/// How an image is pulled.
#[derive(Clone, Debug)]
pub struct Pull {
    /// Container and image.
    pub title: String,
    /// Name and result of each step, in order.
    pub steps: Vec<(String, String)>,
}

impl Picture {
    /// The pictures of the Pods of one object. `without_credentials` hides the credentials of the files in a text.
    #[must_use]
    pub fn of(
        pods: &[PodExplanation<'_>],
        without_credentials: &dyn Fn(String) -> String,
    ) -> Option<Self> {
        let object = pods.first()?.object.to_string();
        let mut drawn = Vec::new();
        // Writing to memory does not fail.
        svg::write(pods, &mut drawn).ok()?;
        let pulls = pods.iter().flat_map(|pod| {
            let images = pod.images.iter().map(Pull::of);
            std::iter::once(Pull::of_secrets(pod)).chain(images)
        });
        let pulls = pulls.map(|pull| {
            let steps = pull.steps.into_iter();
            Pull {
                title: without_credentials(pull.title),
                steps: steps
                    .map(|(name, text)| (without_credentials(name), without_credentials(text)))
                    .collect(),
            }
        });
        Some(Self {
            object,
            pulls: pulls.collect(),
            shutdown: without_credentials(String::from_utf8_lossy(&drawn).into_owned()),
        })
    }
}

impl Pull {
    /// The image pull secrets of a Pod, and what becomes of each.
    fn of_secrets(pod: &PodExplanation<'_>) -> Self {
        let mut steps = vec![("from".to_owned(), pod.pull_secrets.text.to_string())];
        for secret in &pod.pull_secrets.secrets {
            let name = match secret.name.as_deref() {
                Some("") => "(entry without a name)".to_owned(),
                Some(name) => name.to_owned(),
                None => "(placeholder)".to_owned(),
            };
            let text = match &secret.problem {
                Some(problem) => format!("{}: {problem}", secret.text),
                None => secret.text.to_string(),
            };
            steps.push((name, text));
        }
        Self {
            title: "Image pull secrets".to_owned(),
            steps,
        }
    }

    fn of(image: &ImageExplanation<'_>) -> Self {
        let name = image.image.as_deref().unwrap_or("unknown image");
        let mut steps = Vec::new();
        add(&mut steps, "resolves to", &image.reference);
        add(&mut steps, "policy", &image.policy);
        if image
            .if_absent
            .parts()
            .iter()
            .any(|(_, step)| step.0.is_some())
        {
            add(&mut steps, "if absent", &image.if_absent);
        }
        for node in &image.nodes {
            of_node(node, &mut steps);
        }
        Self {
            title: format!("{}: {name}", image.user),
            steps,
        }
    }
}

fn of_node(node: &NodeExplanation<'_>, steps: &mut Vec<(String, String)>) {
    if let Some(name) = &node.node {
        steps.push(("on the node".to_owned(), name.clone()));
    }
    for source in node.pulled_from.iter().flat_map(|from| &from.places) {
        steps.push(("pulled from".to_owned(), source.to_string()));
    }
    for (_, credentials) in node.credentials.parts() {
        if credentials.attempt.is_some() {
            steps.push(("credentials".to_owned(), credentials.to_string()));
        }
    }
    for (_, expected) in node.failures.parts() {
        for failure in &expected.failures {
            steps.push(("on failure".to_owned(), failure.to_string()));
        }
        if expected.failures.iter().any(|failure| failure.backs_off) {
            steps.push(("then".to_owned(), back_off_delays().to_string()));
        }
    }
}

/// Adds a step, with the releases if they differ.
fn add<T: ToString>(steps: &mut Vec<(String, String)>, name: &str, value: &PerVersion<T>) {
    let parts = value.parts();
    for (range, part) in parts {
        let text = match parts.len() {
            1 => part.to_string(),
            _ => format!("{range}: {}", part.to_string()),
        };
        steps.push((name.to_owned(), text));
    }
}
