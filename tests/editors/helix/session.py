"""A session in Helix: open a file, see its findings, fix one, rename a Secret in another file."""

import os
import sys
import time
from pathlib import Path

import pexpect
import pyte

PATIENCE = 20
checks = 0


class Screen(pyte.Screen):
    """A terminal that does not answer queries of its state."""

    def report_device_status(self, *_, **__):
        pass

    def report_device_attributes(self, *_, **__):
        pass


class Helix:
    def __init__(self, command, name):
        self.screen = Screen(150, 40)
        self.stream = pyte.ByteStream(self.screen)
        env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.process = pexpect.spawn(
            command[0], [*command[1:], name], dimensions=(40, 150), env=env, timeout=1
        )

    def look(self):
        """Reads new output and returns the content of the screen."""
        try:
            while True:
                self.stream.feed(self.process.read_nonblocking(65536, timeout=0.05))
        except (pexpect.TIMEOUT, pexpect.EOF):
            pass
        return "\n".join(self.screen.display)

    def type(self, *keys):
        for key in keys:
            self.process.send(key)
            self.look()

    def comes(self, what, holds):
        global checks
        until = time.monotonic() + PATIENCE
        while not holds(self.look()):
            if time.monotonic() > until:
                print(f"NOT: {what}\n{self.look()}\n{checks} passed, 1 failed")
                self.process.terminate(force=True)
                sys.exit(1)
        checks += 1
        print(f"ok: {what}")


ESCAPE, ENTER = "\x1b", "\r"

helix = Helix(sys.argv[1:], "pod.yaml")
comes, type_ = helix.comes, helix.type

comes("the file is shown", lambda screen: "kind: Pod" in screen)
comes("hints are shown", lambda screen: "50 s left of 60 s" in screen)
# Helix shows the message of the line with the cursor.
type_("/always", ENTER)
comes("a wrong pull policy is shown", lambda screen: "invalid pull policy `always`" in screen)

type_(" k")
comes("hover explains the rule", lambda screen: "pull-policy-invalid" in screen and "422" in screen)
type_(ESCAPE)
type_(" a")
comes("the fix is offered", lambda screen: "Replace with `Always`" in screen and "Ignore pull-policy-invalid here" in screen)
type_(ENTER)
comes("and applied after é☸🚢", lambda screen: "imagePullPolicy: Always}" in screen)
comes("and the finding disappears", lambda screen: "invalid pull policy" not in screen)

type_("gg/regcred", ENTER, "gd")
comes("go to definition opens the Secret", lambda screen: "kind: Secret" in screen and "secret.yaml" in screen)
type_("cregcrd", ESCAPE, "ga")
comes("back in the other file", lambda screen: "kind: Pod" in screen)
type_("gg/regcred", ENTER)
comes("renaming the Secret causes a finding there", lambda screen: "Secret `regcred` not found" in screen)
type_("ga")
comes("in the Secret", lambda screen: "kind: Secret" in screen)
type_("u")
comes("it has its old name", lambda screen: "name: regcred" in screen)
type_("ga")
comes("and the finding disappears", lambda screen: "kind: Pod" in screen and "Secret `regcred` not found" not in screen)

type_(":qa!", ENTER)
try:
    helix.process.expect(pexpect.EOF, timeout=PATIENCE)
except pexpect.TIMEOUT:
    print("NOT: Helix ends")
    sys.exit(1)
print(f"{checks} passed, 0 failed")
