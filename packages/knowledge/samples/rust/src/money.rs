use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;
use std::ops::Add;

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Money {
    cents: i64,
}

impl Money {
    pub const ZERO: Money = Money { cents: 0 };

    pub fn new(cents: i64) -> Self {
        Self { cents }
    }

    pub fn plus(self, other: Money) -> Money {
        Money::new(self.cents + other.cents) //= Money.new
    }

    pub fn times(self, factor: f64) -> Self {
        Self::new(round(self.cents as f64 * factor)) //= Money.new, round
    }

    pub fn is_zero(&self) -> bool {
        self.compare(&Money::ZERO) == Ordering::Equal //= Money.compare
    }

    pub fn less(&self, other: &Money) -> bool {
        self.compare(other).is_lt() //= Money.compare, -
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.cents.cmp(&other.cents) //= -
    }
}

impl Add for Money {
    type Output = Money;

    fn add(self, other: Money) -> Money {
        self.plus(other) //= Money.plus
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(all: I) -> Money {
        all.fold(Money::ZERO, |sum, one| sum.plus(one)) //= -, Money.plus
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&text(self.cents)) //= -, text
    }
}

impl From<i64> for Money {
    fn from(cents: i64) -> Self {
        Money::new(cents) //= Money.new
    }
}

fn round(value: f64) -> i64 {
    value.round() as i64 //= -
}

fn text(cents: i64) -> String {
    let whole = cents / 100;
    [whole.to_string(), pad(cents % 100)].join(".") //= -, pad, -
}

fn pad(value: i64) -> String {
    format!("{value:02}")
}

pub fn total(all: &[Money]) -> Money {
    let mut sum = Money::ZERO;
    for one in all {
        sum = sum.plus(*one); //= Money.plus
    }
    sum
}

pub mod tax {
    use super::Money;

    pub fn share(of: Money) -> Money {
        of.times(rate()) //= Money.times, tax.rate
    }

    fn rate() -> f64 {
        0.2
    }
}
