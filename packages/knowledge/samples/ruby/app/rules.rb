class Rules
  LIMIT = Money.new(10_000) #= Money

  def initialize(shop)
    @shop = shop
    @checks = [method(:cheap?), method(:named?)] #= -, -
  end

  def allow?(item)
    cheap?(item) && named?(item) #= Rules.cheap?, Rules.named?
  end

  def all?(item)
    @checks.all? { |check| check.call(item) } #= -, -
  end

  private #= -

  def cheap?(item)
    item.price.less?(LIMIT) #= -, -
  end

  def named?(item)
    !item.name.empty? #= -, -
  end
end
