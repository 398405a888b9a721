//! Where columns stand, and how they are chosen.
//!
//! Imports: `columns`. Promise: tables, no screen.

use super::*;

fn check(placed: &[Placed<'_>], width: u16) {
    for pair in placed.windows(2) {
        assert_eq!(pair[0].x + pair[0].columns + 1, pair[1].x, "{width}");
    }
    let last = placed.last().unwrap();
    assert!(last.x + last.columns <= width, "{width}: {placed:?}");
    assert!(placed.iter().all(|column| column.columns >= NARROWEST), "{width}: {placed:?}");
}

#[test]
fn columns_fill_the_list_and_never_overlap() {
    for width in 40..300 {
        let columns = Columns::default();
        let placed = columns.placed(width);
        check(&placed, width);
        let last = placed.last().unwrap();
        assert_eq!(last.x + last.columns, width, "{width}");
        for text in ["time,output", "proc.name:20,time,object,rule,a,b,c", "a:40,b:400"] {
            let columns = Columns::parse(text).unwrap();
            let placed = columns.placed(width);
            if !placed.is_empty() {
                check(&placed, width);
            }
        }
    }
}

#[test]
fn columns_read_as_they_are_written() {
    for text in ["time", "time,proc.name:20,object", "proc.aname[2]:12"] {
        assert_eq!(Columns::parse(text).unwrap().text(), text);
    }
    assert_eq!(Columns::parse("time, rule").unwrap().text(), "time,rule");
    for bad in ["", ",", "time:3", "time:x", "time:401"] {
        assert!(Columns::parse(bad).is_err(), "{bad}");
    }
    let many = vec!["a"; 21].join(",");
    assert!(Columns::parse(&many).is_err());
}
