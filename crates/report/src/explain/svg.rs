//! Shutdown of Pods as an SVG diagram, for embedding in documents.

use std::io::{self, Write};

use crate::xml;
use podwright_cluster::termination::Timeline;
use podwright_explain::{Part, PodExplanation, Row, describe_end, rows};

/// All dimensions are in pixels.
const ROW: u32 = 26;
const BAR: u32 = 520;
const LETTER: u32 = 8;
const MARGIN: u32 = 12;
const LINE: u32 = 18;

/// Writes the shutdown timelines of the Pods as one diagram, for the newest applicable release.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(pods: &[PodExplanation<'_>], out: &mut dyn Write) -> io::Result<()> {
    let drawn: Vec<(String, Option<&Timeline>)> = pods
        .iter()
        .map(|pod| {
            let newest = pod.shutdown.deletion.newest();
            let timeline = newest.and_then(|one| one.0.as_ref());
            (pod.object.to_string(), timeline)
        })
        .collect();
    let names = drawn.iter().filter_map(|(_, timeline)| *timeline);
    let names = names.flat_map(|timeline| &timeline.containers);
    let longest = names
        .filter_map(|end| end.name.as_ref())
        .map(|name| name.chars().count());
    let label = u32::try_from(longest.max().unwrap_or(1))
        .unwrap_or(1)
        .min(63)
        * LETTER
        + MARGIN;
    let mut body = String::new();
    let mut y = MARGIN;
    for (name, timeline) in &drawn {
        y = pod(name, *timeline, label, y, &mut body);
    }
    let width = MARGIN + label + BAR + MARGIN;
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{y}\" viewBox=\"0 0 {width} {y}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"13\">\n<rect width=\"{width}\" height=\"{y}\" \
         fill=\"#ffffff\"/>\n{body}</svg>"
    )
}

/// Draws a Pod with its top edge at `top`. Returns the y coordinate of its bottom edge.
fn pod(name: &str, timeline: Option<&Timeline>, label: u32, top: u32, body: &mut String) -> u32 {
    let left = MARGIN + label;
    let mut y = top + LINE;
    let Some(timeline) = timeline else {
        let title = format!("{name}: the grace period is not known from the files");
        text(MARGIN, y, "bold", &title, body);
        return y + LINE;
    };
    let title = format!("{name}: {} s grace period", timeline.grace);
    text(MARGIN, y, "bold", &title, body);
    y += MARGIN;
    let rows = rows(timeline);
    for (row, end) in rows.iter().zip(&timeline.containers) {
        text(MARGIN, y + LINE, "normal", &row.name, body);
        bar(row, left, y + 4, &describe_end(end), body);
        y += ROW;
    }
    let mut axis = |at: u32, anchor: &str, label: &str| {
        body.push_str(&format!(
            "<text x=\"{at}\" y=\"{}\" font-size=\"11\" fill=\"#57606a\" text-anchor=\"{anchor}\">{}</text>\n",
            y + LINE - 4,
            xml::escape(label)
        ));
    };
    axis(left, "start", "0");
    axis(
        left + BAR,
        "end",
        &format!("{} s", timeline.end().as_secs()),
    );
    y += LINE;
    let used = Part::ALL.into_iter().filter(|part| {
        let mut segments = rows.iter().flat_map(|row| &row.segments);
        segments.any(|segment| segment.part == *part)
    });
    let mut x = left;
    for part in used {
        body.push_str(&format!(
            "<rect x=\"{x}\" y=\"{}\" width=\"11\" height=\"11\" {}/>\n",
            y + 5,
            fill(part)
        ));
        text(x + 16, y + 15, "normal", part.meaning(), body);
        x += 28 + 7 * u32::try_from(part.meaning().len()).unwrap_or(0);
    }
    y + LINE + MARGIN
}

fn bar(row: &Row, left: u32, top: u32, meaning: &str, body: &mut String) {
    body.push_str(&format!("<g><title>{}</title>\n", xml::escape(meaning)));
    let mut from = 0.0;
    for segment in &row.segments {
        let x = f64::from(left) + from * f64::from(BAR);
        let width = (segment.to - from) * f64::from(BAR);
        body.push_str(&format!(
            "<rect x=\"{x:.1}\" y=\"{top}\" width=\"{width:.1}\" height=\"18\" {}/>\n",
            fill(segment.part)
        ));
        from = segment.to;
    }
    body.push_str("</g>\n");
}

const fn fill(part: Part) -> &'static str {
    match part {
        Part::PreStop => "fill=\"#bc4c00\"",
        Part::Waiting => "fill=\"#d0d7de\"",
        Part::SigtermWindow => "fill=\"#fae17d\"",
        Part::Stopping => "fill=\"#0969da\"",
    }
}

fn text(x: u32, y: u32, weight: &str, content: &str, body: &mut String) {
    body.push_str(&format!(
        "<text x=\"{x}\" y=\"{y}\" font-weight=\"{weight}\" fill=\"#1f2328\">{}</text>\n",
        xml::escape(content)
    ));
}
