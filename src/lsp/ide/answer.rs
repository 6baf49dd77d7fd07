use podwright_syntax::text::Span;

/// A hover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// Span that the hover applies to.
    pub span: Span,
    /// Markdown text.
    pub markdown: String,
}

/// Completions at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completions {
    /// Byte range that a completion replaces.
    pub replaces: Span,
    /// Candidates in the order of the workspace.
    pub items: Vec<Completion>,
}

/// A completion candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Name.
    pub name: String,
    /// Inserted text.
    pub text: String,
    /// Kind and location.
    pub detail: String,
    /// What the candidate is.
    pub kind: CompletionKind,
}

/// Kind of a completion candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// Name of an object.
    Object,
    /// Field.
    Field,
    /// Value of a field.
    Value,
    /// Named template.
    Template,
    /// Function of templates.
    Function,
    /// Keyword of templates.
    Keyword,
}
