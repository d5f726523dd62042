//! The query of a look-up. A parameter that the contract does not have is refused, as Drift does.

use drift::FindQuery;

use crate::reply::Reply;

type Pairs = [(String, String)];

/// What `GET /contacts` is asked for.
pub(crate) fn find(pairs: &Pairs) -> Result<FindQuery, Reply> {
    known(pairs, &["email", "limit", "idType", "id"])?;
    let limit = single(pairs, "limit")?.map(str::parse).transpose();
    Ok(FindQuery {
        email: single(pairs, "email")?.map(str::to_owned),
        id_type: single(pairs, "idType")?.map(str::to_owned),
        ids: values(pairs, "id").map(str::to_owned).collect(),
        limit: limit.map_err(|_| refused("limit must be a whole number"))?,
    })
}

/// The kind and the id of `PATCH /contacts/normalize`.
pub(crate) fn other_id(pairs: &Pairs) -> Result<(String, String), Reply> {
    known(pairs, &["idType", "id"])?;
    let needed = |name| {
        let value = single(pairs, name)?.map(str::to_owned);
        value.ok_or_else(|| refused(&format!("{name} is missing in the query")))
    };
    Ok((needed("idType")?, needed("id")?))
}

fn values<'a>(pairs: &'a Pairs, name: &'a str) -> impl Iterator<Item = &'a str> {
    let named = pairs.iter().filter(move |(own, _)| own == name);
    named.map(|(_, value)| value.as_str())
}

fn single<'a>(pairs: &'a Pairs, name: &'a str) -> Result<Option<&'a str>, Reply> {
    let mut values = values(pairs, name);
    let value = values.next();
    match values.next() {
        None => Ok(value),
        Some(_) => Err(refused(&format!("{name} is in the query twice"))),
    }
}

/// The name is not shown: it may be anything.
fn known(pairs: &Pairs, names: &[&str]) -> Result<(), Reply> {
    match pairs.iter().all(|(name, _)| names.contains(&name.as_str())) {
        true => Ok(()),
        false => Err(Reply::error(
            400,
            "CONTACT-10",
            "Unrecognized query parameter",
        )),
    }
}

fn refused(sentence: &str) -> Reply {
    Reply::error(400, "validation_error", sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        owned.collect()
    }

    #[test]
    fn a_look_up_is_handed_on_as_it_is() {
        let query = pairs(&[
            ("idType", "external"),
            ("id", "a"),
            ("id", "b"),
            ("limit", "10"),
        ]);
        let expected = FindQuery {
            id_type: Some("external".to_owned()),
            ids: vec!["a".to_owned(), "b".to_owned()],
            limit: Some(10),
            ..FindQuery::default()
        };
        assert_eq!(find(&query), Ok(expected));
    }

    #[test]
    fn what_the_contract_does_not_have_is_refused() {
        for (query, kind) in [
            (pairs(&[("mail", "a")]), "CONTACT-10"),
            (pairs(&[("limit", "many")]), "validation_error"),
            (pairs(&[("email", "a"), ("email", "b")]), "validation_error"),
        ] {
            let refused = find(&query).expect_err("refused");
            assert_eq!((refused.status, refused.error_type()), (400, Some(kind)));
        }
        assert!(other_id(&pairs(&[("idType", "drift")])).is_err());
    }
}
