//! What functions do with values: which they return, test, change, or print.

use std::sync::Arc;

use podwright_syntax::text::Location;

use super::super::abstract_value::{Atom, Set, UNKNOWN_PART};
use super::super::facts::Use;
use super::strings::{derived, text};
use super::{Evaluator, Flow, Frame};

impl Evaluator<'_> {
    /// The result of a function. `target` is the variable that is the first argument.
    pub(super) fn function(
        &mut self,
        frame: &mut Frame<'_>,
        name: &str,
        arguments: &[Flow],
        place: Option<Location>,
        target: Option<Arc<str>>,
    ) -> Set {
        let all = || Set::union_of(arguments.iter().map(|flow| flow.set.clone()));
        let set_of = |index: usize| {
            arguments
                .get(index)
                .map_or_else(Set::opaque, |flow| flow.set.clone())
        };
        match name {
            "include" => {
                if let [name, dot, ..] = arguments {
                    self.include(name, dot);
                }
                Set::text(UNKNOWN_PART.to_string())
            }
            "tpl" => match arguments {
                [text, dot, ..] => self.tpl(text, dot, place),
                _ => Set::opaque(),
            },
            "default" => {
                self.consume_at(arguments, 1, Use::Fallback);
                self.consume_at(arguments, 0, Use::Test);
                all()
            }
            "coalesce" => {
                for flow in arguments {
                    self.consume(flow, Use::Fallback);
                }
                all()
            }
            "and" | "or" => {
                for flow in arguments {
                    self.consume(flow, Use::Test);
                }
                all()
            }
            "ternary" => {
                self.consume_at(arguments, 2, Use::Test);
                set_of(0).union(&set_of(1))
            }
            "required" => {
                self.consume_at(arguments, 1, Use::Test);
                set_of(1)
            }
            "not" | "empty" | "kindIs" | "kindOf" | "typeIs" | "typeOf" | "typeIsLike" | "len"
            | "any" | "all" => {
                let how = if name == "len" { Use::Keys } else { Use::Test };
                for flow in arguments {
                    self.consume(flow, how);
                }
                Set::opaque()
            }
            "index" => match arguments.split_first() {
                Some((first, keys)) => self.index(first, keys),
                None => Set::opaque(),
            },
            "get" => match arguments {
                [map, key, ..] => self.index(map, std::slice::from_ref(key)),
                _ => Set::opaque(),
            },
            "hasKey" => match arguments {
                [map, key, ..] => {
                    let found = self.index(map, std::slice::from_ref(key));
                    self.consume(&Flow::new(found, key.place), Use::Fallback);
                    Set::opaque()
                }
                _ => Set::opaque(),
            },
            "dig" => match arguments {
                [keys @ .., fallback, map] => {
                    let found = self.index(map, keys);
                    self.consume(&Flow::new(found.clone(), place), Use::Fallback);
                    found.union(&fallback.set)
                }
                _ => Set::opaque(),
            },
            "pluck" => match arguments.split_first() {
                Some((key, maps)) => {
                    let found = maps
                        .iter()
                        .map(|map| self.index(map, std::slice::from_ref(key)));
                    let found: Vec<Set> = found.collect();
                    for set in &found {
                        self.consume(&Flow::new(set.clone(), key.place), Use::Fallback);
                    }
                    Set::list(Vec::new(), Set::union_of(found))
                }
                None => Set::opaque(),
            },
            "pick" => match arguments.split_first() {
                Some((map, keys)) => self.pick(map, keys),
                None => Set::opaque(),
            },
            "omit" => {
                if let Some((map, keys)) = arguments.split_first() {
                    for key in keys {
                        self.index(map, std::slice::from_ref(key));
                    }
                }
                set_of(0)
            }
            "dict" => self.dict(arguments),
            "list" | "tuple" => {
                let items = arguments.iter().map(|flow| flow.set.clone()).collect();
                Set::list(items, Set::default())
            }
            "keys" => {
                for flow in arguments {
                    self.consume(flow, Use::Keys);
                }
                let keys = arguments
                    .iter()
                    .map(|flow| self.keys(&flow.set))
                    .collect::<Vec<_>>();
                Set::list(Vec::new(), Set::union_of(keys))
            }
            "values" => {
                let elements = self.any(&set_of(0));
                Set::list(Vec::new(), elements)
            }
            "first" | "mustFirst" | "last" | "mustLast" => match self.item(&set_of(0), name) {
                Some(item) => item,
                None => self.elements(&set_of(0)),
            },
            "rest" | "mustRest" | "initial" | "mustInitial" | "reverse" | "mustReverse"
            | "uniq" | "mustUniq" | "compact" | "mustCompact" | "without" | "mustWithout"
            | "slice" | "mustSlice" | "concat" | "append" | "mustAppend" | "push" | "mustPush"
            | "prepend" | "mustPrepend" | "chunk" => self.rearranged(name, arguments),
            "sortAlpha" => {
                self.consume_at(arguments, 0, Use::Value);
                let elements = self.elements(&set_of(0));
                Set::list(Vec::new(), elements)
            }
            "deepCopy" | "mustDeepCopy" => set_of(0),
            "merge" | "mustMerge" | "mergeOverwrite" | "mustMergeOverwrite" => {
                let sources = arguments.iter().skip(1).map(|flow| flow.set.clone());
                let sources = Set::union_of(sources);
                self.change(frame, &set_of(0), target, None, &sources, place);
                all()
            }
            "set" => {
                let value = set_of(2);
                let key = set_of(1);
                let known = key
                    .texts()
                    .filter(|texts| !texts.iter().any(|text| text.contains(UNKNOWN_PART)));
                match known {
                    Some(keys) => {
                        for key in keys {
                            self.change(
                                frame,
                                &set_of(0),
                                target.clone(),
                                Some(&key),
                                &value,
                                place,
                            );
                        }
                    }
                    None => self.change(frame, &set_of(0), target.clone(), Some(""), &value, place),
                }
                self.consume_at(arguments, 1, Use::Value);
                match target.and_then(|name| {
                    let mut variables = frame.variables.iter().rev();
                    variables.find(|(known, _)| *known == name)
                }) {
                    Some((_, set)) => set.clone(),
                    None => set_of(0),
                }
            }
            "unset" => {
                self.consume_at(arguments, 1, Use::Value);
                set_of(0)
            }
            "fromYaml" | "fromJson" | "mustFromJson" | "fromYamlArray" | "fromJsonArray" => {
                self.consume_all(arguments);
                let atoms = arguments.iter().flat_map(|flow| flow.set.atoms());
                Set::of(atoms.map(|atom| match atom {
                    Atom::Derived(path) => Atom::Path(*path),
                    _ => Atom::Opaque,
                }))
            }
            "print" | "println" | "printf" | "cat" | "join" | "toString" | "quote" | "squote"
            | "lower" | "upper" | "trim" | "trunc" | "trimSuffix" | "trimPrefix" | "replace" => {
                self.consume_all(arguments);
                text(name, arguments)
            }
            "fail" | "lookup" => {
                self.consume_all(arguments);
                Set::opaque()
            }
            _ => {
                self.consume_all(arguments);
                let atoms = arguments.iter().flat_map(|flow| flow.set.atoms());
                Set::of(derived(atoms).chain([Atom::Opaque]))
            }
        }
    }

    /// A function of an object, such as `.Files.Get`.
    pub(super) fn method(&mut self, called: &Set, arguments: &[Flow]) -> Set {
        self.consume_all(arguments);
        let name = arguments.first().and_then(|flow| flow.set.texts());
        let Some(names) = name else {
            return called.clone();
        };
        let is_known = names.iter().all(|name| !name.contains(UNKNOWN_PART));
        let atoms = called.atoms().iter().flat_map(|atom| match atom {
            Atom::AnyFileText(chart) if is_known => {
                let files = self.program.charts[*chart].files.iter();
                let wanted = |name: &str| names.iter().any(|wanted| &**wanted == name);
                let found = files.filter(|file| wanted(&file.name));
                let found: Vec<Atom> = found.map(|file| Atom::FileText(file.id)).collect();
                match found.is_empty() {
                    true => vec![Atom::Opaque],
                    false => found,
                }
            }
            other => vec![other.clone()],
        });
        Set::of(atoms)
    }

    fn consume_at(&mut self, arguments: &[Flow], index: usize, how: Use) {
        if let Some(flow) = arguments.get(index) {
            self.consume(flow, how);
        }
    }

    fn consume_all(&mut self, arguments: &[Flow]) {
        for flow in arguments {
            self.consume(flow, Use::Value);
        }
    }
}
