use super::*;
use crate::{Counts, Summary};
use podwright_syntax::text::{Location, Span};

const DEPLOYMENT: &str = "\
spec:
  containers:
  - name: app
    image: Nginx:1.27
    imagePullPolicy: Never
  serviceAccountName: web
";

/// Every finding in full.
const VERBOSE: TextStyle = TextStyle {
    verbose: true,
    ..TextStyle::PLAIN
};

fn sources(files: &[(&str, &str)]) -> Vec<Source> {
    files
        .iter()
        .map(|&(path, text)| Source::plain(path, text))
        .collect()
}

fn place(sources: &[Source], file: u32, text: &str) -> Location {
    let start = sources[file as usize].text.find(text).unwrap();
    Location {
        file: FileId(file),
        span: Span::new(
            u32::try_from(start).unwrap(),
            u32::try_from(start + text.len()).unwrap(),
        ),
    }
}

fn upper_case(place: Location) -> Finding {
    Finding {
        rule: "image-invalid-reference",
        level: Severity::Error,
        message: "the image reference is invalid".into(),
        primary: Label {
            place,
            message: "upper case".into(),
        },
        related: Vec::new(),
        notes: Vec::new(),
        help: None,
        object: None,
        field: None,
        fixes: Vec::new(),
        builds: Vec::new(),
    }
}

fn text(one: &Finding, sources: &[Source], style: TextStyle) -> String {
    format_finding(
        one,
        &Positions::new(&sources.iter().collect::<Vec<_>>()),
        style,
    )
}

#[test]
fn shows_the_line_and_its_neighbours() {
    let sources = sources(&[("deploy.yaml", DEPLOYMENT)]);
    let mut one = upper_case(place(&sources, 0, "Nginx"));
    one.note("the kubelet reports InvalidImageName and does not start the container");
    one.help("write `nginx`");
    assert_eq!(
        text(&one, &sources, TextStyle::PLAIN),
        "\
error[image-invalid-reference]: the image reference is invalid
   ╭─[deploy.yaml:4:12]
 3 │   - name: app
 4 │     image: Nginx:1.27
   ·            ──┬──
   ·              ╰── upper case
 5 │     imagePullPolicy: Never
   ╰────
  note: the kubelet reports InvalidImageName and does not start the container
  help: write `nginx`
"
    );
}

#[test]
fn marks_what_can_be_fixed() {
    let sources = sources(&[("deploy.yaml", DEPLOYMENT)]);
    let of = |safety: Applicability, marks: bool, colour: bool| {
        let mut one = upper_case(place(&sources, 0, "Nginx"));
        one.fix(Fix {
            title: "Replace".into(),
            safety,
            edits: Vec::new(),
        });
        let style = TextStyle {
            marks,
            colour,
            ..TextStyle::PLAIN
        };
        text(&one, &sources, style)
            .lines()
            .next()
            .unwrap()
            .to_owned()
    };
    let message = "the image reference is invalid";
    let plain = format!("error[image-invalid-reference]: {message}");
    let marked = format!("error[image-invalid-reference] [*]: {message}");
    assert_eq!(of(Applicability::Safe, true, false), marked);
    assert_eq!(of(Applicability::Safe, false, false), plain);
    assert_eq!(of(Applicability::Unsafe, true, false), plain);
    assert_eq!(of(Applicability::Manual, true, false), plain);
    assert!(of(Applicability::Safe, true, true).contains("\u{1b}[1;34m [*]\u{1b}[0m"));
}

#[test]
fn draws_in_ascii() {
    let sources = sources(&[("deploy.yaml", DEPLOYMENT)]);
    let one = upper_case(place(&sources, 0, "Nginx"));
    let style = TextStyle {
        colour: false,
        unicode: false,
        verbose: false,
        ..TextStyle::PLAIN
    };
    let shown = text(&one, &sources, style);
    assert!(shown.is_ascii(), "{shown}");
    assert!(shown.contains("[deploy.yaml:4:12]"), "{shown}");
}

#[test]
fn colours_only_when_asked() {
    let sources = sources(&[("deploy.yaml", DEPLOYMENT)]);
    let mut one = upper_case(place(&sources, 0, "Nginx"));
    one.related(place(&sources, 0, "Never"), "not pulled")
        .note("n")
        .help("h");
    assert!(!text(&one, &sources, TextStyle::PLAIN).contains('\u{1b}'));
    let style = TextStyle {
        colour: true,
        unicode: true,
        verbose: false,
        ..TextStyle::PLAIN
    };
    let coloured = text(&one, &sources, style);
    assert!(coloured.starts_with("\u{1b}[1;31merror["), "{coloured:?}");
    assert_eq!(
        without_colours(&coloured),
        text(&one, &sources, TextStyle::PLAIN)
    );
}

