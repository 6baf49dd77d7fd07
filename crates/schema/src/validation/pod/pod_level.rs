//! Resources of a Pod as a whole: `validatePodResources`, after `SetDefaults_Pod` and `DefaultPodLevelResources`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use podwright_model::Quantity;

use super::super::errors::Errors;
use super::super::resource_name::{is_huge_pages, is_overcommit_allowed};
use super::super::value::{Value, read};
use super::Pod;
use super::resources::{ListKind, resource_list};

/// Amounts by resource. `None` if an amount is not known.
type Amounts<'a> = BTreeMap<Cow<'a, str>, Option<Quantity>>;

/// `validatePodResources`.
pub(super) fn resources<'a>(
    pod: &Pod<'a>,
    resources: Value<'a>,
    containers: Value<'a>,
    init: Value<'a>,
    e: &mut Errors,
) {
    if pod.os.as_deref() == Some("windows") {
        e.forbidden(resources, "cannot be set for a Windows Pod");
        return;
    }
    read!(resources => claims, limits, requests);
    if claims.is_set() {
        e.forbidden(claims, "cannot be set in the resources of a Pod")
            .help("move `claims` to the resources of the containers");
    }
    resource_list(limits, ListKind::Pod, e);
    resource_list(requests, ListKind::Pod, e);
    let Some(whole) = Whole::new(pod.is_pod, resources, containers, init) else {
        return;
    };
    if !pod.is_pod {
        whole.check(e);
        return;
    }
    let (older, newer) = (whole.defaulted_before_37(), whole.defaulted());
    if older.limits == newer.limits && older.requests == newer.requests {
        older.check(e);
    } else {
        e.before(37, |e| older.check(e));
        e.since(37, |e| newer.check(e));
    }
}

/// Resources of a Pod, and of its containers.
#[derive(Clone)]
struct Whole<'a> {
    resources: Value<'a>,
    containers: Value<'a>,
    limits: Amounts<'a>,
    requests: Amounts<'a>,
    /// `AggregateContainerLimits`
    limits_of_containers: Amounts<'a>,
    /// `AggregateContainerRequests`
    requests_of_containers: Amounts<'a>,
    /// Resources of which each container has a limit.
    limited: Vec<Cow<'a, str>>,
}

impl<'a> Whole<'a> {
    /// `None` if not all lists of resources are known.
    fn new(
        is_pod: bool,
        resources: Value<'a>,
        containers: Value<'a>,
        init: Value<'a>,
    ) -> Option<Self> {
        let mut lists = Vec::new();
        for container in containers.items().chain(init.items()) {
            lists.push(lists_of(container.get("resources"))?);
        }
        let (limits, requests) = lists_of(resources)?;
        if containers.is_unknown() || init.is_unknown() {
            return None;
        }
        let mut limited: Vec<_> = lists.first()?.0.keys().cloned().collect();
        limited.retain(|name| lists.iter().all(|(limits, _)| limits.contains_key(name)));
        if is_pod {
            for (limits, requests) in &mut lists {
                add_missing(requests, limits, |_| true);
            }
        }
        let count = containers.items().count();
        let sidecars: Vec<_> = init
            .items()
            .map(|container| container.get("restartPolicy").is("Always"))
            .collect();
        let (limit_lists, request_lists): (Vec<_>, Vec<_>) = lists.into_iter().unzip();
        let aggregate = |lists: &[Amounts<'a>]| {
            let (main, started) = lists.split_at(count);
            aggregate(main.iter(), started.iter().zip(sidecars.iter().copied()))
        };
        Some(Self {
            resources,
            containers,
            limits,
            requests,
            limits_of_containers: aggregate(&limit_lists),
            requests_of_containers: aggregate(&request_lists),
            limited,
        })
    }

    /// With the defaults of Kubernetes 1.36 and older: `defaultHugePagePodLimits` and `defaultPodRequests`.
    fn defaulted_before_37(&self) -> Self {
        let mut own = self.clone();
        own.default_huge_pages();
        if !own.limits.is_empty() {
            own.default_requests();
        }
        own
    }

