//! The tab Raw: the line as it came, and before it the alert where something lies around that.
//!
//! Lives here: nothing but the line and how much of it is shown. Imports: `base`, `decode`. Promise: a line of any length costs no
//! more than what is shown of it, and the heading says how much that is.

use crate::base::Clean;
use crate::decode;
use crate::state::Opened;
use crate::state::number;
use crate::state::page::flow::{Flow, words};
use crate::state::page::{Role, glyphs};

/// How much of a line is shown, in bytes.
const SHOWN_BYTES: usize = 64 << 10;

/// Writes the tab.
pub(crate) fn write(flow: &mut Flow, opened: &Opened) {
    let (head, whole) = glyphs::head(&opened.line, SHOWN_BYTES);
    let text = Clean::from_bytes(head);
    let dot = || words(Role::Separator, " · ");
    let bytes = u64::try_from(opened.line.len()).unwrap_or(u64::MAX);
    let escapes = u64::try_from(text.escapes().len()).unwrap_or(u64::MAX);
    let mut about = vec![
        (Role::Dim, Clean::concat([opened.source.clone(), " line ".into(), number::grouped(opened.place.line)])),
        dot(),
        (Role::Dim, number::of(bytes, "byte")),
    ];
    if !opened.source.is_empty() {
        about.extend([dot(), (Role::Dim, opened.source.clone())]);
    }
    if escapes > 0 {
        about.extend([dot(), (Role::Dim, number::of(escapes, "escape"))]);
    }
    if !whole {
        about.extend([dot(), words(Role::Error, "the first 64 KiB")]);
    }
    flow.about(about);
    if let Some(own) = enveloped(opened, whole) {
        flow.write(0, &[(Role::Text, own)]);
        flow.gap();
        flow.write(0, &[words(Role::Dim, "the whole line:")]);
    }
    flow.write(0, &[(Role::Text, text)]);
    if !whole {
        flow.gap();
        let rest = number::grouped(bytes.saturating_sub(u64::try_from(head.len()).unwrap_or(0)));
        let said = [Clean::from("… "), rest, " more bytes are not shown; yr sends the whole line".into()];
        flow.write(0, &[(Role::Dim, Clean::concat(said))]);
    }
}

/// The alert's own bytes where they are not the line, which is short enough to be read once more.
fn enveloped(opened: &Opened, is_short: bool) -> Option<Clean> {
    let own = is_short.then(|| decode::own(&opened.line))?;
    (own.as_ref() != opened.line.trim_ascii()).then(|| Clean::from_bytes(&own))
}
