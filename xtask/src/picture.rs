//! Pictures of terminal output for the README: the real, colored output as SVG, one picture for each color scheme.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::{Generated, Result, root};

/// Directory of the example in the pictures.
const EXAMPLE: &str = "fixtures/workspaces/other-namespace";

const FONT_SIZE: f64 = 14.0;
/// Width of a character of common monospace fonts, relative to the font size.
const ADVANCE: f64 = 0.602;
const LINE_HEIGHT: f64 = 20.0;
const PADDING: f64 = 16.0;

/// Colors of a picture.
struct Scheme {
    name: &'static str,
    background: &'static str,
    border: &'static str,
    text: &'static str,
    dim: &'static str,
    /// ANSI colors 30 to 37.
    ansi: [&'static str; 8],
}

const SCHEMES: [Scheme; 2] = [
    Scheme {
        name: "light",
        background: "#ffffff",
        border: "#d0d7de",
        text: "#1f2328",
        dim: "#59636e",
        ansi: [
            "#24292f", "#cf222e", "#116329", "#7d4e00", "#0969da", "#8250df", "#1b7c83", "#59636e",
        ],
    },
    Scheme {
        name: "dark",
        background: "#0d1117",
        border: "#3d444d",
        text: "#f0f6fc",
        dim: "#9198a1",
        ansi: [
            "#656c76", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4",
        ],
    },
];

/// Text attributes that an escape sequence sets.
#[derive(Clone, Copy, Default, PartialEq)]
struct Style {
    bold: bool,
    dim: bool,
    /// Index into [`Scheme::ansi`].
    color: Option<usize>,
}

/// Returns `docs/src/images/check-light.svg` and `check-dark.svg`.
///
/// # Errors
///
/// Returns an error if podwright cannot be run, or if it prints an escape sequence that the pictures do not support.
pub fn pictures(podwright: &Path) -> Result<Vec<Generated>> {
    let output = Command::new(podwright)
        .args(["check", "--color", "always"])
        .current_dir(root().join(EXAMPLE))
        .output()?;
    let printed = String::from_utf8(output.stdout)?;
    let text = format!("\x1b[2m$\x1b[0m podwright check\n{}", printed.trim_end());
    let lines = styled_lines(&text)?;
    let picture = |scheme: &Scheme| {
        let path = format!("docs/src/images/check-{}.svg", scheme.name);
        Generated::new(path, svg(&lines, scheme))
    };
    Ok(SCHEMES.iter().map(picture).collect())
}

type Line = Vec<(Style, String)>;

/// Splits text with escape sequences into lines of styled spans.
fn styled_lines(text: &str) -> Result<Vec<Line>> {
    let mut style = Style::default();
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut parts = line.split("\x1b[");
        let mut spans = vec![(style, parts.next().unwrap_or_default().to_owned())];
        for part in parts {
            let (codes, text) = part.split_once('m').ok_or("not a color sequence")?;
            for code in codes.split(';') {
                match code {
                    "0" | "" => style = Style::default(),
                    "1" => style.bold = true,
                    "2" => style.dim = true,
                    _ => style.color = Some(color(code)?),
                }
            }
            spans.push((style, text.to_owned()));
        }
        spans.retain(|(_, text)| !text.is_empty());
        lines.push(spans);
    }
    Ok(lines)
}

fn color(code: &str) -> Result<usize> {
    let number: usize = code.parse()?;
    match number {
        30..=37 => Ok(number - 30),
        _ => Err(format!("unknown color {code}").into()),
    }
}

fn svg(lines: &[Line], scheme: &Scheme) -> String {
    let width = |text: &str| text.chars().count() as f64 * FONT_SIZE * ADVANCE;
    let widths = lines
        .iter()
        .map(|spans| spans.iter().map(|(_, text)| width(text)).sum::<f64>());
    let whole = (widths.fold(0.0, f64::max) + 2.0 * PADDING).ceil();
    let height = lines.len() as f64 * LINE_HEIGHT + 2.0 * PADDING;
    let Scheme {
        background,
        border,
        text,
        ..
    } = scheme;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{whole}\" height=\"{height}\" viewBox=\"0 0 {whole} {height}\" \
         font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" \
         font-size=\"{FONT_SIZE}\" xml:space=\"preserve\">\n  \
         <title>Output of podwright check</title>\n  \
         <rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"6\" fill=\"{background}\" stroke=\"{border}\"/>\n",
        whole - 1.0,
        height - 1.0,
    );
    for (index, spans) in lines.iter().enumerate() {
        let y = PADDING + (index as f64 + 0.75) * LINE_HEIGHT;
        let mut x = PADDING;
        for (style, span) in spans {
            let fill = match style.color {
                Some(color) => scheme.ansi[color],
                None if style.dim => scheme.dim,
                None => text,
            };
            let weight = if style.bold {
                " font-weight=\"bold\""
            } else {
                ""
            };
            // The length keeps columns aligned, whatever font the viewer has.
            if !span.trim().is_empty() {
                let _ = writeln!(
                    out,
                    "  <text x=\"{x:.1}\" y=\"{y:.1}\" fill=\"{fill}\"{weight} textLength=\"{:.1}\">{}</text>",
                    width(span),
                    escaped(span)
                );
            }
            x += width(span);
        }
    }
    out += "</svg>\n";
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
