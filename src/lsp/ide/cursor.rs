use podwright_cluster::workspace::{File, ObjectId, Workspace};
use podwright_model::{Container, NameReference, Object, Pod, VersionRange, references};
use podwright_syntax::text::{FileId, Span};
use podwright_syntax::{NodeId, NodeKind, SyntaxTree};

/// A position in a file of a workspace.
#[derive(Clone, Copy)]
pub struct Cursor<'w> {
    /// All files.
    pub workspace: &'w Workspace,
    /// The file.
    pub file: FileId,
    /// Byte offset; the cursor is before this byte.
    pub offset: u32,
    /// Kubernetes releases that the file is for.
    pub versions: VersionRange,
}

impl<'w> Cursor<'w> {
    pub(super) fn file(&self) -> &'w File {
        self.workspace.file(self.file)
    }

    pub(super) fn tree(&self) -> &'w SyntaxTree {
        &self.file().tree
    }

    /// Returns whether the cursor is in the span or at one of its ends.
    pub(super) fn touches(&self, span: Span) -> bool {
        span.start <= self.offset && self.offset <= span.end
    }

    pub(super) fn touches_node(&self, node: NodeId) -> bool {
        self.touches(self.tree().span(node))
    }

    /// Returns the span from the key of a value to the end of the value.
    pub(super) fn whole_entry(&self, node: NodeId) -> Span {
        Span::new(
            self.tree().key_range(node).start,
            self.tree().span(node).end,
        )
    }

    /// Returns the object that contains the cursor.
    pub(super) fn object(&self) -> Option<(ObjectId, &'w Object)> {
        let file = self.file();
        let objects = file.objects.iter().enumerate();
        let index = objects
            .filter(|(_, object)| self.touches(self.extent(object)))
            .map(|(index, _)| index)
            .next_back()?;
        let id = ObjectId {
            file: self.file,
            index,
        };
        Some((id, &file.objects[index]))
    }

    /// Span of the object: the whole document if it contains no other object, because a value that is still to be
    /// written is after the last node.
    fn extent(&self, object: &Object) -> Span {
        let file = self.file();
        match file.tree.documents().get(object.document) {
            Some(document) if file.objects_of(object.document).len() == 1 => document.span,
            _ => file.tree.span(object.node),
        }
    }

    /// Returns the pods of the file with their objects.
    pub(super) fn pods(&self) -> impl Iterator<Item = (ObjectId, &'w Object, &'w Pod)> {
        let file = self.file;
        let objects = self.file().objects.iter().enumerate();
        objects.flat_map(move |(index, object)| {
            let id = ObjectId { file, index };
            object.pods.iter().map(move |pod| (id, object, pod))
        })
    }

    /// Returns the containers of the file with their pods.
    pub(super) fn containers(&self) -> impl Iterator<Item = (&'w Object, &'w Pod, &'w Container)> {
        self.pods().flat_map(|(_, object, pod)| {
            pod.containers
                .iter()
                .map(move |container| (object, pod, container))
        })
    }

    /// Returns whether the object is a fragment, so that missing fields may be set elsewhere.
    pub(super) fn is_partial(&self, object: &Object) -> bool {
        self.workspace.is_partial_object(self.file, object)
    }

    /// Returns the reference whose name, or whose place for a missing name, contains the cursor.
    pub(super) fn reference(&self) -> Option<(ObjectId, NameReference)> {
        let (id, object) = self.object()?;
        let mut all = references(self.tree(), object).into_iter();
        let found = all.find(|reference| self.touches(self.name_span(reference)))?;
        Some((id, found))
    }

    /// Span of a reference's name; for an empty name, the whitespace after the colon.
    pub(super) fn name_span(&self, reference: &NameReference) -> Span {
        let tree = self.tree();
        if tree.kind(reference.value) != NodeKind::Empty {
            return tree.span(reference.value);
        }
        let text = tree.text();
        let key_end = tree.span(reference.key).end as usize;
        let Some(rest) = text[key_end..].strip_prefix(':') else {
            return tree.span(reference.value);
        };
        let start = key_end + 1;
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span::new(at(start + blank.min(1)), at(start + blank))
    }
}
