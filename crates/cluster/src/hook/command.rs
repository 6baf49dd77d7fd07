//! Programs with a known running time, and programs that run other programs.

use std::time::Duration;

use super::options::Options;
use super::{Effect, Env, MAX_DEPTH, Status, shell};

/// Directories of standard programs in images; distroless debug images use `/busybox`.
const DIRECTORIES: [&str; 6] = [
    "/bin/",
    "/usr/bin/",
    "/usr/local/bin/",
    "/sbin/",
    "/usr/sbin/",
    "/busybox/",
];

/// Evaluates `words` as `execve` runs them; `None` is an unknown word.
pub(super) fn run(words: &[Option<String>], env: &Env<'_>, depth: usize) -> Effect {
    let Some((Some(program), arguments)) = words.split_first() else {
        return Effect::UNKNOWN;
    };
    if depth > MAX_DEPTH {
        return Effect::UNKNOWN;
    }
    let depth = depth + 1;
    match standard_program(program) {
        "sleep" => sleep(arguments),
        name @ ("sh" | "bash" | "ash" | "dash") => {
            let options = Options::of(name);
            shell(options, arguments, env, depth)
        }
        "busybox" => run(arguments, env, depth),
        "nohup" => run(operands(arguments), env, depth),
        "time" => run(skip_flag(arguments, "-p"), env, depth),
        "nice" => nice(arguments, env, depth),
        "env" => with_environment(arguments, env, depth),
        "timeout" => timeout(arguments, env, depth),
        _ => Effect::UNKNOWN,
    }
}

/// Parses a time in the format of `sleep` and `timeout`: digits with an optional decimal point, followed by an optional
/// `s`, `m`, `h` or `d`.
///
/// Returns `None` for forms that only some implementations accept: exponents, signs, more than 32 bits of seconds.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = match text.as_bytes().last()? {
        b's' => (&text[..text.len() - 1], 1),
        b'm' => (&text[..text.len() - 1], 60),
        b'h' => (&text[..text.len() - 1], 60 * 60),
        b'd' => (&text[..text.len() - 1], 24 * 60 * 60),
        _ => (text, 1),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let seconds: u32 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let mut nanos = 0;
    for (digit, place) in fraction.bytes().zip((0..9).rev()) {
        nanos += u32::from(digit - b'0') * 10_u32.pow(place);
    }
    Duration::new(u64::from(seconds), nanos).checked_mul(unit)
}

/// Name of a program in a standard directory or found through `PATH`. Any other path is returned unchanged.
fn standard_program(program: &str) -> &str {
    DIRECTORIES
        .iter()
        .find_map(|directory| program.strip_prefix(directory))
        .unwrap_or(program)
}

/// `sleep A B …` takes the sum of its operands; with one invalid operand, it fails immediately.
fn sleep(arguments: &[Option<String>]) -> Effect {
    let operands = operands(arguments);
    if operands.is_empty() {
        return Effect::instant(Status::Failure);
    }
    let mut time = Duration::ZERO;
    for operand in operands {
        let Some(text) = operand else {
            return Effect::UNKNOWN;
        };
        let infinite = matches!(text.to_ascii_lowercase().as_str(), "inf" | "infinity");
        match duration(text) {
            Some(part) => time = time.saturating_add(part),
            None if infinite => time = Duration::MAX,
            None => return Effect::UNKNOWN,
        }
    }
    Effect {
        time,
        status: Status::Success,
    }
}

/// `sh -ec SCRIPT`. A shell that reads a file or standard input has no known running time.
fn shell(
    mut options: Options,
    arguments: &[Option<String>],
    env: &Env<'_>,
    depth: usize,
) -> Effect {
    let mut has_script = false;
    let mut rest = arguments;
    while let Some((Some(word), after)) = rest.split_first() {
        match word.as_str() {
            "-" | "--" => {
                rest = after;
                break;
            }
            "--login" | "--norc" | "--noprofile" | "--posix" => rest = after,
            word if word.starts_with("--") => return Effect::UNKNOWN,
            word if word.starts_with(['-', '+']) => {
                has_script |= word.starts_with('-') && word.contains('c');
                let flags = word.replacen('c', "", 1);
                let Some(taken) = options.set(&flags, after.first()) else {
                    return Effect::UNKNOWN;
                };
                rest = &after[taken..];
            }
            _ => break,
        }
    }
    match rest.first() {
        Some(Some(script)) if has_script => shell::run(script, options, env, depth),
        _ => Effect::UNKNOWN,
    }
}

/// `nice -n 5 PROGRAM …`. A negative value may be denied, and some implementations then do not run the program.
fn nice(arguments: &[Option<String>], env: &Env<'_>, depth: usize) -> Effect {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let rest = match arguments {
        [Some(flag), Some(value), rest @ ..] if flag == "-n" && is_number(value) => rest,
        [Some(flag), rest @ ..]
            if flag.strip_prefix("-n").is_some_and(is_number)
                || flag.strip_prefix('-').is_some_and(is_number) =>
        {
            rest
        }
        _ => arguments,
    };
    run(operands(rest), env, depth)
}

/// `env -i A=B PROGRAM …`. In a changed environment, no variable is known.
fn with_environment(arguments: &[Option<String>], env: &Env<'_>, depth: usize) -> Effect {
    let mut rest = arguments;
    let mut changed = false;
    while let Some((Some(word), after)) = rest.split_first() {
        rest = match word.as_str() {
            "-i" | "-" | "--ignore-environment" => after,
            "-u" => after.get(1..).unwrap_or(&[]),
            "--" => {
                rest = after;
                break;
            }
            word if word.starts_with('-') => return Effect::UNKNOWN,
            word if word.contains('=') => after,
            _ => break,
        };
        changed = true;
    }
    if changed {
        run(rest, &|_| None, depth)
    } else {
        run(rest, env, depth)
    }
}

/// `timeout -k 5 10 PROGRAM …` takes at most its limit; a limit of 0 disables it.
fn timeout(arguments: &[Option<String>], env: &Env<'_>, depth: usize) -> Effect {
    let mut rest = arguments;
    while let Some((Some(word), after)) = rest.split_first() {
        rest = match word.as_str() {
            "-k" | "-s" => after.get(1..).unwrap_or(&[]),
            "-f" | "-p" | "-v" | "--foreground" | "--preserve-status" | "--verbose" => after,
            "--" => {
                rest = after;
                break;
            }
            word if word.starts_with("--kill-after=") || word.starts_with("--signal=") => after,
            word if word.starts_with('-') => return Effect::UNKNOWN,
            _ => break,
        };
    }
    let Some((Some(limit), program)) = rest.split_first() else {
        return Effect::UNKNOWN;
    };
    let Some(limit) = duration(limit) else {
        return Effect::UNKNOWN;
    };
    let inner = run(program, env, depth);
    if limit.is_zero() {
        return inner;
    }
    Effect {
        time: inner.time.min(limit),
        status: Status::Unknown,
    }
}

/// Arguments after a leading `--`, or all arguments if the first is not an option; empty if it is an option.
fn operands(arguments: &[Option<String>]) -> &[Option<String>] {
    match arguments {
        [Some(first), rest @ ..] if first == "--" => rest,
        [Some(first), ..] if first.starts_with('-') => &[],
        _ => arguments,
    }
}

fn skip_flag<'a>(arguments: &'a [Option<String>], flag: &str) -> &'a [Option<String>] {
    match arguments {
        [Some(first), rest @ ..] if first == flag => rest,
        _ => arguments,
    }
}
