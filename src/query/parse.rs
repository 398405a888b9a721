//! Falco's condition grammar → tree, for the filter box and for playbooks.
//!
//! Lives here: precedence, groups, and what stands bare: a word in the filter box, a macro in a playbook. Not here:
//! letters (`lex`), the right side of a comparison (`right`). Imports: nothing. Promise: any text gives a tree or one
//! error with its place, in time linear in the text, and never goes too deep.

use std::ops::Range;

use crate::query::family::{self, compared};
use crate::query::fields::nearest;
use crate::query::filter::{Filter, FilterError};
use crate::query::lex::{Cursor, is_dotted, refuse, refuse_with, shorten};
use crate::query::needle::Word;
use crate::query::operand::Operand;
use crate::query::operand_parse;
use crate::query::operator::{self, Operator};
use crate::query::right;
use crate::query::tree::{Asked, Derived, Kind, Left, MAX_LEVELS, Node, invert, one_or};

/// What a name or a text means that is part of no comparison.
#[derive(Clone, Copy)]
pub(crate) enum Bare<'r> {
    /// A word that is searched for.
    Word,
    /// A macro; the function gives its condition.
    Macro(&'r dyn Fn(&str) -> Option<Filter>),
}

/// Levels that Falco's parser is down in front of a name, and in front of a comparison's value.
const NAME_LEVELS: usize = 4;
const COMPARISON_LEVELS: usize = 7;
/// Levels that a parenthesis adds, and one glued to a `not`.
const PARENTHESIS_LEVELS: usize = 5;
const NOT_PARENTHESIS_LEVELS: usize = 4;

/// What errors tell about names.
const NAMES: &str = "a name is letters, digits and _ with dots between; a word that is an operator goes in quotes";

/// What was read between two parentheses, or in the whole text.
#[derive(Default)]
struct Group {
    /// Levels down.
    level: usize,
    /// The first place where things stand side by side.
    side_by_side: Option<Range<usize>>,
    /// There is a comparison in it, at any depth.
    compares: bool,
}

/// A condition that was read.
pub(crate) struct Condition {
    /// Its tree.
    pub(crate) node: Node,
    /// The deepest level that it reached.
    pub(crate) levels: usize,
    /// What stands in the outermost parts, in bytes of the text: the operands of `and`, or all where `or` joins them.
    pub(crate) parts: Vec<Range<usize>>,
    /// It is joined by `or`.
    pub(crate) is_either: bool,
}

/// Reads a whole condition.
pub(crate) fn condition(text: &str, bare: Bare<'_>) -> Result<Condition, FilterError> {
    let mut parser = Parser { cursor: Cursor::new(text), bare, deepest: 0, parts: Vec::new(), is_either: false };
    let node = parser.either(&mut Group::default())?;
    parser.cursor.skip_blanks();
    match parser.cursor.peek() {
        None => Ok(Condition { node, levels: parser.deepest, parts: parser.parts, is_either: parser.is_either }),
        Some(b')') => Err(refuse(parser.cursor.found(), "no \"(\" was opened for this \")\"")),
        Some(_) => Err(parser.left_over()),
    }
}

struct Parser<'t, 'r> {
    cursor: Cursor<'t>,
    bare: Bare<'r>,
    deepest: usize,
    /// See [`Condition::parts`].
    parts: Vec<Range<usize>>,
    is_either: bool,
}

impl Parser<'_, '_> {
    /// `both ( "or" both )*`
    fn either(&mut self, group: &mut Group) -> Result<Node, FilterError> {
        self.go_down(group.level + NAME_LEVELS)?;
        let mut parts = vec![self.both(group)?];
        while self.eat_keyword("or") {
            parts.push(self.both(group)?);
        }
        self.is_either |= group.level == 0 && parts.len() > 1;
        Ok(one_or(parts, Node::Or))
    }

    /// `negated ( "and" negated )*`, where words may stand side by side without the `and`.
    fn both(&mut self, group: &mut Group) -> Result<Node, FilterError> {
        let mut parts = vec![self.negated(group)?];
        loop {
            if self.eat_keyword("and") {
                parts.push(self.negated(group)?);
            } else if self.sees_more() {
                self.note_side_by_side(group)?;
                parts.push(self.negated(group)?);
            } else {
                return Ok(one_or(parts, Node::And));
            }
        }
    }

