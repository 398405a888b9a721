//! Keys and messages in, model and effects out: a desk at which a reader sits, without a screen.

use std::sync::Arc;

use crate::analysis::Analysis;
use crate::base::{Clean, Generation, Key, ListPos, Millis, Notice, RowId, Size};
use crate::decode::{Alert, Scope, Sink, Value};
use crate::query::{Question, View};
use crate::source::{ByteSpan, SourceId};
use crate::state::update::update;
use crate::state::{Effect, Focus, Layer, Leave, Model, Msg, Opened, Place, Tab};
use crate::store::{LoadEvent, Segment, Snapshot};

/// A model with a list worker that answers at once: words of n letters leave every (n+1)th row, a filter the rows from
/// 10 on.
pub(crate) struct Desk {
    pub(crate) model: Model,
    rows: u16,
    pub(crate) effects: Vec<Effect>,
}

pub(crate) fn row(n: u16) -> RowId {
    RowId::new(0, n)
}

fn place() -> crate::store::Place {
    crate::store::Place { span: ByteSpan { source: SourceId(0), start: 0, len: 0 }, line: 1 }
}

/// An alert whose line is `line`, with a uuid and an output.
fn opened(row: RowId, line: &[u8]) -> Arc<Opened> {
    let mut alert = Alert::default();
    alert.value(Scope::Alert, b"uuid", Value::Text(b"u-1"));
    alert.value(Scope::Alert, b"output", Value::Text(b"a\x1bb"));
    alert.value(Scope::Field, b"proc.name", Value::Text(b"cat"));
    let line = line.to_vec();
    Arc::new(Opened { row, place: place(), source: Clean::default(), line, alert, analysis: Analysis::default() })
}

impl Desk {
    pub(crate) fn with(rows: u16, columns: u16, height: u16) -> Self {
        let mut desk = Self { model: Model::default(), rows, effects: Vec::new() };
        desk.send(Msg::Resized(Size { columns, rows: height }));
        desk.send(Msg::Begin(Clean::from("test"), Snapshot::default()));
        desk.grow();
        desk.send(Msg::Load(LoadEvent::Done));
        desk
    }

    fn grow(&mut self) {
        self.send(Msg::Load(LoadEvent::Segment { index: 0, segment: Arc::new(Segment::default()) }));
    }

    /// Sends a message, answers questions, keeps the other effects.
    pub(crate) fn send(&mut self, msg: Msg) {
        let mut effects = self.quiet(msg);
        while let Some(effect) = effects.pop() {
            match effect {
                Effect::Ask(question) => {
                    let answer = self.answer(&question);
                    effects.extend(self.quiet(Msg::View(answer)));
                }
                other => self.effects.push(other),
            }
        }
    }

    /// Sends a message and answers nothing.
    fn quiet(&mut self, msg: Msg) -> Vec<Effect> {
        update(&mut self.model, msg)
    }

    fn answer(&self, question: &Question) -> View {
        let step = u16::try_from(question.narrowing.len()).unwrap() + 1;
        let first = if question.filter.is_empty() { 0 } else { 10 };
        let rows: Vec<RowId> = (0..self.rows).filter(|n| n % step == 0 && *n >= first).map(row).collect();
        view(question.generation, rows, true)
    }

