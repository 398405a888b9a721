//! One message in, a changed model and effects out. Imports: every room before `state`.

use crate::state::{Effect, Model, Msg};

/// Applies what happened.
pub(crate) fn update(_model: &mut Model, _msg: Msg) -> Vec<Effect> {
    Vec::new()
}
