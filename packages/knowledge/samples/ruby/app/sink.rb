class Sink
  def self.screen
    Sink.new("screen") #= Sink
  end

  def initialize(name)
    @name = name
    @lines = []
  end

  def write(line)
    @lines << line
    count #= Sink.count
    self
  end

  def flush
    @lines.each { |line| puts line } #= -, -
    @lines.clear #= -
  end

  def count
    @lines.size #= -
  end
end
