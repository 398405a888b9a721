//! A term of a filter written out again, for people.
//!
//! Lives here: operators, values and made values as a filter spells them. Imports: nothing of the house beside siblings.
//! Promise: one short line, however long the term was; what was left out is counted.

use crate::query::literal::literal;
use crate::query::operand::{Arguments, Operand, Transformer};
use crate::query::operator::Operator;
use crate::query::tree::{Asked, Comparison, ListTest, Literal, Modifier, Node, Test, TextTest};

/// So many items of a list are written.
const SHOWN_ITEMS: usize = 4;

/// So many bytes of a value are written.
const SHOWN_BYTES: usize = 60;

/// A comparison or a word as a filter has it; empty for what is none.
pub(crate) fn spoken(term: &Node) -> String {
    match term {
        Node::Check(check) => [check.left.name.as_str(), " ", &test(&check.test)].concat(),
        Node::Family(family) => [family.left.name.as_str(), " ", &test(&family.test)].concat(),
        Node::Derived(derived) => [operand(&derived.left), " ".to_owned(), asked(&derived.asked)].concat(),
        Node::Word(word, text, _) => text.clone().unwrap_or_else(|| quoted(word.bytes())),
        Node::And(_) | Node::Or(_) | Node::Not(_) | Node::Macro(_) => String::new(),
    }
}

/// Bytes in quotes, clipped, every odd one escaped.
pub(crate) fn quoted(bytes: &[u8]) -> String {
    let written = clipped(bytes);
    if written.starts_with('"') { written } else { ["\"", &written, "\""].concat() }
}

fn clipped(bytes: &[u8]) -> String {
    match bytes.get(..SHOWN_BYTES) {
        Some(start) if bytes.len() > SHOWN_BYTES => {
            format!("{}… ({} bytes)", literal(start), bytes.len())
        }
        _ => literal(bytes),
    }
}

fn test(test: &Test) -> String {
    match test {
        Test::Exists => "exists".to_owned(),
        Test::Compare(comparison, value) => [sign(*comparison), " ", &clipped(&value.bytes)].concat(),
        Test::Text(test, value) => [word(*test), " ", &clipped(&value.bytes)].concat(),
        Test::Regex(pattern) => ["regex ", &quoted(pattern.written().as_bytes())].concat(),
        Test::List(test, list) => [of_list(*test), " ", &listed(list.items())].concat(),
        Test::Each(modifier, tests) => each(*modifier, tests),
    }
}

fn listed(items: &[Literal]) -> String {
    let mut shown: Vec<String> = items.iter().take(SHOWN_ITEMS).map(|item| clipped(&item.bytes)).collect();
    if items.len() > SHOWN_ITEMS {
        shown.push(format!("… {} more", items.len() - SHOWN_ITEMS));
    }
    format!("({})", shown.join(", "))
}

fn each(modifier: Modifier, tests: &[Test]) -> String {
    let word = match modifier {
        Modifier::One => "oneof",
        Modifier::Any => "anyof",
        Modifier::All => "allof",
    };
    let mut shown: Vec<String> = tests.iter().take(SHOWN_ITEMS).map(test).collect();
    if tests.len() > SHOWN_ITEMS {
        shown.push(format!("… {} more", tests.len() - SHOWN_ITEMS));
    }
    format!("{word} ({})", shown.join(", "))
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

fn word(test: TextTest) -> &'static str {
    match test {
        TextTest::Contains => "contains",
        TextTest::ContainsFolded => "icontains",
        TextTest::StartsWith => "startswith",
        TextTest::EndsWith => "endswith",
        TextTest::Glob => "glob",
        TextTest::GlobFolded => "iglob",
    }
}

fn of_list(test: ListTest) -> &'static str {
    match test {
        ListTest::In => "in",
        ListTest::Intersects => "intersects",
        ListTest::Prefix => "pmatch",
    }
}

fn asked(asked: &Asked) -> String {
    match asked {
        Asked::Of(of) => test(of),
        Asked::Against(operator, right) => {
            let sign = match operator {
                Operator::Compare(comparison) => sign(*comparison),
                Operator::Text(test) | Operator::Bytes(test) => word(*test),
                Operator::List(test) => of_list(*test),
                Operator::Regex => "regex",
                Operator::Exists => "exists",
            };
            let right = match right {
                Operand::Field(left) => format!("val({})", left.name),
                made => operand(made),
            };
            [sign, " ", &right].concat()
        }
    }
}

fn operand(made: &Operand) -> String {
    match made {
        Operand::Field(left) => left.name.clone(),
        Operand::Text(text) => quoted(text),
        Operand::Made(transformer, of) => format!("{}({})", name(*transformer), operand(of)),
        Operand::Join(between, parts) if between.is_empty() => format!("concat({})", operands(parts)),
        Operand::Join(between, parts) => format!("join({}, ({}))", quoted(between), operands(parts)),
        Operand::Getopt(of, known, option) => {
            let of = match of {
                Arguments::Of(of) => operand(of),
                Arguments::Listed(parts) => format!("({})", operands(parts)),
            };
            let option = option.as_ref().map(|option| format!("[{option}]")).unwrap_or_default();
            format!("getopt({of}, {}){option}", quoted(known))
        }
    }
}

fn operands(parts: &[Operand]) -> String {
    parts.iter().map(operand).collect::<Vec<_>>().join(", ")
}

fn name(transformer: Transformer) -> &'static str {
    match transformer {
        Transformer::Lower => "tolower",
        Transformer::Upper => "toupper",
        Transformer::Base64 => "b64",
        Transformer::Basename => "basename",
        Transformer::Length => "len",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::filter::Filter;

    #[test]
    fn a_term_written_out_reads_as_the_same_term() {
        let terms = [
            "proc.name = cat",
            "proc.pid >= 0x10",
            "priority >= Warning",
            "time < 2024-10-05T18:29:57Z",
            "proc.cmdline contains \"a b\\x22c\"",
            "fd.name glob \"*/etc/*\"",
            "output regex \".*etc/sh[ae]dow.*\"",
            "fd.name pmatch (/etc, /tmp)",
            "tags intersects (a)",
            "proc.aname in (sshd, runc)",
            "fd.net != 10.0.0.0/8",
            "container.id exists",
            "tolower(proc.name) = cat",
            "proc.name != val(proc.pname)",
            "join(\"-\", (proc.name, tags)) exists",
            "concat(proc.name, fd.name) icontains x",
            "getopt(proc.args, \"nt:\")[t] = x",
            "shadow",
        ];
        for term in terms {
            let filter = Filter::parse(term).unwrap();
            assert_eq!(spoken(&filter.node().unwrap()), term);
        }
        let long = Filter::parse("proc.name in (a, b, c, d, e, f)").unwrap();
        assert_eq!(spoken(&long.node().unwrap()), "proc.name in (a, b, c, d, … 2 more)");
    }
}
