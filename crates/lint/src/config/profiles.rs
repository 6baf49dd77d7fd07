use std::fmt;

use super::error::suggestion;
use podwright_rule::Profile;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, SeqAccess, Visitor},
};

/// One profile of rules, or several.
#[derive(Clone, Debug, Default)]
pub struct Profiles(pub Vec<Profile>);

impl<'de> Deserialize<'de> for Profiles {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ProfilesVisitor)
    }
}

struct ProfilesVisitor;

/// Name of a profile, so that an error is at the name.
struct ProfileName(Profile);

impl<'de> Deserialize<'de> for ProfileName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        named(&name).map(Self).map_err(D::Error::custom)
    }
}

fn named(name: &str) -> Result<Profile, String> {
    let names = Profile::ALL.map(Profile::name);
    name.parse()
        .map_err(|error| suggestion("profile", name, names).unwrap_or(error))
}

impl<'de> Visitor<'de> for ProfilesVisitor {
    type Value = Profiles;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a profile or a list of profiles")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Profiles, E> {
        named(name)
            .map(|one| Profiles(vec![one]))
            .map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Profiles, A::Error> {
        let mut profiles = Vec::new();
        while let Some(ProfileName(profile)) = list.next_element()? {
            profiles.push(profile);
        }
        Ok(Profiles(profiles))
    }
}

impl JsonSchema for Profiles {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Profiles".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let profile = Profile::json_schema(generator);
        json_schema!({"anyOf": [profile, {"type": "array", "items": profile}]})
    }
}
