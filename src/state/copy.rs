//! What `y` sends: the alert, a value, a line, a command. Imports: every room before `state`.

/// What is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// The alert as it came, or what else has the focus.
    Focused,
    /// The value of the cell or field under the cursor.
    Value,
    /// The line as it came.
    Raw,
    /// The alert's output text.
    Output,
    /// The alert's uuid.
    Uuid,
}
