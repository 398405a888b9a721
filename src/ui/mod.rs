//! `&Model` → cells; read-only. The only room that knows ratatui and crossterm.
//!
//! Imports: every room before it. Promise: only `Clean` text and the program's own words become spans.

mod backend;
mod pen;
pub(crate) mod screen;
pub(crate) mod terminal;
pub(crate) mod theme;

use ratatui::Frame;

use crate::state::Model;
use theme::Theme;

/// Draws the whole screen.
pub(crate) fn draw(_model: &Model, _theme: &Theme, _frame: &mut Frame<'_>) {}
