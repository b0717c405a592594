//! What a layer should make of Cookie headers: told from the tokens that were minted for it, by
//! comparing bytes, without a look into any.

use http::HeaderValue;
use serde_json::Value;
use tower_cookie_session::{Origin, Rejection, Session};

use crate::{
    cookies::{NAME_AND_VALUE_MAX, candidates},
    minted::{Minted, OLD, OWN, World},
};

/// The token that wins and the name of its cookie, or why there is none.
pub type Expected = Result<(&'static Minted, &'static str), Option<Rejection>>;

impl World {
    pub fn expected(&'static self, lines: &[HeaderValue]) -> Expected {
        match self.best(OWN, lines) {
            Ok(minted) => Ok((minted, OWN)),
            // Only where no cookie of our own was signed, the old one is asked.
            Err(own) if own <= Some(Rejection::BadSignature) => match self.best(OLD, lines) {
                Ok(minted) => Ok((minted, OLD)),
                Err(old) => Err(own.max(old)),
            },
            Err(own) => Err(own),
        }
    }

    /// Of the accepted tokens under `name` the latest, and the first of those; or the rejection of
    /// the one that came furthest.
    fn best(
        &'static self,
        name: &str,
        lines: &[HeaderValue],
    ) -> Result<&'static Minted, Option<Rejection>> {
        let companion = self.format.companion(name);
        let companions = companion.map_or_else(Vec::new, |name| candidates(&name, lines));
        let mut best: Result<&Minted, _> = Err(None);
        for token in candidates(name, lines) {
            best = match (best, self.judge(name, token, &companions)) {
                (Ok(one), Ok(other)) if other.age < one.age => Ok(other),
                (Err(_), Ok(other)) => Ok(other),
                (Err(one), Err(other)) => Err(one.max(Some(other))),
                (Ok(one), _) => Ok(one),
            };
        }
        best
    }

    fn judge(
        &'static self,
        name: &str,
        token: &[u8],
        companions: &[&[u8]],
    ) -> Result<&'static Minted, Rejection> {
        if name.len() + token.len() > NAME_AND_VALUE_MAX {
            return Err(Rejection::TooLong);
        }
        let is_it = |minted: &&Minted| {
            let signature = minted.companion.as_ref();
            minted.token.as_bytes() == token
                && signature.is_none_or(|tag| companions.contains(&tag.as_bytes()))
                && minted.is_signed_for(name, self.format)
        };
        let minted = self.minted.iter().find(is_it).ok_or(Rejection::BadSignature)?;
        minted.alive.map(|()| minted)
    }
}

pub fn assert_content(session: &Session, expected: &Expected) {
    match expected {
        Ok((minted, _)) => {
            assert_eq!(session.origin(), Origin::Cookie);
            assert_eq!(session.to::<Value>().as_ref(), Ok(&minted.content));
        }
        Err(rejection) => {
            assert_eq!(session.origin(), rejection.map_or(Origin::New, Origin::Rejected));
            assert!(session.is_empty());
        }
    }
    assert!(!session.is_modified());
}
