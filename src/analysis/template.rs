//! Texts and commands of playbooks with placeholders in them, parsed once.
//!
//! Lives here: `@{…}` found, checked, and where in a shell command each stands. Not here: values (`command`, `facts`).
//! Imports: siblings only. Promise: a placeholder inside quotes, or one that text would fill, is no command template.

use crate::analysis::hole::{Hole, ValueType};
use crate::analysis::shell::Shell;

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// The playbook's own words.
    Words(String),
    /// A placeholder. `exposed`: what stands there begins a word that no `--` precedes, so a `-` would be an option.
    Hole {
        /// The placeholder.
        hole: Hole,
        /// A value that begins with `-` would be read as an option here.
        exposed: bool,
    },
}

/// What is wrong with a text or a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Which of its placeholders, counted from 0; `None`: the whole.
    pub(crate) hole: Option<usize>,
    /// What is wrong.
    pub(crate) what: String,
}

impl Mistake {
    fn whole(what: impl Into<String>) -> Self {
        Self { hole: None, what: what.into() }
    }

    fn of(hole: usize, what: impl Into<String>) -> Self {
        Self { hole: Some(hole), what: what.into() }
    }
}

/// A text with placeholders, for drawing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text(Vec<Piece>);

impl Text {
    /// Parses a text; line breaks become blanks. On `Err`, what is wrong with a placeholder.
    pub(crate) fn parse(raw: &str) -> Result<Self, Mistake> {
        let line = raw.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        pieces(&line).map(Self)
    }

    /// Its pieces.
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.0
    }
}

/// A command with placeholders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Template(Vec<Piece>);

impl Template {
    /// Parses a command; on `Err`, why it could not be pasted safely.
    pub(crate) fn parse(raw: &str) -> Result<Self, Mistake> {
        let line = raw.trim();
        if let Some(odd) = line.chars().find(|c| !matches!(c, ' '..='~')) {
            return Err(Mistake::whole(format!("a command is one line of printable ASCII, not {odd:?}")));
        }
        let mut shell = Shell::default();
        let mut template = Self::default();
        for piece in pieces(line)? {
            let holes = template.holes().count();
            template.0.push(placed(piece, &mut shell).map_err(|what| Mistake::of(holes, what))?);
            if let Some(what) = shell.mistake() {
                return Err(Mistake::of(holes, what.to_owned()));
            }
        }
        if !shell.is_closed() {
            return Err(Mistake::whole("a quote or bracket is not closed"));
        }
        template.one_meaning_a_label().map(|()| template)
    }

    /// Its pieces.
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Its placeholders.
    pub(crate) fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Hole { hole, .. } => Some(hole),
            Piece::Words(_) => None,
        })
    }

    /// The first word: the program.
    pub(crate) fn program(&self) -> &str {
        match self.0.first() {
            Some(Piece::Words(words)) => words.split(' ').next().unwrap_or_default(),
            _ => "",
        }
    }

    /// One gap's value goes everywhere where its label stands.
    fn one_meaning_a_label(&self) -> Result<(), Mistake> {
        let clashes = |hole: &Hole| self.holes().any(|other| hole.label == other.label && hole != other);
        let clash = self.holes().enumerate().filter(|(_, hole)| clashes(hole)).last();
        clash.map_or(Ok(()), |(at, hole)| {
            Err(Mistake::of(at, format!("{} means two things in one command", hole.label)))
        })
    }
}

/// Finds where in the command a piece stands.
fn placed(piece: Piece, shell: &mut Shell) -> Result<Piece, String> {
    match piece {
        Piece::Words(words) => {
            shell.read(&words);
            Ok(Piece::Words(words))
        }
        Piece::Hole { hole, .. } if hole.accepts == ValueType::Text => {
            Err(format!("{}: text is not allowed in a command", hole.label))
        }
        Piece::Hole { hole, .. } if shell.in_quotes() => Err(format!("{} stands inside quotes", hole.label)),
        Piece::Hole { hole, .. } => {
            let exposed = shell.exposed();
            shell.read_value();
            Ok(Piece::Hole { hole, exposed })
        }
    }
}