    /// `( "not" )* check`
    fn negated(&mut self, group: &mut Group) -> Result<Node, FilterError> {
        self.cursor.skip_blanks();
        let start = self.cursor.at();
        let node = self.maybe_not(group)?;
        if group.level == 0 {
            self.parts.push(start..self.cursor.at());
        }
        Ok(node)
    }

    fn maybe_not(&mut self, group: &mut Group) -> Result<Node, FilterError> {
        let mut negated = false;
        while self.cursor.eat_keyword("not") {
            negated = !negated;
            if self.cursor.peek() == Some(b'(') {
                return Ok(invert(self.group(group, NOT_PARENTHESIS_LEVELS)?, negated));
            }
            self.cursor.skip_blanks();
        }
        Ok(invert(self.check(group)?, negated))
    }

    fn check(&mut self, group: &mut Group) -> Result<Node, FilterError> {
        match self.cursor.peek() {
            Some(b'(') => self.group(group, PARENTHESIS_LEVELS),
            Some(b'"' | b'\'') => self.quoted_word(),
            Some(b'!') if matches!(self.bare, Bare::Word) => self.absent_word(),
            _ => self.name_or_word(group),
        }
    }

    fn group(&mut self, outer: &mut Group, levels: usize) -> Result<Node, FilterError> {
        let open = self.cursor.found();
        self.cursor.eat("(");
        let mut inner = Group { level: outer.level + levels, ..Group::default() };
        let node = self.either(&mut inner)?;
        self.cursor.skip_blanks();
        if !self.cursor.eat(")") {
            return Err(self.unclosed(open));
        }
        if inner.compares {
            self.note_comparison(outer)?;
        }
        Ok(node)
    }

    fn unclosed(&self, open: Range<usize>) -> FilterError {
        match self.cursor.peek() {
            None => refuse(open, "\"(\" opened here is never closed"),
            Some(_) => self.left_over(),
        }
    }

    fn quoted_word(&mut self) -> Result<Node, FilterError> {
        let quote = self.cursor.quoted()?;
        match self.bare {
            Bare::Word => Ok(Node::Word(Box::new(Word::new(&quote.bytes)), None, quote.at)),
            Bare::Macro(_) => Err(refuse(quote.at, "expected a field or a macro, found a quoted text")),
        }
    }

    /// `!word`: the word must not be found.
    fn absent_word(&mut self) -> Result<Node, FilterError> {
        let bang = self.cursor.found();
        self.cursor.eat("!");
        if let Some(b'"' | b'\'') = self.cursor.peek() {
            return Ok(invert(self.quoted_word()?, true));
        }
        let word = self.cursor.bare();
        if word.is_empty() {
            let next = "the operator is written not, an exclamation mark as a word in quotes";
            return Err(refuse_with(bang, "expected a word after \"!\"", next));
        }
        Ok(invert(self.bare_word(word)?, true))
    }

    fn name_or_word(&mut self, group: &mut Group) -> Result<Node, FilterError> {
        if let Some(keyword) = ["and", "or", "not"].into_iter().find(|k| self.cursor.sees(k)) {
            return Err(self.keyword_out_of_place(keyword));
        }
        if operand_parse::begins(&self.cursor) {
            return self.made(group);
        }
        let start = self.cursor.clone();
        if let Some(name) = self.cursor.name() {
            match self.comparison(name, group)? {
                Some(node) => return Ok(node),
                None => self.cursor = start,
            }
        }
        let word = self.cursor.bare();
        if word.is_empty() {
            return Err(self.expected_check());
        }
        match self.bare {
            Bare::Word => self.bare_word(word),
            Bare::Macro(resolve) => self.macro_call(word, group, resolve),
        }
    }

