#!/usr/bin/env python3
"""Builds the files of a release from a clean checkout of the current commit, and tries each of them on this machine.

  packaging/build.py OUT [TARGET…] [--part PART]… [--profile PROFILE] [--quick]

OUT is a directory that is empty or does not exist.
TARGET is one of targets.json. Without it, all targets that this machine can build are built: on Linux, all but Windows.
PART is archive, wheel, sdist, npm, vscode, container, or crates. Without it, all are built.
PROFILE is a profile of Cargo: dist (the default), release, or dev.
--quick does not compile the crates and the source distribution again to verify them.

Needs Python 3.10 or later, git, the Rust toolchain, PyPI, and crates.io; npm for the packages of npm and VS Code. Installs
its tools in a virtual environment in the target directory of Cargo, and Rust's targets with rustup. Prints what was
built, how it was tried, and what was skipped. Exits with 1 if something failed, and with 2 if the arguments are wrong.
"""

import argparse
import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import trial

PACKAGING = Path(__file__).resolve().parent
ROOT = PACKAGING.parent
PARTS = ["archive", "wheel", "sdist", "npm", "vscode", "container", "crates"]
# What is built here survives until the next run, so that Cargo does not compile everything again.
CACHE = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target").resolve() / "packaging"
SOURCE = CACHE / "source"
SYSTEM = {"Linux": "linux", "Darwin": "darwin", "Windows": "windows"}.get(platform.system(), "")
CPU = {"AMD64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
ENVIRONMENT = os.environ | {"CARGO_TARGET_DIR": str(CACHE.parent), "MACOSX_DEPLOYMENT_TARGET": "11.0"}


class Report:
    """What happened to each file."""

    def __init__(self):
        self.lines, self.failed = [], False

    def add(self, state, name, text):
        self.failed |= state == "failed"
        self.lines.append((state, name, text))
        print(f"{state:8} {name}: {text}", flush=True)

    def built(self, path, text):
        size = sum(one.stat().st_size for one in ([path] if path.is_file() else path.rglob("*")) if one.is_file())
        self.add("built", path.name, f"{size / 1e6:.1f} MB, {text}")

    def attempt(self, name, step, *arguments):
        """Runs a step. If it fails, the others run all the same. Returns what the step returns."""
        try:
            with tempfile.TemporaryDirectory() as scratch:
                return step(*arguments, Path(scratch))
        except (trial.Failed, subprocess.SubprocessError, OSError, KeyError, ValueError) as error:
            self.add("failed", name, str(error) or type(error).__name__)
        return None


def call(name, *command, cwd=SOURCE, env=ENVIRONMENT):
    """Runs a program with its output in a file. If it fails, the end of the output is the error."""
    log = CACHE / "logs" / f"{name}.txt"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        # npm is a script on Windows.
        shell = SYSTEM == "windows" and command[0] == "npm"
        done = subprocess.run([str(one) for one in command], cwd=cwd, env=env, stdout=output, stderr=subprocess.STDOUT, shell=shell)
    if done.returncode != 0:
        end = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-30:])
        raise trial.Failed(f"{name} exits with {done.returncode}:\n{end}")


def release(name, *arguments):
    """Runs release.py of the checkout."""
    call(name, sys.executable, SOURCE / "packaging/release.py", *arguments)


