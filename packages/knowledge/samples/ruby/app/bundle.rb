require_relative "item" #= -

class Bundle < Item
  def initialize(items)
    super("bundle", 0) #= Item.initialize
    @items = items
    @first = Item.free("first") #= Item.free
    @count = Counter.new #= Bundle.Counter
  end

  def price
    sum = Money.zero #= Money.zero
    @items.each do |item| #= -
      sum = sum.plus(item.price) #= Money.plus, -
    end
    sum.times(0.9) #= Money.times
  end

  def add(item)
    @items << item
    @count.step #= Bundle.Counter.step
    self
  end

  def both(one, two)
    add(one).add(two) #= Bundle.add, Bundle.add
  end

  def first_label
    @first.label #= Priced.label
  end

  def describe
    text = super #= Item.describe
    shout(text) + clean(text) #= Bundle.shout, Item.clean
  end

  def self.empty
    Bundle.new([]) #= Bundle
  end

  class Counter
    def initialize
      @seen = 0
    end

    def step
      @seen += by #= Bundle.Counter.by
    end

    def by
      1
    end
  end

  protected #= -

  def shout(text)
    text.upcase #= -
  end
end