/// Cuts a line at its placeholders.
fn pieces(line: &str) -> Result<Vec<Piece>, Mistake> {
    let mut found = Vec::new();
    let mut rest = line;
    let mut holes = 0;
    while let Some((before, after)) = rest.split_once("@{") {
        let (inner, tail) = after.split_once('}').ok_or_else(|| Mistake::of(holes, "a placeholder is not closed"))?;
        if !before.is_empty() {
            found.push(Piece::Words(before.to_owned()));
        }
        let hole = Hole::parse(inner).map_err(|what| Mistake::of(holes, what))?;
        found.push(Piece::Hole { hole, exposed: false });
        holes += 1;
        rest = tail;
    }
    if !rest.is_empty() {
        found.push(Piece::Words(rest.to_owned()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exposures(command: &str) -> Vec<bool> {
        let template = Template::parse(command).unwrap();
        let of = |piece: &Piece| match piece {
            Piece::Hole { exposed, .. } => Some(*exposed),
            Piece::Words(_) => None,
        };
        template.pieces().iter().filter_map(of).collect()
    }

    #[test]
    fn a_value_is_exposed_where_it_could_become_an_option() {
        let cases: [(&str, &[bool]); 9] = [
            ("kill @{a:comm:A}", &[true]),
            ("rm -- @{a:comm:A}", &[false]),
            ("rm -- @{a:comm:A}; cat @{a:comm:A}", &[false, true]),
            ("grep -e 'rule: '@{a:rule_name:A} x", &[false]),
            ("A=@{a:comm:A}", &[false]),
            ("cp -- /proc/@{a:pid:A}/exe /x.@{a:pid:A}", &[false, false]),
            ("x -- \"$(y @{a:comm:A})\"", &[true]),
            ("x | y -- @{a:comm:A} && z @{a:comm:A}", &[false, true]),
            ("echo '--' @{a:comm:A}", &[true]),
        ];
        for (command, want) in cases {
            assert_eq!(exposures(command), want, "{command}");
        }
    }

    #[test]
    fn what_could_not_be_pasted_safely_is_no_template() {
        let cases = [
            "echo '@{a:pid:A}'",
            "echo \"@{a:pid:A}\"",
            "echo @{a:text:A}",
            "echo \"",
            "echo $(",
            "a\nb",
            "caf\u{e9}",
            "@{a:pid:A} @{b:pid:A}",
            "@{a:pid:A",
            "@{a:pit:A}",
            "echo `echo @{a:path:A}`",
            "echo $'a\\' @{a:path:A} 'b'",
            "echo $((@{a:pid:A}))",
            "[[ @{a:pid:A} -eq 1 ]]",
            "cat <<EOF",
            "echo @{a:path:A} # look",
            "eval @{a:path:A}",
            "x; sh -c @{a:path:A}",
            "bash -c @{a:path:A}",
            "@{a:path:A} --version",
            "x && @{a:path:A}",
        ];
        for command in cases {
            assert!(Template::parse(command).is_err(), "{command}");
        }
        for command in
            ["X=@{a:path:A}; ls \"$X\"", "grep '`#<<' -- @{a:path:A}", "ssh-keygen -c -f @{a:path:A}", "(cd / && ls)"]
        {
            assert!(Template::parse(command).is_ok(), "{command}: {:?}", Template::parse(command));
        }
        assert!(Template::parse("x \"$(y @{a:pid:A})\" '{{.A}}' \\\"").is_ok());
    }

    #[test]
    fn a_text_of_many_lines_becomes_one() {
        let text = Text::parse("\n  one @{a:text}\n\n  two ").unwrap();
        assert_eq!(text.pieces().first(), Some(&Piece::Words("one ".to_owned())));
        assert_eq!(text.pieces().last(), Some(&Piece::Words(" two".to_owned())));
    }
}
