require_relative "plant" #= -

module Dated
  def today
    Time.now.to_s #= -, -
  end

  def stamp(text)
    "#{today} #{text}" #= Dated.today
  end
end

class Plot
  include Dated #= -
  include Enumerable #= -

  attr_reader :plants #= -

  def initialize(size)
    @size = size
    @plants = []
    @water = Tank.new(size * 2) #= Tank
  end

  def sow(plant)
    raise "full" if full? #= -, Plot.full?
    @plants << plant
    log "sown #{plant.name}" #= Plot.log
    self
  end

  def full?
    @plants.size >= @size #= -
  end

  def water_all
    @plants.each { |one| one.drink(@water.draw(1)) } #= -, -, Tank.draw
    refill if @water.empty? #= Plot.refill, Tank.empty?
  end

  def each(&block)
    @plants.each(&block) #= -
  end

  def ripe
    select(&:ripe?) #= -
  end

  private

  def refill
    @water = Tank.new(@size) #= Tank
    log stamp("refilled") #= Plot.log, Dated.stamp
  end

  def log(text)
    puts text #= -
  end
end

class Tank
  def initialize(litres)
    @litres = litres
  end

  def draw(amount)
    taken = [amount, @litres].min #= -
    @litres -= taken
    taken
  end

  def empty?
    @litres.zero? #= -
  end
end
