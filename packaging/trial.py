"""Tries the files of a release: each function fails unless its file is what users need. `packaging/build.py` calls them."""

import hashlib
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

# Machine in an ELF header, and processor in a Mach-O header.
ELF = {"x86_64": 62, "aarch64": 183}
MACH_O = {"x86_64": 0x01000007, "aarch64": 0x0100000C}
POD = """\
apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: "registry.example/web:1", imagePullPolicy: always }] }
"""


class Failed(Exception):
    """A file that is not as it should be, in words."""


def require(condition, message):
    if not condition:
        raise Failed(message)


def executable(content, target):
    """What the headers of a binary show: for systems and processors that this machine cannot run, too."""
    cpu, system = target.split("-")[0], target.split("-", 2)[2]
    if system.startswith("linux"):
        require(content[:5] == b"\x7fELF\x02", "the binary is not an ELF file for 64 bits")
        require(struct.unpack_from("<H", content, 18)[0] == ELF[cpu], f"the binary is not for {cpu}")
        offset, size, count = struct.unpack_from("<Q", content, 32) + struct.unpack_from("<HH", content, 54)
        kinds = [struct.unpack_from("<I", content, offset + size * at)[0] for at in range(count)]
        # PT_INTERP: the kernel would start a dynamic linker.
        static = 3 not in kinds
        require(static == system.endswith("musl"), "the binary is static" if static else "the binary is not static")
        return "static" if static else "dynamic"
    if system == "darwin":
        require(struct.unpack_from("<II", content) == (0xFEEDFACF, MACH_O[cpu]), f"the binary is not for macOS on {cpu}")
        return signature(content, required=cpu == "aarch64")
    require(content[:2] == b"MZ", "the binary is not for Windows")
    return "for Windows"


def signature(content, required):
    """Checks the hashes of the code signature. macOS kills a binary on ARM without a valid one."""
    (count,) = struct.unpack_from("<I", content, 16)
    at, found = 32, None
    for _ in range(count):
        command, size = struct.unpack_from("<II", content, at)
        if command == 0x1D:  # LC_CODE_SIGNATURE
            found = struct.unpack_from("<I", content, at + 8)[0]
        at += size
    if found is None:
        require(not required, "the binary has no code signature")
        return "not signed"
    (blobs,) = struct.unpack_from(">I", content, found + 8)
    for index in range(blobs):
        kind, offset = struct.unpack_from(">II", content, found + 12 + 8 * index)
        if kind != 0:  # the code directory
            continue
        start = found + offset
        hashes, _, _, slots, limit = struct.unpack_from(">5I", content, start + 16)
        length, algorithm, _, page = struct.unpack_from(">4B", content, start + 36)
        require(algorithm == 2, "the code signature does not use SHA-256")
        for slot in range(slots):
            part = content[slot << page : min((slot + 1) << page, limit)]
            expected = content[start + hashes + slot * length :][:length]
            require(hashlib.sha256(part).digest() == expected, "the code signature does not fit the binary")
        return "signature valid"
    raise Failed("the code signature has no code directory")


def runs(command, version, directory):
    """Runs a podwright: it says its version, and finds the invalid pull policy of a Pod."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "pod.yaml").write_text(POD, encoding="utf-8")

    def ask(*arguments):
        # npm's commands are scripts on Windows.
        return subprocess.run([*map(str, command), *arguments], cwd=directory, capture_output=True, encoding="utf-8", shell=sys.platform == "win32")

    said = ask("--version")
    require(said.stdout.split() == ["podwright", version], f"--version says `{said.stdout.strip()}` {said.stderr.strip()}")
    found = ask("check", "--no-config", "--format", "json", "pod.yaml")
    require(found.stdout.startswith("{"), f"check exits with {found.returncode}: {found.stderr.strip()}")
    rules = [finding["rule"] for finding in json.loads(found.stdout)["findings"]]
    require(found.returncode == 1 and "pull-policy-invalid" in rules, f"check exits with {found.returncode} and reports {rules}")


def archive(path, target, version, scratch, command):
    """`command` makes the words that run a binary here, or is None. Returns the binary and what was tried."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as packed:
            packed.extractall(scratch)
    else:
        with tarfile.open(path) as packed:
            packed.extractall(scratch)
    binary = scratch / ("podwright.exe" if "windows" in target else "podwright")
    tried = [executable(binary.read_bytes(), target)]
    page = (scratch / "man/podwright.1").read_text(encoding="utf-8")
    commands = re.findall(r"^podwright\\-([a-z]+)\(1\)$", page, re.MULTILINE)
    require("check" in commands, "the manual page does not list the commands")
    for one in commands:
        text = (scratch / f"man/podwright-{one}.1").read_text(encoding="utf-8")
        require(".TH podwright-" in text.replace("\\-", "-"), f"the manual page of {one} has no title")
    for name in ["podwright.bash", "_podwright", "podwright.fish", "_podwright.ps1"]:
        require("podwright" in (scratch / "completions" / name).read_text(encoding="utf-8"), f"{name} is empty")
    if shutil.which("bash") and sys.platform != "win32":
        script = scratch / "completions/podwright.bash"
        done = subprocess.run(["bash", "-c", 'source "$1" && complete -p podwright', "bash", script], capture_output=True)
        require(done.returncode == 0, "bash does not accept its completions")
    if command:
        require(os.access(binary, os.X_OK), "the binary in the archive is not executable")
        runs(command(binary), version, scratch / "work")
        tried.append("runs")
    return binary, ", ".join(tried)


