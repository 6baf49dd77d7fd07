//! How the containers of a Pod terminate, from the moment at which the kubelet starts to stop the Pod
//! (`killContainersWithSyncResult` and `killContainer` in `pkg/kubelet/kuberuntime`).

use std::time::Duration;

use super::{deletion_grace, stop_timeout};
use crate::pre_stop::{SLEEP, exec_hook, grace_period};
use podwright_model::{Container, ContainerKind, Field, KubernetesVersion, LifecycleHandler, Pod};
use podwright_syntax::NodeId;

/// First release in which an init container with `restartPolicy: Always` is a sidecar and terminates after the other
/// containers.
pub const SIDECARS: KubernetesVersion = KubernetesVersion(29);

/// Why a Pod is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The Pod is deleted, or replaced by its workload's controller.
    Deletion,
    /// The node runs out of a resource (hard eviction), and the kubelet gives the Pod one second. Since 1.28, this
    /// includes the hooks; before, a hook can run for all of `terminationGracePeriodSeconds` first.
    HardEviction,
}

/// Termination of a Pod. All times are relative to its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// Grace period in seconds.
    pub grace: u64,
    /// Containers that are running at that time: regular containers and sidecars, in start order.
    pub containers: Vec<ContainerEnd>,
}

/// Termination of one container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerEnd {
    /// Mapping node of the container.
    pub node: NodeId,
    /// Name of the container, if it is known.
    pub name: Option<String>,
    /// Regular container or sidecar.
    pub kind: ContainerKind,
    /// `preStop` hook of the container, if it has one. The hooks of all containers start at the same time.
    pub pre_stop: Option<PreStop>,
    /// Names of the containers that a sidecar waits for before it gets SIGTERM, as long as the grace period lasts.
    pub waits_for: Vec<String>,
    /// When the container gets SIGTERM.
    pub term: Window,
    /// When the container gets SIGKILL, if it has not exited by then.
    pub kill: Window,
}

/// A `preStop` hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreStop {
    /// Mapping node of the hook.
    pub node: NodeId,
    /// `exec`, `httpGet`, `sleep` or `tcpSocket`, if it is known.
    pub handler: Option<&'static str>,
    /// Minimum duration, provided that the container's main process keeps running.
    pub least: Duration,
    /// Maximum duration; `None` if it is not known.
    pub most: Option<Duration>,
    /// When the hook ends or is cut off.
    pub end: Window,
    /// Whether the hook is certainly cut off because it is still running at the end of the grace period.
    pub is_cut: bool,
}

/// Time window in which something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Earliest time.
    pub earliest: Duration,
    /// Latest time.
    pub latest: Duration,
}

impl Window {
    /// Exact time, if it is known.
    #[must_use]
    pub fn exactly(self) -> Option<Duration> {
        (self.earliest == self.latest).then_some(self.earliest)
    }
}

impl Timeline {
    /// Computes how `pod` terminates in a cluster of `version`; `None` if its grace period is not known.
    ///
    /// `partial`: fields that are missing in the pod may be set elsewhere.
    #[must_use]
    pub fn new(pod: &Pod, cause: Cause, version: KubernetesVersion, partial: bool) -> Option<Self> {
        let grace = match cause {
            Cause::HardEviction => 1,
            // With a grace period of 0, the API server removes the Pod immediately, and the kubelet gives it one
            // second.
            Cause::Deletion => deletion_grace(grace_period(pod, partial)?),
        };
        let mut regular: Vec<ContainerEnd> = pod
            .containers
            .iter()
            .filter(|one| one.kind == ContainerKind::Regular)
            .map(|container| ContainerEnd::alone(container, grace, version, partial))
            .collect();
        let is_sidecar =
            |one: &&Container| one.kind == ContainerKind::Sidecar && version >= SIDECARS;
        let mut sidecars: Vec<ContainerEnd> = Vec::new();
        // The sidecar that started last terminates first.
        for container in pod.containers.iter().filter(is_sidecar).rev() {
            let mut end = ContainerEnd::alone(container, grace, version, partial);
            end.wait_for(regular.iter().chain(sidecars.last()), grace);
            sidecars.push(end);
        }
        sidecars.reverse();
        sidecars.append(&mut regular);
        Some(Self {
            grace,
            containers: sidecars,
        })
    }

    /// Whether every container gets SIGTERM immediately.
    #[must_use]
    pub fn is_simple(&self) -> bool {
        let mut containers = self.containers.iter();
        containers.all(|one| one.pre_stop.is_none() && one.waits_for.is_empty())
    }

