//! Screens as text, driven by keys through the real `update`, loader, search and analysis.
//!
//! Lives here: the harness and the snapshots of the sample night; each is the screen, and for the rows under test a
//! letter a cell for the role (`lettered`). Imports: every room before `ui`. Promise: no clock, no path, no thread.

use std::io::Read;
use std::sync::OnceLock;

use flate2::read::GzDecoder;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Modifier;

use crate::base::{Clean, Key, Size};
use crate::source::SourceName;
use crate::state::desk::{Desk, Load};
use crate::state::live::Growth;
use crate::state::{Choice, Layer, Msg, SETTLE_MS, Start};
use crate::ui::draw;
use crate::ui::theme::{Depth, Theme, lettered};

/// The sample night, loaded once.
fn night() -> &'static Load {
    static NIGHT: OnceLock<Load> = OnceLock::new();
    NIGHT.get_or_init(|| {
        let mut text = Vec::new();
        GzDecoder::new(&include_bytes!("../../sample-alerts/overnight.jsonl.gz")[..]).read_to_end(&mut text).unwrap();
        Load::of("overnight.jsonl", text)
    })
}

/// A screen in front of a desk.
pub(super) struct Screen {
    pub(super) desk: Desk,
}

impl Screen {
    /// The sample night, loaded, at rest.
    pub(super) fn night(columns: u16, rows: u16) -> Self {
        Self { desk: Desk::before(night(), Size { columns, rows }) }
    }

    /// These lines, loaded, at rest.
    pub(super) fn of(lines: &[u8], columns: u16, rows: u16) -> Self {
        Self { desk: Desk::named("alerts.jsonl", lines.to_vec(), Size { columns, rows }) }
    }

    /// Presses keys written with blanks between them, then rests until everything has followed.
    pub(super) fn keys(&mut self, keys: &str) -> &mut Self {
        self.desk.keys(keys);
        self.rest()
    }

    /// Types text.
    pub(super) fn types(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.desk.send(Msg::Key(Key::Char(c)));
        }
        self.rest()
    }

    fn rest(&mut self) -> &mut Self {
        self.desk.serve();
        self.desk.wait(SETTLE_MS).serve();
        self
    }

    fn buffer(&self, theme: &Theme) -> (Buffer, Option<(u16, u16)>) {
        let size = self.desk.model.size;
        let mut terminal = Terminal::new(TestBackend::new(size.columns, size.rows)).unwrap();
        let drawn = terminal.draw(|frame| draw(&self.desk.model, theme, frame)).unwrap();
        let buffer = drawn.buffer.clone();
        let cursor = terminal.backend().cursor_position();
        let shown = terminal.backend().cursor_visible();
        (buffer, shown.then_some((cursor.x, cursor.y)))
    }

    /// The underlined text of a row.
    pub(super) fn underlined(&self, row: u16) -> String {
        let (buffer, _) = self.buffer(&lettered::theme());
        let shown = |cell: &ratatui::buffer::Cell| {
            let is_underlined = cell.modifier.contains(Modifier::UNDERLINED);
            if is_underlined { cell.symbol().to_owned() } else { String::new() }
        };
        lines(&buffer, shown).swap_remove(usize::from(row))
    }

    /// The screen as text; then the roles of `rows`, and where the terminal's cursor stands.
    pub(super) fn shot(&self, rows: &[u16]) -> String {
        let (buffer, cursor) = self.buffer(&lettered::theme());
        let mut text = lines(&buffer, |cell| cell.symbol().to_owned());
        let roles = lines(&buffer, |cell| lettered::letter(cell.style()).to_string());
        text.push(format!("-- cursor {}", cursor.map_or("hidden".to_owned(), |(x, y)| format!("{x},{y}"))));
        text.extend(rows.iter().map(|row| format!("{row:>2} {}", roles[usize::from(*row)])));
        text.join("\n")
    }
}

