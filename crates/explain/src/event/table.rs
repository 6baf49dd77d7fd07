//! Parses the tables that `kubectl get events` (also with `-o wide` and `-A`) and `kubectl events` print.

use super::{Event, EventSource, Regarding};

/// Columns of such a table, with the columns of `-o wide` and of kubectl before 1.15.
const COLUMNS: &[&str] = &[
    "NAMESPACE",
    "LAST SEEN",
    "FIRST SEEN",
    "COUNT",
    "TYPE",
    "REASON",
    "OBJECT",
    "SUBOBJECT",
    "SOURCE",
    "MESSAGE",
    "NAME",
    "KIND",
];

/// Returns whether a line is the header of such a table.
pub(super) fn is_header(line: &str) -> bool {
    let columns = columns(line);
    let has = |name: &str| columns.iter().any(|(column, _)| *column == name);
    has("REASON") && has("MESSAGE") && (has("OBJECT") || (has("KIND") && has("NAME")))
}

/// Returns whether a line is a row of such a table that was copied without its header.
pub(super) fn is_row(line: &str) -> bool {
    !bare_columns(line).is_empty()
}

/// Returns the columns of a row without a header, with any offsets.
fn bare_columns(line: &str) -> Vec<(&'static str, usize)> {
    const BARE: [&str; 6] = [
        "NAMESPACE",
        "LAST SEEN",
        "TYPE",
        "REASON",
        "OBJECT",
        "MESSAGE",
    ];
    let cells: Vec<&str> = cells(line, 6).collect();
    let is_kind = |at: usize| ["Normal", "Warning"].contains(cells.get(at).unwrap_or(&""));
    let Some(at) = (1..=2).find(|&at| is_kind(at)) else {
        return Vec::new();
    };
    let object = cells.get(at + 2).unwrap_or(&"");
    if !object.contains('/') || object.contains(' ') {
        return Vec::new();
    }
    BARE[2 - at..].iter().copied().zip(0..).collect()
}

/// Returns the columns of a header with the offsets at which they start, in characters.
fn columns(head: &str) -> Vec<(&'static str, usize)> {
    let mut found: Vec<(&str, usize)> = Vec::new();
    for &column in COLUMNS {
        // A column is a whole cell: `OBJECT` is not a part of `SUBOBJECT`.
        let mut places = head.match_indices(column).map(|(at, _)| at);
        let is_cell = |&at: &usize| {
            let (before, after) = (&head[..at], &head[at + column.len()..]);
            let ends = |text: Option<char>| text.is_none_or(char::is_whitespace);
            ends(before.chars().next_back()) && ends(after.chars().next())
        };
        if let Some(at) = places.find(is_cell) {
            found.push((column, head[..at].chars().count()));
        }
    }
    found.sort_by_key(|&(_, at)| at);
    found
}

pub(super) fn events(text: &str) -> Vec<Event> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let head = lines
        .next()
        .unwrap_or_default()
        .trim_start_matches('\u{feff}');
    let columns = columns(head);
    let bare = bare_columns(head);
    let mut events: Vec<Event> = Vec::new();
    let mut read = |line: &str| {
        let found = match bare.as_slice() {
            [] => event(line, &columns),
            _ => Some(bare_columns(line))
                .filter(|own| *own == bare)
                .and_then(|own| event(line, &own)),
        };
        match (found, events.last_mut()) {
            (Some(event), _) => events.push(event),
            // kubectl does not align the further lines of a message.
            (None, Some(last)) if !line.contains("kubectl ") => {
                last.message.push(' ');
                last.message.push_str(line.trim());
            }
            (None, _) => {}
        }
    };
    if !bare.is_empty() {
        read(head);
    }
    lines.for_each(read);
    events
}

fn event(line: &str, columns: &[(&'static str, usize)]) -> Option<Event> {
    let row = Row::new(line, columns);
    let get = |name: &str| row.get(name).filter(|cell| !cell.is_empty());
    let object = get("OBJECT").and_then(|object| object.split_once('/'));
    // Before kubectl 1.15, NAME is that of the event: the object's and a suffix.
    let of_event = || Some((get("KIND")?, get("NAME")?.rsplit_once('.')?.0));
    let (kind, name) = object.or_else(of_event)?;
    let container = get("SUBOBJECT").and_then(super::list::container);
    let count = get("COUNT").and_then(|count| count.parse().ok());
    Some(Event {
        regarding: Regarding {
            kind: kind.to_owned(),
            namespace: get("NAMESPACE").map(str::to_owned),
            name: name.to_owned(),
            controller: None,
        },
        container,
        reason: get("REASON")?.to_owned(),
        message: get("MESSAGE").unwrap_or_default().to_owned(),
        count: count.or_else(|| repeated(get("LAST SEEN")?)).unwrap_or(1),
        source: EventSource::Event(get("TYPE").map(|kind| kind == "Normal")),
    })
}

/// Parses the count of `5m (x4 over 10m)`.
pub(super) fn repeated(age: &str) -> Option<u64> {
    let (_, rest) = age.split_once("(x")?;
    rest.split([' ', ')']).next()?.parse().ok()
}

/// Cells of a line by column.
struct Row<'t>(Vec<(&'static str, &'t str)>);

impl<'t> Row<'t> {
    /// Splits a line at the offsets of the columns, as kubectl aligns them. If the text was reformatted on its way, the
    /// cells are separated by two or more spaces.
    fn new(line: &'t str, columns: &[(&'static str, usize)]) -> Self {
        let offset = |at: usize| {
            let place = line.char_indices().nth(at);
            place.map_or(line.len(), |(offset, _)| offset)
        };
        let is_aligned = columns.iter().skip(1).all(|&(_, at)| {
            let at = offset(at);
            at == line.len() || line[..at].ends_with("  ")
        });
        if is_aligned {
            let ends = columns.iter().skip(1).map(|&(_, at)| offset(at));
            let ends = ends.chain([line.len()]);
            let cells = columns.iter().zip(ends);
            let cells = cells.map(|(&(name, at), end)| (name, line[offset(at)..end].trim()));
            return Self(cells.collect());
        }
        // Nothing separates an empty cell from the next one, so the optional column is left out.
        let names = columns.iter().map(|&(name, _)| name);
        let count = cells(line, columns.len()).count();
        let has_all = count >= columns.len();
        let names = names.filter(|name| has_all || *name != "SUBOBJECT");
        Self(names.zip(cells(line, columns.len())).collect())
    }

    fn get(&self, name: &str) -> Option<&'t str> {
        let mut cells = self.0.iter();
        cells
            .find(|(column, _)| *column == name)
            .map(|(_, cell)| *cell)
    }
}

/// Splits a line into cells separated by two or more spaces. The last cell contains the rest of the line.
pub(super) fn cells(line: &str, most: usize) -> impl Iterator<Item = &str> {
    let mut rest = line.trim();
    let mut left = most;
    std::iter::from_fn(move || {
        if rest.is_empty() || left == 0 {
            return None;
        }
        left -= 1;
        let gap = rest.find("  ").filter(|_| left > 0).unwrap_or(rest.len());
        let cell = &rest[..gap];
        rest = rest[gap..].trim_start();
        Some(cell)
    })
}