    /// Latest time at which the last container has terminated.
    #[must_use]
    pub fn end(&self) -> Duration {
        let kills = self
            .containers
            .iter()
            .map(|container| container.kill.latest);
        kills.max().unwrap_or(Duration::from_secs(self.grace))
    }
}

impl ContainerEnd {
    /// Termination of a container that does not wait for others.
    fn alone(container: &Container, grace: u64, version: KubernetesVersion, partial: bool) -> Self {
        let hook = container
            .lifecycle
            .value()
            .and_then(|one| one.pre_stop.value());
        let pre_stop = hook.map(|hook| PreStop::new(hook, container, grace, version, partial));
        let term = pre_stop.map_or(Window::NOW, |hook| hook.end);
        Self {
            node: container.node,
            name: container.name.text().map(str::to_owned),
            kind: container.kind,
            pre_stop,
            waits_for: Vec::new(),
            term,
            kill: Window {
                earliest: kill(term.earliest, grace),
                latest: kill(term.latest, grace),
            },
        }
    }

    /// Delays the termination until `others` have terminated or the grace period is over
    /// (`terminationOrdering.waitForTurn`).
    fn wait_for<'c>(&mut self, others: impl Iterator<Item = &'c Self>, grace: u64) {
        let whole = Duration::from_secs(grace);
        for other in others {
            self.waits_for.extend(other.name.clone());
            self.term.earliest = self.term.earliest.max(other.term.earliest).min(whole);
            self.term.latest = self.term.latest.max(other.kill.latest.min(whole));
        }
        self.kill = Window {
            earliest: kill(self.term.earliest, grace),
            latest: kill(self.term.latest, grace),
        };
    }
}

/// Time of SIGKILL after a SIGTERM at `term`.
fn kill(term: Duration, grace: u64) -> Duration {
    term + Duration::from_secs(stop_timeout(grace, Some(term)))
}

impl Window {
    const NOW: Self = Self {
        earliest: Duration::ZERO,
        latest: Duration::ZERO,
    };
}

impl PreStop {
    fn new(
        hook: &LifecycleHandler,
        container: &Container,
        grace: u64,
        version: KubernetesVersion,
        partial: bool,
    ) -> Self {
        let handler = match hook.handlers().as_deref() {
            Some([(handler, _)]) => Some(*handler),
            _ => None,
        };
        let (least, most) = match handler {
            // The kubelet does not support this handler: the hook fails immediately.
            Some("tcpSocket") => (Duration::ZERO, Some(Duration::ZERO)),
            // Without the feature gate, the hook ends immediately.
            Some("sleep") if version < SLEEP => (Duration::ZERO, Some(Duration::ZERO)),
            Some("sleep") => sleep(hook),
            Some("exec") => {
                let least = exec_hook(hook, container, partial);
                (least.unwrap_or_default(), None)
            }
            _ => (Duration::ZERO, None),
        };
        let whole = Duration::from_secs(grace);
        Self {
            node: hook.node,
            handler,
            least,
            most,
            end: Window {
                earliest: least.min(whole),
                latest: most.unwrap_or(whole).min(whole),
            },
            is_cut: super::cuts_pre_stop(grace, least),
        }
    }
}

/// Minimum and maximum duration of a `sleep` handler.
fn sleep(hook: &LifecycleHandler) -> (Duration, Option<Duration>) {
    let seconds = hook.sleep.value().and_then(|seconds| match seconds {
        Field::Value(seconds, _) => Some(u64::try_from(*seconds).unwrap_or(0)),
        Field::Missing | Field::Null(_) => Some(0),
        Field::Unknown(_) | Field::Invalid(_) => None,
    });
    let exactly = seconds.map(Duration::from_secs);
    (exactly.unwrap_or_default(), exactly)
}

#[cfg(test)]
mod tests {
    use super::*;
    use podwright_model::decode;

    fn timeline(spec: &str, cause: Cause, version: u16) -> Timeline {
        let text = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n{spec}");
        let tree = podwright_syntax::parse(text.into());
        let objects = decode(&tree, &[]);
        Timeline::new(
            &objects[0].pods[0],
            cause,
            KubernetesVersion(version),
            false,
        )
        .unwrap()
    }

    /// Name, earliest and latest SIGTERM, earliest and latest SIGKILL, in seconds.
    fn ends(timeline: &Timeline) -> Vec<(&str, [u64; 4])> {
        let end = |one: &Window| [one.earliest.as_secs(), one.latest.as_secs()];
        let containers = timeline.containers.iter();
        containers
            .map(|one| {
                let ([a, b], [c, d]) = (end(&one.term), end(&one.kill));
                (one.name.as_deref().unwrap_or(""), [a, b, c, d])
            })
            .collect()
    }