    /// Presses keys written with blanks between them.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_ascii_whitespace() {
            let key = Key::parse(key).unwrap_or_else(|| panic!("no key {key}"));
            self.send(Msg::Key(key));
        }
        self
    }

    /// Lets time pass.
    fn wait(&mut self, ms: u64) -> &mut Self {
        self.send(Msg::Clock(Millis(self.model.clock.0 + ms)));
        self
    }

    /// The cursor, the alert under it, the first row drawn.
    fn at(&self) -> (usize, Option<usize>, usize) {
        let list = &self.model.list;
        (list.cursor.0, list.row.map(RowId::row), list.top.0)
    }

    fn said(&self) -> String {
        self.model.messages.now.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    fn copied(&mut self) -> Vec<(String, String)> {
        let text = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
        let copies = self.effects.iter().filter_map(|effect| match effect {
            Effect::Copy { what, text: raw } => Some((what.to_string(), text(raw))),
            _ => None,
        });
        copies.collect()
    }

    fn opens(&self) -> Vec<(Generation, usize)> {
        let opens = self.effects.iter().filter_map(|effect| match effect {
            Effect::Open(generation, row, _) => Some((*generation, row.row())),
            _ => None,
        });
        opens.collect()
    }

    /// Answers the newest request to open an alert.
    fn open_with(&mut self, line: &[u8]) {
        let (generation, at) = *self.opens().last().unwrap();
        self.send(Msg::Opened(generation, Ok(opened(row(u16::try_from(at).unwrap()), line))));
    }
}

fn view(generation: Generation, rows: Vec<RowId>, complete: bool) -> View {
    View { generation, looked_at: rows.len(), rows: Arc::new(rows), complete, anchor: None }
}

#[test]
fn movement_keys_move_cursor_and_list() {
    // 100 rows, 19 of them in sight; cursor and first row drawn afterwards
    let cases = [
        ("", (0, 0)),
        ("j j k", (1, 0)),
        ("Down Up Up", (0, 0)),
        ("1 2 j", (12, 0)),
        ("1 8 j", (18, 0)),
        ("1 9 j", (19, 10)),
        ("G", (99, 81)),
        ("G j", (99, 81)),
        ("G g g", (0, 0)),
        ("End Home", (0, 0)),
        ("5 0 G", (49, 40)),
        ("5 0 g g", (49, 40)),
        ("9 9 9 9 9 9 9 9 9 9 9 9 G", (99, 81)),
        ("Ctrl-d", (9, 9)),
        ("j Ctrl-d", (10, 9)),
        ("Ctrl-d Ctrl-u", (0, 0)),
        ("PgDn", (19, 19)),
        ("2 PgDn", (38, 38)),
        ("G Ctrl-f", (99, 81)),
        ("G PgUp", (80, 62)),
        ("0 j", (1, 0)),
        ("1 0 Esc j", (1, 0)),
        ("g x j", (1, 0)),
        ("g Esc j", (1, 0)),
    ];
    for (keys, want) in cases {
        let mut desk = Desk::with(100, 80, 24);
        let (cursor, shown, top) = desk.keys(keys).at();
        assert_eq!((cursor, top), want, "{keys}");
        assert_eq!(shown, Some(cursor), "{keys}");
    }
}

#[test]
fn a_list_that_scrolls_by_rows_scrolls_by_rows() {
    let mut desk = Desk::with(100, 80, 24);
    desk.model.list.jump = crate::state::Jump::One;
    assert_eq!(desk.keys("1 9 j").at(), (19, Some(19), 1));
    assert_eq!(desk.keys("j 2 0 k").at(), (0, Some(0), 0));
}

#[test]
fn an_empty_list_bears_every_key() {
    let mut desk = Desk::with(0, 80, 24);
    desk.keys("j k G g g Ctrl-d PgUp ) ( l h Enter y y Y z p w u Ctrl-r : Esc g u g m ? Esc Tab [ ] 1 f a Esc / b Enter Enter");
    assert_eq!(desk.model.list.row, None);
    assert!(desk.copied().is_empty());
}

#[test]
fn the_row_under_the_cursor_stays_when_rows_come_in() {
    let mut desk = Desk::with(50, 80, 24);
    desk.keys("3 0 j");
    let before = desk.at();
    desk.rows = 500;
    desk.grow();
    assert_eq!(desk.at(), before);
    // Rows before it: the row of the screen stays, the number grows.
    let generation = desk.model.narrowed.asked;
    let rows = (0..200).map(|n| RowId::new(0, n)).filter(|r| r.row() != 7);
    let mut earlier: Vec<RowId> = rows.collect();
    earlier.retain(|r| r.row() >= 5);
    desk.send(Msg::View(view(generation, earlier, true)));
    let (cursor, shown, top) = desk.at();
    assert_eq!(shown, Some(30));
    assert_eq!(cursor - top, before.0 - before.2);
}

