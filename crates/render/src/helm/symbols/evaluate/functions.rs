//! What functions do with values: which they return, test, change, or print.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use podwright_syntax::text::Location;

use super::super::abstract_value::{Atom, Set, UNKNOWN_PART};
use super::super::facts::Use;
use super::{Evaluator, Flow, Frame, with_entry};

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
            arguments.get(index).map_or_else(Set::opaque, |flow| flow.set.clone())
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
                    let found = maps.iter().map(|map| self.index(map, std::slice::from_ref(key)));
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
                let keys = arguments.iter().map(|flow| self.keys(&flow.set)).collect::<Vec<_>>();
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
            "rest" | "mustRest" | "initial" | "mustInitial" | "reverse" | "mustReverse" | "uniq"
            | "mustUniq" | "compact" | "mustCompact" | "without" | "mustWithout" | "slice"
            | "mustSlice" | "concat" | "append" | "mustAppend" | "push" | "mustPush" | "prepend"
            | "mustPrepend" | "chunk" => self.rearranged(name, arguments),
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
                let known = key.texts().filter(|texts| {
                    !texts.iter().any(|text| text.contains(UNKNOWN_PART))
                });
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

    /// `index map "a" "b"`
    fn index(&mut self, map: &Flow, keys: &[Flow]) -> Set {
        let mut set = map.set.clone();
        for key in keys {
            set = self.at(&set, key, map.place);
        }
        set
    }

    fn at(&mut self, set: &Set, key: &Flow, place: Option<Location>) -> Set {
        if let Some(items) = positions(set, key) {
            return items;
        }
        let known = key.set.texts().filter(|texts| {
            let is_key = |text: &Rc<str>| {
                !text.contains(UNKNOWN_PART) && text.parse::<usize>().is_err()
            };
            texts.iter().all(is_key)
        });
        let Some(texts) = known else {
            self.consume(key, Use::Value);
            self.consume(&Flow::new(set.clone(), place), Use::Keys);
            return self.any(set);
        };
        let own = key.place.filter(|_| key.is_constant);
        let fallback = key.place.or(place);
        let found = texts.iter().map(|text| self.field(set, text, own, fallback));
        Set::union_of(found.collect::<Vec<_>>())
    }

    fn pick(&mut self, map: &Flow, keys: &[Flow]) -> Set {
        let mut known: BTreeMap<Arc<str>, Set> = BTreeMap::new();
        for key in keys {
            let value = self.at(&map.set, key, map.place);
            match key.set.texts() {
                Some(texts) => {
                    for text in texts {
                        known.insert((*text).into(), value.clone());
                    }
                }
                // A list of keys, or a key that is not known.
                None => {
                    self.consume(map, Use::Value);
                    return map.set.clone();
                }
            }
        }
        Set::one(Atom::Dict(Rc::new(known), Set::default()))
    }

    fn dict(&mut self, arguments: &[Flow]) -> Set {
        let mut known: BTreeMap<Arc<str>, Set> = BTreeMap::new();
        let mut rest = Set::default();
        for pair in arguments.chunks(2) {
            let value = pair.get(1).map_or_else(Set::opaque, |flow| flow.set.clone());
            match pair[0].set.texts() {
                Some(texts) if !texts.iter().any(|text| text.contains(UNKNOWN_PART)) => {
                    for text in texts {
                        let old = known.entry((*text).into()).or_default();
                        *old = old.union(&value);
                    }
                }
                _ => {
                    self.consume(&pair[0], Use::Value);
                    rest = rest.union(&value);
                }
            }
        }
        Set::one(Atom::Dict(Rc::new(known), rest))
    }

    fn item(&self, set: &Set, name: &str) -> Option<Set> {
        match set.atoms() {
            [Atom::List(items, rest)] if rest.is_empty() && !items.is_empty() => {
                let is_first = name.to_ascii_lowercase().ends_with("first");
                let item = if is_first { items.first() } else { items.last() };
                item.cloned()
            }
            _ => None,
        }
    }

    /// A list with the items of lists, in whatever order.
    fn rearranged(&mut self, name: &str, arguments: &[Flow]) -> Set {
        let is_addition = matches!(
            name,
            "append" | "mustAppend" | "push" | "mustPush" | "prepend" | "mustPrepend"
        );
        if let ([list, item], true) = (arguments, is_addition) {
            let all = self.elements(&list.set).union(&item.set);
            return Set::list(Vec::new(), all);
        }
        if matches!(name, "rest" | "mustRest" | "initial" | "mustInitial")
            && let Some(Atom::List(items, rest)) =
                arguments.first().and_then(|list| list.set.atoms().first())
            && arguments[0].set.atoms().len() == 1
            && !items.is_empty()
        {
            let items = match name.ends_with("est") {
                true => items[1..].to_vec(),
                false => items[..items.len() - 1].to_vec(),
            };
            return Set::list(items, rest.clone());
        }
        let lists = match name {
            "concat" => arguments,
            _ => &arguments[..arguments.len().min(1)],
        };
        for other in &arguments[lists.len()..] {
            self.consume(other, Use::Value);
        }
        let elements = lists.iter().map(|list| self.elements(&list.set)).collect::<Vec<_>>();
        Set::list(Vec::new(), Set::union_of(elements))
    }

    /// Sets a key of a map; an empty key is not known. `None` for all keys of another map.
    fn change(
        &mut self,
        frame: &mut Frame<'_>,
        map: &Set,
        target: Option<Arc<str>>,
        key: Option<&str>,
        value: &Set,
        place: Option<Location>,
    ) {
        let key_name = key.filter(|key| !key.is_empty());
        let mut is_shared = false;
        for atom in map.atoms() {
            match atom {
                Atom::Path(path) => {
                    let value = match key {
                        Some(_) => value.clone(),
                        None => self.elements(value),
                    };
                    self.facts.assigns(*path, key_name);
                    let slot = (*path, key_name.map(Arc::from));
                    let old = self.assigned.entry(slot).or_default();
                    let new = old.union(&value);
                    self.is_changed |= *old != new;
                    *old = new;
                }
                Atom::Context(chart) => match key_name {
                    Some(key) => {
                        let slot = (*chart, Arc::from(key));
                        let old = self.context_fields.entry(slot).or_default();
                        let new = old.union(value);
                        self.is_changed |= *old != new;
                        *old = new;
                    }
                    None => self.escape(value, place),
                },
                Atom::Dict(..) => is_shared |= target.is_none(),
                _ => {}
            }
        }
        let variable = target.and_then(|name| {
            let mut variables = frame.variables.iter_mut().rev();
            variables.find(|(known, _)| *known == name)
        });
        match (variable, key) {
            (Some((_, set)), Some(_)) => *set = with_entry(set, key_name, value),
            (Some((_, set)), None) => *set = set.union(value),
            // Who made the map sees the change, too.
            (None, _) if is_shared && key.is_some() => self.escape(value, place),
            (None, _) => {}
        }
    }
}

