//! Facets by keys: what they say, what they do to the filter, and that every count is what its filter shows.

use super::*;
use crate::base::Size;
use crate::state::desk::Desk;
use crate::state::layout::Area;

fn lines(alerts: &[(&str, &str)]) -> String {
    let line = |(at, (rule, fields)): (usize, &(&str, &str))| {
        let time = format!("2024-10-05T18:{:02}:00Z", at % 60);
        format!(r#"{{"rule":"{rule}","output":"o","priority":"Notice","time":"{time}","output_fields":{{{fields}}}}}"#)
    };
    alerts.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

const ALERTS: [(&str, &str); 8] = [
    ("a", r#""proc.name":"cat","fd.sport":1"#),
    ("a", r#""proc.name":"cat","fd.sport":2"#),
    ("a", r#""proc.name":"sh""#),
    ("b", r#""proc.name":"sh","fd.sport":1"#),
    ("b", r#""proc.name":"sh""#),
    ("b", r#""proc.name":"two words""#),
    ("b", ""),
    ("c", r#""proc.name":"nc","odd name":1"#),
];

fn desk() -> Desk {
    let mut desk = Desk::loaded(&lines(&ALERTS), 200, 50);
    desk.keys("Tab Tab");
    assert_eq!(desk.model.focus, Focus::Facets);
    desk
}

/// Goes to a field by its name.
fn on<'d>(desk: &'d mut Desk, field: &str) -> &'d mut Desk {
    let at = desk.model.panes.facets.fields.iter().position(|facet| facet.name == field).unwrap();
    (desk.model.panes.facets.at, desk.model.panes.facets.item) = (at, 0);
    desk
}

/// What a field's lines say: `[x] cat 2`.
fn said(desk: &Desk, field: &str) -> Vec<String> {
    let facet = desk.model.panes.facets.fields.iter().find(|facet| facet.name == field).unwrap();
    let one = |item: &Item| {
        let (choice, _, alerts) = facet.read(item);
        let text = choice.as_ref().map_or("-".into(), |bytes| String::from_utf8_lossy(bytes).into_owned());
        let mark = match facet.mark(&choice) {
            Mark::None => "",
            Mark::Kept => "[x] ",
            Mark::Dropped => "[!] ",
        };
        format!("{mark}{text} {alerts}")
    };
    facet.items.iter().map(one).collect()
}

fn filter(desk: &Desk) -> &str {
    &desk.model.narrowed.now.filter
}

fn rows(desk: &Desk) -> usize {
    desk.model.list.view.rows.len()
}

#[test]
fn values_are_kept_and_dropped_by_one_term_each() {
    let mut desk = desk();
    on(&mut desk, "proc.name");
    assert_eq!(said(&desk, "proc.name"), ["sh 3", "cat 2", "nc 1", "two words 1", "- 1"]);
    desk.keys("j Space");
    assert_eq!((filter(&desk), rows(&desk)), ("proc.name = cat", 2));
    assert_eq!(
        said(&desk, "proc.name"),
        ["sh 3", "[x] cat 2", "nc 1", "two words 1", "- 1"],
        "the others stay in sight"
    );
    assert_eq!(said(&desk, "rule"), ["a 2"]);
    desk.keys("j j Space");
    assert_eq!((filter(&desk), rows(&desk)), ("proc.name in (cat, \"two words\")", 3));
    desk.keys("j Space");
    assert_eq!(filter(&desk), "proc.name in (cat, \"two words\") or not proc.name exists");
    assert_eq!(rows(&desk), 4);
    desk.keys("k k !");
    assert_eq!(filter(&desk), "(proc.name in (cat, \"two words\") or not proc.name exists) and not proc.name = nc");
    desk.keys("Enter");
    assert_eq!((filter(&desk), rows(&desk)), ("proc.name = nc", 1));
    desk.keys("Space");
    assert_eq!((filter(&desk), rows(&desk)), ("", 8));
    desk.keys("u u");
    assert_eq!(rows(&desk), 4, "each change is a step of undo");
    desk.keys("Esc");
    assert_eq!(desk.model.focus, Focus::List);
}

#[test]
fn other_terms_and_words_stay_and_terms_that_were_typed_are_read() {
    let mut desk = desk();
    desk.model.focus = Focus::List;
    desk.keys("f r u l e Space i n Space ( b , c ) Space a n d Space n o t Space p r o c . n a m e = s h Enter");
    assert_eq!(said(&desk, "rule"), ["a 2", "[x] b 2", "[x] c 1"], "under the other terms");
    assert_eq!(said(&desk, "proc.name"), ["[!] sh 2", "nc 1", "two words 1", "- 1"]);
    desk.keys("Tab Tab");
    on(&mut desk, "proc.name").keys("!");
    assert_eq!(filter(&desk), "rule in (b,c)");
}

#[test]
fn values_are_sorted_narrowed_grown_and_fields_come_and_go() {
    let mut desk = desk();
    on(&mut desk, "proc.name").keys("s");
    assert_eq!(said(&desk, "proc.name"), ["cat 2", "nc 1", "sh 3", "two words 1", "- 1"]);
    desk.keys("/ S Enter");
    assert_eq!(said(&desk, "proc.name"), ["sh 3", "two words 1", "- 1"], "and ‹absent›");
    desk.keys("/ C Esc");
    assert_eq!(said(&desk, "proc.name").len(), 5, "Esc takes the text away");
    desk.keys("+ s p o r t Enter");
    assert_eq!(said(&desk, "fd.sport"), ["- 5", "1 2", "2 1"]);
    assert_eq!(desk.model.panes.facets.fields.len(), 7);
    desk.keys("d");
    assert_eq!(desk.model.panes.facets.fields.len(), 6);
    desk.keys(": f a c e t Space o d d Space n a m e Enter");
    assert_eq!(desk.said(), "no filter can name the field odd name");
}

#[test]
fn more_values_than_fit_are_all_reachable() {
    let names: Vec<String> = (0..100).map(|n| format!("\"proc.name\":\"p{n:02}\"")).collect();
    let alerts: Vec<(&str, &str)> = names.iter().map(|name| ("r", name.as_str())).collect();
    let mut desk = Desk::loaded(&lines(&alerts), 160, 40);
    desk.keys("Tab Tab");
    on(&mut desk, "proc.name");
    let rows = usize::from(desk.model.layout().facets.rows);
    let block = desk.model.panes.facets.blocks(rows)[3];
    assert_eq!(block.shown + block.more, 100);
    assert!(block.more > 50);
    desk.keys("z");
    assert_eq!(desk.model.panes.facets.blocks(rows)[3].more, 0);
    for _ in 0..150 {
        desk.keys("j");
        let facets = &desk.model.panes.facets;
        let line = facets.cursor_line(&facets.blocks(rows));
        assert!((facets.top..facets.top + rows - HEAD).contains(&line), "the cursor is in sight");
    }
    desk.keys("g g");
    assert_eq!((desk.model.panes.facets.at, desk.model.panes.facets.item, desk.model.panes.facets.top), (0, 0, 0));
}

#[test]
fn every_count_is_what_enter_shows() {
    let values =
        ["\"a b\"", "1", "1.5", "\"1\"", "true", "\"\"", "\"\\u001b[2J\\u202e\"", "[\"x\",\"y\"]", "\"<NA>\"", "null"];
    let fields: Vec<String> = values.iter().map(|value| format!("\"proc.name\":{value}")).collect();
    let alerts: Vec<(&str, &str)> = fields.iter().chain(&fields[..4]).map(|field| ("r", field.as_str())).collect();
    let mut desk = Desk::loaded(&lines(&alerts), 200, 50);
    desk.keys("Tab Tab");
    on(&mut desk, "proc.name").keys("z");
    let items = desk.model.panes.facets.fields[3].items.clone();
    assert_eq!(items.len(), 10);
    for (at, item) in items.iter().enumerate() {
        on(&mut desk, "proc.name");
        desk.model.panes.facets.item = at;
        let (_, _, alerts) = desk.model.panes.facets.fields[3].read(item);
        desk.keys("Enter");
        assert_eq!(rows(&desk), alerts, "{}", filter(&desk));
        desk.keys("u");
    }
}

#[test]
fn the_pane_stands_where_there_is_room_and_is_remembered() {
    let cases = [(200, 50, Some(30)), (160, 24, Some(30)), (120, 36, None), (80, 24, None)];
    for (columns, height, want) in cases {
        let mut desk = Desk::loaded(&lines(&ALERTS), columns, height);
        let shown = |desk: &Desk| Some(desk.model.layout().facets.columns).filter(|columns| *columns > 0);
        assert_eq!(shown(&desk), want, "{columns}");
        desk.keys(",");
        let narrow = (columns < 100).then_some(columns);
        assert_eq!(shown(&desk), narrow.or(Some(30)), "{columns}");
        assert_eq!(desk.model.focus, Focus::Facets, "{columns}: where it stands already the key goes there");
        desk.keys("Tab ,");
        assert_eq!(desk.model.focus, Focus::Facets, "{columns}: from the list too");
        desk.keys(",");
        assert_eq!((shown(&desk), desk.model.focus), (None, Focus::List), "{columns}: it is gone with the pane");
        desk.keys(",");
        assert_eq!(shown(&desk), narrow.or(Some(30)), "{columns}: and comes back");
        desk.keys("Esc");
        desk.send(crate::state::Msg::Resized(Size { columns: 40, rows: 12 }));
        desk.keys("Tab Tab j k , , Esc");
        let whole = Area { x: 0, y: 0, columns: 40, rows: 12 };
        assert!(desk.model.layout().list.columns <= whole.columns);
    }
}

#[test]
fn shares_give_small_fields_all_their_lines() {
    let mut facets = Facets::default();
    for (facet, size) in facets.fields.iter_mut().zip([3, 2, 4, 30, 2, 50]) {
        facet.items = (0..size).map(Item::Value).collect();
    }
    let blocks = facets.blocks(HEAD + 12 + 41);
    assert_eq!(blocks.iter().map(|block| block.shown).collect::<Vec<_>>(), [3, 2, 4, 14, 2, 14]);
    assert_eq!(blocks.last().unwrap().end(), 12 + 41 - 1);
    for rows in 0..80 {
        let blocks = facets.blocks(rows);
        assert!(blocks.iter().zip(&facets.fields).all(|(block, facet)| block.shown + block.more == facet.items.len()));
    }
}