#[test]
fn a_row_that_leaves_the_view_gives_the_cursor_to_the_next() {
    let mut desk = Desk::with(100, 80, 24);
    desk.keys("1 6 j / x");
    assert_eq!(desk.at().1, Some(16), "even rows are left");
    desk.keys("x");
    assert_eq!(desk.at().1, Some(18), "every third row is left, 16 is not");
    desk.keys("Backspace Backspace");
    assert_eq!(desk.at().1, Some(16), "without words it comes back to where the prompt was opened");
}

#[test]
fn words_narrow_with_every_key_and_esc_restores() {
    let mut desk = Desk::with(100, 80, 24);
    desk.keys("2 5 j l l");
    let before = desk.at();
    desk.keys("/ x y");
    assert_eq!((desk.model.list.view.rows.len(), desk.model.narrowed.now.words.as_str()), (34, "xy"));
    desk.keys("Esc");
    assert_eq!(desk.at(), before);
    assert_eq!(desk.model.narrowed.now.words, "");
    assert!(desk.model.narrowed.undo.is_empty(), "what was cancelled is no step");
    desk.keys("/ x y Enter");
    assert_eq!(desk.model.narrowed.now.words, "xy");
    assert!(desk.model.layers.is_empty());
    desk.keys("/ z Esc");
    assert_eq!(desk.model.narrowed.now.words, "xy", "Esc restores what was before, not nothing");
}

#[test]
fn undo_brings_words_row_column_and_scroll_back() {
    let mut desk = Desk::with(100, 80, 24);
    desk.keys("5 5 j l l");
    let before = (desk.at(), desk.model.list.column);
    desk.keys("/ x y Enter g g h h f a . b = 1 Enter".replace(" . ", " . ").as_str());
    let narrowed = desk.model.narrowed.now.clone();
    assert_eq!((narrowed.filter.as_str(), narrowed.words.as_str()), ("a.b=1", "xy"));
    desk.keys("u");
    assert_eq!((desk.model.narrowed.now.filter.as_str(), desk.model.narrowed.now.words.as_str()), ("", "xy"));
    assert_eq!(desk.said(), "filter none · words xy");
    desk.keys("u");
    assert_eq!((desk.at(), desk.model.list.column), before);
    assert_eq!(desk.keys("u").said(), "nothing to undo");
    desk.keys("Ctrl-r Ctrl-r");
    assert_eq!(desk.model.narrowed.now, narrowed);
    assert_eq!(desk.keys("Ctrl-r").said(), "nothing to redo");
    desk.keys("2 u");
    assert_eq!((desk.at(), desk.model.list.column), before);
}

#[test]
fn clear_is_one_step() {
    let mut desk = Desk::with(100, 80, 24);
    desk.keys("/ x Enter : c l e a r Enter");
    assert_eq!(desk.model.narrowed.now.words, "");
    desk.keys("u");
    assert_eq!(desk.model.narrowed.now.words, "x");
}

#[test]
fn answers_to_what_was_asked_before_a_change_are_dropped() {
    let mut desk = Desk::with(100, 80, 24);
    let old = desk.model.narrowed.asked;
    let effects = desk.quiet(Msg::Key(Key::Char('/')));
    assert!(effects.is_empty());
    let effects = desk.quiet(Msg::Key(Key::Char('x')));
    let [Effect::Ask(question)] = effects.as_slice() else { panic!("{effects:?}") };
    desk.send(Msg::View(view(old, vec![row(1)], true)));
    assert_eq!(desk.model.list.view.rows.len(), 100, "an old answer changes nothing");
    assert!(desk.model.is_counting());
    desk.send(Msg::View(view(question.generation, vec![row(3)], false)));
    assert_eq!(desk.model.list.view.rows.len(), 1, "half of the new one is shown");
    assert!(desk.model.is_counting());
    desk.send(Msg::View(view(question.generation, vec![row(0), row(3)], true)));
    assert_eq!(desk.at().1, Some(0), "the row that was left on the way is found again");
    assert!(!desk.model.is_counting());
}

