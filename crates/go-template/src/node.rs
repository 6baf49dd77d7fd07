//! The syntax tree of a template (`text/template/parse/node.go`).

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use podwright_syntax::provenance::Text;
use podwright_syntax::text::Location;

use crate::number::Number;

/// A parsed template.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Name of the template.
    pub name: Arc<str>,
    /// Name of the text that it is written in.
    pub parse_name: Arc<str>,
    /// That text.
    pub text: Arc<Text>,
    /// What the template consists of.
    pub root: Vec<Node>,
    /// The `{{ define }}` that it is in; the whole text for a text itself.
    pub span: Range<usize>,
}

/// A part of a template.
#[derive(Clone, Debug)]
pub enum Node {
    /// Text that is written as it is.
    Text(Range<usize>),
    /// A pipeline whose value is written, or assigned.
    Action(Pipe),
    /// `{{ if }}`
    If(Branch),
    /// `{{ range }}`
    Range(Branch),
    /// `{{ with }}`
    With(Branch),
    /// `{{ template }}` and `{{ block }}`
    Template(TemplateCall),
    /// `{{ break }}`
    Break(usize),
    /// `{{ continue }}`
    Continue(usize),
}

/// A control structure.
#[derive(Clone, Debug)]
pub struct Branch {
    /// What is tested.
    pub pipe: Pipe,
    /// What is executed if it holds.
    pub list: Vec<Node>,
    /// What is executed if it does not.
    pub otherwise: Option<Vec<Node>>,
}

/// `{{ template "name" pipeline }}`
#[derive(Clone, Debug)]
pub struct TemplateCall {
    /// Offset of the name.
    pub pos: usize,
    /// Name of the template.
    pub name: Arc<str>,
    /// Its argument.
    pub pipe: Option<Pipe>,
}

/// Commands joined by `|`.
#[derive(Clone, Debug)]
pub struct Pipe {
    /// The bytes of the pipeline.
    pub span: Range<usize>,
    /// Whether variables are assigned and not declared.
    pub is_assignment: bool,
    /// Variables in order, with their `$`.
    pub variables: Vec<Arc<str>>,
    /// The commands.
    pub commands: Vec<Command>,
}

/// Operands: a value, or a function with its arguments.
#[derive(Clone, Debug)]
pub struct Command {
    /// The bytes of the command.
    pub span: Range<usize>,
    /// The operands.
    pub operands: Vec<Operand>,
}

/// An operand.
#[derive(Clone, Debug)]
pub struct Operand {
    /// The bytes of the operand.
    pub span: Range<usize>,
    /// Where Go says it is: for a chain of fields, the first field.
    pub pos: usize,
    /// What it is.
    pub kind: OperandKind,
}

/// What an operand is.
#[derive(Clone, Debug)]
pub enum OperandKind {
    /// `true`, `false`
    Bool(bool),
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `.A.B`
    Field(Vec<Arc<str>>),
    /// `$x.A.B`
    Variable(Vec<Arc<str>>),
    /// The name of a function.
    Identifier(Arc<str>),
    /// A number or character constant.
    Number(Number),
    /// A string constant: its text between quotes, and its value.
    String(String, Arc<Text>),
    /// A pipeline in parentheses.
    Pipe(Box<Pipe>),
    /// `(pipeline).A.B`
    Chain(Box<Operand>, Vec<Arc<str>>),
}

impl Tree {
    /// Line from 1 and column from 0, in bytes, of an offset.
    #[must_use]
    pub fn line_column(&self, pos: usize) -> (usize, usize) {
        let before = &self.text.as_str().as_bytes()[..pos.min(self.text.len())];
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        let start = before
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        (line, before.len() - start)
    }

    /// Where a part of the text is written.
    #[must_use]
    pub fn place(&self, span: &Range<usize>) -> Option<Location> {
        self.text.place(span.clone())
    }

    /// Whether there is nothing but space and comments (`IsEmptyTree`).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.root.iter().all(|node| match node {
            Node::Text(range) => self.text.as_str()[range.clone()].trim().is_empty(),
            _ => false,
        })
    }
}

impl Node {
    /// Where Go says it is.
    pub(crate) fn pos(&self) -> usize {
        match self {
            Self::Text(range) => range.start,
            Self::Action(pipe) => pipe.span.start,
            Self::If(branch) | Self::Range(branch) | Self::With(branch) => branch.pipe.span.start,
            Self::Template(call) => call.pos,
            Self::Break(pos) | Self::Continue(pos) => *pos,
        }
    }

    /// The node as messages show it. Control structures without their content.
    pub(crate) fn show(&self, tree: &Tree) -> String {
        match self {
            Self::Text(range) => tree.text.as_str()[range.clone()].to_owned(),
            Self::Action(pipe) => format!("{{{{{pipe}}}}}"),
            Self::If(branch) => format!("{{{{if {}}}}}", branch.pipe),
            Self::Range(branch) => format!("{{{{range {}}}}}", branch.pipe),
            Self::With(branch) => format!("{{{{with {}}}}}", branch.pipe),
            Self::Template(call) => {
                let name = crate::quote::quoted(&call.name);
                match &call.pipe {
                    Some(pipe) => format!("{{{{template {name} {pipe}}}}}"),
                    None => format!("{{{{template {name}}}}}"),
                }
            }
            Self::Break(_) => "{{break}}".to_owned(),
            Self::Continue(_) => "{{continue}}".to_owned(),
        }
    }
}

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.variables.is_empty() {
            let sign = if self.is_assignment { "=" } else { ":=" };
            write!(f, "{} {sign} ", self.variables.join(", "))?;
        }
        for (index, command) in self.commands.iter().enumerate() {
            if index > 0 {
                f.write_str(" | ")?;
            }
            write!(f, "{command}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, operand) in self.operands.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            match &operand.kind {
                OperandKind::Pipe(pipe) => write!(f, "({pipe})")?,
                _ => write!(f, "{operand}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            OperandKind::Bool(value) => write!(f, "{value}"),
            OperandKind::Dot => f.write_str("."),
            OperandKind::Nil => f.write_str("nil"),
            OperandKind::Field(names) => write!(f, ".{}", names.join(".")),
            OperandKind::Variable(names) => f.write_str(&names.join(".")),
            OperandKind::Identifier(name) => f.write_str(name),
            OperandKind::Number(number) => f.write_str(&number.text),
            OperandKind::String(quoted, _) => f.write_str(quoted),
            OperandKind::Pipe(pipe) => write!(f, "{pipe}"),
            OperandKind::Chain(operand, fields) => {
                match &operand.kind {
                    OperandKind::Pipe(pipe) => write!(f, "({pipe})")?,
                    _ => write!(f, "{operand}")?,
                }
                write!(f, ".{}", fields.join("."))
            }
        }
    }
}
