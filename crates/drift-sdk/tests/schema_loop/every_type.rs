//! Every type of the contract. Written by `cargo xtask generate`.

use drift_sdk::types;

use super::through::{Passed, through};

/// The JSON Schema of each type.
pub fn json_schemas() -> Vec<(&'static str, schemars::Schema)> {
    vec![
        ("AttributeDefinition", schemars::schema_for!(types::AttributeDefinition)),
        ("AttributeDefinitionList", schemars::schema_for!(types::AttributeDefinitionList)),
        ("AttributeDefinitionListResponse", schemars::schema_for!(types::AttributeDefinitionListResponse)),
        ("Contact", schemars::schema_for!(types::Contact)),
        ("ContactAttributes", schemars::schema_for!(types::ContactAttributes)),
        ("ContactCreateAttributes", schemars::schema_for!(types::ContactCreateAttributes)),
        ("ContactCreateRequest", schemars::schema_for!(types::ContactCreateRequest)),
        ("ContactListResponse", schemars::schema_for!(types::ContactListResponse)),
        ("ContactResponse", schemars::schema_for!(types::ContactResponse)),
        ("ContactTag", schemars::schema_for!(types::ContactTag)),
        ("ContactUpdateAttributes", schemars::schema_for!(types::ContactUpdateAttributes)),
        ("ContactUpdateRequest", schemars::schema_for!(types::ContactUpdateRequest)),
        ("ErrorDetail", schemars::schema_for!(types::ErrorDetail)),
        ("ErrorResponse", schemars::schema_for!(types::ErrorResponse)),
        ("FindIdType", schemars::schema_for!(types::FindIdType)),
        ("NullableBoolean", schemars::schema_for!(types::NullableBoolean)),
        ("NullableContactTagList", schemars::schema_for!(types::NullableContactTagList)),
        ("NullableInt64", schemars::schema_for!(types::NullableInt64)),
        ("NullableMap", schemars::schema_for!(types::NullableMap)),
        ("NullableString", schemars::schema_for!(types::NullableString)),
        ("OperationResult", schemars::schema_for!(types::OperationResult)),
        ("PersonalDataDeletion", schemars::schema_for!(types::PersonalDataDeletion)),
        ("PersonalDataDeletionResponse", schemars::schema_for!(types::PersonalDataDeletionResponse)),
        ("PersonalDataRequest", schemars::schema_for!(types::PersonalDataRequest)),
        ("PersonalDataRetrieval", schemars::schema_for!(types::PersonalDataRetrieval)),
        ("PersonalDataRetrievalResponse", schemars::schema_for!(types::PersonalDataRetrievalResponse)),
        ("TimelineEvent", schemars::schema_for!(types::TimelineEvent)),
        ("TimelineEventRequest", schemars::schema_for!(types::TimelineEventRequest)),
        ("TimelineEventResponse", schemars::schema_for!(types::TimelineEventResponse)),
        ("TokenExchange", schemars::schema_for!(types::TokenExchange)),
        ("TokenExchangeRequest", schemars::schema_for!(types::TokenExchangeRequest)),
        ("TokenInfo", schemars::schema_for!(types::TokenInfo)),
        ("TokenInfoRequest", schemars::schema_for!(types::TokenInfoRequest)),
        ("UpdateIdType", schemars::schema_for!(types::UpdateIdType)),
    ]
}

/// Reads the JSON as the type of this name and writes it again.
pub fn round_trip(name: &str, json: &str) -> Passed {
    match name {
        "AttributeDefinition" => through::<types::AttributeDefinition>(json),
        "AttributeDefinitionList" => through::<types::AttributeDefinitionList>(json),
        "AttributeDefinitionListResponse" => through::<types::AttributeDefinitionListResponse>(json),
        "Contact" => through::<types::Contact>(json),
        "ContactAttributes" => through::<types::ContactAttributes>(json),
        "ContactCreateAttributes" => through::<types::ContactCreateAttributes>(json),
        "ContactCreateRequest" => through::<types::ContactCreateRequest>(json),
        "ContactListResponse" => through::<types::ContactListResponse>(json),
        "ContactResponse" => through::<types::ContactResponse>(json),
        "ContactTag" => through::<types::ContactTag>(json),
        "ContactUpdateAttributes" => through::<types::ContactUpdateAttributes>(json),
        "ContactUpdateRequest" => through::<types::ContactUpdateRequest>(json),
        "ErrorDetail" => through::<types::ErrorDetail>(json),
        "ErrorResponse" => through::<types::ErrorResponse>(json),
        "FindIdType" => through::<types::FindIdType>(json),
        "NullableBoolean" => through::<types::NullableBoolean>(json),
        "NullableContactTagList" => through::<types::NullableContactTagList>(json),
        "NullableInt64" => through::<types::NullableInt64>(json),
        "NullableMap" => through::<types::NullableMap>(json),
        "NullableString" => through::<types::NullableString>(json),
        "OperationResult" => through::<types::OperationResult>(json),
        "PersonalDataDeletion" => through::<types::PersonalDataDeletion>(json),
        "PersonalDataDeletionResponse" => through::<types::PersonalDataDeletionResponse>(json),
        "PersonalDataRequest" => through::<types::PersonalDataRequest>(json),
        "PersonalDataRetrieval" => through::<types::PersonalDataRetrieval>(json),
        "PersonalDataRetrievalResponse" => through::<types::PersonalDataRetrievalResponse>(json),
        "TimelineEvent" => through::<types::TimelineEvent>(json),
        "TimelineEventRequest" => through::<types::TimelineEventRequest>(json),
        "TimelineEventResponse" => through::<types::TimelineEventResponse>(json),
        "TokenExchange" => through::<types::TokenExchange>(json),
        "TokenExchangeRequest" => through::<types::TokenExchangeRequest>(json),
        "TokenInfo" => through::<types::TokenInfo>(json),
        "TokenInfoRequest" => through::<types::TokenInfoRequest>(json),
        "UpdateIdType" => through::<types::UpdateIdType>(json),
        _ => Err(format!("the client has no type {name}")),
    }
}