#[test]
fn while_loading_one_question_is_open_at_a_time_and_the_list_never_shrinks() {
    let mut desk = Desk::with(100, 80, 24);
    let segment = || Msg::Load(LoadEvent::Segment { index: 0, segment: Arc::new(Segment::default()) });
    let first = desk.quiet(segment());
    let [Effect::Ask(question)] = first.as_slice() else { panic!("{first:?}") };
    assert!(desk.quiet(segment()).is_empty());
    assert!(desk.quiet(segment()).is_empty());
    let half = view(question.generation, vec![row(0)], false);
    assert!(desk.quiet(Msg::View(half)).is_empty());
    assert_eq!(desk.model.list.view.rows.len(), 100);
    let whole = view(question.generation, (0..120).map(row).collect(), true);
    let next = desk.quiet(Msg::View(whole));
    assert!(matches!(next.as_slice(), [Effect::Ask(q)] if q.generation > question.generation));
    assert_eq!(desk.model.list.view.rows.len(), 120);
}

#[test]
fn the_pane_follows_a_cursor_that_rests() {
    let mut desk = Desk::with(100, 120, 36);
    desk.wait(80);
    assert_eq!(desk.opens().iter().map(|o| o.1).collect::<Vec<_>>(), [0]);
    assert_eq!(desk.model.due(), None);
    for _ in 0..50 {
        desk.keys("j").wait(30);
        assert!(!desk.model.list.settled);
    }
    assert_eq!(desk.opens().len(), 1, "a held key opens nothing");
    assert_eq!(desk.model.due(), Some(Millis(desk.model.clock.0 + 50)));
    desk.wait(50);
    assert_eq!(desk.opens().last().unwrap().1, 50);
    assert!(desk.model.list.settled);
    desk.wait(1000);
    assert_eq!(desk.opens().len(), 2, "nothing is asked twice");
}

#[test]
fn an_older_alert_never_replaces_a_newer_one() {
    let mut desk = Desk::with(100, 120, 36);
    desk.wait(80).keys("j").wait(80);
    let opens = desk.opens();
    desk.send(Msg::Opened(opens[1].0, Ok(opened(row(1), b"new"))));
    desk.send(Msg::Opened(opens[0].0, Ok(opened(row(0), b"old"))));
    assert_eq!(desk.model.detail.opened.as_ref().unwrap().line, b"new");
    desk.keys("j").wait(80);
    let last = *desk.opens().last().unwrap();
    assert!(desk.model.detail.opened.is_some(), "the last alert is drawn until the next is there");
    desk.send(Msg::Opened(last.0, Err(Notice::said("the file has changed"))));
    assert!(desk.model.detail.opened.is_none());
    assert!(desk.model.detail.failed.is_some());
}

#[test]
fn panes_open_move_and_close_by_size() {
    let cases = [
        // columns, keys; place, focus
        (80, "", Place::Off, Focus::List),
        (80, "Enter", Place::Full, Focus::Detail),
        (80, "Enter Esc", Place::Off, Focus::List),
        (80, "Enter q", Place::Off, Focus::List),
        (80, "Tab Tab", Place::Off, Focus::List),
        (80, "p", Place::Full, Focus::Detail),
        (80, "p p", Place::Off, Focus::List),
        (120, "", Place::Below, Focus::List),
        (120, "Enter", Place::Below, Focus::Detail),
        (120, "Tab", Place::Below, Focus::Detail),
        (120, "Tab Shift-Tab", Place::Below, Focus::List),
        (120, "p", Place::Off, Focus::List),
        (120, "p Enter", Place::Below, Focus::Detail),
        (120, "p p", Place::Right, Focus::List),
        (120, "Tab p", Place::Off, Focus::List),
        (120, "z", Place::Off, Focus::List),
        (120, "Tab z", Place::Full, Focus::Detail),
        (120, "Tab z Esc", Place::Below, Focus::List),
        (200, "", Place::Right, Focus::List),
        (200, "p", Place::Below, Focus::List),
        (200, "z Esc", Place::Right, Focus::List),
    ];
    for (columns, keys, place, focus) in cases {
        let mut desk = Desk::with(100, columns, 36);
        desk.keys(keys);
        assert_eq!((desk.model.place(), desk.model.focus), (place, focus), "{columns} {keys}");
    }
}

