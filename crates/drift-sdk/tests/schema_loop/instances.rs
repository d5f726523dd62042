//! Instances of the contract's schemas, drawn from a fixed seed.

use serde_json::{Map, Value, json};

/// Splitmix64: eight lines that give the same numbers on every machine and in every year.
pub struct Draw(pub u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

const INTEGERS: [i64; 7] = [0, 1, -1, 24_100_000_017, i64::MAX, i64::MIN, (1 << 53) + 1];

const STRINGS: [&str; 8] = [
    "",
    "Ada",
    "null",
    "a+b@example.test",
    "line\nbreak \"quoted\" \\",
    "Zoë 李 🦀",
    "\u{0}\u{7f}",
    "24100000017",
];

/// One instance of a schema of the contract.
pub fn instance(contract: &Value, schema: &Value, draw: &mut Draw) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = reference
            .strip_prefix('#')
            .and_then(|path| contract.pointer(path));
        return instance(
            contract,
            target.expect("the lint follows every reference"),
            draw,
        );
    }
    if schema["nullable"] == true && draw.one_in(4) {
        return Value::Null;
    }
    match schema["type"].as_str() {
        Some("object") => object(contract, schema, draw),
        Some("array") => (0..draw.below(4))
            .map(|_| instance(contract, &schema["items"], draw))
            .collect(),
        Some("string") => string(schema, draw),
        Some("integer") => integer(schema, draw),
        Some("number") => json!(draw.below(1000) as f64 / 8.0),
        Some("boolean") => json!(draw.one_in(2)),
        Some(other) => panic!("no instance can be drawn of type {other}"),
        None => anything(draw, 3),
    }
}

fn string(schema: &Value, draw: &mut Draw) -> Value {
    if let Some(values) = schema["enum"].as_array() {
        return draw.of(values).clone();
    }
    let shortest = schema["minLength"].as_u64().unwrap_or(0) as usize;
    let strings = STRINGS
        .iter()
        .filter(|text| text.chars().count() >= shortest);
    json!(draw.of(&strings.collect::<Vec<_>>()))
}

fn integer(schema: &Value, draw: &mut Draw) -> Value {
    match schema["format"].as_str() {
        Some("int32") => json!(draw.of(&[0, 1, i32::MAX, i32::MIN])),
        _ if draw.one_in(2) => json!(draw.of(&INTEGERS)),
        _ => json!(draw.next() as i64),
    }
}

fn object(contract: &Value, schema: &Value, draw: &mut Draw) -> Value {
    let mut members = Map::new();
    if schema.get("additionalProperties").is_some() {
        for _ in 0..draw.below(4) {
            members.insert(custom_key(draw), anything(draw, 3));
        }
    }
    let required: Vec<&Value> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if required.contains(&&json!(name)) || draw.one_in(2) {
            members.insert(name.clone(), instance(contract, property, draw));
        }
    }
    Value::Object(members)
}

/// The keys that Drift sends undeclared, and some that a person may have chosen.
fn custom_key(draw: &mut Draw) -> String {
    let known = [
        "external_id",
        "_END_USER_VERSION",
        "_end_user_version",
        "extra",
        "",
        "ключ",
    ];
    match draw.one_in(2) {
        true => (*draw.of(&known)).to_owned(),
        false => format!("custom_{}", draw.below(1000)),
    }
}

/// Any JSON at all. Fractions are eighths, which text carries exactly.
fn anything(draw: &mut Draw, depth: usize) -> Value {
    match draw.below(if depth == 0 { 6 } else { 8 }) {
        0 => Value::Null,
        1 => json!(draw.one_in(2)),
        2 => json!(draw.of(&INTEGERS)),
        3 => json!(u64::MAX - draw.below(9) as u64),
        4 => json!(draw.below(1000) as f64 / 8.0),
        5 => json!(draw.of(&STRINGS)),
        6 => (0..draw.below(3))
            .map(|_| anything(draw, depth - 1))
            .collect(),
        _ => (0..draw.below(3))
            .map(|_| (custom_key(draw), anything(draw, depth - 1)))
            .collect(),
    }
}