#[test]
fn wraps_at_the_width_and_links_rules_only_when_asked() {
    let sources = sources(&[("deploy.yaml", DEPLOYMENT)]);
    let mut one = upper_case(place(&sources, 0, "Nginx"));
    one.note("word ".repeat(30).trim_end());
    let style = TextStyle {
        links: true,
        width: 50,
        ..TextStyle::PLAIN
    };
    let shown = text(&one, &sources, style);
    let link = "]8;;https://";
    assert!(shown.contains(link), "{shown:?}");
    let (_, notes) = shown.split_once("  note: ").unwrap();
    assert!(notes.lines().all(|line| line.chars().count() <= 50));
    assert!(!text(&one, &sources, TextStyle::PLAIN).contains(link));
}

fn without_colours(text: &str) -> String {
    let mut out = String::new();
    let mut parts = text.split("\u{1b}[");
    out.push_str(parts.next().unwrap());
    for part in parts {
        out.push_str(part.split_once('m').unwrap().1);
    }
    out.lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect()
}

#[test]
fn the_primary_label_comes_first_then_its_file_then_other_files() {
    let text_a = DEPLOYMENT.to_owned() + "# 1\n# 2\n# 3\n# 4\nlast: here\n";
    let sources = sources(&[
        ("a.yaml", &text_a),
        ("b.yaml", "kind: ServiceAccount\nmetadata:\n  name: web\n"),
    ]);
    let mut one = upper_case(place(&sources, 0, "last"));
    one.level = Severity::Warning;
    one.related(place(&sources, 1, "web"), "this account")
        .related(place(&sources, 0, "Nginx"), "");
    assert_eq!(
        text(&one, &sources, TextStyle::PLAIN),
        "\
warning[image-invalid-reference]: the image reference is invalid
    ╭─[a.yaml:11:1]
 10 │ # 4
 11 │ last: here
    · ──┬─
    ·   ╰── upper case
    ╰────
   ╭─[a.yaml:4:12]
 3 │   - name: app
 4 │     image: Nginx:1.27
   ·            ─────
 5 │     imagePullPolicy: Never
   ╰────
   ╭─[b.yaml:3:9]
 3 │   name: web
   ·         ─┬─
   ·          ╰── this account
   ╰────
"
    );
}

#[test]
fn a_place_of_no_width_and_an_empty_file_are_shown() {
    let sources = sources(&[("a.yaml", "spec:\n"), ("gone.yaml", "")]);
    let mut place = place(&sources, 0, "spec:");
    place.span = Span::at(place.span.end);
    let mut one = upper_case(place);
    one.related(
        Location {
            file: FileId(1),
            span: Span::at(0),
        },
        "",
    );
    assert_eq!(
        text(&one, &sources, TextStyle::PLAIN),
        "\
error[image-invalid-reference]: the image reference is invalid
   ╭─[a.yaml:1:6]
 1 │ spec:
   ·      ▲
   ·      ╰── upper case
   ╰────
  --> gone.yaml:1:1
"
    );
}

#[test]
fn a_label_over_lines_is_drawn_at_the_side() {
    let sources = sources(&[("a.yaml", DEPLOYMENT)]);
    let one = upper_case(place(&sources, 0, "name: app\n    image: Nginx:1.27\n"));
    assert_eq!(
        text(&one, &sources, TextStyle::PLAIN),
        "\
error[image-invalid-reference]: the image reference is invalid
   ╭─[a.yaml:3:5]
 2 │       containers:
 3 │ ╭─▶   - name: app
 4 │ ├─▶     image: Nginx:1.27
   · ╰──── upper case
 5 │         imagePullPolicy: Never
   ╰────
"
    );
}

#[test]
fn nothing_in_a_file_or_message_commands_the_terminal() {
    let sources = sources(&[("\u{1b}]0;x\u{7}.yaml", "image: \u{1b}[2Jx\u{202e}\n")]);
    let mut one = upper_case(place(&sources, 0, "x"));
    one.message = "bad \u{1b}[31m".into();
    one.label("\u{9b}31m\nsecond").note("\u{8}").help("\r\u{0}");
    let shown = text(&one, &sources, TextStyle::PLAIN);
    assert!(
        !shown.contains(|c: char| c != '\n' && super::super::escape::is_deceptive(c)),
        "{shown:?}"
    );
    assert!(shown.contains("image: \\u{1b}[2Jx\\u{202e}"), "{shown}");
    assert!(shown.contains("[\\u{1b}]0;x\\u{7}.yaml:1:12]"), "{shown}");
}

