//! Responses by chance, from a seed: right ones, nearly right ones, and noise.

use serde_json::{Value, json};

use crate::server::Raw;

/// SplitMix64: the same numbers for the same seed, on every machine and with every version of every crate.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).expect("below a usize")
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let count = self.below(most + 1);
        (0..count).map(|_| self.next() as u8).collect()
    }
}

/// A response, with its body where that is not part of the noise.
pub struct Response {
    pub raw: Raw,
    pub status: u16,
    pub body: Option<Vec<u8>>,
    /// Nothing was changed: this is how Drift would respond.
    pub right: bool,
}

/// A response that begins as the right one, `status` 200 with this JSON.
pub fn response(chance: &mut Chance, right: &Value) -> Response {
    match chance.below(16) {
        0 => framed(chance, 200, right.to_string().into_bytes(), true),
        1..=4 => {
            let body = mutated_bytes(chance, right.to_string().into_bytes());
            framed(chance, 200, body, false)
        }
        5..=9 => {
            let mut json = right.clone();
            for _ in 0..=chance.below(3) {
                mutate(chance, &mut json);
            }
            framed(chance, 200, json.to_string().into_bytes(), false)
        }
        10 | 11 => {
            let status = *chance.pick(&[
                200, 201, 202, 206, 299, 301, 307, 400, 404, 409, 429, 500, 503, 599,
            ]);
            let body = error_or(chance, right);
            framed(chance, status, body, false)
        }
        12 => {
            let body = chance.bytes(300);
            framed(chance, 200, body, false)
        }
        _ => unframed(chance, right),
    }
}

/// A right head around any body.
fn framed(chance: &mut Chance, status: u16, body: Vec<u8>, right: bool) -> Response {
    let content_type = if right {
        "application/json"
    } else {
        chance.pick(&[
            "application/json",
            "application/json; charset=utf-8",
            "text/html",
            "image/png",
            "",
        ])
    };
    let mut bytes = head(status, content_type, body.len()).into_bytes();
    bytes.extend_from_slice(&body);
    let raw = Raw {
        bytes,
        framed: true,
    };
    Response {
        raw,
        status,
        body: Some(body),
        right,
    }
}

/// Noise in the head, or nothing but noise; the connection ends behind it.
fn unframed(chance: &mut Chance, right: &Value) -> Response {
    let body = right.to_string();
    let status = *chance.pick(&[100, 101, 103, 200, 204, 205, 304, 999, 0]);
    let whole = format!("{}{body}", head(status, "application/json", body.len())).into_bytes();
    let bytes = match chance.below(4) {
        0 => chance.bytes(200),
        1 => {
            let length = chance.below(whole.len());
            whole[..length].to_vec()
        }
        2 => whole,
        _ => mutated_bytes(chance, whole),
    };
    let raw = Raw {
        bytes,
        framed: false,
    };
    Response {
        raw,
        status,
        body: None,
        right: false,
    }
}

fn head(status: u16, content_type: &str, length: usize) -> String {
    format!(
        "HTTP/1.1 {status} Any\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
    )
}

fn error_or(chance: &mut Chance, right: &Value) -> Vec<u8> {
    let mut body = match chance.below(5) {
        0 => right.clone(),
        1 => json!({"error": {"type": "CONTACT-6", "message": "taken"}}),
        2 => json!({"errors": [{"type": "rate_limit"}]}),
        3 => json!({"error": {"type": "rate_limit", "message": null}, "data": right["data"]}),
        _ => json!({"error": "internal"}),
    };
    if chance.below(2) == 0 {
        mutate(chance, &mut body);
    }
    body.to_string().into_bytes()
}

fn mutated_bytes(chance: &mut Chance, mut bytes: Vec<u8>) -> Vec<u8> {
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len());
        let to = at + chance.below(bytes.len() - at + 1);
        match chance.below(6) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..to)),
            2 => bytes.splice(at..at, chance.bytes(8)).for_each(drop),
            3 => bytes.extend_from_within(at..to),
            4 if !bytes.is_empty() => bytes[at] = chance.next() as u8,
            _ if !bytes.is_empty() => bytes[at] ^= 1 << chance.below(8),
            _ => {}
        }
    }
    bytes
}

/// Changes one value somewhere in it.
fn mutate(chance: &mut Chance, json: &mut Value) {
    let deeper = chance.below(4) > 0;
    match json {
        Value::Object(members) if deeper && !members.is_empty() => {
            let key = members.keys().nth(chance.below(members.len())).cloned();
            let key = key.unwrap_or_default();
            match chance.below(8) {
                0 => drop(members.remove(&key)),
                1 => {
                    let value = members.remove(&key).unwrap_or_default();
                    members.insert(key.to_uppercase(), value);
                }
                _ => mutate(chance, &mut members[&key]),
            }
        }
        Value::Array(items) if deeper && !items.is_empty() => {
            let at = chance.below(items.len());
            match chance.below(4) {
                0 => drop(items.remove(at)),
                1 => items.push(items[at].clone()),
                _ => mutate(chance, &mut items[at]),
            }
        }
        Value::String(text) if deeper => {
            let noise = String::from_utf8_lossy(&chance.bytes(3)).into_owned();
            text.push_str(&noise);
        }
        other => *other = odd(chance),
    }
}

fn odd(chance: &mut Chance) -> Value {
    match chance.below(10) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(1.5),
        4 => json!(u64::MAX),
        5 => json!(""),
        6 => json!("bob@example.test"),
        7 => json!([]),
        8 => json!({}),
        _ => (0..chance.below(200)).fold(json!([]), |inner, _| json!([inner])),
    }
}
