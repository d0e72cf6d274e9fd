//! A JSON Schema of configuration files, made from the table of settings.

use serde_json::{Value, json};

use super::allowed::{Allowed, MAX_COLUMN, MAX_IMAGES, MAX_NAME, MAX_NAMES, MAX_STRENGTHS, MAX_TEXT};
use super::settings::{Experiment, SETTINGS};

/// A JSON Schema (draft 2020-12) of configuration files, for editors that complete and check TOML.
pub fn json_schema() -> Value {
    let defaults = serde_json::to_value(Experiment::default()).expect("an experiment is plain data");
    let mut root = object();
    root["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    root["title"] = "A chiffres experiment".into();
    for setting in SETTINGS {
        let (place, default, name) = match setting.path.split_once('.') {
            None => (&mut root, &defaults, setting.path),
            Some((table, name)) => {
                let place = &mut root["properties"][table];
                if place.is_null() {
                    *place = object();
                }
                (place, &defaults[table], name)
            }
        };
        let mut schema = schema_of(&setting.allowed);
        schema["description"] = setting.documentation().into();
        schema["default"] = default[name].clone();
        place["properties"][name] = schema;
    }
    root
}

/// A table that has no other settings than its properties.
fn object() -> Value {
    json!({ "type": "object", "additionalProperties": false, "properties": {} })
}

fn schema_of(allowed: &Allowed) -> Value {
    match allowed {
        Allowed::Name => {
            json!({ "type": "string", "pattern": "^[\\p{L}\\p{N}][\\p{L}\\p{N}\\p{M}._-]*$", "maxLength": MAX_NAME })
        }
        Allowed::Boolean => json!({ "type": "boolean" }),
        Allowed::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Allowed::Number { min, max, above } => {
            let minimum = if *above { "exclusiveMinimum" } else { "minimum" };
            json!({ "type": "number", minimum: min, "maximum": max })
        }
        Allowed::Integers { min, max, max_len } => json!({
            "type": "array",
            "maxItems": max_len,
            "items": { "type": "integer", "minimum": min, "maximum": max },
        }),
        Allowed::Range => json!({ "type": "array", "maxItems": 2, "items": { "type": "number" } }),
        Allowed::Choice(words) => json!({ "enum": words }),
        Allowed::Text => json!({ "type": "string", "maxLength": MAX_TEXT }),
        Allowed::Separator => {
            json!({ "anyOf": [{ "const": "auto" }, { "type": "string", "minLength": 1, "maxLength": 1 }] })
        }
        Allowed::Columns => {
            let columns = json!({ "type": "array", "maxItems": MAX_NAMES, "items": schema_of(&Allowed::Column) });
            json!({ "anyOf": [{ "const": "auto" }, columns] })
        }
        Allowed::Texts => json!({
            "type": "array",
            "maxItems": MAX_NAMES,
            "items": { "type": "string", "minLength": 1, "maxLength": MAX_TEXT },
        }),
        Allowed::Names => json!({
            "type": "array",
            "maxItems": MAX_NAMES,
            "uniqueItems": true,
            "items": { "type": "string", "minLength": 1, "maxLength": MAX_NAME },
        }),
        Allowed::Column => json!({ "anyOf": [
            { "type": "string", "maxLength": MAX_TEXT },
            { "type": "integer", "minimum": 0, "maximum": MAX_COLUMN },
        ] }),
        Allowed::Portion { auto, min } => {
            let mut forms = vec![
                json!({ "type": "integer", "minimum": min, "maximum": MAX_IMAGES }),
                json!({ "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 }),
            ];
            if *auto {
                forms.push(json!({ "const": "auto" }));
            }
            json!({ "anyOf": forms })
        }
        Allowed::ColourStrengths => json!({
            "type": "array",
            "items": { "type": "number", "minimum": 0, "maximum": MAX_STRENGTHS[0] },
            "maxItems": MAX_STRENGTHS.len(),
        }),
        Allowed::Channels => json!({ "enum": ["auto", 1, 3] }),
        Allowed::WordOrInteger { word, min, max } => {
            json!({ "anyOf": [{ "const": word }, { "type": "integer", "minimum": min, "maximum": max }] })
        }
    }
}
