//! The columns of the list: which there are, how wide, where they stand.
//!
//! Lives here: choosing, widening and placing them, the fields that each shows. Not here: how a cell looks (`ui`). Imports: `base`. Promise: columns
//! never overlap nor leave the list, and on a narrow screen the first ones are those that stay.

use crate::base::{Clean, Notice};
use crate::state::commands::Args;
use crate::state::{COLUMNS, Effect, Model, OBJECT, cell, session};

/// Cells left of the first column: the cursor's bar, and the mark or a blank.
pub(crate) const GUTTER: u16 = 2;

/// At most so many columns.
const MOST: usize = 20;

/// The narrowest column, in cells.
const NARROWEST: u16 = 4;

/// The widest that a column can be made, in cells.
const WIDEST: u16 = 400;

/// So many cells `<` and `>` move a column's end.
const STEP: u16 = 4;

/// A column as the reader chose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// What it shows: a field, or `object`.
    pub(crate) name: String,
    /// How wide it is, in cells; `None`: as there is room.
    pub(crate) width: Option<u16>,
}

/// The columns of the list, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Columns(Vec<Column>);

/// Where a column stands, from the left edge of the list, and how wide it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Placed<'a> {
    /// What it shows.
    pub(crate) name: &'a str,
    /// Cells left of it.
    pub(crate) x: u16,
    /// Its width in cells.
    pub(crate) columns: u16,
}

impl Default for Columns {
    fn default() -> Self {
        Self(COLUMNS.map(|name| Column { name: name.to_owned(), width: None }).into())
    }
}

/// The name of the list's column under the cursor.
pub(crate) fn focused(model: &Model) -> String {
    model.list.columns.name(model.list.column).unwrap_or_default().to_owned()
}

/// The fields of which a column shows the first that is there.
pub(crate) fn fields_of(column: &str) -> Vec<String> {
    let fields: &[&str] = match column {
        "object" => &OBJECT,
        "container.name" => &["container.name", "container.id"],
        name => &[name],
    };
    fields.iter().map(|name| (*name).to_owned()).collect()
}

/// How wide times are in a list of this width.
pub(crate) fn time_width(list: u16) -> u16 {
    match list {
        0..60 => 8,
        60..100 => 12,
        100.. => 23,
    }
}

impl Columns {
    /// Reads `time,proc.name:20,object`. On `Err`, what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, Clean> {
        let columns: Vec<Column> =
            text.split([',', ' ']).filter(|part| !part.is_empty()).map(column).collect::<Result<_, _>>()?;
        match columns.len() {
            0 => Err("columns takes the names of fields".into()),
            1..=MOST => Ok(Self(columns)),
            _ => Err("there can be 20 columns at most".into()),
        }
    }

    /// As [`Columns::parse`] reads it.
    pub(crate) fn text(&self) -> String {
        let part = |column: &Column| match column.width {
            Some(width) => format!("{}:{width}", column.name),
            None => column.name.clone(),
        };
        self.0.iter().map(part).collect::<Vec<_>>().join(",")
    }

    /// The name of the column at `at`.
    pub(crate) fn name(&self, at: usize) -> Option<&str> {
        self.0.get(at).map(|column| column.name.as_str())
    }

    /// Those that a list of this width has room for, and where they stand.
    pub(crate) fn placed(&self, list: u16) -> Vec<Placed<'_>> {
        if *self == Self::default() {
            return at(self.0.iter().map(|column| column.name.as_str()).zip(shipped(list)), GUTTER);
        }
        self.spread(list, GUTTER, &[])
    }

    /// The same within a group, whose header says already what these columns would.
    pub(crate) fn placed_in_group(&self, list: u16, indent: u16, without: &[String]) -> Vec<Placed<'_>> {
        self.spread(list, indent, without)
    }

    /// As many as fit, the room that is left shared by their needs.
    fn spread(&self, list: u16, start: u16, without: &[String]) -> Vec<Placed<'_>> {
        let room = list.saturating_sub(start);
        let mut taken: Vec<(&str, u16, u16)> = Vec::new();
        let mut used = 0;
        for column in self.0.iter().filter(|column| !without.contains(&column.name)) {
            let (least, share) = needs(column, list);
            let between = u16::from(!taken.is_empty());
            if used + between + least > room {
                break;
            }
            used += between + least;
            taken.push((&column.name, least, share));
        }
        let (mut left, mut shares) = (room.saturating_sub(used), taken.iter().map(|(_, _, share)| *share).sum::<u16>());
        let widths = taken.into_iter().map(|(name, least, share)| {
            let more = u32::from(left) * u32::from(share) / u32::from(shares.max(1));
            let more = u16::try_from(more).unwrap_or(0);
            (left, shares) = (left - more, shares - share);
            (name, least + more)
        });
        at(widths, start)
    }
}

fn column(part: &str) -> Result<Column, Clean> {
    let (name, width) = match part.rsplit_once(':') {
        Some((name, width)) => (name, Some(width)),
        None => (part, None),
    };
    let bad = || Clean::concat([Clean::from_bytes(part.as_bytes()), ": a width is a number from 4 to 400".into()]);
    let width =
        width.map(|width| width.parse().ok().filter(|width| (NARROWEST..=WIDEST).contains(width)).ok_or_else(bad));
    Ok(Column { name: name.to_owned(), width: width.transpose()? })
}

