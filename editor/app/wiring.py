"""The one file that knows every part: makes them, connects them, says what each action does.

Facts flow up from document, session and canvas as signals; here they become one ``Situation`` and a few calls on the
window. Intents flow down: each action's handler calls one door.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from editor.app import graph_views
from editor.app.about import about_text
from editor.app.background import BackgroundTasks
from editor.app.crash_handler import CrashHandler
from editor.app.dialogs import answer_of, ask
from editor.app.document_files import DocumentFiles
from editor.app.error_dialog import Cause, ErrorDialog, ErrorText
from editor.app.main_window import MainWindow, Parts
from editor.app.run_control import RunControl
from editor.app.run_permission import RunPermission, trusted
from editor.app.run_status_bar import Seconds
from editor.app.run_words import run_words
from editor.app.settings import SettingsFile, ThemeChoice
from editor.app.shortcut_sheet import ShortcutSheet
from editor.app.situation import Situation
from editor.app.trust import TrustStore
from editor.canvas.graph_view import GraphView
from editor.debugger.backend import BackendFactory
from editor.debugger.legal_moves import LOCKED_PHASES
from editor.debugger.reports import Trouble
from editor.debugger.run_state import Phase, RunState
from editor.debugger.session import DebugSession
from editor.document.document import Document
from editor.document.undo_history import HistoryEvent, UndoHistory
from editor.panels.answer_card import AnswerCard
from editor.panels.error_card import ErrorCard
from editor.panels.input_picker import InputPicker
from editor.panels.inspector_panel import InspectorPanel
from editor.panels.output_panel import OutputPanel
from editor.panels.past_banner import PastBanner
from editor.panels.problems_panel import ProblemsPanel
from editor.panels.state_panel import StatePanel
from editor.panels.timeline_panel import TimelinePanel
from editor.theme.palette import apply_theme
