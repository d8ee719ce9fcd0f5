require_relative "../lib/money" #= -
require_relative "../lib/priced" #= -

class Item
  include Priced #= -

  attr_accessor :owner #= -

  def self.parse(line)
    name, cents = line.split(":") #= -
    Item.new(name, cents.to_i) #= Item, -
  end

  def self.free(name)
    new(name, 0) #= Item
  end

  def initialize(name, cents)
    @name = clean(name) #= Item.clean
    @price = Money.new(cents) #= Money
  end

  def price
    @price
  end

  def amount
    price #= Item.price
  end

  def name
    @name + suffix #= Item.suffix
  end

  def describe
    text = label #= Priced.label
    text << name #= Item.name
    log text #= Item.log
    text
  end

  def cheaper?(other)
    @price.less?(other.price) #= Money.less?, -
  end

  def copy
    Item.new(@name, @price.cents).tap { |made| made.owner = owner } #= Item, -, -, -, -
  end

  def doubled
    @price.times(2) #= Money.times
  end

  def gift?
    free? || price.zero? #= Priced.free?, Item.price, Money.zero?
  end

  private #= -

  def suffix
    owner.nil? ? "" : owner.full_name #= -, -, -, -
  end

  def clean(text)
    text.strip.downcase #= -, -
  end

  def log(text)
    puts text #= -
  end
end
