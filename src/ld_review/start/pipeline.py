"""What pipelines need: the component for GitLab, a workflow for GitHub."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from ld_review.foreign import tolerant_node
from ld_review.start.insertion import items_of, value_of, with_item, word_of
from ld_review.start.origin import Origin
from ld_review.start.proposal import scalar

GITLAB = ".gitlab-ci.yml"
WORKFLOWS = ".github/workflows"
WORKFLOW = f"{WORKFLOWS}/content-review.yml"
_STAGE = "test"

_WORKFLOW = """\
# A pull request is told what it brings and which links on other pages it breaks; both fail the job. Code scanning gets
# the review of all pages, since it compares branches itself.
name: content-review
on:
  pull_request:
  push:
    branches:
      - {branch}
jobs:
  content-review:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      security-events: write
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: actions/setup-python@v5
        with:
          python-version: "3.13"
      - run: {install}
      - if: github.event_name == 'pull_request'
        run: {change}
      - if: always()
        run: {review}
      - if: always()
        uses: github/codeql-action/upload-sarif@v3
        with:
          sarif_file: ld-review.sarif
"""


def mentions_us(text: str) -> bool:
    """Whether a pipeline names ld-review already."""
    return any("ld-review" in line.partition("#")[0] for line in text.split("\n"))


def include(origin: Origin, paths: Sequence[str], text: str = "") -> str:
    """The entry of the list ``include``, for the pipeline that *text* holds.

    The component must lie on the same server. Raises ValueError where *text* is no YAML.
    """
    lines = [f"- component: $CI_SERVER_FQDN/{origin.project}/review@{origin.revision}", "  inputs:"]
    if not origin.from_index:
        lines.append(f"    package: {scalar(origin.requirement.rpartition('@')[0])}")
        lines.append(f"    version: {scalar(origin.revision)}")
    stages = [word_of(stage) for stage in items_of(value_of(tolerant_node(text), "stages"))]
    if stages and _STAGE not in stages:
        lines.append(f"    stage: {scalar(stages[0])}")
    lines.append(f"    paths: {scalar(', '.join(paths))}")
    return "\n".join(lines) + "\n"


def with_include(text: str, origin: Origin, paths: Sequence[str]) -> str:
    """A pipeline of GitLab with the component, otherwise as it is.

    Raises NoPlaceError where no place for it is sure, ValueError where *text* is no YAML.
    """
    return with_item(text, "include", include(origin, paths, text))


def workflow(origin: Origin, paths: Sequence[str], branch: str) -> str:
    """A workflow of GitHub."""
    names = " ".join(shlex.quote(path) for path in paths)
    change = f'ld-review --format github --changed-since "origin/$GITHUB_BASE_REF" --changed-lines {names}'
    review = f"ld-review --exit-zero --format statistics --output sarif=ld-review.sarif {names}"
    install = f"pip install {shlex.quote(origin.requirement)}"
    return _WORKFLOW.format(
        branch=scalar(branch), install=scalar(install), change=scalar(change), review=scalar(review)
    )