    const HOOKS: &str = "  terminationGracePeriodSeconds: 60
  containers:
    - {name: plain}
    - name: sleeps
      lifecycle: {preStop: {sleep: {seconds: 20}}}
    - name: runs
      lifecycle: {preStop: {exec: {command: [sleep, '15']}}}
    - name: asks
      lifecycle: {preStop: {httpGet: {port: 80}}}
    - name: fails
      lifecycle: {preStop: {tcpSocket: {port: 80}}}
    - name: long
      lifecycle: {preStop: {exec: {command: [sleep, infinity]}}}
";

    #[test]
    fn hooks_start_together_and_use_up_the_grace_period() {
        let timeline = timeline(HOOKS, Cause::Deletion, 36);
        assert_eq!(
            ends(&timeline),
            [
                ("plain", [0, 0, 60, 60]),
                ("sleeps", [20, 20, 60, 60]),
                ("runs", [15, 60, 60, 62]),
                ("asks", [0, 60, 60, 62]),
                ("fails", [0, 0, 60, 60]),
                ("long", [60, 60, 62, 62]),
            ]
        );
        assert_eq!(timeline.end(), Duration::from_secs(62));
        let cut = timeline
            .containers
            .iter()
            .map(|one| one.pre_stop.is_some_and(|hook| hook.is_cut));
        assert_eq!(
            cut.collect::<Vec<_>>(),
            [false, false, false, false, false, true]
        );
    }

    #[test]
    fn before_1_30_a_sleep_is_over_at_once() {
        let timeline = timeline(HOOKS, Cause::Deletion, 29);
        assert_eq!(ends(&timeline)[1], ("sleeps", [0, 0, 60, 60]));
    }

    #[test]
    fn a_node_under_pressure_gives_one_second() {
        let timeline = timeline(HOOKS, Cause::HardEviction, 36);
        assert_eq!(ends(&timeline)[0], ("plain", [0, 0, 2, 2]));
        assert_eq!(ends(&timeline)[1], ("sleeps", [1, 1, 3, 3]));
    }

    const SIDECAR: &str = "  initContainers:
    - {name: setup}
    - {name: proxy, restartPolicy: Always, lifecycle: {preStop: {sleep: {seconds: 5}}}}
    - {name: log, restartPolicy: Always}
  containers:
    - name: web
      lifecycle: {preStop: {sleep: {seconds: 10}}}
    - {name: cache}
";

    #[test]
    fn sidecars_end_after_the_others_the_last_one_first() {
        let timeline = timeline(SIDECAR, Cause::Deletion, 36);
        assert_eq!(
            ends(&timeline),
            [
                ("proxy", [10, 30, 30, 32]),
                ("log", [10, 30, 30, 32]),
                ("web", [10, 10, 30, 30]),
                ("cache", [0, 0, 30, 30]),
            ]
        );
        assert_eq!(timeline.containers[0].waits_for, ["web", "cache", "log"]);
        assert_eq!(timeline.containers[1].waits_for, ["web", "cache"]);
        // Its own hook ended long before its SIGTERM.
        let hook = timeline.containers[0].pre_stop.unwrap();
        assert_eq!(hook.end.exactly(), Some(Duration::from_secs(5)));
    }

    #[test]
    fn before_1_29_there_are_no_sidecars() {
        let timeline = timeline(SIDECAR, Cause::Deletion, 28);
        assert_eq!(timeline.containers.len(), 2);
    }

    #[test]
    fn without_grace_the_kubelet_gives_one_second() {
        let spec = "  terminationGracePeriodSeconds: 0\n  containers:\n    - {name: a}\n";
        assert_eq!(timeline(spec, Cause::Deletion, 36).grace, 1);
        let spec = "  terminationGracePeriodSeconds: 0
  containers:
    - {name: short, lifecycle: {preStop: {exec: {command: [drain]}}}}
    - {name: long, lifecycle: {preStop: {exec: {command: [sleep, '5']}}}}
";
        let timeline = timeline(spec, Cause::Deletion, 36);
        assert_eq!(
            ends(&timeline),
            [("short", [0, 1, 2, 3]), ("long", [1, 1, 3, 3])],
            "the hook runs for up to 1 s, and SIGKILL follows 2 s after SIGTERM"
        );
    }
}
