//! Fingerprint of what other files can see of a file. If it does not change, neither do the findings of the others.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::assertion::is_test;
use super::{File, ImageSource, Skipped};
use crate::admission_policy;
use podwright_model::{Body, LocalObjectReference, Object, Pod};
use podwright_schema::custom::is_definition;

impl File {
    /// Hash of what other files can see of this one: which objects it contains, and the parts of them that references
    /// and kustomizations use. It does not depend on locations.
    ///
    /// If a rule reads more of an object in another file, that must be included in this hash.
    #[must_use]
    pub fn interface(&self) -> u64 {
        let mut hasher = FxHasher::default();
        self.skipped.hash(&mut hasher);
        self.context.namespace.hash(&mut hasher);
        if self.skipped == Some(Skipped::HelmTemplate)
            || self.kustomization.is_some()
            || is_test(self)
            || self.docker_config.is_some()
            || self.on_nodes.is_some()
            || self.runtime_config.is_some()
            || self.registry_config.is_some()
        {
            self.source.text.hash(&mut hasher);
        }
        self.tilt_images.hash(&mut hasher);
        // The hash of an object of which nothing is known does not change the state of the hasher.
        self.objects.len().hash(&mut hasher);
        for object in &self.objects {
            self.hash_object(object, &mut hasher);
        }
        // Node configuration is checked against the images of all Pods that may run on the node.
        if !self.context.nodes.is_empty() {
            self.written_images()
                .for_each(|image| image.hash(&mut hasher));
        }
        for pod in self.objects.iter().flat_map(|object| &object.pods) {
            hash_private_images(pod, &mut hasher);
        }
        self.images_at_other_hub_names()
            .for_each(|image| image.hash(&mut hasher));
        hasher.finish()
    }

    /// Names of objects that other files may reference.
    pub fn interface_names(&self) -> impl Iterator<Item = &str> {
        let names = self.objects.iter().filter(|object| is_visible(object));
        names.filter_map(|object| object.metadata.name.text())
    }

    fn hash_object(&self, object: &Object, hasher: &mut FxHasher) {
        if is_visible(object) {
            self.tree.source_text(object.node).hash(hasher);
            return;
        }
        object.unknown_kind().is_some().hash(hasher);
        object.group().hash(hasher);
        object.kind.text().hash(hasher);
        object.metadata.name.text().hash(hasher);
        object.metadata.namespace.text().hash(hasher);
        object.is_fragment.hash(hasher);
        object.is_sparse.hash(hasher);
        // Selectors of Services, budgets and policies match the labels.
        for pod in &object.pods {
            let labels = pod.metadata.labels.node();
            labels.map(|node| self.tree.source_text(node)).hash(hasher);
        }
    }

    /// Images that use a Docker Hub host other than `docker.io`. Registry keys with that host match them.
    pub fn images_at_other_hub_names(&self) -> impl Iterator<Item = &str> {
        let images = self.written_images();
        images.filter(|image| {
            let host = image.split('/').next().unwrap_or("");
            host.ends_with(".docker.io") || host.ends_with("docker.com")
        })
    }

    /// Images of all containers and image volumes, as written.
    fn written_images(&self) -> impl Iterator<Item = &str> {
        let pods = self.objects.iter().flat_map(|object| &object.pods);
        let sources = pods.flat_map(ImageSource::all);
        sources.filter_map(|source| source.written().text())
    }
}

/// Hashes which images the Pod pulls with which Secrets. Pods without pull Secrets may need the same ones.
fn hash_private_images(pod: &Pod, hasher: &mut FxHasher) {
    for (secret, _) in LocalObjectReference::named(&pod.image_pull_secrets) {
        secret.hash(hasher);
        for source in ImageSource::all(pod) {
            source.written().text().hash(hasher);
            source.pull_policy().text().hash(hasher);
        }
    }
}

/// Whether other files may read all of the object.
fn is_visible(object: &Object) -> bool {
    // A definition affects the findings on objects of the kind that it defines, and a CronJob may refresh a Secret.
    is_definition(object)
        || object.is("batch", "CronJob")
        || object.group() == Some(admission_policy::GROUP)
        || object.is("", "LimitRange")
        || object.is("", "ResourceQuota")
        || object.is("", "PersistentVolume")
        || object.is("", "PersistentVolumeClaim")
        || object.is("storage.k8s.io", "StorageClass")
        || object.is("autoscaling", "HorizontalPodAutoscaler")
        || object.is("keda.sh", "ScaledObject")
        || object.is("policy", "PodDisruptionBudget")
        || object.group() == Some("rbac.authorization.k8s.io")
        || !matches!(object.body, Body::Other)
}
