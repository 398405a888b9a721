//! How far a shell has got in a command: which quotes are open, whether a word begins, whether `--` was said.
//!
//! Lives here: just enough of the shell's grammar to place a value in a command of the playbooks. Not here: quoting
//! (`base::quoted`). Imports: nothing. Promise: where it is unsure, a value counts as exposed.

/// The state between two pieces of a command.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shell {
    open: Vec<Open>,
    word: String,
    options_ended: bool,
    escaped: bool,
}

/// What is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Single,
    Double,
    Round,
    Curly,
}

impl Shell {
    /// Reads on.
    pub(crate) fn read(&mut self, words: &str) {
        let mut before = ' ';
        for c in words.chars() {
            if self.escaped {
                self.escaped = false;
                self.word.push(c);
            } else {
                self.step(c, before);
            }
            before = c;
        }
    }

    /// A value stands here: the word goes on, with anything in it.
    pub(crate) fn read_value(&mut self) {
        self.word.push_str("value");
    }

    /// Whether a value would stand inside quotes, where quotes of its own would end them.
    pub(crate) fn in_quotes(&self) -> bool {
        self.escaped || matches!(self.open.last(), Some(Open::Single | Open::Double | Open::Curly))
    }

    /// Whether a value that begins with `-` would be read as an option here.
    pub(crate) fn exposed(&self) -> bool {
        self.word.is_empty() && !self.options_ended
    }

    /// Whether everything that was opened is closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.open.is_empty() && !self.escaped
    }

    fn step(&mut self, c: char, before: char) {
        match (self.open.last(), c) {
            (Some(Open::Single), '\'') | (Some(Open::Double), '"') | (Some(Open::Curly), '}') => {
                self.open.pop();
            }
            (Some(Open::Single | Open::Curly), _) => {}
            (_, '\\') => self.escaped = true,
            (_, '(') if before == '$' => self.begin_commands(),
            (_, '{') if before == '$' => self.open.push(Open::Curly),
            (Some(Open::Double), _) => {}
            (_, '\'' | '"') => self.quote(c),
            (_, other) => self.step_bare(other),
        }
    }

    fn quote(&mut self, c: char) {
        self.open.push(if c == '"' { Open::Double } else { Open::Single });
        // A word in quotes is never the `--` that ends the options for this reader: it is not looked into.
        self.word.push(c);
    }

    fn step_bare(&mut self, c: char) {
        match c {
            ' ' => {
                self.options_ended |= self.word == "--";
                self.word.clear();
            }
            ';' | '|' | '&' => self.begin_command(),
            '(' => self.begin_commands(),
            ')' => {
                self.open.pop();
                self.begin_command();
                self.word.push(c);
            }
            other => self.word.push(other),
        }
    }

    fn begin_commands(&mut self) {
        self.open.push(Open::Round);
        self.begin_command();
    }

    fn begin_command(&mut self) {
        self.word.clear();
        self.options_ended = false;
    }
}
