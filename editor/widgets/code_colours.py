"""Colours code by its language, with pygments. Whole-document lexing, so that triple quotes come out right.

Most texts here are small (a function, a JSON value); 150 lines take 3 ms, measured. Long ones are coloured a moment
after the last letter.
Used by ``code_view`` and ``json_edit``.
"""

from __future__ import annotations

from functools import cache

from pygments.lexer import Lexer
from pygments.lexers import DiffLexer, JsonLexer, PythonLexer
from pygments.token import Comment, Generic, Keyword, Literal, Name, Number, String, _TokenType
from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from editor.theme.theme import current_tokens, theme
from editor.widgets.traceback_lexer import TracebackLexer

LARGEST_COLOURED = 400_000  # characters; lexing more takes longer than anybody waits
LONG = 10_000
"""Characters; lexing these takes 10 ms. From here on a letter colours its line only, and the rest a moment later."""
COLOUR_AFTER_MS = 400

_COLOURS: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "code_comment"),
    (String.Doc, "code_comment"),
    (String, "code_string"),
    (Number, "code_number"),
    (Literal.Date, "code_string"),
    (Keyword, "code_keyword"),
    (Name.Builtin, "code_type"),
    (Name.Class, "code_type"),
    (Name.Exception, "code_type"),
    (Name.Function, "code_name"),
    (Name.Decorator, "code_name"),
    (Name.Tag, "code_name"),
    (Generic.Inserted, "added"),
    (Generic.Deleted, "removed"),
    (Generic.Subheading, "code_comment"),
)
"""The first row whose token holds the lexed one decides."""

_NOTHING = (-1, -1)

Span = tuple[int, int, str]


class CodeColours(QSyntaxHighlighter):
    """`language`: "python", "json", "traceback" or "diff"."""

    def __init__(self, document: QTextDocument, language: str) -> None:
        super().__init__(document)
        self._language = language
        self._seen = _NOTHING
        self._lines: list[list[Span]] = []
        self._later = QTimer(self, singleShot=True, interval=COLOUR_AFTER_MS)
        self._later.timeout.connect(self._catch_up)
        theme().theme_changed.connect(self._recolour)

    def forget(self) -> None:
        """Another text altogether comes now."""
        self._seen = _NOTHING

    def highlightBlock(self, text: str) -> None:
        if self.document().characterCount() > LONG and self._seen[1] > 1:  # 1: nothing was there before
            self._colour_for_now(text)
            return
        self._lex()
        number = self.currentBlock().blockNumber()
        spans = self._lines[number] if number < len(self._lines) else []
        self._colour(spans)
        self.setCurrentBlockState(_state_after(spans, text))

    def _colour(self, spans: list[Span]) -> None:
        for start, length, colour in spans:
            form = QTextCharFormat()
            form.setForeground(QColor(getattr(current_tokens(), colour)))
            self.setFormat(start, length, form)

    def _lex(self) -> None:
        now = self._now()
        if now != self._seen:
            self._seen = now
            text = self.document().toPlainText()
            may_colour = text and len(text) <= LARGEST_COLOURED
            self._lines = lines_of_spans(text, _lexer(self._language)) if may_colour else [[]]

    def _now(self) -> tuple[int, int]:
        """Differs for each text: setting one empties the document first, without another revision."""
        return self.document().revision(), self.document().characterCount()

    def _colour_for_now(self, text: str) -> None:
        """In a long text: this line by itself or, where nothing was typed since, as the whole has it."""
        number = self.currentBlock().blockNumber()
        if self._seen == self._now():
            self._colour(self._lines[number] if number < len(self._lines) else [])
        elif self.document().characterCount() <= LARGEST_COLOURED:
            self._colour(lines_of_spans(text, _lexer(self._language))[0])
            self._later.start()

    def _catch_up(self) -> None:
        """Colours the lines anew that come out otherwise now that all of the text was looked at."""
        if not self._has_document():
            return
        old = self._lines
        self._lex()
        new, most = self._lines, min(len(old), len(self._lines))
        first = next((i for i in range(most) if old[i] != new[i]), most)
        last = next((i for i in range(1, most - first + 1) if old[-i] != new[-i]), most - first + 1) - 1
        block = self.document().findBlockByNumber(max(0, first - 1))
        while block.isValid() and block.blockNumber() <= len(new) - last:
            self.rehighlightBlock(block)
            block = block.next()

    def _recolour(self, _old: object, _new: object) -> None:
        if self._has_document():
            self._lex()
            self.rehighlight()

    def _has_document(self) -> bool:
        """The document may be destroyed before its colours are; a theme or a timer can come in between."""
        return self.document() is not None


def _state_after(spans: list[Span], text: str) -> int:
    """Differs when a line now ends in another token than before: then Qt has the next line coloured too."""
    if not spans or spans[-1][0] + spans[-1][1] < len(text):
        return 0
    return 1 + sorted({name for _, name in _COLOURS}).index(spans[-1][2])


def lines_of_spans(text: str, lexer: Lexer) -> list[list[Span]]:
    """For each line the coloured spans (start, length, token name), in units of UTF-16 as Qt counts."""
    lines: list[list[Span]] = [[]]
    column = 0
    for token, value in lexer.get_tokens(text):
        colour = _colour_of(token)
        for i, part in enumerate(value.split("\n")):
            if i:
                lines.append([])
                column = 0
            length = len(part) if part.isascii() else len(part.encode("utf-16-le", "surrogatepass")) // 2
            if colour and part:
                lines[-1].append((column, length, colour))
            column += length
    return lines


@cache
def _colour_of(token: _TokenType) -> str | None:
    return next((name for kind, name in _COLOURS if token in kind), None)


@cache
def _lexer(language: str) -> Lexer:
    """Made at the first text to colour: compiling one language's expressions takes 20 ms."""
    makers = {"python": PythonLexer, "json": JsonLexer, "traceback": TracebackLexer, "diff": DiffLexer}
    return makers[language](stripnl=False)
