"""The forms of a page, as a browser fills and sends them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class FormSeen:
    """A form: where it is sent to, the names of its fields, and what it brings when nobody touches it."""

    action: str
    names: set[str] = field(default_factory=set)
    values: dict[str, list[str]] = field(default_factory=dict)

    def filled(self, told: dict[str, str | list[str]]) -> dict[str, list[str]]:
        """What is sent when these fields are filled in.

        Raises:
            AssertionError: the form has no such field.
        """
        assert told.keys() <= self.names, (self.action, told.keys() - self.names, self.names)
        return self.values | {name: [one] if isinstance(one, str) else one for name, one in told.items()}


class Forms(HTMLParser):
    """All forms of a page, in its order. A button that bears a name counts as a field that is filled in."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[FormSeen] = []
        self._form: FormSeen | None = None
        self._area: tuple[str, str] | None = None
        self._select: tuple[str, list[str], list[str]] | None = None
        self.feed(html)
        self.close()

    def to(self, ending: str) -> FormSeen:
        """The one form whose address ends so; for `""` the one that is sent to the page's own.

        Raises:
            AssertionError: there is none, or there are several.
        """
        found = [one for one in self.forms if (one.action.endswith(ending) if ending else not one.action)]
        assert len(found) == 1, (ending, [one.action for one in self.forms])
        return found[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self._form = FormSeen(told.get("action") or "")
            self.forms.append(self._form)
        elif self._form is not None and "disabled" not in told:
            self._field(tag, told)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._area is not None and self._form is not None:
            self._form.values.setdefault(self._area[0], []).append(self._area[1].removeprefix("\n"))
            self._area = None
        elif tag == "select" and self._select is not None and self._form is not None:
            name, options, chosen = self._select
            self._form.values.setdefault(name, []).extend(chosen or options[:1])
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area = (self._area[0], self._area[1] + data)

    def _field(self, tag: str, told: dict[str, str | None]) -> None:
        assert self._form is not None
        name, value, kind = told.get("name") or "", told.get("value") or "", told.get("type") or "text"
        if tag == "option" and self._select is not None:
            self._select[1].append(value)
            if "selected" in told:
                self._select[2].append(value)
        if not name:
            return
        self._form.names.add(name)
        if tag == "textarea":
            self._area = (name, "")
        elif tag == "select":
            self._select = (name, [], [])
        elif tag == "input" and kind != "file" and (kind not in {"checkbox", "radio"} or "checked" in told):
            self._form.values.setdefault(name, []).append(value)
