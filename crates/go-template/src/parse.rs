//! Parses templates (`text/template/parse/parse.go`).

mod expression;

use std::ops::Range;
use std::sync::Arc;

use podwright_syntax::provenance::Text;
use rustc_hash::FxHashMap;

use crate::error::{Error, ErrorKind};
use crate::lex::{Item, Kind, Lexer};
use crate::node::{Branch, Node, TemplateCall, Tree};
use crate::quote::{quoted, unquote};

/// Most levels of nested control structures and parentheses. Go allows 10,000 parentheses.
const MAX_NESTING: usize = 500;

/// Parses a text: the template `name`, and those that it defines.
///
/// `is_function` says whether the host has a function of a name.
///
/// # Errors
///
/// Returns the first error, as Go's `text/template/parse` does.
pub fn parse(
    name: &str,
    text: &Arc<Text>,
    is_function: &dyn Fn(&str) -> bool,
) -> Result<Vec<Arc<Tree>>, Error> {
    let mut lexer = Lexer::new(text.as_str());
    lexer.break_is_keyword = !is_function("break");
    lexer.continue_is_keyword = !is_function("continue");
    let name: Arc<str> = name.into();
    let mut parser = Parser {
        lexer,
        tokens: [NOTHING, NOTHING, NOTHING],
        peeked: 0,
        text,
        parse_name: name.clone(),
        is_function,
        scope: Scope::default(),
        nesting: 0,
        trees: Vec::new(),
        indexes: FxHashMap::default(),
    };
    let root = parser.top_level()?;
    parser.add(name, root, 0..text.len())?;
    Ok(parser.trees.into_iter().map(Arc::new).collect())
}

const NOTHING: Item = Item {
    kind: Kind::Eof,
    start: 0,
    end: 0,
    line: 0,
    error: String::new(),
};

struct Parser<'t> {
    lexer: Lexer<'t>,
    /// Three tokens of look-ahead.
    tokens: [Item; 3],
    peeked: usize,
    text: &'t Arc<Text>,
    parse_name: Arc<str>,
    is_function: &'t dyn Fn(&str) -> bool,
    scope: Scope,
    nesting: usize,
    trees: Vec<Tree>,
    /// Where the template of a name is in `trees`.
    indexes: FxHashMap<Arc<str>, usize>,
}

/// What each template has for itself.
struct Scope {
    variables: Vec<Arc<str>>,
    action_line: usize,
    range_depth: usize,
}

impl Default for Scope {
    fn default() -> Self {
        Self {
            variables: vec!["$".into()],
            action_line: 0,
            range_depth: 0,
        }
    }
}

/// A node, or what ends a list of nodes.
enum Parsed {
    Node(Node),
    End,
    Else,
}

/// What ends a list of nodes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    End,
    Else,
}

impl Ending {
    fn show(self) -> &'static str {
        match self {
            Self::End => "{{end}}",
            Self::Else => "{{else}}",
        }
    }
}

