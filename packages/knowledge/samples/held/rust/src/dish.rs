use crate::oven::Oven;

#[derive(Default, Clone, Copy)]
pub enum Taste {
    #[default]
    Plain,
    Rich,
}

impl Taste {
    pub fn word(&self) -> &'static str {
        match self {
            Taste::Plain => "plain",
            Taste::Rich => "rich",
        }
    }

    pub fn from_heat(heat: u32) -> Self {
        if heat > 200 { Self::Rich } else { Self::Plain }
    }
}

pub trait Dish {
    fn name(&self) -> String;

    fn cook(&self, oven: &Oven) -> Taste {
        let heat = oven.heat(); //= Oven.heat
        self.judge(heat) //= Dish.judge
    }

    fn judge(&self, heat: u32) -> Taste {
        Taste::from_heat(heat) //= Taste.from_heat
    }
}

pub struct Soup {
    of: String,
}

impl Soup {
    pub fn of(what: &str) -> Soup {
        Soup { of: what.to_owned() } //= -
    }
}

impl Dish for Soup {
    fn name(&self) -> String {
        shorten(&self.of) //= shorten
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(8).collect() //= -, -, -
}
