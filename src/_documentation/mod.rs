//! What is in the repository's `docs/`, page by page.

macro_rules! pages {
    ($($page:ident: $file:literal)*) => { $(
        // Of two definitions of a link the first holds, so these stand before the page's own.
        #[doc = include_str!("links.md")]
        #[doc = include_str!(concat!("../../docs/", $file))]
        pub mod $page {}
    )* };
}

pages! {
    compare: "COMPARE.md"
    design: "DESIGN.md"
    errors: "ERRORS.md"
    formats: "FORMATS.md"
    migrating: "MIGRATING.md"
    performance: "PERFORMANCE.md"
    scaling: "SCALING.md"
    security_model: "SECURITY_MODEL.md"
    testing: "TESTING.md"
}
