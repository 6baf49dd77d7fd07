//! What of a file other files can see: while that stays the same, their findings do.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::{File, ImageSource, Skipped};
use crate::model::{Body, LocalObjectReference, Object, Pod};
use crate::schema::custom::is_definition;

impl File {
    /// A hash of what other files can see of this one: which objects it holds, what of them references and
    /// kustomizations ask for, and nothing of where it stands.
    ///
    /// A rule that looks at more of another file's object needs it to be hashed here.
    #[must_use]
    pub fn exports(&self) -> u64 {
        let mut hasher = FxHasher::default();
        self.skipped.hash(&mut hasher);
        self.surroundings.namespace.hash(&mut hasher);
        let is_seen_whole =
            self.skipped == Some(Skipped::HelmTemplate) || self.kustomization.is_some();
        if is_seen_whole {
            self.source.text.hash(&mut hasher);
        }
        if self.docker_config.is_some() || self.on_nodes.is_some() || self.runtime_config.is_some()
        {
            self.source.text.hash(&mut hasher);
        }
        for object in &self.objects {
            self.export(object, &mut hasher);
        }
        // What nodes are configured for depends on the images of all their Pods.
        if !self.surroundings.nodes.is_empty() {
            for image in self.written_images() {
                image.hash(&mut hasher);
            }
        }
        for pod in self.objects.iter().flat_map(|object| &object.pods) {
            export_private_images(pod, &mut hasher);
        }
        for image in self.images_at_other_hub_names() {
            image.hash(&mut hasher);
        }
        hasher.finish()
    }

    /// The names of the objects whose names others may hold.
    pub fn exported_names(&self) -> impl Iterator<Item = &str> {
        let names = self.objects.iter().filter(|object| is_seen_whole(object));
        names.filter_map(|object| object.metadata.name.text())
    }

    fn export(&self, object: &Object, hasher: &mut FxHasher) {
        if is_seen_whole(object) {
            self.tree.raw(object.node).hash(hasher);
            return;
        }
        object.group().hash(hasher);
        object.kind.text().hash(hasher);
        object.metadata.name.text().hash(hasher);
        object.metadata.namespace.text().hash(hasher);
        object.is_fragment.hash(hasher);
    }

    /// The images that are written with a host of Docker Hub other than `docker.io`: a key with that host is for them.
    pub fn images_at_other_hub_names(&self) -> impl Iterator<Item = &str> {
        let images = self.written_images();
        images.filter(|image| {
            let host = image.split('/').next().unwrap_or("");
            host.ends_with(".docker.io") || host.ends_with("docker.com")
        })
    }

    /// The images of all containers and image volumes, as they are written.
    fn written_images(&self) -> impl Iterator<Item = &str> {
        let pods = self.objects.iter().flat_map(|object| &object.pods);
        let sources = pods.flat_map(ImageSource::all);
        sources.filter_map(|source| source.written().text())
    }
}

/// Which images the Pod pulls with which Secrets: others that name none may need the same.
fn export_private_images(pod: &Pod, hasher: &mut FxHasher) {
    for (secret, _) in LocalObjectReference::named(&pod.image_pull_secrets) {
        secret.hash(hasher);
        for source in ImageSource::all(pod) {
            source.written().text().hash(hasher);
            source.pull_policy().text().hash(hasher);
        }
    }
}

fn is_seen_whole(object: &Object) -> bool {
    // What it defines decides what is said of the objects of that kind.
    if is_definition(object) {
        return true;
    }
    match &object.body {
        Body::Secret(_)
        | Body::ServiceAccount(_)
        | Body::RuntimeClass(_)
        | Body::Node(_)
        | Body::KubeletConfig(_)
        | Body::CredentialProviderConfig(_)
        | Body::SecretMaker(_)
        | Body::ImageBuilder(_)
        | Body::ConfigMap(_)
        | Body::Service(_)
        | Body::Namespace => true,
        Body::Other => false,
    }
}