def wheel(path, target, version, scratch, command, pip):
    """Installs the wheel as pip does on its platform. `pip` is the path of pip."""
    platform = path.stem.split("-")[-1].split(".")[0]
    arguments = ["--no-index", "--no-deps", "--only-binary=:all:", "--platform", platform, "--target", scratch / "installed"]
    done = subprocess.run([pip, "install", "--quiet", *arguments, path], capture_output=True, encoding="utf-8")
    require(done.returncode == 0, f"pip does not install it: {done.stderr.strip()}")
    (binary,) = [one for one in (scratch / "installed").rglob("podwright*") if one.parent.name in ("bin", "Scripts")]
    tried = ["pip installs it", executable(binary.read_bytes(), target)]
    if command:
        runs(command(binary), version, scratch / "work")
        tried.append("runs")
    return ", ".join(tried)


def sdist(path, scratch):
    """The source distribution has what the build reads. Returns its directory."""
    with tarfile.open(path) as packed:
        packed.extractall(scratch)
    (top,) = scratch.iterdir()
    for name in ["Cargo.lock", "pyproject.toml", "PKG-INFO", "LICENSE-MIT", "LICENSE-APACHE", "rules/pull/pull-policy-invalid.md"]:
        require((top / name).is_file(), f"{name} is missing")
    done = subprocess.run(["cargo", "metadata", "--locked", "--no-deps", "--format-version", "1"], cwd=top, capture_output=True)
    require(done.returncode == 0, f"cargo does not accept it: {done.stderr.decode().strip()}")
    return top


def npm(packages, platform, version, scratch):
    """Installs `podwright` and the package of the platform without network and scripts, and runs it."""
    project = scratch / "project"
    project.mkdir(parents=True)
    (project / "package.json").write_text(json.dumps({"private": True}), encoding="utf-8")
    tarballs = [packages / f"podwright-{version}.tgz", packages / f"podwright-{platform}-{version}.tgz"]
    arguments = ["install", "--silent", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", *map(str, tarballs)]
    windows = sys.platform == "win32"
    done = subprocess.run(["npm", *arguments], cwd=project, capture_output=True, encoding="utf-8", shell=windows)
    require(done.returncode == 0, f"npm does not install it: {done.stdout}{done.stderr}")
    runs([project / "node_modules/.bin/podwright"], version, scratch / "work")


def vsix(path, binary):
    """The package has the extension and, for a platform, the binary that the archive has."""
    with zipfile.ZipFile(path) as packed:
        require("extension/out/extension.js" in packed.namelist(), "the extension is missing")
        if binary:
            entry = packed.getinfo(f"extension/bin/{binary.name}")
            require(packed.read(entry) == binary.read_bytes(), "its binary is not that of the archive")
            require(entry.external_attr >> 16 & 0o111, "its binary is not executable")
            return "has the binary of the archive"
    return "no binary"


def context(directory, arch, version, scratch):
    """Runs the binary as in the image: with nothing but itself in the file system. None if this machine cannot."""
    root = scratch / "root"
    (root / "work").mkdir(parents=True)
    shutil.copy(directory / "bin" / arch / "podwright", root / "podwright")
    enter = ["unshare", "--map-root-user", f"--root={root}", "--wd=/work"]
    if not shutil.which("unshare") or subprocess.run([*enter, "/podwright", "--version"], capture_output=True).returncode != 0:
        return None
    (root / "work/pod.yaml").write_text(POD, encoding="utf-8")
    found = subprocess.run([*enter, "/podwright", "check", "--no-config"], capture_output=True, encoding="utf-8")
    require(found.returncode == 1 and "pull-policy-invalid" in found.stdout, f"in the image: {found.stdout}{found.stderr}")
    said = subprocess.run([*enter, "/podwright", "--version"], capture_output=True, encoding="utf-8").stdout
    require(said.split() == ["podwright", version], f"in the image, --version says `{said.strip()}`")
    return "runs alone in a file system"
