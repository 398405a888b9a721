//! Tests of tables: what is one, what becomes of each cell, and that no cell becomes another.

use std::io::{BufReader, Cursor};

use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// The lines of a table; `None`: it is none.
fn read_by(bytes: &[u8], buffer: usize) -> Option<String> {
    let Front::Table(dialect) = begins(bytes, true) else { return None };
    let mut all = String::new();
    let input = Box::new(BufReader::with_capacity(buffer, Cursor::new(bytes.to_vec())));
    Table::new(input, dialect).read_to_string(&mut all).unwrap();
    Some(all)
}

fn read(bytes: &[u8]) -> Option<String> {
    read_by(bytes, 4096)
}

#[test]
fn a_header_tells_a_table() {
    let long = format!("\"@timestamp\",{}rule\n", "\"output_fields.proc.cmdline\",".repeat(200));
    let tables = [
        "rule,priority\n",
        "rule,priority",
        "\u{feff}\"time\";\"Rule\"\r\n",
        "_index,_source.rule,_source.@timestamp\n",
        "rule,output_fields.proc.name\rx",
        ",rule,priority,\n",
        "'=x,rule,output\n",
        &long,
    ];
    for table in tables {
        assert!(matches!(begins(table.as_bytes(), true), Front::Table(_)), "{table}");
    }
    let wide = format!("rule,priority,{}\n", "x".repeat(257));
    let others = [
        "rule\npriority\n",
        "rule\toutput\tcontainer.name\nx",
        "rule,comment\n",
        "rule, priority\n",
        "priority,output,time\n",
        "# Rules\n",
        "Rule, priority and output of each alert:\n",
        "{\"rule\":\"a\",\"priority\":\"b\"}\n",
        "[\"rule\",\"priority\"]\n",
        "18:31:10.000000001: Warning a, b (rule,output)\n",
        "count,rule,priority\n",
        "rule,priority\0\n",
        "\"rule\"x,priority\n",
        "\"rule,priority\noutput\"\n",
        &wide,
        "",
    ];
    for other in others {
        assert_eq!(begins(other.as_bytes(), true), Front::Other, "{other}");
    }
}

#[test]
fn a_header_is_waited_for_no_longer_than_it_may_be_one() {
    for (head, is_unclear) in [
        ("rule,prio", true),
        ("rule,priority\r", true),
        ("anything", true),
        ("{\"rule\"", false),
        ("a\x1b[0m", false),
        ("a: {", false),
    ] {
        assert_eq!(begins(head.as_bytes(), false) == Front::Unclear, is_unclear, "{head}");
    }
    assert_eq!(begins(&vec![b'a'; MAX_HEADER_BYTES], true), Front::Other);
}

