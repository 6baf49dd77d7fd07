#!/usr/bin/env python3
"""Creates the files of a release. Only needs Python 3.10 or later, so that it runs on every runner.

  release.py version                       prints the version in Cargo.toml
  release.py tag TAG                       fails unless TAG and the changelog fit the version in Cargo.toml
  release.py notes VERSION                 prints the section of a version in CHANGELOG.md
  release.py pack TARGET BINARY OUT [RUN]  writes the archive of a target to the directory OUT
  release.py unpack ARCHIVES OUT           extracts the binaries of all archives in a directory to OUT/TARGET/podwright
  release.py readme FILE                   makes the relative links in FILE links to the files of this version
  release.py sums ARCHIVES                 writes ARCHIVES/SHA256SUMS for the archives and VS Code packages in that directory
  release.py manifests ARCHIVES OUT        writes the krew and Homebrew manifests with the checksums of SHA256SUMS
  release.py mirror OUT                    writes the files of the repository with the hooks for pre-commit

`pack` runs the binary to create its manual pages and completions. RUN is a binary of the same version that runs here, for
targets whose binaries do not.
"""

import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

PACKAGING = Path(__file__).resolve().parent
ROOT = PACKAGING.parent
TARGETS = json.loads((PACKAGING / "targets.json").read_text(encoding="utf-8"))
DOWNLOADS = "https://github.com/podwright/podwright/releases/download"
# Modification time of all files in an archive, so that the same files result in the same archive.
TIME = int(os.environ.get("SOURCE_DATE_EPOCH", "1767225600"))


def version():
    text = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    return re.search(r'^version = "(.+)"$', text, re.MULTILINE).group(1)


def tag(name):
    """Checks before a release. The heading of an unreleased version ends with `not released`."""
    if name != f"v{version()}":
        sys.exit(f"tag {name} does not match version {version()} in Cargo.toml")
    heading, _ = section(version())
    if "not released" in heading:
        sys.exit(f"CHANGELOG.md: heading `{heading}` does not have the date of the release")


def section(wanted):
    """Heading and text of a version in the changelog. A heading is the version, then a comma and the date."""
    heading, body, fence = None, [], False
    for line in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines():
        fence ^= line.lstrip().startswith("```")
        if line.startswith("## ") and not fence:
            if heading:
                break
            heading = line if re.fullmatch(rf"## {re.escape(wanted)}(,.*)?", line) else None
        elif heading:
            body.append(line)
    if not heading:
        sys.exit(f"CHANGELOG.md: no section `## {wanted}`")
    text = "\n".join(body).strip()
    if not text:
        sys.exit(f"CHANGELOG.md: section `{heading}` is empty")
    return heading, text


def notes(wanted):
    return unwrapped(linked(section(wanted)[1], wanted))


def unwrapped(text):
    """Markdown with one line per paragraph and list item, because GitHub shows each line break in a release."""
    lines, fence = [], False
    for line in text.splitlines():
        marker = line.lstrip().startswith("```")
        starts = re.match(r"\s*([-*+>|#]|\d+\.|```|$)", line)
        before = lines[-1].lstrip() if lines else ""
        if fence or starts or not before or before.startswith(("#", "|", "```")):
            lines.append(line)
        else:
            lines[-1] += " " + line.strip()
        fence ^= marker
    return "\n".join(lines) + "\n"


def archive_of(target):
    (one,) = [one for one in TARGETS if one["target"] == target]
    return f"podwright-{target}.{one['archive']}"


def program_of(target):
    return "podwright.exe" if "windows" in target else "podwright"


def linked(text, of=None):
    """README.md for places without the other files, such as PyPI: its links lead to the files of this version."""
    place = f"https://github.com/podwright/podwright/%s/v{of or version()}/"
    text = re.sub(r"\]\((?![a-z]+:|#)", "](" + place % "blob", text)
    return re.sub(r'(src|srcset)="(?![a-z]+:)', r'\1="' + place % "raw", text)


