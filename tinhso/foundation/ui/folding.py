"""Templates with what never changes already drawn: fixed words, fixed addresses, icons. One compiled copy per language.

A page of ours is mostly fixed text; asking the catalogue, the routes and the static files for the same answers at every
request cost more than everything that varies. The first reading of a template in a language draws them once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, TypeVar

from django.template import Context, Origin, Template, TemplateDoesNotExist
from django.template.base import FilterExpression, Node, NodeList, TextNode, TokenType, Variable
from django.template.defaulttags import AutoEscapeControlNode, IfNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import base, cached
from django.templatetags.i18n import BlockTranslateNode, GetAvailableLanguagesNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import NoReverseMatch
from django.utils.translation import get_language

# Tags whose answer depends on their arguments and the language alone: {% icon "check" %}. Filled by `fixed`.
_FIXED: set[Callable[..., Any]] = set()


F = TypeVar("F", bound=Callable[..., Any])


def fixed(function: F) -> F:
    """Marks a simple tag that gives the same for the same arguments and language."""
    _FIXED.add(function)
    return function


class Loader(cached.Loader):
    """Django's cached loader, with a copy per language and the fixed parts drawn before a copy is shared."""

    def cache_key(self, template_name: str, skip: list[Origin] | None = None) -> str:
        return f"{get_language()}:{super().cache_key(template_name, skip)}"

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        key = self.cache_key(template_name, skip)
        known: Any = self.get_template_cache.get(key)
        if isinstance(known, Template):
            return known
        if known is None:
            with contextlib.suppress(TemplateDoesNotExist):
                # Past Django's own shelf: no other thread may meet a template that is still being folded.
                template: Template = base.Loader.get_template(self, template_name, skip)
                if not self.engine.debug:
                    fold(template.nodelist)
                self.get_template_cache[key] = template
                return template
        return super().get_template(template_name, skip)  # says what is missing, and remembers it


class _Assign(Node):
    """`{% translate "…" as name %}` whose answer is known."""

    def __init__(self, name: str, value: Any) -> None:
        self.name, self.value = name, value

    def render(self, context: Context) -> str:
        context[self.name] = self.value
        return ""


def fold(nodes: NodeList) -> None:
    """Draws the fixed parts of the nodes, in place, and joins text that now stands side by side."""
    made: list[Node] = []
    for node in nodes:
        new = _known(node)
        if new is node:
            _fold_below(node)
        before = made[-1] if made else None
        if isinstance(new, TextNode) and isinstance(before, TextNode):
            made.pop()
            new = _text(before.s + new.s, new)
        made.append(new)
    nodes[:] = made


def _fold_below(node: Node) -> None:
    if isinstance(node, IfNode):
        for _condition, nodelist in node.conditions_nodelists:
            fold(nodelist)
        return
    if isinstance(node, AutoEscapeControlNode):
        return  # drawn there without escaping; here with it
    for name in getattr(node, "child_nodelists", ()):
        below = getattr(node, name, None)
        if isinstance(below, NodeList):
            fold(below)


def _known(node: Node) -> Node:
    """The text or the assignment that stands for the node; the node itself when its answer varies."""
    if isinstance(node, GetAvailableLanguagesNode):
        return _assignment(node, node.variable)
    holds = _KINDS.get(type(node))
    if holds is None or not holds(node):
        return node
    name = getattr(node, "asvar", None) or getattr(node, "target_var", None) or getattr(node, "varname", None)
    if name:
        return _assignment(node, name)
    try:
        return _text(node.render(_empty()), node)
    except (NoReverseMatch, ValueError):  # an address or a file that is not there: said when the page is drawn
        return node


def _empty() -> Context:
    """Nothing given; what is missing would be told as in any template."""
    context = Context()
    context.template = Template("")
    return context


def _assignment(node: Node, name: str) -> Node:
    context = _empty()
    try:
        node.render(context)
    except (NoReverseMatch, ValueError):
        return node
    return _placed(_Assign(name, context[name]), node)


def _text(text: str, like: Node) -> TextNode:
    made = TextNode(text)
    _placed(made, like)
    return made


def _placed(node: Node, like: Node) -> Node:
    """Where it stands in its file, as errors tell it."""
    node.token, node.origin = getattr(like, "token", None), getattr(like, "origin", None)  # type: ignore[assignment]
    return node


def _is_fixed(given: object) -> bool:
    """A literal without filters."""
    if not isinstance(given, FilterExpression) or given.filters:
        return False
    return not isinstance(given.var, Variable) or (given.var.lookups is None and not given.var.translate)


def _words(node: Any) -> bool:
    return _is_fixed(node.filter_expression) and node.message_context is None and not node.noop


def _block(node: Any) -> bool:
    plain = all(token.token_type == TokenType.TEXT for token in node.singular)
    return plain and not (node.plural or node.extra_context or node.message_context)


def _address(node: Any) -> bool:
    return _is_fixed(node.view_name) and not node.args and not node.kwargs


def _tag(node: Any) -> bool:
    return node.func in _FIXED and all(map(_is_fixed, [*node.args, *node.kwargs.values()]))


_KINDS: dict[type[Node], Callable[[Any], bool]] = {
    TranslateNode: _words,
    BlockTranslateNode: _block,
    URLNode: _address,
    StaticNode: lambda node: _is_fixed(node.path),
    SimpleNode: _tag,
}