/// Each row of a buffer, without the blanks at its end. A cell that a wide character covers says nothing.
fn lines(buffer: &Buffer, show: impl Fn(&ratatui::buffer::Cell) -> String) -> Vec<String> {
    use unicode_width::UnicodeWidthStr;
    let width = usize::from(buffer.area.width).max(1);
    let row = |row: &[ratatui::buffer::Cell]| {
        let mut text = String::new();
        let mut covered = 0;
        for cell in row {
            if covered == 0 {
                text.push_str(&show(cell));
            }
            covered = if covered > 0 { covered - 1 } else { cell.symbol().width().saturating_sub(1) };
        }
        text.trim_end().to_owned()
    };
    buffer.content().chunks(width).map(row).collect()
}

/// Compares with the snapshot of this name.
macro_rules! snapshot {
    ($name:literal, $shot:expr) => {
        insta::with_settings!({ snapshot_path => "../../tests/snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($name, $shot);
        });
    };
}

/// The same under a name that is put together, and for the tests beside.
pub(super) fn compare(name: &str, shot: &str) {
    insta::with_settings!({ snapshot_path => "../../tests/snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, shot);
    });
}

/// The row of the miner's first run.
const MINER: &str = ")";

#[test]
fn list_at_the_three_sizes() {
    snapshot!("list_opens_80x24", Screen::night(80, 24).shot(&[0, 1, 2, 3, 22, 23]));
    snapshot!("list_at_the_miner_80x24", Screen::night(80, 24).keys(MINER).keys("l l l").shot(&[12, 13, 22, 23]));
    snapshot!("list_opens_120x36", Screen::night(120, 36).shot(&[0, 1, 2, 3, 14, 15, 16]));
    snapshot!("list_opens_200x50", Screen::night(200, 50).shot(&[0, 1, 2, 3, 48, 49]));
    snapshot!("list_opens_40x12", Screen::night(40, 12).keys(MINER).shot(&[0, 1, 2, 10, 11]));
}

#[test]
fn facets_and_alerts_over_time() {
    let mut wide = Screen::night(200, 50);
    wide.keys("f").types("priority >= warning").keys("Enter");
    snapshot!("facets_under_a_filter_200x50", wide.shot(&[2, 3, 4, 5, 6, 8, 9]));
    wide.keys("Tab Tab } } } Space j j !");
    snapshot!("facets_with_the_keys_200x50", wide.shot(&[1, 6, 19, 21, 22, 23, 49]));
    snapshot!("facets_80x24", Screen::night(80, 24).keys(", j j Space").shot(&[2, 4, 5, 6, 7, 23]));
    snapshot!("facets_add_a_field_80x24", Screen::night(80, 24).keys(", +").types("fd").shot(&[1, 2, 3, 23]));
    let mut medium = Screen::night(120, 36);
    medium.keys("f").types("priority >= warning").keys("Enter Shift-Tab");
    snapshot!("over_time_cursor_120x36", medium.keys("5 0 l").shot(&[2, 3, 4, 35]));
    snapshot!("over_time_brush_120x36", medium.keys("h v l l").shot(&[2, 3, 4, 35]));
    medium.keys("Esc Esc i");
    snapshot!("over_time_three_rows_120x36", medium.keys("v l l").shot(&[2, 3, 4, 5]));
    snapshot!("over_time_80x24", Screen::night(80, 24).keys("i F2").shot(&[2, 22, 23]));
}

#[test]
fn detail_of_the_miner() {
    snapshot!(
        "fields_of_the_miner_200x50",
        Screen::night(200, 50).keys(MINER).keys("Enter j j j").shot(&[2, 3, 10, 20, 49])
    );
    snapshot!("fields_of_the_miner_80x24", Screen::night(80, 24).keys(MINER).keys("Enter").shot(&[2, 3, 23]));
    snapshot!("raw_of_the_miner_80x24", Screen::night(80, 24).keys(MINER).keys("Enter 4").shot(&[2, 3, 23]));
}

