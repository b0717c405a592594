//! Form fields with their errors.

use maud::{Markup, html};

/// A text field.
pub(crate) struct Field {
    pub(crate) label: &'static str,
    pub(crate) name: &'static str,
    /// `text` or `password`.
    pub(crate) kind: &'static str,
    /// What a password manager may fill in.
    pub(crate) autocomplete: &'static str,
    pub(crate) hint: &'static str,
}

/// What is wrong with a field.
pub(crate) struct Problem {
    pub(crate) field: &'static str,
    pub(crate) text: &'static str,
}

impl Field {
    pub(crate) fn wrong(&self, text: &'static str) -> Problem {
        Problem { field: self.name, text }
    }

    pub(crate) fn show(&self, value: &str, problems: &[Problem]) -> Markup {
        let problem = problems.iter().find(|problem| problem.field == self.name);
        let hint_id = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let error_id = problem.map(|_| format!("{}-error", self.name));
        let described = [error_id.as_deref(), hint_id.as_deref()];
        let described = described.into_iter().flatten().collect::<Vec<_>>().join(" ");
        html! {
            div.field {
                label for=(self.name) { (self.label) }
                input id=(self.name) name=(self.name) type=(self.kind) value=(value) required
                    autocomplete=(self.autocomplete)
                    aria-invalid=[problem.map(|_| "true")]
                    aria-describedby=[(!described.is_empty()).then_some(described)];
                @if let Some(id) = hint_id { p.hint id=(id) { (self.hint) } }
                @if let (Some(problem), Some(id)) = (problem, error_id) {
                    p.error id=(id) role="alert" { (problem.text) }
                }
            }
        }
    }
}