impl Parser<'_> {
    fn next(&mut self) -> Item {
        if self.peeked > 0 {
            self.peeked -= 1;
        } else {
            self.tokens[0] = self.lexer.next_item();
        }
        self.tokens[self.peeked].clone()
    }

    fn backup(&mut self) {
        self.peeked += 1;
    }

    fn backup2(&mut self, first: Item) {
        self.tokens[1] = first;
        self.peeked = 2;
    }

    fn backup3(&mut self, second: Item, first: Item) {
        self.tokens[1] = first;
        self.tokens[2] = second;
        self.peeked = 3;
    }

    fn peek(&mut self) -> Item {
        let item = self.next();
        self.backup();
        item
    }

    fn next_non_space(&mut self) -> Item {
        loop {
            let item = self.next();
            if item.kind != Kind::Space {
                return item;
            }
        }
    }

    fn peek_non_space(&mut self) -> Item {
        let item = self.next_non_space();
        self.backup();
        item
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T, Error> {
        self.error_of(ErrorKind::Parse, message)
    }

    fn error_of<T>(&self, kind: ErrorKind, message: impl Into<String>) -> Result<T, Error> {
        let token = &self.tokens[0];
        let span = token.start..token.end;
        Err(Error {
            kind,
            template: self.parse_name.clone(),
            line: token.line,
            column: None,
            place: self.text.place(span),
            executing: None,
            message: message.into(),
            cause: None,
        })
    }

    fn unexpected<T>(&self, token: &Item, context: &str) -> Result<T, Error> {
        let shown = token.show(self.text.as_str());
        if token.kind == Kind::Error {
            let mut extra = String::new();
            if self.scope.action_line != 0 && self.scope.action_line != token.line {
                let is_action = token.error.ends_with(" action");
                let start = if is_action { "" } else { " in action" };
                extra = format!(
                    "{start} started at {}:{}",
                    self.parse_name, self.scope.action_line
                );
            }
            return self.error(format!("{shown}{extra}"));
        }
        self.error(format!("unexpected {shown} in {context}"))
    }

    fn expect(&mut self, kinds: &[Kind], context: &str) -> Result<Item, Error> {
        let token = self.next_non_space();
        match kinds.contains(&token.kind) {
            true => Ok(token),
            false => self.unexpected(&token, context),
        }
    }

    fn enter(&mut self) -> Result<(), Error> {
        if self.nesting >= MAX_NESTING {
            let message = format!("more than {MAX_NESTING} levels of nesting");
            return self.error_of(ErrorKind::Limit, message);
        }
        self.nesting += 1;
        Ok(())
    }

    fn value(&self, item: &Item) -> &str {
        &self.text.as_str()[item.start..item.end]
    }

    /// Adds a template to the set (`Tree.add`).
    fn add(&mut self, name: Arc<str>, root: Vec<Node>, span: Range<usize>) -> Result<(), Error> {
        let tree = Tree {
            name,
            parse_name: self.parse_name.clone(),
            text: self.text.clone(),
            root,
            span,
        };
        let same = self.indexes.get(&tree.name).copied();
        match same.map(|index| &mut self.trees[index]) {
            None => {
                self.indexes.insert(tree.name.clone(), self.trees.len());
                self.trees.push(tree);
            }
            Some(other) if other.is_empty() => *other = tree,
            Some(_) if tree.is_empty() => {}
            Some(_) => {
                let name = quoted(&tree.name);
                return self.error(format!("template: multiple definition of template {name}"));
            }
        }
        Ok(())
    }

    fn top_level(&mut self) -> Result<Vec<Node>, Error> {
        let mut root = Vec::new();
        loop {
            let token = self.peek();
            if token.kind == Kind::Eof {
                return Ok(root);
            }
            if token.kind == Kind::LeftDelim {
                let delim = self.next();
                if self.next_non_space().kind == Kind::Define {
                    self.definition(delim.start)?;
                    continue;
                }
                self.backup2(delim);
            }
            match self.text_or_action()? {
                Parsed::Node(node) => root.push(node),
                Parsed::End => return self.error("unexpected {{end}}"),
                Parsed::Else => return self.error("unexpected {{else}}"),
            }
        }
    }

    fn definition(&mut self, start: usize) -> Result<(), Error> {
        let context = "define clause";
        let outer = std::mem::take(&mut self.scope);
        let token = self.expect(&[Kind::String, Kind::RawString], context)?;
        let name = self.unquoted(&token)?;
        self.expect(&[Kind::RightDelim], context)?;
        let (root, ending, end) = self.item_list()?;
        if ending != Ending::End {
            return self.error(format!("unexpected {} in {context}", ending.show()));
        }
        self.add(name.into(), root, start..end)?;
        self.scope = outer;
        Ok(())
    }

    fn unquoted(&self, token: &Item) -> Result<String, Error> {
        match unquote(self.value(token)) {
            Some(value) => Ok(value),
            None => self.error("invalid syntax"),
        }
    }

    /// Nodes up to an `{{end}}` or `{{else}}`, which of these, and where it ends.
    fn item_list(&mut self) -> Result<(Vec<Node>, Ending, usize), Error> {
        let mut list = Vec::new();
        while self.peek_non_space().kind != Kind::Eof {
            match self.text_or_action()? {
                Parsed::Node(node) => list.push(node),
                Parsed::End => return Ok((list, Ending::End, self.tokens[0].end)),
                Parsed::Else => return Ok((list, Ending::Else, self.tokens[0].end)),
            }
        }
        self.error("unexpected EOF")
    }

    fn text_or_action(&mut self) -> Result<Parsed, Error> {
        let token = self.next_non_space();
        match token.kind {
            Kind::Text => Ok(Parsed::Node(Node::Text(token.start..token.end))),
            Kind::LeftDelim => {
                self.scope.action_line = token.line;
                let parsed = self.action();
                self.scope.action_line = 0;
                parsed
            }
            _ => self.unexpected(&token, "input"),
        }
    }

    fn action(&mut self) -> Result<Parsed, Error> {
        let token = self.next_non_space();
        let node = match token.kind {
            Kind::Block => self.block()?,
            Kind::Break | Kind::Continue => {
                let (word, node) = match token.kind {
                    Kind::Break => ("{{break}}", Node::Break(token.start)),
                    _ => ("{{continue}}", Node::Continue(token.start)),
                };
                let next = self.next_non_space();
                if next.kind != Kind::RightDelim {
                    return self.unexpected(&next, word);
                }
                if self.scope.range_depth == 0 {
                    return self.error(format!("{word} outside {{{{range}}}}"));
                }
                node
            }
            Kind::Else => {
                let next = self.peek_non_space();
                if !matches!(next.kind, Kind::If | Kind::With) {
                    self.expect(&[Kind::RightDelim], "else")?;
                }
                return Ok(Parsed::Else);
            }
            Kind::End => {
                self.expect(&[Kind::RightDelim], "end")?;
                return Ok(Parsed::End);
            }
            Kind::If => Node::If(self.control("if")?),
            Kind::Range => Node::Range(self.control("range")?),
            Kind::With => Node::With(self.control("with")?),
            Kind::Template => {
                let context = "template clause";
                let token = self.next_non_space();
                let name = self.template_name(&token, context)?;
                let mut pipe = None;
                if self.next_non_space().kind != Kind::RightDelim {
                    self.backup();
                    pipe = Some(self.pipeline(context, Kind::RightDelim)?);
                }
                Node::Template(TemplateCall {
                    pos: token.start,
                    name,
                    pipe,
                })
            }
            _ => {
                self.backup();
                Node::Action(self.pipeline("command", Kind::RightDelim)?)
            }
        };
        Ok(Parsed::Node(node))
    }

    fn block(&mut self) -> Result<Node, Error> {
        let context = "block clause";
        let token = self.next_non_space();
        let name = self.template_name(&token, context)?;
        let pipe = self.pipeline(context, Kind::RightDelim)?;
        let outer = std::mem::take(&mut self.scope);
        self.enter()?;
        let (root, ending, end) = self.item_list()?;
        self.nesting -= 1;
        if ending != Ending::End {
            return self.error(format!("unexpected {} in {context}", ending.show()));
        }
        self.add(name.clone(), root, token.start..end)?;
        self.scope = outer;
        Ok(Node::Template(TemplateCall {
            pos: token.start,
            name,
            pipe: Some(pipe),
        }))
    }

    fn template_name(&self, token: &Item, context: &str) -> Result<Arc<str>, Error> {
        match token.kind {
            Kind::String | Kind::RawString => Ok(self.unquoted(token)?.into()),
            _ => self.unexpected(token, context),
        }
    }

    fn control(&mut self, context: &str) -> Result<Branch, Error> {
        let variables = self.scope.variables.len();
        let pipe = self.pipeline(context, Kind::RightDelim)?;
        self.enter()?;
        if context == "range" {
            self.scope.range_depth += 1;
        }
        let (list, ending, _) = self.item_list()?;
        if context == "range" {
            self.scope.range_depth -= 1;
        }
        let mut otherwise = None;
        if ending == Ending::Else {
            let next = self.peek().kind;
            if context == "if" && next == Kind::If {
                self.next();
                otherwise = Some(vec![Node::If(self.control("if")?)]);
            } else if context == "with" && next == Kind::With {
                self.next();
                otherwise = Some(vec![Node::With(self.control("with")?)]);
            } else {
                let (list, ending, _) = self.item_list()?;
                if ending != Ending::End {
                    return self.error("expected end; found {{else}}");
                }
                otherwise = Some(list);
            }
        }
        self.nesting -= 1;
        self.scope.variables.truncate(variables);
        Ok(Branch {
            pipe,
            list,
            otherwise,
        })
    }
}
