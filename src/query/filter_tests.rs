//! Tables for the filter language: Falco's own cases, and what is stoop's own.

use serde_json::Value as Json;

use super::*;
use crate::decode::{Entry, Owned};

fn data(name: &str) -> Json {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn entry(scope: Scope, name: &str, value: &Json) -> Entry {
    Entry { scope, name: name.as_bytes().to_vec(), value: owned(value), doubled: false }
}

fn owned(value: &Json) -> Owned {
    match value {
        Json::Null => Owned::Null,
        Json::Bool(b) => Owned::Bool(*b),
        Json::Number(n) => Owned::Number(n.to_string()),
        Json::String(s) => Owned::Text(s.clone().into_bytes()),
        Json::Array(_) => Owned::List(value.to_string().into_bytes()),
        Json::Object(_) => Owned::Object(value.to_string().into_bytes()),
    }
}

/// An alert with these `output_fields`.
fn alert(fields: &Json) -> Alert {
    let fields = fields.as_object().unwrap().iter();
    Alert { entries: fields.map(|(name, value)| entry(Scope::Field, name, value)).collect() }
}

/// An alert with names of its own and `output_fields`.
fn whole(own: &Json, fields: &Json) -> Alert {
    let mut alert = alert(fields);
    alert.entries.extend(own.as_object().unwrap().iter().map(|(name, value)| entry(Scope::Alert, name, value)));
    alert
}

fn told(result: Result<Filter, FilterError>) -> String {
    result.map_or_else(|error| error.notice.to_string(), |_| "accepted".to_owned())
}

#[test]
fn what_falcos_parser_accepts_is_accepted() {
    for case in data("filter-parse-cases.json")["cases"].as_array().unwrap() {
        let text = case["expr"].as_str().unwrap();
        let want = case.get("here").unwrap_or(&case["accept"]).as_bool().unwrap();
        let got = Filter::parse(text);
        assert_eq!(got.is_ok(), want, "{text:?}: {}", told(got));
    }
}

#[test]
fn operators_do_what_falcos_do() {
    let data = data("filter-eval-cases.json");
    for case in data["cases"].as_array().unwrap() {
        let text = case[2].as_str().unwrap();
        let fields = &data["fields"][usize::try_from(case[0].as_u64().unwrap()).unwrap()];
        let filter = Filter::parse(text).unwrap_or_else(|e| panic!("{text}: {}", e.notice));
        assert_eq!(filter.matches(&alert(fields)), case[1].as_bool().unwrap(), "{text}: {fields}");
    }
}
