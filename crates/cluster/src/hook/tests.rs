use std::time::Duration;

use super::{Argument, exec_lower_bound};

/// Environment for the tests.
fn env(name: &str) -> Option<String> {
    let value = match name {
        "DRAIN" => "15",
        "UNIT" => "2m",
        "TWO" => "5 10",
        "EMPTY" => "",
        "PPID" | "SECONDS" => "7",
        _ => return None,
    };
    Some(value.to_owned())
}

fn exec(words: &[&str]) -> f64 {
    let words: Vec<Argument<'_>> = words.iter().map(|word| Argument::Known(word)).collect();
    exec_lower_bound(&words, env).as_secs_f64()
}

#[track_caller]
fn check(cases: &[(&[&str], f64)]) {
    for (words, seconds) in cases {
        let found = exec(words);
        assert!(
            (found - seconds).abs() < 1e-9,
            "{words:?}: {found}, not {seconds}"
        );
    }
}

#[track_caller]
fn check_scripts(cases: &[(&str, f64)]) {
    for (script, seconds) in cases {
        let found = exec(&["/bin/sh", "-c", script]);
        assert!(
            (found - seconds).abs() < 1e-9,
            "{script:?}: {found}, not {seconds}"
        );
    }
}

#[test]
fn sleep_takes_its_operands() {
    check(&[
        (&["sleep", "15"], 15.0),
        (&["/bin/sleep", "15s"], 15.0),
        (&["/usr/bin/sleep", "2m"], 120.0),
        (&["sleep", "1h"], 3_600.0),
        (&["sleep", "1d"], 86_400.0),
        (&["sleep", "0.5"], 0.5),
        (&["sleep", ".25m"], 15.0),
        (&["sleep", "5."], 5.0),
        (&["sleep", "1m", "30"], 90.0),
        (&["sleep", "--", "5"], 5.0),
        (&["busybox", "sleep", "5"], 5.0),
        (&["/busybox/sleep", "5"], 5.0),
        (&["sleep"], 0.0),
        (&["sleep", ""], 0.0),
        (&["sleep", "-5"], 0.0),
        (&["sleep", "+5"], 0.0),
        (&["sleep", "1e2"], 0.0),
        (&["sleep", "0x10"], 0.0),
        (&["sleep", "."], 0.0),
        (&["sleep", "5x"], 0.0),
        (&["sleep", "5ms"], 0.0),
        (&["sleep", " 5"], 0.0),
        (&["sleep", "5\r"], 0.0),
        (&["sleep", "5", "later"], 0.0),
        (&["sleep", "--help"], 0.0),
        (&["sleep", "99999999999"], 0.0),
    ]);
    let infinite = [Argument::Known("sleep"), Argument::Known("infinity")];
    assert_eq!(exec_lower_bound(&infinite, env), Duration::MAX);
}

#[test]
fn there_is_no_shell_where_none_is_called() {
    check(&[
        (&[], 0.0),
        (&["sleep 5"], 0.0),
        (&["sleep 5; sleep 5"], 0.0),
        (&["sleep", "$DRAIN"], 0.0),
        (&["sleep", "$(DRAIN)"], 0.0),
        (&["sleep", "5", "&&", "sleep", "5"], 0.0),
        (&["/opt/app/sleep", "5"], 0.0),
        (&["./sleep", "5"], 0.0),
        (&["curl", "http://localhost/drain"], 0.0),
        (&["/usr/sbin/nginx", "-s", "quit"], 0.0),
    ]);
}