    fn bare_word(&mut self, word: Range<usize>) -> Result<Node, FilterError> {
        let text = self.cursor.slice(word.clone());
        let glued = self.cursor.peek() == Some(b'(');
        if text.starts_with('@') {
            let what = format!("no saved filter is called {} here", shorten(text));
            return Err(refuse_with(word, what, "to search for it as a word, put it in quotes"));
        }
        self.no_operator_behind(&word)?;
        if is_dotted(text) {
            self.nothing_beside(&word)?;
        }
        if glued {
            let what = format!("expected a blank between {} and \"(\"", shorten(text));
            return Err(refuse_with(self.cursor.found(), what, "functions of this name are not known here"));
        }
        Ok(Node::Word(Box::new(Word::new(text.as_bytes())), Some(text.to_owned()), word))
    }

    fn macro_call(
        &mut self,
        name: Range<usize>,
        group: &mut Group,
        resolve: &dyn Fn(&str) -> Option<Filter>,
    ) -> Result<Node, FilterError> {
        let text = self.cursor.slice(name.clone());
        let Some(found) = resolve(text) else {
            let what = format!("there is no macro \"{}\"", shorten(text));
            let next = if is_dotted(text) { "a field needs an operator behind it" } else { "" };
            return Err(refuse_with(name, what, next));
        };
        self.go_down(group.level + NAME_LEVELS + found.levels())?;
        self.note_comparison(group)?;
        Ok(found.node().map_or(Node::And(Vec::new()), Node::Macro))
    }

    /// The comparison that begins with `name`; `None` when no operator follows, so that the name is a word.
    fn comparison(&mut self, name: Range<usize>, group: &mut Group) -> Result<Option<Node>, FilterError> {
        let text = self.cursor.slice(name.clone());
        let argument = if is_dotted(text) { self.cursor.argument()? } else { None };
        let left = left(text, argument, name.start..self.cursor.at());
        self.cursor.skip_blanks();
        let at = self.cursor.at();
        let Some(operator) = operator::eat(&mut self.cursor) else { return self.no_operator(&left) };
        self.go_down(group.level + COMPARISON_LEVELS)?;
        self.note_comparison(group)?;
        let asked = self.right_side(&left, operator, at, group.level)?;
        Ok(Some(match asked {
            Asked::Of(asked) => compared(left, asked),
            Asked::Against(..) => {
                Node::Derived(Box::new(Derived { kind: left.kind, left: Operand::Field(left), asked }))
            }
        }))
    }

    /// The comparison that begins with a transformer.
    fn made(&mut self, group: &mut Group) -> Result<Node, FilterError> {
        let start = self.cursor.at();
        let made = operand_parse::call(&mut self.cursor, group.level + COMPARISON_LEVELS)?;
        let at = start..self.cursor.at();
        let left = left(self.cursor.slice(at.clone()), None, at);
        self.cursor.skip_blanks();
        let at = self.cursor.at();
        let Some(operator) = operator::eat(&mut self.cursor) else { return Err(self.expected_operator(&left.name)) };
        self.go_down(group.level + COMPARISON_LEVELS)?;
        self.note_comparison(group)?;
        let asked = self.right_side(&left, operator, at, group.level)?;
        Ok(Node::Derived(Box::new(Derived { left: made, kind: Kind::Plain, asked })))
    }

    /// What the operator that began at `at` needs on its right.
    fn right_side(&mut self, left: &Left, operator: Operator, at: usize, level: usize) -> Result<Asked, FilterError> {
        let sign = at..self.cursor.at();
        right::read(&mut self.cursor, left, (operator, sign), level + COMPARISON_LEVELS)
    }

    /// `None`, as a word, unless the name can be nothing but a field.
    fn no_operator(&self, left: &Left) -> Result<Option<Node>, FilterError> {
        if left.name.ends_with(']') {
            return Err(self.expected_operator(&left.name));
        }
        Ok(None)
    }

    /// A dotted name with something behind it is a field without its operator.
    fn nothing_beside(&mut self, name: &Range<usize>) -> Result<(), FilterError> {
        let text = self.cursor.slice(name.clone());
        if self.sees_more() && !self.cursor.sees("and") { Err(self.expected_operator(text)) } else { Ok(()) }
    }

