pub struct Oven {
    heat: u32,
    log: Log,
}

#[derive(Default)]
struct Log {
    lines: Vec<String>,
}

impl Log {
    fn add(&mut self, line: String) -> &mut Self {
        self.lines.push(line); //= -
        self
    }
}

impl Oven {
    pub fn with_heat(heat: u32) -> Self {
        let mut made = Self { heat: 0, log: Log::default() }; //= -
        made.heat_up(heat); //= Oven.heat_up
        made
    }

    pub fn heat_up(&mut self, by: u32) {
        self.heat += by;
        self.log.add(format!("{by}")).add(self.heat().to_string()); //= Log.add, Log.add, Oven.heat, -
    }

    pub fn heat(&self) -> u32 {
        self.heat
    }
}
