//! What exports of other products, and people who write German, call Drift's attributes: one table. It is used where it is asked for, and for suggestions.

/// The name of a column, in letters and digits of lower case, and the attribute.
const COLUMNS: [(&str, &str); 68] = [
    // Any product.
    ("mail", "email"),
    ("emailaddress", "email"),
    ("mailaddress", "email"),
    ("workemail", "email"),
    ("primaryemail", "email"),
    ("fullname", "name"),
    ("contactname", "name"),
    ("displayname", "name"),
    ("telephone", "phone"),
    ("phonenumber", "phone"),
    ("tel", "phone"),
    // HubSpot and Salesforce.
    ("firstname", "first_name"),
    ("lastname", "last_name"),
    ("jobtitle", "title"),
    ("title", "title"),
    ("companyname", "company"),
    ("associatedcompany", "company"),
    ("accountname", "company"),
    ("company", "company"),
    ("mobilephonenumber", "phone"),
    ("mobilephone", "phone"),
    ("mobile", "phone"),
    ("businessphone", "phone"),
    ("leadsource", "lead_source"),
    ("leadstatus", "lead_status"),
    ("lifecyclestage", "lifecycle_stage"),
    ("mailingcity", "city"),
    ("mailingcountry", "country"),
    ("websiteurl", "website"),
    ("website", "website"),
    ("industry", "industry"),
    ("city", "city"),
    ("country", "country"),
    ("countryregion", "country"),
    ("stateregion", "state"),
    // Intercom.
    ("userid", "externalId"),
    ("customerid", "externalId"),
    ("contactid", "externalId"),
    ("browserlanguage", "language"),
    // Google Contacts and Outlook.
    ("email1value", "email"),
    ("phone1value", "phone"),
    ("organizationname", "company"),
    ("organization1name", "company"),
    ("organizationtitle", "title"),
    ("organization1title", "title"),
    ("givenname", "first_name"),
    ("familyname", "last_name"),
    // German.
    ("emailadresse", "email"),
    ("vollständigername", "name"),
    ("ansprechpartner", "name"),
    ("telefon", "phone"),
    ("telefonnummer", "phone"),
    ("mobiltelefon", "phone"),
    ("mobil", "phone"),
    ("handy", "phone"),
    ("vorname", "first_name"),
    ("nachname", "last_name"),
    ("position", "title"),
    ("firma", "company"),
    ("firmenname", "company"),
    ("unternehmen", "company"),
    ("stadt", "city"),
    ("ort", "city"),
    ("bundesland", "state"),
    ("land", "country"),
    ("branche", "industry"),
    ("webseite", "website"),
    ("sprache", "language"),
];

/// All of them. Of two columns for one attribute the one that comes first here is meant.
pub(crate) fn suggestions() -> impl Iterator<Item = (&'static str, &'static str)> {
    COLUMNS.into_iter()
}

/// The attribute of a column, by its name without letter case and punctuation.
pub(crate) fn suggested(normalized: &str) -> Option<&'static str> {
    let found = COLUMNS.iter().find(|(column, _)| *column == normalized);
    found.map(|(_, attribute)| *attribute)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::input::value::column_names::normalized;

    #[test]
    fn a_column_is_in_the_table_once_and_as_it_is_compared() {
        let mut known = HashSet::new();
        for (column, _) in COLUMNS {
            assert_eq!(normalized(column), column);
            assert!(known.insert(column), "{column}");
        }
    }

    #[test]
    fn columns_of_exports_are_known() {
        for (column, expected) in [
            ("Email Address", Some("email")),
            ("E-mail Address", Some("email")),
            ("E-mail 1 - Value", Some("email")),
            ("Phone 1 - Value", Some("phone")),
            ("User ID", Some("externalId")),
            ("First Name", Some("first_name")),
            ("E-Mail-Adresse", Some("email")),
            ("VORNAME", Some("first_name")),
            ("Firma", Some("company")),
            ("Record ID", None),
            ("Optin Time", None),
        ] {
            assert_eq!(suggested(&normalized(column)), expected, "{column}");
        }
    }
}
