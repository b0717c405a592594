//! Names and password hashes, in SQLite.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::{
    Argon2,
    password_hash::{Error as HashError, PasswordHasher, PasswordVerifier},
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::Failure;

/// A cheap handle: clones are the same accounts.
#[derive(Clone)]
pub(crate) struct Accounts(Arc<Inner>);

struct Inner {
    database: Mutex<Connection>,
    argon2: Argon2<'static>,
    /// The hash that is checked if there is no account, so that a wrong name takes as long as a
    /// wrong password, and nobody learns who has an account here.
    decoy: String,
}

/// `key` is the name in lower case: `Ada` and `ada` are one.
const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS account \
    (key TEXT PRIMARY KEY, name TEXT NOT NULL, password TEXT NOT NULL) STRICT";

impl Accounts {
    /// `file` may be `:memory:`.
    pub(crate) fn open(file: &str, argon2: Argon2<'static>) -> Result<Self, Failure> {
        let database = Connection::open(file)?;
        database.execute(SCHEMA, [])?;
        let decoy = argon2.hash_password(b"nobody's password")?.to_string();
        Ok(Self(Arc::new(Inner { database: Mutex::new(database), argon2, decoy })))
    }

    /// Adds an account, or returns false if the name is taken.
    pub(crate) async fn add(&self, name: &str, password: String) -> Result<bool, Failure> {
        let name = name.to_owned();
        self.blocking(move |inner| {
            let hash = inner.hash(&password)?;
            // The database decides, since two visitors can ask for a name at the same time.
            let added = inner.database().execute(
                "INSERT INTO account VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                params![name.to_lowercase(), name, hash],
            )?;
            Ok(added == 1)
        })
        .await
    }

    /// The name as it was registered, if the password is right.
    pub(crate) async fn check(
        &self,
        name: &str,
        password: String,
    ) -> Result<Option<String>, Failure> {
        let key = name.to_lowercase();
        self.blocking(move |inner| {
            let account = inner.find(&key)?;
            let hash = account.as_ref().map_or(&inner.decoy, |(_, hash)| hash);
            let right = inner.verify(&password, hash)?;
            Ok(account.filter(|_| right).map(|(name, _)| name))
        })
        .await
    }

    pub(crate) async fn set_password(&self, name: &str, password: String) -> Result<(), Failure> {
        let key = name.to_lowercase();
        self.blocking(move |inner| {
            let hash = inner.hash(&password)?;
            let update = "UPDATE account SET password = ? WHERE key = ?";
            inner.database().execute(update, params![hash, key])?;
            Ok(())
        })
        .await
    }

    /// Hashing and SQLite both block their thread, so it must not be one that serves requests.
    async fn blocking<R: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<R, Failure> + Send + 'static,
    ) -> Result<R, Failure> {
        let inner = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || work(&inner)).await?
    }
}

impl Inner {
    /// Held for one statement, and never while a password is hashed.
    fn database(&self) -> MutexGuard<'_, Connection> {
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Name and hash of an account.
    fn find(&self, key: &str) -> Result<Option<(String, String)>, Failure> {
        let query = "SELECT name, password FROM account WHERE key = ?";
        let database = self.database();
        Ok(database.query_row(query, [key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    fn hash(&self, password: &str) -> Result<String, Failure> {
        Ok(self.argon2.hash_password(password.as_bytes())?.to_string())
    }

    fn verify(&self, password: &str, hash: &str) -> Result<bool, Failure> {
        match self.argon2.verify_password(password.as_bytes(), hash) {
            Ok(()) => Ok(true),
            Err(HashError::PasswordInvalid) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