#[test]
fn long_notes_are_wrapped_between_words() {
    let sources = sources(&[("a.yaml", DEPLOYMENT)]);
    let mut one = upper_case(place(&sources, 0, "Nginx"));
    one.note("word ".repeat(40).trim_end().to_owned() + "\nnext");
    let shown = text(&one, &sources, TextStyle::PLAIN);
    assert!(shown.lines().all(|line| line.chars().count() <= MAX_WIDTH));
    assert!(shown.ends_with("\n        next\n"), "{shown}");
    assert_eq!(shown.matches("word").count(), 40);
}

#[test]
fn many_related_places_are_counted() {
    let sources = sources(&[("a.yaml", DEPLOYMENT)]);
    let place = place(&sources, 0, "Nginx");
    let mut one = upper_case(place);
    for _ in 0..11 {
        one.related(place, "again");
    }
    let shown = text(&one, &sources, TextStyle::PLAIN);
    assert_eq!(shown.matches("again").count(), MAX_RELATED);
    assert!(
        shown.contains("note: 3 more locations not shown"),
        "{shown}"
    );
}

/// With the source types of miette this is quadratic: they search for each line from the start of the file.
#[test]
fn thousands_of_findings_in_one_file_cost_linear_time() {
    let document = "apiVersion: v1\nkind: Pod\nspec:\n  image: Nginx\n---\n";
    let sources = sources(&[("all.yaml", &document.repeat(4000))]);
    // Of each rule, as many as are shown.
    let rules = ["a", "b", "c", "d"];
    let findings: Vec<_> = sources[0]
        .text
        .match_indices("Nginx")
        .zip(rules.into_iter().cycle())
        .map(|((at, found), rule)| {
            let start = u32::try_from(at).unwrap();
            let end = u32::try_from(at + found.len()).unwrap();
            let place = Location {
                file: FileId(0),
                span: Span::new(start, end),
            };
            Finding {
                rule,
                ..upper_case(place)
            }
        })
        .collect();
    let summary = Summary {
        files: 1,
        documents: 4000,
        objects: 4000,
        findings: Counts::of(&findings),
        ..Summary::default()
    };
    let report = Report {
        findings: &findings,
        sources: &sources.iter().collect::<Vec<_>>(),
        summary: &summary,
    };
    let mut out = Vec::new();
    write(&report, VERBOSE, &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert_eq!(out.matches("╰── upper case").count(), 4000);
    let mut once = Vec::new();
    write(&report, TextStyle::PLAIN, &mut once).unwrap();
    let once = String::from_utf8(once).unwrap();
    assert_eq!(once.matches("╰── upper case").count(), 4);
    assert_eq!(once.matches("also at 999 more places").count(), 4);
    assert!(out.contains("[all.yaml:19999:10]"));
    assert!(out.ends_with("objects: 4000 errors\n"));
}

/// miette asserts that labels are within its lines. No location, however wrong, may trigger these assertions.
#[test]
fn any_two_places_can_be_drawn() {
    let sources = sources(&[("a.yaml", "é: \t大\r\n\u{1b}x\rb\u{301}: [1,\n\n2]\n")]);
    let length = u32::try_from(sources[0].text.len()).unwrap() + 2;
    let at = |start, end| Location {
        file: FileId(0),
        span: Span::new(start, end),
    };
    let spans = || (0..length).flat_map(|start| (start..length).map(move |end| (start, end)));
    for (start, end) in spans() {
        for (other_start, other_end) in spans().step_by(5) {
            let mut one = upper_case(at(start, end));
            one.related(at(other_start, other_end), "other");
            let shown = text(&one, &sources, TextStyle::PLAIN);
            assert!(shown.contains("[a.yaml:"), "{start}..{end}: {shown}");
            assert!(!shown.contains(['\u{1b}', '\r']), "{shown:?}");
        }
    }
}

#[test]
fn first_findings_of_each_rule_are_shown_and_the_others_are_counted() {
    let sources = sources(&[("deploy.yaml", DEPLOYMENT)]);
    let one = upper_case(place(&sources, 0, "Nginx"));
    let other = Finding {
        rule: "image-missing",
        ..one.clone()
    };
    let written = |count: usize| {
        let mut findings = vec![one.clone(); count];
        findings.push(other.clone());
        let report = Report {
            findings: &findings,
            sources: &sources.iter().collect::<Vec<_>>(),
            summary: &Summary::default(),
        };
        let mut out = Vec::new();
        write(&report, VERBOSE, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let all = written(MAX_OF_A_RULE);
    assert_eq!(
        all.matches("error[image-invalid-reference]").count(),
        MAX_OF_A_RULE
    );
    assert!(!all.contains("not shown"));
    let most = written(MAX_OF_A_RULE + 3);
    assert_eq!(
        most.matches("error[image-invalid-reference]").count(),
        MAX_OF_A_RULE
    );
    assert_eq!(most.matches("error[image-missing]").count(), 1);
    let end = "3 more findings of `image-invalid-reference` not shown\n`--format concise` shows all findings\n";
    assert!(most.contains(end));
}
