//! Which requests a policy or binding is for (`plugin/policy/matching/matching.go`, `plugin/webhook/predicates`).

use podwright_schema::{Admitted, Value};

use super::request::Request;
use crate::selector::{LabelSelector, Labels};

/// Whether something matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Match {
    Yes,
    No,
    /// Not known, for this reason.
    Unknown(String),
}

/// `MatchResources`
#[derive(Clone, Debug)]
pub(super) struct Constraints {
    namespaces: Selector,
    objects: Selector,
    rules: Option<Vec<Rule>>,
    excluded: Option<Vec<Rule>>,
    is_exact: bool,
}

#[derive(Clone, Debug)]
enum Selector {
    All,
    Some(LabelSelector),
    Unknown,
}

/// `NamedRuleWithOperations`
#[derive(Clone, Debug)]
struct Rule {
    groups: Vec<String>,
    versions: Vec<String>,
    resources: Vec<String>,
    operations: Vec<String>,
    scope: String,
    names: Vec<String>,
}

impl Constraints {
    pub(super) fn read(from: Value<'_>) -> Self {
        let policy = from.get("matchPolicy").text();
        Self {
            namespaces: Selector::read(from.get("namespaceSelector")),
            objects: Selector::read(from.get("objectSelector")),
            rules: rules(from.get("resourceRules")),
            excluded: rules(from.get("excludeResourceRules")),
            is_exact: policy.as_deref() == Some("Exact"),
        }
    }

    /// `Matcher.Matches`, for a request to create an object.
    pub(super) fn matches(&self, request: &Request<'_>) -> Match {
        // The rules come last there, but they are cheap, and the result is the same.
        let is_named = self.name(request);
        let is_excluded = match &self.excluded {
            None => Match::Unknown("the rules of the policy are not known".to_owned()),
            Some(rules) => any(rules, request, self.is_exact),
        };
        let mut unknown = None;
        for part in [
            is_named,
            is_excluded.not(),
            self.in_namespace(request),
            self.of_object(request),
        ] {
            match part {
                Match::Yes => {}
                Match::No => return Match::No,
                Match::Unknown(reason) => unknown = unknown.or(Some(reason)),
            }
        }
        unknown.map_or(Match::Yes, Match::Unknown)
    }

    /// Whether the rules do not exclude the object.
    pub(super) fn may_match(&self, request: &Request<'_>) -> bool {
        self.name(request) != Match::No
    }

    /// Whether the rules name the object.
    fn name(&self, request: &Request<'_>) -> Match {
        match &self.rules {
            None => Match::Unknown("the rules of the policy are not known".to_owned()),
            Some(rules) if rules.is_empty() => Match::Yes,
            Some(rules) => any(rules, request, self.is_exact),
        }
    }

    /// `MatchNamespaceSelector`
    fn in_namespace(&self, request: &Request<'_>) -> Match {
        if !request.is_namespaced && !request.is_namespace() {
            return Match::Yes;
        }
        let selector = match &self.namespaces {
            Selector::All => return Match::Yes,
            Selector::Unknown => {
                return Match::Unknown("the namespace selector is not known".to_owned());
            }
            Selector::Some(selector) => selector,
        };
        if request.is_namespace() {
            return self::selects(selector, request.object());
        }
        const NAME: &str = "kubernetes.io/metadata.name";
        let Some(name) = request.namespace else {
            return Match::Unknown("the namespace of the object is not known".to_owned());
        };
        match request.namespace_object() {
            Some(namespace) => selects(selector, Some(namespace)),
            None if selector.keys().all(|key| key == NAME) => {
                is(selector.matches(&vec![(NAME, name)]))
            }
            None => Match::Unknown(format!("the labels of namespace `{name}` are not known")),
        }
    }

    /// `MatchObjectSelector`
    fn of_object(&self, request: &Request<'_>) -> Match {
        match &self.objects {
            Selector::All => Match::Yes,
            Selector::Unknown => Match::Unknown("the object selector is not known".to_owned()),
            Selector::Some(selector) => selects(selector, request.object()),
        }
    }
}

fn is(matches: bool) -> Match {
    if matches { Match::Yes } else { Match::No }
}

