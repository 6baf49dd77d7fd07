//! Names, tags and digests of images (`api/filters/imagetag`, `api/internal/image`).

use podwright_syntax::text::Location;
use regex::Regex;

use crate::error::RenderError;
use crate::kustomize::build::ImageChanges;
use crate::kustomize::field_spec::{Create, FieldSpec, apply_all, made, set_scalar};
use crate::kustomize::fields::{Fields, Strictness};
use crate::kustomize::resource::Resource;
use crate::node::{Node, Value};
use crate::{Origin, Text};

/// Most places that are kept of an image that changes several times.
const MAX_SOURCES: usize = 8;

/// An entry of `images`.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    name: Text,
    matcher: Matcher,
    new_name: Option<Text>,
    new_tag: Option<Text>,
    digest: Option<Text>,
    tag_suffix: Option<Text>,
    place: Option<Location>,
}

/// Matches the name before a tag and a digest. kustomize takes the name for a regular expression.
#[derive(Clone, Debug)]
enum Matcher {
    /// A name in which at most `.` has a meaning.
    Simple(String),
    Regex(Box<Regex>),
    /// The name is not a regular expression.
    Never,
}

impl Image {
    /// Name of the images that it changes.
    pub(crate) fn name(&self) -> &str {
        self.name.as_str()
    }

    /// Reads an entry of `images`.
    ///
    /// # Errors
    ///
    /// Returns an error at a field that is unknown or has a wrong type.
    pub(crate) fn read(node: &Node, strictness: Strictness) -> Result<Self, RenderError> {
        let known = ["name", "newName", "newTag", "digest", "tagSuffix"];
        let fields = Fields::new(node, strictness, &known)?;
        Ok(Self {
            matcher: Matcher::new(&fields.string("name")?, node.location())?,
            name: fields.text("name")?.unwrap_or_default(),
            new_name: fields.text("newName")?,
            new_tag: fields.text("newTag")?,
            digest: fields.text("digest")?,
            tag_suffix: fields.text("tagSuffix")?,
            place: node.location(),
        })
    }

    /// What the entry did, where `matched` are the images that it matches.
    pub(crate) fn changes(&self, matched: Vec<Text>) -> Option<ImageChanges> {
        Some(ImageChanges {
            entry: self.place?,
            name: self.name.clone(),
            new_tag: self.new_tag.clone(),
            digest: self.digest.clone(),
            matched,
        })
    }

    /// Changes the images of containers, wherever they are, and in the fields that are specified. Returns those that it
    /// matches, as they were before.
    ///
    /// # Errors
    ///
    /// Returns an error where an image is not a scalar, or a container is not a mapping.
    pub(crate) fn apply(
        &self,
        resources: &mut [Resource],
        specs: &[FieldSpec],
    ) -> Result<Vec<Text>, RenderError> {
        let mut matched = Vec::new();
        // All objects of one pass before the next: the first error is the one that kustomize reports.
        for resource in &mut *resources {
            if resource.kind() != "CustomResourceDefinition" {
                self.find_containers(&mut resource.node, &mut matched)?;
            }
        }
        for resource in resources {
            let gvk = resource.gvk();
            if gvk.kind != "CustomResourceDefinition" {
                let set = &mut |node: &mut Node| self.set(node, &mut matched);
                apply_all(
                    &mut resource.node,
                    &gvk,
                    specs,
                    Create::Never,
                    self.place,
                    set,
                )?;
            }
        }
        Ok(matched)
    }

    /// Bounded by the depth of the object.
    fn find_containers(&self, node: &mut Node, matched: &mut Vec<Text>) -> Result<(), RenderError> {
        match &mut node.value {
            Value::List(items) => items
                .iter_mut()
                .try_for_each(|item| self.find_containers(item, matched)),
            Value::Map(map) => map.entries.iter_mut().try_for_each(|entry| {
                self.find_containers(&mut entry.value, matched)?;
                match entry.key.as_str() {
                    "containers" | "initContainers" => {
                        self.set_in_containers(&mut entry.value, matched)
                    }
                    _ => Ok(()),
                }
            }),
            Value::Scalar(_) => Ok(()),
        }
    }

    fn set_in_containers(
        &self,
        containers: &mut Node,
        matched: &mut Vec<Text>,
    ) -> Result<(), RenderError> {
        for container in containers.list_mut().into_iter().flatten() {
            if container.is_null() {
                continue;
            }
            let place = container.location();
            let Some(map) = container.map_mut() else {
                let message = "a container must be a mapping, because `images` looks for its image";
                return Err(RenderError::at(place, message));
            };
            if let Some(image) = map.get_mut("image") {
                self.set(image, matched)?;
            }
        }
        Ok(())
    }

