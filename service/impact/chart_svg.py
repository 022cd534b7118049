"""A drawing of Vega as markup that a page may carry: no style, no script, no id of its own, and words for who listens.

Only elements and attributes that are named here leave it; another is a fault of ours. Must not know any figure.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any, Final

SVG = "http://www.w3.org/2000/svg"
DANISH: Final = "da-DK"
ELEMENTS = frozenset({"g", "path", "line", "rect", "text", "tspan"})
KEPT = frozenset({
    "d", "transform", "x", "y", "x2", "y2", "dx", "dy", "width", "height", "fill", "fill-opacity", "stroke",
    "stroke-width", "stroke-dasharray", "stroke-opacity", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
    "opacity", "text-anchor", "font-size", "font-weight", "display",
})  # fmt: skip
LEFT_OUT = frozenset({
    # the words of the whole are said once; the font is the page's; names of classes could meet those of the page
    "class", "role", "aria-hidden", "aria-label", "aria-roledescription", "pointer-events", "font-family", "font-style",
})  # fmt: skip


def draw_svg(specification: dict[str, Any], *, name: str, title: str, description: str) -> str:
    """The specification of Vega-Lite as one `<svg>` element with Danish numbers, its size left to the page.

    `name` begins the ids, so that no two drawings of a page share one. Nothing is fetched: no font and no data.
    """
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(specification, format_locale=DANISH, allowed_base_urls=[])
    return tidied(drawn, name=name, title=title, description=description)


def tidied(drawn: str, *, name: str, title: str, description: str) -> str:
    """What Vega drew, with title and description and without what no page may carry; RuntimeError for the unknown."""
    # what is parsed was written by the line above it, never by somebody outside
    read = ET.fromstring(drawn)  # noqa: S314
    made = ET.Element("svg", {
        "xmlns": SVG, "viewBox": read.attrib["viewBox"], "role": "img", "focusable": "false",
        "aria-labelledby": f"{name}-titel {name}-tekst",
    })  # fmt: skip
    ET.SubElement(made, "title", {"id": f"{name}-titel"}).text = title
    ET.SubElement(made, "desc", {"id": f"{name}-tekst"}).text = description
    for child in read:
        _copy(child, made)
    return ET.tostring(made, encoding="unicode")


def _copy(element: ET.Element, into: ET.Element) -> None:
    name = element.tag.removeprefix(f"{{{SVG}}}")
    if name not in ELEMENTS:
        raise RuntimeError(f"a drawing holds <{name}>, which no page may carry")
    attributes = _attributes(element)
    if _is_unseen(element, name):
        return
    made = ET.SubElement(into, name, attributes)
    made.text = element.text
    for child in element:
        _copy(child, made)
    if name == "g" and not len(made):
        into.remove(made)


def _is_unseen(element: ET.Element, name: str) -> bool:
    """Labels that would overlap are drawn through; empty frames are drawn around everything."""
    if element.attrib.get("opacity") == "0" or element.attrib.get("display") == "none":
        return True
    return name == "path" and not {"fill", "stroke"} & element.attrib.keys()


def _attributes(element: ET.Element) -> dict[str, str]:
    unknown = element.attrib.keys() - KEPT - LEFT_OUT
    if unknown:
        raise RuntimeError(f"a drawing holds {', '.join(sorted(unknown))}, which no page may carry")
    return {name: _shortened(value) for name, value in element.attrib.items() if name in KEPT}


def _shortened(value: str) -> str:
    """A tenth of a pixel is enough for an eye."""
    return re.sub(r"-?\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), value)