#[test]
fn the_choice_of_a_place_is_kept_for_each_size() {
    let mut desk = Desk::with(100, 200, 50);
    desk.keys("p");
    for (columns, place) in [(120, Place::Below), (80, Place::Off), (200, Place::Below), (39, Place::Off)] {
        desk.send(Msg::Resized(Size { columns, rows: 50 }));
        assert_eq!(desk.model.place(), place, "{columns}");
    }
}

#[test]
fn row_scroll_and_tab_survive_every_resize() {
    let mut desk = Desk::with(300, 200, 50);
    desk.keys("1 0 0 j Ctrl-d 1 2 j");
    let before = desk.at();
    for (columns, rows) in [(80, 24), (40, 12), (39, 11), (1, 1), (0, 0), (300, 100), (200, 50)] {
        desk.send(Msg::Resized(Size { columns, rows }));
        assert_eq!(desk.at().1, before.1);
        let visible = desk.model.visible();
        assert!(visible.is_empty() || visible.contains(&desk.at().0), "{columns}x{rows}: {visible:?}");
    }
    assert_eq!(desk.at(), before);
}

#[test]
fn esc_ends_on_the_list_and_never_quits() {
    for keys in ["?", ":", "/ x", "f a", "g m", "Tab", "Tab 3 z", "g", "1 2", "Tab ? x", "z"] {
        let mut desk = Desk::with(100, 120, 36);
        desk.keys("/ w Enter").keys(keys).keys(&"Esc ".repeat(20));
        assert!(desk.model.is_bare(), "{keys}");
        assert_eq!(desk.model.narrowed.now.words, "w", "{keys}");
        assert!(!desk.effects.iter().any(|e| matches!(e, Effect::Quit(_))), "{keys}");
    }
}

#[test]
fn ways_out() {
    let cases = [
        ("q", Some(Leave::Quit)),
        ("Tab q", None),
        ("Tab q q", Some(Leave::Quit)),
        ("Tab Q", Some(Leave::Quit)),
        ("/ q", None),
        ("/ Q", None),
        ("? q", None),
        ("Ctrl-c", None),
        ("Ctrl-c Ctrl-c", Some(Leave::Interrupted)),
        ("Ctrl-c j Ctrl-c", None),
        ("/ x Ctrl-c", None),
        (": q u i t Enter", Some(Leave::Quit)),
    ];
    for (keys, want) in cases {
        let mut desk = Desk::with(100, 120, 36);
        desk.keys(keys);
        let left = desk.effects.iter().find_map(|e| match e {
            Effect::Quit(leave) => Some(*leave),
            _ => None,
        });
        assert_eq!(left, want, "{keys}");
    }
    let mut desk = Desk::with(100, 120, 36);
    desk.keys("Ctrl-c").wait(2001).keys("Ctrl-c");
    assert!(!desk.effects.iter().any(|e| matches!(e, Effect::Quit(_))), "2 s later it is a first one again");
}

#[test]
fn interrupting_stops_what_runs() {
    let mut desk = Desk::with(100, 120, 36);
    desk.model.loaded.loading = true;
    desk.keys("Ctrl-c");
    assert!(matches!(desk.effects.pop(), Some(Effect::StopLoading)));
    desk.quiet(Msg::Key(Key::Char('/')));
    let asked = desk.quiet(Msg::Key(Key::Char('x')));
    let [Effect::Ask(question)] = asked.as_slice() else { panic!("{asked:?}") };
    desk.keys("Ctrl-c");
    desk.send(Msg::View(view(question.generation, vec![row(1)], true)));
    assert_eq!(desk.model.list.view.rows.len(), 100, "what comes late is dropped");
    assert!(desk.said().starts_with("counting stopped"));
    assert!(matches!(desk.model.layers.last(), Some(Layer::Narrow(_))));
}

