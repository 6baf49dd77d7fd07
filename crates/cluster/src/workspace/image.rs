//! Effective images of a container: as written, or as overridden by kustomizations.

use std::cell::OnceCell;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{Workspace, built_images};
use podwright_model::{
    Container, ContainerKind, Field, ImageOverride, ImageReference, ImageVolume, Pod, VersionRange,
    image::Refusal,
};
use podwright_syntax::NodeId;
use podwright_syntax::text::{FileId, Location, Span};

/// User of an image.
#[derive(Clone, Copy, Debug)]
pub enum ImageSource<'w> {
    /// A container.
    Container(&'w Container),
    /// An image volume.
    Volume(&'w ImageVolume),
}

impl<'w> ImageSource<'w> {
    /// Containers and image volumes of a pod, in order.
    pub fn all(pod: &'w Pod) -> impl Iterator<Item = Self> {
        let containers = pod.containers.iter().map(Self::Container);
        containers.chain(pod.image_volumes.iter().map(Self::Volume))
    }

    /// `image` of the container or `reference` of the volume.
    #[must_use]
    pub fn written(self) -> &'w Field<String> {
        match self {
            Self::Container(container) => &container.image,
            Self::Volume(volume) => &volume.reference,
        }
    }

    /// `imagePullPolicy` of the container or `pullPolicy` of the volume.
    #[must_use]
    pub fn pull_policy(self) -> &'w Field<String> {
        match self {
            Self::Container(container) => &container.image_pull_policy,
            Self::Volume(volume) => &volume.pull_policy,
        }
    }
}

/// Effective image of a container or image volume.
#[derive(Clone, Debug)]
pub struct ImageUse<'w> {
    /// Pod that uses the image.
    pub pod: &'w Pod,
    /// Container or volume that uses the image.
    pub source: ImageSource<'w>,
    /// Image as the kubelet receives it.
    pub text: String,
    /// File that contains `node`.
    pub file: FileId,
    /// Scalar that determines the image: the container's `image`, or the override's `newTag`, `newName` or `digest`.
    pub node: NodeId,
    /// Location of the container's image, if a kustomization overrides it.
    pub overridden: Option<Location>,
    /// Source scalars of the bytes of `text`, in order. The `:` and `@` that kustomize adds have no source.
    pub parts: Vec<ImagePart>,
    reading: OnceCell<Result<ImageReference, Refusal>>,
    newest: OnceCell<Option<ImageReference>>,
}

/// Bytes of an image string that come from one scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImagePart {
    /// Byte range in the image string.
    pub at: Range<usize>,
    /// File of the scalar.
    pub file: FileId,
    /// The scalar.
    pub node: NodeId,
    /// Byte offset in the decoded value of the scalar.
    pub offset: usize,
}

impl ImagePart {
    /// The part of these bytes inside `window`, moved so that the window starts at `to`.
    fn cut(&self, window: &Range<usize>, to: usize) -> Option<Self> {
        let start = self.at.start.max(window.start);
        let end = self.at.end.min(window.end);
        (start < end).then(|| Self {
            at: start - window.start + to..end - window.start + to,
            offset: self.offset + start - self.at.start,
            ..*self
        })
    }
}

impl ImageUse<'_> {
    /// Source of the bytes `at` of the image string: the file, the scalar, and the byte range in its decoded value. The
    /// range is `None` if the scalar does not contain all of the bytes.
    #[must_use]
    pub fn written_at(&self, at: &Range<usize>) -> (FileId, NodeId, Option<Range<usize>>) {
        // The `:` or `@` between two parts belongs to the part that follows.
        let reaches = |part: &&ImagePart| at.start < part.at.end;
        let Some(part) = self.parts.iter().find(reaches).or(self.parts.last()) else {
            return (self.file, self.node, None);
        };
        let is_inside = part.at.start <= at.start && at.end <= part.at.end;
        let within = is_inside.then(|| {
            let start = part.offset + at.start - part.at.start;
            start..start + at.len()
        });
        (part.file, part.node, within)
    }

    /// Parses the image as the kubelets of `versions` do, where `versions` are those of the file that contains the pod.
    /// The result is cached.
    ///
    /// # Errors
    ///
    /// Returns the [`Refusal`] if one of these versions rejects the image.
    pub fn for_all(&self, versions: VersionRange) -> Result<&ImageReference, &Refusal> {
        let read = || ImageReference::parse_for_all(&self.text, versions);
        self.reading.get_or_init(read).as_ref()
    }

    /// Parses the image as the newest kubelet of `versions` does, where `versions` are those of the file that contains the
    /// pod. The result is cached. `None` if that one rejects the image.
    #[must_use]
    pub fn for_newest(&self, versions: VersionRange) -> Option<&ImageReference> {
        let read = || ImageReference::parse(&self.text, versions.newest).ok();
        self.newest.get_or_init(read).as_ref()
    }

    /// `imagePullPolicy` of the container or `pullPolicy` of the volume.
    #[must_use]
    pub fn pull_policy(&self) -> &Field<String> {
        self.source.pull_policy()
    }
}

