"""Reads a page the way a browser and a screen reader would: elements, texts, and what is wrong with them."""

from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img"}


class Page(HTMLParser):
    """A parsed page. `faults` are elements left open or closed twice, scripts and styles that are not files of ours,
    foreign addresses.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.faults: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        if self._open:
            self.faults.append(f"left open: {self._open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append((tag, given))
        if tag not in VOID:
            self._open.append(tag)
        ours = tag == "script" and (given.get("src") or "").startswith("/assets/")
        if (tag in ("script", "style", "iframe", "object") and not ours) or "style" in given:
            self.faults.append(f"<{tag}> with {sorted(given)}")
        for name, value in given.items():
            if name.startswith("on"):
                self.faults.append(f"{name} on <{tag}>")
            if name in ("href", "src", "action") and not (value or "").startswith(("/", "#")):
                self.faults.append(f"{name}={value}")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self._open[-1:]}")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]