/// Whether a selector matches the labels of an object.
fn selects(selector: &LabelSelector, object: Option<&Admitted>) -> Match {
    let unknown = || Match::Unknown("the labels of the object are not known".to_owned());
    let Some(object) = object else {
        return unknown();
    };
    let labels = object
        .get("metadata")
        .and_then(|metadata| metadata.get("labels"));
    let known: Option<Labels<'_>> = match labels {
        None => Some(Vec::new()),
        Some(Admitted::Map(labels)) => {
            let labels = labels.iter();
            labels
                .map(|(key, value)| Some((&**key, value.text()?)))
                .collect()
        }
        Some(_) => None,
    };
    known.map_or_else(unknown, |labels| is(selector.matches(&labels)))
}

impl Match {
    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            unknown => unknown,
        }
    }
}

impl Selector {
    fn read(from: Value<'_>) -> Self {
        if from.is_absent() {
            return Self::All;
        }
        match LabelSelector::read(from) {
            Some(selector) if selector.is_empty() => Self::All,
            Some(selector) => Self::Some(selector),
            None => Self::Unknown,
        }
    }
}

/// `None` if something in them is not known.
fn rules(list: Value<'_>) -> Option<Vec<Rule>> {
    if list.is_unknown() {
        return None;
    }
    list.items().map(Rule::read).collect()
}

/// `matchesResourceRules`
fn any(rules: &[Rule], request: &Request<'_>, is_exact: bool) -> Match {
    let mut unknown = None;
    for rule in rules {
        match rule.matches(request, &request.version) {
            Match::Yes => return Match::Yes,
            Match::No => {}
            Match::Unknown(reason) => unknown = Some(reason),
        }
        // The object is converted to another version, with the fields of that version.
        let others = if is_exact {
            &[]
        } else {
            request.other_versions()
        };
        for version in others {
            if rule.matches(request, version) != Match::No {
                let reason = format!("the object in version `{version}` is not known");
                unknown = Some(reason);
            }
        }
    }
    unknown.map_or(Match::No, Match::Unknown)
}

impl Rule {
    fn read(rule: Value<'_>) -> Option<Self> {
        let list = |name| {
            let list = rule.get(name);
            let items = list.items().map(|item| Some(item.text()?.into_owned()));
            (!list.is_unknown()).then(|| items.collect::<Option<Vec<_>>>())?
        };
        Some(Self {
            groups: list("apiGroups")?,
            versions: list("apiVersions")?,
            resources: list("resources")?,
            operations: list("operations")?,
            scope: rule.get("scope").text()?.into_owned(),
            names: list("resourceNames")?,
        })
    }

    /// `rules.Matcher.Matches`, and the names.
    fn matches(&self, request: &Request<'_>, version: &str) -> Match {
        let has = |list: &[String], value: &str| list.iter().any(|one| one == "*" || one == value);
        // `metadata.namespace` of the request for a Namespace is its own name.
        let is_in_scope = match &*self.scope {
            "Namespaced" => request.is_namespaced,
            "Cluster" => !request.is_namespaced,
            _ => true,
        };
        if !is_in_scope
            || !has(&self.operations, "CREATE")
            || !has(&self.groups, &request.group)
            || !has(&self.versions, version)
        {
            return Match::No;
        }
        let mut resources = self.resources.iter().filter_map(|resource| {
            // A request to create an object is for no subresource.
            match resource.split_once('/') {
                None => Some(resource.as_str()),
                Some((resource, "*")) => Some(resource),
                Some(_) => None,
            }
        });
        let is_of_resource = match &request.resource {
            Some(own) => resources.any(|one| one == "*" || one == own),
            None if resources.clone().any(|one| one == "*") => true,
            None if resources.next().is_some() => {
                return Match::Unknown(format!(
                    "the resource of kind `{}` is not known",
                    request.kind
                ));
            }
            None => false,
        };
        if !is_of_resource {
            return Match::No;
        }
        match (self.names.is_empty(), request.name()) {
            (true, _) => Match::Yes,
            (false, Some(name)) => is(self.names.iter().any(|one| one == name)),
            (false, None) => Match::Unknown("the name of the object is not known".to_owned()),
        }
    }
}