def readme(file):
    path = Path(file)
    path.write_text(linked(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


def pack(target, binary, out, run=None):
    def said(*arguments):
        return subprocess.run([run or binary, *arguments], check=True, stdout=subprocess.PIPE).stdout

    files = {program_of(target): Path(binary).read_bytes()}
    for name in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"]:
        files[name] = (ROOT / name).read_bytes()
    files["README.md"] = linked(files["README.md"].decode()).encode()
    files["man/podwright.1"] = said("man")
    for command in re.findall(rb"^podwright\\-([a-z]+)\(1\)$", files["man/podwright.1"], re.MULTILINE):
        files[f"man/podwright-{command.decode()}.1"] = said("man", command.decode())
    completions = {"bash": "podwright.bash", "zsh": "_podwright", "fish": "podwright.fish", "powershell": "_podwright.ps1"}
    for shell, name in completions.items():
        files[f"completions/{name}"] = said("completions", shell)
    path = Path(out) / archive_of(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zipped(files) if path.suffix == ".zip" else tarred(files))
    print(path)


def mode_of(name):
    return 0o755 if name in ("podwright", "podwright.exe") else 0o644


def tarred(files):
    content = io.BytesIO()
    with gzip.GzipFile(fileobj=content, mode="wb", mtime=TIME) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for name, text in files.items():
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode, entry.mtime = len(text), mode_of(name), TIME
                tar.addfile(entry, io.BytesIO(text))
    return content.getvalue()


def zipped(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr, entry.compress_type = (0o100000 | mode_of(name)) << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)
    return content.getvalue()


def unpack(archives, out):
    for one in TARGETS:
        path = Path(archives) / archive_of(one["target"])
        if not path.exists():
            continue
        program = program_of(one["target"])
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                content = archive.read(program)
        else:
            with tarfile.open(path) as tar:
                content = tar.extractfile(program).read()
        binary = Path(out) / one["target"] / program
        binary.parent.mkdir(parents=True, exist_ok=True)
        binary.write_bytes(content)
        binary.chmod(0o755)
        print(binary)


def sums(archives):
    paths = sorted(path for path in Path(archives).iterdir() if path.name.endswith((".tar.gz", ".zip", ".vsix")))
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths]
    (Path(archives) / "SHA256SUMS").write_text("".join(lines), encoding="utf-8", newline="\n")


def manifests(archives, out):
    lines = (Path(archives) / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    known = {name: digest for digest, name in (line.split("  ") for line in lines)}

    def filled(template):
        text = (PACKAGING / template).read_text(encoding="utf-8").replace("@VERSION@", version())
        return re.sub(r"@SHA256 (\S+)@", lambda found: known[found.group(1)], text)

    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    for template in ["krew/podwright.yaml", "homebrew/podwright.rb"]:
        path = out / Path(template).name
        path.write_text(filled(template), encoding="utf-8", newline="\n")
        print(path)


def mirror(out):
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    templates = PACKAGING / "pre-commit-mirror"
    for template in [".pre-commit-hooks.yaml", "README.md", "pyproject.toml"]:
        text = (templates / template).read_text(encoding="utf-8").replace("@VERSION@", version())
        (out / template).write_text(text, encoding="utf-8", newline="\n")
        print(out / template)
    for name in ["LICENSE-MIT", "LICENSE-APACHE"]:
        (out / name).write_bytes((ROOT / name).read_bytes())


if __name__ == "__main__":
    verbs = {
        "version": lambda: print(version()),
        "tag": tag,
        "notes": lambda wanted: print(notes(wanted), end=""),
        "pack": pack,
        "readme": readme,
        "unpack": unpack,
        "sums": sums,
        "manifests": manifests,
        "mirror": mirror,
    }
    if len(sys.argv) < 2 or sys.argv[1] not in verbs:
        sys.exit(__doc__)
    verbs[sys.argv[1]](*sys.argv[2:])
