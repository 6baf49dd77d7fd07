//! What is known about public images. Each table is a text file with a source per line.

mod moved;
mod service_variables;
mod tags;
mod without_shell;

pub use moved::{Moved, moved, moved_places};
pub use service_variables::{ServiceSetting, service_settings};
pub use without_shell::{WithoutShell, without_shell};

/// Returns the columns of each line of a table. Lines that start with `#` are comments.
fn lines<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    let lines = table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(|line| {
        let columns: Vec<&str> = line.split(" | ").map(str::trim).collect();
        columns.try_into().ok()
    })
}

#[cfg(test)]
fn check_table<const N: usize>(table: &'static str) {
    let is_content = |line: &&str| !line.is_empty() && !line.starts_with('#');
    assert_eq!(
        lines::<N>(table).count(),
        table.lines().filter(is_content).count(),
        "a line has another number of columns"
    );
    for line in lines::<N>(table) {
        assert!(line.iter().all(|column| !column.is_empty()), "{line:?}");
        assert!(line[N - 1].starts_with("https://"), "{line:?}");
    }
}
