//! Decodes JSON like Go's `encoding/json` into the kubelet's types (`pkg/credentialprovider/config.go`).
//!
//! Keys are matched case-insensitively. A later key overwrites an earlier one, but `null` leaves a string unchanged and
//! clears a map. Unknown keys are ignored. A single wrong type makes the whole document invalid.

use rustc_hash::FxHashMap;

use super::{
    Credential, CredentialField, DockerConfig, DockerConfigProblem, DockerConfigProblemKind, Entry,
    PoisonedEntry, RegistryKey, Shape,
};
use crate::template::{has_template_syntax, is_placeholder};
use podwright_syntax::{NodeId, Scalar, SyntaxTree};

pub(super) fn decode(tree: &SyntaxTree, shape: Shape) -> DockerConfig {
    let mut decoder = Decoder {
        tree,
        config: DockerConfig::new(shape),
        live: FxHashMap::default(),
    };
    let is_json = decoder.syntax();
    if !decoder.config.is_template
        && let Some(document) = tree.documents().first()
    {
        decoder.document(document.root, is_json);
    }
    decoder.config
}

struct Decoder<'t> {
    tree: &'t SyntaxTree,
    config: DockerConfig,
    /// Index of the entry of each registry that currently takes effect.
    live: FxHashMap<RegistryKey, usize>,
}

