class Plant
  KINDS = {}

  attr_accessor :name #= -

  def self.register(kind, maker)
    KINDS[kind] = maker
  end

  def self.grow(kind, name)
    check(kind) #= Plant.check
    KINDS.fetch(kind).new(name) #= -, -
  end

  def self.check(kind)
    raise ArgumentError, kind unless KINDS.key?(kind) #= -, -
  end

  def initialize(name)
    @name = name
    @age = start_age #= Plant.start_age
  end

  def start_age
    0
  end

  def drink(amount)
    amount.times { age! } #= -, Plant.age!
    self
  end

  def age!
    @age += 1
  end

  def ripe?
    @age > needed #= Plant.needed
  end

  def needed
    10
  end
end

class Bean < Plant
  register :bean, self #= Plant.register

  def needed
    super / 2 #= Plant.needed
  end

  def climb
    pole = Pole.new #= Pole
    pole.carry(self) #= Pole.carry
    drink(1).ripe? #= Plant.drink, Plant.ripe?
  end
end

class Pole
  def carry(plant)
    @plants ||= []
    @plants.push(plant) #= -
    height #= Pole.height
  end

  def height
    @plants.size * 10 #= -
  end
end