    fn set(&self, node: &mut Node, matched: &mut Vec<Text>) -> Result<(), RenderError> {
        match node.text() {
            Some(old) if !self.matcher.matches(old.as_str()) => Ok(()),
            Some(old) => {
                if !self.has_changed(old) {
                    matched.push(old.clone());
                }
                let new = self.changed(old);
                set_scalar(node, new)
            }
            None => Err(RenderError::at(
                node.location(),
                "an image must be a scalar",
            )),
        }
    }

    /// Whether this entry has set a part of the image already.
    fn has_changed(&self, image: &Text) -> bool {
        let is_here = |at: &Location| {
            let own = self.place.filter(|own| own.file == at.file);
            own.is_some_and(|own| own.span.contains(at.span))
        };
        image.locations().iter().any(is_here)
    }

    fn changed(&self, old: &Text) -> Text {
        let parts = split(old.as_str());
        let mut name = old.slice(0..parts.name);
        let mut tag = parts.tag.map(|tag| old.slice(tag));
        let mut digest = parts.digest.map(|digest| old.slice(digest));
        if let Some(new) = &self.new_name {
            name = new.clone();
        }
        if self.new_tag.is_some() || self.digest.is_some() {
            tag.clone_from(&self.new_tag);
            digest.clone_from(&self.digest);
        } else if let Some(suffix) = &self.tag_suffix {
            tag = Some(Text::concat([&tag.unwrap_or_default(), suffix]));
            digest = None;
        }
        // The old image decides whether this entry changes it.
        let separator_origin = match self.place {
            Some(by) => Origin::Made {
                by,
                from: old.locations().into_iter().take(MAX_SOURCES).collect(),
            },
            None => made(None),
        };
        let mut new = name;
        for (separator, part) in [(":", tag), ("@", digest)] {
            if let Some(part) = part.filter(|part| !part.is_empty()) {
                new.push_str(separator, separator_origin.clone());
                new.push(&part);
            }
        }
        new
    }
}

/// Where the parts of an image are.
struct Parts {
    /// End of the name.
    name: usize,
    tag: Option<std::ops::Range<usize>>,
    digest: Option<std::ops::Range<usize>>,
}

/// Splits an image at `:` and `@` after its first `/` (`image.Split`).
fn split(image: &str) -> Parts {
    let start = image.find('/').unwrap_or(0);
    let find = |character| image[start..].find(character).map(|at| start + at);
    let end = image.len();
    match (find(':'), find('@')) {
        (None, None) => Parts {
            name: end,
            tag: None,
            digest: None,
        },
        (Some(colon), Some(at)) if colon < at => Parts {
            name: colon,
            tag: Some(colon + 1..at),
            digest: Some(at + 1..end),
        },
        (_, Some(at)) => Parts {
            name: at,
            tag: None,
            digest: Some(at + 1..end),
        },
        (Some(colon), None) => Parts {
            name: colon,
            tag: Some(colon + 1..end),
            digest: None,
        },
    }
}

impl Matcher {
    fn new(name: &str, place: Option<Location>) -> Result<Self, RenderError> {
        let is_simple = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@".contains(&byte);
        if name.bytes().all(is_simple) {
            return Ok(Self::Simple(name.to_owned()));
        }
        let pattern = format!(
            "^{name}(:[a-zA-Z0-9_.{{}}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{{}}-]*)?$"
        );
        match Regex::new(&pattern) {
            Ok(regex) => Ok(Self::Regex(Box::new(regex))),
            Err(regex::Error::CompiledTooBig(_)) => Err(RenderError::limit(
                place,
                "the name of the image, a regular expression, needs more than 10 MiB of memory",
                "use smaller repetition counts",
            )),
            Err(_) => Ok(Self::Never),
        }
    }

    fn matches(&self, image: &str) -> bool {
        match self {
            Self::Never => false,
            Self::Regex(regex) => regex.is_match(image),
            Self::Simple(name) => {
                let mut rest = image.chars();
                let is_named = name.chars().all(|wanted| match rest.next() {
                    Some(own) => own == wanted || (wanted == '.' && own != '\n'),
                    None => false,
                });
                is_named && is_version(rest.as_str())
            }
        }
    }
}

/// Whether this is at most a tag and a digest.
fn is_version(text: &str) -> bool {
    let is_word = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.{}-".contains(&byte))
    };
    let (tag, digest) = match text.split_once('@') {
        Some((tag, digest)) => (tag, Some(digest)),
        None => (text, None),
    };
    let is_tag = tag.is_empty() || tag.strip_prefix(':').is_some_and(is_word);
    let is_digest = digest.is_none_or(|digest| {
        digest.split_once(':').is_some_and(|(algorithm, hash)| {
            is_word(hash)
                && algorithm.split(['.', '+', '_', '-']).all(|part| {
                    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
                })
        })
    });
    is_tag && is_digest
}