#[test]
fn a_row_is_an_object() {
    let cases = [
        ("rule,priority", "a,Notice", r#"{"rule":"a","priority":"Notice","output_fields":{}}"#),
        ("Priority,RULE", "Notice,a", r#"{"rule":"a","priority":"Notice","output_fields":{}}"#),
        ("rule,output", ",x", r#"{"rule":"","output":"x","output_fields":{}}"#),
        ("rule,output,tags", "a,,\"x, y,\"", r#"{"rule":"a","tags":["x","y"],"output_fields":{}}"#),
        ("rule,output,tags", r#"a,,"[""x"", 1]""#, r#"{"rule":"a","tags":["x", 1],"output_fields":{}}"#),
        ("rule,output,tags", "a,,[x]", r#"{"rule":"a","tags":["[x]"],"output_fields":{}}"#),
        ("rule,time,@timestamp", "a,b,c", r#"{"rule":"a","time":"b","output_fields":{"@timestamp":"c"}}"#),
        ("@timestamp,rule,time", "c,a,b", r#"{"rule":"a","time":"b","output_fields":{"@timestamp":"c"}}"#),
        ("rule,@timestamp", "a,c", r#"{"rule":"a","time":"c","output_fields":{}}"#),
        ("rule,rule,output", "a,b,c", r#"{"rule":"a","output":"c","output_fields":{"rule":"b"}}"#),
        ("_index,_source.rule,_source.output", "i,a,b", r#"{"rule":"a","_index":"i","output":"b","output_fields":{}}"#),
        ("rule,output_fields.proc.pid", "a,12", r#"{"rule":"a","output_fields":{"proc.pid":12}}"#),
        (
            "rule,output,user,",
            "a,b,root,0",
            r#"{"rule":"a","output":"b","output_fields":{"user":"root","column 4":0}}"#,
        ),
        ("rule,output", "'=a,'-c", r#"{"rule":"=a","output":"-c","output_fields":{}}"#),
        ("rule,output,'=x", "'a,'-5,'\t", r#"{"rule":"'a","output":"'-5","output_fields":{"=x":"\u0009"}}"#),
        ("rule,output", "\"a\"\"b\",\"c\\d\"", r#"{"rule":"a\"b","output":"c\\d","output_fields":{}}"#),
        ("rule,output", "a \"b\",c\rd", r#"{"rule":"a \"b\"","output":"c\u000dd","output_fields":{}}"#),
    ];
    for (header, row, want) in cases {
        assert_eq!(read(format!("{header}\n{row}\n").as_bytes()).unwrap(), format!("\n{want}\n"), "{header} {row}");
    }
}

#[test]
fn a_number_is_what_json_spells_as_an_integer() {
    let is = ["0", "7", "-1", "18446744073709551615", "-9223372036854775808"];
    let is_not =
        ["-0", "007", "+1", "1.5", "1e3", "0x1f", " 1", "1,728", "18446744073709551616", "-9223372036854775809", "-"];
    let all = is.iter().map(|cell| (cell, true)).chain(is_not.iter().map(|cell| (cell, false)));
    for (cell, is_number) in all {
        let line = read(format!("rule;output;n\na;b;\"{cell}\"\n").as_bytes()).unwrap();
        let want = if is_number { (*cell).to_owned() } else { format!("\"{cell}\"") };
        assert!(line.ends_with(&format!("{{\"n\":{want}}}}}\n")), "{cell}: {line}");
    }
}

#[test]
fn fields_may_stand_in_one_cell() {
    let cases = [
        (r#"{"a":1,"b":{"c":[]}}"#, "", r#"{"a":1,"b":{"c":[]}}"#),
        ("{\n \"a\": 1\n}", "x", r#"{"a": 1,"n":"x"}"#),
        ("{}", "x", r#"{"n":"x"}"#),
        (r#"{"a":1},"rule":"b""#, "", r#"{"output_fields":"{\"a\":1},\"rule\":\"b\""}"#),
        (r#"{"a":1"#, "x", r#"{"output_fields":"{\"a\":1","n":"x"}"#),
        ("[1]", "", r#"{"output_fields":"[1]"}"#),
    ];
    for (cell, other, want) in cases {
        let cell = cell.replace('"', "\"\"");
        let lines = read(format!("rule,output_fields,n\na,\"{cell}\",{other}\n").as_bytes()).unwrap();
        assert_eq!(lines.trim(), format!("{{\"rule\":\"a\",\"output_fields\":{want}}}"), "{cell}");
    }
}

#[test]
fn a_row_with_other_cells_stays_visible() {
    let cases = [
        ("a", r#"{"row with 1 cells, header with 2":"a"}"#),
        ("a,,", r#"{"row with 3 cells, header with 2":"a,,"}"#),
        (
            r#"{"rule":"x","output":"y"},b,c"#,
            r#"{"row with a quote that is not closed, or not doubled":"{\"rule\":\"x\",\"output\":\"y\"},b,c"}"#,
        ),
        ("\"a\"b,c", r#"{"row with a quote that is not closed, or not doubled":"\"a\"b,c"}"#),
        ("\"a\" ,c", r#"{"row with a quote that is not closed, or not doubled":"\"a\" ,c"}"#),
        ("", ""),
        (",", ""),
        ("\"\"", ""),
    ];
    for (row, want) in cases {
        let lines = read(format!("rule,output\r\n{row}\r\na,b\r\n").as_bytes()).unwrap();
        let good = r#"{"rule":"a","output":"b","output_fields":{}}"#;
        assert_eq!(lines, format!("\n{want}\n{good}\n"), "{row}");
    }
    let open = read(b"rule,output\na,\"b\nc").unwrap();
    assert_eq!(open, "\n{\"row with a quote that is not closed, or not doubled\":\"a,\\\"b\\u000ac\"}\n\n");
}

#[test]
fn a_quote_that_is_never_closed_is_given_in_parts() {
    let table = [b"rule,output\na,\"".to_vec(), vec![b'x'; 40 << 20], b"\nb,c\n".to_vec()].concat();
    let lines = read(&table).unwrap();
    assert!(lines.lines().all(|line| line.len() < 17 << 20));
    assert_eq!(lines.bytes().filter(|byte| *byte == b'x').count(), 40 << 20);
    assert!(lines.ends_with("{\"rule\":\"b\",\"output\":\"c\",\"output_fields\":{}}\n"));
}

#[test]
fn lines_have_the_numbers_that_they_have_in_the_table() {
    let table = "rule,output\na,\"x\ny\nz\"\n\nb,\"u\r\nv\"\nc,d\n";
    let lines = read(table.as_bytes()).unwrap();
    for (rule, at) in [("a", 1), ("b", 5), ("c", 7)] {
        assert!(lines.lines().nth(at).unwrap().starts_with(&format!("{{\"rule\":\"{rule}\"")), "{lines}");
    }
    assert_eq!(lines.lines().count(), table.lines().count());
}

#[test]
fn what_was_read_before_an_error_is_given_out() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("it broke"))
        }
    }
    let dialect = Dialect { delimiter: b',', line_end: b'\n', mark_bytes: 0 };
    let input = BufReader::new(Cursor::new(b"rule,output\na,b\nc,").chain(Fails));
    let (mut all, mut table) = (Vec::new(), Table::new(Box::new(input), dialect));
    assert_eq!(table.read_to_end(&mut all).unwrap_err().to_string(), "it broke");
    assert_eq!(String::from_utf8(all).unwrap().matches('{').count(), 4);
}

/// A cell as other programs write it.
fn written(cell: &str, delimiter: char, quotes_all: bool) -> String {
    let must = cell.contains(['"', '\n', '\r', delimiter]);
    if must || quotes_all { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

fn cells() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z\",;\t\n\r\\\\{}:é ]{0,12}",
        Just("\"}\n{\"rule\":\"forged\",\"output\":\"x\"}".to_owned()),
        Just("x\",\"forged\",\"Critical\"\r\nforged,forged".to_owned()),
        "[0-9]{1,20}",
        "\\PC{0,8}".prop_filter("what has a mark is guarded by others", |cell| !cell.starts_with('\'')),
    ]
}

proptest! {
    #[test]
    fn every_alert_comes_back_as_it_was(
        rows in prop::collection::vec(prop::collection::vec(cells(), 4), 1..8),
        delimiter in prop::sample::select(vec![',', ';']),
        end in prop::sample::select(vec!["\n", "\r\n"]),
        (quotes_all, has_mark, buffer) in (any::<bool>(), any::<bool>(), 1..64_usize),
    ) {
        let names = ["rule", "priority", "output", "output_fields.proc.cmdline"];
        let row = |cells: &mut dyn Iterator<Item = String>| {
            let cells: Vec<String> = cells.map(|cell| written(&cell, delimiter, quotes_all)).collect();
            cells.join(&delimiter.to_string()) + end
        };
        let mut table = if has_mark { "\u{feff}".to_owned() } else { String::new() };
        table += &row(&mut names.iter().map(|name| (*name).to_owned()));
        for cells in &rows {
            table += &row(&mut cells.iter().cloned());
        }
        let lines = read_by(table.as_bytes(), buffer).unwrap();
        let values: Vec<Value> =
            lines.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect();
        let told: Vec<_> = rows.iter().filter(|cells| !cells.iter().all(String::is_empty)).collect();
        prop_assert_eq!(values.len(), told.len());
        for (value, cells) in values.iter().zip(told) {
            let found = [&value["rule"], &value["priority"], &value["output"], &value["output_fields"]["proc.cmdline"]];
            for (found, cell) in found.iter().zip(cells) {
                let text = match found {
                    Value::Null => String::new(),
                    Value::Number(number) => number.to_string(),
                    other => other.as_str().unwrap().to_owned(),
                };
                prop_assert_eq!(&text, cell);
            }
            prop_assert!(value.as_object().unwrap().len() <= 4);
        }
    }
}