#[test]
fn prefixes_tell_how_they_go_on() {
    let mut desk = Desk::with(100, 120, 36);
    desk.wait(80).keys("g");
    assert_eq!(desk.model.due(), Some(Millis(desk.model.clock.0 + 300)));
    desk.wait(300);
    let hints = crate::state::help::hints(&desk.model);
    let hints: Vec<(&str, &str)> = hints.iter().map(|(keys, word)| (keys.as_str(), *word)).collect();
    assert_eq!(hints, [("g", "first"), ("u", "unreadable lines"), ("m", "messages")]);
    assert_eq!(desk.model.due(), None);
}

#[test]
fn pasted_text_goes_into_inputs_only() {
    let mut desk = Desk::with(100, 120, 36);
    desk.send(Msg::Paste("q\nQ".to_owned()));
    assert!(desk.effects.is_empty());
    assert!(desk.said().starts_with("pasted text goes into inputs only"));
    desk.keys("/");
    desk.send(Msg::Paste("a\nb\x1b".to_owned()));
    assert_eq!(desk.model.narrowed.now.words, "a b");
    assert!(desk.model.messages.now.is_none());
}

#[test]
fn tabs_turn_and_digits_name_them() {
    let cases = [
        ("Tab ]", Tab::Analysis),
        ("Tab [", Tab::Raw),
        ("Tab ] ] ] ]", Tab::Fields),
        ("Tab 3", Tab::Commands),
        ("Tab 4 1", Tab::Fields),
        ("2 j", Tab::Fields),
        (": t a b - 2 Enter", Tab::Analysis),
    ];
    for (keys, want) in cases {
        let mut desk = Desk::with(100, 120, 36);
        assert_eq!(desk.keys(keys).model.detail.tab, want, "{keys}");
    }
}

#[test]
fn the_palette_runs_commands_by_name() {
    let cases = [
        (": g o t o Space 5 0 Enter", 49),
        (": g o t o Space 1 , 0 0 0 Enter", 99),
        (": g o t Enter", 0),
        (": l a s t Enter", 99),
        (": c u r s o r - d o Enter", 1),
        (": g o Tab 7 Enter", 6),
        (": x y z z y Enter", 0),
    ];
    for (keys, cursor) in cases {
        let mut desk = Desk::with(100, 120, 36);
        desk.keys(keys);
        assert_eq!(desk.at().0, cursor, "{keys}");
        assert!(desk.model.layers.is_empty(), "{keys}");
    }
    let mut desk = Desk::with(100, 120, 36);
    desk.keys(": n a r r o w Space a b Enter");
    assert_eq!(desk.model.narrowed.now.words, "ab");
    assert_eq!(desk.keys(": x y z z y Enter").said(), "no command is called xyzzy. : alone lists them");
}

#[test]
fn copies_wait_for_the_alert_that_they_are_of() {
    let mut desk = Desk::with(100, 80, 24);
    desk.keys("j y y j");
    assert!(desk.copied().is_empty());
    let first = desk.opens()[0];
    assert_eq!(first.1, 1);
    desk.wait(80);
    desk.send(Msg::Opened(first.0, Ok(opened(row(1), b"{}"))));
    assert_eq!(desk.copied(), [("the alert".to_owned(), "{}".to_owned())]);
    assert!(desk.model.detail.opened.is_none(), "it is copied, not shown: the cursor is elsewhere");
    desk.open_with(b"second");
    desk.keys("y r");
    assert_eq!(desk.copied().last().unwrap().1, "second", "what is there is sent at once");
}