impl Decoder<'_> {
    /// Whether the text is JSON. If not, records the reason, or that it is a template.
    fn syntax(&mut self) -> bool {
        let errors = self.tree.errors();
        if errors.is_empty() {
            return true;
        }
        let text: &str = self.tree.text();
        // `"auth": ${AUTH}`: a placeholder in the position of a value.
        let is_variable = |from: u32| {
            let rest = text.get(from as usize..).unwrap_or("");
            let word = rest.split([',', '\n', '"']).next().unwrap_or("");
            let begins = |c: char| c.is_ascii_uppercase() || "$<@%(_".contains(c);
            word.starts_with(begins) && is_placeholder(word)
        };
        self.config.is_template =
            has_template_syntax(text) || errors.iter().any(|error| is_variable(error.span.start));
        if !self.config.is_template {
            let problems = errors.iter().map(|error| DockerConfigProblem {
                kind: DockerConfigProblemKind::NotJson(error.kind),
                span: error.span,
                json_path: String::new(),
            });
            self.config.problems.extend(problems);
        }
        false
    }

    fn document(&mut self, root: NodeId, is_json: bool) {
        if !self.tree.kind(root).is_mapping() {
            if is_json && self.tree.scalar(root) != Scalar::Null {
                self.problem(DockerConfigProblemKind::NotAnObject, root, String::new());
            }
            return;
        }
        if self.config.shape == Shape::Legacy {
            self.registries(root, "");
            return;
        }
        for entry in self.tree.entries(root) {
            match folded(&self.tree.decoded(entry.key)).as_str() {
                "auths" => {
                    self.config.auths = Some(entry.key);
                    self.auths(entry.value);
                }
                "httpheaders" => {
                    self.config.http_headers = Some(entry.key);
                    self.headers(entry.value);
                }
                "credsstore" => self.config.creds_store = Some(entry.key),
                "credhelpers" => {
                    self.config.cred_helpers = Some(entry.key);
                    let helpers = self.tree.entries(entry.value).map(|helper| {
                        let registry = RegistryKey::new(self.tree.decoded(helper.key));
                        (registry, helper.key)
                    });
                    self.config.helper_registries = helpers.collect();
                }
                _ => {}
            }
        }
    }

    fn auths(&mut self, value: NodeId) {
        if self.tree.kind(value).is_mapping() {
            self.registries(value, "auths");
        } else if self.tree.scalar(value) == Scalar::Null {
            for entry in &mut self.config.entries {
                entry.is_overwritten = true;
            }
            self.live.clear();
        } else if !self.tree.is_recovered(value) {
            let path = "auths".to_owned();
            self.problem(DockerConfigProblemKind::AuthsNotAnObject, value, path);
        }
    }

    fn headers(&mut self, value: NodeId) {
        if self.tree.kind(value).is_mapping() {
            for header in self.tree.entries(value).collect::<Vec<_>>() {
                if !matches!(
                    self.tree.scalar(header.value),
                    Scalar::Str(_) | Scalar::Null
                ) && !self.tree.is_recovered(header.value)
                {
                    let path = format!("HttpHeaders[{:?}]", self.tree.decoded(header.key));
                    self.problem(DockerConfigProblemKind::HttpHeaders, header.value, path);
                }
            }
        } else if self.tree.scalar(value) != Scalar::Null && !self.tree.is_recovered(value) {
            let path = "HttpHeaders".to_owned();
            self.problem(DockerConfigProblemKind::HttpHeaders, value, path);
        }
    }

    /// Decodes the entries of `host → entry`. `parent` is their path.
    fn registries(&mut self, mapping: NodeId, parent: &str) {
        for written in self.tree.entries(mapping).collect::<Vec<_>>() {
            let registry = RegistryKey::new(self.tree.decoded(written.key));
            let previous = self
                .live
                .insert(registry.clone(), self.config.entries.len());
            if let Some(previous) = previous {
                self.config.entries[previous].is_overwritten = true;
            }
            let path = format!("{parent}[\"{registry}\"]");
            let entry = self.entry(registry, written.key, written.value, &path);
            self.config.entries.push(entry);
        }
    }

    fn entry(&mut self, registry: RegistryKey, key: NodeId, value: NodeId, path: &str) -> Entry {
        let is_placeholder = is_open(registry.expose());
        let mut entry = Entry {
            registry,
            key,
            value,
            credential: Some(Credential::default()),
            fields: Vec::new(),
            identity_token: None,
            registry_token: None,
            is_overwritten: false,
            is_placeholder,
        };
        if !self.tree.kind(value).is_mapping() {
            if self.tree.scalar(value) != Scalar::Null {
                entry.credential = None;
                if !self.tree.is_recovered(value) && !self.is_unknown(value) {
                    self.poisoned(&entry, PoisonedEntry::NotAnObject, value, path.to_owned());
                }
            }
            return entry;
        }
        let mut texts: [Option<String>; 4] = Default::default();
        for field in self.tree.entries(value) {
            let name = folded(&self.tree.decoded(field.key));
            let known = match name.as_str() {
                "username" => CredentialField::Username,
                "password" => CredentialField::Password,
                "email" => CredentialField::Email,
                "auth" => CredentialField::Auth,
                "identitytoken" => {
                    entry.identity_token = Some(field.key);
                    continue;
                }
                "registrytoken" => {
                    entry.registry_token = Some(field.key);
                    continue;
                }
                _ => continue,
            };
            entry.fields.push((known, field.value));
            match self.tree.scalar(field.value) {
                Scalar::Str(text) => texts[known as usize] = Some(text.into_owned()),
                Scalar::Null => {}
                _ => {
                    entry.credential = None;
                    if !self.tree.is_recovered(field.value) {
                        let why = PoisonedEntry::FieldNotAString(known);
                        let path = format!("{path}.{}", known.name());
                        self.poisoned(&entry, why, field.value, path);
                    }
                }
            }
        }
        let [username, password, _, auth] = texts.map(Option::unwrap_or_default);
        if entry.credential.is_some() {
            entry.credential = if auth.is_empty() {
                let known = !is_open(&username) && !is_open(&password);
                known.then(|| Credential::new(username, password))
            } else {
                self.auth(&entry, &auth, path)
            };
        }
        entry
    }

    /// Credential of a non-empty `auth`; `None` if it is unknown or cannot be decoded.
    fn auth(&mut self, entry: &Entry, auth: &str, path: &str) -> Option<Credential> {
        match Credential::from_auth(auth) {
            Ok(credential) => Some(credential),
            Err(_) if is_open(auth) => None,
            Err(error) => {
                let at = entry.field(CredentialField::Auth).unwrap_or(entry.value);
                let why = PoisonedEntry::Auth(error);
                self.poisoned(entry, why, at, format!("{path}.auth"));
                None
            }
        }
    }

    /// Whether a string is a placeholder for a value of a different type.
    fn is_unknown(&self, value: NodeId) -> bool {
        matches!(self.tree.scalar(value), Scalar::Str(text) if is_open(&text))
    }

    fn poisoned(&mut self, entry: &Entry, why: PoisonedEntry, at: NodeId, path: String) {
        let registry = entry.registry.clone();
        let kind = DockerConfigProblemKind::PoisonedEntry { registry, why };
        self.problem(kind, at, path);
    }

    fn problem(&mut self, kind: DockerConfigProblemKind, at: NodeId, json_path: String) {
        self.config.problems.push(DockerConfigProblem {
            kind,
            span: self.tree.span(at),
            json_path,
        });
    }
}

/// Key as Go compares it: in lowercase, including the two non-ASCII letters that fold to ASCII.
fn folded(key: &str) -> String {
    key.chars()
        .map(|c| match c {
            'ſ' => 's',
            '\u{212a}' => 'k',
            c => c.to_ascii_lowercase(),
        })
        .collect()
}

/// Whether a string is a placeholder, or contains an ellipsis, which marks omitted text in examples.
fn is_open(text: &str) -> bool {
    is_placeholder(text) || text.contains("...") || text.contains('…')
}
