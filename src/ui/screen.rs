//! The screen: a model in, the bytes of a frame out.
//!
//! Lives here: ratatui's `Terminal` over our backend. Not here: what is drawn (`draw`), who writes the bytes (`app`).
//! Imports: `base`, `state`. Promise: no input, no output; a frame holds exactly what differs from the frame before, so
//! every frame must be written, in order.

use ratatui::buffer::Buffer;
use ratatui::{Frame, Terminal};

use crate::base::Size;
use crate::state::Model;
use crate::ui::backend::Sparing;
use crate::ui::theme::Theme;

/// What stands on the terminal.
#[derive(Debug)]
pub(crate) struct Screen {
    terminal: Terminal<Sparing>,
}

impl Screen {
    /// An empty screen of this size; its first frame clears the terminal.
    pub(crate) fn new(size: Size) -> Self {
        let Ok(terminal) = Terminal::new(Sparing::new(size));
        let mut screen = Self { terminal };
        screen.clear();
        screen
    }
    /// The bytes that turn the terminal from the last frame into this one; empty when there is no difference.
    pub(crate) fn draw(&mut self, model: &Model, theme: &Theme) -> Vec<u8> {
        frame(&mut self.terminal, |frame| crate::ui::draw(model, theme, frame))
    }
    /// The terminal has this size now; the next frame draws everything.
    pub(crate) fn resize(&mut self, size: Size) {
        self.terminal.backend_mut().resize(size);
        self.clear();
    }
    /// The screen was left and is ours again; the next frame draws everything.
    pub(crate) fn entered(&mut self) {
        self.terminal.backend_mut().entered();
        self.clear();
    }
    /// What stands there is not known any more; the next frame draws everything.
    pub(crate) fn clear(&mut self) {
        let Ok(()) = self.terminal.clear();
    }
}

/// Draws one frame and gives its bytes.
pub(super) fn frame(terminal: &mut Terminal<Sparing>, draw: impl FnOnce(&mut Frame<'_>)) -> Vec<u8> {
    let has_wide = terminal.backend().has_wide();
    let mut drawn: Option<Buffer> = None;
    let Ok(_) = terminal.draw(|frame| {
        draw(frame);
        drawn = has_wide.then(|| frame.buffer_mut().clone());
    });
    terminal.backend_mut().finish(drawn.as_ref())
}
