require "json" #= -
require_relative "item" #= -
require_relative "sink" #= -

class Ledger
  LIMIT = 100

  Entry = Struct.new(:item, :amount) #= -

  def initialize(sink = Sink.screen) #= Sink.screen
    @entries = []
    @sink = sink
    @total = Money.zero #= Money.zero
    @file = FileSink.new("ledger") #= FileSink
  end

  def add(item)
    entry = make(item) #= Ledger.make
    @entries.push(entry) #= -
    note(entry) #= Ledger.note
    @total = @total.plus(item.price) #= Money.plus, -
    entry
  end

  def make(item)
    Entry.new(item, item.price) #= Ledger.Entry, -
  end

  def note(entry)
    @file.write(text_of(entry)) #= FileSink.write, Ledger.text_of
    @file.flush if full? #= Sink.flush, Ledger.full?
  end

  def full?
    @entries.size > LIMIT #= -
  end

  def sum
    Money.sum(@entries.map { |one| one.amount }) #= Money.sum, -, -
  end

  def dump
    JSON.generate(@entries.map(&:to_h)) #= -, -
  end

  def last
    @entries.last #= -
  end

  def each(&block)
    @entries.each(&block) #= -
    @entries.each { |entry| yield entry } #= -
  end

  def undo
    entry = last #= Ledger.last
    @entries.delete(entry) #= -
    text_of(entry) #= Ledger.text_of
  end

  def text_of(entry)
    entry.to_s #= -
  end

  def empty?
    sum.zero? && @total.zero? #= Ledger.sum, Money.zero?, Money.zero?
  end
end
