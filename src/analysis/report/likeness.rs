//! What makes two alerts alike, told from the columns.
//!
//! Lives here: the fields that are compared, from the coarsest to the finest, and their sums row by row. Not here: the
//! groups (`groups`). Imports: `base`, `decode`, `store`, `query`. Promise: equal values have equal sums; a line is read
//! only where a column says that the value stands nowhere else. Long values count as equal where their beginnings are.

use std::hash::{BuildHasher, Hasher, RandomState};

use crate::analysis::report::marks::Marks;
use crate::base::RowId;
use crate::decode::{Alert, Scope, Value};
use crate::query::lines::LineReader;
use crate::query::shape::{lasting, shape};
use crate::store::{Cell, Column, Slot, Snapshot};

/// How closely alerts of one section are alike: the number of the grade, 0 the finest.
pub(crate) const GRADES: usize = 4;
/// What the alerts of a section have in common, by grade.
pub(crate) const COMMON: [&str; GRADES] = [
    "rule, priority, host, container, image, program, user, object, parent, and command line without numbers",
    "rule, priority, program, image, and the object with numbers taken out",
    "rule, priority, program, and whether it ran in a container",
    "rule, priority, and whether it ran in a container",
];
/// Where alerts of one section may differ: what it is called, and its field.
pub(crate) const SEEN: [(&str, &str); 4] =
    [("hosts", "hostname"), ("containers", "container.id"), ("programs", "proc.name"), ("users", "user.name")];

/// The plain fields, and the place of each among the sums.
const FIELDS: [&str; 13] = [
    "rule",
    "priority",
    "proc.name",
    "container.image.repository",
    "proc.exepath",
    "user.name",
    "hostname",
    "container.id",
    "proc.pname",
    "proc.cmdline",
    "evt.type",
    "evt.res",
    "evt.arg.flags",
];
/// The object: the first of these that the alert has.
pub(crate) const OBJECT: [&str; 6] =
    ["fd.name", "evt.arg.linkpath", "evt.arg.newpath", "evt.arg.path", "proc.cmdline", "ka.target.name"];
/// How many fields are looked at.
const ALL: usize = FIELDS.len() + OBJECT.len();

/// In so many ways alerts of one section may have come about.
pub(crate) const WAYS: usize = 5;

/// The sums of one alert.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sums {
    /// By grade: equal for alerts that are alike in that grade.
    pub(crate) alike: [u64; GRADES],
    /// What evidence most often rests on, one by one: parent, command, call with its result, program file, user.
    pub(crate) ways: [u64; WAYS],
    /// The values of [`SEEN`] and then the object; 0 where there is none.
    pub(crate) seen: [u64; SEEN.len() + 1],
}

/// What is known of one value.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// 0: the alert has none.
    exact: u64,
    /// Without numbers.
    shape: u64,
    /// It says that there is no container.
    is_host: bool,
}

/// A value where the column knows it.
#[derive(Clone, Copy, Debug)]
enum Told {
    Value(Known),
    OnlyInLine,
}

/// The columns of one segment, and what was told of their entries so far.
struct Part<'s> {
    columns: [Option<&'s Column>; ALL],
    entries: [Vec<Option<Told>>; ALL],
}

/// Gives the sums of rows.
pub(crate) struct Likeness<'s> {
    snapshot: &'s Snapshot,
    marks: Marks,
    parts: Vec<Option<Part<'s>>>,
    reader: LineReader,
    sums: RandomState,
}

impl<'s> Likeness<'s> {
    /// For rows of `snapshot`.
    pub(crate) fn new(snapshot: &'s Snapshot, marks: Marks) -> Self {
        let names = FIELDS.iter().chain(&OBJECT).map(|name| (*name).to_owned()).collect();
        Self {
            snapshot,
            marks,
            parts: snapshot.segments().iter().map(|_| None).collect(),
            reader: LineReader::for_names(Some(names)),
            sums: RandomState::new(),
        }
    }

    /// The sums of `row`. Of a row whose line can't be read any more, what the columns know.
    pub(crate) fn of(&mut self, row: RowId) -> Sums {
        let told = self.told(row);
        let is_whole = told.iter().all(|told| matches!(told, Told::Value(_)));
        let read = if is_whole { None } else { self.read(row) };
        self.sums_of(&read.unwrap_or_else(|| told.map(Told::known)), self.marks.bits(row))
    }

