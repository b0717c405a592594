//! Text forms of bytes and times: pure, and fallible. Whatever cannot be read is `None`.

mod base64;
mod seconds;
#[cfg(any(feature = "compress", feature = "flask", feature = "django"))]
mod zlib;

#[cfg(any(feature = "flask", feature = "starlette", feature = "express"))]
pub(crate) use base64::STANDARD;
pub(crate) use base64::{Base64, Short, URL_SAFE};
pub(crate) use seconds::Seconds;
#[cfg(any(feature = "compress", feature = "flask", feature = "django"))]
pub(crate) use zlib::{deflate, inflate};