impl Workspace {
    /// Effective images of `source`, which is in `file`: one, or one for each kustomization that overrides it. Empty if
    /// the image is unknown, because it is a placeholder or something else replaces it: Istio's injector, Skaffold, Tilt,
    /// kubebuilder's `make deploy`, or an ImageStream of OpenShift.
    #[must_use]
    pub fn images<'w>(
        &'w self,
        file: FileId,
        pod: &'w Pod,
        source: ImageSource<'w>,
    ) -> Vec<ImageUse<'w>> {
        let Some((text, node)) = source.written().known() else {
            return Vec::new();
        };
        if is_injected(source, text) {
            return Vec::new();
        }
        let written = ImageUse {
            pod,
            source,
            text: text.clone(),
            file,
            node,
            overridden: self.overridden_in_build(file, node),
            parts: vec![ImagePart {
                at: 0..text.len(),
                file,
                node,
                offset: 0,
            }],
            reading: OnceCell::new(),
            newest: OnceCell::new(),
        };
        let chains = self.links.builds.chains(file);
        if chains.is_empty() || is_ephemeral(source) {
            return match self.is_replaced(file, text) {
                true => Vec::new(),
                false => vec![written],
            };
        }
        let place = Location {
            file,
            span: self.file(file).tree.span(node),
        };
        let mut uses: Vec<ImageUse<'w>> = Vec::new();
        // Most kustomizations change no image, so that many chains do the same.
        let mut applied: Vec<Vec<FileId>> = Vec::new();
        for chain in chains {
            let changing: Vec<FileId> = chain
                .iter()
                .copied()
                .filter(|&id| self.changes_images(id))
                .collect();
            if applied.contains(&changing) {
                continue;
            }
            let mut image = Some(written.clone());
            for &kustomization in &changing {
                image = image.and_then(|image| self.apply(kustomization, image, place));
            }
            if let Some(image) = image
                && !self.is_replaced(file, &image.text)
                && !uses
                    .iter()
                    .any(|u| (u.file, u.node, &u.text) == (image.file, image.node, &image.text))
            {
                uses.push(image);
            }
            applied.push(changing);
        }
        uses
    }

    /// Whether the file is a kustomization with `images`.
    fn changes_images(&self, id: FileId) -> bool {
        let kustomization = self.file(id).kustomization.as_ref();
        kustomization.is_some_and(|own| !own.images.is_empty())
    }

    /// Location of the image that a build changed: what the object itself has, if something else decides the image.
    fn overridden_in_build(&self, file: FileId, node: NodeId) -> Option<Location> {
        let image = self.source_place(self.place(file, node))?;
        let is_kustomization = |at: &Location| self.file(at.file).kustomization.is_some();
        let mut others = image.others.into_iter();
        is_kustomization(&image.place)
            .then(|| others.find(|at| !is_kustomization(at)))
            .flatten()
    }

    /// Applies the `images` of one kustomization to an image; `None` if the result depends on a placeholder.
    fn apply<'w>(&self, id: FileId, image: ImageUse<'w>, place: Location) -> Option<ImageUse<'w>> {
        let Some(kustomization) = &self.file(id).kustomization else {
            return Some(image);
        };
        let mut image = image;
        for change in &kustomization.images {
            if split_name(&image.text).0 != change.name {
                continue;
            }
            let (text, parts, node) = overridden(change, &image, id)?;
            image = ImageUse {
                text,
                file: id,
                node,
                overridden: Some(place),
                parts,
                reading: OnceCell::new(),
                newest: OnceCell::new(),
                ..image
            };
        }
        Some(image)
    }

    /// Whether the image `text` of an object in `file` does not reach a node, because something else sets it.
    fn is_replaced(&self, file: FileId, text: &str) -> bool {
        text == SCAFFOLD_IMAGE || self.is_image_stream(text) || self.is_built(file, text)
    }

    /// Whether `text` is the name of an ImageStream that Pods can use as an image.
    fn is_image_stream(&self, text: &str) -> bool {
        let (name, _) = split_name(text);
        !self.links.local_image_streams.is_empty()
            && !name.contains('/')
            && self.links.local_image_streams.contains(name)
    }

    /// Whether a Skaffold configuration or a Tiltfile in a parent directory of `file` builds the image `text` and therefore sets its
    /// tag.
    fn is_built(&self, file: FileId, text: &str) -> bool {
        let (name, rest) = split_name(text);
        let path = &self.file(file).source.path;
        let is_above = |directory: &str| {
            directory.is_empty()
                || path
                    .strip_prefix(directory)
                    .is_some_and(|rest| rest.starts_with('/'))
        };
        // Skaffold does not change an image with a digest.
        if self.links.image_builders.is_empty() || rest.contains('@') {
            return false;
        }
        let built = self.kept(BuiltImages::of);
        let mut builders = built.0.get(name).into_iter().flatten();
        builders.any(|&id| is_above(self.file(id).directory()))
    }
}

