require_relative "bundle" #= -
require_relative "ledger" #= -
require_relative "owner" #= -

class Shop
  attr_reader :name #= -

  def self.named(name)
    shop = Shop.new(name) #= Shop
    shop.fill(["a:1", "b:2"]) #= Shop.fill
    shop
  end

  def initialize(name)
    @name = name
    @stock = {}
    @ledger = Ledger.new #= Ledger
    @rules = Rules.new(self) #= Rules
    @open = true
  end

  def fill(lines)
    lines.each { |line| put(Item.parse(line)) } #= -, Shop.put, Item.parse
    put Item.free("bag") #= Shop.put, Item.free
  end

  def put(item)
    return unless @rules.allow?(item) #= Rules.allow?

    @stock[item.name] = item #= -
  end

  def sell(name)
    item = @stock[name]
    @ledger.add(item) #= Ledger.add
    report #= Shop.report
    @ledger.sum.times(1.2) #= Ledger.sum, Money.times
  end

  def report
    puts @ledger.dump #= -, Ledger.dump
    @ledger.each { |entry| puts entry } #= Ledger.each, -
  end

  def bundle(*names)
    made = Bundle.new(names.map { |one| @stock[one] }) #= Bundle, -
    made.first_label #= Bundle.first_label
    made.add(Item.free("box")) #= Bundle.add, Item.free
  end

  def offer
    bundle("a", "b").describe #= Shop.bundle, Bundle.describe
  end

  def worth
    owner = Owner.new("A", "B") #= Owner
    owner.own(Item.parse("x:1")).own(Item.free("y")) #= Owner.own, Item.parse, Owner.own, Item.free
    owner.worth.plus(@ledger.sum) #= Owner.worth, Money.plus, Ledger.sum
  end

  def close
    @open = false
    last = -> { @ledger.undo } #= Ledger.undo
    last.call #= -
    return if @ledger.empty? #= Ledger.empty?

    begin
      save! #= Shop.save!
    rescue StandardError
      close_again #= Shop.close_again
    ensure
      report #= Shop.report
    end
  end

  def save!
    raise ArgumentError, name unless @open #= -, -
  end

  def close_again
    send(:report) #= -
  end

  def method_missing(word, *args)
    @stock.fetch(word.to_s) { super } #= -, -, -
  end
end
