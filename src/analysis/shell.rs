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
    /// The first word of the command; empty while it is being read.
    program: String,
    /// The word before the one that is being read.
    last: String,
    mistake: Option<&'static str>,
}

/// Programs that run the text behind `-c`.
const SHELLS: [&str; 7] = ["sh", "bash", "dash", "ash", "zsh", "ksh", "su"];

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
        if self.word.is_empty() && self.program.is_empty() {
            self.refuse("a value would be the program that runs");
        } else if self.program == "eval" || (SHELLS.contains(&self.program.as_str()) && self.last == "-c") {
            self.refuse("a value would be read as a command once more");
        }
        self.word.push_str("value");
    }

    /// What makes it unsure what a value would be here.
    pub(crate) fn mistake(&self) -> Option<&'static str> {
        self.mistake
    }

    fn refuse(&mut self, why: &'static str) {
        self.mistake.get_or_insert(why);
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
            (_, '`') => self.refuse("backquotes have quotes of their own: $(...) does the same"),
            (_, '(') if before == '$' => self.begin_commands(),
            (_, '{') if before == '$' => self.open.push(Open::Curly),
            (Some(Open::Double), _) => {}
            (_, '\'') if before == '$' => self.refuse("$'...' is not every shell's"),
            (_, '\'' | '"') => self.quote(c),
            (_, other) => self.step_bare(other, before),
        }
    }

    fn quote(&mut self, c: char) {
        self.open.push(if c == '"' { Open::Double } else { Open::Single });
        // A word in quotes is never the `--` that ends the options for this reader: it is not looked into.
        self.word.push(c);
    }

    fn step_bare(&mut self, c: char, before: char) {
        match c {
            ' ' => self.end_word(),
            '#' if self.word.is_empty() => self.refuse("a comment would take what follows it along"),
            '<' if self.word.ends_with('<') => self.refuse("a here-document does not fit into one line"),
            '(' if before == '(' => {
                self.refuse("arithmetic would calculate with a value, and run what stands in it");
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

    fn end_word(&mut self) {
        self.options_ended |= self.word == "--";
        if self.word == "[[" {
            self.refuse("[[ is not every shell's, and calculates with a value");
        }
        let word = std::mem::take(&mut self.word);
        if self.program.is_empty() && !word.contains('=') {
            self.program.clone_from(&word);
        }
        if !word.is_empty() {
            self.last = word;
        }
    }

    fn begin_commands(&mut self) {
        self.open.push(Open::Round);
        self.begin_command();
    }

    fn begin_command(&mut self) {
        self.word.clear();
        self.program.clear();
        self.last.clear();
        self.options_ended = false;
    }
}
