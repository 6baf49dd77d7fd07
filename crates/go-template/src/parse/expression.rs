//! Pipelines, commands and operands.

use std::sync::Arc;

use podwright_syntax::provenance::{Origin, Text};

use crate::error::Error;
use crate::lex::{Item, Kind};
use crate::node::{Command, Operand, OperandKind, Pipe};
use crate::number::Number;
use crate::quote::quoted;

use super::Parser;

impl Parser<'_> {
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe, Error> {
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
