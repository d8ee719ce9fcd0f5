# Amounts in cents.
class Money
  include Comparable #= -
  attr_reader :cents #= -

  def self.zero
    new(0) #= Money
  end

  def self.parse(text)
    Money.new(text.to_i) #= Money, -
  end

  def self.sum(all)
    total = zero #= Money.zero
    all.each { |one| total = total.plus(one) } #= -, Money.plus
    total
  end

  def initialize(cents)
    @cents = cents
  end

  def plus(other)
    Money.new(cents + other.cents) #= Money, -, -
  end

  def times(factor)
    self.class.new(rounded(cents * factor)) #= -, -, Money.rounded, -
  end

  def zero?
    compare(Money.zero) == 0 #= Money.compare, Money.zero
  end

  def less?(other)
    compare(other) < 0 #= Money.compare
  end

  def to_s
    Format.euro(@cents) #= Money.Format.euro
  end

  # How amounts are written.
  module Format
    def self.euro(cents)
      whole(cents) + "." + pad(cents % 100) #= Money.Format.whole, Money.Format.pad
    end

    def self.whole(cents)
      (cents / 100).to_s #= -
    end

    def self.pad(rest)
      rest.to_s.rjust(2, "0") #= -, -
    end
  end

  private #= -

  def compare(other)
    @cents - other.cents #= -
  end

  def rounded(value)
    value.round #= -
  end
end