    fn told(&mut self, row: RowId) -> [Told; ALL] {
        let Self { snapshot, parts, sums, .. } = self;
        let segment = snapshot.segments().get(row.segment());
        let (Some(segment), Some(part)) = (segment, parts.get_mut(row.segment())) else {
            return [Told::Value(Known::default()); ALL];
        };
        let part = part.get_or_insert_with(|| Part {
            columns: names().map(|name| segment.column(Scope::of(name), name.as_bytes())),
            entries: [const { Vec::new() }; ALL],
        });
        let mut told = [Told::Value(Known::default()); ALL];
        let places = part.columns.iter().zip(&mut part.entries).enumerate().zip(&mut told);
        let mut has_object = false;
        for ((place, (column, entries)), told) in places {
            let Some(column) = column.filter(|_| place < FIELDS.len() || !has_object) else { continue };
            *told = column_told(column, entries, row.row(), sums);
            has_object |= place >= FIELDS.len() && told.is_there();
        }
        told
    }

    fn read(&mut self, row: RowId) -> Option<[Known; ALL]> {
        let place = self.snapshot.segment(row)?.place(row.row())?;
        let line = self.snapshot.sources().read(place.span).ok()?;
        let alert: &Alert = self.reader.read(&line)?;
        Some(names().map(|name| alert.named(name).map_or_else(Known::default, |value| known(value, &self.sums))))
    }

    fn sums_of(&self, known: &[Known; ALL], marks: u64) -> Sums {
        let [
            rule,
            priority,
            program,
            image,
            path,
            user,
            host,
            container,
            parent,
            command,
            call,
            result,
            flags,
            objects @ ..,
        ] = known;
        let (kind, object) = object_of(objects);
        let place = if container.is_host { 1 } else { u64::from(container.exact != 0) * 2 };
        let coarse = [rule.exact, priority.exact, marks, place];
        let fine = [path.exact, user.exact, host.exact, container.exact, object.exact];
        let way = [parent.exact, command.shape, call.exact, result.exact, flags.exact];
        let mut hasher = self.sums.build_hasher();
        let mut more = |values: &[u64]| {
            for value in values {
                hasher.write_u64(*value);
            }
            hasher.finish()
        };
        let (by_rule, by_program) = (more(&coarse), more(&[program.exact]));
        let by_shape = more(&[image.exact, kind, object.shape]);
        more(&fine);
        let by_all = more(&way);
        Sums {
            ways: [parent.exact, command.shape, call.exact ^ result.exact ^ flags.exact, path.exact, user.exact],
            alike: [by_all, by_shape, by_program, by_rule],
            seen: [host.exact, container.exact, program.exact, user.exact, object.exact],
        }
    }
}

/// The first object that is there, and which of them it is, from 1.
fn object_of(objects: &[Known]) -> (u64, Known) {
    let there = objects.iter().zip(1..).find(|(object, _)| object.exact != 0);
    there.map_or((0, Known::default()), |(object, kind)| (kind, *object))
}

impl Told {
    fn known(self) -> Known {
        match self {
            Self::Value(known) => known,
            Self::OnlyInLine => Known::default(),
        }
    }
    fn is_there(self) -> bool {
        match self {
            Self::Value(known) => known.exact != 0,
            Self::OnlyInLine => true,
        }
    }
}

fn names() -> [&'static str; ALL] {
    let mut names = FIELDS.iter().chain(&OBJECT).copied();
    std::array::from_fn(|_| names.next().unwrap_or_default())
}

fn column_told(column: &Column, entries: &mut Vec<Option<Told>>, row: usize, sums: &RandomState) -> Told {
    let entry = match column.slot(row) {
        Slot::Absent => return Told::Value(Known::default()),
        Slot::InLine => return Told::OnlyInLine,
        Slot::Entry(entry) => entry,
    };
    if entries.is_empty() {
        entries.resize(column.entries(), None);
    }
    let judge = || match column.entry(entry) {
        Some(Cell::Start(bytes)) => Told::Value(known(Value::Text(bytes), sums)),
        Some(cell) => cell.read(|value| known(value, sums)).map_or(Told::OnlyInLine, Told::Value),
        None => Told::Value(Known::default()),
    };
    match entries.get_mut(entry as usize) {
        Some(told) => *told.get_or_insert_with(judge),
        None => judge(),
    }
}

/// What the analysis takes for unknown counts as absent here too.
fn known(value: Value<'_>, sums: &RandomState) -> Known {
    if matches!(value, Value::Null | Value::Text(b"" | b"<NA>" | b"N/A")) {
        return Known::default();
    }
    let lasting = lasting(value.bytes());
    Known {
        exact: sums.hash_one(lasting).max(1),
        shape: sums.hash_one(shape(lasting)).max(1),
        is_host: value.bytes() == b"host",
    }
}
