//! How transformers and `val(…)` are written, on either side of a comparison.
//!
//! Imports: `decode`. Promise: any text gives an operand or one error with its place, and never goes too deep.

use std::ops::Range;

use crate::decode::value::ALERT_NAMES;
use crate::query::filter::FilterError;
use crate::query::lex::{Cursor, is_dotted, refuse, refuse_with, shorten};
use crate::query::operand::{Arguments, Operand, Transformer};
use crate::query::parse::left;
use crate::query::tree::MAX_LEVELS;

/// Names of the transformers.
const TRANSFORMERS: [&str; 8] = ["tolower", "toupper", "b64", "basename", "len", "join", "concat", "getopt"];

/// What makes a field of a value on the right side.
const FIELD_ON_THE_RIGHT: &str = "val";

/// Whether `name` is a transformer's.
pub(crate) fn is_transformer(name: &str) -> bool {
    TRANSFORMERS.contains(&name)
}

/// Whether a transformer or `val(` stands at the cursor, glued to its parenthesis.
pub(crate) fn begins(cursor: &Cursor<'_>) -> bool {
    let mut behind = cursor.clone();
    let name = behind.bare();
    let name = behind.slice(name);
    behind.peek() == Some(b'(') && (is_transformer(name) || name == FIELD_ON_THE_RIGHT)
}

/// Reads what stands on the right side; the cursor stands where it [`begins`].
pub(crate) fn right(cursor: &mut Cursor<'_>, level: usize) -> Result<Operand, FilterError> {
    if !cursor.rest().starts_with("val(") {
        return call(cursor, level);
    }
    cursor.eat("val(");
    cursor.skip_blanks();
    let field = field(cursor)?;
    close(cursor)?;
    Ok(field)
}

/// Reads a transformer with its arguments; the cursor stands at its name, which is known.
pub(crate) fn call(cursor: &mut Cursor<'_>, level: usize) -> Result<Operand, FilterError> {
    let name = cursor.bare();
    if level >= MAX_LEVELS {
        return Err(refuse(name, format!("nested too deeply: more than {MAX_LEVELS} levels, as in Falco")));
    }
    let text = cursor.slice(name.clone());
    cursor.eat("(");
    cursor.skip_blanks();
    let made = match text {
        "join" => join(cursor, level)?,
        "concat" => concat(cursor, level, name)?,
        "getopt" => return getopt(cursor, level),
        _ => Operand::Made(one_of(text, name)?, Box::new(argument(cursor, level)?)),
    };
    close(cursor)?;
    Ok(made)
}

fn one_of(name: &str, at: Range<usize>) -> Result<Transformer, FilterError> {
    Ok(match name {
        "tolower" => Transformer::Lower,
        "toupper" => Transformer::Upper,
        "b64" => Transformer::Base64,
        "basename" => Transformer::Basename,
        "len" => Transformer::Length,
        "val" => return Err(refuse(at, "val stands on the right side only, around one field")),
        _ => return Err(refuse(at, format!("there is no transformer {}", shorten(name)))),
    })
}

/// `"-", (a, b)`
fn join(cursor: &mut Cursor<'_>, level: usize) -> Result<Operand, FilterError> {
    let between = text(cursor, "the text that join puts between")?;
    comma(cursor)?;
    Ok(Operand::Join(between, list(cursor, level)?))
}

/// `a, b, …`
fn concat(cursor: &mut Cursor<'_>, level: usize, name: Range<usize>) -> Result<Operand, FilterError> {
    let mut parts = vec![argument(cursor, level)?];
    cursor.skip_blanks();
    while cursor.eat(",") {
        cursor.skip_blanks();
        parts.push(argument(cursor, level)?);
        cursor.skip_blanks();
    }
    if parts.len() < 2 {
        return Err(refuse(name, "concat needs two or more things with commas between"));
    }
    Ok(Operand::Join(Vec::new(), parts))
}

/// `args, "nt:")`, perhaps with `[t]` behind.
fn getopt(cursor: &mut Cursor<'_>, level: usize) -> Result<Operand, FilterError> {
    let of = match cursor.peek() {
        Some(b'(') => Arguments::Listed(list(cursor, level)?),
        _ => Arguments::Of(Box::new(argument(cursor, level)?)),
    };
    comma(cursor)?;
    let known = text(cursor, "the letters of getopt's options")?;
    close(cursor)?;
    let option = cursor.argument()?.filter(|option| !option.is_empty());
    Ok(Operand::Getopt(of, known, option))
}

fn list(cursor: &mut Cursor<'_>, level: usize) -> Result<Vec<Operand>, FilterError> {
    if !cursor.eat("(") {
        let what = format!("expected a list in parentheses, found {}", cursor.found_text());
        return Err(refuse_with(cursor.found(), what, "a list is written (a, b)"));
    }
    let mut items = Vec::new();
    cursor.skip_blanks();
    if cursor.eat(")") {
        return Ok(items);
    }
    loop {
        items.push(item(cursor, level)?);
        cursor.skip_blanks();
        if !cursor.eat(",") {
            close(cursor)?;
            return Ok(items);
        }
        cursor.skip_blanks();
    }
}

/// In a list a number stands without quotes.
fn item(cursor: &mut Cursor<'_>, level: usize) -> Result<Operand, FilterError> {
    if !cursor.peek().is_some_and(|b| b.is_ascii_digit()) {
        return argument(cursor, level);
    }
    let number = cursor.bare();
    Ok(Operand::Text(cursor.slice(number).as_bytes().to_vec()))
}

fn argument(cursor: &mut Cursor<'_>, level: usize) -> Result<Operand, FilterError> {
    match cursor.peek() {
        Some(b'"' | b'\'') => Ok(Operand::Text(cursor.quoted()?.bytes)),
        _ if begins(cursor) => call(cursor, level + 1),
        _ => field(cursor),
    }
}

/// Inside a transformer Falco takes names with a dot only; the alert's own names are fields here as everywhere.
fn field(cursor: &mut Cursor<'_>) -> Result<Operand, FilterError> {
    let found = cursor.found();
    let shown = cursor.found_text();
    let name = cursor.name().map(|at| (cursor.slice(at.clone()), at));
    let Some((name, at)) = name.filter(|(name, _)| is_dotted(name) || ALERT_NAMES.contains(name)) else {
        let next = "a field is written proc.name; a text stands in quotes";
        return Err(refuse_with(found, format!("expected a field, found {shown}"), next));
    };
    let argument = cursor.argument()?;
    Ok(Operand::Field(left(name, argument, at.start..cursor.at())))
}

fn text(cursor: &mut Cursor<'_>, what: &str) -> Result<Vec<u8>, FilterError> {
    if !matches!(cursor.peek(), Some(b'"' | b'\'')) {
        let what = format!("expected {what} in quotes, found {}", cursor.found_text());
        return Err(refuse(cursor.found(), what));
    }
    Ok(cursor.quoted()?.bytes)
}

fn comma(cursor: &mut Cursor<'_>) -> Result<(), FilterError> {
    cursor.skip_blanks();
    if !cursor.eat(",") {
        return Err(refuse(cursor.found(), format!("expected \",\", found {}", cursor.found_text())));
    }
    cursor.skip_blanks();
    Ok(())
}

fn close(cursor: &mut Cursor<'_>) -> Result<(), FilterError> {
    cursor.skip_blanks();
    if cursor.eat(")") {
        return Ok(());
    }
    Err(refuse(cursor.found(), format!("expected \")\", found {}", cursor.found_text())))
}
