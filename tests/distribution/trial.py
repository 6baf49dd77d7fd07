"""Tests that `packaging/trial.py` notices wrong files.   trial.py BINARY ARCHIVE     ARCHIVE contains BINARY"""

import hashlib
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))
import trial  # noqa: E402

binary, archive = Path(sys.argv[1]), Path(sys.argv[2])
content = binary.read_bytes()
version = subprocess.check_output([binary, "--version"], encoding="utf-8").split()[1]


def fails(expected, function, *arguments):
    try:
        function(*arguments)
    except trial.Failed as error:
        assert expected in str(error), f"{error}\n--- expected\n{expected}"
        return
    raise AssertionError(f"nothing fails, expected: {expected}")


def mach_o(signed):
    """The least binary with a code signature: a header, one command, and the code directory of one page."""
    page = struct.pack("<8I", 0xFEEDFACF, 0x0100000C, 0, 2, 1, 16, 0, 0) + struct.pack("<4I", 0x1D, 16, 48, 0)
    digest = hashlib.sha256(page if signed else b"another").digest()
    directory = struct.pack(">9I4BI", 0xFADE0C02, 76, 0, 0, 44, 0, 0, 1, len(page), 32, 2, 0, 12, 0) + digest
    return page + struct.pack(">5I", 0xFADE0CC0, 0, 1, 0, 20) + directory


assert trial.executable(content, "x86_64-unknown-linux-gnu") == "dynamic"
fails("the binary is not static", trial.executable, content, "x86_64-unknown-linux-musl")
fails("the binary is not for aarch64", trial.executable, content, "aarch64-unknown-linux-gnu")
fails("the binary is not for macOS on x86_64", trial.executable, content, "x86_64-apple-darwin")
fails("the binary is not for Windows", trial.executable, content, "x86_64-pc-windows-msvc")
fails("the binary is not an ELF file", trial.executable, b"MZ" + bytes(64), "x86_64-unknown-linux-gnu")
assert trial.executable(mach_o(signed=True), "aarch64-apple-darwin") == "signature valid"
fails("the code signature does not fit", trial.executable, mach_o(signed=False), "aarch64-apple-darwin")
unsigned = bytearray(mach_o(signed=True))
unsigned[32] = 0x1B
fails("the binary has no code signature", trial.executable, bytes(unsigned), "aarch64-apple-darwin")

with tempfile.TemporaryDirectory() as directory:
    scratch = Path(directory)
    trial.runs([binary], version, scratch / "runs")
    fails(f"--version says `podwright {version}`", trial.runs, [binary], "9.9.9", scratch / "runs")
    fails("check exits with 0", trial.runs, ["sh", "-c", f"echo podwright {version}"], version, scratch / "runs")

    target = "x86_64-unknown-linux-gnu"
    inside, text = trial.archive(archive, target, version, scratch / "good", lambda path: [path])
    assert (inside.name, text) == ("podwright", "dynamic, runs")
    for name, expected in {
        "man/podwright-check.1": "the manual page of check has no title",
        "man/podwright.1": "the manual page does not list the commands",
        "completions/podwright.bash": "podwright.bash is empty",
    }.items():
        broken = scratch / f"{Path(name).name}.tar.gz"
        with tarfile.open(archive) as old, tarfile.open(broken, "w:gz") as new:
            for entry in old:
                data = old.extractfile(entry)
                if entry.name == name:
                    entry.size, data = 0, None
                new.addfile(entry, data)
        fails(expected, trial.archive, broken, target, version, scratch / broken.stem, None)

    package = scratch / "podwright-linux-x64.vsix"
    for inner, expected in [(b"another binary", "its binary is not that of the archive"), (content, "its binary is not executable")]:
        with zipfile.ZipFile(package, "w") as packed:
            packed.writestr("extension/out/extension.js", "")
            packed.writestr(zipfile.ZipInfo("extension/bin/" + binary.name), inner)
        fails(expected, trial.vsix, package, binary)
print("the trial of the release files notices wrong ones")
