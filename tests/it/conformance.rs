//! Compares answers of podwright with those of Kubernetes and containerd code: see `data/conformance/README.md`.

mod answer;
mod custom;
mod go_json;
mod kubectl;
mod object;
pub(crate) mod tally;

#[test]
fn the_answers_are_those_of_kubernetes() {
    let tallies = tally::tallies();
    for (op, tally) in &tallies {
        let (agreed, excepted) = (tally.agreed(), tally.excepted);
        println!(
            "{op}: {agreed} of {} agree, {excepted} excepted",
            tally.asked
        );
        for disagreement in &tally.disagreements {
            println!("{disagreement}");
        }
    }
    assert!(tallies.values().all(|tally| tally.unsupported == 0));
    assert!(tallies.values().all(|tally| tally.disagreements.is_empty()));
    let excepted: usize = tallies.values().map(|tally| tally.excepted).sum();
    assert_eq!(excepted, tally::TAKEN.len());
    assert_eq!(tallies.len(), 12);
}
