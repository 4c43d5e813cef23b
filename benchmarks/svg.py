"""The pieces of a picture: SVG that is read on a light page and on a dark one."""

from collections.abc import Iterable
from html import escape

_STYLE = """
  .paper { fill: #ffffff } .ink { fill: #1f2328 } .faint { fill: #59636e } .grid { stroke: #d1d9e0 }
  .ours { fill: #0969da } .theirs { fill: #8c959f } .ours-line { stroke: #0969da } .theirs-line { stroke: #8c959f }
  text { font: 12px system-ui, sans-serif } .title { font-size: 14px; font-weight: 600 } .small { font-size: 11px }
  polyline { fill: none; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 } .ink { fill: #e6edf3 } .faint { fill: #9198a1 } .grid { stroke: #3d444d }
    .ours { fill: #4493f8 } .theirs { fill: #6e7681 } .ours-line { stroke: #4493f8 } .theirs-line { stroke: #8b949e }
  }
"""


def picture(width: int, height: int, title: str, parts: Iterable[str]) -> str:
    """A whole picture."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
    paper = f'<rect class="paper" width="{width}" height="{height}" rx="6"/>'
    return "\n".join(
        [head, f"<title>{escape(title)}</title>", f"<style>{_STYLE}</style>", paper, *parts, "</svg>\n"]
    )


def text(x: float, y: float, content: str, kind: str = "ink", anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(content)}</text>'


def bar(x: float, y: float, width: float, height: float, kind: str) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2"/>'


def line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="grid" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def curve(points: list[tuple[float, float]], kind: str) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points)
    return f'<polyline class="{kind}-line" points="{path}"/>{dots}'


def gap(x: float, y: float, height: float) -> str:
    """The mark of a bar that is longer than there is room for."""
    return f'<polygon class="paper" points="{x},{y - 1} {x + 5},{y - 1} {x - 1},{y + height + 1} {x - 6},{y + height + 1}"/>'
