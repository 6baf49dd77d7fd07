"""Writes a wheel with a binary, as maturin does, and prints its path.

  wheel.py VERSION BINARY OUT
"""

import base64
import hashlib
import sys
import sysconfig
import zipfile
from pathlib import Path

version, binary, out = sys.argv[1:]
platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
about = f"podwright-{version}.dist-info"
files = {
    f"podwright-{version}.data/scripts/podwright": Path(binary).read_bytes(),
    f"{about}/METADATA": f"Metadata-Version: 2.1\nName: podwright\nVersion: {version}\n".encode(),
    f"{about}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: py3-none-{platform}\n".encode(),
}


def digest(content):
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


record = [f"{name},sha256={digest(content)},{len(content)}\n" for name, content in files.items()]
files[f"{about}/RECORD"] = "".join([*record, f"{about}/RECORD,,\n"]).encode()
path = Path(out) / f"podwright-{version}-py3-none-{platform}.whl"
path.parent.mkdir(parents=True, exist_ok=True)
with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as wheel:
    for name, content in files.items():
        entry = zipfile.ZipInfo(name)
        entry.external_attr = (0o100755 if "/scripts/" in name else 0o100644) << 16
        wheel.writestr(entry, content)
print(path)
