//! Secrets that controllers create from custom resources.

use super::{ObjectId, Workspace};
use podwright_model::{Body, CreatedSecret};

/// Kinds whose fields determine the type of the Secret.
const MAKERS: [(&str, &str); 11] = [
    ("external-secrets.io", "ExternalSecret"),
    ("external-secrets.io", "ClusterExternalSecret"),
    ("bitnami.com", "SealedSecret"),
    ("secrets.hashicorp.com", "VaultStaticSecret"),
    ("secrets.hashicorp.com", "VaultDynamicSecret"),
    ("secrets.hashicorp.com", "VaultPKISecret"),
    ("onepassword.com", "OnePasswordItem"),
    ("ricoberger.de", "VaultSecret"),
    ("secrets.doppler.com", "DopplerSecret"),
    ("secrets.infisical.com", "InfisicalSecret"),
    ("secrets-store.csi.x-k8s.io", "SecretProviderClass"),
];

impl Workspace {
    /// The Secret of this name that a controller creates in the namespace of `from`, and the object that describes it;
    /// `None` if there is none or several.
    #[must_use]
    pub fn created_secret(&self, from: ObjectId, name: &str) -> Option<(ObjectId, &CreatedSecret)> {
        let own = self.namespaces(from);
        let all = MAKERS
            .iter()
            .flat_map(|(group, kind)| self.of_kind(group, kind));
        let mut found = all.filter_map(|id| {
            let object = self.object(id);
            let Body::SecretMaker(maker) = &object.body else {
                return None;
            };
            let mut created = maker.created.iter();
            let secret = created.find(|secret| secret.name.text() == Some(name))?;
            let is_there = object.kind.text() == Some("ClusterExternalSecret")
                || self.namespaces(id).iter().any(|at| own.contains(at));
            (is_there && !self.is_patch(id.file) && self.coexist(from, id)).then_some((id, secret))
        });
        let one = found.next()?;
        found.next().is_none().then_some(one)
    }
}
