//! Shutdown of containers.

use super::Page;
use podwright_cluster::termination::Timeline;
use podwright_explain::{KnownTimeline, ShutdownExplanation, timeline_lines};

impl Page {
    pub(super) fn shutdown(&mut self, shutdown: &ShutdownExplanation<'_>) {
        self.lines.push(String::new());
        // The grace period is the same in every release.
        let Some(KnownTimeline(Some(newest))) = shutdown.deletion.newest() else {
            self.field("shutdown", "unknown: the grace period may be set elsewhere");
            return;
        };
        let source = match shutdown.place {
            Some(place) => place.to_string(),
            None => "the default".to_owned(),
        };
        let grace = newest.grace;
        let simple = if newest.is_simple() {
            format!("; SIGTERM immediately, SIGKILL {grace} s later")
        } else {
            String::new()
        };
        self.field(
            "shutdown",
            &format!("{grace} s grace period ({source}){simple}"),
        );
        for (range, timeline) in shutdown.deletion.parts() {
            let Some(timeline) = timeline.0.as_ref().filter(|_| !newest.is_simple()) else {
                continue;
            };
            if shutdown.deletion.only().is_none() {
                self.lines.push(format!("  {range}"));
            }
            let lines = timeline_lines(timeline).into_iter();
            self.lines.extend(lines.map(|line| format!("  {line}")));
        }
        if shutdown.hooks_need_deletion {
            let text = "if the kubelet kills only a container, for example after a failed probe, it skips the \
                        hook: the grace period is 0 and is raised to 1 s only for a whole Pod";
            self.field("", text);
        }
        for probe in &shutdown.probes {
            let name = probe.container.as_deref().unwrap_or("?");
            let text = format!(
                "if its {} fails, {name} has {} s to stop ({})",
                probe.probe, probe.grace_period_seconds, probe.place
            );
            self.field("", &text);
        }
        let has_hook =
            |timeline: &Timeline| timeline.containers.iter().any(|one| one.pre_stop.is_some());
        let eviction = shutdown.hard_eviction.newest();
        if eviction
            .and_then(|one| one.0.as_ref())
            .is_some_and(has_hook)
        {
            let text = "on hard eviction, the kubelet waits 1 s for hooks and SIGKILL follows 2 s later; before 1.28, \
                        hooks run to completion";
            self.field("", text);
        }
    }
}