#[test]
fn analysis_of_the_test_tool() {
    let mut screen = Screen::night(120, 36);
    screen.types("/event-generator").keys("Enter Tab 2");
    snapshot!("analysis_of_the_test_tool_120x36", screen.shot(&[1, 3, 4, 15, 16, 17, 18]));
    screen.keys("z");
    snapshot!("analysis_zoomed_120x36", screen.shot(&[2]));
    screen.keys("z 3");
    snapshot!("commands_of_the_test_tool_120x36", screen.shot(&[15, 16, 17, 18, 19]));
    screen.keys("z");
    snapshot!("commands_zoomed_120x36", screen.shot(&[2, 3, 4, 5]));
    let mut narrow = Screen::night(80, 24);
    narrow.types("/event-generator").keys("Enter Enter 2");
    snapshot!("analysis_of_the_test_tool_80x24", narrow.shot(&[2]));
    narrow.keys("3");
    snapshot!("commands_of_the_test_tool_80x24", narrow.shot(&[2]));
}

#[test]
fn what_else_was_there() {
    let mut screen = Screen::night(120, 36);
    screen.keys(MINER).keys("Enter 5");
    snapshot!("related_to_the_miner_120x36", screen.shot(&[16, 17, 18, 19, 20, 21]));
    snapshot!("related_as_a_tree_120x36", screen.keys("t").shot(&[19, 24, 25]));
    let mut narrow = Screen::night(80, 24);
    snapshot!("related_to_the_miner_80x24", narrow.keys(MINER).keys("Enter 5").shot(&[2, 3, 7, 23]));
    snapshot!("pivot_to_the_container_80x24", narrow.keys("P c").shot(&[1, 12, 22]));
    let mut screen = Screen::night(200, 50);
    snapshot!("related_to_the_miner_200x50", screen.keys(MINER).keys("Enter 5").shot(&[2, 3, 6]));
}

#[test]
fn two_alerts_side_by_side() {
    let mut screen = Screen::night(120, 36);
    snapshot!("compared_120x36", screen.keys(MINER).keys("Space C").shot(&[1, 2, 3, 35]));
    snapshot!("compared_with_equal_fields_120x36", screen.keys("e").shot(&[2, 5]));
    let mut narrow = Screen::night(80, 24);
    snapshot!("compared_with_the_usual_80x24", narrow.keys(MINER).keys("j C").shot(&[1, 2]));
    snapshot!("compared_40x12", Screen::night(40, 12).keys(MINER).keys("Space C").shot(&[1, 2, 3]));
}

#[test]
fn filter_bar_in_its_states() {
    let mut screen = Screen::night(80, 24);
    screen.keys("f").types("priority >= Warning and proc.name in (cat, truncate)");
    snapshot!("filter_while_typed", screen.shot(&[1, 2]));
    screen.keys("Ctrl-u").types("priority >= Warning and (proc.name = cat");
    snapshot!("filter_with_a_mistake", screen.shot(&[1, 2]));
    screen.keys("Ctrl-u").types("priority >= Warning and proc.nmae = cat");
    snapshot!("filter_with_an_unknown_field", screen.shot(&[1, 2]));
    screen.keys("Enter");
    snapshot!("filter_that_nothing_matches", screen.shot(&[1, 2, 4]));
    screen.keys("u f").types("priority >= Warning").keys("Enter").types("/shad");
    snapshot!("words_on_top_of_a_filter", screen.shot(&[1, 2, 4, 5]));
    screen.keys("Enter");
    snapshot!("words_and_filter_in_force", screen.shot(&[1, 2]));
}

#[test]
fn completion_below_the_bar() {
    let mut screen = Screen::night(80, 24);
    screen.keys("f").types("priority >= Warning and proc.name = c").keys("Tab");
    snapshot!("candidates_in_a_row_80x24", screen.shot(&[1, 2]));
    screen.keys("Down Down");
    snapshot!("candidates_in_a_list_80x24", screen.shot(&[1, 2, 3, 4, 5]));
    let mut wide = Screen::night(200, 50);
    wide.keys("f").types("rul").keys("Down");
    snapshot!("fields_offered_200x50", wide.shot(&[1, 2]));
    let mut small = Screen::night(40, 12);
    small.keys("f").types("proc.name = c").keys("Tab");
    snapshot!("candidates_40x12", small.shot(&[1, 2]));
}