    /// With the defaults of Kubernetes 1.37: `DefaultPodLevelResources`.
    fn defaulted(&self) -> Self {
        let mut own = self.clone();
        own.default_huge_pages();
        if own.limits.is_empty() && own.requests.is_empty() {
            return own;
        }
        own.default_requests();
        // `defaultPodLevelLimits`
        let missing = own.requests.iter().filter(|(name, _)| {
            is_supported(name) && !own.limits.contains_key(*name) && own.limited.contains(name)
        });
        let limits: Vec<_> = missing
            .filter_map(|(name, request)| {
                let sum = own.limits_of_containers.get(name)?;
                Some((name.clone(), higher(*sum, *request)))
            })
            .collect();
        own.limits.extend(limits);
        own
    }

    /// `defaultHugePagePodLimits`
    fn default_huge_pages(&mut self) {
        if self.limits.is_empty() && self.requests.is_empty() {
            return;
        }
        let requests = &self.requests;
        add_missing(&mut self.limits, &self.limits_of_containers, |name| {
            is_huge_pages(name) && !requests.contains_key(name)
        });
    }

    /// `defaultPodRequests`
    fn default_requests(&mut self) {
        add_missing(&mut self.requests, &self.requests_of_containers, |name| {
            is_supported(name) && is_overcommit_allowed(name)
        });
        add_missing(&mut self.requests, &self.limits, is_supported);
    }

    /// `validatePodResourceRequirements` and `validatePodResourceConsistency`.
    fn check(&self, e: &mut Errors) {
        self.requirements(e);
        for (name, sum, request) in pairs(&self.requests_of_containers, &self.requests) {
            if sum > request {
                e.invalid(
                    self.written(name, &["requests", "limits"]),
                    format!("is below the requests of the containers, which are {sum} in total"),
                    format!("use `{sum}` or more"),
                );
            }
        }
        for (name, sum, limit) in pairs(&self.limits_of_containers, &self.limits) {
            if is_huge_pages(name) && sum > limit {
                e.invalid(
                    self.written(name, &["limits", "requests"]),
                    format!("is below the limits of the containers, which are {sum} in total"),
                    format!("use `{sum}` or more"),
                );
            }
        }
        for container in self.containers.items() {
            let limits = container.get("resources").get("limits");
            for (name, _, own) in limits.entries() {
                if let (Some(quantity), Some(Some(limit))) =
                    (own.entry_quantity(), self.limits.get(&name))
                    && quantity > *limit
                {
                    e.invalid(
                        own,
                        format!("is above the limit of the Pod, which is {limit}"),
                        "raise the limit of the Pod, or lower that of the container",
                    );
                }
            }
        }
    }

    /// `validateResourceRequirements`, apart from single names and quantities.
    fn requirements(&self, e: &mut Errors) {
        let limits = self.resources.get("limits");
        for (name, request) in &self.requests {
            let is_overcommitted = is_overcommit_allowed(name);
            let place = self.written(name, &["requests", "limits"]);
            match (request, self.limits.get(name)) {
                (_, None) if !is_overcommitted && is_supported(name) => {
                    let why = "to have a limit for each resource that cannot be overcommitted";
                    e.required(limits, why).at(place).help(format!(
                        "set the limit of `{name}` to the same value as the request"
                    ));
                }
                (Some(request), Some(Some(limit))) if !is_overcommitted && request != limit => {
                    e.invalid(
                        place,
                        format!("must be equal to the limit, which is {limit}"),
                        format!("use `{limit}`, or remove the request"),
                    );
                }
                (Some(request), Some(Some(limit))) if request > limit => {
                    self.above(name, request, limit, e);
                }
                _ => {}
            }
        }
        let names = || self.limits.keys().chain(self.requests.keys());
        let has_compute = names().any(|name| matches!(&**name, "cpu" | "memory"));
        if let Some(name) = names().find(|name| is_huge_pages(name))
            && !has_compute
        {
            e.forbidden(
                self.written(name, &["limits", "requests"]),
                "requires `cpu` or `memory` beside it",
            )
            .help("add a limit for `memory` or `cpu`");
        }
    }