/// The items of a list at a constant position.
fn positions(set: &Set, key: &Flow) -> Option<Set> {
    let texts = key.set.texts()?;
    let [text] = texts.as_slice() else {
        return None;
    };
    let at: usize = text.parse().ok()?;
    let mut all = Set::default();
    for atom in set.atoms() {
        match atom {
            Atom::List(items, rest) => {
                all = all.union(items.get(at).unwrap_or(rest));
            }
            _ => return None,
        }
    }
    Some(all)
}

/// Strings that are made of these.
fn derived<'s>(atoms: impl Iterator<Item = &'s Atom> + 's) -> impl Iterator<Item = Atom> + 's {
    atoms.filter_map(|atom| match atom {
        Atom::Path(path) | Atom::Derived(path) => Some(Atom::Derived(*path)),
        Atom::FileText(_) | Atom::AnyFileText(_) => Some(atom.clone()),
        _ => None,
    })
}

/// A string that is made of strings. What is not known of it is [`UNKNOWN_PART`].
fn text(name: &str, arguments: &[Flow]) -> Set {
    let atoms = arguments.iter().flat_map(|flow| flow.set.atoms());
    let made: Vec<Atom> = derived(atoms).collect();
    let mut texts: Vec<String> = vec![String::new()];
    let mut add = |parts: &[String]| {
        let mut next = Vec::new();
        for text in &texts {
            for part in parts {
                next.push(format!("{text}{part}"));
            }
        }
        texts = next;
        texts.len() <= 64
    };
    let unknown = UNKNOWN_PART.to_string();
    let known = |flow: Option<&Flow>| match flow.and_then(|flow| flow.set.texts()) {
        Some(texts) => texts.iter().map(|text| text.to_string()).collect(),
        None => vec![unknown.clone()],
    };
    let is_whole = match name {
        "print" => arguments.iter().all(|flow| add(&known(Some(flow)))),
        "toString" => add(&known(arguments.first())),
        "printf" => {
            let formats = arguments.first().and_then(|flow| flow.set.texts());
            match formats.as_deref() {
                Some([format]) => {
                    let mut rest = arguments[1..].iter();
                    let mut parts = format.split('%');
                    let mut fits = add(&[parts.next().unwrap_or_default().to_owned()]);
                    for part in parts {
                        let (verb, after) = part.split_at(part.chars().next().map_or(0, char::len_utf8));
                        fits &= match verb {
                            "s" | "v" | "d" => add(&known(rest.next())),
                            _ => add(std::slice::from_ref(&unknown)),
                        };
                        fits &= add(&[after.to_owned()]);
                    }
                    fits
                }
                _ => false,
            }
        }
        "lower" => add(&known(arguments.first()).iter().map(|s| s.to_lowercase()).collect::<Vec<_>>()),
        _ => false,
    };
    let texts = if is_whole { texts } else { vec![unknown] };
    let texts = texts.into_iter().map(|text| Atom::Text(text.into()));
    match made.is_empty() {
        true => Set::of(texts),
        // As the name of a template it is not known; as a template, it is what the values say.
        false => Set::of(made.into_iter().chain(texts)),
    }
}
