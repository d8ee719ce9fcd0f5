require_relative "bundle" #= -

class Owner
  attr_reader :items #= -

  def initialize(first, last)
    @first = first
    @last = last
    @items = {}
    @all = Bundle.empty #= Bundle.empty
  end

  def full_name
    [@first, @last].join(" ") #= -
  end

  def own(item)
    @items[item.name] = item #= -
    @all.add(item) #= Bundle.add
    item.owner = self #= -
    self
  end

  def worth
    @all.price.times(1) #= Bundle.price, Money.times
  end

  def boast
    "#{full_name}: #{worth.to_s}" #= Owner.full_name, Owner.worth, Money.to_s
  end

  def find(name)
    items.fetch(name) { Item.free(name) } #= -, -, Item.free
  end
end