/// The least width of a column, and its share of the room that is left.
fn needs(column: &Column, list: u16) -> (u16, u16) {
    match (column.width, column.name.as_str()) {
        (Some(width), _) => (width, 0),
        (None, "time") => (time_width(list), 0),
        (None, "priority") => (4, 0),
        (None, "rule") => (12, 4),
        (None, "object" | "output") => (12, 5),
        (None, _) => (10, 2),
    }
}

/// Columns one after the other.
fn at<'a>(widths: impl Iterator<Item = (&'a str, u16)>, start: u16) -> Vec<Placed<'a>> {
    let mut x = start;
    let placed = widths.map(|(name, columns)| {
        let column = Placed { name, x, columns };
        x += columns + 1;
        column
    });
    placed.collect()
}

/// The widths of the columns that there are unless somebody chose others.
fn shipped(list: u16) -> Vec<u16> {
    let time = time_width(list);
    let rest = |between: u16| list.saturating_sub(GUTTER + time + 4 + between);
    match list {
        0..60 => vec![time, 4, rest(2)],
        60..100 => {
            let rest = rest(4);
            let (container, process) = ((rest * 21 / 100).clamp(8, 16), (rest / 5).clamp(8, 16));
            vec![time, 4, rest.saturating_sub(container + process), container, process]
        }
        100.. => {
            let rest = rest(5);
            let (rule, container, process) =
                ((rest * 2 / 5).min(42), (rest * 17 / 100).min(20), (rest * 15 / 100).min(18));
            vec![time, 4, rule, container, process, rest.saturating_sub(rule + container + process)]
        }
    }
}

impl Model {
    /// How many columns the list shows.
    pub(crate) fn columns_shown(&self) -> usize {
        self.list.columns.placed(self.layout().list.columns).len()
    }
}

/// Shows the columns that the palette names.
pub(crate) fn choose(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let chosen = match args.text {
        "" => {
            let now = Clean::from_bytes(model.list.columns.text().as_bytes());
            let notice = Notice::said(Clean::concat(["columns: ".into(), now]));
            return session::say(model, notice.with_next("columns time,proc.name:20,object or columns default"));
        }
        "default" => Ok(Columns::default()),
        text => Columns::parse(text),
    };
    match chosen {
        Ok(columns) => put(model, columns),
        Err(why) => session::say(model, Notice::said(why).with_next("nothing was changed")),
    }
}

/// Shows one more column: that of the palette, or of the field under the cursor.
pub(crate) fn add(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let name = if args.text.is_empty() { cell::name(model) } else { Some(args.text.to_owned()) };
    let Some(name) = name else {
        return session::say(model, Notice::said("no field is under the cursor").with_next("add-column FIELD"));
    };
    match Columns::parse(&[model.list.columns.text(), name].join(",")) {
        Ok(columns) => put(model, columns),
        Err(why) => session::say(model, Notice::said(why)),
    }
}

/// Takes the column under the cursor away.
pub(crate) fn remove(model: &mut Model, _: &Args<'_>) -> Vec<Effect> {
    let mut columns = model.list.columns.clone();
    if columns.0.len() < 2 {
        return session::say(model, Notice::said("one column has to stay"));
    }
    if model.list.column < columns.0.len() {
        columns.0.remove(model.list.column);
    }
    put(model, columns)
}

/// Makes the column under the cursor wider.
pub(crate) fn widen(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let by = steps(args);
    resize(model, |width| width.saturating_add(by))
}

/// Makes the column under the cursor narrower.
pub(crate) fn narrow(model: &mut Model, args: &Args<'_>) -> Vec<Effect> {
    let by = steps(args);
    resize(model, |width| width.saturating_sub(by))
}

fn steps(args: &Args<'_>) -> u16 {
    u16::try_from(args.times()).unwrap_or(u16::MAX).saturating_mul(STEP)
}

fn resize(model: &mut Model, to: impl Fn(u16) -> u16) -> Vec<Effect> {
    let placed = model.list.columns.placed(model.layout().list.columns);
    let Some(width) = placed.get(model.list.column).map(|placed| placed.columns) else { return Vec::new() };
    let mut columns = model.list.columns.clone();
    if let Some(column) = columns.0.get_mut(model.list.column) {
        column.width = Some(to(width).clamp(NARROWEST, WIDEST));
    }
    put(model, columns)
}

fn put(model: &mut Model, columns: Columns) -> Vec<Effect> {
    let kept = if columns == Columns::default() { String::new() } else { columns.text() };
    model.list.columns = columns;
    vec![Effect::KeepColumns(kept)]
}

/// What heads a column.
pub(crate) fn heading(name: &str) -> Clean {
    match name {
        "time" => "TIME".into(),
        "priority" => "PRIO".into(),
        "container.name" => "CONTAINER".into(),
        "proc.name" => "PROCESS".into(),
        name => Clean::from_bytes(name.to_ascii_uppercase().as_bytes()),
    }
}

#[cfg(test)]
#[path = "columns_tests.rs"]
mod tests;