    fn expected_operator(&self, name: &str) -> FilterError {
        let found = self.cursor.slice(self.cursor.found());
        let what = format!("expected an operator after {}, found {}", shorten(name), self.cursor.found_text());
        if let Some(word) = nearest(found, operator::words()) {
            return refuse_with(self.cursor.found(), what, format!("did you mean {word}?")).with_fix(word);
        }
        let next = format!("to search for {} as a word, put it in quotes", shorten(name));
        refuse_with(self.cursor.found(), what, next)
    }

    fn no_operator_behind(&mut self, word: &Range<usize>) -> Result<(), FilterError> {
        self.cursor.skip_blanks();
        let sign = ["==", "=", "!=", ","].into_iter().find(|s| self.cursor.rest().starts_with(s));
        let Some(sign) = sign else { return Ok(()) };
        let at = self.cursor.at()..self.cursor.at() + sign.len();
        let word = shorten(self.cursor.slice(word.clone()));
        let what = format!("\"{sign}\" can't follow {word}, which is no field's name");
        Err(refuse_with(at, what, NAMES))
    }

    fn expected_check(&self) -> FilterError {
        let bare = match self.bare {
            Bare::Word => "a word",
            Bare::Macro(_) => "a macro",
        };
        let what = format!("expected a field, {bare}, \"not\" or \"(\", found {}", self.cursor.found_text());
        refuse(self.cursor.found(), what)
    }

    fn keyword_out_of_place(&self, keyword: &str) -> FilterError {
        let what = format!("expected a condition, found \"{keyword}\"");
        refuse_with(self.cursor.found(), what, format!("the word itself is written \"{keyword}\" in quotes"))
    }

    /// What stands at the cursor has no `and` or `or` before it.
    fn left_over(&self) -> FilterError {
        self.beside(self.cursor.found())
    }

    fn beside(&self, at: Range<usize>) -> FilterError {
        let text = self.cursor.slice(at.clone());
        let what = format!("expected \"and\", \"or\" or the end, found \"{}\"", shorten(text));
        let keyword = match text {
            "&&" => Some("and"),
            "||" => Some("or"),
            _ => ["and", "or", "not"].into_iter().find(|k| k.eq_ignore_ascii_case(text)),
        };
        match keyword {
            Some(keyword) => refuse_with(at, what, format!("the operator is written {keyword}")),
            None => refuse_with(
                at,
                what,
                "words stand side by side only without a comparison; a text with blanks goes in quotes",
            ),
        }
    }

    fn note_side_by_side(&self, group: &mut Group) -> Result<(), FilterError> {
        if group.compares || matches!(self.bare, Bare::Macro(_)) {
            return Err(self.left_over());
        }
        if operator::eat(&mut self.cursor.clone()).is_some() {
            let what = format!("expected a field's name before {}", self.cursor.found_text());
            return Err(refuse_with(self.cursor.found(), what, NAMES));
        }
        group.side_by_side.get_or_insert(self.cursor.found());
        Ok(())
    }

    fn note_comparison(&self, group: &mut Group) -> Result<(), FilterError> {
        group.compares = true;
        group.side_by_side.clone().map_or(Ok(()), |at| Err(self.beside(at)))
    }

    fn go_down(&mut self, level: usize) -> Result<(), FilterError> {
        self.deepest = self.deepest.max(level);
        if level < MAX_LEVELS {
            return Ok(());
        }
        let what = format!("nested too deeply: more than {MAX_LEVELS} levels, as in Falco");
        Err(refuse(self.cursor.found(), what))
    }

    fn eat_keyword(&mut self, word: &str) -> bool {
        self.cursor.skip_blanks();
        self.cursor.eat_keyword(word)
    }

    /// Whether something stands here that is no end of a group and no `or`.
    fn sees_more(&mut self) -> bool {
        self.cursor.skip_blanks();
        !matches!(self.cursor.peek(), None | Some(b')')) && !self.cursor.sees("or")
    }
}

/// The left side of a comparison with a field.
pub(crate) fn left(name: &str, argument: Option<String>, at: Range<usize>) -> Left {
    let kind = family::kind(name);
    let name = argument.map_or_else(|| name.to_owned(), |argument| format!("{name}[{argument}]"));
    Left { name, kind, at }
}
