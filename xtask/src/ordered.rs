//! The contract in its own order: what people read keeps the order in which it was written.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Number;

/// JSON whose objects keep their order.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Null, and whatever is not there.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(String),
    /// An array.
    List(Vec<Node>),
    /// An object.
    Map(Vec<(String, Node)>),
}

static NOTHING: Node = Node::Null;

impl Node {
    /// The member of this name, or null.
    pub fn get(&self, key: &str) -> &Node {
        let found = self.entries().find(|(name, _)| *name == key);
        found.map_or(&NOTHING, |(_, value)| value)
    }

    /// What stands at the end of these keys, or null.
    pub fn path(&self, keys: &[&str]) -> &Node {
        keys.iter().fold(self, |node, key| node.get(key))
    }

    /// The members of an object; none of anything else.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Node)> {
        let members = match self {
            Node::Map(members) => members.as_slice(),
            _ => &[],
        };
        members.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The elements of an array; none of anything else.
    pub fn elements(&self) -> &[Node] {
        match self {
            Node::List(elements) => elements,
            _ => &[],
        }
    }

    /// The text, or an empty one.
    pub fn text(&self) -> &str {
        match self {
            Node::Text(text) => text,
            _ => "",
        }
    }

    /// Whether it is anything but null.
    pub fn is_there(&self) -> bool {
        *self != Node::Null
    }

    /// Whether it is `true`.
    pub fn is_true(&self) -> bool {
        *self == Node::Bool(true)
    }

    /// What a reference within this contract points to, or the node itself.
    pub fn follow<'a>(&'a self, node: &'a Node) -> &'a Node {
        match node.get("$ref").text().strip_prefix("#/") {
            Some(path) => self.path(&path.split('/').collect::<Vec<_>>()),
            None => node,
        }
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Null => serializer.serialize_unit(),
            Node::Bool(value) => serializer.serialize_bool(*value),
            Node::Number(number) => number.serialize(serializer),
            Node::Text(text) => serializer.serialize_str(text),
            Node::List(elements) => serializer.collect_seq(elements),
            Node::Map(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in members {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Node, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("JSON has no such number"));
        number.map(Node::Number)
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
        }
        Ok(Node::List(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Node::Map(members))
    }
}

#[cfg(test)]
mod tests {
    use super::Node;

    #[test]
    fn yaml_comes_out_as_json_in_its_own_order() {
        let yaml = "b: 1\na: [true, null, -2, 1.5, \"3\"]\nc: {z: 24100000017, y: ~}\n";
        let node: Node = serde_saphyr::from_str(yaml).expect("it is YAML");
        let json = serde_json::to_string(&node).expect("it is JSON");
        assert_eq!(
            json,
            r#"{"b":1,"a":[true,null,-2,1.5,"3"],"c":{"z":24100000017,"y":null}}"#
        );
    }

    #[test]
    fn it_reads_what_the_generator_reads() {
        let yaml = include_str!("../../openapi/contacts.yaml");
        let node: Node = serde_saphyr::from_str(yaml).expect("it is YAML");
        let read = crate::generator::parse(yaml).expect("it is YAML");
        assert_eq!(serde_json::to_value(&node).ok(), Some(read));
    }
}
