//! Parses templates (`text/template/parse/parse.go`).

use std::ops::Range;
use std::sync::Arc;

use podwright_syntax::provenance::{Origin, Text};

use crate::error::{Error, ErrorKind};
use crate::lex::{Item, Kind, Lexer};
use crate::node::{Branch, Command, Node, Operand, OperandKind, Pipe, TemplateCall, Tree};
use crate::number::Number;
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
}

/// What begins anew in each template.
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
        let same = self.trees.iter_mut().find(|other| other.name == tree.name);
        match same {
            None => self.trees.push(tree),
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

    fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe, Error> {
        let start = self.peek_non_space().start;
        let mut pipe = Pipe {
            span: start..start,
            is_assignment: false,
            variables: Vec::new(),
            commands: Vec::new(),
        };
        self.declarations(&mut pipe, context)?;
        loop {
            let token = self.next_non_space();
            match token.kind {
                kind if kind == end => {
                    self.check_pipeline(&pipe, context)?;
                    return Ok(pipe);
                }
                Kind::Bool
                | Kind::CharConstant
                | Kind::Complex
                | Kind::Dot
                | Kind::Field
                | Kind::Identifier
                | Kind::Number
                | Kind::Nil
                | Kind::RawString
                | Kind::String
                | Kind::Variable
                | Kind::LeftParen => {
                    self.backup();
                    let command = self.command()?;
                    pipe.span.end = command.span.end;
                    pipe.commands.push(command);
                }
                _ => return self.unexpected(&token, context),
            }
        }
    }

    fn declarations(&mut self, pipe: &mut Pipe, context: &str) -> Result<(), Error> {
        loop {
            let variable = self.peek_non_space();
            if variable.kind != Kind::Variable {
                return Ok(());
            }
            self.next();
            let after = self.peek();
            let next = self.peek_non_space();
            let name: Arc<str> = self.value(&variable).into();
            match next.kind {
                Kind::Assign | Kind::Declare => {
                    pipe.is_assignment = next.kind == Kind::Assign;
                    self.next_non_space();
                    pipe.variables.push(name.clone());
                    self.scope.variables.push(name);
                }
                Kind::Char if self.value(&next) == "," => {
                    self.next_non_space();
                    pipe.variables.push(name.clone());
                    self.scope.variables.push(name);
                    if context == "range" && pipe.variables.len() < 2 {
                        match self.peek_non_space().kind {
                            Kind::Variable | Kind::RightDelim | Kind::RightParen => continue,
                            _ => return self.error("range can only initialize variables"),
                        }
                    }
                    return self.error(format!("too many declarations in {context}"));
                }
                _ if after.kind == Kind::Space => self.backup3(variable, after),
                _ => self.backup2(variable),
            }
            return Ok(());
        }
    }

    fn check_pipeline(&self, pipe: &Pipe, context: &str) -> Result<(), Error> {
        if pipe.commands.is_empty() {
            return self.error(format!("missing value for {context}"));
        }
        for (index, command) in pipe.commands.iter().enumerate().skip(1) {
            if let OperandKind::Bool(_)
            | OperandKind::Dot
            | OperandKind::Nil
            | OperandKind::Number(_)
            | OperandKind::String(..) = command.operands[0].kind
            {
                return self.error(format!(
                    "non executable command in pipeline stage {}",
                    index + 1
                ));
            }
        }
        Ok(())
    }

    fn command(&mut self) -> Result<Command, Error> {
        let start = self.peek_non_space().start;
        let mut command = Command {
            span: start..start,
            operands: Vec::new(),
        };
        loop {
            self.peek_non_space();
            if let Some(operand) = self.operand()? {
                command.span.end = operand.span.end;
                command.operands.push(operand);
            }
            let token = self.next();
            match token.kind {
                Kind::Space => continue,
                Kind::RightDelim | Kind::RightParen => self.backup(),
                Kind::Pipe => {}
                _ => return self.unexpected(&token, "operand"),
            }
            break;
        }
        if command.operands.is_empty() {
            return self.error("empty command");
        }
        Ok(command)
    }

    fn operand(&mut self) -> Result<Option<Operand>, Error> {
        let Some(mut operand) = self.term()? else {
            return Ok(None);
        };
        let first = self.peek();
        if first.kind != Kind::Field {
            return Ok(Some(operand));
        }
        let mut fields = Vec::new();
        while self.peek().kind == Kind::Field {
            let item = self.next();
            fields.push(Arc::from(&self.value(&item)[1..]));
            operand.span.end = item.end;
        }
        operand.pos = first.start;
        operand.kind = match operand.kind {
            OperandKind::Field(mut names) => {
                names.extend(fields);
                OperandKind::Field(names)
            }
            OperandKind::Variable(mut names) => {
                names.extend(fields);
                OperandKind::Variable(names)
            }
            OperandKind::Identifier(_) | OperandKind::Pipe(_) | OperandKind::Chain(..) => {
                let inner = Operand {
                    span: operand.span.start..first.start,
                    pos: operand.span.start,
                    kind: operand.kind,
                };
                OperandKind::Chain(Box::new(inner), fields)
            }
            _ => {
                let shown = quoted(&operand.to_string());
                return self.error(format!("unexpected . after term {shown}"));
            }
        };
        Ok(Some(operand))
    }

    fn term(&mut self) -> Result<Option<Operand>, Error> {
        let token = self.next_non_space();
        let mut span = token.start..token.end;
        let value = self.value(&token);
        let kind = match token.kind {
            Kind::Identifier => {
                if !(self.is_function)(value) {
                    return self.error(format!("function {} not defined", quoted(value)));
                }
                OperandKind::Identifier(value.into())
            }
            Kind::Dot => OperandKind::Dot,
            Kind::Nil => OperandKind::Nil,
            Kind::Variable => {
                if !self.scope.variables.iter().any(|name| **name == *value) {
                    return self.error(format!("undefined variable {}", quoted(value)));
                }
                OperandKind::Variable(vec![value.into()])
            }
            Kind::Field => OperandKind::Field(vec![value[1..].into()]),
            Kind::Bool => OperandKind::Bool(value == "true"),
            Kind::CharConstant | Kind::Complex | Kind::Number => {
                match Number::parse(value, token.kind) {
                    Ok(number) => OperandKind::Number(number),
                    Err(message) => return self.error(message),
                }
            }
            Kind::LeftParen => {
                self.enter()?;
                let pipe = self.pipeline("parenthesized pipeline", Kind::RightParen)?;
                self.nesting -= 1;
                span.end = self.tokens[0].end;
                OperandKind::Pipe(Box::new(pipe))
            }
            Kind::String | Kind::RawString => {
                let quoted = value.to_owned();
                let string = self.unquoted(&token)?;
                OperandKind::String(quoted, Arc::new(self.constant(&token, string)))
            }
            _ => {
                self.backup();
                return Ok(None);
            }
        };
        Ok(Some(Operand {
            pos: span.start,
            span,
            kind,
        }))
    }

    /// A string constant, with the origin of what is written between its quotes.
    fn constant(&self, token: &Item, string: String) -> Text {
        let inner = token.start + 1..token.end - 1;
        if self.text.as_str()[inner.clone()] == string {
            return self.text.slice(inner);
        }
        match self.text.place(token.start..token.end) {
            Some(place) => Text::new(string, Origin::made_at(place)),
            None => Text::constant(string),
        }
    }
}