/// Names of the images that files list to be built, with these files.
struct BuiltImages(FxHashMap<Box<str>, Vec<FileId>>);

impl BuiltImages {
    fn of(workspace: &Workspace) -> Self {
        let mut all: FxHashMap<Box<str>, Vec<FileId>> = FxHashMap::default();
        for &id in &workspace.links.image_builders {
            for name in built_images(workspace.file(id)) {
                all.entry(name.into()).or_default().push(id);
            }
        }
        Self(all)
    }
}

/// Image of the manager in the kustomizations that kubebuilder writes. `make deploy` replaces it
/// (`kustomize edit set image controller=…`).
const SCAFFOLD_IMAGE: &str = "controller:latest";

/// kustomize changes the images of `containers`, `initContainers` and image volumes only.
fn is_ephemeral(source: ImageSource<'_>) -> bool {
    matches!(source, ImageSource::Container(container) if container.kind == ContainerKind::Ephemeral)
}

/// `image: auto` of the container `istio-proxy`, which Istio's injector replaces with the proxy's image.
fn is_injected(source: ImageSource<'_>, text: &str) -> bool {
    text == "auto"
        && matches!(source, ImageSource::Container(container) if container.name.text() == Some("istio-proxy"))
}

/// Splits an image into its name, and its tag and digest including the `:` or `@`.
fn split_name(image: &str) -> (&str, &str) {
    let end = image.find('@').unwrap_or(image.len());
    let slash = image[..end].rfind('/').map_or(0, |at| at + 1);
    let colon = image[slash..end].find(':').map(|at| slash + at);
    image.split_at(colon.unwrap_or(end))
}

/// Applies `change` from the kustomization `file` to `image`. Returns the new image, its parts, and the deciding node;
/// `None` if the result depends on a placeholder.
fn overridden(
    change: &ImageOverride,
    image: &ImageUse<'_>,
    file: FileId,
) -> Option<(String, Vec<ImagePart>, NodeId)> {
    let fields = [&change.new_name, &change.new_tag, &change.digest];
    if fields
        .iter()
        .any(|field| matches!(field, Field::Unknown(_) | Field::Invalid(_)))
    {
        return None;
    }
    // kustomize treats an empty string as absent.
    let [new_name, new_tag, digest] =
        fields.map(|field| field.known().filter(|(text, _)| !text.is_empty()));
    let (name, rest) = split_name(&image.text);
    let mut made = Assembly::default();
    match new_name {
        Some((name, node)) => made.write("", name, file, node),
        None => made.keep(image, 0..name.len()),
    }
    if let Some((tag, node)) = new_tag {
        made.write(":", tag, file, node);
    }
    if let Some((digest, node)) = digest {
        made.write("@", digest, file, node);
    }
    if new_tag.is_none() && digest.is_none() {
        made.keep(image, name.len()..name.len() + rest.len());
    }
    let decides = [digest, new_tag, new_name];
    let node = decides.into_iter().flatten().next();
    let node = node.map_or(change.node, |(_, node)| node);
    Some((made.text, made.parts, node))
}

/// Image string under construction.
#[derive(Default)]
struct Assembly {
    text: String,
    parts: Vec<ImagePart>,
}

impl Assembly {
    /// Appends what a kustomization sets in the scalar `node` of `file`.
    fn write(&mut self, sigil: &str, part: &str, file: FileId, node: NodeId) {
        self.text.push_str(sigil);
        self.parts.push(ImagePart {
            at: self.text.len()..self.text.len() + part.len(),
            file,
            node,
            offset: 0,
        });
        self.text.push_str(part);
    }

    /// Appends the bytes `window` of `image` unchanged.
    fn keep(&mut self, image: &ImageUse<'_>, window: Range<usize>) {
        let kept = image.parts.iter();
        self.parts
            .extend(kept.filter_map(|part| part.cut(&window, self.text.len())));
        self.text.push_str(&image.text[window]);
    }
}

impl Workspace {
    /// Location of a node.
    #[must_use]
    pub fn place(&self, file: FileId, node: NodeId) -> Location {
        Location {
            file,
            span: self.file(file).tree.span(node),
        }
    }

    /// Location of a span in a file.
    #[must_use]
    pub fn place_of(&self, file: FileId, span: Span) -> Location {
        Location { file, span }
    }

    /// Whether a kustomization in the run builds the file, and so may modify its content.
    #[must_use]
    pub fn is_built_by_kustomize(&self, file: FileId) -> bool {
        !self.links.builds.chains(file).is_empty()
    }

    /// Whether the file contains patches to be merged into other objects: a kustomization lists it as a patch, or the
    /// name of its directory suggests it and no kustomization lists it as a resource. Never true for a rendered file.
    #[must_use]
    pub fn is_patch(&self, file: FileId) -> bool {
        self.links.builds.is_patch(file)
    }
}

#[cfg(test)]
mod tests;
