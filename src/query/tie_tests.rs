//! Ties by fields; and for any alert: its conditions parse and are true of the alert itself.

use proptest::prelude::*;

use super::*;
use crate::decode;
use crate::decode::Alert;
use crate::query::filter::Filter;

fn alert(fields: &str) -> Alert {
    decode::alert(format!(r#"{{"rule":"R","hostname":"node-a","output_fields":{{{fields}}}}}"#).as_bytes()).unwrap()
}

#[test]
fn each_tie_is_known_by_its_fields() {
    let cases = [
        (Tie::Container, r#""container.id":"3ad7""#, "container.id = 3ad7"),
        (Tie::Container, r#""container.name":"web""#, "container.name = web and hostname = node-a"),
        (Tie::Pod, r#""k8s.pod.name":"web-1","k8s.ns.name":"shop""#, "k8s.pod.name = web-1 and k8s.ns.name = shop"),
        (
            Tie::Process,
            r#""proc.pid":50,"proc.ppid":40,"proc.apid[2]":30,"proc.apid[3]":1,"container.id":"3ad7""#,
            "(proc.pid in (50, 40, 30) or proc.apid = 50) and hostname = node-a",
        ),
        (Tie::Process, r#""proc.name":"cat","container.id":"3ad7""#, "proc.name = cat and container.id = 3ad7"),
        (
            Tie::Process,
            r#""proc.name":"cat","container.id":"host""#,
            "proc.name = cat and container.id = host and hostname = node-a",
        ),
        (Tie::User, r#""user.name":"root""#, "user.name = root and hostname = node-a"),
        (Tie::User, r#""user.name":"<NA>","user.uid":0"#, "user.uid = 0 and hostname = node-a"),
        (Tie::User, r#""ka.user.name":"system:admin""#, "ka.user.name = system:admin"),
        (Tie::Session, r#""proc.sid":77,"user.loginuid":1000"#, "proc.sid = 77 and hostname = node-a"),
        (Tie::Session, r#""user.loginuid":1000"#, "user.loginuid = 1000 and hostname = node-a"),
        (Tie::Login, r#""proc.sid":77,"user.loginuid":1000"#, "user.loginuid = 1000 and hostname = node-a"),
        (Tie::Host, "", "hostname = node-a"),
        (
            Tie::File,
            r#""fd.name":"/etc/shadow","container.id":"3ad7""#,
            "(fd.name = /etc/shadow or evt.arg.linkpath = /etc/shadow or evt.arg.target = /etc/shadow or \
             proc.exepath = /etc/shadow) and container.id = 3ad7",
        ),
        (
            Tie::Address,
            r#""fd.name":"192.0.2.1:401->192.0.2.9:443","evt.type":"connect""#,
            r#"(fd.ip = 192.0.2.9 or fd.name regex "([0-9a-fA-F.:]+->)?192[.]0[.]2[.]9:[0-9]+(->[0-9a-fA-F.:]+)?")"#,
        ),
        (Tie::Address, r#""ct.srcip":"192.0.2.7""#, "ct.srcip = 192.0.2.7"),
        (Tie::Rule, "", "rule = R"),
    ];
    for (tie, fields, want) in cases {
        assert_eq!(tied(&alert(fields), tie).unwrap().condition, want, "{fields}");
    }
}

#[test]
fn the_other_end_is_told_by_the_call_or_the_port() {
    let cases = [
        (r#""evt.type":"accept4""#, "192.0.2.1"),
        (r#""evt.type":"connect""#, "192.0.2.9"),
        (r#""evt.type":"sendto","fd.rport":401"#, "192.0.2.1"),
        (r#""evt.type":"sendto""#, "192.0.2.9"),
        (r#""fd.rip":"192.0.2.4""#, "192.0.2.4"),
    ];
    for (fields, want) in cases {
        let fields = format!(r#""fd.name":"192.0.2.1:401->192.0.2.9:443",{fields}"#);
        assert_eq!(tied(&alert(&fields), Tie::Address).unwrap().value, want.as_bytes(), "{fields}");
    }
}

#[test]
fn a_tie_that_the_fields_cannot_tell_says_what_is_missing() {
    let cases = [
        (Tie::Container, r#""container.id":"host""#, "this alert has no container: container.id is host"),
        (Tie::Container, r#""container.id":"""#, "this alert has no container.id"),
        (Tie::Pod, "", "this alert has no k8s.pod.name"),
        (Tie::Process, r#""proc.pid":0"#, "this alert has no proc.pid, and no proc.name"),
        (Tie::Session, r#""user.loginuid":-1"#, "this alert has no proc.sid, and no user.loginuid that is set"),
        (Tie::Login, r#""user.loginuid":4294967295"#, "this alert has no user.loginuid that is set"),
        (Tie::Address, r#""fd.name":"/etc/1.2.3.4:5->6""#, "this alert has no fd.rip, and no fd.name of a connection"),
    ];
    for (tie, fields, want) in cases {
        assert_eq!(tied(&alert(fields), tie).unwrap_err().as_str(), want, "{fields}");
    }
    let long = format!(r#""container.id":"{}""#, "x".repeat(5_000));
    assert_eq!(tied(&alert(&long), Tie::Container).unwrap_err().as_str(), "container.id is too long to be compared");
}

proptest! {
    #[test]
    fn a_condition_is_true_of_the_alert_that_it_was_made_of(
        values in prop::collection::vec((any::<prop::sample::Index>(), "\\PC{0,6}|[0-9]{1,3}|-1|::1|10\\.0\\.0\\.[0-9]|[a-f0-9.:]{1,9}:[0-9]{1,5}->10\\.0\\.0\\.1:[0-9]{1,4}|\"|\\\\|\u{0}"), 0..30),
        numbers in any::<bool>(),
    ) {
        let names = names();
        let mut fields = serde_json::Map::new();
        for (name, value) in &values {
            let value = match value.parse::<i64>() {
                Ok(number) if numbers => serde_json::Value::from(number),
                _ => serde_json::Value::from(value.as_str()),
            };
            fields.insert(names[name.index(names.len())].clone(), value);
        }
        let line = serde_json::json!({"rule": values.first().map_or("R", |(_, v)| v.as_str()), "hostname": values.last().map(|(_, v)| v.as_str()), "output_fields": fields});
        let alert = decode::alert(line.to_string().as_bytes()).unwrap();
        for tie in Tie::ALL {
            if let Ok(tied) = tied(&alert, tie) {
                let filter = Filter::parse(&tied.condition).unwrap_or_else(|error| panic!("{}: {}", tied.condition, error.notice));
                prop_assert!(filter.matches(&alert), "{} {line}", tied.condition);
            }
        }
    }
}
