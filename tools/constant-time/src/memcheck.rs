//! What memcheck can be asked from within; outside of valgrind all of it does nothing.

use std::ffi::{c_int, c_uint, c_void};

unsafe extern "C" {
    safe fn memcheck_watches() -> c_int;
    safe fn memcheck_errors() -> c_uint;
    fn memcheck_undefined(start: *const c_void, len: usize);
    fn memcheck_defined(start: *const c_void, len: usize);
}

pub fn watches() -> bool {
    memcheck_watches() != 0
}

/// Reports so far that no suppression covers.
pub fn reports() -> u32 {
    memcheck_errors()
}

/// From here on a branch on `bytes`, an address made of them, and whatever is computed from them, is
/// reported.
pub fn secret(bytes: &[u8]) {
    // SAFETY: valgrind changes its own notes on the memory, and not the memory.
    unsafe { memcheck_undefined(bytes.as_ptr().cast(), bytes.len()) }
}

/// `value` itself, without what it points to, may be looked at.
pub fn public<T>(value: &T) {
    // SAFETY: as above.
    unsafe { memcheck_defined((&raw const *value).cast(), size_of::<T>()) }
}
