//! Shutdown of containers.

use super::Page;
use podwright_cluster::termination::Timeline;
use podwright_explain::{ShutdownExplanation, timeline_lines, words};

impl Page<'_> {
    pub(super) fn shutdown(&mut self, answer: &ShutdownExplanation) {
        self.lines.push(String::new());
        // The grace period is the same in every release.
        let Some(newest) = answer.deletion.newest().and_then(Option::as_ref) else {
            self.said("shutdown", "unknown: the grace period may be set elsewhere");
            return;
        };
        let written = match answer.place {
            Some(place) => self.at(place),
            None => "the default".to_owned(),
        };
        let grace = newest.grace;
        let simple = if newest.is_simple() {
            format!("; SIGTERM immediately, SIGKILL {grace} s later")
        } else {
            String::new()
        };
        self.said(
            "shutdown",
            &format!("{grace} s grace period ({written}){simple}"),
        );
        for (range, timeline) in answer.deletion.parts() {
            let Some(timeline) = timeline.as_ref().filter(|_| !newest.is_simple()) else {
                continue;
            };
            if answer.deletion.only().is_none() {
                self.lines.push(format!("  {}", words::range(*range)));
            }
            let drawn = timeline_lines(timeline);
            self.lines
                .extend(drawn.into_iter().map(|line| format!("  {line}")));
        }
        for probe in &answer.probes {
            let name = probe.container.as_deref().unwrap_or("?");
            let said = format!(
                "if its {} fails, {name} has {} s to stop ({})",
                probe.probe,
                probe.seconds,
                self.at(probe.place)
            );
            self.said("", &said);
        }
        let has_hook =
            |timeline: &Timeline| timeline.containers.iter().any(|one| one.pre_stop.is_some());
        if answer
            .eviction
            .newest()
            .and_then(Option::as_ref)
            .is_some_and(has_hook)
        {
            let said = "on hard eviction, hooks are killed after 1 s and SIGKILL follows 2 s later; before 1.28, \
                        hooks run to completion";
            self.said("", said);
        }
    }
}
