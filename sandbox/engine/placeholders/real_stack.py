"""A stack of a real subscription, for a preview that cannot ask that subscription."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.engine.errors import EngineError
from sandbox.engine.placeholders.documents import load_mapping, mapping

REPOSITORY = Path(__file__).parents[3]
SEED_FILE = REPOSITORY / "sandbox" / "seed.yaml"
SUBSCRIPTION_KEY = "azure-native:subscriptionId"
STACK_FILES = "Pulumi.*.yaml"
POLICY_CONFIG = "policy-config.json"
_AN_EXEMPTION = re.compile(r"\.exemptions\.[0-9]+$")


@dataclass(frozen=True)
class RealStack:
    """A stack whose `file` names a subscription that the sandbox does not have; nothing else is read of the file."""

    name: str
    project: str
    folder: Path
    file: Path
    subscription: str

    @classmethod
    def of(cls, project: str, stack: str, folder: Path, file: Path) -> "RealStack | None":
        """The stack that `file` configures; None when it names no subscription or one that the sandbox has."""
        found = mapping(load_mapping(file).get("config")).get(SUBSCRIPTION_KEY)
        subscription = found.strip() if isinstance(found, str) else ""
        if not subscription or subscription.lower() in pretend_subscriptions():
            return None
        return cls(stack, project, folder, file, subscription)

    def check(self) -> dict[str, Any]:
        """The answer of `labs check --json` about the file: the stack's settings and catalogue as the program has them.

        Raises:
            EngineError: the file has no name of a stack file, there is no answer, or the policies' configuration is
                wrong, which the engine would obey in silence.
        """
        if not self.file.match(STACK_FILES):
            raise EngineError(
                f"{self.file.name} is no name of a stack file ({STACK_FILES}), so what stack {self.name} declares "
                "cannot be read. Rename the file, then repeat the command."
            )
        ran = subprocess.run(
            [sys.executable, "-P", "-m", "cli", "check", str(self.file.absolute()), "--json"],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        try:
            answer: dict[str, Any] = json.loads(ran.stdout)
        except ValueError:
            raise EngineError(f"labs check says nothing about {self.file.name}:\n{ran.stderr.strip()}") from None
        wrong = [
            problem
            for problem in answer.get("problems", [])
            # An exemption that is over, or matches no image, makes no policy milder: the preview refuses it itself.
            if Path(problem["file"]).name == POLICY_CONFIG and not _AN_EXEMPTION.search(problem["key"])
        ]
        if wrong:
            found = "\n".join(f"{POLICY_CONFIG}: {problem['key']}: {problem['message']}" for problem in wrong)
            raise EngineError(
                f"the policies would not judge stack {self.name} as they should, so nothing was previewed:\n{found}\n"
                "Correct the file; ./labs check shows the same."
            )
        return answer


def pretend_subscriptions() -> set[str]:
    """Ids, in lower case, of the subscriptions that the sandbox starts with."""
    return {name.lower() for name in load_mapping(SEED_FILE)["subscriptions"]}
