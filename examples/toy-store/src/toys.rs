//! The stock. A session stores a toy's id and never its price, which would be the visitor's copy.

/// Something for sale.
pub(crate) struct Toy {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) cents: u32,
    /// An SVG element.
    pub(crate) picture: &'static str,
}

pub(crate) const STOCK: [Toy; 8] = [
    toy("robot", "Robot", 24_90, include_str!("toys/robot.svg")),
    toy("board-game", "Board game", 19_50, include_str!("toys/board-game.svg")),
    toy("kite", "Kite", 14_00, include_str!("toys/kite.svg")),
    toy("ship", "Ship", 32_00, include_str!("toys/ship.svg")),
    toy("teddy-bear", "Teddy bear", 17_80, include_str!("toys/teddy-bear.svg")),
    toy("train", "Train", 27_40, include_str!("toys/train.svg")),
    toy("rocket", "Rocket", 21_00, include_str!("toys/rocket.svg")),
    toy("spinning-top", "Spinning top", 8_60, include_str!("toys/spinning-top.svg")),
];

const fn toy(id: &'static str, name: &'static str, cents: u32, picture: &'static str) -> Toy {
    Toy { id, name, cents, picture }
}

pub(crate) fn find(id: &str) -> Option<&'static Toy> {
    STOCK.iter().find(|toy| toy.id == id)
}

pub(crate) fn price(cents: u32) -> String {
    format!("€{}.{:02}", cents / 100, cents % 100)
}