#[test]
fn chips_in_their_states() {
    let mut screen = Screen::night(80, 24);
    screen.keys("f").types("priority >= Warning and hostname = node-b and user.name = root").keys("Enter");
    screen.keys("c Space h !");
    snapshot!("chips_with_focus_80x24", screen.shot(&[1, 2, 22, 23]));
    screen.keys("Esc").types("/shad");
    snapshot!("chips_above_words_80x24", screen.shot(&[1, 2]));
    screen.keys("Esc c h Enter");
    snapshot!("chip_edited_in_its_place_80x24", screen.shot(&[1, 2]));
    screen.keys("Esc H H").keys("Esc \\");
    snapshot!("chips_all_off_80x24", screen.shot(&[1]));
    let mut long = Screen::night(80, 24);
    long.keys("f").types(
        "proc.name in (cat, curl, bash, sh) and not hostname = node-b and user.name = root and evt.type = openat",
    );
    long.keys("Enter c");
    snapshot!("chips_longer_than_the_row", long.shot(&[1, 2]));
    let mut wide = Screen::night(200, 50);
    wide.keys("f").types("priority >= Warning").keys("Enter");
    snapshot!("chips_200x50", wide.shot(&[1]));
}

#[test]
fn layers_over_the_screen() {
    let mut screen = Screen::night(80, 24);
    snapshot!("help_80x24", screen.keys("?").shot(&[1, 2, 3]));
    snapshot!("help_narrowed", screen.types("copy").shot(&[1, 2]));
    screen.keys("Esc :").types("go");
    snapshot!("palette_with_text", screen.shot(&[1, 2, 3]));
    screen.keys("Esc g u");
    snapshot!("unreadable_lines", screen.shot(&[1, 2, 3]));
    screen.keys("j Enter");
    snapshot!("bytes_of_an_unreadable_line", screen.shot(&[1, 2]));
    screen.keys("q q").keys("u g m");
    snapshot!("messages", screen.shot(&[1, 2]));
}

#[test]
fn a_gap_is_asked_for_on_the_message_line() {
    let mut screen = Screen::of(crate::state::desk::CLEARED.as_bytes(), 80, 24);
    screen.keys("Enter 3");
    let gap = screen
        .desk
        .model
        .detail
        .opened
        .as_ref()
        .unwrap()
        .analysis
        .commands
        .iter()
        .position(|s| !s.ways.best().command.gaps().is_empty());
    for _ in 0..gap.unwrap() {
        screen.keys("j");
    }
    screen.keys("y").types("x y");
    snapshot!("gap_while_typed", screen.shot(&[21, 22, 23]));
    screen.keys("Enter");
    snapshot!("gap_with_a_bad_value", screen.shot(&[21, 22, 23]));
}

#[test]
fn nothing_to_show() {
    snapshot!("no_alert_in_the_source", Screen::of(b"not json\n\n", 80, 24).shot(&[0, 3, 4, 5]));
    snapshot!("too_small_39x11", Screen::night(39, 11).shot(&[0]));
    snapshot!("too_small_10x3", Screen::night(10, 3).shot(&[0]));
    let mut loading = Desk::default();
    loading.send(Msg::Resized(Size { columns: 80, rows: 24 }));
    loading.send(Msg::Begin(Clean::from("big.jsonl"), crate::store::Snapshot::default(), Growth::default()));
    snapshot!("loading_before_the_first_alert", Screen { desk: loading }.shot(&[3, 22]));
}

#[test]
fn start_page_without_a_source() {
    let offer = |title: &'static str, about: &'static str| Start {
        source: SourceName::Stdin,
        title: title.into(),
        about: about.into(),
    };
    let offers = vec![
        offer("/var/log/falco/events.json", "Falco's file_output · 12 MB"),
        offer("demo", "sample alerts, built in"),
    ];
    let mut desk = Desk::default();
    desk.send(Msg::Resized(Size { columns: 80, rows: 24 }));
    desk.model.layers.push(Layer::Start(offers, Choice::default()));
    let mut screen = Screen { desk };
    snapshot!("start_page", screen.keys("j").shot(&[1, 2, 3, 23]));
}