#[test]
fn what_is_copied_holds_no_control_character() {
    let cases: [(&str, &[u8], &str); 6] = [
        ("y y", b"{\"a\":\"b\"}", "{\"a\":\"b\"}"),
        ("y y", b"{\"a\":\"\x1b\"}", "{\"a\":\"\\u001b\"}"),
        ("y r", "\u{9b}x\u{202e}".as_bytes(), "\\u009bx\u{202e}"),
        ("y y", b"\xff\x07", "\\xff\\x07"),
        ("y o", b"", "a\\x1bb"),
        ("y u", b"", "u-1"),
    ];
    for (keys, line, want) in cases {
        let mut desk = Desk::with(100, 80, 24);
        desk.wait(80);
        desk.open_with(line);
        assert_eq!(desk.keys(keys).copied().last().unwrap().1, want, "{keys} {line:?}");
    }
}

#[test]
fn the_value_of_a_cell_is_that_of_its_column() {
    let mut desk = Desk::with(100, 120, 36);
    desk.wait(80);
    desk.open_with(b"");
    desk.keys("4 l y v");
    assert_eq!(desk.copied(), [("proc.name".to_owned(), "cat".to_owned())]);
    assert_eq!(desk.keys("h y v").said(), "this alert has no container.name");
}

#[test]
fn a_load_starts_afresh_but_keeps_the_filter() {
    let mut desk = Desk::with(100, 80, 24);
    desk.keys("/ x Enter 5 j");
    let late = desk.model.narrowed.asked;
    desk.send(Msg::Begin(Clean::from("other"), Snapshot::default()));
    desk.send(Msg::View(view(late, vec![row(1)], true)));
    assert_eq!(desk.at(), (0, None, 0));
    desk.grow();
    assert_eq!(desk.model.list.view.rows.len(), 50);
    assert_eq!(desk.at(), (0, Some(0), 0));
}

#[test]
fn the_start_page_loads_what_is_chosen() {
    let offer = |title: &'static str| crate::state::Start {
        source: crate::source::SourceName::Path(title.into()),
        title: Clean::from(title),
        about: Clean::default(),
    };
    let mut desk = Desk { model: Model::default(), rows: 0, effects: Vec::new() };
    desk.model.layers.push(Layer::Start(vec![offer("a"), offer("b")], Default::default()));
    desk.keys("Esc j j Enter");
    assert!(matches!(desk.effects.as_slice(), [Effect::Load(source)] if *source == offer("b").source));
    assert!(desk.model.layers.is_empty());
}

#[test]
fn progress_tells_the_time_left() {
    let mut desk = Desk::with(0, 80, 24);
    desk.send(Msg::Begin(Clean::from("big"), Snapshot::default()));
    let progress = |bytes| {
        Msg::Load(LoadEvent::Progress { unreadable: Vec::new(), counts: Default::default(), bytes, total: Some(1500) })
    };
    desk.send(progress(100));
    assert_eq!(desk.model.progress().unwrap().seconds_left, None);
    desk.wait(1000);
    desk.send(progress(400));
    assert_eq!(desk.model.progress().unwrap().seconds_left, Some(3));
    desk.send(Msg::Load(LoadEvent::Done));
    assert_eq!(desk.model.progress(), None);
}

#[test]
fn messages_go_with_the_next_key_that_does_something() {
    let mut desk = Desk::with(100, 80, 24);
    desk.send(Msg::Sent(Notice::said("sent")));
    desk.keys("x");
    assert_eq!(desk.said(), "sent", "a key that means nothing changes nothing");
    desk.keys("j");
    assert_eq!(desk.said(), "");
    desk.keys("g m");
    assert!(matches!(desk.model.layers.last(), Some(Layer::Messages(choice)) if choice.cursor == 0));
}

#[test]
fn the_list_position_is_told() {
    let mut desk = Desk::with(100, 80, 24);
    assert_eq!(desk.keys("1 0 j").model.row_number(), Some((11, 100)));
    assert_eq!(desk.model.visible(), 0..19);
    assert_eq!(desk.model.list.cursor, ListPos(10));
}
