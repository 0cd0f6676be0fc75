"""axe-core in a page, as far as no page before has shown the same.

What an element is, what it is called by and how it is drawn follow from its shape: what it and all it stands in are, are
dressed in and are in the state of. The first page of each kind is looked at in every size and light. Of a later one, a page of
the same kind for another role or of another thing, contrast is measured where a shape is new in that size and light, and
the rules of words and roles run where there is any; one that is made of known shapes throughout is not looked at again.
"""

import os
from typing import Any

from tests.browser.conftest import axe_source

Spot = tuple[tuple[int, int], str]
Looks = dict[Spot, list[str] | None]

EVERYTHING = os.environ.get("GROUPSCHED_AXE") == "all"
COLOURS = ["color-contrast", "link-in-text-block"]

# A number for each shape. What differs from thing to thing, and no style asks for, is left out.
_SHAPES = r"""() => {
const own = /^(id|href|for|name|value|action|src|alt|title|datetime|placeholder|maxlength|aria-(label.*|describedby|controls)|data-(?!bs-theme|contrast).*)$/;
const mix = (hash, text) => [...text].reduce((mixed, letter) => Math.imul(mixed ^ letter.codePointAt(0), 16777619), hash);
window.shapes = new Map();
const read = (e, above) => {
  const dress = [...e.attributes].map(a => own.test(a.name) ? a.name : `${a.name}=${a.value}`).sort();
  const shape = mix(above, `<${e.tagName} ${dress} ${e.checked} ${e.disabled}>`);
  shapes.set(e, shape);
  [...e.children].forEach(child => read(child, shape));
};
read(document.documentElement, 0);
return [...new Set(shapes.values())]; }"""
_RUN = """async ([rules, wanted]) => {
const fresh = wanted && new Set(wanted);
for (const [e, shape] of shapes) e.toggleAttribute('data-fresh', !fresh || fresh.has(shape));
axe.configure({rules: [{id: 'color-contrast', selector: '[data-fresh]'}]});
const run = await axe.run(document, {resultTypes: ['violations'], preload: false, ...(rules && {runOnly: rules})});
return run.violations.map(v => `${v.id}: ${v.help} — `
  + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + (n.any[0]?.message || '')).join(' | ')); }"""


class Eyes:
    """They look at one page after the other, and remember the shapes they saw in each size and light."""

    def __init__(self) -> None:
        self._seen: dict[Spot, set[int]] = {}

    def look(self, page: Any, looks: Looks, *, again: bool = False) -> list[str]:
        """What axe finds in each size and light by these rules, None being all of them; `again` where a page of the kind was
        looked at before."""
        shapes, found = set(page.evaluate(_SHAPES)), []
        for spot, rules in looks.items():
            seen = self._seen.setdefault(spot, set())
            fresh = shapes if EVERYTHING else shapes - seen
            if fresh or not (again or rules == COLOURS):
                _bring_axe(page)
                (width, height), light = spot
                page.set_viewport_size({"width": width, "height": height})
                page.emulate_media(color_scheme=light, reduced_motion="reduce")
                found += [f"{width} {light} {line}" for line in page.evaluate(_RUN, [rules, list(fresh)])]
            seen |= shapes
        return found


def _bring_axe(page: Any) -> None:
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe_source())