def git(*arguments, cwd=ROOT):
    return subprocess.run(["git", *arguments], cwd=cwd, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout.strip()


def check_out():
    """Puts the files of the current commit, and no others, into SOURCE."""
    if git("status", "--porcelain"):
        print("note: uncommitted changes are not built", flush=True)
    if not (SOURCE / ".git").exists():
        SOURCE.mkdir(parents=True, exist_ok=True)
        git("init", "--quiet", cwd=SOURCE)
    git("fetch", "--quiet", "--depth", "1", str(ROOT), git("rev-parse", "HEAD"), cwd=SOURCE)
    git("checkout", "--quiet", "--force", "--detach", "FETCH_HEAD", cwd=SOURCE)
    git("clean", "--quiet", "-ffdx", cwd=SOURCE)


@contextlib.contextmanager
def linked_readme():
    """PyPI shows the README without the other files, so that its links lead to the repository."""
    release("readme", "readme", SOURCE / "README.md")
    try:
        yield
    finally:
        git("checkout", "--quiet", "README.md", cwd=SOURCE)


def install_tools():
    """Directory with pip and maturin, which finds zig beside it."""
    tools = CACHE / "tools"
    programs = tools / ("Scripts" if SYSTEM == "windows" else "bin")
    if not (programs / "pip").exists() and not (programs / "pip.exe").exists():
        call("venv", sys.executable, "-m", "venv", tools, cwd=ROOT)
    call("pip", programs / "pip", "install", "--requirement", SOURCE / "packaging/requirements.txt", cwd=ROOT)
    ENVIRONMENT["PATH"] = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return programs


def reason_against(target):
    """Why this machine cannot build a target, or None."""
    if "windows" in target and SYSTEM != "windows":
        return "needs Windows: the allocator does not compile with zig"
    if "darwin" in target and SYSTEM not in ("darwin", "linux"):
        return "needs macOS or Linux"
    if "linux" in target and SYSTEM != "linux":
        return "needs Linux"
    return None


def runner(target):
    """Makes the words that run a binary of a target here. None if nothing can."""
    cpu, system = target.split("-")[0], target.split("-")[2]
    if system == SYSTEM and cpu == CPU:
        return lambda binary: [binary]
    if system == SYSTEM == "linux" and (emulator := shutil.which(f"qemu-{cpu}")) and "musl" in target:
        return lambda binary: [emulator, binary]
    return None


def llvm_profdata():
    """The program of the toolchain that merges the records of instrumented binaries. None if it cannot be installed."""
    if shutil.which("rustup"):
        with contextlib.suppress(trial.Failed):
            call("llvm-tools", "rustup", "component", "add", "llvm-tools", cwd=ROOT)
    libraries = subprocess.check_output(["rustc", "--print", "target-libdir"], cwd=ROOT, encoding="utf-8").strip()
    return next(Path(libraries).parent.glob("bin/llvm-profdata*"), None)


class Build:
    def __init__(self, options, report, tools):
        self.out, self.profile, self.quick = options.out.resolve(), options.profile, options.quick
        self.report, self.tools = report, tools
        self.list = json.loads((SOURCE / "packaging/targets.json").read_text(encoding="utf-8"))
        self.version = subprocess.check_output([sys.executable, SOURCE / "packaging/release.py", "version"], encoding="utf-8").strip()
        self.binaries = CACHE / "binaries"
        shutil.rmtree(self.binaries, ignore_errors=True)
        # One of the binaries that run here.
        self.native = None

    def target(self, one, parts, scratch):
        """The wheel and the archive of a target."""
        name, command = one["target"], runner(one["target"])
        if shutil.which("rustup"):
            call("rustup", "rustup", "target", "add", name)
        arguments = ["build", "--locked", "--profile", self.profile, "--target", name, "--out", scratch / "wheels"]
        if SYSTEM == "linux":
            # zig links against a glibc that is old enough for all systems, against musl, and for macOS.
            arguments.append("--zig")
            arguments += ["--compatibility", one["wheel"]] if "linux" in name else []
        binary = CACHE.parent / name / ("debug" if self.profile == "dev" else self.profile)
        binary /= "podwright.exe" if "windows" in name else "podwright"
        is_native = command is not None and command(binary) == [binary]
        flags = self.recorded(name, binary) if is_native and self.profile == "dist" else {}
        with linked_readme():
            call(f"maturin-{name}", self.tools / "maturin", *arguments, env=ENVIRONMENT | flags)
        (wheel,) = (scratch / "wheels").iterdir()
        if "wheel" in parts:
            text = trial.wheel(wheel, name, self.version, scratch / "wheel", command, self.tools / "pip")
            self.report.built(self.keep(wheel, "python"), text)
        self.native = self.native or (binary if is_native else None)
        release(f"pack-{name}", "pack", name, binary, scratch / "archives", self.native or self.build_native())
        (archive,) = (scratch / "archives").iterdir()
        inside, text = trial.archive(archive, name, self.version, scratch / "archive", command)
        kept = self.binaries / name / inside.name
        kept.parent.mkdir(parents=True)
        shutil.copy(inside, kept)
        if "archive" in parts:
            self.report.built(self.keep(archive, "archives"), text if command else f"{text}, cannot run here")

    def recorded(self, name, binary):
        """Variables with which the compiler optimizes for what podwright does in the fixtures. Empty if llvm-profdata is not there."""
        profdata = llvm_profdata()
        if profdata is None:
            self.report.add("skipped", f"profile of {name}", "needs llvm-profdata: rustup component add llvm-tools")
            return {}
        raw, merged = CACHE / "profiles" / name, CACHE / "profiles" / f"{name}.profdata"
        shutil.rmtree(raw, ignore_errors=True)
        environment = ENVIRONMENT | {"RUSTFLAGS": f"-Cprofile-generate={raw}"}
        if "musl" in name:
            # zig does not know the option `-u` that an instrumented binary needs.
            environment["RUSTFLAGS"] += " -Clinker=rust-lld"
            environment[f"CC_{name.replace('-', '_')}"] = "cc"
        arguments = ["--locked", "--profile", self.profile, "--target", name, "--bin", "podwright"]
        call(f"instrumented-{name}", "cargo", "build", *arguments, env=environment)
        fixtures = SOURCE / "fixtures"
        places = [one for one in [*fixtures.iterdir(), *fixtures.glob("workspaces/*")] if one.is_dir()]
        for place in places:
            # It exits with 1, because most of the fixtures have problems.
            done = subprocess.run([binary, "check"], cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            trial.require(done.returncode in (0, 1), f"the instrumented binary exits with {done.returncode} in {place}")
        call(f"profdata-{name}", profdata, "merge", "-o", merged, raw)
        self.report.add("recorded", f"profile of {name}", f"{len(places)} runs over the fixtures")
        return {"RUSTFLAGS": f"-Cprofile-use={merged}"}

    def build_native(self):
        """A binary that runs here, for the manual pages and completions of targets that do not."""
        call("cargo-build", "cargo", "build", "--locked")
        self.native = CACHE.parent / "debug" / ("podwright.exe" if SYSTEM == "windows" else "podwright")
        return self.native

    def keep(self, path, directory):
        kept = self.out / directory / path.name
        kept.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(path, kept))

    def sdist(self, scratch):
        with linked_readme():
            call("sdist", self.tools / "maturin", "sdist", "--out", scratch / "sdist")
        (path,) = (scratch / "sdist").iterdir()
        top = trial.sdist(path, scratch / "content")
        if not self.quick:
            call("sdist-check", "cargo", "check", "--locked", cwd=top)
        self.report.built(self.keep(path, "python"), "complete, not compiled" if self.quick else "complete, compiles")

    def npm(self, scratch):
        call("npm", "node", SOURCE / "packaging/npm/pack.mjs", self.version, self.binaries, scratch / "npm")
        started = []
        for one in self.list:
            if "npm" not in one or not (self.binaries / one["target"]).exists():
                continue
            name, native = "-".join(one["npm"]), one["target"].startswith(CPU) and runner(one["target"])
            if native:
                trial.npm(scratch / "npm", name, self.version, scratch / name)
                started.append(name)
            path = scratch / "npm" / f"podwright-{name}-{self.version}.tgz"
            self.report.built(self.keep(path, "npm"), "npm installs it without scripts, runs" if native else "cannot run here")
        path = scratch / "npm" / f"podwright-{self.version}.tgz"
        self.report.built(self.keep(path, "npm"), f"starts the package of {', '.join(started)}" if started else "not tried")

    def vscode(self, scratch):
        call("npm-ci", "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=SOURCE / "editors/vscode")
        call("vscode", "node", SOURCE / "packaging/vscode/pack.mjs", self.version, self.binaries, scratch / "vscode")
        binary_of = {}
        for one in self.list:
            for place in one.get("vscode", []):
                binary_of[place] = next((self.binaries / one["target"]).glob("podwright*"), None)
        for path in sorted((scratch / "vscode").iterdir()):
            place = path.stem.removeprefix("podwright-").removesuffix(self.version).rstrip("-")
            text = trial.vsix(path, binary_of.get(place))
            self.report.built(self.keep(path, "vscode"), text)

    def container(self, scratch):
        directory = self.out / "container"
        shutil.rmtree(directory, ignore_errors=True)
        call("container", SOURCE / "packaging/container/context", self.binaries, directory)
        arches = {one["container"]: one["target"] for one in self.list if "container" in one}
        tried = []
        for binary in sorted((directory / "bin").glob("*/podwright")):
            arch = binary.parent.name
            native = runner(arches[arch]) and arches[arch].startswith(CPU)
            text = trial.context(directory, arch, self.version, scratch / arch) if native else None
            tried.append(f"{arch} {text or 'cannot run here'}")
        trial.require(tried, "no binary for an image")
        self.report.built(directory, ", ".join(tried))
        self.report.add("skipped", "image", "the workflow builds it from the directory `container`, with Docker")

    def crates(self, scratch):
        arguments = ["--workspace", "--exclude", "xtask", "--locked"] + (["--no-verify"] if self.quick else [])
        packages = CACHE.parent / "package"
        for old in packages.glob("*.crate"):
            old.unlink()
        call("cargo-package", "cargo", "package", *arguments)
        for path in sorted(packages.glob("*.crate")):
            self.report.built(self.keep(path, "crates"), "not compiled" if self.quick else "compiles")

    def checksums(self, scratch):
        """The checksums, and the manifests of krew and Homebrew if all archives are there."""
        directory = scratch / "all"
        directory.mkdir()
        for path in [*self.out.glob("archives/podwright-*"), *self.out.glob("vscode/*.vsix")]:
            shutil.copy(path, directory)
        release("sums", "sums", directory)
        self.report.built(self.keep(directory / "SHA256SUMS", "."), "of the archives and the packages of VS Code")
        names = [f"podwright-{one['target']}.{one['archive']}" for one in self.list if "krew" in one or "homebrew" in one]
        missing = [name for name in names if not (directory / name).exists()]
        if missing:
            self.report.add("skipped", "krew and Homebrew", f"needs the checksum of {', '.join(missing)}")
            return
        release("manifests", "manifests", directory, scratch / "manifests")
        for path in sorted((scratch / "manifests").iterdir()):
            self.report.built(self.keep(path, "manifests"), "all checksums filled in")


def main():
    known = [one["target"] for one in json.loads((PACKAGING / "targets.json").read_text(encoding="utf-8"))]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--part", action="append", choices=PARTS)
    parser.add_argument("--profile", default="dist", choices=["dist", "release", "dev"])
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    for name in options.targets:
        if name not in known:
            parser.error(f"unknown target `{name}`: expected {', '.join(known)}")
    if options.out.exists() and any(options.out.iterdir()):
        # The checksums would cover files of another build.
        parser.error(f"{options.out} is not empty")
    parts, report = options.part or PARTS, Report()
    check_out()
    build = Build(options, report, install_tools())
    if {"archive", "wheel", "npm", "vscode", "container"} & set(parts):
        # Those that run here come first: they write the manual pages of the others.
        for one in sorted(build.list, key=lambda one: runner(one["target"]) is None):
            name = one["target"]
            if options.targets and name not in options.targets:
                continue
            if reason := reason_against(name):
                report.add("failed" if options.targets else "skipped", name, reason)
            else:
                report.attempt(name, build.target, one, parts)
    if "sdist" in parts:
        report.attempt("sdist", build.sdist)
    for part in ["npm", "vscode"]:
        if part in parts and shutil.which("npm"):
            report.attempt(part, getattr(build, part))
        elif part in parts:
            report.add("skipped", part, "needs npm")
    if "container" in parts and SYSTEM == "linux":
        if any(build.binaries.glob("*-musl")):
            report.attempt("container", build.container)
        else:
            report.add("skipped", "container", "needs a target with musl")
    if "crates" in parts:
        report.attempt("crates", build.crates)
    if any(build.out.glob("archives/podwright-*")):
        report.attempt("checksums", build.checksums)
    count = {state: sum(line[0] == state for line in report.lines) for state in ["built", "skipped", "failed"]}
    print(", ".join(f"{number} {state}" for state, number in count.items()))
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