    /// Reports a request above the limit. A request that is not written is that of the containers together.
    fn above(&self, name: &str, request: &Quantity, limit: &Quantity, e: &mut Errors) {
        let written = self.resources.get("requests").find(name);
        if let Some(written) = written {
            e.invalid(
                written,
                format!("must be at most the limit, which is {limit}"),
                format!("use at most {limit}, or raise the limit"),
            );
        } else {
            e.invalid(
                self.written(name, &["limits"]),
                format!("is below the requests of the containers, which are {request} in total"),
                format!("use `{request}` or more, or lower the requests of the containers"),
            );
        }
    }

    /// The amount of a resource in the first of the lists that has it, or the resources.
    fn written(&self, name: &str, lists: &[&'static str]) -> Value<'a> {
        let mut found = lists
            .iter()
            .filter_map(|list| self.resources.get(list).find(name));
        found.next().unwrap_or(self.resources)
    }
}

/// `IsSupportedPodLevelResource`
fn is_supported(name: &str) -> bool {
    matches!(name, "cpu" | "memory") || is_huge_pages(name)
}

/// Limits and requests. `None` if one of the lists is not known.
fn lists_of<'a>(resources: Value<'a>) -> Option<(Amounts<'a>, Amounts<'a>)> {
    read!(resources => limits, requests);
    if resources.is_unknown() {
        return None;
    }
    Some((amounts(limits)?, amounts(requests)?))
}

/// `None` if not all names are known.
fn amounts(list: Value<'_>) -> Option<Amounts<'_>> {
    let is_known = list.is_absent() || list.is_mapping();
    let mut entries = is_known.then(|| list.entries())?;
    entries.try_fold(Amounts::new(), |mut amounts, (name, key, value)| {
        (!key.is_unknown()).then(|| {
            amounts.insert(name, value.entry_quantity());
            amounts
        })
    })
}

/// Amounts of the resources that both have, as far as they are known.
fn pairs<'l, 'a>(
    one: &'l Amounts<'a>,
    other: &'l Amounts<'a>,
) -> impl Iterator<Item = (&'l str, Quantity, Quantity)> {
    one.iter()
        .filter_map(|(name, own)| Some((&**name, (*own)?, (*other.get(name)?)?)))
}

fn add_missing<'a>(to: &mut Amounts<'a>, from: &Amounts<'a>, is_right: impl Fn(&str) -> bool) {
    for (name, amount) in from {
        if is_right(name) && !to.contains_key(name) {
            to.insert(name.clone(), *amount);
        }
    }
}

/// Amounts that the containers need together, while they run or start.
fn aggregate<'l, 'a: 'l>(
    containers: impl Iterator<Item = &'l Amounts<'a>>,
    init: impl Iterator<Item = (&'l Amounts<'a>, bool)>,
) -> Amounts<'a> {
    let (mut sum, mut sidecars, mut starting) = (Amounts::new(), Amounts::new(), Amounts::new());
    for own in containers {
        add(&mut sum, own);
    }
    for (own, is_sidecar) in init {
        let now = if is_sidecar {
            add(&mut sum, own);
            add(&mut sidecars, own);
            sidecars.clone()
        } else {
            let mut now = own.clone();
            add(&mut now, &sidecars);
            now
        };
        raise(&mut starting, now);
    }
    raise(&mut sum, starting);
    sum
}

fn add<'a>(sum: &mut Amounts<'a>, list: &Amounts<'a>) {
    for (name, amount) in list {
        let own = sum.entry(name.clone()).or_insert(Some(Quantity::ZERO));
        *own = own.and_then(|own| own.plus(&(*amount)?));
    }
}

fn raise<'a>(most: &mut Amounts<'a>, list: Amounts<'a>) {
    for (name, amount) in list {
        let own = most.get(&name).copied();
        let amount = own.map_or(amount, |own| higher(own, amount));
        most.insert(name, amount);
    }
}

/// The higher of two amounts, if both are known.
fn higher(one: Option<Quantity>, other: Option<Quantity>) -> Option<Quantity> {
    let (one, other) = (one?, other?);
    Some(if other > one { other } else { one })
}
