//! What a filter keeps and drops of one field: `field = a`, `field in (a, b)`, `not field = c`, as terms of their own.
//!
//! Lives here: reading such terms out of a filter, and writing them back. Not here: terms (`terms`), quoting
//! (`literal`). Imports: nothing. Promise: what is written reads back, and the rest of the filter stays as it was
//! written.

use crate::query::counts::canonical;
use crate::query::filter::Filter;
use crate::query::literal::{literal, spelling};
use crate::query::terms::{join, terms};
use crate::query::tree::{Check, Comparison, Left, ListTest, Node, Test};

/// A value of a field, by its bytes; `None`: the field is not there.
pub(crate) type Choice = Option<Vec<u8>>;

/// What a filter says of one field by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Only alerts with one of these are kept; empty: with any.
    pub(crate) kept: Vec<Choice>,
    /// Alerts with one of these are dropped.
    pub(crate) dropped: Vec<Choice>,
}

/// A field, as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field<'f> {
    /// Its name, as alerts have it.
    pub(crate) name: &'f str,
    /// It has lists among its values, of which every item counts.
    pub(crate) lists: bool,
}

/// Takes a filter apart: what it says of the field, and the terms that say other things. Two terms that keep values of one
/// field ask for both at once, which is more than a choice among values: they stay with the rest.
pub(crate) fn read(filter: &str, field: Field<'_>) -> (Kept, Vec<String>) {
    let all = terms(filter);
    let said: Vec<Option<Said>> = all.iter().map(|term| field.said(&term.text)).collect();
    let keeps = said.iter().filter(|said| matches!(said, Some(Said::Kept(_)))).count();
    let (mut kept, mut rest) = (Kept::default(), Vec::new());
    for (term, said) in all.into_iter().zip(said) {
        match said {
            Some(Said::Kept(values)) if keeps == 1 => kept.kept = values,
            Some(Said::Dropped(values)) => kept.dropped.extend(values),
            _ => rest.push(term.text),
        }
    }
    (kept, rest)
}

/// The filter with these values of the field kept and dropped, and nothing else said of it.
pub(crate) fn write(filter: &str, field: Field<'_>, kept: &Kept) -> String {
    let (_, mut rest) = read(filter, field);
    rest.extend(field.keeping(&kept.kept));
    rest.extend(field.dropping(&kept.dropped));
    join(&rest)
}

/// Whether a value can be kept or dropped among others: a priority that does not exist can't be compared with.
pub(crate) fn is_choosable(name: &str, value: &Choice) -> bool {
    let field = Field { name, lists: false };
    field.keeping(std::slice::from_ref(value)).is_some_and(|term| Filter::parse(&term).is_ok())
}

/// What one term says.
enum Said {
    Kept(Vec<Choice>),
    Dropped(Vec<Choice>),
}

impl Field<'_> {
    fn said(self, term: &str) -> Option<Said> {
        let node = Filter::parse(term).ok()?.node()?;
        if let Some(kept) = self.kept(&node) {
            return Some(Said::Kept(kept));
        }
        match node.as_ref() {
            Node::Not(inner) => self.kept(inner).map(Said::Dropped),
            exists if self.test_of(exists) == Some(&Test::Exists) => Some(Said::Dropped(vec![None])),
            _ => None,
        }
    }

    /// The values of which a term keeps any.
    fn kept(self, node: &Node) -> Option<Vec<Choice>> {
        let values = |literals: &[_]| literals.iter().map(|literal| Some(self.value(literal))).collect();
        match node {
            Node::Or(parts) => {
                let parts: Option<Vec<Vec<Choice>>> = parts.iter().map(|part| self.kept(part)).collect();
                Some(parts?.concat())
            }
            Node::Not(inner) => (self.test_of(inner) == Some(&Test::Exists)).then(|| vec![None]),
            other => match self.test_of(other)? {
                Test::Compare(Comparison::Equal, literal) => Some(values(std::slice::from_ref(literal))),
                Test::List(ListTest::Intersects, literals) => Some(values(literals.items())),
                // Of a list `in` asks for every item.
                Test::List(ListTest::In, literals) if !self.lists => Some(values(literals.items())),
                _ => None,
            },
        }
    }

    fn value(self, literal: &crate::query::tree::Literal) -> Vec<u8> {
        canonical(self.name, &literal.bytes)
    }

    /// The test, where the node is one of this field.
    fn test_of(self, node: &Node) -> Option<&Test> {
        let of = |left: &Left| left.name == self.name;
        match node {
            Node::Check(Check { left, test, .. }) if of(left) => Some(test),
            Node::Family(family) if of(&family.left) => first_test(&family.node),
            _ => None,
        }
    }

    /// The term that keeps any of these; `None` where there are none or it can't be written.
    fn keeping(self, choices: &[Choice]) -> Option<String> {
        let name = spelling(self.name)?;
        let values: Vec<String> = choices.iter().flatten().map(|value| literal(value)).collect();
        let among = if self.lists { "intersects" } else { "in" };
        let compared = match values.as_slice() {
            [] => None,
            [one] => Some(format!("{name} = {one}")),
            several => Some(format!("{name} {among} ({})", several.join(", "))),
        };
        let absent = choices.contains(&None).then(|| format!("not {name} exists"));
        let both: Vec<String> = compared.into_iter().chain(absent).collect();
        (!both.is_empty()).then(|| both.join(" or "))
    }

    /// The term that drops all of these.
    fn dropping(self, choices: &[Choice]) -> Option<String> {
        let kept = self.keeping(choices)?;
        match choices {
            [None] => Some(format!("{} exists", spelling(self.name)?)),
            some if some.contains(&None) => Some(format!("not ({kept})")),
            _ => Some(format!("not {kept}")),
        }
    }
}