#[test]
fn an_unknown_argument_takes_no_time() {
    let known = Argument::Known;
    let bound = |words: &[Argument<'_>]| exec_lower_bound(words, env).as_secs();
    assert_eq!(bound(&[Argument::Unknown, known("5")]), 0);
    assert_eq!(bound(&[known("sleep"), Argument::Unknown]), 0);
    assert_eq!(bound(&[known("sleep"), known("5"), Argument::Unknown]), 0);
    assert_eq!(bound(&[known("sh"), known("-c"), Argument::Unknown]), 0);
    assert_eq!(
        bound(&[known("sh"), Argument::Unknown, known("sleep 5")]),
        0
    );
    let name = [
        known("sh"),
        known("-c"),
        known("sleep 5"),
        Argument::Unknown,
    ];
    assert_eq!(
        bound(&name),
        5,
        "an argument of the script does not change it"
    );
}

#[test]
fn programs_that_run_programs_are_seen_through() {
    check(&[
        (&["nohup", "sleep", "5"], 5.0),
        (&["nice", "sleep", "5"], 5.0),
        (&["nice", "-n", "5", "sleep", "5"], 5.0),
        (&["nice", "-5", "sleep", "5"], 5.0),
        (&["nice", "-n", "-5", "sleep", "5"], 0.0),
        (&["env", "sleep", "5"], 5.0),
        (&["env", "-i", "A=b", "-u", "X", "sleep", "5"], 5.0),
        (&["env", "DRAIN=1", "sh", "-c", "sleep $DRAIN"], 0.0),
        (&["env", "sh", "-c", "sleep $DRAIN"], 15.0),
        (&["time", "-p", "sleep", "5"], 5.0),
        (&["timeout", "10", "sleep", "30"], 10.0),
        (&["timeout", "30", "sleep", "10"], 10.0),
        (
            &["timeout", "-k", "5", "-s", "KILL", "1m", "sleep", "90"],
            60.0,
        ),
        (&["timeout", "--signal=KILL", "10", "sleep", "30"], 10.0),
        (&["timeout", "0", "sleep", "5"], 5.0),
        (&["timeout", "10", "curl", "http://x"], 0.0),
        (&["timeout", "10"], 0.0),
        (&["timeout", "-t", "10", "sleep", "30"], 0.0),
        (
            &["timeout", "20", "nice", "sh", "-c", "sleep 5; sleep 30"],
            20.0,
        ),
        (&["sudo", "sleep", "5"], 0.0),
        (&["setsid", "sleep", "5"], 0.0),
    ]);
}

#[test]
fn shells_are_known_by_their_options() {
    check(&[
        (&["sh", "-c", "sleep 5"], 5.0),
        (&["bash", "-ec", "sleep 5"], 5.0),
        (&["/bin/ash", "-e", "-c", "sleep 5"], 5.0),
        (&["dash", "-c", "-e", "sleep 5"], 5.0),
        (
            &["/usr/bin/bash", "-euxo", "pipefail", "-c", "sleep 5"],
            5.0,
        ),
        (&["bash", "-o", "pipefail", "-c", "sleep 5"], 5.0),
        (&["bash", "--norc", "-lc", "sleep 5"], 5.0),
        (&["busybox", "sh", "-c", "sleep 5"], 5.0),
        (&["sh", "-o", "pipefail", "-c", "sleep 5"], 0.0),
        (&["sh", "-nc", "sleep 5"], 0.0),
        (&["sh", "sleep 5"], 0.0),
        (&["sh", "/pre-stop.sh"], 0.0),
        (&["sh", "-c"], 0.0),
        (&["sh", "-c", "/pre-stop.sh", "sleep 5"], 0.0),
        (&["sh", "-c", "sleep $0", "5"], 0.0),
        (&["python", "-c", "sleep 5"], 0.0),
        (&["bash", "-ec", "curl x; sleep 5"], 0.0),
        (&["bash", "-e", "-c", "true; sleep 5"], 5.0),
        (&["bash", "-uc", "echo $NOPE; sleep 5"], 0.0),
    ]);
}

#[test]
fn lists_run_in_order() {
    check_scripts(&[
        ("sleep 5", 5.0),
        ("sleep 5; sleep 10", 15.0),
        ("sleep 5;", 5.0),
        ("sleep 5\nsleep 10\n", 15.0),
        ("sleep \\\n 5", 5.0),
        ("  # wait\n sleep 5 # seconds; sleep 100\n", 5.0),
        ("nginx -s quit; sleep 20", 20.0),
        (
            "curl -X POST http://localhost:9901/drain?x; sleep $DRAIN",
            15.0,
        ),
        ("kill -TERM 1; sleep 20", 20.0),
        ("kill -QUIT $(cat /run/nginx.pid); sleep 20", 20.0),
        ("sleep 5 && sleep 10", 15.0),
        ("sleep 5 && curl x && sleep 10", 5.0),
        ("sleep 5 &&\n sleep 10", 15.0),
        ("curl x && sleep 10", 0.0),
        ("curl x && sleep 10; sleep 3", 3.0),
        ("curl x || true; sleep 3", 3.0),
        ("curl x || true && sleep 3", 3.0),
        ("curl x || exit 0; sleep 3", 0.0),
        ("[ -f /x ] && exit 0; sleep 3", 0.0),
        ("sleep 5 || sleep 10", 5.0),
        ("false || sleep 10", 10.0),
        ("false && sleep 10", 0.0),
        ("true && sleep 10", 10.0),
        ("! true || sleep 10", 10.0),
        ("! curl x && sleep 10", 0.0),
        ("echo stopping && sleep 10", 10.0),
        ("sleep x && sleep 10", 0.0),
        ("sleep x; sleep 10", 10.0),
        ("sleep 5 & sleep 3", 3.0),
        ("sleep 5 & wait", 0.0),
        ("sleep 5 && sleep 5 &", 0.0),
        ("", 0.0),
        ("# sleep 5", 0.0),
    ]);
}

#[test]
fn the_end_of_a_script_is_the_end() {
    check_scripts(&[
        ("sleep 5; exit 0; sleep 10", 5.0),
        ("exec sleep 5; sleep 10", 5.0),
        ("exec >/dev/null 2>&1; sleep 5", 5.0),
        ("exec >/var/log/stop; sleep 5", 0.0),
        ("return; sleep 5", 0.0),
        ("shift; sleep 5", 0.0),
        (": >/missing/x; sleep 5", 0.0),
        ("echo $((10 / X)); sleep 5", 0.0),
        ("echo ${X^^}; sleep 5", 0.0),
        ("echo ${X%.*} ${#X}; sleep 5", 5.0),
        ("sleep 5; trap 'exit' TERM; sleep 10", 5.0),
        ("sleep 5; eval \"$X\"; sleep 10", 5.0),
        (". /etc/profile; sleep 10", 0.0),
        ("sleep 5; kill $$; sleep 10", 5.0),
        ("(sleep 1; kill $$) & sleep 60", 0.0),
        ("(sleep 1; kill -9 $PPID) & sleep 60", 0.0),
        ("kill 0; sleep 10", 0.0),
        ("kill -9 -1; sleep 10", 0.0),
        ("pkill -f gunicorn; sleep 10", 0.0),
        ("pkill nginx; sleep 10", 10.0),
        ("(sleep 1; killall sleep) & sleep 60", 0.0),
        ("sh -c 'kill $PPID'; sleep 60", 0.0),
        ("X=$(kill $$); sleep 60", 0.0),
        ("$STOP; sleep 10", 0.0),
        ("$JAVA_HOME/bin/jcmd 1 GC.run; sleep 10", 10.0),
        ("alias sleep=true; sleep 10", 0.0),
        ("sleep() { true; }; sleep 10", 0.0),
        ("sleep 5\nsleep() { true; }\nsleep 10", 5.0),
        ("function sleep { true; }; sleep 10", 0.0),
        ("PATH=/x; sleep 10", 0.0),
        ("PATH=/x sleep 10", 0.0),
        ("export PATH=/x; sleep 10", 0.0),
    ]);
}

#[test]
fn set_e_makes_failures_count() {
    check_scripts(&[
        ("set -e; sleep 5; curl x; sleep 10", 5.0),
        ("set -e; sleep 5; curl x || true; sleep 10", 15.0),
        ("set -e; curl x && sleep 5; sleep 10", 10.0),
        ("set -e; ! curl x; sleep 10", 10.0),
        ("set -eu; echo $DRAIN; sleep 10", 10.0),
        ("set -o errexit; curl x; sleep 10", 0.0),
        ("set -e; set +e; curl x; sleep 10", 10.0),
        ("set -e; if test -f x; then true; fi; sleep 10", 0.0),
        ("set -x; curl x; sleep 10", 10.0),
        ("set -u; echo $NOPE; sleep 10", 0.0),
        ("set -o pipefail; sleep 10", 0.0),
        ("(set -e); curl x; sleep 10", 10.0),
        ("curl x && set -e; curl y; sleep 10", 0.0),
    ]);
    check(&[(&["bash", "-c", "set -o pipefail; sleep 10"], 10.0)]);
}

#[test]
fn groups_and_pipelines() {
    check_scripts(&[
        ("{ sleep 5; sleep 5; }; sleep 1", 11.0),
        ("(sleep 5; exit 1; sleep 5); sleep 1", 6.0),
        ("{ sleep 5; exit 1; }; sleep 1", 5.0),
        ("{ sleep 5 }", 0.0),
        ("(sleep 5", 0.0),
        ("sleep 5)", 0.0),
        ("sleep 5 | cat", 5.0),
        ("sleep 5 | sleep 10", 10.0),
        ("{ sleep 5; echo a; sleep 5; } | true", 5.0),
        ("{ sleep 5; curl x; sleep 5; } | cat", 5.0),
        ("cat x | while read l; do exit 1; done; sleep 5", 5.0),
        ("curl x | (sleep 5)", 5.0),
        ("sleep 5 | curl x && sleep 10", 5.0),
        ("(sleep 5) && sleep 5", 10.0),
        ("(curl x) && sleep 5", 0.0),
    ]);
}

#[test]
fn loops_and_conditions_take_no_certain_time() {
    check_scripts(&[
        ("if [ -f x ]; then sleep 5; fi; sleep 3", 3.0),
        ("if [ -f x ]; then sleep 5; else exit 1; fi; sleep 3", 0.0),
        ("for i in 1 2 3; do sleep 5; done; sleep 3", 3.0),
        (
            "while [ -f x ]; do if true; then sleep 1; fi; done; sleep 3",
            3.0,
        ),
        ("while true; do sleep 1; done & sleep 3", 3.0),
        ("case $X in a) sleep 5;; b) exit 1;; esac; sleep 3", 0.0),
        ("case $X in a) sleep 5;; *) ;; esac; sleep 3", 3.0),
        ("if x; then sleep 5", 0.0),
        ("until nc -z localhost 80\ndo\n sleep 1\ndone\nsleep 3", 3.0),
        ("for i in 1 2; do $CMD; done; sleep 3", 0.0),
        ("sleep 5; done; sleep 3", 0.0),
        ("cat <<EOF; sleep 5\nx\nEOF\nsleep 3", 0.0),
        ("sleep 5\ncat <<EOF\nit's\nEOF\nsleep 3", 5.0),
        ("sleep 5; cat <<EOF\nx\nEOF", 0.0),
        ("sleep 5 & ; sleep 10", 0.0),
        ("sleep 5\nsleep 5; done\nsleep 10", 5.0),
        ("sleep 5 | ! sleep 5", 0.0),
        ("; sleep 10", 0.0),
    ]);
}

#[test]
fn words_are_expanded() {
    check_scripts(&[
        ("sleep $DRAIN", 15.0),
        ("sleep ${DRAIN}", 15.0),
        ("sleep \"$DRAIN\"", 15.0),
        ("sleep \"${DRAIN}s\"", 15.0),
        ("sleep $UNIT", 120.0),
        ("sleep ${DRAIN:-5}", 15.0),
        ("sleep ${EMPTY:-5}", 5.0),
        ("sleep ${EMPTY-5}", 0.0),
        ("sleep ${NOPE:-5}", 0.0),
        ("sleep $EMPTY 5", 5.0),
        ("sleep \"$EMPTY\" 5", 0.0),
        ("sleep $TWO", 0.0),
        ("sleep '$DRAIN'", 0.0),
        ("sleep \\$DRAIN", 0.0),
        ("sleep $NOPE", 0.0),
        ("sleep $NOPE; sleep 5", 5.0),
        ("sleep ${NOPE:?must be set}; sleep 5", 0.0),
        ("sleep $SECONDS", 0.0),
        ("sleep $(cat /drain)", 0.0),
        ("sleep `cat /drain`; sleep 5", 5.0),
        ("sleep $((5 * 2)); sleep 5", 5.0),
        ("sleep \"$(echo \"$(date)\")\"; sleep 5", 5.0),
        ("'sleep' \"5\"", 5.0),
        ("sl''eep 5", 5.0),
        ("sleep 5's'", 5.0),
        ("sleep {5,10}", 0.0),
        ("echo \"sleep 5\"", 0.0),
        ("echo 'a\nsleep 5\n'", 0.0),
        ("echo \"it's\"; sleep 5", 5.0),
        ("echo it's; sleep 5", 0.0),
        ("WAIT=5; sleep $WAIT", 5.0),
        ("export WAIT=5; sleep $WAIT", 5.0),
        ("DRAIN=1; sleep $DRAIN", 1.0),
        ("DRAIN=1 sleep $DRAIN", 0.0),
        ("sleep $DRAIN; DRAIN=1", 0.0),
        ("curl x && DRAIN=1; sleep $DRAIN", 0.0),
        ("read DRAIN; sleep $DRAIN", 0.0),
        (": ${DRAIN:=1}; sleep $DRAIN", 0.0),
        ("(DRAIN=1); sleep $DRAIN", 0.0),
        ("WAIT=$(cat /drain); sleep $WAIT; sleep 5", 5.0),
        ("A=(1 2); sleep 5", 0.0),
    ]);
}

#[test]
fn redirections_may_fail() {
    check_scripts(&[
        ("sleep 5 >/dev/null 2>&1", 5.0),
        ("sleep 5 > /dev/null", 5.0),
        ("2>/dev/null sleep 5", 5.0),
        ("sleep 5 > /var/log/x", 0.0),
        ("sleep 5 < /missing; sleep 3", 3.0),
        ("sleep 5>/dev/null", 0.0),
        ("sleep 5 &>/dev/null", 0.0),
        ("echo x > /proc/1/fd/1 && sleep 5", 0.0),
        ("echo x > /proc/1/fd/1; sleep 5", 5.0),
        ("{ sleep 5; exit; } > /var/log/x; sleep 3", 0.0),
        ("sleep 5 <<< x", 0.0),
    ]);
}

#[test]
fn shells_within_shells() {
    check_scripts(&[
        ("bash -c 'sleep 5; sleep 5'; sleep 1", 11.0),
        ("timeout 3 sh -c 'sleep 5'; sleep 1", 4.0),
        ("timeout 10 sleep 5 && sleep 1", 5.0),
        ("command sleep 5; time sleep 5", 10.0),
        ("command exit 0; sleep 5", 0.0),
        ("nohup sleep 5 &", 0.0),
        ("exec timeout 5 sleep 10", 5.0),
        ("sh -c 'sleep $DRAIN'", 15.0),
        ("DRAIN=1 sh -c 'sleep $DRAIN'", 0.0),
        ("[[ -f x && -d y ]] && sleep 5; sleep 3", 3.0),
    ]);
}

#[test]
fn scripts_of_real_hooks() {
    check_scripts(&[
        ("sleep 30; redis-cli -p 26379 sentinel reset argocd", 30.0),
        ("rm -f /run/nvidia/validations/*-ready", 0.0),
        (
            "curl -X POST http://localhost:9901/drain_listeners?graceful; sleep $NOPE",
            0.0,
        ),
        (
            "# Wait\nfor i in $(seq 1 60); do\n  if wget -q x; then\n    break\n  fi\n  if [ \"$i\" -eq 60 ]; then\n    exit 1\n  fi\n  sleep 2\ndone\nsleep 5",
            0.0,
        ),
    ]);
}

#[test]
fn any_script_is_judged() {
    let pieces = [
        "sleep 5",
        ";",
        "\n",
        "&&",
        "||",
        "|",
        "&",
        "(",
        ")",
        "{",
        "}",
        " ",
        "if",
        "then",
        "fi",
        "case",
        "esac",
        "for",
        "do",
        "done",
        "'",
        "\"",
        "$(",
        "`",
        "${",
        "$X",
        "\\",
        "<<",
        ">",
        ">&",
        "#",
        "ü",
        "exit",
        "set -e",
        "sh -c",
        "timeout 3",
        "=",
        "!",
        "[[",
        "kill",
        "$$",
    ];
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % limit as u64).unwrap()
    };
    for _ in 0..30_000 {
        let script: String = (0..next(16))
            .map(|_| pieces[next(pieces.len())])
            .collect::<Vec<_>>()
            .join(" ");
        let sleeps = script.matches("sleep 5").count();
        let found = exec(&["bash", "-c", &script]);
        assert!(found <= 5.0 * sleeps as f64, "{script:?}: {found}");
    }
    let deep = format!("{}sleep 5{}", "(".repeat(20_000), ")".repeat(20_000));
    assert!(exec(&["sh", "-c", &deep]).abs() < 1e-9);
}
