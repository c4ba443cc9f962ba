"""Walks through the questions in any browser by what stands on each page, not by their order."""

from typing import Final, cast

from tests.tabs import Tab

ANSWERS: Final = {
    "situation": ["faked"],
    "age_group": ["adult"],
    "file": ["yes"],
    "places": "https://example.com/a",
    "share": ["centre", "platforms"],
    "contact": ["no"],
    "declared": ["on"],
}
"""By field: what is ticked, or what is written."""

_MOST_QUESTIONS: Final = 20

_STEP = "() => (document.querySelector('input[name=step]') || {}).value || null"

_ANSWER = """(answers) => {
  for (const [name, value] of Object.entries(answers)) {
    for (const field of document.querySelectorAll(`#step [name="${name}"]`)) {
      if (typeof value === 'string') field.value = value;
      else if (value.includes(field.value) && !field.checked) field.click();
    }
  }
}"""

_MARK = "() => { document.body.dataset.left = ''; }"
_ELSEWHERE = """(step) => document.readyState === 'complete' && (
  !('left' in document.body.dataset)
  || ((document.querySelector('input[name=step]') || {}).value || null) !== step
)"""


def to_the_file(page: Tab) -> None:
    """From the first page to the question for the picture, answered with yes."""
    while (step := _step(page)) is None:
        _follow(page, ".primary")
    while step != "file":
        step = answer(page)
    page.evaluate(_ANSWER, ANSWERS)
    page.until("() => document.querySelector('input[type=file]') !== null")


def to_the_receipt(page: Tab) -> None:
    """On through the questions until there is none left."""
    for _ in range(_MOST_QUESTIONS):
        if answer(page) is None:
            return
    raise AssertionError(f"still asked for {_step(page)}")


def answer(page: Tab) -> str | None:
    """Answer the question on the page and go on; the next one's name, if there is one."""
    step = _step(page)
    page.evaluate(_ANSWER, ANSWERS)
    return _follow(page, "button[value=next]", step)


def _follow(page: Tab, selector: str, step: str | None = None) -> str | None:
    page.evaluate(_MARK)
    page.click(selector)
    page.until(_ELSEWHERE, step)
    return _step(page)


def _step(page: Tab) -> str | None:
    return cast(str | None, page.evaluate(_STEP))