/// A name that stands for several fields asks the same of each.
fn first_test(node: &Node) -> Option<&Test> {
    let Node::Or(parts) = node else { return None };
    match parts.first()? {
        Node::Check(check) => Some(&check.test),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn some(values: &[&str]) -> Vec<Choice> {
        let choice = |value: &&str| (*value != "-").then(|| value.as_bytes().to_vec());
        values.iter().map(choice).collect()
    }

    #[test]
    fn terms_of_a_field_are_read_and_the_rest_stays() {
        let cases: [(&str, &[&str], &[&str], &str); 14] = [
            ("", &[], &[], ""),
            ("a.b = 1", &["1"], &[], ""),
            ("x.y = 2 and a.b in (1, \"a b\") and shadow", &["1", "a b"], &[], "x.y = 2 and shadow"),
            ("not a.b = 1 and not a.b in (2, 3)", &[], &["1", "2", "3"], ""),
            ("not a.b exists", &["-"], &[], ""),
            ("a.b exists", &[], &["-"], ""),
            ("(a.b = 1 or not a.b exists)", &["1", "-"], &[], ""),
            ("not (a.b = 1 or not a.b exists)", &[], &["1", "-"], ""),
            ("a.b = 1 and a.b = 2", &[], &[], "a.b = 1 and a.b = 2"),
            ("a.b != 1", &[], &[], "a.b != 1"),
            ("a.b contains 1 and a.b = 2", &["2"], &[], "a.b contains 1"),
            ("a.b = 1 or x.y = 2", &[], &[], "a.b = 1 or x.y = 2"),
            ("a.b = 1 or not a.b = 2", &[], &[], "a.b = 1 or not a.b = 2"),
            ("a.b = val(x.y)", &[], &[], "a.b = val(x.y)"),
        ];
        for (filter, kept, dropped, rest) in cases {
            let (found, others) = read(filter, Field { name: "a.b", lists: false });
            assert_eq!(found, Kept { kept: some(kept), dropped: some(dropped) }, "{filter}");
            assert_eq!(join(&others), rest, "{filter}");
        }
    }

    #[test]
    fn values_are_known_by_what_they_compare_as() {
        for (filter, name, want) in [
            ("priority = info", "priority", "Informational"),
            ("fd.sip = 0:0::1", "fd.sip", "::1"),
            ("fd.ip = 0:0::1", "fd.ip", "::1"),
            ("proc.aname = sshd", "proc.aname", "sshd"),
            ("tags = a", "tags", "a"),
        ] {
            let (found, rest) = read(filter, Field { name, lists: true });
            assert_eq!((found.kept, rest), (some(&[want]), Vec::new()), "{filter}");
        }
        let (found, rest) = read("tags in (a, b)", Field { name: "tags", lists: true });
        assert_eq!((found.kept.len(), rest.len()), (0, 1));
    }

    #[test]
    fn a_choice_is_written_as_short_as_it_can_be() {
        let cases: [(&[&str], &[&str], bool, &str); 7] = [
            (&["1"], &[], false, "x = 1 and a.b = 1"),
            (&["1", "2 3"], &["4"], false, "x = 1 and a.b in (1, \"2 3\") and not a.b = 4"),
            (&["1", "2"], &["3", "4"], true, "x = 1 and a.b intersects (1, 2) and not a.b intersects (3, 4)"),
            (&["-"], &[], false, "x = 1 and not a.b exists"),
            (&["1", "-"], &[], false, "x = 1 and (a.b = 1 or not a.b exists)"),
            (&[], &["-"], false, "x = 1 and a.b exists"),
            (&[], &["1", "-"], false, "x = 1 and not (a.b = 1 or not a.b exists)"),
        ];
        for (kept, dropped, lists, want) in cases {
            let kept = Kept { kept: some(kept), dropped: some(dropped) };
            let want = want.replace("x = 1", "x.y = 1");
            assert_eq!(write("x.y = 1 and a.b = gone", Field { name: "a.b", lists }, &kept), want);
        }
        assert!(is_choosable("priority", &Some(b"Warning".to_vec())) && is_choosable("priority", &None));
        assert!(!is_choosable("priority", &Some(b"odd".to_vec())) && !is_choosable("a b", &None));
    }

    fn choices() -> impl Strategy<Value = Vec<Choice>> {
        vec(proptest::option::weighted(0.9, vec(any::<u8>(), 0..9)), 0..4).prop_map(|mut all: Vec<Choice>| {
            // As they are written: values first, each once.
            all.sort_by_key(Option::is_none);
            all.dedup();
            all
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(kept in choices(), dropped in choices(), lists: bool, rest in "(x[.]y = 1)?") {
            let field = Field { name: "proc.name", lists };
            let kept = Kept { kept, dropped };
            let filter = write(&rest, field, &kept);
            prop_assert!(Filter::parse(&filter).is_ok(), "{filter}");
            let (found, others) = read(&filter, field);
            prop_assert_eq!((&found, join(&others)), (&kept, rest), "{}", filter);
        }
    }
}
