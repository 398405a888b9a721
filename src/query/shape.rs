//! Texts without what is new each time: numbers, hashes and ids taken out.
//!
//! Imports: nothing. Promise: two texts that differ in more than digits and ids have different shapes.

use memchr::memmem;

/// The object without what is new each time: of a connection, `10.0.0.5:43210->10.96.0.1:443`, where it goes.
pub(crate) fn lasting(object: &[u8]) -> &[u8] {
    memmem::find(object, b"->").and_then(|at| object.get(at + 2..)).unwrap_or(object)
}

/// The text with each number, and each hash or id in hexadecimal digits, as one mark.
pub(crate) fn shape(text: &[u8]) -> Vec<u8> {
    let mut shape = Vec::with_capacity(text.len());
    for word in text.chunk_by(|a, b| a.is_ascii_alphanumeric() == b.is_ascii_alphanumeric()) {
        let is_id = word.len() >= 8 && word.iter().all(u8::is_ascii_hexdigit) && word.iter().any(u8::is_ascii_digit);
        if is_id {
            shape.push(b'#');
            continue;
        }
        for run in word.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
            let is_number = run.first().is_some_and(u8::is_ascii_digit);
            shape.extend_from_slice(if is_number { b"#" } else { run });
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_has_no_numbers_and_no_ids() {
        let cases: [(&[u8], &[u8]); 5] = [
            (b"/tmp/x-2168505094/etc_link", b"/tmp/x-#/etc_link"),
            (b"/var/lib/0a1b2c3d4e/log", b"/var/lib/#/log"),
            (b"/etc/shadow", b"/etc/shadow"),
            (b"/feedface", b"/feedface"),
            (b"10.96.0.1:443", b"#.#.#.#:#"),
        ];
        for (text, want) in cases {
            assert_eq!(shape(text), want, "{}", String::from_utf8_lossy(text));
        }
        assert_eq!(lasting(b"10.0.0.5:43210->10.96.0.1:443"), b"10.96.0.1:443");
    }
}