#[test]
fn ascii_leaves_no_other_sign_outside_alert_text() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 50)] {
        let mut screen = Screen::night(columns, rows);
        let panes = ["", "o r Enter", "o o Tab", "4", "5", "t", "Esc C", "e", "Esc ?", "Esc :", "Esc f", "Esc g u"];
        let bars = ["Esc Esc Esc i", "l", "v l l", "Esc Esc", "i i", ",", "Esc f p r i Down", "Esc Esc = c", "Esc P"];
        for keys in panes.into_iter().chain(bars) {
            screen.keys(keys);
            let (buffer, _) = screen.buffer(&Theme::named("dark", Depth::True, true).unwrap());
            for line in lines(&buffer, |cell| cell.symbol().to_owned()) {
                assert!(line.is_ascii(), "{columns} {keys}: {line}");
            }
        }
    }
}

#[test]
fn without_colours_no_cell_has_one() {
    let mut screen = Screen::night(200, 50);
    for keys in ["", ")", "Tab", "2", "3", "4", "5", "t", "Esc C e", "Esc Esc ?", "Esc f"] {
        let (buffer, _) = screen.keys(keys).buffer(&Theme::named("dark", Depth::None, false).unwrap());
        let plain = |cell: &ratatui::buffer::Cell| cell.fg == ratatui::style::Color::Reset && cell.bg == cell.fg;
        assert!(buffer.content().iter().all(plain), "{keys}");
    }
}

/// What an attacker would put into an alert, and what breaks screens by accident.
fn hostile() -> Vec<u8> {
    let values = [
        "\\u001b[2J\\u001b]0;owned\\u0007".to_owned(),
        "\u{202e}gpj.exe\u{200b}\u{e0041}".to_owned(),
        "漢字👍🏽🇩🇪".repeat(40),
        format!("Z{}", "\u{300}\u{489}".repeat(200)),
        "\u{1100}".repeat(300),
        "\u{301}alone".to_owned(),
        "x".repeat(1 << 16),
        "\\\\".repeat(300),
        "\\ud800".to_owned(),
        String::new(),
    ];
    let mut lines = Vec::new();
    for value in &values {
        let line = format!(
            r#"{{"rule":"{value}","priority":"{value}","time":"{value}","hostname":"{value}","tags":["{value}"],"output":"{value}","output_fields":{{"proc.name":"{value}","container.name":"{value}","fd.name":"{value}","{value}":"{value}","proc.name":"{value}"}}}}"#
        );
        lines.extend_from_slice(line.as_bytes());
        lines.push(b'\n');
    }
    lines.extend_from_slice(b"\xff\xfe not an alert \x1b[31m\n\n");
    lines
}

#[test]
fn no_size_and_no_value_breaks_the_screen() {
    let load = Load::of("hostile.jsonl", hostile());
    let sizes = [
        (0, 0),
        (1, 1),
        (2, 40),
        (10, 3),
        (39, 11),
        (40, 12),
        (59, 19),
        (60, 20),
        (100, 12),
        (120, 36),
        (200, 50),
        (300, 100),
    ];
    let steps = [
        "",
        "j",
        "j Tab",
        "2",
        "3",
        "y x Enter",
        "Esc Y B t",
        "4",
        "w L L",
        "j j G",
        "5",
        "t j",
        "E t h f a",
        "C e",
        "Esc P f",
        "Ctrl-r Esc z",
        "Esc ?",
        "Esc :",
        "Esc f a ( b",
        "Esc / x",
        "Esc Esc g u",
        "Enter",
        "q q g m",
    ];
    let theme = Theme::named("light", Depth::TwoHundred, false).unwrap();
    for (columns, rows) in sizes {
        let mut screen = Screen { desk: Desk::before(&load, Size { columns, rows }) };
        for row in 0..load_len(&load) {
            for keys in steps {
                screen.keys(keys);
                let (buffer, _) = screen.buffer(&theme);
                assert!(
                    buffer.content().iter().all(|cell| !cell.symbol().chars().any(char::is_control)),
                    "{columns}x{rows} {row} {keys}"
                );
            }
            screen.keys("Esc Esc Esc j");
        }
    }
}

fn load_len(load: &Load) -> usize {
    Desk::before(load, Size { columns: 80, rows: 24 }).model.list.view.rows.len()
}
